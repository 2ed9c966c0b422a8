package plan

import "github.com/tenantry/tenantry/internal/tenancy"

// Asks are what must be known besides, before somebody can be moved.
type Asks struct {
	Beneath  []tenancy.AssetRef // of what Migration.Beneath is to be read, as far as it has not been, sorted
	Prepared []Migrant          // for whom Migration.Prepared is
}

// Asks answers what is to be read for those who are to be moved: what is in folders, and, where any data set stays behind or
// has rules about who sees which rows, on which data sets stands what they have or see, or will. What is in a folder may
// lead to more: it is asked again until nothing is asked any more. Who signs in by another role than before may be prepared
// already.
func (m *Migration) Asks() (asks Asks) {
	p := newMigrationPlan(m)
	p.match()
	p.settle()
	p.narrow()
	looked := map[tenancy.AssetRef]bool{}
	heavy := map[tenancy.Namespace]bool{}
	var ask func(ref tenancy.AssetRef, to tenancy.Namespace)
	ask = func(ref tenancy.AssetRef, to tenancy.Namespace) {
		if looked[ref] || ref.Kind != tenancy.Folder && (!heavy[to] || ref.Kind != tenancy.Dashboard && ref.Kind != tenancy.Analysis) {
			return
		}
		looked[ref] = true
		if ref.Kind == tenancy.Folder {
			for _, in := range m.Beneath[ref] {
				ask(in, to)
			}
		}
	}
	for i := range p.out.Migrants {
		g := &p.out.Migrants[i]
		if g.As != g.From.User && g.There {
			asks.Prepared = append(asks.Prepared, *g)
		}
		whose := append(p.through(g), p.throughAfter(g)...)
		if _, known := heavy[g.To]; !known {
			heavy[g.To] = p.anyHeavy(g.To)
			for i := range m.Shares {
				whose = append(whose, m.Shares[i].Of(g.To))
			}
		}
		for _, who := range whose {
			for _, at := range p.byUser[who] {
				ask(p.Assets.Assets[at.asset].AssetRef, g.To)
			}
		}
	}
	for _, ref := range sortedKeys(looked) {
		if _, read := m.Beneath[ref]; !read {
			asks.Beneath = append(asks.Beneath, ref)
		}
	}
	return asks
}

// anyHeavy reports whether there is any data set that would stay behind, or says who sees which rows.
func (p *migrationPlan) anyHeavy(to tenancy.Namespace) bool {
	for i := range p.Assets.Assets {
		if p.Assets.Assets[i].Kind == tenancy.DataSet && p.staysBehind(int32(i), to) != "" {
			return true
		}
	}
	return false
}
