package view

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func (t *textPrinter) migrants(out *page, m *Migration) {
	if len(m.Migrants) == 0 {
		return
	}
	title := "Who is moved, customer by customer"
	if !slices.ContainsFunc(m.Migrants, func(g plan.Migrant) bool { return g.Held() == "" }) {
		title = "Who would be moved, and is held, customer by customer"
	}
	out.section("%s", title)
	for _, run := range migrantRuns(m.Migrants) {
		t.tenantMigrants(out, m, run)
	}
	out.line("")
	out.sentence("  ", out.style.faint("AWS lets nobody take along: e-mail subscriptions, alerts, bookmarks, personal folders and IAM policy assignments."))
}

// migrantRuns cuts people where their tenant changes.
func migrantRuns(list []plan.Migrant) (runs [][]plan.Migrant) {
	for i, g := range list {
		if i == 0 || g.To != list[i-1].To {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], g)
	}
	return runs
}

func (t *textPrinter) tenantMigrants(out *page, m *Migration, all []plan.Migrant) {
	held := 0
	from := map[string]bool{}
	for i := range all {
		from[all[i].From.Namespace] = true
		if all[i].Held() != "" {
			held++
		}
	}
	heading := out.style.title(all[0].To.String()) + "  " + count(len(all), "person", "people")
	if len(from) == 1 {
		heading += " of " + Name(all[0].From.Namespace)
	}
	if held > 0 {
		heading += ", " + number(held) + " held"
	}
	out.line("\n  %s", heading)
	for _, how := range howMoved(m, all) {
		out.sentence("    ", out.style.faint(how))
	}
	out.line("")
	shown, rest := t.chosen(all)
	t.table(out, m, shown, len(from) > 1)
	if len(rest) > 0 {
		out.sentence("    … and ", number(len(rest))+" more (--full shows all): "+phases(rest))
	}
}

// howMoved says in what manner people are moved.
func howMoved(m *Migration, all []plan.Migrant) (how []string) {
	phases := map[plan.Phase]bool{}
	roles := map[string]bool{}
	for i := range all {
		if all[i].Held() != "" {
			continue // they are not moved in any
		}
		phases[all[i].Phase] = true
		if all[i].As != all[i].From.User {
			roles[all[i].As.RoleName()] = true
		}
	}
	if phases[plan.PhaseMove] {
		how = append(how, "One phase, as they sign in by the same role as before: taken out, and registered; what follows is parked meanwhile.")
	}
	names := sortedKeys(roles)
	for i := range names {
		names[i] = Name(names[i])
	}
	by := strings.Join(names, ", ")
	after := "after " + day(m.Now.Add(m.Keep))
	if m.Keep == 0 {
		after = "by the next run"
	}
	switch {
	case phases[plan.PhasePrepare]:
		how = append(how, "Two phases, as they sign in by another role from now on ("+by+"): prepared now, and finished "+after+", or with --finish. Until then they are registered in both.")
	case phases[plan.PhaseKept] || phases[plan.PhaseFinish]:
		how = append(how, "The second of two phases, as they sign in by another role now ("+by+"): who is finished is taken out of where they were before; who is kept, on the day after that, or with --finish.")
	}
	return how
}

// maxMigrants is how many people of a tenant are shown, unless everything is asked for.
const maxMigrants = 20

// chosen are those who are shown: all of a few, and of many those first who are held or lose something.
func (t *textPrinter) chosen(all []plan.Migrant) (shown, rest []plan.Migrant) {
	if t.options.Full || len(all) <= maxMigrants+1 {
		return all, nil
	}
	all = slices.Clone(all)
	rank := func(g plan.Migrant) int {
		switch {
		case g.Held() != "":
			return 0
		case len(g.Missing()) > 0 || slices.ContainsFunc(g.Items, func(i plan.Item) bool { return i.Why != "" }):
			return 1
		}
		return 2
	}
	slices.SortStableFunc(all, func(a, b plan.Migrant) int { return cmp.Compare(rank(a), rank(b)) })
	return all[:maxMigrants], all[maxMigrants:]
}

// phases counts people by what becomes of them: "3,900 move, 80 held: sees-less".
func phases(all []plan.Migrant) string {
	by := map[string]int{}
	for i := range all {
		by[outcome(&all[i])]++
	}
	var parts []string
	for _, what := range sortedKeys(by) {
		parts = append(parts, number(by[what])+" "+what)
	}
	return strings.Join(parts, ", ")
}

// outcome is what becomes of somebody, in a word or two.
func outcome(g *plan.Migrant) string {
	switch {
	case g.Held() != "":
		return "held: " + joinCodes(g.Codes)
	case g.Phase == plan.PhaseKept:
		return "kept until " + day(time.Unix(g.Until, 0))
	}
	return string(g.Phase)
}

// items shows what does not follow somebody as it is, and, where everything is asked for, all that they have.
func (t *textPrinter) items(out *page, m *Migration, g *plan.Migrant) {
	var lines []string
	for _, item := range g.Items {
		what := asset(item.Asset, item.Name)
		switch {
		case !item.Follows:
			lines = append(lines, "stays: "+what+": "+Safe(item.Why))
		case item.Why != "":
			lines = append(lines, "follows, "+Safe(item.Why)+": "+what)
		case t.options.Full:
			lines = append(lines, "follows: "+mayDo(item.Gets, what))
		}
	}
	for _, s := range g.Sees {
		through := ""
		if len(s.Through) > 0 {
			through = ", by " + Safe(strings.Join(s.Through, " and "))
		}
		switch {
		case !s.Still:
			lines = append(lines, "no longer seen: "+asset(s.Asset, s.Name)+through)
		case t.options.Full && through == "":
			lines = append(lines, "seen from then on: "+asset(s.Asset, s.Name))
		case t.options.Full:
			lines = append(lines, "seen: "+asset(s.Asset, s.Name)+through)
		}
	}
	shown := t.limit(len(lines))
	for _, line := range lines[:shown] {
		out.sentence("        ", line)
	}
	if rest := len(lines) - shown; rest > 0 {
		out.line("        … and %s more (--full shows all)", number(rest))
	}
}

// joinCodes are the codes of what keeps somebody where they are.
func joinCodes(codes []tenancy.Code) string {
	var names []string
	for _, c := range codes {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}
