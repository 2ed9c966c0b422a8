package iam

import (
	"iter"
	"net/url"
	"strconv"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const reserved = "/aws-reserved/"

func (s service) role(form url.Values) (world.Role, error) {
	r, ok := s.w.IAM.Roles.Get(form.Get("RoleName"))
	if !ok {
		return r, noSuchEntity("The role with name %s cannot be found.", form.Get("RoleName"))
	}
	return r, nil
}

// mutable finds a role for changing it.
func (s service) mutable(form url.Values) (world.Role, error) {
	r, err := s.role(form)
	if err == nil && strings.HasPrefix(r.Path, reserved) {
		err = wire.Errorf(400, "UnmodifiableEntity",
			"Cannot perform the operation on the protected role '%s' - this role is only modifiable by AWS", r.Name)
	}
	return r, err
}

func (s service) createRole(form url.Values) (*result, error) {
	r := world.Role{Name: form.Get("RoleName"), Path: "/", Description: form.Get("Description"),
		Trust: form.Get("AssumeRolePolicyDocument"), MaxSession: 3600, CreatedAt: s.w.Now()}
	if form.Has("Path") {
		r.Path = form.Get("Path")
	}
	if strings.HasPrefix(r.Path, reserved) {
		return nil, invalidInput("The path %s is reserved for roles that AWS makes.", reserved)
	}
	if _, err := policydoc.ParseTrust(r.Trust); err != nil {
		return nil, malformed(err)
	}
	if form.Has("MaxSessionDuration") {
		r.MaxSession, _ = strconv.Atoi(form.Get("MaxSessionDuration"))
	}
	tags, err := tagsOf(form)
	if err != nil {
		return nil, err
	}
	if r.Boundary, err = s.boundary(form); err != nil {
		return nil, err
	}
	// Names are not distinguished by case.
	for name := range s.w.IAM.Roles.All() {
		if strings.EqualFold(name, r.Name) {
			return nil, alreadyExists("Role with name %s already exists.", r.Name)
		}
	}
	if limit := s.w.Behaviour().RoleLimit; s.w.IAM.Roles.Len() >= limit {
		return nil, wire.Errorf(409, "LimitExceeded", "Cannot exceed quota for RolesPerAccount: %d", limit)
	}
	r.Tags = world.SortTags(tags)
	r.ID = "AROA" + strings.ToUpper(strings.ReplaceAll(s.w.NewID(), "-", "")[:17])
	s.w.IAM.Roles.Put(r.Name, r)
	x := s.view(r, false)
	return &result{Role: &x}, nil
}

func tagsOf(form url.Values) ([]world.Tag, error) {
	var tags []world.Tag
	for i := 1; form.Has(element("Tags", i) + ".Key"); i++ {
		tags = append(tags, world.Tag{Key: form.Get(element("Tags", i) + ".Key"), Value: form.Get(element("Tags", i) + ".Value")})
	}
	if len(tags) > 50 {
		return nil, invalid("1 validation error detected: Value at 'tags' failed to satisfy constraint: Member must have length less than or equal to 50")
	}
	return tags, nil
}

func (s service) getRole(form url.Values) (*result, error) {
	r, err := s.role(form)
	if err != nil {
		return nil, err
	}
	x := s.view(r, false)
	return &result{Role: &x}, nil
}

func (s service) listRoles(form url.Values) (*result, error) {
	prefix := form.Get("PathPrefix")
	rows := func(after string) iter.Seq2[string, world.Role] {
		return func(yield func(string, world.Role) bool) {
			for name, r := range s.w.IAM.Roles.After(after, s.w.View("iam")) {
				if strings.HasPrefix(r.Path, prefix) && !yield(name, r) {
					return
				}
			}
		}
	}
	roles, answer, err := page(s, form, world.Key("ListRoles", prefix), rows)
	if err != nil {
		return nil, err
	}
	answer.Roles = &members[roleXML]{}
	for _, r := range roles {
		answer.Roles.Member = append(answer.Roles.Member, s.view(r, true))
	}
	return answer, nil
}

// page takes one page of rows, and begins the answer that tells whether there are more. list names the list with
// all that selects its rows, which is shortened because a marker may have 320 characters; rows begin after the key
// that they are given.
func page[V any](s service, form url.Values, list string, rows func(after string) iter.Seq2[string, V]) ([]V, *result, error) {
	list = world.UniqueID("", list)
	after, ok := s.w.Continue(list, form.Get("Marker"))
	if !ok {
		return nil, nil, invalid("Invalid Marker.")
	}
	limit := 100
	if form.Has("MaxItems") {
		limit, _ = strconv.Atoi(form.Get("MaxItems"))
	}
	values, last := world.Page(rows(after), limit)
	more := last != ""
	answer := &result{IsTruncated: &more}
	if more {
		answer.Marker = s.w.Token(list, last)
	}
	return values, answer, nil
}

func (s service) deleteRole(form url.Values) (*result, error) {
	r, err := s.mutable(form)
	if err != nil {
		return nil, err
	}
	switch {
	case len(r.Policies) > 0:
		return nil, wire.Errorf(409, "DeleteConflict", "Cannot delete entity, must delete policies first.")
	case len(r.Attached) > 0:
		return nil, wire.Errorf(409, "DeleteConflict", "Cannot delete entity, must detach all policies first.")
	}
	s.w.IAM.Roles.Delete(r.Name)
	return nil, nil
}

func (s service) updateAssumeRolePolicy(form url.Values) (*result, error) {
	r, err := s.mutable(form)
	if err != nil {
		return nil, err
	}
	if _, err := policydoc.ParseTrust(form.Get("PolicyDocument")); err != nil {
		return nil, malformed(err)
	}
	r.Trust = form.Get("PolicyDocument")
	s.w.IAM.Roles.Put(r.Name, r)
	return nil, nil
}
