package identitystore

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

func (s service) createUser(r *wire.Request) (any, error) {
	var in struct{ IdentityStoreID *string }
	var body map[string]any
	if err := decode(r, &in, &body); err != nil {
		return nil, err
	}
	var c constraint.Check
	judgeStore(&c, in.IdentityStoreID)
	if err := verdict(&c); err != nil {
		return nil, err
	}
	adopted, err := userShape.adopt("", body)
	if err != nil {
		return nil, wire.Errorf(400, "SerializationException", "%v", err)
	}
	doc := adopted.(map[string]any)
	if err := judgeUser(doc); err != nil {
		return nil, err
	}
	if err := s.enter(r, *in.IdentityStoreID); err != nil {
		return nil, err
	}
	return s.storeUser(r, doc)
}

func (s service) storeUser(r *wire.Request, doc map[string]any) (any, error) {
	now := s.w.Now()
	p := withAttributes(world.Person{Status: world.PersonEnabled, CreatedAt: now, UpdatedAt: now,
		CreatedBy: r.Caller.ARN, UpdatedBy: r.Caller.ARN}, doc)
	if err := s.free(p); err != nil {
		return nil, err
	}
	if s.w.Directory.Users().Len() >= maxUsers {
		return nil, quotaExceeded("users")
	}
	p.ID = s.w.NewID()
	s.w.Directory.PutUser(p)
	return map[string]any{"IdentityStoreId": s.w.Directory.StoreID, "UserId": p.ID}, nil
}

// userRequest is what names a user.
type userRequest struct {
	IdentityStoreID *string
	UserID          *string
	Extensions      []string
	Operations      []attributeOperation
}

func (u userRequest) judge(c *constraint.Check) {
	judgeStore(c, u.IdentityStoreID)
	c.Required("userId", u.UserID, resourceIDRule)
	judgeExtensionNames(c, u.Extensions)
}

func judgeExtensionNames(c *constraint.Check, names []string) {
	if names == nil {
		return
	}
	c.List("extensions", len(names), 1, 10)
	for i, name := range names {
		c.Text(fmt.Sprintf("extensions.%d.member", i+1), &name, extensionRule)
	}
}

// user reads a request that names a user, and finds it.
func (s service) user(r *wire.Request, judge func(*constraint.Check, userRequest)) (in userRequest, p world.Person, err error) {
	if err = decode(r, &in); err != nil {
		return in, p, err
	}
	var c constraint.Check
	in.judge(&c)
	judge(&c, in)
	if err = verdict(&c); err != nil {
		return in, p, err
	}
	if err = s.enter(r, *in.IdentityStoreID); err != nil {
		return in, p, err
	}
	p, ok := s.w.Directory.Users().Get(*in.UserID)
	if !ok {
		return in, p, notFound(kindUser, *in.UserID)
	}
	return in, p, nil
}

func noMore(*constraint.Check, userRequest) {}

func (s service) describeUser(r *wire.Request) (any, error) {
	in, p, err := s.user(r, noMore)
	if err != nil {
		return nil, err
	}
	return s.view(p, in.Extensions), nil
}

func (s service) deleteUser(r *wire.Request) (any, error) {
	_, p, err := s.user(r, noMore)
	if err != nil {
		return nil, err
	}
	s.w.Directory.DeleteUser(p.ID)
	return nothing{}, nil
}

func (s service) updateUser(r *wire.Request) (any, error) {
	in, p, err := s.user(r, func(c *constraint.Check, in userRequest) { judgeOperations(c, in.Operations) })
	if err != nil {
		return nil, err
	}
	doc, err := apply(userShape, attributesOf(p), in.Operations)
	if err != nil {
		return nil, err
	}
	if err := judgeUser(doc); err != nil {
		return nil, err
	}
	p = withAttributes(p, doc)
	if err := s.free(p); err != nil {
		return nil, err
	}
	p.UpdatedAt, p.UpdatedBy = s.w.Now(), r.Caller.ARN
	s.w.Directory.PutUser(p)
	return nothing{}, nil
}
