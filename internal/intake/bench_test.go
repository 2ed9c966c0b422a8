package intake_test

import "testing"

// BenchmarkRead reads the samples in turn. The goal is 100,000 events a second and core: 10 µs each.
func BenchmarkRead(b *testing.B) {
	var bodies [][]byte
	for _, name := range []string{"api-create-group-membership", "console-add-member-to-group", "scim-create-user", "scim-patch-group", "scim-patch-group-failed", "quicksight-jit-create-user"} {
		bodies = append(bodies, sample(b, name))
	}
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		reader.Read(bodies[i%len(bodies)])
	}
}
