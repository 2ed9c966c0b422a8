package view

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Remains shows a person what is still in a namespace that is to be deleted, and what hangs on it.
func Remains(s *IO, o Options, r *plan.Remains) error {
	t := &textPrinter{io: s, options: o}
	out := t.page()
	out.line("The namespace %s (%s) of the account %s", out.style.title(r.Namespace.String()), Name(string(r.Status)), Safe(string(r.Account)))
	out.line("")
	groups := make([]string, len(r.Groups))
	for i, g := range r.Groups {
		groups[i] = Quote(g.Name)
		if _, ours := tenancy.ParseMark(g.Description); !ours {
			groups[i] += " (made by hand)"
		}
	}
	regions := slices.Clone(r.Regions)
	for i := range regions {
		regions[i] = Name(regions[i])
	}
	t.row(out, "groups, which go with it", len(r.Groups), groups)
	t.row(out, "users", len(r.Users), names(r.Users))
	t.granted(out, r.Granted)
	out.sentence("    ", out.style.faint(count(r.Assets, "asset was", "assets were")+" read, of every kind, in "+strings.Join(regions, ", ")+" (quicksight.asset_regions)"))
	out.line("  %s%s", pad("fingerprint", labelWidth), Name(r.Fingerprint))
	return out.writeTo(s.Out)
}

// granted lists what principals of a namespace may do something with.
func (t *textPrinter) granted(out *page, all []plan.Granted) {
	t.row(out, "grants to them, or to it", len(all), nil)
	shown := t.limit(len(all))
	for _, g := range all[:shown] {
		out.sentence("    ", asset(g.Asset, g.Name)+" to "+granteeText(g.To))
	}
	if rest := len(all) - shown; rest > 0 {
		out.line("    … and %s more (--full shows all)", number(rest))
	}
}

const labelWidth = 28

// row is a number with its name before it, and names behind it.
func (t *textPrinter) row(out *page, what string, n int, names []string) {
	head := "  " + pad(what, labelWidth) + number(n)
	if len(names) == 0 {
		out.line("%s", head)
		return
	}
	out.wrapped(pad(head, 2+labelWidth+8), t.names(names))
}

func granteeText(g tenancy.Grantee) string {
	switch g.Kind {
	case tenancy.ToNamespace:
		return "everyone in " + Name(g.Namespace)
	case tenancy.ToGroup:
		return "the group " + Quote(g.Name)
	case tenancy.ToUser:
		return "the user " + Name(g.Name)
	}
	return Name(g.Name)
}
