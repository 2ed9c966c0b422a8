package engine

import (
	"context"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Stray is somebody of a tenant who is a user of default: they see there what is shared there, and what they should see they
// do not.
type Stray struct {
	User   tenancy.UserName
	Person tenancy.PersonID
}

// inDefault are the users of default that are, as the rules have it, a tenant's people: under their sign-in role, or under
// one of before.
func (p *Pass) inDefault(signIn *rules.SignIn) []Stray {
	f := p.reading.have.ForeignNamed(tenancy.DefaultNamespace)
	if f == nil || len(f.Users) == 0 {
		return nil
	}
	users, people := map[tenancy.UserName]tenancy.PersonID{}, map[string]tenancy.PersonID{}
	for _, t := range p.derived.Want.Tenants {
		for _, r := range t.Registrations {
			users[r.User] = r.Person
			people[tenancy.Session(r.User.SessionName()).Fold()] = r.Person
		}
	}
	var all []Stray
	for _, r := range f.Users {
		person, is := users[r.User]
		if !is && signIn.Formerly(r.User.RoleName()) {
			person, is = people[tenancy.Session(r.User.SessionName()).Fold()]
		}
		if is {
			all = append(all, Stray{r.User, person})
		}
	}
	return all
}

// SignsIn are the people of the directory who sign in by a session name, as far as is known.
func (k *Keeper) SignsIn(s tenancy.Session) []tenancy.PersonID {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.index == nil || s == "" {
		return nil
	}
	return k.index.SignsInAs(s)
}

// NoteInDefault puts it into the history that somebody was found in default. Since when they are there, nobody knows.
func (k *Keeper) NoteInDefault(ctx context.Context, cause tenancy.Cause, strays []Stray) error {
	run := runID()
	var entries []plan.Entry
	for _, s := range strays {
		entries = append(entries, plan.Entry{
			What: plan.Drifted, Run: run, Cause: cause, Actor: k.Bulk.Actor, Namespace: tenancy.DefaultNamespace, Object: string(s.User), Person: s.Person,
			Text: "found in default by a pass: just-in-time provisioning has let them in, or nobody has moved them yet",
		})
	}
	_, err := k.Bulk.record(ctx, entries...)
	return err
}
