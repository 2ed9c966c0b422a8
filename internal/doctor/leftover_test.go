package doctor

import "testing"

func TestProbeRemains(t *testing.T) {
	left := func(what ...string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { f.Probed = what }
	}
	planted(t, "probe-remains",
		plant{"nothing", left(), Green},
		plant{"a namespace", left(Leftover("namespace", "tenantry-probe-abcdefg7-a")), Amber},
		plant{"a role, and the file", left(Leftover("role", "tenantry-probe-abcdefg7"), "the file tenantry.probe.json"), Amber},
	)
	for _, name := range []string{"default", "tenantry-probe", "QuickSight", ""} {
		if what := Leftover("role", name); what != "" {
			t.Errorf("%q is %s", name, what)
		}
	}
}
