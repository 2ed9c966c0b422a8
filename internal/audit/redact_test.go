package audit

import (
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// others are the tokens by which another tenant than t0 could be known: everything of one in the facts of these tests has
// its name in it.
var others = regexp.MustCompile(`(^|[^a-z0-9])t[1-9][0-9]*($|[^a-z0-9])`)

// How many customers there are, and how large they are, a redacted report does not say: it is the same for one customer
// whatever the others are.
func TestRedactedReportsDoNotCount(t *testing.T) {
	few, many := Audit(clean(t, 2)).Redact("t0"), Audit(clean(t, 40)).Redact("t0")
	few.everyone, many.everyone = nil, nil
	if a, b := written(t, few), written(t, many); a != b {
		t.Errorf("beside one tenant and beside 39:\n%s\n%s", a, b)
	}
	f := clean(t, 2)
	f.Inspection.Unread = []tenancy.Unread{{AssetRef: ref(tenancy.Topic, "a"), Why: "denied"}, {AssetRef: ref(tenancy.Topic, "b"), Why: "denied"}}
	if n := Audit(sorted(f)).Redact("t0").Read.Unread; n == 0 {
		t.Error("that something could not be read is not said")
	}
}

func written(t rapid.TB, r Report) string {
	all, err := json.Marshal(r)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return string(all)
}

// leaks are what can be wrong between two tenants, whichever they are.
var leaks = map[string]func(f *Facts, a, b string){
	"granted to a user": func(f *Facts, a, b string) {
		grant(find(f, tenancy.Dashboard, "board-"+a), viewer(user(b, "reader-"+b)))
	},
	"granted to a group": func(f *Facts, a, b string) {
		grant(find(f, tenancy.DataSource, "source-"+a), viewer(group(b, "qs:"+b)))
	},
	// What a tenant owns is its own, and may be named, whoever owns it besides.
	"owned by both": func(f *Facts, a, b string) {
		put(f, tenancy.DataSet, "common", owner(user(a, "author-"+a)), owner(user(b, "author-"+b)))
	},
	"shown by the house": func(f *Facts, a, _ string) {
		grant(find(f, tenancy.Dashboard, "house-board"), viewer(group(a, "qs:"+a)))
	},
	"upgrades itself": func(f *Facts, a, _ string) {
		for i := range f.Spaces {
			f.Spaces[i].SelfUpgrade = f.Spaces[i].SelfUpgrade || f.Spaces[i].Namespace == a
		}
	},
	"somebody outside": func(f *Facts, a, _ string) {
		foreign(f, "default", tenancy.Registration{User: tenancy.UserName("Former-" + a + "/reader-" + a), Role: tenancy.Author})
	},
	"a namespace besides": func(f *Facts, a, _ string) {
		f.Have.Foreign = append(f.Have.Foreign, tenancy.Foreign{Name: "pilot-" + a, Status: tenancy.Created})
	},
	"granted to a namespace besides": func(f *Facts, a, b string) {
		to := user("pilot-"+b, "zoe")
		f.Have.Foreign = append(f.Have.Foreign, tenancy.Foreign{Name: to.Namespace, Status: tenancy.Created, Users: []tenancy.Registration{{User: tenancy.UserName(to.Name), Role: tenancy.Reader}}})
		grant(find(f, tenancy.Dashboard, "board-"+a), viewer(to))
	},
	"an asset not read": func(f *Facts, a, _ string) {
		f.Inspection.Unread = append(f.Inspection.Unread, tenancy.Unread{AssetRef: ref(tenancy.Topic, "topic-"+a), Name: "Topic of " + a, Why: "denied to " + a})
	},
	"a source not read": func(f *Facts, a, _ string) {
		f.Missed = append(f.Missed, Missed{"the profiles of " + a, "denied in " + a, "allow it in " + a})
	},
	"a group that looks alike": func(f *Facts, a, b string) {
		f.Directory.Groups = append(f.Directory.Groups, tenancy.Group{ID: tenancy.GroupID("group-like-" + a + "-" + b), Name: "QS:" + a})
	},
	"a mark copied": func(f *Facts, a, b string) {
		for _, s := range []*tenancy.State{&f.Have, &f.Want} {
			for i := range s.Tenants {
				if s.Tenants[i].Namespace.String() == b {
					s.Tenants[i].Mirrors = append(s.Tenants[i].Mirrors, tenancy.Mirror{Group: tenancy.GroupID("group-" + a), Name: "copy-in-" + b, Because: tenancy.Because{Rule: pattern}})
				}
			}
		}
	},
}

func TestRedactedNamesNobodyElse(t *testing.T) {
	kinds := []string{}
	for kind := range leaks {
		kinds = append(kinds, kind)
	}
	slices.Sort(kinds)
	told := false
	rapid.Check(t, func(rt *rapid.T) {
		tenants := rapid.IntRange(2, 5).Draw(rt, "tenants")
		f := clean(t, tenants)
		for i := range rapid.IntRange(1, 8).Draw(rt, "leaks") {
			a := rapid.IntRange(0, tenants-1).Draw(rt, fmt.Sprint("a", i))
			b := (a + rapid.IntRange(1, tenants-1).Draw(rt, fmt.Sprint("b", i))) % tenants
			leaks[rapid.SampledFrom(kinds).Draw(rt, fmt.Sprint("kind", i))](f, fmt.Sprint("t", a), fmt.Sprint("t", b))
		}
		whole := Audit(sorted(f))
		for i, found := range whole.Findings {
			if rapid.Bool().Draw(rt, fmt.Sprint("accept", i)) {
				f.Accepted = append(f.Accepted, Accepted{Code: found.Code, Object: found.Object, Because: "t1 knows, and t2", Until: "2030-01-01"})
			}
		}
		whole = Audit(f)
		before := written(rt, whole)
		narrow := whole.Narrow([]string{"t0"})
		redacted := whole.Redact("t0")
		text := written(rt, redacted)
		if at := others.FindStringIndex(text); at != nil {
			rt.Fatalf("another tenant is named: …%s…", text[max(0, at[0]-80):min(len(text), at[1]+80)])
		}
		told = told || others.MatchString(written(rt, narrow))
		if again := written(rt, narrow.Redact("t0")); again != text {
			rt.Fatalf("a narrowed report is redacted otherwise:\n%s\n%s", again, text)
		}
		if written(rt, whole) != before {
			rt.Fatalf("the report itself was changed")
		}
		for _, f := range narrow.Findings {
			if !slices.ContainsFunc(redacted.Findings, func(g Finding) bool { return g.Code == f.Code && g.Severity == f.Severity }) {
				rt.Fatalf("%s is not told any more", f.Code)
			}
		}
		if breaches(&narrow.Matrix) != breaches(&redacted.Matrix) {
			rt.Fatalf("the matrix shows other breaches than before: %+v, %+v", narrow.Matrix, redacted.Matrix)
		}
	})
	if !told {
		t.Error("no report named another tenant before it was redacted: the test proves nothing")
	}
}

// breaches are how many assets are come to across a wall.
func breaches(m *Matrix) int {
	n := 0
	for _, c := range m.Cells {
		if m.Breach(c) {
			n += c.Sees
		}
	}
	return n
}

func TestRedactedReads(t *testing.T) {
	f := clean(t, 3)
	for _, n := range []string{"t1", "t2"} {
		leaks["granted to a user"](f, "t0", n)
	}
	leaks["granted to a user"](f, "t1", "t2")
	r := Audit(sorted(f)).Redact("t0")
	if len(r.Findings) != 1 {
		t.Fatalf("%+v", r.Findings)
	}
	have, want := r.Findings[0], "a tenant's asset is granted to another tenant: dashboard us-east-1/board-t0, somebody of another tenant (2 of these)"
	if have.Seen != want || have.Other != AnotherTenant || have.AssetName != "board-t0" || have.Principal != "" {
		t.Errorf("%+v, want %q", have, want)
	}
	if len(r.Tenants) != 1 || len(r.Assets) != 5 {
		t.Errorf("tenants %v, assets %v", r.Tenants, r.Assets)
	}
}
