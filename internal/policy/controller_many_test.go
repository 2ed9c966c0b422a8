package policy

import (
	"fmt"
	"maps"
	"slices"
	"testing"
)

// With assets in every Region that AWS has each document is still short enough, and they say the same as those of one Region, of
// each; more than a role may have of them there are not.
func TestControllerOfManyRegions(t *testing.T) {
	for _, p := range Purposes {
		g := inRegions(len(manyRegions))
		documents, statements := readController(t, p, g)
		if len(documents) > MaxAttached {
			t.Errorf("%s has %d documents", p, len(documents))
		}
		for _, d := range documents {
			if n := length(d.Document); n > MaxManaged {
				t.Errorf("%s has %d characters", d.Name, n)
			}
		}
		sids, have, want := map[string]bool{}, map[string]bool{}, map[string]bool{}
		for _, s := range statements {
			if sids[s.Sid] {
				t.Errorf("two statements are called %s", s.Sid)
			}
			sids[s.Sid] = true
			add(have, s)
		}
		for _, region := range manyRegions {
			g.AssetRegions = []string{region}
			_, statements := readController(t, p, g)
			for _, s := range statements {
				add(want, s)
			}
		}
		if !maps.Equal(have, want) {
			t.Errorf("%s: all Regions together are not what each is", p)
		}
	}
}

// add notes what a statement comes to.
func add(all map[string]bool, s readStatement) {
	for _, action := range s.Action {
		for _, resource := range slices.Concat(s.Resource, s.NotResource) {
			all[fmt.Sprint(s.Effect, action, resource, len(s.NotResource), s.Condition)] = true
		}
	}
}
