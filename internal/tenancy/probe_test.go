package tenancy

import "testing"

// No tenant can have a throwaway's namespace, in whatever letters, and no throwaway anything else.
func TestProbeNames(t *testing.T) {
	run, err := ParseProbeRun("abcdefg7")
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range ProbePlaces {
		n := run.Namespace(at)
		if n.Run() != run || n.IsZero() {
			t.Errorf("%s is of %v", n, n.Run())
		}
		if _, err := ParseNamespace(n.String()); err == nil {
			t.Errorf("%s can be a tenant's", n)
		}
	}
	if again, is := ProbeRunOf(run.Role()); !is || again != run {
		t.Errorf("%s is %v", run.Role(), again)
	}
	for _, name := range []string{"tenantry-probe-", "Tenantry-Probe-x", "TENANTRY-PROBE-abcdefg7-a"} {
		if _, err := ParseNamespace(name); err == nil {
			t.Errorf("%s can be a tenant's", name)
		}
	}
	if _, err := ParseNamespace("tenantry-probes"); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"", "default", "acme", "tenantry-probe-abcdefg7", "tenantry-probe-abcdefg7-c", "Tenantry-probe-abcdefg7-a", "tenantry-probe-abcdefg1-a", "tenantry-probe-abcdefg7-a ", "x-tenantry-probe-abcdefg7-a", "tenantry-probe-abcdefg7-a\n"} {
		if n, is := ParseProbeNamespace(name); is {
			t.Errorf("%q is the throwaway %s", name, n)
		}
	}
	for _, name := range []string{"", "QuickSight", "tenantry-probe-abcdefg7-a", "tenantry-probe-ABCDEFG7", "tenantry-probe-abcdefg7\n"} {
		if _, is := ProbeRunOf(name); is {
			t.Errorf("%q is a throwaway role", name)
		}
	}
	for _, id := range []string{"", "abcdefg", "abcdefg8", "ABCDEFG7", "abcdefg7 "} {
		if _, err := ParseProbeRun(id); err == nil {
			t.Errorf("%q is a run", id)
		}
	}
}
