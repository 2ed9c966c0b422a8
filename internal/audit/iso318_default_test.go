package audit

import "testing"

func TestISO318(t *testing.T) {
	to := func(n string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) { f.Settings.DefaultNamespace = n }
	}
	planted(t, "ISO318",
		plant{"it is a tenant's", to("t0"), 1},
		plant{"it is another one", to("lobby"), 1},
		plant{"AWS does not say", to(""), 0},
	)
	f := clean(t, 2)
	to("t0")(t, f)
	if r := Audit(f); len(r.Findings) != 1 || r.Findings[0].Severity != Critical || r.Findings[0].Namespace != "t0" {
		t.Errorf("a tenant's namespace as the door is not critical: %+v", r.Findings)
	}
}
