package systemtest

import "testing"

// With -short, which is how these tests run under the race detector, what is many and alike is tried in part: goroutines meet in
// a few cases as they do in all. Without it, as the README has it, nothing is left out.

// stride is the step from one case to the next.
func stride() int {
	if testing.Short() {
		return 7
	}
	return 1
}

// some are the cases of a list.
func some[T any](all []T) []T {
	var few []T
	for i := 0; i < len(all); i += stride() {
		few = append(few, all[i])
	}
	return few
}
