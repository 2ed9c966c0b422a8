package awsapi_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func deniedTo(op string) awssim.Hook {
	return awssim.FailBefore(op, wire.Errorf(401, "AccessDeniedException", "not authorized"))
}

func TestSettings(t *testing.T) {
	r := newRig(t, nil)
	got, err := awsapi.NewAccountSettings(r.AWS).Settings(t.Context())
	check(t, err, got, tenancy.Settings{DefaultNamespace: "default"})

	r = newRig(t, func(s *world.Seed) { s.QuickSight.PublicSharing, s.QuickSight.AccountProfile = true, "no-export" })
	all := tenancy.Settings{PublicSharing: true, DefaultNamespace: "default", CustomPermissions: "no-export"}
	settings := awsapi.NewAccountSettings(r.AWS)
	got, err = settings.Settings(t.Context())
	check(t, err, got, all)
	// A part of them is better than none.
	r.with(deniedTo("quicksight:DescribeAccountCustomPermission"))
	all.CustomPermissions = ""
	if got, err := settings.Settings(t.Context()); got != all || !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%+v, %v", got, err)
	}
	r.with(deniedTo("quicksight:DescribeAccountSettings"))
	if got, err := settings.Settings(t.Context()); got != (tenancy.Settings{}) || !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestProfiles(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		s.QuickSight.CustomPermissions[0].Capabilities = map[string]string{"ExportToCsv": "DENY", "CreateAndUpdateDatasets": "DENY"}
		for i := range 150 {
			s.QuickSight.CustomPermissions = append(s.QuickSight.CustomPermissions, world.ProfileSeed{Name: fmt.Sprintf("p%03d", i)})
		}
	})
	r.with(nil)
	settings := awsapi.NewAccountSettings(r.AWS)
	got, err := settings.Profiles(t.Context())
	check(t, err, len(got), 151)
	check(t, nil, len(r.calls()), 2)
	check(t, nil, got[0], tenancy.Profile{Name: "no-export", Denied: []string{"CreateAndUpdateDatasets", "ExportToCsv"}})
	check(t, nil, got[150], tenancy.Profile{Name: "p149"})
	r.with(awssim.Nth(2, "quicksight:ListCustomPermissions", deniedTo("quicksight:ListCustomPermissions")))
	if got, err := settings.Profiles(t.Context()); got != nil || !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%d, %v", len(got), err)
	}
}

func TestAssignments(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		s.QuickSight.Namespaces[0].Assignments = []world.PolicyAssignment{
			{Name: "scoped", Status: "ENABLED", PolicyARN: managedARN, Users: []string{"QuickSight/ann"}, Groups: []string{"qs:acme", "all"}},
			{Name: "draft", Status: "DRAFT", PolicyARN: managedARN, Users: []string{"QuickSight/ann"}},
		}
	})
	assignments := awsapi.NewAccountSettings(r.AWS).Assignments
	want := []tenancy.PolicyAssignment{
		{Namespace: "acme", Name: "draft"},
		{Namespace: "acme", Name: "scoped", Enabled: true, PolicyARN: managedARN, Users: []string{"QuickSight/ann"}, Groups: []string{"all", "qs:acme"}},
	}
	r.with(nil)
	got, err := assignments(t.Context(), "acme")
	check(t, err, got, want)
	check(t, nil, r.calls(), []string{"ListIAMPolicyAssignments", "DescribeIAMPolicyAssignment"})

	// One that is gone meanwhile is in force no more.
	r.with(awssim.FailBefore("quicksight:DescribeIAMPolicyAssignment", wire.Errorf(404, "ResourceNotFoundException", "gone")))
	want[1] = tenancy.PolicyAssignment{Namespace: "acme", Name: "scoped"}
	got, err = assignments(t.Context(), "acme")
	check(t, err, got, want)
	for _, op := range []string{"quicksight:ListIAMPolicyAssignments", "quicksight:DescribeIAMPolicyAssignment"} {
		r.with(deniedTo(op))
		if got, err := assignments(t.Context(), "acme"); got != nil || !errors.Is(err, plan.ErrDenied) {
			t.Errorf("%s: %+v, %v", op, got, err)
		}
	}
}

func TestAssignmentsPages(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		for i := range 150 {
			s.QuickSight.Namespaces[0].Assignments = append(s.QuickSight.Namespaces[0].Assignments, world.PolicyAssignment{Name: fmt.Sprintf("a%03d", i), Status: "DISABLED"})
		}
	})
	r.with(nil)
	got, err := awsapi.NewAccountSettings(r.AWS).Assignments(t.Context(), "acme")
	check(t, err, len(got), 150)
	check(t, nil, len(r.calls()), 2)
}

func TestSelfUpgrade(t *testing.T) {
	for status, want := range map[string]bool{"": false, world.AdminApproval: false, world.AutoApproval: true} {
		r := newRig(t, func(s *world.Seed) { s.QuickSight.Namespaces[0].SelfUpgrade = status })
		got, err := awsapi.NewAccountSettings(r.AWS).SelfUpgrade(t.Context(), "acme")
		check(t, err, got, want)
		r.with(awssim.FailBefore("quicksight:DescribeSelfUpgradeConfiguration", wire.Errorf(404, "ResourceNotFoundException", "nobody has set it")))
		got, err = awsapi.NewAccountSettings(r.AWS).SelfUpgrade(t.Context(), "acme")
		check(t, err, got, false)
		r.with(deniedTo("quicksight:DescribeSelfUpgradeConfiguration"))
		if _, err := awsapi.NewAccountSettings(r.AWS).SelfUpgrade(t.Context(), "acme"); !errors.Is(err, plan.ErrDenied) {
			t.Errorf("%v", err)
		}
	}
}

func TestRoleProfile(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		s.QuickSight.Namespaces[0].RoleProfiles = map[string]string{"AUTHOR": "no-export"}
	})
	profile := awsapi.NewAccountSettings(r.AWS).RoleProfile
	got, err := profile(t.Context(), "acme", tenancy.Author)
	check(t, err, got, "no-export")
	got, err = profile(t.Context(), "acme", tenancy.Admin)
	check(t, err, got, "")
	r.with(deniedTo("quicksight:DescribeRoleCustomPermission"))
	if _, err := profile(t.Context(), "acme", tenancy.Author); !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}
}
