//go:build !tenantry.lambda

package view

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
)

// The formats of an audit, besides Text and JSON.
const (
	SARIF Format = "sarif" // for what gathers findings: SARIF 2.1.0, an OASIS standard
	HTML  Format = "html"  // for auditors: one page that needs nothing besides
)

// AuditFormats are all that an audit can be shown in.
func AuditFormats() []Format { return []Format{Text, JSON, SARIF, HTML} }

// Audit is an audit as it is shown.
type Audit struct {
	audit.Report
	// Checks are those that were made, by code.
	Checks []audit.Check
	// Config is the file of the configuration, as it was named. SARIF points to it: what was found stands in no file, and
	// what shows SARIF shows nothing that has no place in one.
	Config  string
	Version string // of tenantry
	// Redacted says that it is for one customer's auditor, and has nobody else's name in it.
	Redacted bool
}

// WriteAudit shows an audit in one of AuditFormats. Text goes to w as wide as the IO says.
func WriteAudit(w io.Writer, s *IO, f Format, o Options, a *Audit) error {
	switch f {
	case JSON:
		return WriteJSON(w, a.document())
	case SARIF:
		return WriteJSON(w, a.sarif())
	case HTML:
		return a.html(w)
	}
	out := (&textPrinter{io: s, options: o}).auditPage(a)
	return out.writeTo(w)
}

// concern are the findings about one tenant, or, where Namespace is "", about the whole account.
type concern struct {
	Namespace string
	Counts    severities
	Runs      []findingRun
}

// findingRun are findings of one check and one severity.
type findingRun struct {
	audit.Check
	Findings []audit.Finding
}

// severities are how many findings there are of each.
type severities struct{ Critical, High, Medium int }

func (n *severities) add(s audit.Severity) {
	switch s {
	case audit.Critical:
		n.Critical++
	case audit.High:
		n.High++
	default:
		n.Medium++
	}
}

// String says it in words: "1 critical, 3 high".
func (n severities) String() string {
	var parts []string
	for _, p := range []struct {
		n    int
		word audit.Severity
	}{{n.Critical, audit.Critical}, {n.High, audit.High}, {n.Medium, audit.Medium}} {
		if p.n > 0 {
			parts = append(parts, number(p.n)+" "+string(p.word))
		}
	}
	return strings.Join(parts, ", ")
}

func (n severities) compare(m severities) int {
	return cmp.Or(m.Critical-n.Critical, m.High-n.High, m.Medium-n.Medium)
}

func severitiesOf(findings []audit.Finding) (n severities) {
	for i := range findings {
		n.add(findings[i].Severity)
	}
	return n
}

// concerns sorts findings by whom they are about, the worst first, and then by check.
func (a *Audit) concerns() []concern {
	var all []concern
	place := map[string]int{}
	for _, f := range a.Findings { // the worst first, so the runs of each are in order
		at, known := place[f.Namespace]
		if !known {
			at = len(all)
			place[f.Namespace] = at
			all = append(all, concern{Namespace: f.Namespace})
		}
		c := &all[at]
		c.Counts.add(f.Severity)
		if n := len(c.Runs); n == 0 || c.Runs[n-1].Code != f.Code || c.Runs[n-1].Severity != f.Severity {
			c.Runs = append(c.Runs, findingRun{Check: a.checkOf(f)})
		}
		last := &c.Runs[len(c.Runs)-1]
		last.Findings = append(last.Findings, f)
	}
	slices.SortFunc(all, func(a, b concern) int {
		return cmp.Or(a.Counts.compare(b.Counts), strings.Compare(a.Namespace, b.Namespace))
	})
	return all
}

// checkOf is the check that made a finding, with the severity that it has here.
func (a *Audit) checkOf(f audit.Finding) audit.Check {
	c := audit.Check{Code: f.Code}
	if i := slices.IndexFunc(a.Checks, func(c audit.Check) bool { return c.Code == f.Code }); i >= 0 {
		c = a.Checks[i]
	}
	c.Severity = f.Severity
	return c
}

// about is whom findings are about, in words.
func about(namespace string) string {
	if namespace == "" {
		return "the whole account"
	}
	return spaceName(namespace)
}

// spaceName is a namespace as it is called, and in a redacted report what stands for one: that is no name, and not quoted.
func spaceName(namespace string) string {
	if namespace == audit.AnotherTenant || namespace == audit.AnotherNamespace {
		return namespace
	}
	return Name(namespace)
}

// headline says in one sentence how many findings there are, without a full stop.
func (a *Audit) headline() string {
	if len(a.Findings) == 0 {
		return "No findings"
	}
	tenants, account := 0, false
	for _, c := range a.concerns() {
		if c.Namespace == "" {
			account = true
		} else {
			tenants++
		}
	}
	text := count(len(a.Findings), "finding", "findings")
	switch {
	case tenants > 0 && account:
		text += " in " + count(tenants, "tenant", "tenants") + " and in the account as such"
	case tenants > 0:
		text += " in " + count(tenants, "tenant", "tenants")
	default:
		text += " in the account as such"
	}
	return text + ": " + severitiesOf(a.Findings).String()
}

// verdict says what that means.
func (a *Audit) verdict() string {
	whom := "Between the tenants"
	if a.Only != nil {
		whom = "Around " + join(names(a.Only))
	}
	n := severitiesOf(a.Findings)
	switch {
	case n.Critical > 0:
		return whom + " isolation is broken: somebody can get at another tenant's data, or become anybody, now."
	case n.High > 0:
		return whom + " a wall is missing: one more step, and somebody gets at what is another tenant's."
	case n.Medium > 0:
		return whom + " nothing is open that was looked at, but not everything is as it should be."
	case a.Read.Unread > 0:
		return whom + " nothing that breaks isolation was found in what could be read. Not everything could be."
	}
	return whom + " nothing that breaks isolation was found."
}

// scope says that the audit is not about everybody.
func (a *Audit) scope() string {
	text := "This is what concerns " + join(names(a.Only)) + ", or the whole account."
	if a.Redacted {
		text += " Whatever is another tenant's has no name here."
	}
	return text
}

// join are words as a list: a, b and c.
func join(words []string) string {
	if len(words) < 2 {
		return strings.Join(words, "")
	}
	return strings.Join(words[:len(words)-1], ", ") + " and " + words[len(words)-1]
}

// read says how much was read.
func (a *Audit) read() string {
	r := a.Read
	if a.Redacted {
		return count(r.Assets, "asset", "assets") + " that may be named; how much else there is in the account is not said here"
	}
	return join([]string{
		count(r.Namespaces, "namespace", "namespaces"), count(r.People, "person", "people"), count(r.Groups, "group", "groups"),
		count(r.Assets, "asset", "assets"), count(r.Identities, "role or user of IAM", "roles and users of IAM"),
	})
}

// unreadText says that something could not be read, "" where everything could.
func (a *Audit) unreadText() string {
	if a.Read.Unread == 0 {
		return ""
	}
	return count(a.Read.Unread, "asset or source", "assets and sources") + " could not be read. What is there is not judged, and each is a finding."
}

func (a *Audit) date() string { return time.Unix(a.At, 0).UTC().Format("2006-01-02 15:04") + " UTC" }

// shown are the house's assets that tenants see, with who they are.
func (a *Audit) shown() []audit.AssetReport {
	var all []audit.AssetReport
	for _, r := range a.Assets {
		if r.Belongs.Kind != audit.OfHouse {
			continue
		}
		r.Sees = slices.DeleteFunc(slices.Clone(r.Sees), func(p audit.Party) bool { return p.Kind != audit.OfTenant })
		if len(r.Sees) > 0 {
			all = append(all, r)
		}
	}
	return all
}

// sides are sides as names.
func sides(all []audit.Party) []string {
	out := make([]string, len(all))
	for i, p := range all {
		out[i] = sideName(p)
	}
	return out
}

// sideName is a side as a name that cannot be taken for the words around it.
func sideName(p audit.Party) string {
	switch p.Kind {
	case audit.OfTenant:
		return spaceName(p.Namespace)
	case audit.OfOther:
		return spaceName(p.Namespace) + " (unmanaged)"
	}
	return p.String()
}

// acceptedText says of a finding that is known why it is, and until when.
func acceptedText(f audit.AcceptedFinding) string {
	return fmt.Sprintf("%s: %s (accepted until %s: %s)", f.Code, Safe(f.Seen), Safe(f.Until), Safe(f.Because))
}

// uncapitalized is a sentence as it stands behind a colon.
func uncapitalized(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToLower(text[:1]) + text[1:]
}

// shorten cuts a name that is wider than a column in its middle: names that begin alike mostly end otherwise.
func shorten(name string, width int) string {
	if columns(name) <= width {
		return name
	}
	letters := []rune(name)
	head := width / 2
	return string(letters[:head]) + "…" + string(letters[len(letters)-(width-head-1):])
}

// capitalized is a phrase as a sentence begins.
func capitalized(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
