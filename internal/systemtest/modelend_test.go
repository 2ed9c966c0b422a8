package systemtest

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
)

// end lets the faults stop, and expects that two applies leave nothing to do; and then the same of applies that may do
// anything.
func (m *model) end(t *rapid.T) {
	m.suffer()
	time.Sleep(2 * time.Minute)
	m.rest(t, nil, true)
	m.complete(t, anybody)
	m.check.lax["S7"] = true
	time.Sleep(2 * time.Minute)
	m.finish(t, m.rest(t, plan.AllowableHazards(), true))
}

// rest applies twice, and expects of the third time that there is nothing to do. It answers what that one has seen.
func (m *model) rest(t *rapid.T, allow []plan.Hazard, verify bool) *engine.Pass {
	apply := func() (*process, plan.Report, error) {
		p := m.start()
		p.allow, p.verify = allow, verify
		report, err := p.apply(context.Background())
		return p, report, err
	}
	var report plan.Report
	for range 2 {
		var err error
		if _, report, err = apply(); err != nil {
			t.Fatalf("L1: %v", err)
		}
	}
	if len(report.Failed)+report.NotReached > 0 {
		t.Fatalf("L1: the second apply after the faults: %d not reached, failed: %s", report.NotReached, failures(report))
	}
	var p *process
	n := m.writes(func() { p, _, _ = apply() })
	if pending := p.last.Plan.Pending(); n > 0 || len(pending) > 0 {
		t.Fatalf("S15: %d writes and %d steps when all should be done: %+v", n, len(pending), pending)
	}
	m.whole(t)
	return p.last
}

// whole fails for a breach of a promise.
func (m *model) whole(t *rapid.T) {
	if stories := m.check.breaches(); len(stories) > 0 {
		t.Fatalf("%s", stories[0])
	}
}

// finish makes sure of what is true when nothing moves any more and everything was allowed.
func (m *model) finish(t *rapid.T, last *engine.Pass) {
	m.complete(t, func(namespace, user string) bool { return keptIn(last, namespace, user) })
	m.ownedAndNamed(t)
	m.noMoveLeft(t, last)
	m.now(func(d *world.Directory, q *world.QuickSight) {
		for _, line := range m.ledger.missing(d, q) {
			t.Fatalf("S6: %s", line)
		}
	})
	for _, p := range m.plainPeople() {
		user := world.PrincipalName(strings.ReplaceAll(m.config.Rules.SignIn.Role, "{namespace}", p.namespace), p.name)
		if u, there := m.user(p.namespace, user); there && slices.Contains(ranks, u.Role) && behindUser(u) != "" && behindUser(u) != m.id(p.name) && !keptIn(last, p.namespace, user) {
			t.Fatalf("S11: %s of %s is registered for %s, and is %s", user, p.namespace, behindUser(u), m.id(p.name))
		}
	}
}

// ownedAndNamed makes sure that every asset has an owner who is there, and that nobody is named in permissions who is
// not.
func (m *model) ownedAndNamed(t *rapid.T) {
	m.now(func(_ *world.Directory, q *world.QuickSight) {
		for key, a := range q.Assets().All() {
			owned := m.check.ownerless[key]
			for arn := range a.Permissions {
				p, _ := q.PrincipalOf(arn)
				if there := q.Exists(p, world.View{}); there && a.Owns(arn) {
					owned = true
				} else if !there && p.Namespace != "elsewhere" {
					t.Fatalf("S6: %s is shared with %s, who is not there", key, arn)
				}
			}
			if !owned {
				t.Fatalf("S6: %s has no owner", key)
			}
		}
	})
}

// noMoveLeft makes sure that no move is under way but of somebody who is held, or in a tenant that is.
func (m *model) noMoveLeft(t *rapid.T, last *engine.Pass) {
	held := map[[2]string]bool{}
	for _, s := range last.Plan.Steps {
		if s.Change.Kind() == plan.KindEndMove && s.Held != "" {
			held[[2]string{s.Change.In().String(), string(s.Change.Who())}] = true
		}
	}
	for _, n := range last.Want().Tenants {
		for _, p := range n.Parked {
			held[[2]string{n.Namespace.String(), string(p.Person)}] = true
		}
	}
	for _, n := range m.namespaces() {
		m.byHand(n, func(c *world.Contents) {
			for name, g := range c.Groups.All() {
				person, is := movingOf(g)
				if !is {
					continue
				}
				if !held[[2]string{n, person}] {
					t.Fatalf("S6: %s is there still in %s, and nothing is held about it", name, n)
				}
			}
		})
	}
}

var sessionLike = regexp.MustCompile(`^[\w+=.@-]{2,64}$`)

// complete makes sure that whoever has a plain right to be somewhere is there, by the checker's own
// reading of the directory: in one group that feeds a tenant, bound to that one alone by its mark, and
// with nothing about them that could be doubted.
//
// Where a user may be another person's than the one of their name, kept says whether they may be there still.
func (m *model) complete(t *rapid.T, kept func(namespace, user string) bool) {
	for _, p := range m.plainPeople() {
		user := world.PrincipalName(strings.ReplaceAll(m.config.Rules.SignIn.Role, "{namespace}", p.namespace), p.name)
		at := m.everywhere(user)
		u, there := m.user(p.namespace, user)
		switch {
		case there && !slices.Contains(ranks, u.Role), !there && len(at) > 0:
			continue // a role that nobody knows, or elsewhere: held
		case m.mustBeReplaced(p.namespace, user) && kept(p.namespace, user):
			continue
		case !there:
			t.Fatalf("L1: %s should be in %s, and is nowhere", user, p.namespace)
		case !slices.Contains(m.members(p.namespace, p.mirror), user):
			t.Fatalf("L1: %s should be in the group %q of %s", user, p.mirror, p.namespace)
		}
	}
}

// anybody may be kept, where nothing is allowed.
func anybody(string, string) bool { return true }

// keptIn reports whether a hold keeps a user who should go: what they own is shared with another tenant, say.
func keptIn(last *engine.Pass, namespace, user string) bool {
	return slices.ContainsFunc(last.Plan.Steps, func(s plan.Step) bool {
		return s.Change.Kind() == plan.KindRemoveRegistration && s.Change.In().String() == namespace && s.Change.Object() == user && s.Held != ""
	})
}

// mustBeReplaced reports whether a user is another person's than the one of their name, or this one has a user of
// another name.
func (m *model) mustBeReplaced(namespace, user string) (must bool) {
	m.now(func(d *world.Directory, q *world.QuickSight) {
		_, session, _ := strings.Cut(user, "/")
		id, _ := d.UserID(session)
		n, _ := q.Namespaces().Get(namespace)
		for _, u := range n.Contents.Users.All() {
			is := isTheirs(d, u, id)
			must = must || is != (u.UserName == user) && (is || u.UserName == user)
		}
	})
	return must
}

// plain is a person about whom nothing can be doubted.
type plain struct{ name, namespace, mirror string }

func (m *model) plainPeople() (all []plain) {
	m.now(func(d *world.Directory, q *world.QuickSight) {
		staff, _ := d.GroupID("Staff")
		for id, p := range d.Users().All() {
			var groups []string
			for _, member := range d.GroupsOf(id, "", world.View{}) {
				groups = append(groups, member.GroupID)
			}
			if len(groups) != 1 || groups[0] == staff || p.Status == world.PersonDisabled || !sessionLike.MatchString(p.UserName) {
				continue
			}
			if namespace, mirror := plainGroup(d, q, groups[0]); mirror != "" {
				all = append(all, plain{p.UserName, namespace, mirror})
			}
		}
	})
	return all
}

// plainGroup answers where a group is bound to, and its mirror there, "" when either can be doubted.
func plainGroup(d *world.Directory, q *world.QuickSight, group string) (namespace, mirror string) {
	g, _ := d.Groups().Get(group)
	meant, _ := tenantOf(g.DisplayName)
	marks := 0
	for name, n := range q.Namespaces().All() {
		for _, qg := range n.Contents.Groups.All() {
			if id, ok := markOf(qg); ok && id == group {
				namespace, mirror = name, qg.Name
				marks++
			}
		}
	}
	if n, _ := q.Namespaces().Get(namespace); marks != 1 || namespace != meant || n.Status != world.StatusCreated {
		return "", ""
	}
	return namespace, mirror
}
