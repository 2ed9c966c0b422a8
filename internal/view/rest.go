package view

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// besides answers what is known of a hold besides: a line for its reason, and one for what ends it; "" for none.
type besides func(tenancy.Hold) (since, lift string)

func nothingBesides(tenancy.Hold) (since, lift string) { return "", "" }

// holds shows what waits for a person, beginning with what lets someone keep an access.
func (t *textPrinter) holds(out *page, holds []tenancy.Hold) { t.holdsWith(out, holds, nothingBesides) }

func (t *textPrinter) holdsWith(out *page, holds []tenancy.Hold, more besides) {
	var access, others []tenancy.Hold
	for _, h := range holds {
		if h.Access {
			access = append(access, h)
		} else {
			others = append(others, h)
		}
	}
	t.holdList(out, "Held, waiting for a person: someone still has access", access, more)
	title := "Held, waiting for a person"
	if len(access) > 0 {
		title = "Also held, waiting for a person"
	}
	t.holdList(out, title, others, more)
}

func (t *textPrinter) holdList(out *page, title string, holds []tenancy.Hold, more besides) {
	if len(holds) == 0 {
		return
	}
	out.section("%s", title)
	for _, run := range holdRuns(holds) {
		shown := t.limit(len(run))
		for _, h := range run[:shown] {
			out.line("")
			t.hold(out, h, more)
		}
		if rest := len(run) - shown; rest > 0 {
			out.line("\n    … and %s more held by %s%s (--full shows all)", number(rest), Safe(string(run[0].Code)), inNamespace(run[0].Namespace))
		}
	}
}

// holdRuns cuts holds, which are sorted, where their namespace or their code changes.
func holdRuns(holds []tenancy.Hold) [][]tenancy.Hold {
	var runs [][]tenancy.Hold
	for len(holds) > 0 {
		end := slices.IndexFunc(holds, func(h tenancy.Hold) bool {
			return h.Namespace != holds[0].Namespace || h.Code != holds[0].Code
		})
		if end < 0 {
			end = len(holds)
		}
		runs = append(runs, holds[:end])
		holds = holds[end:]
	}
	return runs
}

func (t *textPrinter) hold(out *page, h tenancy.Hold, more besides) {
	since, lift := more(h)
	out.line("  %s %s  %s%s", out.style.hold("!"), out.style.code(h.Code), Name(h.Object), out.style.faint(inNamespace(h.Namespace)))
	out.sentence("      ", Safe(h.Reason))
	if since != "" {
		out.line("      %s %s", out.style.title("since:"), since)
	}
	// Never wrapped: what ends a hold is often a command, to be taken as it stands.
	out.line("      %s %s", out.style.title("ends:"), Safe(h.Ends))
	if lift != "" {
		out.line("      %s %s", out.style.title("or:"), Safe(lift))
	}
}

// inNamespace names a hold's namespace, which may be the very text that cannot be one.
func inNamespace(n string) string {
	if n == "" {
		return ""
	}
	return " in " + Name(n)
}

func (t *textPrinter) accepted(out *page, holds []tenancy.Hold) {
	if len(holds) == 0 {
		return
	}
	out.section("Held, and accepted by the configuration")
	out.line("")
	shown := t.limit(len(holds))
	for _, h := range holds[:shown] {
		text := fmt.Sprintf("%s  %s%s: %s", h.Code, Name(h.Object), inNamespace(h.Namespace), Safe(h.Reason))
		if h.Access {
			text += " [someone still has access]"
		}
		out.sentence("  ", text)
	}
	t.more(out, len(holds)-shown)
}

func (t *textPrinter) notes(out *page, notes []tenancy.Note) {
	if len(notes) == 0 {
		return
	}
	out.section("To know")
	out.line("")
	shown := t.limit(len(notes))
	for _, n := range notes[:shown] {
		text := Safe(n.Text)
		if n.Until != 0 {
			text += " (until " + time.Unix(n.Until, 0).UTC().Format("2006-01-02 15:04Z") + ")"
		}
		out.sentence("  ", text)
	}
	t.more(out, len(notes)-shown)
}

func (t *textPrinter) more(out *page, rest int) {
	if rest > 0 {
		out.line("  … and %s more (--full shows all)", number(rest))
	}
}

func (t *textPrinter) unmanaged(out *page, list []plan.Unmanaged) {
	if len(list) == 0 {
		return
	}
	width := 0
	for _, u := range list {
		width = max(width, columns(Name(u.Namespace)))
	}
	out.section("Not tenantry's, and never touched")
	out.line("")
	shown := t.limit(len(list))
	for _, u := range list[:shown] {
		out.line("  %s  %s", pad(Name(u.Namespace), width), unmanagedText(u))
	}
	t.more(out, len(list)-shown)
}

func unmanagedText(u plan.Unmanaged) string {
	var parts []string
	if u.Whole {
		parts = append(parts, "the whole namespace")
	}
	if u.Users > 0 || u.Whole {
		parts = append(parts, count(u.Users, "user", "users"))
	}
	if u.Groups > 0 {
		parts = append(parts, count(u.Groups, "group made by hand", "groups made by hand"))
	}
	return strings.Join(parts, ", ")
}

// directory says of whom the plan says nothing, and of whom it knows less than it could.
func (t *textPrinter) directory(out *page, p *plan.Plan) {
	c := p.Counts
	if c.People == 0 {
		return
	}
	text := fmt.Sprintf("Directory: %s, %s", count(c.People, "person", "people"), count(c.Tenants, "tenant", "tenants"))
	var parts []string
	for _, part := range []struct {
		n    int
		text string
	}{{c.Unmapped, "in no tenant's group"}, {c.Disabled, "disabled"}, {c.House, "of the house"}} {
		if part.n > 0 {
			parts = append(parts, number(part.n)+" "+part.text)
		}
	}
	if len(parts) > 0 {
		text += "; " + strings.Join(parts, ", ")
	}
	out.line("\n%s", out.style.faint(text+"."))
	if c.Unverified > 0 {
		out.line("%s", out.style.faint(fmt.Sprintf("Of %s already right, whose they are is told by the name alone for %s (--verify reads their tags).", number(c.Right), number(c.Unverified))))
	}
}
