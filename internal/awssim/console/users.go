package console

import (
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// administrator is who has created and changed what was done here: the account, as the samples of events show.
func (s service) administrator() string { return s.w.Directory.OwnerAccount }

// person gives p with what was written in the form, judged as the identity store judges it.
func (in input) person(p world.Person) (world.Person, error) {
	doc := attributes.Of(p)
	for path, value := range map[string]*string{"UserName": in.UserName, "DisplayName": in.DisplayName,
		"Name.GivenName": in.GivenName, "Name.FamilyName": in.FamilyName, "Emails.Value": in.Email} {
		if value == nil {
			continue
		}
		var err error
		if doc, err = attributes.User.Set(doc, strings.Split(path, "."), *value); err != nil {
			return p, invalid("%v", err)
		}
	}
	if err := attributes.Judge(doc); err != nil {
		return p, invalid("%v", err)
	}
	return attributes.With(p, doc), nil
}

// createUser needs userName, givenName and familyName; displayName is made of these when it is left out, as the
// console's form does.
func (s service) createUser(in input) (result, error) {
	if in.DisplayName == nil && in.GivenName != nil && in.FamilyName != nil {
		name := *in.GivenName + " " + *in.FamilyName
		in.DisplayName = &name
	}
	p, err := in.person(world.Person{})
	if err != nil {
		return result{}, err
	}
	if p, err = s.w.Directory.AddUser(p, s.administrator()); err != nil {
		return result{}, err
	}
	event := map[string]any{"user": map[string]any{"userId": p.ID, "userName": hidden, "active": true, "meta": s.meta(p.CreatedAt, p.UpdatedAt)}}
	return result{answer: map[string]any{"userId": p.ID}, event: event}, nil
}

func (s service) findUser(id string) (world.Person, error) {
	p, ok := s.w.Directory.Users().Get(id)
	if !ok {
		return p, notFound("user", id)
	}
	return p, nil
}

// changeUser changes the user of the form.
func (s service) changeUser(in input, change func(world.Person) (world.Person, error)) (result, error) {
	p, err := s.findUser(in.UserID)
	if err != nil {
		return result{}, err
	}
	if p, err = change(p); err != nil {
		return result{}, err
	}
	_, err = s.w.Directory.ChangeUser(p, s.administrator())
	return result{}, err
}

// updateUser changes everything but the name by which the user signs in.
func (s service) updateUser(in input) (result, error) {
	if in.UserName != nil {
		return result{}, invalid("UpdateUser leaves userName alone: see UpdateUserName.")
	}
	return s.changeUser(in, in.person)
}

func (s service) updateUserName(in input) (result, error) {
	if in.UserName == nil {
		return result{}, invalid("userName is required.")
	}
	only := input{UserID: in.UserID, UserName: in.UserName}
	return s.changeUser(only, only.person)
}

func (s service) disableUser(in input) (result, error) { return s.setStatus(in, world.PersonDisabled) }

func (s service) enableUser(in input) (result, error) { return s.setStatus(in, world.PersonEnabled) }

func (s service) setStatus(in input, status string) (result, error) {
	return s.changeUser(in, func(p world.Person) (world.Person, error) {
		p.Status = status
		return p, nil
	})
}

func (s service) deleteUser(in input) (result, error) {
	if _, err := s.findUser(in.UserID); err != nil {
		return result{}, err
	}
	s.w.Directory.DeleteUser(in.UserID)
	return result{}, nil
}
