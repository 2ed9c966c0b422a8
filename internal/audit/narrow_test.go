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

// A finding names two tenants at the most, and is about the isolation of more: none of them is told that all is well.
func TestNarrowKeepsWhatIsAboutMoreThanTwo(t *testing.T) {
	asAuthor := func(n string) tenancy.Grant { return owner(user(n, "author-"+n)) }
	everybody := []tenancy.Grant{owner(judy), viewer(group("t0", "qs:t0")), viewer(group("t1", "qs:t1")), viewer(group("t2", "qs:t2"))}
	for _, c := range []struct {
		name string
		code Code
		leak func(f *Facts)
	}{
		{"rows that nobody divides", "ISO202", func(f *Facts) { put(f, tenancy.DataSet, "all", everybody...) }},
		{"rules that are switched off", "ISO203", func(f *Facts) { find(f, tenancy.DataSet, "house-data").Rows.Enabled = false }},
		{"rules that one of them can change", "ISO206", func(f *Facts) { grant(find(f, tenancy.DataSet, "house-rules"), asAuthor("t0")) }},
		{"a dashboard that one of them can change", "ISO111", func(f *Facts) { grant(find(f, tenancy.Dashboard, "house-board"), asAuthor("t0")) }},
		{"a source that one of them can query", "ISO210", func(f *Facts) {
			grant(find(f, tenancy.DataSource, "house-source"), viewer(user("t0", "author-t0")))
		}},
		{"data of one of them", "ISO201", func(f *Facts) { grant(find(f, tenancy.DataSet, "house-data"), asAuthor("t0")) }},
		{"an asset of all of them", "ISO110", func(f *Facts) { put(f, tenancy.Topic, "all", asAuthor("t0"), asAuthor("t1"), asAuthor("t2")) }},
		{"an asset of nobody's", "ISO109", func(f *Facts) { put(f, tenancy.Topic, "all", everybody[1:]...) }},
		{"an administrator", "ISO302", func(f *Facts) { f.Have.Tenants[0].Registrations[0].Role = tenancy.Admin }},
		{"authors whom nothing bounds", "ISO312", func(f *Facts) { f.Have.Tenants[0].Registrations[0].CustomPermissions = "" }},
	} {
		f := clean(t, 3)
		c.leak(f)
		r := Audit(sorted(f)).Narrow([]string{"t2"})
		if !slices.ContainsFunc(r.Findings, func(f Finding) bool { return f.Code == c.code }) {
			t.Errorf("%s: t2 is not told of %s: %v", c.name, c.code, r.Findings)
		}
	}
}
