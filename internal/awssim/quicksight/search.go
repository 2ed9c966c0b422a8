package quicksight

import (
	"slices"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// searchFilter is one filter of a search.
type searchFilter struct{ Operator, Name, Value *string }

// parentFilter is a filter that only folders have.
const parentFilter = "PARENT_FOLDER_ARN"

func (k kind) search(c *call) (members, error) {
	var in struct {
		Filters    []searchFilter
		MaxResults *int
		NextToken  *string
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if err := k.checkFilters(in.Filters); err != nil {
		return nil, err
	}
	of := c.Region
	for _, f := range in.Filters {
		of = world.Key(of, *f.Name, *f.Operator, str(f.Value))
	}
	l, err := c.pageOf(of, in.MaxResults, str(in.NextToken))
	if k.kind == world.KindActionConnector { // whose size and token the API model has in the query
		l, err = c.page(of)
	}
	if err != nil {
		return nil, err
	}
	v := c.w.SearchView()
	if err := c.strangers(in.Filters); err != nil {
		return nil, err
	}
	rows := c.assets(k, l.after, v, func(a world.Asset) bool {
		return !slices.ContainsFunc(in.Filters, func(f searchFilter) bool { return !c.matches(a, f, v) })
	})
	return answer(c, l, k.found, rows, func(a world.Asset) (any, bool) { return k.summary(c, a), true }), nil
}

// strangers says that a search is by a user or a group that is not there, where the world refuses that. The words are
// assumed.
func (c *call) strangers(filters []searchFilter) error {
	if !c.w.Behaviour().RefuseUnknownPrincipals {
		return nil
	}
	for _, f := range filters {
		if p, is := c.qs.PrincipalOf(str(f.Value)); is && !c.qs.Exists(p, world.View{}) {
			return notFound(userType, "Principal %s not found", *f.Value)
		}
	}
	return nil
}

// checkFilters judges the filters of a search: exactly one, but for folders and
// flows.
func (k kind) checkFilters(filters []searchFilter) error {
	var check constraint.Check
	switch {
	case filters == nil:
		check.Missing("filters")
	case k.kind == world.KindFolder:
		check.List("filters", len(filters), 0, 100)
	case k.kind == world.KindActionConnector:
		check.List("filters", len(filters), 0, 1)
	case k.kind != world.KindFlow:
		check.List("filters", len(filters), 1, 1)
	}
	names := slices.Concat(k.principal, k.name)
	if k.kind == world.KindFolder {
		names = append(names, parentFilter)
	}
	for i, f := range filters {
		at := "filters." + strconv.Itoa(i+1) + ".member."
		check.Required(at+"operator", f.Operator, constraint.Text{Enum: []string{"StringEquals", "StringLike"}})
		check.Required(at+"name", f.Name, constraint.Text{Enum: names})
		check.Required(at+"value", f.Value, anyRule)
	}
	if err := breach(&check); err != nil {
		return err
	}
	for _, f := range filters {
		if like := slices.Contains(k.name, *f.Name); like != (*f.Operator == "StringLike") && *f.Name != "ACTION_CONNECTOR_TYPE" {
			return invalid("The operator %s is not supported for the filter %s", *f.Operator, *f.Name)
		}
	}
	return nil
}

// matches reports whether a filter finds an asset, as of v.
func (c *call) matches(a world.Asset, f searchFilter, v world.View) bool {
	value := *f.Value
	switch *f.Name {
	case parentFilter:
		return a.Parent == value
	case "ACTION_CONNECTOR_TYPE":
		return a.Type == value
	case "assetDescription":
		return strings.Contains(a.Description, value)
	case "QUICKSIGHT_USER", "QUICKSIGHT_VIEWER_OR_OWNER", "QUICKSIGHT_OWNER":
		access, ok := c.qs.AccessTo(a, c.qs.ReachOf(value, false, v), v)
		return ok && (access.Owner || *f.Name != "QUICKSIGHT_OWNER")
	case "DIRECT_QUICKSIGHT_VIEWER_OR_OWNER":
		return len(a.Permissions[value]) > 0
	case "DIRECT_QUICKSIGHT_OWNER":
		return a.Owns(value)
	case "DIRECT_QUICKSIGHT_SOLE_OWNER":
		return slices.Equal(a.Owners(), []string{value})
	}
	return strings.Contains(a.Name, value)
}
