package rules

import (
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func trialRules(t *testing.T) Rules {
	t.Helper()
	pattern := func(text string) Pattern {
		p, err := ParsePattern(text)
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	return Rules{
		Tenants: []Rule{
			{Pattern: pattern("qs:{namespace}:authors"), Role: tenancy.Author, Text: "authors"},
			{Pattern: pattern("qs:{namespace}"), Role: tenancy.Reader, Text: "readers", Mirror: "qs:{namespace}"},
			{Pattern: pattern("{namespace}"), Role: tenancy.Reader, Text: "bare"},
			{Group: "fixed", Namespace: aNamespace(t, "globex"), Role: tenancy.Reader, Text: "fixed"},
		},
		House: House{Groups: []string{"qs:staff"}, Namespaces: []string{"company"}},
	}
}

func aNamespace(t *testing.T, name string) tenancy.Namespace {
	t.Helper()
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Each rule says why it counts, or does not, and the one that counts is the one by which Derive binds the group.
func TestTry(t *testing.T) {
	r := trialRules(t)
	bound := func(in ...string) tenancy.State {
		var have tenancy.State
		for _, name := range in {
			have.Tenants = append(have.Tenants, tenancy.Tenant{Namespace: aNamespace(t, name), Status: tenancy.Created, Mirrors: []tenancy.Mirror{{Group: "1", Name: "qs:" + name}}})
		}
		return have
	}
	for _, c := range []struct {
		about, id, name string
		have            tenancy.State
		counts          string
		why             map[string]string // by rule, a part of the reason
	}{
		{"the first that fits", "1", "qs:acme", tenancy.State{}, "readers",
			map[string]string{"authors": `does not end with ":authors"`, "readers": "no rule before", "bare": "place of {namespace}", "fixed": "id fixed alone"}},
		{"a later rule fits, too", "1", "qs:acme:authors", tenancy.State{}, "authors", map[string]string{"readers": "place of {namespace}"}},
		{"no rule", "1", "Finance team", tenancy.State{}, "", map[string]string{"authors": `does not begin with "qs:"`, "bare": "place of {namespace}"}},
		{"a typing error", "1", "qs:ac me", tenancy.State{}, "", map[string]string{"readers": `"ac me" stands in the place`}},
		{"nothing in its place", "1", "qs:", tenancy.State{}, "", map[string]string{"readers": "nothing stands in the place"}},
		{"by its id", "fixed", "qs:acme", tenancy.State{}, "fixed", map[string]string{"fixed": "counts before every name", "readers": "fixed names the group by its id"}},
		{"another's namespace", "1", "qs:Globex", tenancy.State{}, "", map[string]string{"readers": "keeps the namespace globex"}},
		{"the house's namespace", "1", "qs:company", tenancy.State{}, "", map[string]string{"readers": "keeps company for the company itself"}},
		{"the house's group", "1", "qs:staff", tenancy.State{}, "", map[string]string{"readers": "house.groups has"}},
		{"default", "1", "qs:default", tenancy.State{}, "", map[string]string{"readers": "cannot be a namespace"}},
		{"bound already", "1", "qs:acme", bound("acme"), "readers", map[string]string{"readers": "bound to acme by its mark already"}},
		{"renamed to nothing", "1", "Acme Ltd.", bound("acme"), "readers", map[string]string{"readers": "its mirror", "authors": "does not begin"}},
		{"renamed to another's name", "1", "qs:globex", bound("acme"), "readers", map[string]string{}},
		{"marked twice", "1", "qs:acme", bound("acme", "initech"), "", map[string]string{"readers": "more than one place: acme, initech"}},
	} {
		g := tenancy.Group{ID: tenancy.GroupID(c.id), Name: c.name}
		counts := ""
		for _, trial := range r.Try(g, &c.have) {
			if trial.Matched {
				counts += trial.Rule
			}
			if part, asked := c.why[trial.Rule]; asked && !strings.Contains(trial.Why, part) {
				t.Errorf("%s: %s says %q, and not %q", c.about, trial.Rule, trial.Why, part)
			}
		}
		if counts != c.counts {
			t.Errorf("%s: %q counts, want %q", c.about, counts, c.counts)
		}
	}
}

// TestTryIsWhatBinds: for many groups at once, the rule that counts is the one in the reason of the group's mirror.
func TestTryIsWhatBinds(t *testing.T) {
	r := trialRules(t)
	role := "arn:aws:iam::111122223333:role/QuickSight"
	r.SignIn.Role, r.NewGroups = role, true
	arn, err := tenancy.ParseRoleARN(role)
	if err != nil {
		t.Fatal(err)
	}
	dir := tenancy.Directory{Members: map[tenancy.GroupID][]tenancy.PersonID{}}
	for _, name := range []string{"qs:acme", "qs:acme:authors", "initech", "Finance team", "qs:company", "qs:staff", "qs:hooli"} {
		dir.Groups = append(dir.Groups, tenancy.Group{ID: tenancy.GroupID("g-" + name), Name: name})
	}
	dir.Groups = append(dir.Groups, tenancy.Group{ID: "fixed", Name: "qs:hooli:authors"})
	have := tenancy.State{Tenants: []tenancy.Tenant{{Namespace: aNamespace(t, "hooli"), Status: tenancy.Created, Mirrors: []tenancy.Mirror{{Group: "g-qs:hooli", Name: "qs:hooli"}}}}}
	dir.Sort()
	have.Sort()
	want := Derive(r, dir, have, []tenancy.RoleARN{arn}).Want
	bound := map[tenancy.GroupID]string{}
	for i := range want.Tenants {
		for _, m := range want.Tenants[i].Mirrors {
			bound[m.Group] = m.Because.Rule
		}
	}
	if len(bound) != 5 {
		t.Errorf("bound are %v", bound)
	}
	for _, g := range dir.Groups {
		counts := ""
		for _, trial := range r.Try(g, &have) {
			if trial.Matched {
				counts = trial.Rule
			}
		}
		if counts != bound[g.ID] {
			t.Errorf("%s: %q counts, and it is bound by %q", g.Name, counts, bound[g.ID])
		}
	}
}
