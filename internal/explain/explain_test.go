package explain

import (
	"errors"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	roleARN = "arn:aws:iam::111122223333:role/QuickSight"
	trusts  = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/IdC"},"Action":"sts:AssumeRoleWithSAML"}]}`
	shut    = `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"quicksight:Create*","Resource":"*"}]}`
	open    = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}]}`
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// facts are those of one tenant, acme, in which ana is a reader, as she should be. Change changes them before the rules
// are asked.
func facts(change func(f *Facts)) *Facts {
	role := must(tenancy.ParseRoleARN(roleARN))
	f := &Facts{
		At: 1000, Roles: []tenancy.RoleARN{role},
		Rules: rules.Rules{
			Account: "111122223333", SignIn: rules.SignIn{Role: roleARN}, SessionName: rules.ByUserName,
			Tenants: []rules.Rule{{Pattern: must(rules.ParsePattern("qs:{namespace}")), Role: tenancy.Reader, Text: "readers"}},
			House:   rules.House{Groups: []string{"staff"}, Namespaces: []string{"default"}},
		},
		Directory: tenancy.Directory{
			People:  []tenancy.Person{{ID: "1", UserName: "ana", Email: "ana@acme.example"}, {ID: "2", UserName: "ben", Email: "ben@acme.example"}},
			Groups:  []tenancy.Group{{ID: "g", Name: "qs:acme"}},
			Members: map[tenancy.GroupID][]tenancy.PersonID{"g": {"1"}},
		},
		Have: tenancy.State{
			Tenants: []tenancy.Tenant{{
				Namespace: must(tenancy.ParseNamespace("acme")), Status: tenancy.Created,
				Mirrors:       []tenancy.Mirror{{Group: "g", Name: "qs:acme", Members: []tenancy.UserName{"QuickSight/ana"}}},
				Registrations: []tenancy.Registration{{User: "QuickSight/ana", Role: tenancy.Reader, Email: "ana@acme.example"}},
			}},
			Foreign: []tenancy.Foreign{{Name: "default", Status: tenancy.Created}},
		},
		Identities: &tenancy.Identities{All: []tenancy.Identity{{
			ARN: roleARN, Role: role, Trust: trusts, Policies: []tenancy.PolicyDocument{{Name: "p", Document: shut}},
		}}},
		Missed: map[Source]string{},
	}
	if change != nil {
		change(f)
	}
	f.Directory.Sort()
	f.Have.Sort()
	derived := rules.Derive(f.Rules, f.Directory, f.Have, f.Roles)
	f.Want = derived.Want
	d := plan.Diff("d-1", f.Want, f.Have, false)
	f.Steps = d.Steps
	for _, h := range append(derived.Held, d.Holds...) {
		f.Kept = append(f.Kept, plan.Kept{Hold: h})
	}
	return f
}

// verdictOn is the one verdict about somebody.
func verdictOn(t *testing.T, f *Facts, who string) SignIn {
	t.Helper()
	s, err := f.Find(APerson, who)
	if err != nil {
		t.Fatal(err)
	}
	a := f.Explain(s)
	if len(a.Person.SignIns) != 1 {
		t.Fatalf("%d verdicts on %s: %+v", len(a.Person.SignIns), who, a.Person.SignIns)
	}
	return a.Person.SignIns[0]
}

func tenant(f *Facts) *tenancy.Tenant { return &f.Have.Tenants[0] }

// Each link, broken alone, is the reason of the verdict; and what was not read makes no yes.
func TestTheReason(t *testing.T) {
	unregistered := func(f *Facts) {
		tenant(f).Registrations, tenant(f).Mirrors[0].Members = nil, nil
	}
	for about, c := range map[string]struct {
		change  func(f *Facts)
		verdict Verdict
		because LinkName // "" for none
		lands   string
		says    string
	}{
		"as it should be":                      {nil, Yes, "", "acme", ""},
		"disabled":                             {func(f *Facts) { f.Directory.People[0].Disabled = true }, No, Enabled, "", "disabled"},
		"the role is not there":                {func(f *Facts) { f.Roles = nil }, No, Role, "", "does not exist"},
		"the role trusts nobody":               {func(f *Facts) { f.Identities.All[0].Trust = strings.Replace(trusts, "WithSAML", "", 1) }, No, Trust, "", "no SAML provider"},
		"the trust was not read":               {func(f *Facts) { f.Identities, f.Missed[FromIAM] = nil, "denied" }, CannotTell, Trust, "acme", "denied"},
		"not registered, and the door is shut": {unregistered, No, Door, "", "turned away"},
		"not registered, and the door is open": {func(f *Facts) {
			unregistered(f)
			f.Identities.All[0].Policies[0].Document = open
		}, No, Door, "default", "land in default"},
		"not registered, and the door is shut for them alone": {func(f *Facts) {
			unregistered(f)
			id := &f.Identities.All[0]
			id.Policies[0].Document = open
			id.Policies = append(id.Policies, tenancy.PolicyDocument{Name: "q", Document: must(policy.Canary([]tenancy.Session{"ana"}))})
		}, No, Door, "", "turned away"},
		"not registered, and the door is shut for another": {func(f *Facts) {
			unregistered(f)
			id := &f.Identities.All[0]
			id.Policies[0].Document = open
			id.Policies = append(id.Policies, tenancy.PolicyDocument{Name: "q", Document: must(policy.Canary([]tenancy.Session{"ben"}))})
		}, No, Door, "default", "land in default"},
		"no session name": {func(f *Facts) {
			f.Directory.People[0].UserName = "a"
			unregistered(f)
		}, No, SessionName, "", "shorter"},
		"somebody is called almost the same": {func(f *Facts) { f.Directory.People[1].UserName = "ANA" }, No, SessionName, "", "tell them apart"},
		"the namespace is being deleted":     {func(f *Facts) { tenant(f).Status = tenancy.Deleting }, No, Registered, "", "DELETING"},
		"in default": {func(f *Facts) {
			f.Have.Foreign[0].Users, tenant(f).Registrations, tenant(f).Mirrors[0].Members = tenant(f).Registrations, nil, nil
		}, No, Registered, "default", "in-default"},
		"in two namespaces": {func(f *Facts) { f.Have.Foreign[0].Users = tenant(f).Registrations }, CannotTell, Registered, "", "several namespaces"},
		"another's user":    {func(f *Facts) { tenant(f).Registrations[0].Person = "2" }, No, Registered, "acme", "somebody else"},
		"not in the mirror": {func(f *Facts) { tenant(f).Mirrors[0].Members = nil }, Yes, "", "acme", ""},
	} {
		t.Run(about, func(t *testing.T) {
			s := verdictOn(t, facts(c.change), "1")
			because, says := LinkName(""), ""
			if l := s.Because(); l != nil {
				because, says = l.Name, l.Says
			}
			if s.Verdict != c.verdict || because != c.because || s.Lands != c.lands || !strings.Contains(says, c.says) {
				t.Errorf("%s because %s (%s), and lands in %q; links %+v", s.Verdict, because, says, s.Lands, s.Links)
			}
		})
	}
}

// What somebody sees does not keep them from signing in, and is said all the same.
func TestSight(t *testing.T) {
	s := verdictOn(t, facts(func(f *Facts) { tenant(f).Mirrors[0].Members = nil }), "1")
	if l := s.Of(Mirrors); l.Status != Broken || !strings.Contains(l.Says, "next apply") {
		t.Errorf("out of the mirror: %+v", l)
	}
	ana := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: "acme", Name: "QuickSight/ana"}
	shared := func(to tenancy.Grantee) func(f *Facts) {
		return func(f *Facts) {
			f.InGroups = map[Resident][]string{{"acme", "QuickSight/ana"}: {"qs:acme"}}
			f.Reached = map[tenancy.Grantee]Assets{ana: {}, {Kind: tenancy.ToGroup, Namespace: "acme", Name: "qs:acme"}: {}}
			f.Reached[to] = Assets{Found: []tenancy.Asset{{AssetRef: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "eu-west-1", ID: "sales"}, Grants: []tenancy.Grant{{To: to, May: tenancy.Views}}}}}
		}
	}
	for _, to := range []tenancy.Grantee{ana, {Kind: tenancy.ToGroup, Namespace: "acme", Name: "qs:acme"}} {
		if l := verdictOn(t, facts(shared(to)), "1").Of(SeesAnything); l.Status != OK {
			t.Errorf("what is shared with %+v: %+v", to, l)
		}
	}
	failed := verdictOn(t, facts(func(f *Facts) { f.Missed[FromAssets] = "denied" }), "1").Of(SeesAnything)
	if failed.Status != Unknown || !strings.Contains(failed.Says, "denied") {
		t.Errorf("what could not be read: %+v", failed)
	}
}

// A permission set's role: who is assigned, themselves or by a group, and who is not.
func TestAssignment(t *testing.T) {
	reserved := must(tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_QS_0123456789abcdef"))
	for about, c := range map[string]struct {
		assigned *tenancy.Assigned
		status   Status
	}{
		"themselves": {&tenancy.Assigned{People: []tenancy.PersonID{"1"}}, OK},
		"by a group": {&tenancy.Assigned{Groups: []tenancy.GroupID{"g"}}, OK},
		"others":     {&tenancy.Assigned{Groups: []tenancy.GroupID{"h"}}, Broken},
		"not read":   {nil, Unknown},
	} {
		f := facts(func(f *Facts) {
			f.Rules.SignIn, f.Roles = rules.SignIn{PermissionSet: "QS", ReservedRoles: true}, []tenancy.RoleARN{reserved}
			f.Assigned = map[tenancy.RoleARN]tenancy.Assigned{}
			if c.assigned != nil {
				f.Assigned[reserved] = *c.assigned
			}
		})
		if l := verdictOn(t, f, "1").Of(Assignment); l.Status != c.status {
			t.Errorf("%s: %+v", about, l)
		}
	}
}

// A text that names several, or nobody, is said to.
func TestFind(t *testing.T) {
	f := facts(func(f *Facts) {
		f.Directory.Groups = append(f.Directory.Groups, tenancy.Group{ID: "h", Name: "ana"}, tenancy.Group{ID: "i", Name: "acme"})
	})
	for text, want := range map[string]string{
		"1": "person:1", "ben": "person:2", "ben@acme.example": "person:2", "QuickSight/ben": "person:2", "person:ana": "person:1",
		"group:ana": "group:h", "qs:acme": "group:g", "namespace:acme": "namespace:acme", "default": "namespace:default",
	} {
		if s, err := f.Find("", text); err != nil || s.String() != want {
			t.Errorf("%s is %v, %v", text, s, err)
		}
	}
	var several *AmbiguousError
	if _, err := f.Find("", "ana"); !errors.As(err, &several) || !strings.Contains(several.Hint(), "'person:1', or 'group:h'") {
		t.Errorf("ana is %v", err)
	}
	var nobody *UnknownError
	if _, err := f.Find("", "benn"); !errors.As(err, &nobody) || !strings.Contains(nobody.Hint(), "ben") {
		t.Errorf("benn is %v", err)
	}
	if _, err := f.Find("", "Other/ben"); !errors.As(err, &nobody) {
		t.Errorf("a user of another role is %v", err)
	}
}

// Since when, and because of what: what registered them last, and the role that came later.
func TestSinceWhen(t *testing.T) {
	at := Resident{"acme", "R/ana"}
	entry := func(seq int64, kind plan.Kind, before, after string) Told {
		return Told{Seq: seq, Entry: plan.Entry{What: plan.Done, Kind: kind, Namespace: "acme", Object: "R/ana", Before: before, After: after}}
	}
	h := History{Told: []Told{
		entry(1, plan.KindRegister, "", "READER"), entry(2, plan.KindRemoveRegistration, "READER", ""), entry(3, plan.KindRegister, "", "READER"),
		entry(4, plan.KindUpdateUser, "READER", "READER"), entry(5, plan.KindUpdateUser, "READER", "AUTHOR"),
	}}
	if since, role := h.registered(at); since == nil || since.Seq != 3 || role == nil || role.Seq != 5 {
		t.Errorf("since %+v, the role since %+v", since, role)
	}
	h.Told = h.Told[:2]
	if since, _ := h.registered(at); since != nil {
		t.Errorf("of who was taken out nothing is known: %+v", since)
	}
}
