package plan_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var update = flag.Bool("update", false, "write the plans of the cases anew")

// prologue are the keys of a configuration that a case is not about. A case that has one of them has
// its own.
var prologue = []struct{ key, text string }{
	{"version", "version: 1\n"},
	{"quicksight", "quicksight: {account_id: \"111122223333\", identity_region: us-east-1}\n"},
	{"identity_center", "identity_center: {identity_store_id: d-1234567890, region: us-east-1}\n"},
	{"sign_in", "sign_in: {role: \"" + shared + "\"}\n"},
	{"tenants", "tenants:\n  - groups: \"qs:{namespace}:authors\"\n    role: AUTHOR\n  - groups: \"qs:{namespace}\"\n    role: READER\n"},
}

// parseConfig reads a configuration, with what it does not say put in front.
func parseConfig(text string) (*config.Config, error) {
	whole := text
	for _, p := range slices.Backward(prologue) {
		if !strings.HasPrefix(text, p.key+":") && !strings.Contains(text, "\n"+p.key+":") {
			whole = p.text + whole
		}
	}
	c, problems := config.Parse("tenantry.yaml", []byte(whole))
	if c == nil {
		return nil, fmt.Errorf("%s", problems.String())
	}
	return c, nil
}

// TestCases reads the cases in testdata/cases. Each is a small world and the plan that is made of it:
//
//	-- tenantry.yaml --  the configuration, as far as the case is about it (see prologue)
//	-- directory --      people with their e-mail addresses and groups (see readDirectory)
//	-- roles --          the IAM roles that exist; without it, the sign-in roles
//	-- quicksight --     what is there (see readQuickSight)
//	-- run --            what this run is narrowed to, and what it is allowed
//	-- plan --           the steps with the rule and the group that ask for them, and what is held
//
// Whatever the case, the plan does not depend on the order of what was read, it can be done step by
// step, and there is nothing left to do then (S15).
func TestCases(t *testing.T) {
	paths, err := filepath.Glob("testdata/cases/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal("no cases", err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { runCase(t, path) })
	}
}

func runCase(t *testing.T, path string) {
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if len(strings.TrimSpace(string(archive.Comment))) == 0 {
		t.Error("a case begins with what it is about")
	}
	w, err := readWorld(archive)
	if err != nil {
		t.Fatal(err)
	}
	p := w.pass()
	checkPlan(t, w, p)
	checkConverges(t, w, p)
	last := &archive.Files[len(archive.Files)-1]
	if last.Name != "plan" {
		t.Fatal("the last section is not the plan")
	}
	got := p.String()
	if *update {
		last.Data = []byte(got)
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
	} else if diff := cmp.Diff(string(last.Data), got); diff != "" {
		t.Errorf("the plan is (- wanted, + got)\n%s", diff)
	}
}

func readWorld(archive *txtar.Archive) (*world, error) {
	section := map[string]string{}
	for _, f := range archive.Files {
		section[f.Name] = string(f.Data)
	}
	for name := range section {
		if !slices.Contains([]string{"tenantry.yaml", "directory", "roles", "quicksight", "run", "plan"}, name) {
			return nil, fmt.Errorf("unknown section %s", name)
		}
	}
	c, err := parseConfig(section["tenantry.yaml"])
	if err != nil {
		return nil, err
	}
	w := configured(c)
	w.readDirectory(section["directory"])
	w.readQuickSight(section["quicksight"])
	if roles, ok := section["roles"]; ok {
		lines(roles, func(line string, _ bool) { w.grantRole(line) })
	} else {
		w.grantRoles()
	}
	lines(section["run"], func(line string, _ bool) {
		switch fields := words(line); fields[0] {
		case "allow":
			w.policy.Allow = append(w.policy.Allow, plan.Hazard(fields[1]))
		case "namespace":
			n, perr := tenancy.ParseNamespace(fields[1])
			w.policy.Namespaces, err = append(w.policy.Namespaces, n), perr
		case "person":
			w.policy.Person = fields[1]
		case "verified":
			w.verify = true
		case "automatic":
			w.policy.Removals.Automatic = true
		default:
			err = fmt.Errorf("unknown line in run: %s", line)
		}
	})
	return w, err
}
