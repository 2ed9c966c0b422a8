package identitystore

import (
	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// viewGroup gives a group as the API answers it.
func (s service) viewGroup(g world.DirectoryGroup) map[string]any {
	doc := map[string]any{"IdentityStoreId": s.w.Directory.StoreID, "GroupId": g.ID}
	put(doc, "DisplayName", g.DisplayName)
	put(doc, "Description", g.Description)
	if len(g.ExternalIDs) > 0 {
		doc["ExternalIds"] = externalIDs(g.ExternalIDs)
	}
	putTimes(doc, g.CreatedAt, g.UpdatedAt, g.CreatedBy, g.UpdatedBy)
	return doc
}

func (s service) createGroup(r *wire.Request) (any, error) {
	var in struct{ IdentityStoreID, DisplayName, Description *string }
	if err := decode(r, &in); err != nil {
		return nil, err
	}
	var c constraint.Check
	judgeStore(&c, in.IdentityStoreID)
	// The model lets a group go without a name; IAM Identity Center does not.
	c.Required("displayName", in.DisplayName, groupNameRule)
	c.Text("description", in.Description, sensitiveRule)
	if err := verdict(&c); err != nil {
		return nil, err
	}
	if err := s.enter(r, *in.IdentityStoreID); err != nil {
		return nil, err
	}
	if _, taken := s.w.Directory.GroupID(*in.DisplayName); taken {
		return nil, conflict("Duplicate GroupDisplayName")
	}
	if s.w.Directory.Groups().Len() >= maxGroups {
		return nil, quotaExceeded("groups")
	}
	now := s.w.Now()
	g := world.DirectoryGroup{ID: s.w.NewID(), DisplayName: *in.DisplayName, CreatedAt: now, UpdatedAt: now,
		CreatedBy: r.Caller.ARN, UpdatedBy: r.Caller.ARN}
	if in.Description != nil {
		g.Description = *in.Description
	}
	s.w.Directory.PutGroup(g)
	return map[string]any{"IdentityStoreId": s.w.Directory.StoreID, "GroupId": g.ID}, nil
}

// groupRequest is what names a group.
type groupRequest struct {
	IdentityStoreID *string
	GroupID         *string
	Operations      []attributeOperation
}

// group reads a request that names a group, and finds it.
func (s service) group(r *wire.Request, judge func(*constraint.Check, groupRequest)) (in groupRequest, g world.DirectoryGroup, err error) {
	if err = decode(r, &in); err != nil {
		return in, g, err
	}
	var c constraint.Check
	judgeStore(&c, in.IdentityStoreID)
	c.Required("groupId", in.GroupID, resourceIDRule)
	judge(&c, in)
	if err = verdict(&c); err != nil {
		return in, g, err
	}
	if err = s.enter(r, *in.IdentityStoreID); err != nil {
		return in, g, err
	}
	g, err = s.findGroup(*in.GroupID)
	return in, g, err
}

func (s service) findGroup(id string) (world.DirectoryGroup, error) {
	g, ok := s.w.Directory.Groups().Get(id)
	if !ok {
		return g, notFound(kindGroup, id)
	}
	return g, nil
}

func noOperations(*constraint.Check, groupRequest) {}

func (s service) describeGroup(r *wire.Request) (any, error) {
	_, g, err := s.group(r, noOperations)
	if err != nil {
		return nil, err
	}
	return s.viewGroup(g), nil
}

func (s service) deleteGroup(r *wire.Request) (any, error) {
	_, g, err := s.group(r, noOperations)
	if err != nil {
		return nil, err
	}
	s.w.Directory.DeleteGroup(g.ID)
	return nothing{}, nil
}

func (s service) updateGroup(r *wire.Request) (any, error) {
	in, g, err := s.group(r, func(c *constraint.Check, in groupRequest) { judgeOperations(c, in.Operations) })
	if err != nil {
		return nil, err
	}
	doc := map[string]any{}
	put(doc, "DisplayName", g.DisplayName)
	put(doc, "Description", g.Description)
	if doc, err = apply(groupShape, doc, in.Operations); err != nil {
		return nil, err
	}
	var c constraint.Check
	groupShape.judge(&c, "", doc)
	if _, ok := doc["DisplayName"]; !ok {
		c.Missing("displayName")
	}
	if err := verdict(&c); err != nil {
		return nil, err
	}
	g.DisplayName, g.Description = take(doc, "DisplayName"), take(doc, "Description")
	if id, taken := s.w.Directory.GroupID(g.DisplayName); taken && id != g.ID {
		return nil, conflict("Duplicate GroupDisplayName")
	}
	g.UpdatedAt, g.UpdatedBy = s.w.Now(), r.Caller.ARN
	s.w.Directory.PutGroup(g)
	return nothing{}, nil
}
