package view

import (
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Rebinding shows a person what it means that another group takes a mirror over: who is in it now, and who is in
// the new group, side by side, the numbers first.
func Rebinding(s *IO, o Options, c plan.Rebind, because tenancy.Because, sides plan.Sides) error {
	t := &textPrinter{io: s, options: o}
	out := t.page()
	out.sentence("", "The group "+Quote(because.GroupName)+" ("+Name(string(c.To))+") would take the place of "+Name(string(c.From))+", which is gone, in the mirror "+
		Quote(c.Mirror)+" of "+out.style.title(c.Namespace.String())+".")
	out.sentence("  ", out.style.faint(through(because)))
	out.line("")
	for _, row := range []struct {
		what  string
		n     int
		names []string
		of    string
	}{
		{"in the mirror now", sides.Was, nil, ""},
		{"in the new group", sides.Is, nil, ""},
		{"in both", len(sides.Both), userNames(sides.Both), ""},
		{"would lose access", len(sides.Lose), userNames(sides.Lose), ""},
		{"would leave the mirror", len(sides.Leave), userNames(sides.Leave), "who stay in " + c.Namespace.String() + " through another group"},
		{"would gain access", len(sides.Gain), userNames(sides.Gain), ""},
		{"would not come in", len(sides.Unplaced), names(sides.Unplaced), "who are disabled, held, or the company's own"},
	} {
		if row.n == 0 && row.of != "" {
			continue // the others are shown with their nought: it is what the person looks for
		}
		head := "  " + pad(row.what, 24) + number(row.n)
		if len(row.names) == 0 {
			out.line("%s", head)
			continue
		}
		head = pad(head, 2+24+8)
		words := t.names(row.names)
		if row.of != "" {
			words = append(words, "("+row.of+")")
		}
		out.wrapped(head, words)
	}
	out.line("")
	out.sentence("", "Nobody is moved or removed by this: the mirror gets the new group's mark, keeps its name, and that is all. What follows from it is the next plan's, under the brake and with the hazards that it has.")
	return out.writeTo(s.Out)
}

func userNames(users []tenancy.UserName) []string {
	all := make([]string, len(users))
	for i, u := range users {
		all[i] = Name(string(u))
	}
	return all
}

func names(of []string) []string {
	all := make([]string, len(of))
	for i, n := range of {
		all[i] = Name(n)
	}
	return all
}
