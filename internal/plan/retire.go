package plan

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// When a tenant is retired, a person has said by name that everybody is to leave it. So nothing keeps anybody in its
// groups: that no source has shrunk, and that they are not too many, is what the person has said. But a removal cannot
// be undone, and the limits of the day hold for those: only so many registrations go as they let, those of the people
// whom nothing else holds, and the last one goes like any other. Who is in the groups no more and registered still
// counts as somebody who has lost nothing yet.

// retirement is what the brake knows of a tenant that is emptied.
type retirement struct {
	namespace tenancy.Namespace
	users     map[tenancy.UserName]bool // who is registered there now
	going     map[tenancy.UserName]bool // who is to be removed
}

// retirement is that of the policy, nil for none.
func (g *guard) retirement() *retirement {
	n := g.policy.Removals.Retires
	t := g.have.Tenant(n)
	if t == nil {
		return nil
	}
	r := &retirement{namespace: n, users: map[tenancy.UserName]bool{}, going: map[tenancy.UserName]bool{}}
	for i := range t.Registrations {
		r.users[t.Registrations[i].User] = true
	}
	for _, s := range g.steps {
		if c, ok := s.Change.(RemoveRegistration); ok && s.Held == "" && c.Namespace == n {
			r.going[c.User] = true
		}
	}
	return r
}

// removed counts who was removed within the day: of the tenant, and of the account with those who lost something
// elsewhere.
func (r *retirement) removed(lost Losses) (tenant, account int) {
	for n, users := range lost {
		for _, user := range users {
			switch {
			case n != r.namespace:
				account++
			case !r.users[user]:
				tenant++
			}
		}
	}
	return tenant, account + tenant
}

// lets is Brake.Lets: the plan has chosen how many go of the tenant, and elsewhere others may have gone since.
func (r *retirement) lets(c Change, lost Losses, most int) bool {
	if c.In() != r.namespace || c.Kind() != KindRemoveRegistration {
		return true
	}
	_, before := r.removed(lost)
	return before+len(r.going) <= most
}

// brakeRetirement holds the removals of a tenant that is emptied which are above the limits of the day. It is asked
// last, so that nobody takes the place of another and stays for some other reason.
func (g *guard) brakeRetirement() {
	r := g.retirement()
	if r == nil || len(r.going) == 0 || g.allowed(ManyRemovals) {
		return
	}
	people := 0
	for i := range g.have.Tenants {
		people += g.size(&g.have.Tenants[i])
	}
	t := g.have.Tenant(r.namespace)
	tenant, account := r.removed(g.policy.Removals.Lost)
	most := g.most(t)
	left := min(most-tenant, max(minAccountLosses, people*g.policy.Removals.AccountPercent/100)-account)
	kept := 0
	for i := range g.steps {
		s := &g.steps[i]
		c, ok := s.Change.(RemoveRegistration)
		if !ok || s.Held != "" || c.Namespace != r.namespace {
			continue
		}
		if left--; left < 0 {
			s.Held = tenancy.Code(ManyRemovals)
			kept++
		}
	}
	if kept == 0 {
		return
	}
	g.hold(tenancy.Hold{
		Code: tenancy.Code(ManyRemovals), Object: r.namespace.String(), Namespace: r.namespace.String(), Access: true,
		Reason: fmt.Sprintf("%d people of %d are to be removed%s, and at most %d may within a day; %d stay registered, and in no group", len(r.going), g.size(t), already(tenant), most, kept),
		Ends:   fmt.Sprintf("tenantry retire %s again tomorrow; or, for all of them now, with --allow %s", r.namespace, ManyRemovals),
	})
}
