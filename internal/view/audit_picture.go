//go:build !tenantry.lambda

package view

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/audit"
)

// picture is the matrix of an audit, drawn: a row for who comes to something, a column for whose it is. What a colour
// says, a mark says too, and the words beside it say all of it.
type picture struct {
	Width, Height int
	Left, Top     int // where the cells begin
	Size          int // of a cell
	Font          int
	Upright       bool // the columns' names stand upright, for there are many
	Labels        []pictureLabel
	Cells         []pictureCell
	Grid          []int // where a line is drawn, from Left and Top on
	// Folded says how many tenants are one row and one column, 0 for none: those about whom there is nothing to see.
	Folded int
	// Breaches, Own and Allowed are the same in words.
	Breaches, Own []string
	Allowed       []comers
}

// pictureLabel is a side's name at its row and its column.
type pictureLabel struct {
	At          int    // the middle of its row or column, from Left and Top on
	Short, Full string // as it fits, and whole
}

// comers are who come to what is somebody else's, as they may.
type comers struct {
	Whose string
	Who   []string // each with how many
}

// pictureCell is a cell that is not empty.
type pictureCell struct {
	X, Y         int
	Class        string // own, allowed or breach
	Figure, Full string // what stands in it, "" where it is too small; and what it says
}

// What is drawn: beyond so many sides those about whom there is nothing to see are one, and no name is longer.
const (
	maxDrawn = 60
	maxLabel = 22
	maxTold  = 300 // breaches in words
)

func (a *Audit) picture() picture {
	m, folded := fold(&a.Matrix)
	p := picture{Folded: folded, Size: cellSize(len(m.Sides)), Font: 12, Upright: len(m.Sides) > 12}
	switch {
	case len(m.Sides) > maxDrawn:
		p.Font = 8
	case len(m.Sides) > 30:
		p.Font = 10
	}
	longest := 0
	for i, side := range m.Sides {
		full := m.name(side)
		short := shorten(full, maxLabel)
		longest = max(longest, columns(short))
		p.Labels = append(p.Labels, pictureLabel{i*p.Size + p.Size/2, short, full})
		p.Grid = append(p.Grid, i*p.Size)
	}
	inside := len(m.Sides) * p.Size
	p.Grid = append(p.Grid, inside)
	room := longest*p.Font*6/10 + 16 // of the names, as wide as they are at the most
	p.Left, p.Top = max(room, 120), max(room, 64)
	p.Width, p.Height = p.Left+inside+12, p.Top+inside+12
	if !p.Upright {
		p.Top = max(room*7/10+10, 64)
		p.Width, p.Height = p.Left+inside+room*7/10, p.Top+inside+12
	}
	for _, c := range m.Cells {
		p.draw(m, c)
	}
	if more := len(p.Breaches) - maxTold; more > 0 {
		p.Breaches = append(p.Breaches[:maxTold], "There are "+number(more)+" more, which --format json has")
	}
	return p
}

// cellSize is how large cells are, so that all of them fit a sheet of paper.
func cellSize(sides int) int {
	switch {
	case sides <= 12:
		return 44
	case sides <= 24:
		return 30
	case sides <= 40:
		return 20
	case sides <= maxDrawn:
		return 14
	}
	return 9
}

func (p *picture) draw(m *drawn, c audit.Cell) {
	from, to := m.Sides[c.From], m.Sides[c.To]
	text := fmt.Sprintf("%s comes to %s of %s", m.name(from), count(c.Sees, "asset", "assets"), m.name(to))
	if c.Owns > 0 {
		text += ", and owns " + number(c.Owns)
	}
	cell := pictureCell{X: c.To * p.Size, Y: c.From * p.Size, Full: text}
	switch {
	case m.Breach(c):
		cell.Class = "breach"
		p.Breaches = append(p.Breaches, text)
	case from == to:
		cell.Class = "own"
		p.Own = append(p.Own, m.name(from)+" "+number(c.Sees))
	default:
		cell.Class = "allowed"
		p.allow(m.name(to), m.name(from)+" "+number(c.Sees))
	}
	if p.Size >= 20 {
		cell.Figure = figure(c.Sees)
	}
	p.Cells = append(p.Cells, cell)
}

func (p *picture) allow(whose, who string) {
	at := slices.IndexFunc(p.Allowed, func(t comers) bool { return t.Whose == whose })
	if at < 0 {
		at = len(p.Allowed)
		p.Allowed = append(p.Allowed, comers{Whose: whose})
	}
	p.Allowed[at].Who = append(p.Allowed[at].Who, who)
}

// figure is a number of three characters at the most.
func figure(n int) string {
	if n > 999 {
		return fmt.Sprintf("%dk", min(n/1000, 99))
	}
	return fmt.Sprint(n)
}

// drawn is a matrix of which several tenants may be one side.
type drawn struct {
	audit.Matrix
	rest audit.Party // who stands for them, the zero Party where nobody does
	many int
}

func (m *drawn) name(p audit.Party) string {
	if m.many > 0 && p == m.rest {
		return "the other " + count(m.many, "tenant", "tenants")
	}
	return sideName(p)
}

// fold makes one side of all tenants about whom there is nothing to see, where there are too many sides to be drawn: who
// comes to nobody else's and to whose nobody else comes. What they come to is added up.
func fold(m *audit.Matrix) (*drawn, int) {
	whole := &drawn{Matrix: *m}
	if len(m.Sides) <= maxDrawn {
		return whole, 0
	}
	told := make([]bool, len(m.Sides))
	for _, c := range m.Cells {
		if m.Breach(c) {
			told[c.From], told[c.To] = true, true
		}
	}
	out := &drawn{rest: audit.Party{Kind: audit.OfTenant}}
	place := make([]int, len(m.Sides))
	for i, p := range m.Sides {
		if told[i] || p.Kind != audit.OfTenant {
			place[i] = len(out.Sides)
			out.Sides = append(out.Sides, p)
			continue
		}
		place[i] = -1
		out.many++
	}
	if out.many < 2 {
		return whole, 0
	}
	tenants := slices.IndexFunc(out.Sides, func(p audit.Party) bool { return p.Kind != audit.OfTenant })
	if tenants < 0 {
		tenants = len(out.Sides)
	}
	out.Sides = slices.Insert(out.Sides, tenants, out.rest)
	for i := range place {
		switch {
		case place[i] < 0:
			place[i] = tenants
		case place[i] >= tenants:
			place[i]++
		}
	}
	out.Cells = added(m.Cells, place)
	return out, out.many
}

// added are cells at other places, those at one place as one.
func added(cells []audit.Cell, place []int) []audit.Cell {
	sums := map[[2]int]audit.Cell{}
	for _, c := range cells {
		at := [2]int{place[c.From], place[c.To]}
		sum := sums[at]
		sums[at] = audit.Cell{From: at[0], To: at[1], Sees: sum.Sees + c.Sees, Owns: sum.Owns + c.Owns}
	}
	all := make([]audit.Cell, 0, len(sums))
	for _, c := range sums {
		all = append(all, c)
	}
	slices.SortFunc(all, func(a, b audit.Cell) int {
		if a.From != b.From {
			return a.From - b.From
		}
		return a.To - b.To
	})
	return all
}

// Inner is the size of a cell inside of its lines, and Half where its middle is.
func (p picture) Inner() int { return p.Size - 2 }
func (p picture) Half() int  { return p.Size / 2 }

// Mark is what a breach has besides its colour: a cross, or, where a figure stands in the cell, a corner that is cut.
func (p picture) Mark(figure string) string {
	if figure != "" {
		return fmt.Sprintf("M%d 1L%d %d", p.Size-p.Size/3, p.Size-1, p.Size/3)
	}
	return fmt.Sprintf("M4 4L%d %dM%d 4L4 %d", p.Size-4, p.Size-4, p.Size-4, p.Size-4)
}
