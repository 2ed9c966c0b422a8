package plan

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// keepOut are the codes of holds that keep people from a tenant altogether, and so from being moved into it; they are
// package rules'.
var keepOut = []tenancy.Code{"house-person", "spanning", "same-principal", "role-name", "role-missing", "reserved-role", "not-ours", "namespace-status"}

// KeptOut are those of a plan's holds because of which somebody is not moved, or cannot be, into the tenants of a run; nil
// means all. That somebody lives outside is what a migration ends, and not among them.
func (m *Migrating) KeptOut(p *Plan, in []tenancy.Namespace) []tenancy.Hold {
	type about struct {
		code              tenancy.Code
		namespace, object string
	}
	held := map[about]bool{}
	tenants := map[tenancy.Namespace]bool{}
	for i := range m.Migrants {
		g := &m.Migrants[i]
		tenants[g.To] = true
		for _, c := range g.Codes {
			held[about{c, g.To.String(), string(g.Person)}] = true
		}
	}
	for _, h := range m.Holds {
		held[about{h.Code, h.Namespace, h.Object}] = false // which stands here already
	}
	grounds := map[tenancy.Code]bool{}
	for _, s := range p.Steps {
		switch s.Change.(type) {
		case CreateNamespace, CreateMirror, Share:
			grounds[s.Held] = grounds[s.Held] || s.Held != "" && tenants[s.Change.In()]
		}
	}
	var all []tenancy.Hold
	for _, h := range p.Holds {
		meant := in == nil || h.Namespace == "" || slices.ContainsFunc(in, func(n tenancy.Namespace) bool { return n.String() == h.Namespace })
		n, err := tenancy.ParseNamespace(h.Namespace)
		ground := grounds[h.Code] && (h.Namespace == "" || err == nil && tenants[n])
		if held[about{h.Code, h.Namespace, h.Object}] || meant && (slices.Contains(keepOut, h.Code) || ground) {
			all = append(all, h)
		}
	}
	return all
}
