package view

import (
	"fmt"
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

var auditCases = map[string]func() *Audit{
	"audit-three": audited,
	"audit-clean": func() *Audit { return apart(2, 0) },
}

func TestAudit(t *testing.T) {
	for name, make := range auditCases {
		for f, ext := range map[Format]string{Text: ".txt", JSON: ".json", SARIF: ".sarif", HTML: ".html"} {
			s, _, out, _ := TestIO()
			if err := WriteAudit(out, s, f, Options{}, make()); err != nil {
				t.Fatal(err)
			}
			golden(t, name+ext, out.Bytes())
		}
	}
}
