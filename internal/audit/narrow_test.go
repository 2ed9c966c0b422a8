package audit

import (
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestNarrow(t *testing.T) {
	f := clean(t, 4)
	leaks["granted to a user"](f, "t0", "t1")
	leaks["upgrades itself"](f, "t2", "")
	f.Missed = []Missed{{"something", "denied", "allow it"}}
	whole := Audit(sorted(f))
	codes := func(r Report) (all []Code) {
		for _, f := range r.Findings {
			all = append(all, f.Code)
		}
		return all
	}
	for _, c := range []struct {
		only  []string
		codes []Code
		sides []string
		cells int
	}{
		{nil, []Code{"ISO101", "ISO902", "ISO314"}, []string{"t0", "t1", "t2", "t3", "the house"}, 10},
		{[]string{"t0"}, []Code{"ISO101", "ISO902"}, []string{"t0", "t1", "the house"}, 3},
		{[]string{"t1"}, []Code{"ISO101", "ISO902"}, []string{"t0", "t1", "the house"}, 3},
		{[]string{"t2"}, []Code{"ISO902", "ISO314"}, []string{"t2", "the house"}, 2},
		{[]string{"t3", "t2", "t2"}, []Code{"ISO902", "ISO314"}, []string{"t2", "t3", "the house"}, 4},
		{[]string{"nobody"}, []Code{"ISO902"}, nil, 0},
	} {
		r := whole.Narrow(c.only)
		var sides []string
		for _, s := range r.Matrix.Sides {
			sides = append(sides, s.String())
		}
		if !slices.Equal(codes(r), c.codes) || !slices.Equal(sides, c.sides) || len(r.Matrix.Cells) != c.cells {
			t.Errorf("%v: %v, %v, %d cells; want %v, %v, %d", c.only, codes(r), sides, len(r.Matrix.Cells), c.codes, c.sides, c.cells)
		}
	}
	if r := whole.Narrow([]string{"t1"}); !slices.ContainsFunc(r.Assets, func(a AssetReport) bool { return a.AssetRef == ref(tenancy.Dashboard, "board-t0") }) {
		t.Error("an asset of another tenant that its people come to is left out")
	}
}
