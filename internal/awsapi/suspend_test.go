package awsapi_test

import (
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// profiled is a world in which ann has a profile of her own, and there is one for those who leave.
func profiled(s *world.Seed) {
	s.QuickSight.CustomPermissions = append(s.QuickSight.CustomPermissions, world.ProfileSeed{Name: "nothing"})
	s.QuickSight.Namespaces[0].Users[0].CustomPermissions = "no-export"
}

// ann answers the profile and the suspension of ann.
func (r *rig) ann(t *testing.T) (profile string, s tenancy.Suspension) {
	t.Helper()
	u, err := r.QuickSight().User(t.Context(), "acme", "QuickSight/ann")
	if err != nil {
		t.Fatal(err)
	}
	tags, err := r.QuickSight().UserTags(t.Context(), namespace(t, "acme"), "QuickSight/ann")
	if err != nil {
		t.Fatal(err)
	}
	s, _ = tenancy.ParseSuspension(tags[tenancy.TagSuspended])
	return u.CustomPermissions, s
}

// TestSuspend: a suspension keeps what the user had, is made once whatever becomes of the answers, and ends with what
// was before. F36.
func TestSuspend(t *testing.T) {
	suspend := plan.Suspend{Namespace: namespace(t, "acme"), User: "QuickSight/ann", Profile: "nothing", Was: "no-export"}
	resume := plan.Resume{Namespace: namespace(t, "acme"), User: "QuickSight/ann", Profile: "no-export", Was: "nothing"}
	none := plan.Resume{Namespace: namespace(t, "acme"), User: "QuickSight/ann", Was: "nothing"}
	for name, fault := range map[string]awssim.Hook{
		"undisturbed":            nil,
		"tag, no answer":         awssim.Nth(1, "quicksight:TagResource", awssim.DropAfter("quicksight:TagResource")),
		"tag, 500 after":         awssim.Nth(1, "quicksight:TagResource", awssim.FailAfter("quicksight:TagResource", awssim.InternalFailure())),
		"tag, 500 before":        awssim.Nth(1, "quicksight:TagResource", awssim.FailBefore("quicksight:TagResource", awssim.InternalFailure())),
		"profile, no answer":     awssim.Nth(1, "quicksight:UpdateUserCustomPermission", awssim.DropAfter("quicksight:UpdateUserCustomPermission")),
		"profile, 500 before":    awssim.Nth(1, "quicksight:UpdateUserCustomPermission", awssim.FailBefore("quicksight:UpdateUserCustomPermission", awssim.InternalFailure())),
		"untag, no answer":       awssim.Nth(1, "quicksight:UntagResource", awssim.DropAfter("quicksight:UntagResource")),
		"take off, no answer":    awssim.Nth(1, "quicksight:DeleteUserCustomPermission", awssim.DropAfter("quicksight:DeleteUserCustomPermission")),
		"take off, 500 before":   awssim.Nth(1, "quicksight:DeleteUserCustomPermission", awssim.FailBefore("quicksight:DeleteUserCustomPermission", awssim.InternalFailure())),
		"untag, 500 before, too": awssim.Nth(1, "quicksight:UntagResource", awssim.FailBefore("quicksight:UntagResource", awssim.InternalFailure())),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, profiled)
				r.with(fault)
				for i, step := range []struct {
					change    plan.Change
					profile   string
					suspended tenancy.Suspension
				}{
					{suspend, "nothing", tenancy.Suspension{Since: 1, Was: "no-export"}},
					{suspend, "nothing", tenancy.Suspension{Since: 1, Was: "no-export"}},
					{resume, "no-export", tenancy.Suspension{}},
					{suspend, "nothing", tenancy.Suspension{Since: 1, Was: "no-export"}},
					{none, "", tenancy.Suspension{}},
				} {
					if _, err := r.Writer().Do(t.Context(), step.change); err != nil {
						t.Fatalf("%d: %v", i, err)
					}
					profile, s := r.ann(t)
					if s.Since != 0 {
						s.Since = 1
					}
					if profile != step.profile || s != step.suspended {
						t.Errorf("%d: %q, %v", i, profile, s)
					}
				}
			})
		})
	}
}

// TestSuspendedSince: a user who is suspended again, with another profile say, is suspended since the first time.
func TestSuspendedSince(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		profiled(s)
		u := &s.QuickSight.Namespaces[0].Users[0]
		u.Tags, u.CustomPermissions = []world.Tag{{Key: tenancy.TagSuspended, Value: "1700000000 before"}}, "by-hand"
		s.QuickSight.CustomPermissions = append(s.QuickSight.CustomPermissions, world.ProfileSeed{Name: "by-hand"})
	})
	if _, err := r.Writer().Do(t.Context(), plan.Suspend{Namespace: namespace(t, "acme"), User: "QuickSight/ann", Profile: "nothing", Was: "by-hand"}); err != nil {
		t.Fatal(err)
	}
	if profile, s := r.ann(t); profile != "nothing" || s != (tenancy.Suspension{Since: 1700000000, Was: "before"}) {
		t.Errorf("%q, %v", profile, s)
	}
}

// TestLowerRole lowers a role in place, once, and never raises one that somebody has lowered further.
func TestLowerRole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(s *world.Seed) { s.QuickSight.Namespaces[0].Users[0].Role = "AUTHOR_PRO" })
		lower := plan.LowerRole{Namespace: namespace(t, "acme"), User: "QuickSight/ann", Role: tenancy.Author, Was: tenancy.AuthorPro, Email: "new@example.com"}
		r.with(awssim.Nth(1, "quicksight:UpdateUser", awssim.DropAfter("quicksight:UpdateUser")))
		for range 2 {
			if _, err := r.Writer().Do(t.Context(), lower); err != nil {
				t.Fatal(err)
			}
			if u, err := r.QuickSight().User(t.Context(), "acme", "QuickSight/ann"); err != nil || u.Role != tenancy.Author || u.Email != "new@example.com" {
				t.Fatalf("%+v %v", u, err)
			}
		}
		lower.Role, lower.Was = tenancy.AuthorPro, tenancy.Admin
		if _, err := r.Writer().Do(t.Context(), lower); err == nil {
			t.Error("a role was raised")
		}
	})
}
