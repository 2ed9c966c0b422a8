package view

import (
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Moved is how the move of one person ended.
type Moved struct {
	Person tenancy.PersonID
	User   tenancy.UserName // who they were
	To     tenancy.Namespace
	Err    error // nil when it was done
}

// MoveProgress is how far a migration has come.
type MoveProgress struct {
	Total, Done, Failed int
	Left                time.Duration // 0 is not known
	Last                Moved
}

// MoveReport is what a migration did, or what undid one.
type MoveReport struct {
	Undone      bool // it undid one
	Ground      plan.Report
	Done        int
	Failed      []Moved
	Unready     []Moved // whose tenant is not ready
	NotReached  int
	Stopped     bool // since too many have failed
	Interrupted bool
	Paused      plan.Pause
	Image       string // the file that says what everybody had, "" for none
	Next        []string
}

// Undoing is how a migration is undone, as it is shown.
type Undoing struct {
	People []plan.Undone // in the order of the file
	Holds  []tenancy.Hold
	Next   []string
}

// linePeople is after how many people there is a line of progress off a terminal, if there was none for a while.
const linePeople = 100

// Moving redraws one line on a terminal, and writes a line now and then elsewhere. The first failures are told as they
// happen.
func (t *textPrinter) Moving(p MoveProgress) {
	t.tellMoved(p.Last)
	sum := plan.Progress{Total: p.Total, Done: p.Done, Failed: p.Failed}
	if !t.io.ErrTerminal {
		if t.meter.due(sum, lineEvery, linePeople) {
			fmt.Fprintln(t.io.Err, movingLine(p))
		}
		return
	}
	if t.meter.due(sum, redrawEvery, 0) {
		line := []rune(movingLine(p))
		fmt.Fprintf(t.io.Err, "\r\x1b[K%s", string(line[:min(len(line), t.io.Width-1)]))
		t.drawn = true
	}
}

func (t *textPrinter) tellMoved(m Moved) {
	if m.Err == nil || t.shown > maxFailures {
		return
	}
	t.shown++
	t.clear()
	if t.shown > maxFailures {
		fmt.Fprintln(t.io.Err, "further failures are in the report")
		return
	}
	fmt.Fprintf(t.io.Err, "x %s: %s: %s\n", m.To, Name(string(m.User)), Safe(errorText(m.Err)))
}

func movingLine(p MoveProgress) string {
	ended, percent := p.Done+p.Failed, 100
	if p.Total > 0 {
		percent = ended * 100 / p.Total
	}
	parts := []string{fmt.Sprintf("%3d%%  %s of %s", percent, number(ended), count(p.Total, "person", "people"))}
	if p.Left > 0 && ended < p.Total {
		parts = append(parts, "about "+roughly(p.Left)+" left")
	}
	if p.Failed > 0 {
		parts = append(parts, number(p.Failed)+" failed")
	}
	return strings.Join(parts, "  ")
}

// Moved shows what was done: what failed, what was left, and the figures.
func (t *textPrinter) Moved(r *MoveReport) error {
	t.clear()
	out := t.page()
	t.failures(out, r.Ground.Failed)
	t.ranInto(out, r.Ground.Held)
	t.movedOnes(out, "Could not be moved", r.Failed)
	t.movedOnes(out, "Left where they are, since their tenant is not ready", r.Unready)
	out.line("")
	out.sentence("", out.style.title(r.summary()))
	nextSteps(out, r.Next)
	return out.writeTo(t.io.Out)
}

func (t *textPrinter) movedOnes(out *page, title string, all []Moved) {
	if len(all) == 0 {
		return
	}
	out.section("%s", title)
	shown := t.limit(len(all))
	var errs []error
	for _, m := range all[:shown] {
		out.line("")
		out.line("  %s %s", out.style.fail("x"), m.To.String()+": "+Name(string(m.User)))
		out.sentence("      ", Safe(errorText(m.Err)))
		errs = append(errs, m.Err)
	}
	if rest := len(all) - shown; rest > 0 {
		out.line("\n    … and %s more (--full shows all)", number(rest))
	}
	t.hints(out, errs)
}

func (r *MoveReport) summary() string {
	done := count(r.Done, "person", "people")
	if r.Undone {
		done += " brought back"
	}
	line := "Done: " + done
	if n := r.Ground.Done; n > 0 {
		line += ", and " + count(n, "step", "steps") + " that made the tenants ready"
	}
	if n := len(r.Failed) + len(r.Ground.Failed); n > 0 {
		line += fmt.Sprintf("; %s failed", number(n))
	}
	if n := len(r.Unready); n > 0 {
		line += fmt.Sprintf("; %s left, as their tenant is not ready", number(n))
	}
	if n := r.NotReached - len(r.Unready); n > 0 {
		line += fmt.Sprintf("; %s not reached", number(n))
	}
	if r.Stopped {
		line += "; stopped after " + count(len(r.Failed), "failure", "failures") + " (--stop-after-failures)"
	}
	if !r.Paused.IsZero() {
		line += "; writes are paused (" + tenancy.Word(r.Paused.Because) + "): tenantry resume ends it"
	}
	if r.Interrupted {
		line += "; interrupted: running it again finishes the work"
	}
	return line + "."
}

// Undoing shows how everybody comes back, customer by customer.
func (t *textPrinter) Undoing(u *Undoing) error {
	out := t.page()
	byTenant := map[string][]*plan.Undone{}
	coming, right := 0, 0
	for i := range u.People {
		p := &u.People[i]
		n := p.Image.To.String()
		byTenant[n] = append(byTenant[n], p)
		switch {
		case len(p.Steps) > 0:
			coming++
		case p.Held == "":
			right++
		}
	}
	if len(u.People) > 0 {
		out.section("Who comes back to where they were")
	}
	for _, n := range sortedKeys(byTenant) {
		all := byTenant[n]
		out.line("\n  %s  %s", out.style.title(n), count(len(all), "person", "people"))
		shown := len(all)
		if !t.options.Full && shown > maxMigrants+1 {
			shown = maxMigrants
		}
		width := 0
		for _, p := range all[:shown] {
			width = max(width, min(columns(Name(string(p.Image.As))), out.width/3))
		}
		for _, p := range all[:shown] {
			t.undone(out, p, width)
		}
		if rest := len(all) - shown; rest > 0 {
			out.line("    … and %s more (--full shows all)", number(rest))
		}
	}
	if coming > 0 {
		out.line("")
		out.sentence("  ", out.style.faint("What they have got in the tenant since is theirs still, but what is shared with the tenant's groups they see no more."))
	}
	t.holds(out, u.Holds)
	line := "Nothing is to be undone"
	if coming > 0 {
		line = "Plan: " + count(coming, "person", "people") + " to bring back"
	}
	if right > 0 {
		line += "; " + number(right) + " back already"
	}
	if n := len(u.People) - coming - right; n > 0 {
		line += "; " + number(n) + " held"
	}
	if out.Len() > 0 {
		out.line("")
	}
	out.line("%s", out.style.title(line+"."))
	nextSteps(out, u.Next)
	return out.writeTo(t.io.Out)
}

func (t *textPrinter) undone(out *page, p *plan.Undone, width int) {
	i := p.Image
	text := fmt.Sprintf("to %s as %s, %s", Name(i.Namespace), Name(string(i.User)), Name(string(i.Role)))
	if n := len(i.Groups); n > 0 {
		text += ", into " + count(n, "group", "groups")
	}
	if n := len(i.Assets); n > 0 {
		text += ", with " + count(n, "asset", "assets")
	}
	switch {
	case p.Held != "":
		text = out.style.hold("held: " + string(p.Held))
	case len(p.Steps) == 0:
		text = "is back already"
	}
	out.sentence("    "+pad(Name(string(i.As)), width)+"  ", text)
}
