package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
)

// What the story of a migration compares: what somebody sees before and after, and that everybody else is as they were.

// same has somebody sign in, and is an error where they are elsewhere, or have anything else than in the beginning.
func (m *migration) same(ctx context.Context, who, namespace string) (visit, error) {
	now, err := m.signIn(ctx, who)
	if err != nil {
		return now, err
	}
	if now.namespace != namespace || !now.alike(m.before[who]) {
		return now, fmt.Errorf("%s should be in %s with all that they had: before %s, and now %s", who, namespace, m.before[who], now)
	}
	return now, nil
}

// compare shows what somebody saw and sees, and says of all who were moved that they have what they had; do and undo have
// made sure of that.
func (m *migration) compare(ctx context.Context, who, namespace string, p *engine.Migrating) error {
	now, err := m.same(ctx, who, namespace)
	if err != nil {
		return err
	}
	m.sees("before", who, m.before[who])
	m.sees("now", who, now)
	for _, g := range toMove(p) {
		if other := g.As.SessionName(); other != who {
			v, err := m.same(ctx, other, namespace)
			if err != nil {
				return err
			}
			m.sees("now", other, v)
		}
	}
	return nil
}

// others is the whole account and its directory but for what is one customer's: their namespace, the users of those who
// are moved there, and what is permitted to either.
func (m *migration) others(tenant string, p *engine.Migrating) (*remainder, error) {
	theirs := map[string]bool{}
	var moved []string
	for _, g := range toMove(p) {
		theirs[string(g.From.User)] = true
		moved = append(moved, m.mover.ARN(g.From.Namespace, g.From.User))
	}
	s := m.sim.World().Snapshot()
	s.IDs, s.Happened, s.QuickSight.Creations, s.QuickSight.Attempts = 0, 0, 0, nil // how often something was done, and no part of AWS
	r := &remainder{}
	s.QuickSight.Namespaces = slices.DeleteFunc(s.QuickSight.Namespaces, func(n world.NamespaceSeed) bool { return n.Name == tenant })
	for i := range s.QuickSight.Namespaces {
		n := &s.QuickSight.Namespaces[i]
		if n.Name == "default" {
			n.Users = slices.DeleteFunc(n.Users, func(u world.UserSeed) bool { return theirs[userName(u)] })
			for j := range n.Groups {
				n.Groups[j].Members = slices.DeleteFunc(n.Groups[j].Members, func(user string) bool { return theirs[user] })
			}
		}
		r.users += len(n.Users)
		r.groups += len(n.Groups)
	}
	for i := range s.QuickSight.Assets {
		a := &s.QuickSight.Assets[i]
		a.Permissions = slices.DeleteFunc(a.Permissions, func(g world.GrantSeed) bool {
			_, who, _ := strings.Cut(g.Principal, ":"+m.sim.World().Account+":")
			kind, name, _ := strings.Cut(who, "/")
			namespace, _, _ := strings.Cut(name, "/")
			return namespace == tenant && slices.Contains([]string{"user", "group", "namespace"}, kind) || slices.Contains(moved, g.Principal)
		})
		r.permissions += len(a.Permissions)
	}
	var err error
	r.text, err = json.Marshal(s)
	return r, err
}

func userName(u world.UserSeed) string {
	if u.UserName != "" {
		return u.UserName
	}
	_, role, _ := strings.Cut(u.RoleARN, ":role/")
	return role + "/" + u.Session
}

// remainder is what others makes, and how much of it there is.
type remainder struct {
	text                       []byte
	users, groups, permissions int
}

// untouched says that everything but one customer's is as it was, or is an error.
func (m *migration) untouched(tenant string, p *engine.Migrating, was *remainder) error {
	is, err := m.others(tenant, p)
	if err != nil {
		return err
	}
	if !bytes.Equal(is.text, was.text) {
		return fmt.Errorf("the migration of %s has changed what is others': it was\n%s\nand is\n%s", tenant, was.text, is.text)
	}
	m.say(fmt.Sprintf("All that is others' was compared with before, and is the same byte for byte: %s and %s of default, %s on assets, and the whole directory.",
		many(is.users, "user"), many(is.groups, "group"), many(is.permissions, "permission")))
	return nil
}
