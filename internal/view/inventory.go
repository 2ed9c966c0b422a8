package view

import (
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Inventory shows a person what a namespace has whose customer has left, in figures, and who is not touched.
func Inventory(s *IO, o Options, i *plan.Inventory) error {
	t := &textPrinter{io: s, options: o}
	out := t.page()
	others := i.Others()
	byHand := []string{}
	for _, g := range i.Groups {
		if g.Mark == "" {
			byHand = append(byHand, Quote(g.Name))
		}
	}
	out.line("\nIn the namespace %s now", out.style.title(Name(i.Namespace)))
	out.line("")
	t.row(out, "users of the tenant's", len(i.Users)-len(others), nil)
	t.row(out, "others, who are left alone", len(others), names(others))
	t.row(out, "groups", len(i.Groups), nil)
	t.row(out, "by hand, and left alone", len(byHand), byHand)
	t.row(out, "assets they have part in", len(i.Assets), nil)
	return out.writeTo(s.Out)
}

// LeftOf shows a person what is still in a namespace that was emptied, or hangs on it.
func LeftOf(s *IO, o Options, n tenancy.Namespace, ours, others []string, granted []plan.Granted) error {
	t := &textPrinter{io: s, options: o}
	out := t.page()
	out.line("\nLeft in the namespace %s", out.style.title(n.String()))
	out.line("")
	t.row(out, "users of the tenant's", len(ours), names(ours))
	t.row(out, "others", len(others), names(others))
	t.granted(out, granted)
	return out.writeTo(s.Out)
}
