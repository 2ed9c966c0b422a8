package view

import (
	"cmp"
	"slices"
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

// maxMigrants is how many people of a tenant are shown, unless everything is asked for.
const maxMigrants = 20

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

// joinCodes are the codes of what keeps somebody where they are.
func joinCodes(codes []tenancy.Code) string {
	var names []string
	for _, c := range codes {
		names = append(names, string(c))
	}
	return strings.Join(names, ", ")
}
