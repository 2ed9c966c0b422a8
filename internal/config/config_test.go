package config

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// parse parses what must be right.
func parse(t *testing.T, data string) *Config {
	t.Helper()
	config, problems := Parse("t.yaml", []byte(data))
	if config == nil {
		t.Fatalf("%s", problems)
	}
	return config
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

const everything = `
version: 1
quicksight:
  account_id: "111122223333"
  identity_region: us-east-1
  asset_regions: [us-east-1, eu-west-1]
  assume_role: {role_arn: "arn:aws:iam::111122223333:role/tenantry", external_id: x-1}
identity_center:
  identity_store_id: d-1234567890
  region: eu-west-1
  assume_role: {role_arn: "arn:aws:iam::999900001111:role/tenantry"}
sign_in:
  role: arn:aws:iam::111122223333:role/QuickSight-{namespace}
  session_name: username
  former_roles: [Analytics, "arn:aws:iam::111122223333:role/people/Customers"]
tenants:
  - groups: "qs:{namespace}:authors"
    role: AUTHOR
    max_role: AUTHOR_PRO
    mirror: "{namespace} authors"
    custom_permissions: no-export
    email_domains: [Globex.example, acme.example]
  - groups: "qs:{namespace}"
  - group_id: 34887428-4081-7042-c3c6-928d413009e7
    namespace: globex
    role: ADMIN
allow_admin: true
spanning_people: allow
new_groups: allow
house:
  groups: [staff]
  sign_in_roles: ["arn:aws:iam::111122223333:role/Staff"]
  namespaces: [corp]
rollout: [globex, acme]
custodians: {groups: "qs:{namespace}:custodians"}
leavers: {grace: 14d, suspend_with: nothing}
automatic: [replaces-user]
migrate: {keep: 30d}
embedding:
  - {role: "arn:aws:iam::111122223333:role/Portal", namespaces: [globex, default, acme]}
accept:
  - {code: spanning, object: p-1, because: known, until: 2030-06-30}
limits:
  additions_per_tenant: 20%
  new_namespaces_per_day: 3
  removals_per_tenant: 12%
  removals_per_account: 4%
  namespaces: 250
  quicksight_rate: 7.5
  identity_store_rate: 15
aws:
  same_principal_in_two_namespaces: true
  reserved_role_arns: false
events:
  queue_url: "https://sqs.eu-west-1.amazonaws.com/111122223333/tenantry-events"
  pass_every: 1h
`

func TestParseEverything(t *testing.T) {
	role := func(arn string) tenancy.RoleARN { return must(tenancy.ParseRoleARN(arn)) }
	ns := func(name string) tenancy.Namespace { return must(tenancy.ParseNamespace(name)) }
	got := parse(t, everything)
	want := &Config{
		Path: "t.yaml", Version: 1,
		QuickSight:     QuickSight{"111122223333", "us-east-1", []string{"eu-west-1", "us-east-1"}, &AssumeRole{role("arn:aws:iam::111122223333:role/tenantry"), "x-1"}},
		IdentityCenter: IdentityCenter{"d-1234567890", "eu-west-1", &AssumeRole{role("arn:aws:iam::999900001111:role/tenantry"), ""}},
		Rules: rules.Rules{
			Account:     "111122223333",
			Store:       "d-1234567890",
			SignIn:      rules.SignIn{Role: "arn:aws:iam::111122223333:role/QuickSight-{namespace}", Former: []rules.FormerRole{{PermissionSet: "Analytics"}, {Role: "arn:aws:iam::111122223333:role/people/Customers"}}},
			SessionName: rules.ByUserName,
			Tenants: []rules.Rule{
				{
					Pattern: must(rules.ParsePattern("qs:{namespace}:authors")), Role: tenancy.Author, MaxRole: tenancy.AuthorPro,
					Mirror: "{namespace} authors", CustomPermissions: "no-export", EmailDomains: []string{"acme.example", "globex.example"},
					Text: `tenants[0] groups "qs:{namespace}:authors"`,
				},
				{Pattern: must(rules.ParsePattern("qs:{namespace}")), Role: tenancy.Reader, MaxRole: tenancy.Reader, Text: `tenants[1] groups "qs:{namespace}"`},
				{
					Group: "34887428-4081-7042-c3c6-928d413009e7", Namespace: ns("globex"), Role: tenancy.Admin, MaxRole: tenancy.Admin,
					Text: `tenants[2] group_id "34887428-4081-7042-c3c6-928d413009e7"`,
				},
			},
			House:      rules.House{Groups: []string{"staff"}, SignInRoles: []tenancy.RoleARN{role("arn:aws:iam::111122223333:role/Staff")}, Namespaces: []string{"corp"}},
			Custodians: must(rules.ParsePattern("qs:{namespace}:custodians")), Spanning: true, NewGroups: true,
			Leavers: rules.Leavers{Grace: 14 * 24 * 60 * 60, SuspendWith: "nothing"},
		},
		Automatic:                    []string{"replaces-user"},
		Rollout:                      []tenancy.Namespace{ns("acme"), ns("globex")},
		Accept:                       []Accept{{"spanning", "p-1", "known", time.Date(2030, 6, 30, 0, 0, 0, 0, time.UTC)}},
		Limits:                       Limits{20, 3, 250, 12, 4, 7.5, 15},
		Events:                       Events{"https://sqs.eu-west-1.amazonaws.com/111122223333/tenantry-events", "eu-west-1", time.Hour, nil},
		Migrate:                      Migrate{30 * 24 * time.Hour},
		Journal:                      Journal{Path: "t.journal.db"},
		Embedding:                    []Embedding{{role("arn:aws:iam::111122223333:role/Portal"), []string{"acme", "default", "globex"}}},
		SamePrincipalInTwoNamespaces: true, Fingerprint: got.Fingerprint,
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(rules.Pattern{}, tenancy.Namespace{}, tenancy.RoleARN{})); diff != "" {
		t.Error(diff)
	}
}

func TestParseDefaults(t *testing.T) {
	got := parse(t, plain)
	if got.Rollout != nil || got.Accept != nil || got.QuickSight.AssumeRole != nil {
		t.Error("what is absent is not nil")
	}
	if got.Limits != (Limits{AdditionsPercent: 50, NewNamespacesPerDay: 10, TenantRemovals: 10, AccountRemovals: 5, Namespaces: 100}) {
		t.Errorf("limits are %+v", got.Limits)
	}
	if got.Migrate.Keep != 14*24*time.Hour {
		t.Errorf("the user of before is kept for %s", got.Migrate.Keep)
	}
	if got.Journal.Place() != "sqlite:t.journal.db" {
		t.Errorf("the journal is %+v", got.Journal)
	}
	r := got.Rules
	if !r.SignIn.ReservedRoles || r.SessionName != rules.ByUserName || r.Spanning || r.NewGroups || !r.House.HasNamespace("default") {
		t.Errorf("rules are %+v", r)
	}
}

func TestAcceptedOnTheLastDayAndNotAfter(t *testing.T) {
	c := parse(t, everything)
	for at, want := range map[string]int{"2026-01-01T00:00:00Z": 1, "2030-06-30T23:59:59Z": 1, "2030-07-01T00:00:00Z": 0} {
		if got := len(c.AcceptedOn(must(time.Parse(time.RFC3339, at)))); got != want {
			t.Errorf("on %s, %d are accepted, not %d", at, got, want)
		}
	}
}

func TestFingerprintIsOfTheMeaning(t *testing.T) {
	same := map[string]string{
		"a comment":                 "# hello\n" + everything,
		"quotes":                    strings.Replace(everything, "namespace: globex", "namespace: 'globex'", 1),
		"the order of keys":         strings.Replace(everything, "allow_admin: true\nspanning_people: allow", "spanning_people: allow\nallow_admin: true", 1),
		"the order of the rollout":  strings.Replace(everything, "[globex, acme]", "[acme, globex]", 1),
		"the order of former roles": strings.Replace(everything, `[Analytics, "arn:aws:iam::111122223333:role/people/Customers"]`, `["arn:aws:iam::111122223333:role/people/Customers", Analytics]`, 1),
		"the order of domains":      strings.Replace(everything, "[Globex.example, acme.example]", "[ACME.example, globex.example]", 1),
		"a default that is written": strings.Replace(everything, "  - groups: \"qs:{namespace}\"\n", "  - groups: \"qs:{namespace}\"\n    role: READER\n", 1),
		"the reason":                strings.Replace(everything, "because: known", "because: well known", 1),
		"the journal's place":       everything + "journal: sqlite:/var/lib/tenantry/history.db\n",
		"for how long they stay":    strings.Replace(everything, "keep: 30d", "keep: 31d", 1),
		"a rate":                    strings.Replace(everything, "quicksight_rate: 7.5", "quicksight_rate: 5", 1),
	}
	want := parse(t, everything).Fingerprint
	for what, text := range same {
		if text == everything {
			t.Fatalf("%s: nothing was changed", what)
		}
		if parse(t, text).Fingerprint != want {
			t.Errorf("%s changes the fingerprint", what)
		}
	}
}

func TestFingerprintChangesWithWhatDecides(t *testing.T) {
	changes := [][2]string{
		{`account_id: "111122223333"`, `account_id: "444455556666"`}, {"region: us-east-1", "region: us-west-2"}, {"external_id: x-1", "external_id: x-2"},
		{"d-1234567890", "d-1234567891"}, {"region: eu-west-1", "region: eu-west-2"}, {"999900001111:role/tenantry", "999900001111:role/other"},
		{"QuickSight-{namespace}", "QS-{namespace}"}, {"session_name: username", "session_name: email"}, {"qs:{namespace}:authors", "qs:{namespace}:writers"}, {"[Analytics, ", "[Analysts, "},
		{"role: AUTHOR\n", "role: AUTHOR_PRO\n"}, {"max_role: AUTHOR_PRO", "max_role: AUTHOR"}, {"{namespace} authors", "{namespace} writers"},
		{"no-export", "no-print"}, {"acme.example", "acme.test"}, {"928d413009e7", "928d413009e8"}, {"namespace: globex", "namespace: initech"},
		{"spanning_people: allow", "spanning_people: hold"}, {"new_groups: allow", "new_groups: hold"}, {"groups: [staff]", "groups: [team]"},
		{"role/Staff", "role/Team"}, {"[corp]", "[default]"}, {"[globex, acme]", "[globex]"}, {"rollout: [globex, acme]", ""}, {"14d", "13d"}, {"suspend_with: nothing", "suspend_with: no-export"}, {"automatic: [replaces-user]", ""},
		{"code: spanning", "code: email-domain"}, {"object: p-1", "object: p-2"}, {"2030-06-30", "2030-07-30"},
		{"20%", "21%"}, {"per_day: 3", "per_day: 4"}, {"two_namespaces: true", "two_namespaces: false"}, {"arns: false", "arns: true"},
	}
	seen := map[string]string{parse(t, everything).Fingerprint: "no change"}
	for _, c := range changes {
		text := strings.ReplaceAll(everything, c[0], c[1])
		if strings.Contains(c[0], "account_id") {
			text = strings.ReplaceAll(everything, "111122223333", "444455556666")
		}
		print := parse(t, text).Fingerprint
		if other, ok := seen[print]; ok {
			t.Errorf("%q has the fingerprint of %s", c[1], other)
		}
		seen[print] = c[1]
	}
}

func TestFingerprintKnowsTheOrderOfRules(t *testing.T) {
	a := `  - groups: "qs:{namespace}"` + "\n"
	b := `  - groups: "q2:{namespace}"` + "\n"
	base := strings.Replace(plain, a, "", 1)
	if parse(t, base+a+b).Fingerprint == parse(t, base+b+a).Fingerprint {
		t.Error("the first rule that fits counts, and the order does not")
	}
}

func TestProblemsNeverRepeatASecretOrActOnATerminal(t *testing.T) {
	const secret = "wJalrXUtnFEMIK7MDENG"
	_, problems := Parse("t\x1b[2J.yaml", []byte(plain+"aws_secret_access_key: "+secret+"\npasswd: {x: "+secret+"}\n\"a\\e[31m\\u202e\": 1\n"))
	text := problems.String()
	if strings.Contains(text, secret) || strings.ContainsAny(text, "\x1b\u202e") || len(problems) != 3 {
		t.Errorf("problems are\n%q", text)
	}
}

func TestErr(t *testing.T) {
	_, warned := Parse("t.yaml", []byte(strings.Replace(plain, "qs:{namespace}", "{namespace}", 1)))
	if len(warned) != 1 || warned.Err() != nil {
		t.Errorf("a warning is an error: %v", warned.Err())
	}
	_, failed := Parse("t.yaml", []byte("version: 1\n"))
	if err := failed.Err(); err == nil || err.Error() != "the configuration has 4 errors" {
		t.Errorf("error is %v", err)
	}
}

// What is shared is what it means: the Region is the first of those of assets, and neither the order nor a second time
// changes the fingerprint.
func TestShares(t *testing.T) {
	with := func(rule, all string) *Config {
		t.Helper()
		text := "version: 1\nquicksight: {account_id: \"111122223333\", identity_region: us-east-1, asset_regions: [us-east-1, eu-west-1]}\n" +
			"identity_center: {identity_store_id: d-1234567890, region: us-east-1}\nsign_in: {role: \"arn:aws:iam::111122223333:role/QuickSight\"}\n" +
			"tenants:\n  - {groups: \"qs:{namespace}\", shares: [" + rule + "]}\nall_tenants: {shares: [" + all + "]}\n"
		c, problems := Parse("t.yaml", []byte(text))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return c
	}
	c := with("{dashboard: sales}, {data_set: rows, region: eu-west-1, group: \"qs:{namespace}\"}", "{folder: all}")
	want := []rules.Share{
		{Asset: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "sales"}, Text: `tenants[0].shares[0] dashboard "sales"`},
		{Asset: tenancy.AssetRef{Kind: tenancy.DataSet, Region: "eu-west-1", ID: "rows"}, Group: "qs:{namespace}", Text: `tenants[0].shares[1] data_set "rows"`},
	}
	if got := c.Rules.Tenants[0].Shares; !slices.Equal(got, want) {
		t.Errorf("the rule shares %+v", got)
	}
	if got := c.Rules.Shares; len(got) != 1 || got[0].Asset != (tenancy.AssetRef{Kind: tenancy.Folder, Region: "us-east-1", ID: "all"}) {
		t.Errorf("with all it shares %+v", got)
	}
	same := with("{data_set: rows, region: eu-west-1, group: \"qs:{namespace}\", as: viewer}, {dashboard: sales}, {dashboard: sales}", "{folder: all}")
	if c.Fingerprint != same.Fingerprint {
		t.Error("the order, or a second time, changes the fingerprint")
	}
	if other := with("{dashboard: sales}", "{folder: all}"); c.Fingerprint == other.Fingerprint {
		t.Error("what is shared is not in the fingerprint")
	}
}

// A folder for each tenant is in the first Region of assets, as they are written; and where nobody is to have one, nothing
// of it is in the configuration, whose fingerprint stays what it was.
func TestFolder(t *testing.T) {
	with := func(rule, more string) *Config {
		t.Helper()
		text := "version: 1\nquicksight: {account_id: \"111122223333\", identity_region: us-east-1, asset_regions: [us-east-1, eu-west-1]}\n" +
			"identity_center: {identity_store_id: d-1234567890, region: us-east-1}\nsign_in: {role: \"arn:aws:iam::111122223333:role/QuickSight\"}\n" +
			"tenants:\n  - {groups: \"qs:{namespace}:authors\", role: AUTHOR}\n  - {groups: \"qs:{namespace}\"" + rule + "}\n" + more
		c, problems := Parse("t.yaml", []byte(text))
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return c
	}
	none, one, all := with("", ""), with(", folder: true", ""), with("", "all_tenants: {folder: true}\n")
	if r := one.Rules; r.Folder || r.Tenants[0].Folder || !r.Tenants[1].Folder || r.FolderRegion != "us-east-1" {
		t.Errorf("one rule gives %v, %v, %v in %q", r.Folder, r.Tenants[0].Folder, r.Tenants[1].Folder, r.FolderRegion)
	}
	if r := all.Rules; !r.Folder || r.FolderRegion != "us-east-1" {
		t.Errorf("all_tenants gives %v in %q", r.Folder, r.FolderRegion)
	}
	if c := with(", folder: false", "all_tenants: {folder: false}\n"); c.Rules.FolderRegion != "" || c.Fingerprint != none.Fingerprint {
		t.Errorf("no folder, in %q, changes the fingerprint", c.Rules.FolderRegion)
	}
	if one.Fingerprint == none.Fingerprint || all.Fingerprint == none.Fingerprint || one.Fingerprint == all.Fingerprint {
		t.Error("who has a folder is not in the fingerprint")
	}
}
