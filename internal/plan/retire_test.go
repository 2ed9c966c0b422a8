package plan_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// departed is an account of which one customer, acme, has left.
const departed = `
-- tenantry.yaml --
leavers: {suspend_with: nothing}
house: {groups: [Staff]}
-- directory --
sam sam@house.example Staff
dora dora@globex.example  qs:globex
-- quicksight --
acme
  mirror g-acme qs:acme: Other/zoe, QuickSight/ana, QuickSight/gone, QuickSight/sam
  mirror g-authors qs:acme:authors: QuickSight/bea
  custodians
  group by hand
  user Other/zoe AUTHOR zoe@x.example
  user QuickSight/ana READER ana@acme.example
  user QuickSight/bea AUTHOR bea@acme.example
  user QuickSight/sam READER sam@house.example
globex
  mirror g-qs:globex qs:globex: QuickSight/dora, QuickSight/stray
  user QuickSight/dora READER dora@globex.example
  user QuickSight/stray READER stray@globex.example
`

// F31, S4: of a customer who has left nobody is wanted, and what is not theirs stays as it is: in the groups too, and in
// every other tenant.
func TestRetireWantsNobody(t *testing.T) {
	w := worldOf(t, departed)
	w.have.Tenant(parse("acme")).Custodians.Members = []tenancy.UserName{"Other/zoe", "QuickSight/bea"}
	have := clone(w.have)
	derived := rules.Derive(w.rules, w.directory(have), have, w.roles).Want
	want := rules.Retire(w.rules, w.directory(have), derived, have, parse("acme"))
	if got := derived.Tenant(parse("acme")); len(got.Registrations) != 4 {
		t.Errorf("what was derived is changed: %+v", got)
	}
	var acme, others []string
	for _, s := range plan.Diff(store, want, have, false).Steps {
		text := string(s.Change.Kind()) + " " + s.Change.Object()
		if c, is := s.Change.(plan.RemoveMember); is {
			text += " " + c.Mirror
		}
		if s.Change.In() == parse("acme") {
			acme = append(acme, text)
		} else {
			others = append(others, text)
		}
	}
	slices.Sort(acme)
	if want := []string{
		"remove-member QuickSight/ana qs:acme", "remove-member QuickSight/bea qs:acme:authors", "remove-member QuickSight/bea tenantry-custodians",
		"remove-member QuickSight/gone qs:acme", "remove-registration QuickSight/ana", "remove-registration QuickSight/bea", "suspend QuickSight/ana", "suspend QuickSight/bea",
	}; !slices.Equal(acme, want) {
		t.Errorf("of acme\n%q, want\n%q", acme, want)
	}
	var before []string
	for _, s := range plan.Diff(store, derived, have, false).Steps {
		text := string(s.Change.Kind()) + " " + s.Change.Object()
		if c, is := s.Change.(plan.RemoveMember); is {
			text += " " + c.Mirror
		}
		before = append(before, text)
	}
	if !slices.Equal(others, before) || len(others) == 0 {
		t.Errorf("elsewhere %q, want as before %q", others, before)
	}
}

// Whose role it is does not hang on whether the role is there still.
func TestRolesOfATenant(t *testing.T) {
	acme := parse("acme")
	for _, tt := range []struct {
		signIn rules.SignIn
		role   string
		want   bool
	}{
		{rules.SignIn{Role: "arn:aws:iam::111122223333:role/QuickSight"}, "QuickSight", true},
		{rules.SignIn{Role: "arn:aws:iam::111122223333:role/path/QuickSight-{namespace}"}, "QuickSight-acme", true},
		{rules.SignIn{Role: "arn:aws:iam::111122223333:role/QuickSight-{namespace}"}, "QuickSight-globex", false},
		{rules.SignIn{Role: "arn:aws:iam::111122223333:role/QuickSight"}, "", false},
		{rules.SignIn{PermissionSet: "QS-{namespace}"}, "AWSReservedSSO_QS-acme_0123456789abcdef", true},
		{rules.SignIn{PermissionSet: "QS-{namespace}"}, "AWSReservedSSO_QS-acme_2_0123456789abcdef", false},
		{rules.SignIn{PermissionSet: "QS-{namespace}"}, "AWSReservedSSO_QS-acme_", false},
	} {
		if got := tt.signIn.IsOf(acme, tt.role); got != tt.want {
			t.Errorf("%+v %q: %v", tt.signIn, tt.role, got)
		}
	}
}

// retired is a town whose first tenant is retired.
func retired(size, others int) *town {
	w := newTown([]int{size, others}, []int{size, 0})
	w.p.Removals.Automatic, w.p.Removals.Whole, w.p.Removals.Retires = false, false, parse("t00")
	w.p.Allow = []plan.Hazard{plan.RemovesUser, plan.RemovesMember}
	return w
}

// S7: in a retirement everyone leaves the groups, and the limits of the day are for the registrations; the last one goes
// too. Who left a group today, and is registered still, has not gone yet.
func TestS7BrakeOfARetirement(t *testing.T) {
	lost := func(n, from, to int) func(*town) {
		return func(w *town) {
			in := &w.have.Tenants[n]
			for _, r := range in.Registrations[from:to] {
				w.p.Removals.Lost[in.Namespace] = append(w.p.Removals.Lost[in.Namespace], r.User)
			}
		}
	}
	for name, c := range map[string]struct {
		size, others int
		change       func(*town)
		want         string
	}{
		"the last ones":            {3, 5, nil, "3 leave groups, 3 leave"},
		"the last one":             {1, 0, nil, "1 leave groups, 1 leave"},
		"three of a small one":     {20, 5, nil, "20 leave groups, 3 leave; many-removals t00"},
		"a tenth of a large one":   {60, 0, nil, "60 leave groups, 6 leave; many-removals t00"},
		"suspended today":          {20, 5, lost(0, 0, 20), "20 leave groups, 3 leave; many-removals t00"},
		"ten of the account":       {150, 0, nil, "150 leave groups, 10 leave; many-removals t00"},
		"eight went elsewhere":     {60, 50, lost(1, 0, 8), "60 leave groups, 2 leave; many-removals t00"},
		"a day's went elsewhere":   {20, 50, lost(1, 0, 12), "20 leave groups, 0 leave; many-removals t00"},
		"that many are allowed":    {20, 5, func(w *town) { w.p.Allow = append(w.p.Allow, plan.ManyRemovals) }, "20 leave groups, 20 leave"},
		"removed earlier that day": {20, 5, func(w *town) { w.p.Removals.Lost[parse("t00")] = []tenancy.UserName{"QuickSight/x", "QuickSight/y"} }, "20 leave groups, 1 leave; many-removals t00"},
	} {
		w := retired(c.size, c.others)
		if c.change != nil {
			c.change(w)
		}
		if got := w.outcome(); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

// S7: the brake is asked once more at each removal. Others that have gone elsewhere since count, and whoever is taken out
// of a group by the retirement itself does not.
func TestS7BrakeWhileRetiring(t *testing.T) {
	w := retired(20, 50)
	steps, _, _ := plan.Guard(w.diff, w.have, w.p)
	b := plan.NewBrake(plan.Difference{Steps: steps}, w.have, w.p)
	all := plan.Losses{}
	for _, r := range w.have.Tenants[0].Registrations {
		all[parse("t00")] = append(all[parse("t00")], r.User)
	}
	member, user := w.diff.Steps[0].Change, w.diff.Steps[1].Change
	if !b.Lets(member, all) || !b.Lets(user, all) {
		t.Error("who leaves a group by the retirement counts")
	}
	for _, r := range w.have.Tenants[1].Registrations[:7] {
		all[parse("t01")] = append(all[parse("t01")], r.User)
	}
	if !b.Lets(user, all) {
		t.Error("three and seven are too many")
	}
	all[parse("t01")] = append(all[parse("t01")], "QuickSight/another")
	if b.Lets(user, all) || !b.Lets(member, all) {
		t.Error("three and eight are not too many; or nobody leaves the groups")
	}
}

// What is written down of a namespace has everybody in it and all of their assets, and nobody's address.
func TestInventory(t *testing.T) {
	in := tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "acme", Name: "qs:acme"}
	out := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: "default", Name: "Admin/root"}
	i := plan.Inventory{Account: account, Store: store, Namespace: "acme"}
	i.Hold([]tenancy.Asset{
		{AssetRef: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "b"}, Name: "Sales", Grants: []tenancy.Grant{{To: in, May: tenancy.Views}, {To: out, Owner: true, May: tenancy.Owns}}},
		{AssetRef: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "a"}, Grants: []tenancy.Grant{{To: out, Owner: true}}},
	})
	i.Enlist([]string{"N/A", "QuickSight/ana"}, []tenancy.Registration{{User: "QuickSight/ana", Role: tenancy.Reader, Email: "ana@acme.example", Person: "p-ana"}},
		func(u tenancy.UserName) bool { return u.RoleName() == "QuickSight" })
	data, err := json.Marshal(i)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`{"format":"tenantry.retirement/1","account":"111122223333"`, `"users":[{"name":"N/A","ours":false},{"name":"QuickSight/ana","role":"READER","person":"p-ana","ours":true}]`,
		`"groups":[]`, `"assets":[{"kind":"dashboard","region":"us-east-1","id":"b","name":"Sales","grants":[{"kind":"group","namespace":"acme","name":"qs:acme","may":"viewer"},`,
	} {
		if !strings.Contains(string(data), part) {
			t.Errorf("%s\nis without %s", data, part)
		}
	}
	if strings.Contains(string(data), "@") || strings.Contains(string(data), `"id":"a"`) {
		t.Errorf("%s", data)
	}
	if got := i.Others(); !slices.Equal(got, []string{"N/A"}) {
		t.Errorf("others: %q", got)
	}
}
