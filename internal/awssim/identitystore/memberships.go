package identitystore

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// viewMembership gives a membership as the API answers it.
func (s service) viewMembership(m world.DirectoryMembership) map[string]any {
	doc := map[string]any{"IdentityStoreId": s.w.Directory.StoreID, "MembershipId": m.ID, "GroupId": m.GroupID,
		"MemberId": memberID{&m.UserID}}
	putTimes(doc, m.CreatedAt, m.UpdatedAt, m.CreatedBy, m.UpdatedBy)
	return doc
}

// pairRequest is what names a group and a member.
type pairRequest struct {
	IdentityStoreID *string
	GroupID         *string
	MemberID        *memberID
}

func (s service) pair(r *wire.Request) (group, user string, err error) {
	var in pairRequest
	if err := decode(r, &in); err != nil {
		return "", "", err
	}
	var c constraint.Check
	judgeStore(&c, in.IdentityStoreID)
	c.Required("groupId", in.GroupID, resourceIDRule)
	judgeMember(&c, in.MemberID)
	if err := verdict(&c); err != nil {
		return "", "", err
	}
	if err := s.enter(r, *in.IdentityStoreID); err != nil {
		return "", "", err
	}
	if _, err := s.findGroup(*in.GroupID); err != nil {
		return "", "", err
	}
	if err := s.hasUser(*in.MemberID.UserID); err != nil {
		return "", "", err
	}
	return *in.GroupID, *in.MemberID.UserID, nil
}

func (s service) hasUser(id string) error {
	if _, ok := s.w.Directory.Users().Get(id); !ok {
		return notFound(kindUser, id)
	}
	return nil
}

func (s service) createGroupMembership(r *wire.Request) (any, error) {
	group, user, err := s.pair(r)
	if err != nil {
		return nil, err
	}
	m, err := s.w.Directory.AddMember(group, user, r.Caller.ARN)
	if err != nil {
		return nil, breach(err)
	}
	return s.membershipName(m), nil
}

func (s service) membershipName(m world.DirectoryMembership) any {
	return map[string]any{"IdentityStoreId": s.w.Directory.StoreID, "MembershipId": m.ID}
}

func (s service) getGroupMembershipID(r *wire.Request) (any, error) {
	group, user, err := s.pair(r)
	if err != nil {
		return nil, err
	}
	m, ok := s.w.Directory.Membership(group, user, world.View{})
	if !ok {
		return nil, notFound(kindMembership, "")
	}
	return s.membershipName(m), nil
}

// membership reads a request that names a membership, and finds it.
func (s service) membership(r *wire.Request) (m world.DirectoryMembership, err error) {
	var in struct{ IdentityStoreID, MembershipID *string }
	if err := decode(r, &in); err != nil {
		return m, err
	}
	var c constraint.Check
	judgeStore(&c, in.IdentityStoreID)
	c.Required("membershipId", in.MembershipID, resourceIDRule)
	if err := verdict(&c); err != nil {
		return m, err
	}
	if err := s.enter(r, *in.IdentityStoreID); err != nil {
		return m, err
	}
	m, ok := s.w.Directory.Memberships().Get(*in.MembershipID)
	if !ok {
		return m, notFound(kindMembership, *in.MembershipID)
	}
	return m, nil
}

func (s service) describeGroupMembership(r *wire.Request) (any, error) {
	m, err := s.membership(r)
	if err != nil {
		return nil, err
	}
	return s.viewMembership(m), nil
}

func (s service) deleteGroupMembership(r *wire.Request) (any, error) {
	m, err := s.membership(r)
	if err != nil {
		return nil, err
	}
	s.w.Directory.Leave(m.ID)
	return nothing{}, nil
}

func (s service) isMemberInGroups(r *wire.Request) (any, error) {
	var in struct {
		IdentityStoreID *string
		MemberID        *memberID
		GroupIDs        []string
	}
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	var c constraint.Check
	judgeStore(&c, in.IdentityStoreID)
	judgeMember(&c, in.MemberID)
	judgeGroupIDs(&c, in.GroupIDs)
	if err := verdict(&c); err != nil {
		return nil, err
	}
	if err := s.enter(r, *in.IdentityStoreID); err != nil {
		return nil, err
	}
	user := *in.MemberID.UserID
	if err := s.hasUser(user); err != nil {
		return nil, err
	}
	results := []any{}
	for _, group := range in.GroupIDs {
		_, is := s.w.Directory.Membership(group, user, world.View{})
		results = append(results, map[string]any{"GroupId": group, "MemberId": in.MemberID, "MembershipExists": is})
	}
	return map[string]any{"Results": results}, nil
}

func judgeGroupIDs(c *constraint.Check, ids []string) {
	if ids == nil {
		c.Missing("groupIds")
		return
	}
	c.List("groupIds", len(ids), 1, 100)
	for i, id := range ids {
		c.Text(fmt.Sprintf("groupIds.%d.member", i+1), &id, resourceIDRule)
	}
}
