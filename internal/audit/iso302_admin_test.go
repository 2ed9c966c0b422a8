package audit

import (
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// become changes a registration that there is.
func become(t *testing.T, f *Facts, user tenancy.UserName, change func(*tenancy.Registration)) {
	for i := range f.Have.Tenants {
		if r := f.Have.Tenants[i].Registration(user); r != nil {
			change(r)
			return
		}
	}
	t.Fatalf("there is no %s", user)
}

// enroll puts a user into a tenant.
func enroll(t *testing.T, s *tenancy.State, in string, r tenancy.Registration) {
	n := s.Tenant(namespace(t, in))
	n.Registrations = append(n.Registrations, r)
}

// Whom the rules make an administrator, no run makes less of: the rule is to be mended.
func TestAnAdministratorOfTheRules(t *testing.T) {
	for _, wanted := range []tenancy.Role{tenancy.Author, tenancy.Admin} {
		f := clean(t, 1)
		become(t, f, "QuickSight/author-t0", func(r *tenancy.Registration) { r.Role = tenancy.Admin })
		f.Want.Tenants[0].Registration("QuickSight/author-t0").Role = wanted
		mend := Audit(f).Findings[0].Mend
		if strings.Contains(mend, "role: AUTHOR") != (wanted == tenancy.Admin) || !strings.Contains(mend, "--allow lowers-role") {
			t.Errorf("the rules want %s: %s", wanted, mend)
		}
	}
}

// A reader who was made more is registered anew, which is another word to give than that a role is lowered.
func TestLoweringToAReader(t *testing.T) {
	for role, hazard := range map[tenancy.Role]string{tenancy.Admin: "replaces-user", tenancy.Author: "replaces-user", tenancy.ReaderPro: "lowers-role"} {
		f := clean(t, 1)
		become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Role = role })
		for _, found := range Audit(f).Findings {
			if (found.Code == "ISO302" || found.Code == "ISO316") && !strings.Contains(found.Mend, "--allow "+hazard) {
				t.Errorf("%s to a reader: %s", role, found.Mend)
			}
		}
	}
}

func TestISO302(t *testing.T) {
	planted(t, "ISO302",
		plant{"a reader was made an administrator by hand", func(t *testing.T, f *Facts) {
			become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Role = tenancy.Admin })
		}, 1},
		plant{"the rules want it so", func(t *testing.T, f *Facts) {
			become(t, f, "QuickSight/author-t0", func(r *tenancy.Registration) { r.Role = tenancy.AdminPro })
			f.Want.Tenant(namespace(t, "t0")).Registration("QuickSight/author-t0").Role = tenancy.AdminPro
		}, 1},
		plant{"a user of another role", func(t *testing.T, f *Facts) {
			enroll(t, &f.Have, "t0", tenancy.Registration{User: "Other/root", Role: tenancy.Admin})
			enroll(t, &f.Want, "t0", tenancy.Registration{User: "Other/root", Role: tenancy.Admin})
		}, 1},
		plant{"an administrator of the house in default", func(t *testing.T, f *Facts) {
			foreign(f, "default", tenancy.Registration{User: "QuickSightStaff/root", Role: tenancy.AdminPro})
		}, 0},
	)
}
