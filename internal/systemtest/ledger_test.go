package systemtest

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// ledger is what people must still have of what they had when they were given another name, or a lower role: for each
// of them the assets, by their keys, with "owner" or "viewer". What is somebody's to lose is struck out: by leaving, by
// a lower role, by somebody who changes an asset or a user by hand. The world's lock is held in all of it.
type ledger struct {
	rig  *rig
	owed map[string]map[string]string
}

// note takes down what somebody has, as far as nothing about them is in flux: what happened within the last minutes may
// still be on its way.
func (l *ledger) note(d *world.Directory, q *world.QuickSight, id string) {
	namespace, role := l.home(d, q, id)
	if role == "" {
		return
	}
	for key, a := range q.Assets().All() {
		if at, is := l.rig.check.touched[key]; is && time.Since(at) <= window || time.Since(a.Created) <= window {
			continue // a search may not show it yet
		}
		may := l.fits(l.has(d, q, a, namespace, id), a.Kind, role)
		if may == "" || l.owed[id][key] == "owner" {
			continue
		}
		if l.owed[id] == nil {
			l.owed[id] = map[string]string{}
		}
		l.owed[id][key] = may
	}
}

// home is where somebody lives, and has for a while, with the role that their groups give them there; "" is somebody of
// whom that cannot be said.
func (l *ledger) home(d *world.Directory, q *world.QuickSight, id string) (namespace, role string) {
	p, there := d.Users().Get(id)
	if !there || p.Status == world.PersonDisabled || time.Since(l.rig.check.past.enabled[id]) <= window {
		return "", ""
	}
	for _, m := range d.GroupsOf(id, "", world.View{}) {
		g, _ := d.Groups().Get(m.GroupID)
		n, mirror := plainGroup(d, q, m.GroupID)
		_, r := tenantOf(mirror)
		if _, now := tenantOf(g.DisplayName); n == "" || r == "" || r != now || namespace != "" && n != namespace || time.Since(l.rig.check.past.back[[2]string{m.GroupID, id}]) <= window {
			return "", ""
		}
		namespace, role = n, higher(role, r)
	}
	return namespace, role
}

// has is what somebody's users in a namespace may do with an asset.
func (l *ledger) has(d *world.Directory, q *world.QuickSight, a world.Asset, namespace, id string) (may string) {
	n, there := q.Namespaces().Get(namespace)
	if !there {
		return ""
	}
	for _, u := range n.Contents.Users.All() {
		if !isTheirs(d, u, id) {
			continue
		}
		switch arn := q.UserARN(namespace, u.UserName); {
		case a.Owns(arn):
			return "owner"
		case len(a.Permissions[arn]) > 0:
			may = "viewer"
		}
	}
	return may
}

// isTheirs reports whether a user is somebody's: by the tag, or where there is none, by the name.
func isTheirs(d *world.Directory, u world.User, id string) bool {
	tagged := behindUser(u)
	named, _ := d.UserID(u.Session)
	return tagged == id || tagged == "" && named == id
}

func (l *ledger) fits(may string, kind world.AssetKind, role string) string {
	switch {
	case may == "" || !strings.HasPrefix(role, "READER"):
		return may
	case readable(kind):
		return "viewer"
	}
	return ""
}

// readable reports whether readers can look at assets of a kind.
func readable(kind world.AssetKind) bool {
	return kind == world.KindDashboard || kind == world.KindFolder || kind == world.KindTopic
}

// lower strikes out what somebody does not keep as a reader.
func (l *ledger) lower(q *world.QuickSight, id string) {
	for key, may := range l.owed[id] {
		a, _ := q.Assets().Get(key)
		if l.owed[id][key] = l.fits(may, a.Kind, "READER"); l.owed[id][key] == "" {
			delete(l.owed[id], key)
		}
	}
}

// forget strikes out all that somebody has, and without all that anybody has of an asset.
func (l *ledger) forget(id string) { delete(l.owed, id) }

func (l *ledger) without(key string) {
	for _, owed := range l.owed {
		delete(owed, key)
	}
}

// missing are those who do not have what they should, a line each.
func (l *ledger) missing(d *world.Directory, q *world.QuickSight) (lines []string) {
	for _, id := range slices.Sorted(maps.Keys(l.owed)) {
		if l.nameless(d, id) {
			continue
		}
		namespace := ""
		for name, n := range q.Namespaces().All() {
			for _, u := range n.Contents.Users.All() {
				if isTheirs(d, u, id) {
					namespace = name
				}
			}
		}
		p, _ := d.Users().Get(id)
		for _, key := range slices.Sorted(maps.Keys(l.owed[id])) {
			a, _ := q.Assets().Get(key)
			if may, had := l.has(d, q, a, namespace, id), l.owed[id][key]; may != had && may != "owner" {
				lines = append(lines, p.UserName+" ("+id+") was "+had+" of "+strings.ReplaceAll(key, "\x00", "/")+", and is "+may+" in "+namespace)
			}
		}
	}
	return lines
}

// nameless reports whether nobody can sign in by somebody's name, while one that they had is another's by now: the user
// of that name cannot be left to them.
func (l *ledger) nameless(d *world.Directory, id string) bool {
	if p, _ := d.Users().Get(id); sessionLike.MatchString(p.UserName) {
		return false
	}
	return slices.ContainsFunc(l.rig.check.past.names[id], func(name string) bool {
		other, taken := d.UserID(name)
		return taken && other != id
	})
}
