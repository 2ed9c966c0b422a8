package audit

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"
)

func TestSince(t *testing.T) {
	a := Finding{Code: "ISO101", Object: "dashboard/a", Namespace: "acme", Seen: "one word"}
	again := a
	again.Seen = "another word"
	b, other, elsewhere, object := Finding{Code: "ISO103", Severity: Critical, Object: "dashboard/a", Namespace: "acme"}, a, a, a
	other.Other, elsewhere.Namespace, object.Object = "globex", "globex", "dashboard/b"
	got := Since([]Finding{a, b}, []Finding{other, again, object, elsewhere})
	if got.Stays != 1 || len(got.Came) != 3 { // what differs in any of what it is known by is another one
		t.Errorf("%d stay, %d came", got.Stays, len(got.Came))
	}
	got = Since([]Finding{a, b}, []Finding{other, again})
	want := Difference{Came: []Finding{other}, Went: []Finding{b}, Stays: 1}
	if diff := cmp.Diff(want, got, cmpopts.IgnoreUnexported(Finding{})); diff != "" {
		t.Error(diff)
	}
}

// Whatever came from the one to the other went from the other to the one, and nothing is counted twice.
func TestSinceIsAWayBack(t *testing.T) {
	findings := rapid.SliceOfNDistinct(rapid.IntRange(0, 9), 0, 9, rapid.ID[int])
	rapid.Check(t, func(t *rapid.T) {
		of := func(label string) (all []Finding) {
			for _, n := range findings.Draw(t, label) {
				all = append(all, Finding{Code: "ISO101", Object: string(rune('a' + n))})
			}
			return all
		}
		before, now := of("before"), of("now")
		there, back := Since(before, now), Since(now, before)
		if diff := cmp.Diff(there.Came, back.Went, cmpopts.IgnoreUnexported(Finding{})); diff != "" {
			t.Error(diff)
		}
		if len(there.Came)+there.Stays != len(now) || len(there.Went)+there.Stays != len(before) {
			t.Errorf("%d came, %d went, %d stay, of %d and %d", len(there.Came), len(there.Went), there.Stays, len(before), len(now))
		}
	})
}
