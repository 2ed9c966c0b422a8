package plan_test

import (
	"reflect"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Whoever is in the namespace, and all of it, has what keeps it; others, and those of a like name, do not.
func TestGrantsIntoANamespace(t *testing.T) {
	to := func(kind tenancy.GranteeKind, n, name string) tenancy.Grant {
		return tenancy.Grant{To: tenancy.Grantee{Kind: kind, Namespace: n, Name: name}}
	}
	b := tenancy.Asset{AssetRef: tenancy.AssetRef{Kind: tenancy.Folder, Region: "b", ID: "1"}, Name: "B", Grants: []tenancy.Grant{to(tenancy.ToUser, "acme", "QuickSight/gone")}}
	a := tenancy.Asset{AssetRef: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "a", ID: "1"}, Name: "A", Grants: []tenancy.Grant{
		to(tenancy.ToGroup, "acme", "g"), to(tenancy.ToGroup, "acme-2", "g"), to(tenancy.ToNamespace, "acme", ""), to(tenancy.ToNamespace, "default", ""), to(tenancy.ToOther, "acme", "arn"),
	}}
	got := plan.GrantedIn(parse("acme"), []tenancy.Asset{b, a})
	want := []plan.Granted{{a.AssetRef, "A", a.Grants[0].To}, {a.AssetRef, "A", a.Grants[2].To}, {b.AssetRef, "B", b.Grants[0].To}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("grants (- want, + got)\n%s", diff)
	}
}

func TestWhatIsInTheWay(t *testing.T) {
	for want, r := range map[string]plan.Remains{
		"":                              {Groups: []tenancy.QuickSightGroup{{Name: "by hand"}}, Assets: 7},
		"users: 2":                      {Users: []string{"N/A", "N/A"}},
		"grants on assets: 1":           {Granted: make([]plan.Granted, 1)},
		"users: 1, grants on assets: 1": {Users: []string{"a"}, Granted: make([]plan.Granted, 1)},
	} {
		if got := r.InTheWay(); got != want {
			t.Errorf("in the way of %+v: %q, want %q", r, got, want)
		}
	}
}

// Whatever is found changes the fingerprint, and so does what the namespace should hold.
func TestEveryPartOfWhatRemainsIsInItsFingerprint(t *testing.T) {
	w := worldOf(t, recreated)
	want := w.pass().derived.Want
	print := func(r plan.Remains, want, have tenancy.State) string {
		r.Print(want, have)
		return r.Fingerprint
	}
	base := plan.Remains{Account: account, Namespace: parse("acme"), Status: tenancy.Created}
	first := print(base, want, w.have)
	if again := print(base, want, w.have); first != again || len(first) != 32 {
		t.Errorf("fingerprints %q and %q", first, again)
	}
	seen := map[string]string{first: "the first"}
	for field, change := range map[string]func(*plan.Remains){
		"Account":   func(r *plan.Remains) { r.Account = "444455556666" },
		"Namespace": func(r *plan.Remains) { r.Namespace = parse("globex") },
		"Status":    func(r *plan.Remains) { r.Status = tenancy.NonRetryableFailure },
		"Groups":    func(r *plan.Remains) { r.Groups = []tenancy.QuickSightGroup{{Name: "by hand"}} },
		"Users":     func(r *plan.Remains) { r.Users = []string{"zoe"} },
		"Regions":   func(r *plan.Remains) { r.Regions = []string{"eu-west-1"} },
		"Granted":   func(r *plan.Remains) { r.Granted = make([]plan.Granted, 1) },
		"Assets":    nil, // other customers make some all the time
	} {
		if change == nil {
			continue
		}
		r := base
		change(&r)
		sum := print(r, want, w.have)
		if other := seen[sum]; other != "" {
			t.Errorf("%s does not tell from %s", field, other)
		}
		seen[sum] = field
	}
	if n := reflect.TypeFor[plan.Remains]().NumField(); n != 9 {
		t.Errorf("there are %d fields: is each new one in the fingerprint?", n)
	}
	after := clone(w.have)
	plan.Perform(&after, plan.RemoveRegistration{Namespace: parse("acme"), User: "QuickSight/ana"})
	if print(base, want, after) == first {
		t.Error("who is registered does not tell")
	}
}

// F31, S5: what is wanted is not deleted, whichever rule reads it, and whatever its groups are called now.
func TestWantedNamespaces(t *testing.T) {
	w := worldOf(t, `
-- tenantry.yaml --
house: {groups: ["qs:ours"]}
tenants:
  - groups: "qs:{namespace}:authors"
  - groups: "qs:{namespace}"
  - {group_id: 34887428-4081-7042-c3c6-928d413009e7, namespace: named}
-- directory --
group g-renamed Former
group g-unruled Staff
ana ana@x.example qs:acme, qs:globex:authors
sam sam@x.example qs:ours
-- quicksight --
bound
  mirror g-renamed qs:bound
unruled
  mirror g-unruled Staff
left
  mirror g-gone qs:left: QuickSight/zoe
`)
	for n, want := range map[string][]string{
		"acme":    {`the group qs:acme (g-qs:acme) asks for it, by tenants[1] groups "qs:{namespace}"`},
		"globex":  {`the group qs:globex:authors (g-qs:globex:authors) asks for it, by tenants[0] groups "qs:{namespace}:authors"`},
		"named":   {`tenants[2] group_id "34887428-4081-7042-c3c6-928d413009e7" names it`},
		"bound":   {"the group Former (g-renamed) is bound there"},
		"unruled": nil, // its rule is out of the configuration, and lets nobody in
		"left":    nil,
		"Acme":    nil,
		"ours":    nil, // the house wants no tenant
	} {
		if got := rules.WantedBy(w.rules, w.directory(w.have), w.have, parse(n)); !slices.Equal(got, want) {
			t.Errorf("%s is wanted by %q, want %q", n, got, want)
		}
	}
}
