package systemtest

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// end lets the faults stop, and expects that two applies leave nothing to do.
func (m *model) end(t *rapid.T) {
	m.suffer()
	time.Sleep(2 * time.Minute)
	var report plan.Report
	for range 2 {
		p := m.start()
		var err error
		if report, err = p.apply(context.Background()); err != nil {
			t.Fatalf("L1: %v", err)
		}
	}
	if len(report.Failed)+report.NotReached > 0 {
		t.Fatalf("L1: the second apply after the faults: %d not reached, failed: %s", report.NotReached, failures(report))
	}
	p := m.start()
	n := m.writes(func() { _, _ = p.apply(context.Background()) })
	if pending := p.last.Plan.Pending(); n > 0 || len(pending) > 0 {
		t.Fatalf("S15: %d writes and %d steps when all should be done: %+v", n, len(pending), pending)
	}
	if stories := m.check.breaches(); len(stories) > 0 {
		t.Fatalf("%s", stories[0])
	}
	m.complete(t)
}

var sessionLike = regexp.MustCompile(`^[\w+=.@-]{2,64}$`)

// complete makes sure that whoever has a plain right to be somewhere is there, by the checker's own
// reading of the directory: in one group that feeds a tenant, bound to that one alone by its mark, and
// with nothing about them that could be doubted.
func (m *model) complete(t *rapid.T) {
	for _, p := range m.plainPeople() {
		user := world.PrincipalName(strings.ReplaceAll(m.config.Rules.SignIn.Role, "{namespace}", p.namespace), p.name)
		at := m.everywhere(user)
		u, there := m.user(p.namespace, user)
		switch {
		case there && !slices.Contains(ranks, u.Role), !there && len(at) > 0:
			continue // a role that nobody knows, or elsewhere: held
		case !there:
			t.Fatalf("L1: %s should be in %s, and is nowhere", user, p.namespace)
		case !slices.Contains(m.members(p.namespace, p.mirror), user):
			t.Fatalf("L1: %s should be in the group %q of %s", user, p.mirror, p.namespace)
		}
	}
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
			if namespace, mirror := m.plainGroup(d, q, groups[0]); mirror != "" {
				all = append(all, plain{p.UserName, namespace, mirror})
			}
		}
	})
	return all
}

// plainGroup answers where a group is bound to, and its mirror there, "" when either can be doubted.
func (m *model) plainGroup(d *world.Directory, q *world.QuickSight, group string) (namespace, mirror string) {
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
