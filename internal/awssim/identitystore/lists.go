package identitystore

import (
	"iter"

	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// listRequest is what the lists take, each its part of it.
type listRequest struct {
	IdentityStoreID *string
	GroupID         *string
	MemberID        *memberID
	Extensions      []string
	MaxResults      *int
	NextToken       *string
	Filters         []filter
}

// filter selects by one attribute. Deprecated by AWS, and working.
type filter struct{ AttributePath, AttributeValue *string }

// read reads a request for a page. judge judges what is particular to the list.
func (s service) read(r *wire.Request, judge func(*constraint.Check, listRequest)) (in listRequest, err error) {
	if err := decode(r, &in); err != nil {
		return in, err
	}
	var c constraint.Check
	judgeStore(&c, in.IdentityStoreID)
	judge(&c, in)
	c.Number("maxResults", in.MaxResults, 1, pageMax)
	c.Text("nextToken", in.NextToken, tokenRule)
	judgeFilters(&c, in.Filters)
	if err := verdict(&c); err != nil {
		return in, err
	}
	return in, s.enter(r, *in.IdentityStoreID)
}

func judgeFilters(c *constraint.Check, filters []filter) {
	c.List("filters", len(filters), 0, 1)
	for _, f := range filters {
		c.Required("filters.1.member.attributePath", f.AttributePath, attributePathRule)
		c.Required("filters.1.member.attributeValue", f.AttributeValue, attributes.PlainRule)
	}
}

// page answers one page of rows, as member of the answer. list names the list with all that selects its rows;
// rows begin after the key that they are given.
func page[V any](s service, in listRequest, list, member string, rows func(after string) iter.Seq2[string, V],
	view func(V) map[string]any) (any, error) {
	token := ""
	if in.NextToken != nil {
		token = *in.NextToken
	}
	after, ok := s.w.Continue(list, token)
	if !ok {
		return nil, invalid("The token is invalid.")
	}
	limit := pageMax
	if in.MaxResults != nil {
		limit = *in.MaxResults
	}
	values, last := world.Page(rows(after), limit)
	shown := make([]any, 0, len(values))
	for _, v := range values {
		shown = append(shown, view(v))
	}
	answer := map[string]any{member: shown}
	if last != "" {
		answer["NextToken"] = s.w.Token(list, last)
	}
	return answer, nil
}

// moment is the moment as of which lists show the store.
func (s service) moment() world.View { return s.w.View("identitystore") }

func (s service) listUsers(r *wire.Request) (any, error) {
	in, err := s.read(r, func(c *constraint.Check, in listRequest) { judgeExtensionNames(c, in.Extensions) })
	if err != nil {
		return nil, err
	}
	view := func(p world.Person) map[string]any { return s.view(p, in.Extensions) }
	name, filtered, err := filterOn(in, "UserName")
	if err != nil {
		return nil, err
	}
	rows := func(after string) iter.Seq2[string, world.Person] {
		return s.w.Directory.Users().After(after, s.moment())
	}
	if filtered {
		id, _ := s.w.Directory.UserID(name)
		rows = only(s.w.Directory.Users(), id, s.moment())
	}
	return page(s, in, world.Key("ListUsers", name), "Users", rows, view)
}

func (s service) listGroups(r *wire.Request) (any, error) {
	in, err := s.read(r, func(*constraint.Check, listRequest) {})
	if err != nil {
		return nil, err
	}
	name, filtered, err := filterOn(in, "DisplayName")
	if err != nil {
		return nil, err
	}
	rows := func(after string) iter.Seq2[string, world.DirectoryGroup] {
		return s.w.Directory.Groups().After(after, s.moment())
	}
	if filtered {
		id, _ := s.w.Directory.GroupID(name)
		rows = only(s.w.Directory.Groups(), id, s.moment())
	}
	return page(s, in, world.Key("ListGroups", name), "Groups", rows, s.viewGroup)
}

// filterOn gives the value of the filter, which may be on one attribute only.
func filterOn(in listRequest, attribute string) (value string, filtered bool, err error) {
	if len(in.Filters) == 0 {
		return "", false, nil
	}
	if f := in.Filters[0]; *f.AttributePath == attribute {
		return *f.AttributeValue, true, nil
	}
	return "", false, invalid("The attribute path %s can not be filtered on.", *in.Filters[0].AttributePath)
}

// only gives the row of one id, if it is there.
func only[V any](t *world.Table[V], id string, v world.View) func(string) iter.Seq2[string, V] {
	return func(after string) iter.Seq2[string, V] {
		return func(yield func(string, V) bool) {
			if row, ok := t.GetAt(id, v); ok && id > after {
				yield(id, row)
			}
		}
	}
}

func (s service) listGroupMemberships(r *wire.Request) (any, error) {
	in, err := s.read(r, func(c *constraint.Check, in listRequest) { c.Required("groupId", in.GroupID, resourceIDRule) })
	if err != nil {
		return nil, err
	}
	if _, ok := s.w.Directory.Groups().GetAt(*in.GroupID, s.moment()); !ok {
		return nil, notFound(kindGroup, *in.GroupID)
	}
	rows := func(after string) iter.Seq2[string, world.DirectoryMembership] {
		return s.w.Directory.Members(*in.GroupID, after, s.moment())
	}
	return page(s, in, world.Key("ListGroupMemberships", *in.GroupID), "GroupMemberships", rows, s.viewMembership)
}

func (s service) listGroupMembershipsForMember(r *wire.Request) (any, error) {
	in, err := s.read(r, func(c *constraint.Check, in listRequest) { judgeMember(c, in.MemberID) })
	if err != nil {
		return nil, err
	}
	user := *in.MemberID.UserID
	if _, ok := s.w.Directory.Users().GetAt(user, s.moment()); !ok {
		return nil, notFound(kindUser, user)
	}
	rows := func(after string) iter.Seq2[string, world.DirectoryMembership] {
		return s.w.Directory.GroupsOf(user, after, s.moment())
	}
	return page(s, in, world.Key("ListGroupMembershipsForMember", user), "GroupMemberships", rows, s.viewMembership)
}
