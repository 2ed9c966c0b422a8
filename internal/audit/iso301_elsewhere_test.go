package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// foreign puts a user into a namespace that is no tenant's.
func foreign(f *Facts, name string, r tenancy.Registration) {
	n := f.Have.ForeignNamed(name)
	n.Users = append(n.Users, r)
}

// unregister takes a registration out of what there is.
func unregister(f *Facts, n tenancy.Namespace, user tenancy.UserName) {
	t := f.Have.Tenant(n)
	for i := range t.Registrations {
		if t.Registrations[i].User == user {
			t.Registrations = append(t.Registrations[:i], t.Registrations[i+1:]...)
			return
		}
	}
}

func TestISO301(t *testing.T) {
	planted(t, "ISO301",
		plant{"somebody was registered just in time, and is nowhere else", func(t *testing.T, f *Facts) {
			unregister(f, namespace(t, "t0"), "QuickSight/reader-t0")
			foreign(f, "default", tenancy.Registration{User: "QuickSight/reader-t0", Role: tenancy.Reader})
		}, 1},
		plant{"somebody has a user of another role in default besides", func(t *testing.T, f *Facts) {
			foreign(f, "default", tenancy.Registration{User: "Former/reader-t0", Role: tenancy.Author})
		}, 1},
		plant{"the other role's session differs by case", func(t *testing.T, f *Facts) {
			foreign(f, "default", tenancy.Registration{User: "Former/Reader-T0", Role: tenancy.Author})
		}, 1},
		plant{"somebody lives in a namespace of the house", func(t *testing.T, f *Facts) {
			unregister(f, namespace(t, "t0"), "QuickSight/reader-t0")
			f.House.Namespaces = append(f.House.Namespaces, "staff")
			f.Have.Foreign = append(f.Have.Foreign, tenancy.Foreign{Name: "staff", Status: tenancy.Created, Users: []tenancy.Registration{{User: "QuickSight/reader-t0", Role: tenancy.Reader}}})
		}, 1},
		plant{"the house claims them", func(t *testing.T, f *Facts) {
			foreign(f, "default", tenancy.Registration{User: "QuickSightStaff/reader-t0", Role: tenancy.Author})
		}, 0},
		plant{"their move is prepared", func(t *testing.T, f *Facts) {
			foreign(f, "default", tenancy.Registration{User: "Former/reader-t0", Role: tenancy.Author})
			f.Prepared = map[tenancy.Grantee]tenancy.Prepared{{Kind: tenancy.ToUser, Namespace: "default", Name: "Former/reader-t0"}: {To: namespace(t, "t0"), Since: 1}}
		}, 0},
		plant{"their move is prepared, to another tenant", func(t *testing.T, f *Facts) {
			foreign(f, "default", tenancy.Registration{User: "Former/reader-t0", Role: tenancy.Author})
			f.Prepared = map[tenancy.Grantee]tenancy.Prepared{{Kind: tenancy.ToUser, Namespace: "default", Name: "Former/reader-t0"}: {To: namespace(t, "t1"), Since: 1}}
		}, 1},
		plant{"somebody whom no rule places", func(t *testing.T, f *Facts) {
			foreign(f, "default", tenancy.Registration{User: "Other/zoe", Role: tenancy.Author})
			foreign(f, "default", tenancy.Registration{User: "N/A", Role: tenancy.Author})
			foreign(f, "default", tenancy.Registration{User: "root", Role: tenancy.Author})
		}, 0},
	)
}
