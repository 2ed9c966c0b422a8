package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO304(t *testing.T) {
	planted(t, "ISO304",
		plant{"a name that nobody has", func(t *testing.T, f *Facts) {
			enroll(t, &f.Have, "t0", tenancy.Registration{User: "QuickSight/ghost", Role: tenancy.Reader})
		}, 1},
		plant{"a tag that names nobody, and a name that nobody has", func(t *testing.T, f *Facts) {
			enroll(t, &f.Have, "t0", tenancy.Registration{User: "QuickSight/ghost", Role: tenancy.Reader, Person: tenancy.Nobody})
		}, 1},
		plant{"a tag that names somebody who was deleted", func(t *testing.T, f *Facts) {
			enroll(t, &f.Have, "t0", tenancy.Registration{User: "QuickSight/ghost", Role: tenancy.Reader, Person: "id-ghost"})
		}, 1},
		plant{"a tag that names somebody who is called otherwise now, and wanted", func(t *testing.T, f *Facts) {
			enroll(t, &f.Have, "t0", tenancy.Registration{User: "QuickSight/before", Role: tenancy.Reader, Person: "id-reader-t0"})
		}, 0},
		plant{"it is about to be replaced", func(t *testing.T, f *Facts) {
			enroll(t, &f.Have, "t0", tenancy.Registration{User: "QuickSight/before", Role: tenancy.Reader})
			w := f.Want.Tenant(namespace(t, "t0"))
			w.Former = []tenancy.Former{{User: "QuickSight/before", Person: "id-reader-t0", Back: "QuickSight/reader-t0"}}
		}, 0},
	)
}
