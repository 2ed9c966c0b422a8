package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// stranger puts a user into a tenant whom nobody manages: they are wanted as they are.
func stranger(t *testing.T, f *Facts, in string, r tenancy.Registration) {
	enroll(t, &f.Have, in, r)
	r.Person = ""
	enroll(t, &f.Want, in, r)
}

func TestISO307(t *testing.T) {
	planted(t, "ISO307",
		plant{"a user of another role", func(t *testing.T, f *Facts) {
			stranger(t, f, "t0", tenancy.Registration{User: "Other/zoe", Role: tenancy.Reader})
		}, 1},
		plant{"one of the house", func(t *testing.T, f *Facts) {
			stranger(t, f, "t0", tenancy.Registration{User: "QuickSightStaff/carl", Role: tenancy.Reader})
		}, 1},
		plant{"a user with a password, and one whose identity is gone", func(t *testing.T, f *Facts) {
			stranger(t, f, "t0", tenancy.Registration{User: "zoe", Role: tenancy.Reader})
			stranger(t, f, "t0", tenancy.Registration{User: "N/A", Role: tenancy.Reader})
		}, 2},
		plant{"a user of before is about to be replaced", func(t *testing.T, f *Facts) {
			enroll(t, &f.Have, "t0", tenancy.Registration{User: "Former/reader-t0", Role: tenancy.Reader})
			f.Want.Tenant(namespace(t, "t0")).Former = []tenancy.Former{{User: "Former/reader-t0", Person: "id-reader-t0", Back: "QuickSight/reader-t0"}}
		}, 0},
		plant{"a user of before stays, since the person is held", func(t *testing.T, f *Facts) {
			stranger(t, f, "t0", tenancy.Registration{User: "Former/reader-t0", Role: tenancy.Reader})
			f.Held = []tenancy.Hold{{Code: "former-users", Object: "id-reader-t0", Namespace: "t0"}}
		}, 0},
	)
}
