package quicksight

import (
	"iter"
	"strconv"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Constraints of the API model.
var (
	accountRule     = constraint.Text{Min: 12, Max: 12}.Pattern(`^[0-9]{12}$`)
	namespaceRule   = constraint.Text{Max: 64}.Pattern(`^[a-zA-Z0-9._-]*$`)
	nameRule        = constraint.Text{Min: 1}.Pattern(`[\u0020-\u00FF]+`)
	memberRule      = constraint.Text{Min: 1, Max: 256}.Pattern(`[\u0020-\u00FF]+`)
	sessionRule     = constraint.Text{Min: 2, Max: 64}.Pattern(`[\w+=.@-]*`)
	descriptionRule = constraint.Text{Min: 1, Max: 512}
	profileRule     = constraint.Text{Min: 1, Max: 64}.Pattern(`^[a-zA-Z0-9+=,.@_-]+$`)
	roleRule        = constraint.Text{Enum: []string{"ADMIN", "AUTHOR", "READER", "RESTRICTED_AUTHOR", "RESTRICTED_READER", "ADMIN_PRO", "AUTHOR_PRO", "READER_PRO"}}
	identityRule    = constraint.Text{Enum: []string{"IAM", "QUICKSIGHT", "IAM_IDENTITY_CENTER"}}
	storeRule       = constraint.Text{Enum: []string{"QUICKSIGHT"}}
	tagKeyRule      = constraint.Text{Min: 1, Max: 128}
	tagValueRule    = constraint.Text{Min: 1, Max: 256}
	anyRule         = constraint.Text{}
)

// pathRules are the constraints of path parameters, in the order in which their
// breaches are told.
var pathRules = []struct {
	name, at string
	rule     constraint.Text
}{
	{"AwsAccountId", "awsAccountId", accountRule},
	{"Namespace", "namespace", namespaceRule},
	{"UserName", "userName", nameRule},
	{"GroupName", "groupName", nameRule},
	{"MemberName", "memberName", memberRule},
	{"CustomPermissionsName", "customPermissionsName", profileRule},
}

func (c *call) checkPath() error {
	var check constraint.Check
	for _, p := range pathRules {
		if v, ok := c.Path[p.name]; ok {
			check.Text(p.at, &v, p.rule)
		}
	}
	return breach(&check)
}

// breach gives the error of what check has found.
func breach(check *constraint.Check) error {
	if check.OK() {
		return nil
	}
	return invalid("%s", check.Message())
}

// tag is a tag in a request.
type tag struct {
	Key, Value *string
}

// checkTags judges a list of tags that may be missing.
func checkTags(check *constraint.Check, tags []tag) {
	if tags != nil {
		check.List("tags", len(tags), 1, 200)
	}
	for i, t := range tags {
		at := "tags." + strconv.Itoa(i+1) + ".member."
		check.Required(at+"key", t.Key, tagKeyRule)
		check.Required(at+"value", t.Value, tagValueRule)
	}
}

// worldTags gives checked tags as the world keeps them.
func worldTags(tags []tag) []world.Tag {
	var out []world.Tag
	for _, t := range tags {
		out = append(out, world.Tag{Key: *t.Key, Value: *t.Value})
	}
	return world.SortTags(out)
}

// maxTags is how many tags a resource may have, as TagResource documents.
const maxTags = 50

// str gives the value of a member that may be missing.
func str(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}

// list is the request for a page of a list.
type list struct {
	id    string // what its tokens are bound to
	after string // key of the last row of the page before
	limit int
}

// page reads max-results and next-token. of tells lists of one operation apart,
// besides their path.
func (c *call) page(of string) (list, error) {
	l := list{id: c.Op.Name, limit: 100}
	for _, p := range pathRules {
		l.id += " " + c.Path[p.name]
	}
	l.id += " " + of
	if s := c.Query.Get("max-results"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil {
			return l, invalid("max-results %q is not a number", s)
		}
		var check constraint.Check
		check.Number("maxResults", &n, 1, 100)
		if err := breach(&check); err != nil {
			return l, err
		}
		l.limit = n
	}
	after, ok := c.w.Continue(l.id, c.Query.Get("next-token"))
	if !ok {
		return l, wire.Errorf(400, tokenError(c.Op.Name), "The NextToken value isn't valid.")
	}
	l.after = after
	return l, nil
}

// tokenError is the code for a token that is no good: two lists do not model the
// code of the others.
func tokenError(operation string) string {
	switch operation {
	case "ListUserGroups", "ListCustomPermissions":
		return "InvalidParameterValueException"
	}
	return "InvalidNextTokenException"
}

// answer gives a page of rows under name, each as show shows it, with the token
// for the next page when there is one. A row for which show says false is left
// out.
func answer[V any](c *call, l list, name string, rows iter.Seq2[string, V], show func(V) (any, bool)) members {
	page, last := world.Page(rows, l.limit)
	shown := make([]any, 0, len(page))
	for _, row := range page {
		if v, ok := show(row); ok {
			shown = append(shown, v)
		}
	}
	m := members{name: shown}
	if last != "" {
		m["NextToken"] = c.w.Token(l.id, last)
	}
	return m
}

// view is the moment as of which reads show the world.
func (c *call) view() world.View { return c.w.View("quicksight") }
