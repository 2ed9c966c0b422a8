package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO312(t *testing.T) {
	bare := func(t *testing.T, f *Facts) {
		become(t, f, "QuickSight/author-t0", func(r *tenancy.Registration) { r.CustomPermissions = "" })
	}
	assign := func(a tenancy.PolicyAssignment) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			bare(t, f)
			f.Spaces[0].Assignments = []tenancy.PolicyAssignment{a}
		}
	}
	const own = "arn:aws:iam::111122223333:policy/t0"
	planted(t, "ISO312",
		plant{"an author without a profile", bare, 1},
		plant{"two authors without a profile are one finding", func(t *testing.T, f *Facts) {
			bare(t, f)
			become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Role = tenancy.AuthorPro })
			f.Want.Tenant(namespace(t, "t0")).Registration("QuickSight/reader-t0").Role = tenancy.AuthorPro
		}, 1},
		plant{"there is no profile at all", func(t *testing.T, f *Facts) { f.Profiles = nil }, 2},
		plant{"a profile that denies one of both", func(t *testing.T, f *Facts) {
			f.Profiles = append(f.Profiles, tenancy.Profile{Name: "half", Denied: []string{"CreateAndUpdateDataSources"}})
			become(t, f, "QuickSight/author-t0", func(r *tenancy.Registration) { r.CustomPermissions = "half" })
		}, 1},
		plant{"a profile that nobody has read", func(t *testing.T, f *Facts) {
			become(t, f, "QuickSight/author-t0", func(r *tenancy.Registration) { r.CustomPermissions = "gone" })
		}, 1},
		plant{"their own profile takes the place of the account's, which denies", func(t *testing.T, f *Facts) {
			f.Settings.CustomPermissions = "tenant-author"
			f.Profiles = append(f.Profiles, tenancy.Profile{Name: "loose"})
			become(t, f, "QuickSight/author-t0", func(r *tenancy.Registration) { r.CustomPermissions = "loose" })
		}, 1},
		plant{"their role's profile takes the place of the account's, which denies", func(t *testing.T, f *Facts) {
			bare(t, f)
			f.Settings.CustomPermissions = "tenant-author"
			f.Profiles = append(f.Profiles, tenancy.Profile{Name: "loose"})
			f.Spaces[0].Roles = map[tenancy.Role]string{tenancy.Author: "loose"}
		}, 1},
		plant{"a policy that is assigned to somebody else", assign(tenancy.PolicyAssignment{Enabled: true, PolicyARN: own, Users: []string{"QuickSight/reader-t0"}}), 1},
		plant{"a policy that is assigned as a draft", assign(tenancy.PolicyAssignment{PolicyARN: own, Groups: []string{"qs:t0"}}), 1},
		plant{"a policy of AWS's own", assign(tenancy.PolicyAssignment{Enabled: true, PolicyARN: "arn:aws:iam::aws:policy/AmazonAthenaFullAccess", Groups: []string{"qs:t0"}}), 1},
		plant{"a policy that is assigned to a group that they are not in", assign(tenancy.PolicyAssignment{Enabled: true, PolicyARN: own, Groups: []string{"qs:t1"}}), 1},
		plant{"a policy is assigned to their group", assign(tenancy.PolicyAssignment{Enabled: true, PolicyARN: own, Groups: []string{"qs:t0"}}), 0},
		plant{"a policy is assigned to them", assign(tenancy.PolicyAssignment{Enabled: true, PolicyARN: own, Users: []string{"QuickSight/author-t0"}}), 0},
		plant{"the account's profile denies", func(t *testing.T, f *Facts) {
			bare(t, f)
			f.Settings.CustomPermissions = "tenant-author"
		}, 0},
		plant{"their role's profile denies", func(t *testing.T, f *Facts) {
			bare(t, f)
			f.Spaces[0].Roles = map[tenancy.Role]string{tenancy.Author: "tenant-author"}
		}, 0},
	)
}
