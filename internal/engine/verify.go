package engine

import (
	"context"
	"math/rand/v2"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// verifyPart is which part of a pass's calls goes into reading who stands behind registrations.
const verifyPart = 100

// verify reads the tags of registrations that look right by their names, where nobody has vouched for them yet: a
// person who was given a former one's name must not inherit what is registered under it. For a hint's people it is
// done at once; a pass does it for those whom something is to be changed about, or whose e-mail address is not their person's,
// since it could be another person's, and for some besides, others each time, at the cost of one call in a hundred. It reports whether it has read any.
func (e *Engine) verify(ctx context.Context, p *Pass) (bool, error) {
	var unread, changed []tenancy.Question
	for i := range p.derived.Want.Tenants {
		want := &p.derived.Want.Tenants[i]
		have := p.reading.have.Tenant(want.Namespace)
		if have == nil {
			continue
		}
		if p.verify {
			for _, f := range want.Former {
				if r := have.Registration(f.User); r != nil && r.Person == "" {
					changed = append(changed, tenancy.Question{Kind: tenancy.WhoIsBehind, Namespace: want.Namespace, User: f.User})
				}
			}
		}
		for j := range want.Registrations {
			w := &want.Registrations[j]
			if w.Person == "" || p.only != nil && !p.only[w.Person] {
				continue
			}
			r := have.Registration(w.User)
			if r == nil || r.Person != "" {
				continue
			}
			q := tenancy.Question{Kind: tenancy.WhoIsBehind, Namespace: want.Namespace, User: w.User}
			if r.Role != w.Role || r.Email != p.addressOf(w) || r.CustomPermissions != w.CustomPermissions || joins(want, have, w.User) {
				changed = append(changed, q)
			} else {
				unread = append(unread, q)
			}
		}
	}
	if p.only == nil && !p.verify {
		if most := max(1, p.reading.calls()/verifyPart); len(unread) > most {
			rand.Shuffle(len(unread), func(i, j int) { unread[i], unread[j] = unread[j], unread[i] })
			unread = unread[:most]
		}
	}
	unread = append(changed, unread...)
	return len(unread) > 0, e.answerAboutUsers(ctx, p.reading, unread)
}

// addressOf is the e-mail address of the person for whom a registration is wanted. Who is held is wanted with that of the
// registration, whosever it is: only their own tells them from somebody who had their name.
func (p *Pass) addressOf(w *tenancy.Registration) string {
	if person := p.reading.dir.Person(w.Person); person != nil {
		return person.Email
	}
	return w.Email
}

// joins reports whether a user is to come into a mirror in which they are not.
func joins(want, have *tenancy.Tenant, user tenancy.UserName) bool {
	for i := range want.Mirrors {
		if m := &want.Mirrors[i]; m.Has(user) {
			if there := have.Twin(m); there == nil || !there.Has(user) {
				return true
			}
		}
	}
	return false
}

// calls is about how many calls a reading has cost: a page of a list each.
func (r *reading) calls() int {
	pages := func(n int) int { return max(1, (n+99)/100) }
	calls := pages(len(r.have.Tenants)+len(r.have.Foreign)) + pages(len(r.dir.People)) + pages(len(r.dir.Groups))
	for i := range r.have.Tenants {
		t := &r.have.Tenants[i]
		calls += pages(len(t.Mirrors)+len(t.OtherGroups)) + pages(len(t.Registrations))
		for j := range t.Mirrors {
			calls += pages(len(t.Mirrors[j].Members))
		}
	}
	for _, members := range r.dir.Members {
		calls += pages(len(members))
	}
	return calls
}
