package rules

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Suspended is the code of a note about somebody who is suspended, and will be taken out when their time is over.
const Suspended tenancy.Code = "suspended"

// suspend wants somebody who is disabled, and whose groups say that they belong to a tenant, to be suspended there
// for a while: they keep the registration and nothing else. Since when they are, their tag says.
func (d *deriver) suspend(p *tenancy.Person, own []belonging) {
	if d.rules.Leavers.Grace <= 0 {
		return
	}
	session, err := d.session(p)
	if err != nil {
		return
	}
	done := map[tenancy.Namespace]bool{}
	for _, b := range own {
		n := d.bindings[b.binding].namespace
		t := d.out.Want.Tenant(n)
		if t == nil || done[n] || !d.mayGrant(b) {
			continue
		}
		done[n] = true
		user := tenancy.Principal{Role: t.SignIn, Session: session}.UserName()
		have := d.haveRegistration(n, user)
		if have == nil || isAnothers(have, p.ID) {
			continue
		}
		if have.Person == "" {
			d.out.Questions = append(d.out.Questions, tenancy.Question{Kind: tenancy.WhoIsBehind, Namespace: n, User: user})
		}
		if since := have.Suspended.Since; since != 0 {
			until := since + d.rules.Leavers.Grace
			if until <= d.rules.Now {
				continue // their time is over
			}
			d.out.Notes = append(d.out.Notes, tenancy.Note{
				Code: Suspended, Object: string(p.ID), Namespace: n.String(),
				Text:  fmt.Sprintf("%s is disabled, and suspended: they are taken out when their time is over, unless they are enabled before", tenancy.Word(string(user))),
				Until: until,
			})
		}
		r := *have
		r.Person, r.Leaving = p.ID, true
		if t.SuspendWith != "" {
			r.CustomPermissions = t.SuspendWith
		}
		t.Registrations = append(t.Registrations, r)
	}
}

// askWhetherSuspended asks for the tag of somebody who looks as if they had been suspended: they have the profile of
// those who are, or are in none of the groups in which they should be.
func (d *deriver) askWhetherSuspended(t *tenancy.Tenant, have *tenancy.Registration, own []belonging) {
	l := d.rules.Leavers
	if have.Person != "" || l.Grace <= 0 && l.SuspendWith == "" {
		return
	}
	in := slices.ContainsFunc(own, func(b belonging) bool {
		m := d.have.Tenant(t.Namespace).Mirror(d.bindings[b.binding].group)
		return m != nil && m.Has(have.User)
	})
	if !in || l.SuspendWith != "" && have.CustomPermissions == l.SuspendWith {
		d.out.Questions = append(d.out.Questions, tenancy.Question{Kind: tenancy.WhoIsBehind, Namespace: t.Namespace, User: have.User})
	}
}
