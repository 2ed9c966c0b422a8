package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO902(t *testing.T) {
	miss := func(f *Facts, source string) {
		f.Missed = append(f.Missed, Missed{source, "AccessDenied", "allow it"})
	}
	planted(t, "ISO902",
		plant{"a source", func(t *testing.T, f *Facts) { miss(f, "the profiles of custom permissions") }, 1},
		plant{"the settings, and nobody says so", func(t *testing.T, f *Facts) { f.Settings = nil }, 1},
		plant{"the settings, said once", func(t *testing.T, f *Facts) {
			f.Settings = nil
			miss(f, OfSettings)
		}, 1},
		plant{"the roles and users, and nobody says so", func(t *testing.T, f *Facts) { f.Identities = nil }, 1},
		plant{"no more than the roles that were asked for", func(t *testing.T, f *Facts) { f.Identities.Only = true }, 1},
		plant{"a sign-in role is not among the roles", func(t *testing.T, f *Facts) {
			f.Identities.All = withoutRole(f.Identities.All, f.SignIn[0].Role)
		}, 1},
		plant{"a role of the house is not among the roles", func(t *testing.T, f *Facts) {
			f.Identities.All = withoutRole(f.Identities.All, f.HouseRoles[0])
		}, 1},
		plant{"a namespace's settings", func(t *testing.T, f *Facts) { f.Spaces = f.Spaces[1:] }, 1},
		plant{"the settings of a namespace that is not there yet", func(t *testing.T, f *Facts) {
			found(t, f, "new", pattern)
			f.Have.Tenant(namespace(t, "new")).Status = tenancy.Creating
			f.Spaces = f.Spaces[:2]
		}, 0},
	)
}

// withoutRole are the identities without that of a role.
func withoutRole(all []tenancy.Identity, role tenancy.RoleARN) []tenancy.Identity {
	var rest []tenancy.Identity
	for _, i := range all {
		if i.Role != role {
			rest = append(rest, i)
		}
	}
	return rest
}
