package audit

import (
	"slices"
)

// Matrix is who comes to whose assets: a row for each side that comes to something, a column for each side that has
// something. Only what is not empty is in it, so that it stays small where tenants are apart.
type Matrix struct {
	Sides []Party // tenants first, by name, then the others
	Cells []Cell  // sorted by From, then To, as places in Sides
}

// Cell is what one side comes to of another's, or of its own.
type Cell struct {
	From, To int // in Sides
	Sees     int // how many assets it comes to
	Owns     int // of them, how many it owns
}

// Breach reports whether a cell of the matrix is one that should be empty: a side comes to a tenant's assets that is
// neither that tenant nor the house; a tenant owns some of the house's, or comes to a stranger's; somebody outside comes to
// anything. Who else of the house's company comes to the house's own is its own affair.
func (m *Matrix) Breach(c Cell) bool {
	from, to := m.Sides[c.From], m.Sides[c.To]
	switch {
	case from == to, from.Kind == OfHouse:
		return false
	case to.Kind == OfTenant, from.Kind == Outside:
		return true
	case to.Kind == OfHouse:
		return from.Kind == OfTenant && c.Owns > 0
	}
	return from.Kind == OfTenant && to.Kind != Nowhere
}

// Cell finds a cell, the zero one where it is empty.
func (m *Matrix) Cell(from, to int) Cell {
	i, ok := slices.BinarySearchFunc(m.Cells, Cell{From: from, To: to}, func(a, b Cell) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return a.To - b.To
	})
	if !ok {
		return Cell{From: from, To: to}
	}
	return m.Cells[i]
}

// side is a party as a row or a column: the house is one side, wherever it lives.
func side(p Party) Party {
	if p.Kind != OfTenant && p.Kind != OfOther {
		p.Namespace = ""
	}
	return p
}

// sides are the owners of an asset, as columns.
func (b Belonging) sides() []Party {
	if b.Kind != OfTenant {
		return []Party{{Kind: b.Kind}}
	}
	var all []Party
	for _, n := range b.Tenants {
		all = append(all, Party{OfTenant, n})
	}
	return all
}

func (k *Known) matrix() Matrix {
	type pair struct{ from, to Party }
	cells := map[pair]*Cell{}
	present := map[Party]bool{}
	for i := range k.Have.Tenants {
		present[Party{OfTenant, k.Have.Tenants[i].Namespace.String()}] = true
	}
	for i := range k.Inspection.Assets {
		a := &k.Inspection.Assets[i]
		owns := map[Party]bool{}
		for _, r := range k.Reaches(a) {
			if from := side(r.Party); from.Kind != Nowhere {
				owns[from] = owns[from] || r.Grant.Owner
			}
		}
		for _, to := range k.Whose(a.AssetRef).sides() {
			present[to] = true
			for from, owner := range owns {
				present[from] = true
				c := cells[pair{from, to}]
				if c == nil {
					c = &Cell{}
					cells[pair{from, to}] = c
				}
				c.Sees++
				if owner {
					c.Owns++
				}
			}
		}
	}
	var m Matrix
	for p := range present {
		m.Sides = append(m.Sides, p)
	}
	slices.SortFunc(m.Sides, Party.compare)
	place := map[Party]int{}
	for i, p := range m.Sides {
		place[p] = i
	}
	for at, c := range cells {
		c.From, c.To = place[at.from], place[at.to]
		m.Cells = append(m.Cells, *c)
	}
	slices.SortFunc(m.Cells, func(a, b Cell) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return a.To - b.To
	})
	return m
}
