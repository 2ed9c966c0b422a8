package view

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// shared shows what groups of the tenants get to see by --map-group.
func (t *textPrinter) shared(out *page, steps []plan.Step) {
	if len(steps) == 0 {
		return
	}
	out.section("What groups get to see (--map-group)")
	out.line("")
	shown := t.limit(len(steps))
	for _, s := range steps[:shown] {
		out.sentence("  "+out.style.add("+")+" ", s.Change.In().String()+": "+stepText(s.Change))
	}
	t.more(out, len(steps)-shown)
}

// migrationNotes are notes with what they are about.
func (t *textPrinter) migrationNotes(out *page, notes []tenancy.Note) {
	if len(notes) == 0 {
		return
	}
	out.section("To know")
	out.line("")
	shown := t.limit(len(notes))
	for _, n := range notes[:shown] {
		about := Name(n.Object)
		if n.Namespace != "" {
			about = Name(n.Namespace) + ", " + about
		}
		out.sentence("  ", about+": "+Safe(n.Text))
	}
	t.more(out, len(notes)-shown)
}

func (t *textPrinter) unread(out *page, all []tenancy.Unread) {
	if len(all) == 0 {
		return
	}
	out.section("Could not be read: nobody knows who has these")
	out.line("")
	shown := t.limit(len(all))
	for _, u := range all[:shown] {
		what := "all of the kind " + Name(string(u.Kind)) + " in " + Name(u.Region)
		if !u.Whole() {
			what = asset(u.AssetRef, u.Name)
		}
		out.sentence("  ", what+": "+Safe(u.Why))
	}
	t.more(out, len(all)-shown)
}

func (t *textPrinter) left(out *page, all []plan.Left) {
	if len(all) == 0 {
		return
	}
	out.section("Who stays where they are")
	out.line("")
	width := 0
	for _, l := range all {
		width = max(width, columns(Name(l.Namespace)))
	}
	for _, l := range all {
		var parts []string
		for _, part := range []struct {
			n    int
			text string
		}{{l.House, "of the house"}, {l.Admins, "with an administrator's role"}, {l.Nobodys, "of whom no rule places anybody in a tenant"}} {
			if part.n > 0 {
				parts = append(parts, number(part.n)+" "+part.text)
			}
		}
		out.sentence("  "+pad(Name(l.Namespace), width)+"  ", strings.Join(parts, ", "))
	}
}

// ground shows what makes the tenants ready.
func (t *textPrinter) ground(out *page, p *plan.Plan) {
	pending := p.Pending()
	if len(pending) == 0 {
		return
	}
	spaces := bySpace(pending)
	width := 0
	for _, sp := range spaces {
		width = max(width, columns(sp.namespace.String()))
	}
	out.section("Before anybody is moved, the tenants are made ready")
	out.line("")
	shown := t.limit(len(spaces))
	for _, sp := range spaces[:shown] {
		var sum tally
		for _, s := range pending {
			if s.Change.In() == sp.namespace {
				sum.add(s.Change)
			}
		}
		out.sentence("  "+pad(sp.namespace.String(), width)+"  ", sum.String())
	}
	t.more(out, len(spaces)-shown)
}

func (t *textPrinter) seats(out *page, m *Migration) {
	if !slices.ContainsFunc(m.Migrants, func(g plan.Migrant) bool { return len(g.Steps) > 0 }) {
		return // they stay as they are
	}
	out.section("Seats, by role")
	out.line("")
	for _, s := range m.Seats {
		out.line("  %s  %s → %s", pad(Name(string(s.Role)), len(tenancy.ReaderPro)), number(s.Before), number(s.After))
	}
	if slices.ContainsFunc(m.Migrants, func(g plan.Migrant) bool { return g.Phase == plan.PhasePrepare && len(g.Steps) > 0 }) {
		out.sentence("  ", out.style.faint("Who is prepared has two of them until that is finished."))
	}
}
