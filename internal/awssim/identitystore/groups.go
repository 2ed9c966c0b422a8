package identitystore

import (
	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// viewGroup gives a group as the API answers it.
func (s service) viewGroup(g world.DirectoryGroup) map[string]any {
	doc := map[string]any{"IdentityStoreId": s.w.Directory.StoreID, "GroupId": g.ID}
	attributes.Put(doc, "DisplayName", g.DisplayName)
	attributes.Put(doc, "Description", g.Description)
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
	c.Required("displayName", in.DisplayName, attributes.GroupNameRule)
	c.Text("description", in.Description, attributes.PlainRule)
	if err := verdict(&c); err != nil {
		return nil, err
	}
	if err := s.enter(r, *in.IdentityStoreID); err != nil {
		return nil, err
	}
	g := world.DirectoryGroup{DisplayName: *in.DisplayName}
	if in.Description != nil {
		g.Description = *in.Description
	}
	g, err := s.w.Directory.AddGroup(g, r.Caller.ARN)
	if err != nil {
		return nil, breach(err)
	}
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
	attributes.Put(doc, "DisplayName", g.DisplayName)
	attributes.Put(doc, "Description", g.Description)
	if doc, err = apply(attributes.Group, doc, in.Operations); err != nil {
		return nil, err
	}
	var c constraint.Check
	attributes.Group.Judge(&c, "", doc)
	if _, ok := doc["DisplayName"]; !ok {
		c.Missing("displayName")
	}
	if err := verdict(&c); err != nil {
		return nil, err
	}
	g.DisplayName, g.Description = attributes.Take(doc, "DisplayName"), attributes.Take(doc, "Description")
	if _, err := s.w.Directory.ChangeGroup(g, r.Caller.ARN); err != nil {
		return nil, breach(err)
	}
	return nothing{}, nil
}
