package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO305(t *testing.T) {
	planted(t, "ISO305",
		plant{"the tag names somebody else", func(t *testing.T, f *Facts) {
			become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Person = "id-of-before" })
		}, 1},
		plant{"the name was given to somebody of another tenant", func(t *testing.T, f *Facts) {
			f.Directory.People = append(f.Directory.People, tenancy.Person{ID: "id-new", UserName: "zoe"})
			enroll(t, &f.Have, "t0", tenancy.Registration{User: "QuickSight/zoe", Role: tenancy.Reader, Person: "id-of-before"})
		}, 1},
		plant{"there is no tag, and the e-mail address is another", func(t *testing.T, f *Facts) {
			become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Person, r.Email = tenancy.Nobody, "else@elsewhere.example" })
		}, 1},
		plant{"there is no tag, and the e-mail address differs by case", func(t *testing.T, f *Facts) {
			become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Person, r.Email = "", "Reader-T0@T0.example" })
		}, 0},
		plant{"the person has another e-mail address now", func(t *testing.T, f *Facts) {
			become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Email = "before@t0.example" })
		}, 0},
	)
}
