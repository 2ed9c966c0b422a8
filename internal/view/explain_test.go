package view

import (
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const hostileName = "a\x1b[31mna\n\u202eb"

// aPerson is an answer with one of everything, of somebody with a name.
func aPerson(name string) *explain.Answer {
	registered := explain.Told{Seq: 7, At: 1_790_000_000, Entry: plan.Entry{
		What: plan.Done, Kind: plan.KindRegister, Namespace: "acme", Object: "QuickSight/" + name, After: "READER",
		Cause: tenancy.Cause{Kind: tenancy.ByCommand, Name: "apply"},
	}}
	folder := tenancy.AssetRef{Kind: tenancy.Folder, Region: "us-east-1", ID: "forecasts"}
	return &explain.Answer{
		Format: explain.Format, At: 1_790_000_500,
		Person: &explain.Person{
			ID: "p-1", UserName: name, Email: "ana@acme.example", Session: name,
			Groups: []explain.Membership{{Group: "g", Name: "qs:acme", Trials: []rules.Trial{
				{Rule: `tenants[0] groups "qs:{namespace}:authors"`, Why: `the name does not end with ":authors"`},
				{Rule: `tenants[1] groups "qs:{namespace}"`, Matched: true, Namespace: "acme", Role: "READER", Why: "its name fits, and no rule before this one does"},
			}}},
			Should: []explain.Place{{Namespace: "acme", User: tenancy.UserName("QuickSight/" + name), Role: "READER", Because: []tenancy.Because{because("qs:acme", 1, tenancy.Reader)}}},
			Has: []explain.Residence{{
				Namespace: "acme", Status: tenancy.Created, User: tenancy.UserName("QuickSight/" + name), Role: "READER", How: explain.BySession,
				Groups: []string{"qs:acme"}, Since: &registered,
				Sees: []explain.Seen{
					{Asset: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "sales"}, Name: "Sales", May: tenancy.Views, Group: "qs:acme"},
					{Asset: folder, Name: "Forecasts", Owner: true, Alone: true, May: tenancy.Owns},
					{Asset: tenancy.AssetRef{Kind: tenancy.DataSet, Region: "us-east-1", ID: "parts"}, May: tenancy.Views, Folder: &folder},
				},
			}},
			SignIns: []explain.SignIn{{
				To: "acme", Role: "QuickSight", User: tenancy.UserName("QuickSight/" + name), Verdict: explain.Yes, Lands: "acme",
				Links: []explain.Link{
					{Name: explain.Enabled, Status: explain.OK, Says: "they are enabled in Identity Center"},
					{Name: explain.Assignment, Status: explain.Assumed, Says: "who may use the SAML application is not shown"},
					{Name: explain.Mirrors, Status: explain.Broken, Says: "they are in no group of the tenant"},
					{Name: explain.SeesAnything, Status: explain.Moot, Says: "not asked"},
				},
			}},
			Holds: []explain.Hold{{Hold: tenancy.Hold{Code: "removes-member", Object: "QuickSight/" + name, Namespace: "acme", Reason: "they are to leave", Ends: "tenantry apply"}, Lift: "tenantry allow 0123456789"}},
			Past:  []explain.Told{registered}, Since: 1_780_000_000,
		},
		Unread: map[explain.Source]string{explain.FromGroups: "denied"},
	}
}

func TestExplanation(t *testing.T) {
	verdict := func(v explain.Verdict, to, lands string, jit bool, links ...explain.Link) *explain.Answer {
		return &explain.Answer{Format: explain.Format, Person: &explain.Person{ID: "p-1", UserName: "ben", SignIns: []explain.SignIn{{To: to, Verdict: v, Lands: lands, JustInTime: jit, Links: links}}}}
	}
	door := explain.Link{Name: explain.Door, Status: explain.Broken, Says: "QuickSight has no user QuickSight/ben"}
	registration := explain.Link{Name: explain.Registered, Status: explain.Broken, Says: "they are not registered in acme; the next apply registers them"}
	answers := map[string]*explain.Answer{
		"explain-person":  aPerson("ana"),
		"explain-hostile": aPerson(hostileName),
		"explain-lands":   verdict(explain.No, "acme", "default", true, door, registration),
		"explain-unknown": verdict(explain.CannotTell, "acme", "acme", false, explain.Link{Name: explain.Trust, Status: explain.Unknown, Says: "whom the role trusts is not known: denied"}),
		"explain-group": {Format: explain.Format, Group: &explain.Group{
			ID: "g", Name: "qs:acme", Trials: aPerson("ana").Person.Groups[0].Trials,
			Bindings: []explain.Binding{{Namespace: "acme", Mirror: "qs:acme", There: true, Members: 2, Because: because("qs:acme", 1, tenancy.Reader)}},
			Members:  []explain.Member{{Person: "p-1", UserName: "ana", Registered: true}, {Person: "p-2", UserName: "ben", Disabled: true}, {Person: "p-3", UserName: "iris", Held: []tenancy.Code{"spanning"}}},
		}},
		"explain-namespace": {Format: explain.Format, Namespace: &explain.Namespace{
			Name: "acme", Status: tenancy.Created, Kind: explain.OfTenant, Wanted: true, SignIn: "arn:aws:iam::111122223333:role/QuickSight",
			Groups: []explain.Binding{{Namespace: "acme", Mirror: "qs:acme", Because: because("qs:acme", 1, tenancy.Reader)}},
			People: map[tenancy.Role]int{"READER": 1, "AUTHOR": 1}, Users: []explain.User{{User: "QuickSight/ana", Role: "READER", Wanted: true}, {User: "Other/joe", Role: "AUTHOR"}},
			Missing: 1, Folder: "tenantry-acme", Next: map[plan.Kind]int{plan.KindRegister: 1},
		}},
	}
	for name, a := range answers {
		for format, ending := range map[Format]string{Text: ".text", JSON: ".json"} {
			s, _, out, _ := TestIO()
			if err := Explanation(s, format, Options{}, a); err != nil {
				t.Fatal(err)
			}
			if strings.ContainsAny(out.String(), "\x1b\u202e") {
				t.Errorf("%s%s lets a name through that does more than stand there", name, ending)
			}
			golden(t, name+ending, out.Bytes())
		}
	}
}

func TestAsOf(t *testing.T) {
	told := aPerson("ana").Person.Past[0]
	tried := told
	tried.What = plan.Failed
	for name, r := range map[string]*Roll{
		"as-of": {At: time.Unix(1_790_000_100, 0), Namespace: "acme", Begins: time.Unix(1_780_000_000, 0), Users: []explain.Entry{
			{Namespace: "acme", User: "QuickSight/ana", Role: "READER", Groups: []string{"qs:acme"}, Since: &told},
			{Namespace: "acme", User: "QuickSight/ben", Groups: []string{}, Suspended: true},
			{Namespace: "acme", User: tenancy.UserName("QuickSight/" + hostileName), Role: "READER", Groups: []string{}, Doubt: &tried},
		}},
		"as-of-before": {At: time.Unix(1, 0), Begins: time.Unix(1_780_000_000, 0)},
	} {
		for format, ending := range map[Format]string{Text: ".text", JSON: ".json"} {
			s, _, out, _ := TestIO()
			if err := AsOf(s, format, Options{}, r); err != nil {
				t.Fatal(err)
			}
			golden(t, name+ending, out.Bytes())
		}
	}
}
