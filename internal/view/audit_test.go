package view

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// looked are the checks of these audits: few, and none of those that there are, so that nothing changes here when one does.
var looked = []audit.Check{
	{Code: "ISO101", Severity: audit.Critical, Name: "a tenant's asset is granted to another tenant", Looks: "Every grant of an asset that one tenant owns, to a user or a group of another tenant.",
		Why: "Assets live outside of namespaces: a grant is all it takes to come to one.", Mend: "Take the grant away."},
	{Code: "ISO203", Severity: audit.High, Name: "authors may create data sources", Looks: "Every author of a tenant whose custom permissions let them create data sources or data sets.",
		Why: "What QuickSight's service role can read is theirs to query.", Mend: "Give authors a profile of custom permissions."},
	{Code: "ISO310", Severity: audit.Medium, Name: "a namespace's people may upgrade themselves", Looks: "Every namespace in which self-upgrade is switched on.",
		Why: "A reader becomes an author without anybody's word.", Mend: "Switch it off."},
	{Code: "ISO402", Severity: audit.Critical, Name: "a sign-in role may do more than sign in", Looks: "Every sign-in role whose policies allow more than signing in needs.",
		Why: "Whoever signs in has its credentials.", Mend: "Attach what tenantry policy sign-in prints."},
	{Code: "ISO901", Severity: audit.High, Name: "an asset could not be read", Looks: "Every asset that could not be read whole.", Why: "What was not read may be open.", Mend: "Allow the call, and audit again."},
}

// audited is an audit as it may be: of three tenants, of whom one comes to what is another's.
func audited() *Audit {
	sales, orders := tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "sales"}, tenancy.AssetRef{Kind: tenancy.DataSet, Region: "us-east-1", ID: "orders"}
	tenant := func(n string) audit.Party { return audit.Party{Kind: audit.OfTenant, Namespace: n} }
	house := audit.Party{Kind: audit.OfHouse, Namespace: "default"}
	const arn = "arn:aws:quicksight:us-east-1:111122223333:"
	granted := func(code audit.Code, severity audit.Severity, ref tenancy.AssetRef, name, who string) audit.Finding {
		return audit.Finding{
			Code: code, Severity: severity, Object: ref.String() + " " + arn + "user/" + who, Namespace: "acme", Other: "globex",
			Asset: &ref, AssetName: name, Principal: arn + "user/" + who,
			Seen: string(ref.Kind) + " " + name + " of us-east-1, which is acme's, is granted to the user " + who + " as viewer",
			Mend: "aws quicksight update-" + string(ref.Kind) + "-permissions --aws-account-id 111122223333 --region us-east-1 --" + string(ref.Kind) + "-id " + ref.ID + ` --revoke-permissions '[{"Actions":["quicksight:DescribeDashboard"],"Principal":"` + arn + "user/" + who + `"}]'`,
		}
	}
	a := &Audit{Checks: looked, Config: "tenantry.yaml", Version: "v0.9.0", Report: audit.Report{
		Account: "111122223333", Region: "us-east-1", AssetRegions: []string{"eu-west-1", "us-east-1"}, At: 1795783260,
		Tenants: []string{"acme", "globex", "initech"},
		Findings: []audit.Finding{
			{Code: "ISO402", Severity: audit.Critical, Object: "role/QuickSight", Principal: "arn:aws:iam::111122223333:role/QuickSight",
				Seen: "the sign-in role QuickSight may assume every role of the account", Mend: "tenantry policy sign-in -c tenantry.yaml"},
			granted("ISO101", audit.Critical, sales, "Sales", "globex/QuickSight/dora"),
			granted("ISO101", audit.Critical, orders, "Orders", "globex/QuickSight/dora"),
			{Code: "ISO203", Severity: audit.High, Object: "globex", Namespace: "globex", Seen: "authors of globex may create data sources, and no custom permissions say otherwise",
				Mend: "give authors a profile of custom permissions that denies CreateAndUpdateDataSources"},
		},
		Accepted: []audit.AcceptedFinding{{
			Finding: granted("ISO101", audit.Critical, sales, "Sales", "initech/QuickSight/hugo"), Because: "a joint project", Until: "2026-12-31",
		}},
		NotProven: []audit.NotProven{{What: "who can open what an export has carried out of QuickSight", Why: "no API tells who has a file", Do: "deny exports in the tenants' custom permissions"}},
		Assets: []audit.AssetReport{
			{AssetRef: orders, Name: "Orders", Belongs: audit.Belonging{Kind: audit.OfTenant, Tenants: []string{"acme"}}, Sees: []audit.Party{tenant("acme"), tenant("globex")}},
			{AssetRef: sales, Name: "Sales", Belongs: audit.Belonging{Kind: audit.OfTenant, Tenants: []string{"acme"}}, Sees: []audit.Party{tenant("acme"), tenant("globex")}},
			{AssetRef: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "stock"}, Name: "Stock", Belongs: audit.Belonging{Kind: audit.OfTenant, Tenants: []string{"globex"}}, Sees: []audit.Party{tenant("globex")}},
			{AssetRef: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "uptime"}, Name: "Uptime", Belongs: audit.Belonging{Kind: audit.OfHouse}, Sees: []audit.Party{house, tenant("acme"), tenant("initech")}},
		},
		Matrix: audit.Matrix{
			Sides: []audit.Party{tenant("acme"), tenant("globex"), tenant("initech"), {Kind: audit.OfHouse}},
			Cells: []audit.Cell{{From: 0, To: 0, Sees: 2, Owns: 2}, {From: 0, To: 3, Sees: 1}, {From: 1, To: 0, Sees: 2}, {From: 1, To: 1, Sees: 1, Owns: 1}, {From: 2, To: 3, Sees: 1}, {From: 3, To: 3, Sees: 1, Owns: 1}},
		},
		Read: audit.Tally{Namespaces: 4, People: 19, Groups: 7, Assets: 4, Identities: 3},
	}}
	return a
}

// apart is an audit of n tenants that are apart, of which breaches come to what is their neighbour's.
func apart(n, breaches int) *Audit {
	a := &Audit{Checks: looked, Version: "v0.9.0", Report: audit.Report{Account: "111122223333", Region: "us-east-1", AssetRegions: []string{"us-east-1"}, At: 1795783260}}
	for i := range n {
		name := fmt.Sprintf("tenant-%03d", i)
		a.Tenants = append(a.Tenants, name)
		a.Matrix.Sides = append(a.Matrix.Sides, audit.Party{Kind: audit.OfTenant, Namespace: name})
	}
	a.Matrix.Sides = append(a.Matrix.Sides, audit.Party{Kind: audit.OfHouse})
	for i := range n {
		a.Matrix.Cells = append(a.Matrix.Cells, audit.Cell{From: i, To: i, Sees: 5 + i, Owns: 5})
		if i < breaches && i+1 < n {
			a.Matrix.Cells = append(a.Matrix.Cells, audit.Cell{From: i, To: i + 1, Sees: 1 + i%3, Owns: i % 2})
		}
		a.Matrix.Cells = append(a.Matrix.Cells, audit.Cell{From: i, To: n, Sees: 2})
	}
	a.Matrix.Cells = append(a.Matrix.Cells, audit.Cell{From: n, To: n, Sees: 2, Owns: 2})
	a.Read = audit.Tally{Namespaces: n + 1, People: 20 * n, Groups: 2 * n, Assets: 5*n + 2, Identities: 40}
	return a
}

// misnamed is an audit in which others have chosen every name.
func misnamed() *Audit {
	const name = "x\u202e\x1b[2J<script>alert(1)</script>\u200b\"' onload=x &amp; {{.}}\r\nPlan: nothing"
	a := audited()
	for i := range a.Findings {
		f := &a.Findings[i]
		f.Object, f.AssetName, f.Principal, f.Seen, f.Mend = name+f.Object, name, "arn:"+name, name+" is seen", "see "+tenancy.Word(name)+":\naws x --y "+tenancy.ShellQuote(name)
	}
	for i := range a.Accepted {
		a.Accepted[i].Seen, a.Accepted[i].Because = name, name
	}
	for i := range a.Assets {
		a.Assets[i].Name, a.Assets[i].ID = name, name
	}
	for i := range a.NotProven {
		a.NotProven[i] = audit.NotProven{What: name, Why: name, Do: name}
	}
	for i := range a.Matrix.Sides {
		if i == 1 {
			a.Matrix.Sides[i] = audit.Party{Kind: audit.OfOther, Namespace: name}
		}
	}
	a.Version, a.Region = name, name
	return a
}

var auditCases = map[string]func() *Audit{
	"audit-three":   audited,
	"audit-clean":   func() *Audit { return apart(2, 0) },
	"audit-hostile": misnamed,
}

func TestAudit(t *testing.T) {
	for name, make := range auditCases {
		for f, ext := range map[Format]string{Text: ".txt", JSON: ".json", SARIF: ".sarif", HTML: ".html"} {
			golden(t, name+ext, written(t, f, make()))
		}
	}
}

func written(t *testing.T, f Format, a *Audit) []byte {
	t.Helper()
	s, _, out, _ := TestIO()
	if err := WriteAudit(out, s, f, Options{}, a); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// T18, T21: what others named is seen as it is, and does nothing.
func TestHostileNamesInAnAudit(t *testing.T) {
	for _, f := range AuditFormats() {
		got := string(written(t, f, misnamed()))
		if strings.ContainsFunc(got, func(r rune) bool { return r != '\n' && !isVisible(r) }) {
			t.Errorf("%s has a character that is not seen", f)
		}
		if f == HTML && (strings.Contains(got, "<script") || strings.Contains(got, "\"' onload")) {
			t.Error("a name has become markup")
		}
		for _, line := range strings.Split(got, "\n") {
			if strings.HasPrefix(strings.TrimSpace(line), "Plan:") {
				t.Errorf("%s: a name has broken the line: %s", f, line)
			}
		}
	}
}

// The page's own policy forbids everything but its style, which it names by what it is: nothing is loaded, and nothing runs.
func TestPageNeedsNothing(t *testing.T) {
	page := string(written(t, HTML, audited()))
	_, style, _ := strings.Cut(page, "<style>")
	style, _, _ = strings.Cut(style, "</style>")
	sum := sha256.Sum256([]byte(style))
	policy := "default-src &#39;none&#39;; style-src &#39;sha256-" + strings.ReplaceAll(base64.StdEncoding.EncodeToString(sum[:]), "+", "&#43;") + "&#39;; base-uri &#39;none&#39;; form-action &#39;none&#39;"
	if !strings.Contains(page, `<meta http-equiv="Content-Security-Policy" content="`+policy+`">`) {
		t.Errorf("the page does not say %s", policy)
	}
	for _, word := range []string{"<script", "<link", "<img", "<iframe", " src=", " style=", "url(", "@import", "javascript:"} {
		if strings.Contains(page, word) {
			t.Errorf("the page has %q", word)
		}
	}
	for _, at := range regexp.MustCompile(`(?:href|xmlns)="([^"]*)"`).FindAllStringSubmatch(page, -1) {
		if to := at[1]; !strings.HasPrefix(to, "#") && to != "http://www.w3.org/2000/svg" {
			t.Errorf("the page leads to %s", to)
		} else if id := strings.TrimPrefix(to, "#"); strings.HasPrefix(to, "#") && !strings.Contains(page, `id="`+id+`"`) {
			t.Errorf("nothing in the page is %s", id)
		}
	}
}

// Beyond what can be drawn, tenants about whom there is nothing to see are one; nobody who is in a breach is.
func TestPictureOfManyTenants(t *testing.T) {
	for _, c := range []struct{ tenants, breaches, labels, folded int }{{3, 1, 4, 0}, {59, 3, 60, 0}, {100, 0, 2, 100}, {100, 2, 5, 97}, {100, 99, 101, 0}} {
		p := apart(c.tenants, c.breaches).picture()
		if len(p.Labels) != c.labels || p.Folded != c.folded || len(p.Breaches) != c.breaches {
			t.Errorf("%d tenants with %d breaches: %d names, %d are one, %d breaches", c.tenants, c.breaches, len(p.Labels), p.Folded, len(p.Breaches))
		}
	}
}

func TestBreachesInWordsHaveAnEnd(t *testing.T) {
	a := apart(60, 0)
	a.Matrix.Cells = nil
	for from := range 60 {
		for to := range 60 {
			a.Matrix.Cells = append(a.Matrix.Cells, audit.Cell{From: from, To: to, Sees: 1})
		}
	}
	if p := a.picture(); len(p.Breaches) != maxTold+1 || !strings.Contains(p.Breaches[maxTold], "3,240 more") {
		t.Errorf("%d, and %s", len(p.Breaches), p.Breaches[len(p.Breaches)-1])
	}
}

// What SARIF 2.1.0 wants of each object is there, and what refers to something finds it.
func TestSARIF(t *testing.T) {
	var log sarifLog
	if err := json.Unmarshal(written(t, SARIF, audited()), &log); err != nil {
		t.Fatal(err)
	}
	run := log.Runs[0]
	prints := map[string]bool{}
	suppressed := 0
	for _, r := range run.Results {
		if rule := run.Tool.Driver.Rules[r.RuleIndex]; rule.ID != r.Rule {
			t.Errorf("the rule of %s is %s", r.Rule, rule.ID)
		}
		if r.Message.Text == "" || len(r.Locations) != 1 || len(r.Locations[0].Logical) == 0 || r.Locations[0].Physical.Artifact.URI != "tenantry.yaml" {
			t.Errorf("a result lacks something: %+v", r)
		}
		prints[r.Fingerprints["tenantryObject/v1"]] = true
		suppressed += len(r.Suppressions)
	}
	if len(prints) != len(run.Results) || suppressed != 1 || len(run.Results) != 5 {
		t.Errorf("%d results, %d fingerprints, %d suppressed", len(run.Results), len(prints), suppressed)
	}
	if log.Version != "2.1.0" || run.Tool.Driver.Name != "tenantry" || !run.Invocations[0].Successful {
		t.Errorf("%+v", run)
	}
}

// A configuration elsewhere is no place that others have.
func TestSARIFNamesNoPathOfTheMachine(t *testing.T) {
	for config, want := range map[string]bool{"tenantry.yaml": true, "deploy/a b.yaml": true, "/etc/tenantry.yaml": false, "../tenantry.yaml": false, "": false} {
		a := audited()
		a.Config = config
		if p := a.place(); (p != nil) != want {
			t.Errorf("%q: %+v", config, p)
		}
	}
}

func TestAuditOnANarrowTerminal(t *testing.T) {
	s, _, out, _ := TestIO()
	s.Width = minWidth
	if err := WriteAudit(out, s, Text, Options{}, audited()); err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(out.String(), "\n") {
		if columns(line) > minWidth && !strings.Contains(line, "mend: ") && !strings.Contains(line, "object: ") && !strings.Contains(line, "principal: ") && !strings.Contains(line, "do: ") {
			t.Errorf("wider than the terminal: %s", line)
		}
	}
}

func TestAuditOfManyFindings(t *testing.T) {
	a := audited()
	f := a.Findings[1]
	a.Findings = nil
	for i := range 40 {
		f.Object = fmt.Sprintf("dashboard us-east-1/d%02d", i)
		a.Findings = append(a.Findings, f)
	}
	if got := string(written(t, Text, a)); strings.Count(got, "mend: ") != maxNames || !strings.Contains(got, "… and 30 more of ISO101 (--full shows all)") {
		t.Errorf("%s", got)
	}
}

func TestAuditChecks(t *testing.T) {
	s, _, out, _ := TestIO()
	if err := AuditChecks(s, Text); err != nil {
		t.Fatal(err)
	}
	for _, c := range audit.Checks() {
		if !strings.Contains(out.String(), string(c.Code)+" ") {
			t.Errorf("nothing is said of %s", c.Code)
		}
	}
}
