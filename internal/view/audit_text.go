//go:build !tenantry.lambda

package view

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/audit"
)

// auditPage is an audit for people: how bad it is first, then what was found, tenant by tenant with the worst first, and
// then what needs no hand.
func (t *textPrinter) auditPage(a *Audit) *page {
	out := t.page()
	t.auditHead(out, a)
	explained := map[audit.Code]bool{}
	for _, c := range a.concerns() {
		t.concern(out, c, explained)
	}
	t.houseShows(out, a)
	t.matrix(out, &a.Matrix)
	t.acceptedFindings(out, a.Accepted)
	t.notProven(out, a.NotProven)
	out.line("")
	out.sentence("", out.style.title("Audit: "+uncapitalized(a.headline())+a.besides()+"."))
	return out
}

func (t *textPrinter) auditHead(out *page, a *Audit) {
	regions := "assets of " + join(names(a.AssetRegions))
	out.sentence("", out.style.faint("Account "+Safe(string(a.Account))+", identity Region "+Name(a.Region)+", "+regions+", at "+a.date()))
	out.line("")
	out.sentence("", out.style.title(a.headline()+"."))
	out.sentence("", Safe(a.verdict()))
	if a.Only != nil {
		out.sentence("", a.scope())
	}
	all := a.concerns()
	wide := 0
	for _, c := range all {
		wide = max(wide, min(columns(about(c.Namespace)), widestLabel))
	}
	if len(all) > 0 {
		out.line("")
	}
	shown := t.limit(len(all))
	for _, c := range all[:shown] {
		out.line("  %s  %s", pad(about(c.Namespace), wide), c.Counts)
	}
	t.more(out, len(all)-shown)
	out.line("")
	out.sentence("Read: ", a.read()+".")
	if text := a.unreadText(); text != "" {
		out.sentence("Not read: ", text)
	}
}

// besides is what there is besides findings.
func (a *Audit) besides() string {
	text := ""
	if n := len(a.Accepted); n > 0 {
		text += "; " + number(n) + " accepted"
	}
	if n := len(a.NotProven); n > 0 {
		text += "; " + number(n) + " not proven"
	}
	return text
}

// concern shows the findings about one tenant. What a check is for is said where it has found something first.
func (t *textPrinter) concern(out *page, c concern, explained map[audit.Code]bool) {
	out.section("%s  %s", about(c.Namespace), out.style.faint(c.Counts.String()))
	for _, r := range c.Runs {
		out.line("")
		out.sentence("  "+out.style.severity(r.Severity)+" "+string(r.Code)+"  ", out.style.title(Safe(r.Name)))
		if !explained[r.Code] {
			out.sentence("      ", out.style.faint(Safe(r.Why)))
			explained[r.Code] = true
		}
		shown := t.limit(len(r.Findings))
		for _, f := range r.Findings[:shown] {
			t.finding(out, f)
		}
		if rest := len(r.Findings) - shown; rest > 0 {
			out.line("\n    … and %s more of %s (--full shows all)", number(rest), r.Code)
		}
	}
}

// finding shows one. Object and mend are never wrapped: they are there to be taken as they stand, into `accept:` and into
// a shell.
func (t *textPrinter) finding(out *page, f audit.Finding) {
	out.line("")
	out.sentence("    - ", Safe(f.Seen))
	out.line("      %s %s", out.style.title("object:"), Safe(f.Object))
	if f.Principal != "" && !strings.Contains(f.Object, f.Principal) {
		out.line("      %s %s", out.style.title("principal:"), Safe(f.Principal))
	}
	before := out.style.title("mend:")
	for step := range strings.SplitSeq(f.Mend, "\n") {
		out.line("      %s %s", before, Safe(step))
		before = "     "
	}
}

func (t *textPrinter) houseShows(out *page, a *Audit) {
	all := a.shown()
	if len(all) == 0 {
		return
	}
	out.section("What the house shows to tenants")
	out.line("")
	shown := t.limit(len(all))
	for _, r := range all[:shown] {
		out.wrapped("  ", append(words(asset(r.AssetRef, r.Name)+":"), t.names(sides(r.Sees))...))
	}
	t.more(out, len(all)-shown)
}

// maxSides is how many sides a matrix has that is still read on a terminal.
const maxSides = 12

// matrix shows who comes to whose assets.
func (t *textPrinter) matrix(out *page, m *audit.Matrix) {
	if len(m.Sides) == 0 || len(m.Sides) > maxSides {
		return
	}
	out.section("Who comes to whose assets")
	out.line("")
	wide := 0
	for _, p := range m.Sides {
		wide = max(wide, min(columns(sideName(p)), widestLabel))
	}
	head := pad("", wide+7)
	for i := range m.Sides {
		head += fmt.Sprintf("%6d", i+1)
	}
	out.line("%s", out.style.faint(head))
	for i, p := range m.Sides {
		line := fmt.Sprintf("  %3d  %s", i+1, pad(shorten(sideName(p), wide), wide))
		for j := range m.Sides {
			line += t.matrixCell(out, m, m.Cell(i, j))
		}
		out.line("%s", line)
	}
	out.line("")
	out.sentence("  ", out.style.faint("A row is who comes to something, a column whose it is, a figure how many assets; ! is where there should be none."))
}

func (t *textPrinter) matrixCell(out *page, m *audit.Matrix, c audit.Cell) string {
	switch {
	case c.Sees == 0:
		return out.style.faint("     ·")
	case m.Breach(c):
		return out.style.fail(fmt.Sprintf("%6s", "!"+number(c.Sees)))
	}
	return fmt.Sprintf("%6s", number(c.Sees))
}

func (t *textPrinter) acceptedFindings(out *page, all []audit.AcceptedFinding) {
	if len(all) == 0 {
		return
	}
	out.section("Found, and accepted by the configuration")
	out.line("")
	shown := t.limit(len(all))
	for _, f := range all[:shown] {
		out.sentence("  ", acceptedText(f))
	}
	t.more(out, len(all)-shown)
}

func (t *textPrinter) notProven(out *page, all []audit.NotProven) {
	if len(all) == 0 {
		return
	}
	out.section("Not proven")
	for _, p := range all {
		out.line("")
		out.sentence("  ? ", Safe(p.What))
		out.sentence("      ", out.style.faint(Safe(p.Why)))
		out.line("      %s %s", out.style.title("do:"), Safe(p.Do))
	}
}

// AuditChecks shows what an audit looks for.
func AuditChecks(s *IO, f Format) error {
	checks := audit.Checks()
	if f == JSON {
		return WriteJSON(s.Out, struct {
			Format string          `json:"format"`
			Checks []checkDocument `json:"checks"`
		}{checksFormat, checkDocuments(checks, nil)})
	}
	out := (&textPrinter{io: s}).page()
	for i, c := range checks {
		if i > 0 {
			out.line("")
		}
		out.sentence(string(c.Code)+" "+out.style.severity(c.Severity)+"  ", out.style.title(c.Name))
		out.sentence("    ", c.Looks)
		out.sentence("    ", c.Why)
		out.sentence("    ", c.Mend)
	}
	return out.writeTo(s.Out)
}

// severity is how bad something is, as wide as the longest of them.
func (s style) severity(v audit.Severity) string {
	text := pad(string(v), len(audit.Critical))
	switch v {
	case audit.Critical:
		return s.fail(text)
	case audit.High:
		return s.take(text)
	}
	return s.edit(text)
}

// WriteMatrix shows who comes to whose assets, as an audit does.
func WriteMatrix(s *IO, m *audit.Matrix) error {
	t := &textPrinter{io: s}
	out := t.page()
	t.matrix(out, m)
	return out.writeTo(s.Out)
}
