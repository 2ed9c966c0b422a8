package audit

import (
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
