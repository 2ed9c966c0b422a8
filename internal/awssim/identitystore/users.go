package identitystore

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/awssim/attributes"
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
	adopted, err := attributes.User.Adopt("", body)
	if err != nil {
		return nil, wire.Errorf(400, "SerializationException", "%v", err)
	}
	doc := adopted.(map[string]any)
	if err := attributes.Judge(doc); err != nil {
		return nil, invalid("%v", err)
	}
	if err := s.enter(r, *in.IdentityStoreID); err != nil {
		return nil, err
	}
	return s.storeUser(r, doc)
}

func (s service) storeUser(r *wire.Request, doc map[string]any) (any, error) {
	p, err := s.w.Directory.AddUser(attributes.With(world.Person{}, doc), r.Caller.ARN)
	if err != nil {
		return nil, breach(err)
	}
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
	doc, err := apply(attributes.User, attributes.Of(p), in.Operations)
	if err != nil {
		return nil, err
	}
	if err := attributes.Judge(doc); err != nil {
		return nil, invalid("%v", err)
	}
	if _, err := s.w.Directory.ChangeUser(attributes.With(p, doc), r.Caller.ARN); err != nil {
		return nil, breach(err)
	}
	return nothing{}, nil
}
