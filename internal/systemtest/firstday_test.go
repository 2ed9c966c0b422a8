package systemtest

import (
	"slices"
	"testing"
)

// TestFirstDay: an account with nobody in it becomes right by one apply, and stays so (S15).
func TestFirstDay(t *testing.T) {
	t.Parallel()
	seed := tenants(3, 30)
	add(&seed, "qs:t001:authors", 3)
	in(t, seed, settings{}, func(r *rig) {
		r.start().mustApply()
		if got := r.namespaces(); !slices.Equal(got, []string{"t000", "t001", "t002"}) {
			t.Errorf("namespaces %v", got)
		}
		if got := r.users("t001"); len(got) != 33 {
			t.Errorf("%d users of t001", len(got))
		}
		if u, _ := r.user("t001", "QuickSight/t001-a.002"); u.Role != "AUTHOR" || u.Email != "t001-a.002@example.com" {
			t.Errorf("an author is registered as %q with %q", u.Role, u.Email)
		}
		if u, _ := r.user("t001", "QuickSight/t001.002"); u.Role != "READER" {
			t.Errorf("a reader is registered as %q", u.Role)
		}
		if got := len(r.members("t001", "qs:t001")) + len(r.members("t001", "qs:t001:authors")); got != 33 {
			t.Errorf("%d memberships in t001", got)
		}
		r.settled()
	})
}
