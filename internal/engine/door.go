//go:build !tenantry.lambda

package engine

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Doorkeeper reads what says whether the door of just-in-time provisioning can be shut. It writes nothing.
type Doorkeeper struct {
	// Auditor reads the rest. Its Inspector is not asked: whose assets are whose matters to no door.
	Auditor *Auditor
	SignIns SignInSources
	Back    time.Duration     // how far back the trail is read
	Vouched []tenancy.Session // see audit.DoorFacts
	Leave   []string
}

// Facts makes sure that this is the right account, and reads it. Who is assigned and what the trail tells may be missing,
// and is then among the facts' Missed, with the reason.
func (d *Doorkeeper) Facts(ctx context.Context) (*audit.DoorFacts, error) {
	e := d.Auditor.Engine
	if _, err := e.Check(ctx); err != nil {
		return nil, err
	}
	r := &auditing{Auditor: d.Auditor, facts: audit.Facts{Account: e.Account, Region: e.IdentityRegion, At: time.Now().Unix(), HouseRoles: e.Rules.House.SignInRoles}}
	f := &audit.DoorFacts{Facts: &r.facts, Sessions: map[tenancy.PersonID]tenancy.Session{}, Sets: map[string]tenancy.Assigned{}, Vouched: d.Vouched, Leave: d.Leave}
	for _, read := range []func(context.Context) error{
		r.ofPass, r.identities,
		func(ctx context.Context) error { return d.assigned(ctx, r, f) },
		func(ctx context.Context) error { return d.trail(ctx, r, f) },
	} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	for i := range r.facts.Directory.People {
		p := &r.facts.Directory.People[i]
		f.Sessions[p.ID] = e.Rules.SessionOf(p)
	}
	return f, nil
}

// assigned reads who is assigned to the sign-in roles. Of a role of one's own no API says who comes through it.
func (d *Doorkeeper) assigned(ctx context.Context, r *auditing, f *audit.DoorFacts) error {
	r.tell("reading who is assigned to the sign-in roles")
	f.AssignedRead = len(r.facts.SignIn) > 0
	for _, s := range r.facts.SignIn {
		if s.PermissionSet == "" {
			f.AssignedRead = false
			continue
		}
		of, err := d.SignIns.Assigned(ctx, s.PermissionSet)
		if err != nil {
			f.AssignedRead = false
			if err := r.missed(ctx, err, "who is assigned to the permission set "+s.PermissionSet); err != nil {
				return err
			}
			continue
		}
		f.Sets[s.PermissionSet] = of
		for _, p := range of.People {
			f.Assigned = append(f.Assigned, audit.AssignedTo{Role: s.Role, Person: p})
		}
		for _, g := range of.Groups {
			members, err := d.members(ctx, r, g)
			if err != nil {
				f.AssignedRead = false
				if err := r.missed(ctx, err, "who is in the group "+string(g)+", which is assigned to the permission set "+s.PermissionSet); err != nil {
					return err
				}
			}
			for _, p := range members {
				f.Assigned = append(f.Assigned, audit.AssignedTo{Role: s.Role, Person: p, Through: g})
			}
		}
	}
	return nil
}

// members are the people of a group, read now where the pass had no need of them.
func (d *Doorkeeper) members(ctx context.Context, r *auditing, g tenancy.GroupID) ([]tenancy.PersonID, error) {
	if read, ok := r.facts.Directory.Members[g]; ok {
		return read, nil
	}
	all, err := d.Auditor.Engine.memberships(ctx, g)
	if err != nil {
		return nil, err
	}
	people := make([]tenancy.PersonID, len(all))
	for i, m := range all {
		people[i] = m.Person
	}
	r.facts.Directory.Members[g] = people
	return people, nil
}

func (d *Doorkeeper) trail(ctx context.Context, r *auditing, f *audit.DoorFacts) error {
	r.tell("reading the trail: who has signed in")
	var roles []string
	for _, s := range r.facts.SignIn {
		roles = append(roles, s.Role.Name())
	}
	since := time.Now().Add(-d.Back)
	f.Back = since.Unix()
	trail, err := d.SignIns.Trail(ctx, roles, since)
	if err != nil {
		return r.missed(ctx, err, "the trail of sign-ins (CloudTrail)")
	}
	f.Trail = &trail
	return nil
}
