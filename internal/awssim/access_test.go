package awssim

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/access"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Each operation that is called with a signature has its row in the table of what calls need, and each row its operation.
func TestEveryOperationIsJudged(t *testing.T) {
	w, err := world.New(world.Seed{AccountID: "111122223333"}, nil)
	if err != nil {
		t.Fatal(err)
	}
	var simulated []string
	for _, room := range rooms(w) {
		if _, front := room.(wire.Front); front {
			continue
		}
		for _, name := range room.Operations() {
			simulated = append(simulated, room.Name()+":"+name)
		}
	}
	slices.Sort(simulated)
	known := access.Operations()
	for _, op := range simulated {
		if !slices.Contains(known, op) {
			t.Errorf("access/rows.go has no row for %s: what does the service authorization reference say?", op)
		}
	}
	for _, op := range known {
		if !slices.Contains(simulated, op) {
			t.Errorf("access/rows.go has a row for %s, which is not simulated", op)
		}
	}
	if len(known) < 100 || strings.Join(simulated, " ") == "" {
		t.Errorf("%d rows, %d operations", len(known), len(simulated))
	}
}
