package survey

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// groupsNamed are groups with ids of their own.
func groupsNamed(names ...string) []tenancy.Group {
	all := make([]tenancy.Group, len(names))
	for i, n := range names {
		all[i] = tenancy.Group{ID: tenancy.GroupID(fmt.Sprintf("%08d-0000-0000-0000-000000000000", i)), Name: n}
	}
	return all
}

func TestFamilies(t *testing.T) {
	for _, c := range []struct {
		groups string // with a comma between them
		want   string // PREFIX: PATTERN=ROLE … (CUSTOMER …) odd …
	}{
		{"", ""},
		{"Everyone,Finance,staff", ""},
		{"qs:acme", ""},
		{"qs:acme,qs:globex,staff", `qs:: qs:{namespace}=READER (acme globex)`},
		{"qs:acme,qs:acme:authors", `qs:: qs:{namespace}:authors=AUTHOR qs:{namespace}=READER (acme)`},
		{"qs:acme:admins,qs:globex:Readers", `qs:: qs:{namespace}:Readers=READER qs:{namespace}:admins=AUTHOR (acme globex)`},
		{"cust-acme-authors,cust-acme,cust-big-co", `cust-: cust-{namespace}-authors=AUTHOR cust-{namespace}=READER (acme big-co)`},
		{"aws-qs-acme,aws-qs-globex", `aws-qs-: aws-qs-{namespace}=READER (acme globex)`},
		{"aws-qs-acme,aws-qs-globex,aws-admins", `aws-: aws-{namespace}=READER (qs-acme qs-globex) odd [aws-admins] | aws-qs-: aws-qs-{namespace}=READER (acme globex)`},
		{"qs:acme,qs:Müller,qs:globex,qs:default", `qs:: qs:{namespace}=READER (acme globex) odd [qs:Müller qs:default]`},
		{"a{b}:x,a{b}:y", ""},
	} {
		var got []string
		for _, f := range Families(groupsNamed(strings.Split(c.groups, ",")...)) {
			text := f.Prefix + ":"
			for _, r := range f.Rules {
				text += fmt.Sprintf(" %s=%s", r.Pattern, r.Role)
			}
			text += " (" + strings.Join(customerNames(&f), " ") + ")"
			if len(f.Odd) > 0 {
				text += fmt.Sprintf(" odd %v", f.Odd)
			}
			got = append(got, text)
		}
		if got := strings.Join(got, " | "); got != c.want {
			t.Errorf("%s:\n got %s\nwant %s", c.groups, got, c.want)
		}
	}
}

// office is an account with two customers, a company of its own, and whoever is strange.
func office() *Facts {
	f := &Facts{
		Account: "111122223333", Region: "us-east-1", Store: "d-1234567890", StoreRegion: "us-east-1", AssetRegions: []string{"us-east-1"},
		Namespaces: []Namespace{{
			NamespaceInfo: tenancy.NamespaceInfo{Name: "default", Status: tenancy.Created},
			Users: []tenancy.Registration{
				{User: "QuickSight/ann", Role: tenancy.Author, Email: "ann@acme.example"},
				{User: "QuickSight/Bob", Role: tenancy.Reader, Email: "bob@acme.example"}, // bob is another name
				{User: "QuickSight/cid", Role: tenancy.Reader, Email: "old@acme.example"},
				{User: "Staff/eve", Role: tenancy.Admin, Email: "eve@house.example"},
				{User: "root, and eve", Role: tenancy.Admin, Email: "root@house.example"},
			},
		}},
		Directory: tenancy.Directory{
			People: []tenancy.Person{
				{ID: "1", UserName: "ann", Email: "ann@acme.example"}, {ID: "2", UserName: "bob", Email: "bob@acme.example"},
				{ID: "3", UserName: "cid", Email: "cid@acme.example", Disabled: true}, {ID: "4", UserName: "eve", Email: "eve@house.example"},
			},
			Groups: groupsNamed("qs:acme", "qs:globex", "Staff", "All of us"),
		},
	}
	id := func(i int) tenancy.GroupID { return f.Directory.Groups[i].ID }
	f.Directory.Members = map[tenancy.GroupID][]tenancy.PersonID{id(0): {"1", "2", "3"}, id(1): {"1"}, id(2): {"4"}, id(3): {"1", "4"}}
	for _, name := range []string{"QuickSight", "Staff"} {
		arn, _ := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/team/" + name)
		f.Roles = append(f.Roles, arn)
	}
	return f
}

// written is the configuration of a proposal. It must load.
func written(t interface {
	Helper()
	Fatalf(string, ...any)
}, p *Proposal) (*config.Config, string) {
	t.Helper()
	text := p.Configuration()
	c, problems := config.Parse("tenantry.yaml", text)
	if problems.Failed() {
		t.Fatalf("it does not load: %v\n%s", problems, text)
	}
	return c, string(text)
}

func TestProposal(t *testing.T) {
	p := Propose(office())
	c, text := written(t, p)
	if got := c.Rules.SignIn.Role; got != "arn:aws:iam::111122223333:role/team/QuickSight" {
		t.Errorf("people sign in with %s", got)
	}
	// A group with a customer's people in it is not the house's, whoever else is in it.
	if got := c.Rules.House.Groups; !slices.Equal(got, []string{"Staff"}) || !strings.Contains(text, `"All of us" has an administrator, and 1 of its 2 people`) {
		t.Errorf("the house is %q:\n%s", got, text)
	}
	if got := c.Rules.House.SignInRoles; len(got) != 1 || got[0].Name() != "Staff" {
		t.Errorf("the house signs in with %v", got)
	}
	if len(c.Rules.Tenants) != 1 || c.Rules.Tenants[0].Pattern.String() != "qs:{namespace}" {
		t.Errorf("the rules are %v", c.Rules.Tenants)
	}
	for _, name := range []string{"ann", "cid", "eve@", "example"} {
		if strings.Contains(text, name) {
			t.Errorf("the configuration names %s:\n%s", name, text)
		}
	}
}

// TestNobodyByLikeness: a user is somebody when the session name is theirs byte for byte, and nobody else.
func TestNobodyByLikeness(t *testing.T) {
	got := map[tenancy.UserName]string{}
	for _, r := range Propose(office()).Residents {
		if r.Is != nil {
			got[r.User] = fmt.Sprintf("%s %t %v", r.Is.ID, r.OtherEmail, r.Customers)
		}
	}
	want := map[tenancy.UserName]string{"QuickSight/ann": "1 false [acme globex]", "QuickSight/cid": "3 true [acme]", "Staff/eve": "4 false []"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %v, want %v", got, want)
	}
	// Where sessions are addresses, they are; and an address of two people is nobody's.
	f := office()
	f.Directory.People = append(f.Directory.People, tenancy.Person{ID: "5", UserName: "eve2", Email: "eve@house.example"})
	f.Namespaces[0].Users = []tenancy.Registration{{User: "QuickSight/ann@acme.example"}, {User: "QuickSight/eve@house.example"}}
	p := Propose(f)
	if p.SessionName != rules.ByEmail || p.Residents[0].Is == nil || p.Residents[0].Is.ID != "1" || p.Residents[1].Is != nil {
		t.Errorf("by %s: %+v", p.SessionName, p.Residents)
	}
}

// TestMostBehind: namespaces that are there say more than many groups.
func TestMostBehind(t *testing.T) {
	f := office()
	f.Directory.Groups = groupsNamed("team:a", "team:b", "team:c", "c-acme", "c-globex")
	f.Directory.Members = nil
	if p := Propose(f); p.Chosen.Prefix != "team:" {
		t.Errorf("chosen: %s", p.Chosen.Prefix)
	}
	f.Namespaces = append(f.Namespaces,
		Namespace{NamespaceInfo: tenancy.NamespaceInfo{Name: "acme", Status: tenancy.Created}},
		Namespace{NamespaceInfo: tenancy.NamespaceInfo{Name: "initech", Status: tenancy.Created}})
	p := Propose(f)
	_, text := written(t, p)
	for _, want := range []string{`- groups: "c-{namespace}" # fits 2 groups`, `# - groups: "team:{namespace}"`, "--adopt acme", `the namespace "initech" may be`} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q:\n%s", want, text)
		}
	}
}

// TestPermissionSet: a role of Identity Center's is named by its permission set, since its name does not last.
func TestPermissionSet(t *testing.T) {
	f := office()
	f.Namespaces[0].Users = []tenancy.Registration{
		{User: "AWSReservedSSO_QuickSightUser_0123456789abcdef/ann", Role: tenancy.Reader},
		{User: "AWSReservedSSO_Admins_0123456789abcdef/eve", Role: tenancy.Admin},
	}
	c, _ := written(t, Propose(f))
	if c.Rules.SignIn.PermissionSet != "QuickSightUser" || len(c.Rules.House.SignInRoles) > 0 {
		t.Errorf("%+v, %v", c.Rules.SignIn, c.Rules.House.SignInRoles)
	}
}

// TestOnlyAdministrators: a role that only they use is the house's, even where nothing shows another one.
func TestOnlyAdministrators(t *testing.T) {
	f := office()
	f.Namespaces[0].Users = []tenancy.Registration{{User: "QuickSight/eve", Role: tenancy.Admin}}
	f.Roles[0], _ = tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/QuickSight")
	c, text := written(t, Propose(f))
	if len(c.Rules.House.SignInRoles) != 1 || c.Rules.SignIn.Role == f.Roles[0].String() || !strings.Contains(text, "This one may not exist") {
		t.Errorf("%s", text)
	}
}

// TestAnyAccountLoads: whatever names are found, the configuration loads, and says no more than the rules that it means.
func TestAnyAccountLoads(t *testing.T) {
	written(t, Propose(&Facts{Account: "111122223333", Region: "us-gov-west-1", Store: "d-1234567890", StoreRegion: "us-gov-west-1"}))
	name := rapid.OneOf(rapid.StringMatching(`(qs|cust|a b)[:\-_. /]{1,2}[a-zA-Z.{}\\"'#-]{1,8}([:\-_. ](authors|readers|admins|x))?`), rapid.StringN(0, 12, 40), rapid.SampledFrom([]string{"qs:a\n  role: ADMIN", "\uFFFD", "REPLACE-ME", " staff"}))
	rapid.Check(t, func(t *rapid.T) {
		f := office()
		f.Directory.Groups = groupsNamed(rapid.SliceOfN(name, 0, 12).Draw(t, "groups")...)
		for i := range f.Directory.Groups {
			f.Directory.Members[f.Directory.Groups[i].ID] = []tenancy.PersonID{tenancy.PersonID(fmt.Sprint(rapid.IntRange(1, 4).Draw(t, "member")))}
		}
		for i := range f.Namespaces[0].Users {
			f.Namespaces[0].Users[i].User = tenancy.UserName(rapid.OneOf(rapid.Just("QuickSight/ann"), rapid.Just("Staff/eve"), rapid.StringN(0, 8, 20)).Draw(t, "user"))
		}
		p := Propose(f)
		c, _ := written(t, p)
		want := 1
		if p.Chosen != nil {
			want = len(p.Chosen.Rules)
		}
		if len(c.Rules.Tenants) != want {
			t.Fatalf("%d rules, want %d", len(c.Rules.Tenants), want)
		}
		p.Report("tenantry.yaml")
	})
}

// said is the report in one text.
func said(p *Proposal) string {
	var b strings.Builder
	for _, s := range p.Report("tenantry.yaml") {
		fmt.Fprintf(&b, "# %s\n", s.Title)
		for _, l := range s.Lines {
			fmt.Fprintf(&b, "%s: %s\n", l.Label, l.Text)
		}
	}
	return b.String()
}

func TestReport(t *testing.T) {
	f := office()
	to := func(kind tenancy.GranteeKind, namespace, name string, owner bool) tenancy.Grant {
		return tenancy.Grant{To: tenancy.Grantee{Kind: kind, Namespace: namespace, Name: name}, Owner: owner}
	}
	ref := func(kind tenancy.AssetKind, id string) tenancy.AssetRef {
		return tenancy.AssetRef{Kind: kind, Region: "us-east-1", ID: id}
	}
	f.Assets.Assets = []tenancy.Asset{
		{AssetRef: ref(tenancy.Analysis, "alone"), Grants: []tenancy.Grant{to(tenancy.ToUser, "default", "QuickSight/ann", true)}},
		{AssetRef: ref(tenancy.Analysis, "nobodys")},
		{AssetRef: ref(tenancy.Dashboard, "all"), Name: "All", Grants: []tenancy.Grant{to(tenancy.ToUser, "default", "Staff/eve", true), to(tenancy.ToNamespace, "default", "", false)}},
		{AssetRef: ref(tenancy.DataSet, "rows"), RowLevel: true, Grants: []tenancy.Grant{to(tenancy.ToUser, "default", "QuickSight/gone", true)}},
	}
	f.Assets.Unread = []tenancy.Unread{
		{AssetRef: ref(tenancy.Topic, ""), Why: "not allowed"}, {AssetRef: ref(tenancy.Theme, "x"), Why: "throttled"}, {AssetRef: ref(tenancy.Theme, "y"), Why: "throttled"},
	}
	f.Unread = []Unread{{"the roles of IAM", "denied"}}
	text := said(Propose(f))
	for _, want := range []string{
		"users of QuickSight: 5, and 0 groups",
		"assets: 4 in us-east-1: 1 dashboard, 2 analyses, 1 data set",
		": under no role (IAM users, or QuickSight's own): 1 ADMIN",
		"Of 5 users, 3 have exactly the user name",
		`nobody's: 2: QuickSight/Bob, "root, and eve"`,
		"other e-mail address: 1: QuickSight/cid",
		"disabled: 1: QuickSight/cid",
		"acme: 1 group, 3 people, 2 of them in default; no namespace yet",
		"1 is in the groups of more than one",
		`dashboard "All" (us-east-1/all): owned by Staff/eve of default; shared with everyone of default`,
		"share outside: 1: Staff/eve of default (1)",
		"owned by nobody: 1 asset\n", "row-level security: 1 data set\n", "given to the absent: 1 asset of",
		"the roles of IAM: denied", "every topic of us-east-1: not allowed", "of 2 assets, of the kind theme; the first: throttled",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("it does not say %q", want)
		}
	}
	if t.Failed() {
		t.Log(text)
	}
}
