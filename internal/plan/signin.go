package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// When people sign in through another role than before, each of them is another user of QuickSight, all at once: as when
// a permission set is assigned anew, and its role has another suffix. They are replaced as somebody is who was given
// another name, and everything follows. But a wrong role in the configuration looks just like that, so somebody has to say
// that it is meant: once for the whole account, since it is one change. Until then nobody is registered under the new role
// either who would come in beside their user of before. Once it is said it is outside of the brake and of the limits on
// additions, as nobody comes and nobody goes.

// SignInRoleReplaced: somebody is registered anew, since people sign in through another role than before.
const SignInRoleReplaced Hazard = "sign-in-role-replaced"

// pairsTold is how many roles a hold names at the most, with those that have taken their place.
const pairsTold = 3

// replacesRole reports whether a step is part of replacing a user of a former role.
func replacesRole(s *Step) bool { return slices.Contains(s.Hazards, SignInRoleReplaced) }

// follows reports whether a membership is one that somebody had under a former role, or comes with their registration
// under the role of now.
func (d *differ) follows(c AddMember) bool {
	former, is := d.replaced[c.User]
	if !is {
		return false
	}
	have := d.have.Tenant(c.Namespace)
	there := have.Twin(&tenancy.Mirror{Group: c.Group, Name: c.Mirror})
	return have.Registration(c.User) == nil || there != nil && there.Has(former)
}

// holdReplaced answers the one hold of those who are registered under a former role, whatever this run is narrowed to.
func (g *guard) holdReplaced() {
	if g.allowed(SignInRoleReplaced) {
		return
	}
	people, pairs := map[tenancy.PersonID]bool{}, map[string]bool{}
	for i := range g.steps {
		s := &g.steps[i]
		c, is := s.Change.(RemoveRegistration)
		if !is || !replacesRole(s) || s.Held != "" || g.policy.Rollout != nil && !slices.Contains(g.policy.Rollout, c.Namespace) {
			continue
		}
		people[c.Person] = true
		pairs[c.User.RoleName()+" → "+c.Back.RoleName()] = true
	}
	if len(people) == 0 {
		return
	}
	of := fmt.Sprintf("%d people", len(people))
	if g.policy.Sizes != nil {
		of = "people" // not all of them are looked at
	}
	g.hold(tenancy.Hold{
		Code: tenancy.Code(SignInRoleReplaced), Object: "account",
		Reason: fmt.Sprintf("%s are registered under a role that people signed in with before (%s): their users are replaced by those of the role of now, with all that they hold", of, tell(pairs)),
		Ends:   fmt.Sprintf("if it is meant: tenantry apply --allow %s", SignInRoleReplaced),
	})
}

func tell(pairs map[string]bool) string {
	var all []string
	for pair := range pairs {
		all = append(all, pair)
	}
	slices.Sort(all)
	if more := len(all) - pairsTold; more > 0 {
		all = append(all[:pairsTold], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(all, ", ")
}

// staysUntil keeps the user of a former role for as long as the one of now cannot be registered.
func (g *guard) staysUntil() {
	blocked, stays := map[leaver]tenancy.Code{}, map[leaver]tenancy.Code{}
	for i := range g.steps {
		if s := &g.steps[i]; s.Change.Kind() == KindRegister && replacesRole(s) {
			blocked[leaver{s.Change.In(), tenancy.UserName(s.Change.Object())}] = s.Held
		}
	}
	for i := range g.steps {
		s := &g.steps[i]
		if c, is := s.Change.(RemoveRegistration); is && replacesRole(s) {
			stays[leaver{c.Namespace, c.User}] = blocked[leaver{c.Namespace, c.Back}]
		}
	}
	for i := range g.steps {
		s := &g.steps[i]
		if leaves(s.Change) {
			s.Held = cmp.Or(s.Held, stays[leaver{s.Change.In(), tenancy.UserName(s.Change.Object())}])
		}
	}
}
