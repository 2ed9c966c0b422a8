package rules

import (
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// C43, C44: a pattern is plain text around one {namespace}, and never a regular expression.
func TestC43PatternsThatAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "qs", "{namespace}{namespace}", "{name}", "{namespace}{role}", "qs:{namespace", "}{namespace}", ".*{namespace}", "{namespace}.+", `\w{namespace}`, "(?i){namespace}", "a|{namespace}", "^{namespace}", "{namespace}$",
	} {
		if p, err := ParsePattern(text); err == nil || !p.IsZero() {
			t.Errorf("%q is the pattern %q", text, p)
		}
	}
	for _, text := range []string{"qs.{namespace}", "QuickSight ({namespace})", "$ {namespace} ^", "顧客:{namespace}"} {
		if p, err := ParsePattern(text); err != nil || p.String() != text {
			t.Errorf("%q is the pattern %q, %v", text, p, err)
		}
	}
}

// The roles are listed under the path that all tenants' roles share.
func TestRolePath(t *testing.T) {
	const account = "arn:aws:iam::111122223333:role"
	for _, c := range []struct{ role, set, want string }{
		{account + "/QuickSight", "", "/"},
		{account + "/people/QuickSight", "", "/people/"},
		{account + "/people/QuickSight-{namespace}", "", "/people/"},
		{account + "/people/{namespace}/QuickSight-{namespace}", "", "/people/"},
		{account + "/people/of-{namespace}/QuickSight-{namespace}", "", "/people/"},
		{account + "/{namespace}/QuickSight-{namespace}", "", "/"},
		{"", "QuickSight", "/aws-reserved/sso.amazonaws.com/"},
		{"", "QS-{namespace}", "/aws-reserved/sso.amazonaws.com/"},
	} {
		s := SignIn{Role: c.role, PermissionSet: c.set}
		if got := s.RolePath(); got != c.want {
			t.Errorf("%s%s: roles are listed under %s, not %s", c.role, c.set, got, c.want)
		}
		if s.PerTenant() != strings.Contains(c.role+c.set, "{namespace}") {
			t.Errorf("%s%s: per tenant %v", c.role, c.set, s.PerTenant())
		}
	}
}

// Members are read of the house's groups, of those that are bound, by their mark or by a rule with
// their id, and of those whose name fits. Reading others would break the floor between passes.
func TestFeeds(t *testing.T) {
	pattern, err := ParsePattern("qs:{namespace}")
	if err != nil {
		t.Fatal(err)
	}
	acme, err := tenancy.ParseNamespace("acme")
	if err != nil {
		t.Fatal(err)
	}
	r := Rules{Tenants: []Rule{{Pattern: pattern}, {Group: "by-id", Namespace: acme}}, House: House{Groups: []string{"staff"}}}
	have := tenancy.State{Tenants: []tenancy.Tenant{{Namespace: acme, Mirrors: []tenancy.Mirror{{Group: "marked"}}}}}
	for _, c := range []struct {
		group tenancy.Group
		want  bool
	}{
		{tenancy.Group{ID: "1", Name: "qs:acme"}, true},
		{tenancy.Group{ID: "2", Name: "staff"}, true},
		{tenancy.Group{ID: "by-id", Name: "anything"}, true},
		{tenancy.Group{ID: "marked", Name: "anything"}, true},
		{tenancy.Group{ID: "3", Name: "anything"}, false},
		{tenancy.Group{ID: "", Name: ""}, false},
		{tenancy.Group{ID: "4", Name: "qs:ac me"}, false},
	} {
		if got := r.Feeds(c.group, &have); got != c.want {
			t.Errorf("%+v feeds a tenant: %v", c.group, got)
		}
	}
}

// Names of the house's namespaces count in any case of their letters, those of its groups as they are.
func TestHouse(t *testing.T) {
	h := House{Groups: []string{"Staff"}, Namespaces: []string{"default", "Company"}}
	if !h.HasNamespace("DEFAULT") || !h.HasNamespace("company") || h.HasNamespace("acme") || h.HasNamespace("") {
		t.Error("namespaces")
	}
	if !h.HasGroup("Staff") || h.HasGroup("staff") || h.HasGroup("") {
		t.Error("groups")
	}
}

// S13: under one role for all, nobody is in two tenants, whatever else is asked for.
func TestS13SpanningNeedsARoleForEachTenant(t *testing.T) {
	for role, want := range map[string]bool{"role/QuickSight": false, "role/QuickSight-{namespace}": true} {
		d := deriver{rules: &Rules{Spanning: true, SignIn: SignIn{Role: role}}}
		if d.spans() != want {
			t.Errorf("%s: people may span: %v", role, d.spans())
		}
	}
}

func TestRolesThatMayBeForSigningIn(t *testing.T) {
	const arn = "arn:aws:iam::111122223333:role/teams/"
	for template, want := range map[string]map[string]bool{
		arn + "QuickSight":             {"QuickSight": true, "QuickSight2": false, "": false},
		arn + "QuickSight-{namespace}": {"QuickSight-acme": true, "QuickSight-": false, "QuickSight": false, "Other-acme": false},
		arn + "QS-{namespace}-sign-in": {"QS-acme-sign-in": true, "QS-acme": false, "QS--sign-in": false, "QS-sign-in": false},
	} {
		for name, is := range want {
			if got := (SignIn{Role: template}).MayBe(name); got != is {
				t.Errorf("%s may be %s: %v, want %v", name, template, got, is)
			}
		}
	}
}

func TestRolesThatPeopleUsedBefore(t *testing.T) {
	const arn, digits = "arn:aws:iam::111122223333:role/teams/", "_0123456789abcdef"
	acme, err := tenancy.ParseNamespace("acme")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		former FormerRole
		name   string
		is, in bool // of any tenant; of acme
	}{
		{FormerRole{Role: arn + "QuickSight"}, "QuickSight", true, true},
		{FormerRole{Role: arn + "QuickSight"}, "QuickSight2", false, false},
		{FormerRole{Role: arn + "QuickSight"}, "quicksight", false, false},
		{FormerRole{Role: arn + "QuickSight"}, "", false, false},
		{FormerRole{Role: arn + "QS-{namespace}"}, "QS-acme", true, true},
		{FormerRole{Role: arn + "QS-{namespace}"}, "QS-globex", true, false},
		{FormerRole{Role: arn + "QS-{namespace}"}, "QS-", false, false},
		{FormerRole{Role: arn + "QS-{namespace}"}, "QS-a+b", false, false},
		{FormerRole{Role: arn + "{namespace}-of-{namespace}"}, "acme-of-acme", true, true},
		{FormerRole{Role: arn + "{namespace}-of-{namespace}"}, "acme-of-acmf", false, false},
		{FormerRole{Role: arn + "{namespace}-of-{namespace}"}, "acme-of-acm", false, false},
		{FormerRole{PermissionSet: "QS_2"}, "AWSReservedSSO_QS_2" + digits, true, true},
		{FormerRole{PermissionSet: "QS"}, "AWSReservedSSO_QS_2" + digits, false, false},
		{FormerRole{PermissionSet: "QS"}, "AWSReservedSSO_QS_0123456789abcdeg", false, false},
		{FormerRole{PermissionSet: "QS"}, "QS" + digits, false, false},
		{FormerRole{PermissionSet: "QS"}, "AWSReservedSSO_QS", false, false},
		{FormerRole{PermissionSet: "QS-{namespace}"}, "AWSReservedSSO_QS-acme" + digits, true, true},
		{FormerRole{PermissionSet: "QS-{namespace}"}, "AWSReservedSSO_QS-globex" + digits, true, false},
		{FormerRole{PermissionSet: "QS-{namespace}"}, "AWSReservedSSO_QS-" + digits, false, false},
	} {
		s := SignIn{Role: arn + "Now", Former: []FormerRole{{Role: arn + "Another"}, c.former}}
		if is, in := s.Formerly(c.name), s.FormerlyIn(acme, c.name); is != c.is || in != c.in {
			t.Errorf("%+v: people used %s before: %v, those of acme: %v", c.former, c.name, is, in)
		}
	}
	if (SignIn{PermissionSet: "QS"}).Formerly("AWSReservedSSO_QS" + digits) {
		t.Error("the role of now is one of before")
	}
}

// S4: a user under a role of the house is nobody's of a tenant, whatever else the configuration says of that role.
func TestS4UsersOfTheHousesRolesAreNotFormerOnes(t *testing.T) {
	acme, err := tenancy.ParseNamespace("acme")
	now, roleErr := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/Now")
	staff, staffErr := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/teams/Staff")
	if err != nil || roleErr != nil || staffErr != nil {
		t.Fatal(err, roleErr, staffErr)
	}
	d := deriver{rules: &Rules{
		SignIn: SignIn{Role: now.String(), Former: []FormerRole{{Role: "arn:aws:iam::111122223333:role/Staff"}, {Role: "arn:aws:iam::111122223333:role/Before"}}},
		House:  House{SignInRoles: []tenancy.RoleARN{staff}},
	}}
	for name, want := range map[string]bool{"Before": true, "Staff": false, "Now": false, "Other": false} {
		if got := d.signedInBy(acme, name, now); got != want {
			t.Errorf("people signed in by %s before: %v, want %v", name, got, want)
		}
	}
}
