package view

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// table shows people, one to a row. Where the rows would be too wide, what holds somebody stands below their row; and a
// name that is too wide even so stands on a line of its own.
func (t *textPrinter) table(out *page, m *Migration, all []plan.Migrant, from bool) {
	head := []string{"who", "role", "owns", "follows", "stays", "sees", "phase"}
	figures := 2 // the first of three columns of figures
	if from {
		head, figures = slices.Insert(head, 1, "from"), 3
	}
	last := len(head) - 1
	rows := [][]string{head}
	widest := 0
	for i := range all {
		rows = append(rows, cells(&all[i], from))
		widest = max(widest, columns(rows[i+1][0]))
	}
	widths, room := widthsOf(rows, out.width-len("    "))
	below := room < widest
	if below {
		for i := range all {
			if all[i].Held() != "" {
				rows[i+1][last] = "held"
			}
		}
		widths, room = widthsOf(rows, out.width-len("    "))
	}
	for _, row := range rows {
		if w := columns(row[0]); w <= max(room, len("who")) {
			widths[0] = max(widths[0], w)
		}
	}
	line := func(cells []string) string {
		var b strings.Builder
		for i, cell := range cells {
			if i >= figures && i < figures+3 {
				b.WriteString(strings.Repeat(" ", widths[i]-columns(cell)) + cell + "  ")
			} else {
				b.WriteString(pad(cell, widths[i]) + "  ")
			}
		}
		return strings.TrimRight(b.String(), " ")
	}
	out.line("    %s", out.style.faint(line(head)))
	for i := range all {
		row := rows[i+1]
		if columns(row[0]) > widths[0] {
			out.line("    %s", row[0])
			row[0] = ""
		}
		text := line(row)
		if all[i].Held() != "" {
			text = strings.TrimSuffix(text, row[last]) + out.style.hold(row[last])
		}
		out.line("    %s", text)
		if all[i].Held() != "" && below {
			out.line("        %s", out.style.hold(outcome(&all[i])))
		}
		t.items(out, m, &all[i])
	}
}

// widthsOf are the widths of all columns but the first, and how wide that can be within a width.
func widthsOf(rows [][]string, within int) (widths []int, room int) {
	widths = make([]int, len(rows[0]))
	for j := 1; j < len(widths); j++ {
		for _, row := range rows {
			widths[j] = max(widths[j], columns(row[j]))
		}
		within -= 2 + widths[j]
	}
	return widths, within
}

func cells(g *plan.Migrant, from bool) []string {
	owns, follows := 0, 0
	for _, item := range g.Items {
		if item.May == tenancy.Owns {
			owns++
		}
		if item.Follows {
			follows++
		}
	}
	role := Name(string(g.From.Role))
	if g.From.Role != g.Role {
		role += " → " + string(g.Role)
	}
	sees := number(g.Before()) + " → " + number(g.After())
	row := []string{Name(string(g.From.User)), role, number(owns), number(follows), number(len(g.Items) - follows), sees, outcome(g)}
	if from {
		row = slices.Insert(row, 1, Name(g.From.Namespace))
	}
	return row
}
