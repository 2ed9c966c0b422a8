package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO319(t *testing.T) {
	besides := func(f *Facts, name string, s tenancy.Status) {
		f.Have.Foreign = append(f.Have.Foreign, tenancy.Foreign{Name: name, Status: s, Users: []tenancy.Registration{{User: "Other/zoe", Role: tenancy.Reader}}})
	}
	planted(t, "ISO319",
		plant{"a namespace that nobody names", func(t *testing.T, f *Facts) { besides(f, "pilot", tenancy.Created) }, 1},
		plant{"a namespace of the house, in another case", func(t *testing.T, f *Facts) {
			f.House.Namespaces = append(f.House.Namespaces, "Staff")
			besides(f, "staff", tenancy.Created)
		}, 0},
		plant{"a namespace that is being deleted", func(t *testing.T, f *Facts) { besides(f, "pilot", tenancy.Deleting) }, 0},
	)
}
