package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// audited is a fake that has read facts.
type audited struct {
	fake
	facts    *audit.Facts
	err      error
	verified []bool
}

func (f *audited) Audit(_ context.Context, verify bool) (*audit.Facts, error) {
	f.verified = append(f.verified, verify)
	if f.err != nil {
		return nil, f.err
	}
	return f.facts, nil
}

// apart are the facts of two tenants without anything in them; leaking lets one's person come to the other's dashboard.
func apart(t *testing.T) *audit.Facts {
	t.Helper()
	role, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/QuickSight")
	if err != nil {
		t.Fatal(err)
	}
	f := &audit.Facts{
		Account: "111122223333", Region: "us-east-1", AssetRegions: []string{"us-east-1"}, Verified: true,
		Settings: &tenancy.Settings{DefaultNamespace: "default"}, Identities: &tenancy.Identities{},
	}
	for _, name := range []string{"acme", "globex"} {
		g := tenancy.Group{ID: tenancy.GroupID("g-" + name), Name: "qs:" + name}
		p := tenancy.Person{ID: tenancy.PersonID("p-" + name), UserName: "of-" + name, Email: name + "@" + name + ".example"}
		user := tenancy.UserName("QuickSight/of-" + name)
		tenant := tenancy.Tenant{
			Namespace: namespace(t, name), Status: tenancy.Created, SignIn: role,
			Registrations: []tenancy.Registration{{User: user, Role: tenancy.Reader, Email: p.Email, Person: p.ID}},
			Mirrors:       []tenancy.Mirror{{Group: g.ID, Name: g.Name, Members: []tenancy.UserName{user}, Because: tenancy.Because{Rule: "tenants[0]"}}},
		}
		f.Directory.Groups, f.Directory.People = append(f.Directory.Groups, g), append(f.Directory.People, p)
		f.Have.Tenants, f.Want.Tenants = append(f.Have.Tenants, tenant), append(f.Want.Tenants, tenant)
		f.Spaces = append(f.Spaces, tenancy.Space{Namespace: name})
	}
	f.Directory.Store = "d-1234567890"
	f.Directory.Members = map[tenancy.GroupID][]tenancy.PersonID{"g-acme": {"p-acme"}, "g-globex": {"p-globex"}}
	return f
}

func leaking(t *testing.T) *audit.Facts {
	t.Helper()
	f := apart(t)
	who := func(n string) tenancy.Grantee {
		return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n, Name: "QuickSight/of-" + n}
	}
	f.Inspection.Assets = []tenancy.Inspected{{
		Asset: tenancy.Asset{AssetRef: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "sales"}, Name: "Sales", Grants: []tenancy.Grant{
			{To: who("acme"), Owner: true, May: tenancy.Owns}, {To: who("globex"), May: tenancy.Views}}},
		Actions: [][]string{{"quicksight:UpdateDashboard"}, {"quicksight:DescribeDashboard"}},
	}}
	return f
}

// auditing runs tenantry audit before facts.
func auditing(t *testing.T, f *audited, args ...string) (*terminal, code) {
	t.Helper()
	x := newTerminal(t, &f.fake)
	x.env.open = func(context.Context, *config.Config, engine.Recorder) (reconciler, error) { return f, nil }
	t.Chdir(t.TempDir())
	return x, code(x.run(t, append([]string{"audit"}, args...)...))
}

func TestExitCodesOfAudit(t *testing.T) {
	for name, tt := range map[string]struct {
		facts *audit.Facts
		err   error
		args  []string
		want  code
	}{
		"apart":                         {apart(t), nil, nil, exitDone},
		"shared":                        {leaking(t), nil, nil, exitFindings},
		"shared, as JSON":               {leaking(t), nil, []string{"--format", "json"}, exitFindings},
		"shared, of one side":           {leaking(t), nil, []string{"--namespace", "globex"}, exitFindings},
		"of a tenant that is not there": {leaking(t), nil, []string{"--namespace", "initech"}, exitRefused},
		"for one that is not there":     {leaking(t), nil, []string{"--redact-others", "initech"}, exitRefused},
		"it could not be read":          {nil, errors.New("reading the assets: denied"), nil, exitError},
	} {
		t.Run(name, func(t *testing.T) {
			x, have := auditing(t, &audited{facts: tt.facts, err: tt.err}, tt.args...)
			if have != tt.want {
				t.Errorf("exit code %d, want %d\n%s%s", have, tt.want, x.out, x.err)
			}
		})
	}
}

// What is accepted is no finding, for the exit code neither.
func TestAuditAccepts(t *testing.T) {
	f := leaking(t)
	found := audit.Audit(f).Findings
	if len(found) != 1 || found[0].Code != "ISO101" {
		t.Fatalf("found %+v", found)
	}
	f.Accepted = []audit.Accepted{{Code: "ISO101", Object: found[0].Object, Because: "a joint project", Until: "2099-12-31"}}
	if x, have := auditing(t, &audited{facts: f}); have != exitDone || !strings.Contains(x.out.String(), "a joint project") {
		t.Errorf("exit code %d: %s", have, x.out)
	}
}

// The report can be had in several files, of one reading; each has the format that its name says.
func TestAuditWritesFiles(t *testing.T) {
	f := &audited{facts: leaking(t)}
	x, have := auditing(t, f, "-o", "a.html", "-o", "a.sarif", "-o", "a.json", "-o", "a.txt", "--verify")
	if have != exitFindings || !slices.Equal(f.verified, []bool{true}) {
		t.Errorf("exit code %d, read %v: %s", have, f.verified, x.err)
	}
	for file, has := range map[string]string{"a.html": "<!doctype html>", "a.sarif": `"version": "2.1.0"`, "a.json": `"format": "tenantry.audit/1"`, "a.txt": "ISO101"} {
		text, err := os.ReadFile(file)
		if err != nil || !strings.Contains(string(text), has) {
			t.Errorf("%s: %v, it has no %s", file, err, has)
		}
		if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
		if !strings.Contains(x.err.String(), "wrote "+file+"\n") {
			t.Errorf("said nothing of %s: %s", file, x.err)
		}
	}
	if !strings.Contains(x.out.String(), "ISO101") {
		t.Errorf("the text is not shown beside the files: %s", x.out)
	}
	if _, have := auditing(t, f, "-o", filepath.Join("gone", "a.html")); have != exitUsage && have != exitError {
		t.Errorf("a file in a directory that is not there: exit code %d", have)
	}
}

// For one customer's auditor nothing tells of the others, in no format: neither who they are, nor how many.
func TestAuditRedacts(t *testing.T) {
	for _, format := range []string{"text", "json", "sarif", "html"} {
		x, have := auditing(t, &audited{facts: leaking(t)}, "--redact-others", "acme", "--format", format)
		if out := x.out.String(); have != exitFindings || !strings.Contains(out, "ISO101") || strings.Contains(out, "globex") {
			t.Errorf("%s: exit code %d: %s", format, have, out)
		}
	}
}

func TestAuditListsChecks(t *testing.T) {
	f := &audited{}
	x, have := auditing(t, f, "--list", "--format", "json")
	var document struct {
		Checks []struct{ Code audit.Code }
	}
	if err := json.Unmarshal(x.out.Bytes(), &document); err != nil || have != exitDone || len(document.Checks) != len(audit.Checks()) {
		t.Errorf("exit code %d, %v, %d checks", have, err, len(document.Checks))
	}
	if x, have = auditing(t, f, "--list"); have != exitDone || !strings.Contains(x.out.String(), "ISO101 critical") {
		t.Errorf("exit code %d: %s", have, x.out)
	}
	if len(f.verified) > 0 {
		t.Error("something was read")
	}
}

// What cannot be meant is said before anything is read.
func TestAuditSaysWhatItCannotMean(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	for _, tt := range []struct {
		args []string
		says string
	}{
		{[]string{"--format", "pdf"}, "the formats are text, json, sarif, html"},
		{[]string{"-o", "report"}, "does not say what format is meant"},
		{[]string{"-o", ""}, "-o"},
		{[]string{"--namespace", ""}, "--namespace"},
		{[]string{"--redact-others", ""}, "--redact-others"},
		{[]string{"--redact-others", "default"}, "--redact-others"},
		{[]string{"--redact-others", "acme", "--namespace", "globex"}, "--redact-others acme contradicts --namespace"},
		{[]string{"--redact-others", "acme", "--namespace", "acme,globex"}, "--redact-others acme contradicts --namespace"},
		{[]string{"--list", "--namespace", "acme"}, "--list contradicts --namespace"},
		{[]string{"--list", "--verify"}, "--list contradicts --verify"},
		{[]string{"--list", "-o", "a.html"}, "--list contradicts --out"},
		{[]string{"--list", "--format", "html"}, "--list contradicts --format html"},
		{[]string{"--rls-rules", filepath.Join(dir, "gone.csv")}, "no such file"},
		{[]string{"--rls-rules", "0f3a=" + filepath.Join(dir, "gone.csv")}, "no such file"},
		{[]string{"--rls-rules", file("empty.csv", "")}, "it is empty"},
		{[]string{"--rls-rules", file("columns.csv", "a,b\n1,2\n")}, "columns.csv:1: "},
		{[]string{"--rls-rules", file("short.csv", "GroupName,tenant\nqs:acme,acme\nqs:globex\n")}, "short.csv:3: "},
		{[]string{"--rls-rules", file("quote.csv", "GroupName,tenant\nqs:acme,acme\n\"qs:globex,globex\n")}, "line 3"},
		{[]string{"more"}, "more"},
	} {
		f := &audited{facts: leaking(t)}
		x, have := auditing(t, f, tt.args...)
		if have != exitUsage || !strings.Contains(x.err.String(), tt.says) || len(f.verified) > 0 {
			t.Errorf("%q: exit code %d, read %v: %s", tt.args, have, f.verified, x.err)
		}
	}
}

// The commands of tenantry in the advice of findings, and of the doctor, are there, with the flags that it gives.
func TestAdvisedCommandsAreThere(t *testing.T) {
	var text []byte
	for _, room := range []string{"audit", "doctor"} {
		of, err := os.ReadFile("../" + room + "/testdata/commands.txt")
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, of...)
	}
	root, seen := newRoot(newTerminal(t, &fake{}).env, new(bool)), 0
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) == 0 || words[0] != "tenantry" {
			continue
		}
		seen++
		var names, flags []string
		for _, w := range append(words[1:], "--config") {
			if strings.HasPrefix(w, "--") {
				flags = append(flags, strings.TrimPrefix(w, "--"))
			} else {
				names = append(names, w)
			}
		}
		cmd, rest, err := root.Find(names)
		if err != nil || len(rest) > 0 {
			t.Errorf("there is no command %v", names)
			continue
		}
		for _, name := range flags {
			if cmd.Flag(name) == nil {
				t.Errorf("%s has no --%s", cmd.CommandPath(), name)
			}
		}
	}
	if seen < 4 {
		t.Errorf("only %d commands were looked at", seen)
	}
}
