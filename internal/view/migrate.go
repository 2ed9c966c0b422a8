package view

import (
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Migrations shows what becomes of people who live outside of the tenants.
type Migrations interface {
	// Migration shows what a migration means.
	Migration(m *Migration) error
	// Undoing shows how one is undone.
	Undoing(u *Undoing) error
	// Moving shows how far it has come. It is called after each person, by one goroutine at a time, and may show nothing.
	Moving(p MoveProgress)
	// Moved ends the progress and shows what was done.
	Moved(r *MoveReport) error
}

// NewMigrations makes the one of a format.
func NewMigrations(s *IO, f Format, o Options) Migrations {
	if f == JSON {
		return &jsonPrinter{io: s, meter: newMeter(s.Now)}
	}
	return &textPrinter{io: s, options: o, meter: newMeter(s.Now)}
}

// Migration is a migration as it is shown.
type Migration struct {
	plan.Migrating
	Ground *plan.Plan // its pending steps make the tenants ready
	Unread []tenancy.Unread
	Now    time.Time
	Keep   time.Duration // for how long the user of before stays with whoever is prepared
	Person string        // the only one whom it is about, as they were named; "" is everyone
	Next   []string      // what to do next: a sentence, and a command on a line of its own
}

// ends is the day on which somebody's user of before goes, or is gone: that of the run for who is moved now.
func (m *Migration) ends(g *plan.Migrant) string {
	switch g.Phase {
	case plan.PhasePrepare:
		return day(m.Now.Add(m.Keep))
	case plan.PhaseKept:
		return day(time.Unix(g.Until, 0))
	}
	return day(m.Now)
}

func day(at time.Time) string { return at.UTC().Format("2006-01-02") }

// Migration shows what a migration means: what must be known before anything else, then who is moved, customer by
// customer, with what follows them and what does not; then what is held, and what comes besides.
func (t *textPrinter) Migration(m *Migration) error {
	out := t.page()
	out.line("%s", out.style.faint("Account "+Safe(string(m.Ground.Account))+", identity store "+Safe(string(m.Ground.Store))))
	t.rowRules(out, m)
	t.migrants(out, m)
	t.shared(out, m.Shares)
	t.holds(out, m.Holds)
	t.migrationNotes(out, m.Notes)
	t.unread(out, m.Unread)
	t.left(out, m.Left)
	t.ground(out, m.Ground)
	out.line("")
	out.sentence("", out.style.title(m.summary()))
	t.seats(out, m)
	nextSteps(out, m.Next)
	return out.writeTo(t.io.Out)
}

func (t *textPrinter) rowRules(out *page, m *Migration) {
	if len(m.RLS) == 0 {
		return
	}
	out.section("Data sets whose row-level security may name users or groups of before")
	out.line("")
	shown := t.limit(len(m.RLS))
	for _, ref := range m.RLS[:shown] {
		out.sentence("  ", m.asset(ref))
	}
	t.more(out, len(m.RLS)-shown)
	out.sentence("  ", out.style.faint("Who is moved has another name from then on, and sees no rows until the rules have it: --names FILE.csv writes down both."))
}

func (m *Migration) asset(ref tenancy.AssetRef) string {
	if name, known := m.Names[ref]; known {
		return asset(ref, name)
	}
	return "the " + Name(string(ref.Kind)) + " " + Name(ref.Region+"/"+ref.ID)
}

func nextSteps(out *page, next []string) {
	for i, step := range next {
		if i == 0 {
			out.line("")
		}
		why, command, _ := strings.Cut(step, "\n")
		out.sentence("", why)
		out.line("%s", command) // never wrapped: it is to be taken as it stands
	}
}

// summary is the line that sums a migration up.
func (m *Migration) summary() string {
	by := map[plan.Phase]int{}
	held, doing := 0, 0
	for i := range m.Migrants {
		g := &m.Migrants[i]
		switch {
		case g.Held() != "":
			held++
		default:
			by[g.Phase]++
			if len(g.Steps) > 0 {
				doing++
			}
		}
	}
	var parts []string
	for _, p := range []struct {
		n    int
		text string
	}{
		{by[plan.PhaseMove], "to move"}, {by[plan.PhasePrepare], "to prepare"}, {by[plan.PhaseFinish], "to finish"},
	} {
		if p.n > 0 {
			parts = append(parts, count(p.n, "person ", "people ")+p.text)
		}
	}
	line := "Nobody is to be moved"
	switch {
	case len(m.Migrants) == 0 && m.Person != "":
		line = "Nobody is to be moved: " + Name(m.Person) + " does not live outside of the tenants, or belongs into none by the rules"
	case len(m.Migrants) == 0:
		line = "Nobody is to be moved: whoever lives outside of the tenants belongs into none, by the rules"
	case doing == 0 && len(m.Ground.Pending()) > 0:
		line = "Nobody is to be moved now; the tenants are made ready"
	case doing > 0:
		line = "Plan: " + strings.Join(parts, ", ")
	}
	if n := by[plan.PhaseKept]; n > 0 {
		line += "; " + number(n) + " prepared, and kept for now"
	}
	if held > 0 {
		line += "; " + number(held) + " held"
	}
	return line + "."
}
