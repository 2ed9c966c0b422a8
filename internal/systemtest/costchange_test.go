package systemtest

import (
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// TestCostOfReplacements: what it costs by an event to replace a user by another one, who has nothing, or three assets.
// docs/performance.md has the formulas: with g mirrors, R Regions, and A assets that are parked.
func TestCostOfReplacements(t *testing.T) {
	t.Parallel()
	const g, regions = 1, 1
	// The person and their groups, twice; whose the user is, twice more; whether the new user is there; the searches, and once more before the removal; the lists
	// of themes and templates; the memberships, the removal, the registration, and the memberships.
	none := 2*2 + 2 + 1 + 2*8*regions + 2*regions + g + 1 + 1 + g
	// Of each asset the permissions, twice; park, behind a reading of the user; give back and unpark, each behind one of the asset. The group's beginning, and its end behind a reading.
	three := none + 3*8 + 3
	for name, c := range map[string]struct {
		assets int
		most   int
	}{
		"another name, with nothing":      {0, none},
		"another name, with three assets": {3, three},
	} {
		t.Run(name, func(t *testing.T) {
			oldHands(t, workshop(), settings{}, func(r *rig, p *servant, o *office) {
				for i, kind := range []world.AssetKind{world.KindDashboard, world.KindDataSet, world.KindFolder}[:c.assets] {
					r.asset(kind, "us-east-1", string(rune('a'+i)), "t000", "QuickSight/t000-a.000")
				}
				id := r.id("t000-a.000")
				r.change("t000-a.000", func(p *world.Person) { p.UserName = "annie" })
				n := r.calls(func() {
					o.send(ofPerson("UpdateUser", id), 0)
					time.Sleep(2 * time.Minute)
				})
				if _, there := r.user("t000", "QuickSight/annie"); !there || !r.isIn("t000", "qs:t000:authors", "annie") {
					t.Error("they are not there")
				}
				if _, there := r.user("t000", "QuickSight/t000-a.000"); there {
					t.Error("the former name is there still")
				}
				r.noMoves()
				t.Logf("%d calls", n)
				if n > c.most {
					t.Errorf("%d calls, and %d are the most", n, c.most)
				}
			})
		})
	}
}
