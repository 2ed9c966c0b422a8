package audit

import (
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// known accepts a finding: one that comes of what a case needs, and is not what it is about.
func known(f *Facts, code Code, object string) {
	f.Accepted = append(f.Accepted, Accepted{Code: code, Object: object, Because: "known", Until: "2030-01-01"})
}

// acceptable reports where a finding of a case could not be accepted by its code and object: where two of them have the
// same, where an acceptance keeps more or less than the one, and where the object is another one in an account that has a
// tenant more, and assets and people more.
func acceptable(t *testing.T, c plant, r Report) {
	t.Helper()
	type name struct {
		code   Code
		object string
	}
	larger := clean(t, 3)
	put(larger, tenancy.Dashboard, "a-further-board", owner(judy))
	larger.Directory.People = append(larger.Directory.People, tenancy.Person{ID: "id-further", UserName: "further", Email: "further@host.example"})
	larger.Directory.Groups = append(larger.Directory.Groups, tenancy.Group{ID: "group-further", Name: "further"})
	c.leak(t, sorted(larger))
	there := map[name]bool{}
	for _, f := range Audit(sorted(larger)).Findings {
		there[name{f.Code, f.Object}] = true
	}
	seen := map[name]bool{}
	for _, f := range r.Findings {
		n := name{f.Code, f.Object}
		if seen[n] {
			t.Errorf("two findings of %s have the object %s", f.Code, f.Object)
		}
		seen[n] = true
		if !there[n] {
			t.Errorf("%s %s has another object in a larger account", f.Code, f.Object)
		}
		again := clean(t, 2)
		c.leak(t, again)
		known(again, f.Code, f.Object)
		after := Audit(sorted(again))
		if len(after.Accepted) != len(r.Accepted)+1 || len(after.Findings) != len(r.Findings)-1 {
			t.Errorf("accepting %s %s keeps %d findings, and leaves %d of %d", f.Code, f.Object, len(after.Accepted), len(after.Findings), len(r.Findings))
		}
	}
}

// An acceptance is of one object of one check, and of no other.
func TestAcceptIsExact(t *testing.T) {
	leak := func() *Facts {
		f := clean(t, 2)
		f.Spaces[0].SelfUpgrade, f.Spaces[1].SelfUpgrade = true, true
		return f
	}
	for _, c := range []struct {
		name     string
		accepted Accepted
		left     []string
	}{
		{"the object", Accepted{Code: "ISO314", Object: "namespace t0"}, []string{"namespace t1"}},
		{"another object", Accepted{Code: "ISO314", Object: "namespace"}, []string{"namespace t0", "namespace t1"}},
		{"another check", Accepted{Code: "ISO312", Object: "namespace t0"}, []string{"namespace t0", "namespace t1"}},
		{"no object", Accepted{Code: "ISO314"}, []string{"namespace t0", "namespace t1"}},
	} {
		f := leak()
		f.Accepted = []Accepted{c.accepted}
		var left []string
		for _, found := range Audit(f).Findings {
			left = append(left, found.Object)
		}
		if !slices.Equal(left, c.left) {
			t.Errorf("%s: %v is left, want %v", c.name, left, c.left)
		}
	}
}

// Whoever accepts a hint has not accepted what it hinted at.
func TestWhatGetsWorseIsNews(t *testing.T) {
	object := func(change func(*tenancy.Registration)) string {
		f := clean(t, 2)
		become(t, f, "QuickSight/reader-t0", change)
		r := Audit(f)
		if len(r.Findings) != 1 {
			t.Fatalf("%+v", r.Findings)
		}
		return r.Findings[0].Object
	}
	hint := object(func(r *tenancy.Registration) { r.Person, r.Email = "", "else@elsewhere.example" })
	proof := object(func(r *tenancy.Registration) { r.Person, r.Email = "id-before", "else@elsewhere.example" })
	if hint == proof {
		t.Errorf("the hint that somebody else stands behind a user has the object of the proof: %s", hint)
	}
}
