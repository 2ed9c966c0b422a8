package view

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// maxNames is how many names or records of one kind are shown, unless everything is asked for.
const maxNames = 10

// textPrinter shows things to people.
type textPrinter struct {
	io      *IO
	options Options
	meter   *meter
	shown   int  // failures shown while they happened
	drawn   bool // a line of progress stands on the terminal
}

func (t *textPrinter) page() *page {
	return &page{width: t.io.Width, style: style{t.io.Color && t.io.OutTerminal}}
}

// Plan shows a plan.
func (t *textPrinter) Plan(p *plan.Plan) error {
	out := t.page()
	out.line("%s", out.style.faint("Account "+Safe(string(p.Account))+", identity store "+Safe(string(p.Store))))
	spaces := bySpace(p.Steps)
	t.gains(out, spaces)
	t.changes(out, spaces)
	t.leftOut(out, spaces)
	t.holds(out, p.Holds)
	t.accepted(out, p.Accepted)
	t.notes(out, p.Notes)
	t.unmanaged(out, p.Unmanaged)
	t.directory(out, p)
	out.line("\n%s", out.style.title(summary(p)))
	return out.writeTo(t.io.Out)
}

// Holds shows what waits for a person.
func (t *textPrinter) Holds(holds []tenancy.Hold) error {
	out := t.page()
	t.holds(out, holds)
	return out.writeTo(t.io.Out)
}

// space is a namespace with what is done in it and what is left out of this run.
type space struct {
	namespace tenancy.Namespace
	entries   []*entry // without what is left out
	leftOut   tally
	left      int
	founded   bool
}

// bySpace sorts steps by namespace.
func bySpace(steps []plan.Step) []*space {
	var list []*space
	found := map[tenancy.Namespace]*space{}
	shown := map[tenancy.Namespace][]plan.Step{}
	for _, s := range steps {
		n := s.Change.In()
		sp := found[n]
		if sp == nil {
			sp = &space{namespace: n}
			found[n] = sp
			list = append(list, sp)
		}
		if s.Held == plan.NotSelected {
			sp.leftOut.add(s.Change)
			sp.left++
			continue
		}
		if s.Change.Kind() == plan.KindCreateNamespace && s.Held == "" {
			sp.founded = true
		}
		shown[n] = append(shown[n], s)
	}
	slices.SortFunc(list, func(a, b *space) int { return a.namespace.Compare(b.namespace) })
	for _, sp := range list {
		sp.entries = entries(shown[sp.namespace])
	}
	return list
}

// gains shows who gains access to which customer.
func (t *textPrinter) gains(out *page, spaces []*space) {
	begun := false
	for _, sp := range spaces {
		var registered []*entry
		for _, e := range sp.entries {
			if e.kind == plan.KindRegister && e.held == "" {
				registered = append(registered, e)
			}
		}
		if len(registered) == 0 {
			continue
		}
		if !begun {
			out.section("Who gains access to which customer")
			begun = true
		}
		name := out.style.title(sp.namespace.String())
		if sp.founded {
			name += out.style.faint("  (new)")
		}
		out.line("\n  %s", name)
		for _, e := range registered {
			role := strings.TrimPrefix(e.phrase.behind, "as ")
			out.wrapped("    "+pad(role, len(tenancy.AuthorPro))+"  ", t.names(e.users))
			out.sentence("    "+pad("", len(tenancy.AuthorPro))+"  ", out.style.faint(through(e.because)))
		}
	}
}

// through is the short form of a because.
func through(b tenancy.Because) string {
	if b.Rule == "" {
		return "through no rule that is known"
	}
	return "through the group " + Quote(b.GroupName) + ", by " + Safe(b.Rule)
}

// names are names as words of a sentence: all of them, or the first with the number of the others.
func (t *textPrinter) names(users []string) []string {
	words := make([]string, 0, min(len(users), maxNames)+1)
	shown := t.limit(len(users))
	for i, u := range users[:shown] {
		if i < len(users)-1 {
			u += ","
		}
		words = append(words, u)
	}
	if rest := len(users) - shown; rest > 0 {
		words = append(words, fmt.Sprintf("… and %s more (--full shows all)", number(rest)))
	}
	return words
}

// limit is how many of n things are shown. One more than the limit is shown, as to say that there is
// one more takes as much room.
func (t *textPrinter) limit(n int) int {
	if t.options.Full || n <= maxNames+1 {
		return n
	}
	return maxNames
}

// changes shows what is done, namespace by namespace, under the reasons for it.
func (t *textPrinter) changes(out *page, spaces []*space) {
	begun := false
	for _, sp := range spaces {
		if len(sp.entries) == 0 {
			continue
		}
		if !begun {
			out.section("%s", changesTitle(spaces))
			begun = true
		}
		out.line("\n  %s", out.style.title(sp.namespace.String()))
		n := newcomersOf(sp.entries)
		for _, reason := range reasons(sp.entries) {
			shares := false // and nothing else: what a rule gives has another reason
			for _, e := range sp.entries {
				if e.because == reason {
					t.entry(out, &n, e)
					shares = e.kind == plan.KindShare
				}
			}
			if reason.Rule != "" {
				text := "because the group " + Quote(reason.GroupName) + " fits " + Safe(reason.Rule)
				if shares {
					text = "because of " + Safe(reason.Rule)
				}
				out.sentence("        ", out.style.faint(text))
			}
		}
	}
}

// changesTitle does not promise changes where all of them are held.
func changesTitle(spaces []*space) string {
	for _, sp := range spaces {
		if slices.ContainsFunc(sp.entries, func(e *entry) bool { return e.held == "" }) {
			return "What changes"
		}
	}
	return "What would change, if it were not held"
}

// reasons are the becauses of entries, in order. Those without one come first: they are what is taken away, and that
// goes before what is given.
func reasons(list []*entry) []tenancy.Because {
	var seen []tenancy.Because
	bare := false
	for _, e := range list {
		switch {
		case e.because == tenancy.Because{}:
			bare = true
		case !slices.Contains(seen, e.because):
			seen = append(seen, e.because)
		}
	}
	if bare {
		seen = slices.Insert(seen, 0, tenancy.Because{})
	}
	return seen
}

func (t *textPrinter) entry(out *page, n *newcomers, e *entry) {
	whom, list := n.whom(e)
	text := e.phrase.text(whom)
	switch {
	case e.held != "" && e.hazards != "" && string(e.held) != e.hazards:
		text += "  [held: " + string(e.held) + "; hazard: " + e.hazards + "]"
	case e.held != "":
		text += "  [held: " + string(e.held) + "]"
	case e.hazards != "":
		text += "  [hazard, allowed: " + e.hazards + "]"
	}
	out.sentence("    "+out.style.symbol(e)+" ", text)
	if list {
		out.wrapped("        ", t.names(e.users))
		n.listed = e.users
	}
}

// leftOut shows what this run was not for.
func (t *textPrinter) leftOut(out *page, spaces []*space) {
	var left []*space
	width := 0
	for _, sp := range spaces {
		if sp.left > 0 {
			left = append(left, sp)
			width = max(width, len(sp.namespace.String()))
		}
	}
	if len(left) == 0 {
		return
	}
	out.section("Left out of this run (--namespace, --person, rollout or the saved plan)")
	out.line("")
	for _, sp := range left {
		out.sentence("  "+pad(sp.namespace.String(), width)+"  ", sp.leftOut.String())
	}
}
