package plan_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Of a plan's holds a migration shows those that keep somebody from being moved, and no others.
func TestKeptOut(t *testing.T) {
	ns := func(name string) tenancy.Namespace {
		n, err := tenancy.ParseNamespace(name)
		if err != nil {
			t.Fatal(err)
		}
		return n
	}
	m := plan.Migrating{
		Migrants: []plan.Migrant{{Person: "ana", To: ns("acme")}, {Person: "bo", To: ns("acme"), Codes: []tenancy.Code{"email-domain"}}, {Person: "cyd", To: ns("globex"), Codes: []tenancy.Code{plan.SeesLess}}},
		Holds:    []tenancy.Hold{{Code: plan.SeesLess, Object: "cyd", Namespace: "globex"}},
	}
	p := plan.Plan{
		Steps: []plan.Step{
			{Change: plan.CreateNamespace{Namespace: ns("acme")}, Held: "new-namespaces"},
			{Change: plan.CreateMirror{Namespace: ns("initech")}, Held: "mirror-name"},
		},
		Holds: []tenancy.Hold{
			{Code: "in-default", Object: "ana", Namespace: "acme"}, {Code: "email-domain", Object: "bo", Namespace: "acme"}, {Code: "email-domain", Object: "zoe", Namespace: "acme"},
			{Code: "house-person", Object: "judy", Namespace: "acme"}, {Code: "spanning", Object: "iris"}, {Code: "role-missing", Object: "globex", Namespace: "globex"},
			{Code: plan.SeesLess, Object: "cyd", Namespace: "globex"}, {Code: "new-namespaces", Object: "account"}, {Code: "mirror-name", Object: "g", Namespace: "initech"},
			{Code: "removes-user", Object: "QuickSight/x", Namespace: "acme"},
		},
	}
	for _, c := range []struct {
		in   []tenancy.Namespace
		want []string
	}{
		{nil, []string{"email-domain bo", "house-person judy", "spanning iris", "role-missing globex", "new-namespaces account"}},
		{[]tenancy.Namespace{ns("acme")}, []string{"email-domain bo", "house-person judy", "spanning iris", "new-namespaces account"}},
	} {
		var got []string
		for _, h := range m.KeptOut(&p, c.in) {
			got = append(got, string(h.Code)+" "+h.Object)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Error(diff)
		}
	}
}
