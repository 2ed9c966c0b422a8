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

// TestProbeRemainsUnread: where it could not be read what is there, nobody says that nothing is.
func TestProbeRemainsUnread(t *testing.T) {
	for _, s := range []Source{Namespaces, Identities} {
		seen, troubles := judgeProbed(&Facts{Unread: map[Source]Unread{s: {Why: "it is denied"}}})
		if seen != "" || len(troubles) != 1 || troubles[0].Level != Amber || troubles[0].Object != string(s) {
			t.Errorf("%s: %q, %+v", s, seen, troubles)
		}
	}
}

// TestSeenIsInOrder: what is in order is not said of a check that is not.
func TestSeenIsInOrder(t *testing.T) {
	f := well(t)
	f.Probed = []string{"the role tenantry-probe-abcdefg7"}
	for _, r := range Judge(f).Results {
		if (r.Seen == "") != (r.Level != Green) {
			t.Errorf("%s is %s, and says %q", r.Name, r.Level, r.Seen)
		}
	}
}
