package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO303(t *testing.T) {
	planted(t, "ISO303",
		plant{"in a tenant and in default", func(t *testing.T, f *Facts) {
			foreign(f, "default", tenancy.Registration{User: "QuickSight/reader-t0", Role: tenancy.Reader})
		}, 1},
		plant{"in two tenants, wanted in both", func(t *testing.T, f *Facts) {
			r := tenancy.Registration{User: "QuickSight/reader-t0", Role: tenancy.Reader, Person: "id-reader-t0", Email: "reader-t0@t0.example"}
			enroll(t, &f.Have, "t1", r)
			enroll(t, &f.Want, "t1", r)
		}, 1},
		plant{"two people of one name, who have passwords", func(t *testing.T, f *Facts) {
			foreign(f, "default", tenancy.Registration{User: "bob", Role: tenancy.Reader})
			foreign(f, "default", tenancy.Registration{User: "N/A", Role: tenancy.Reader})
		}, 0},
		plant{"one session's name under two roles of two tenants", func(t *testing.T, f *Facts) {
			role, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/OfT1")
			if err != nil {
				t.Fatal(err)
			}
			r := tenancy.Registration{User: "OfT1/reader-t0", Role: tenancy.Reader, Person: "id-reader-t0", Email: "reader-t0@t0.example"}
			for _, s := range []*tenancy.State{&f.Have, &f.Want} {
				n := s.Tenant(namespace(t, "t1"))
				n.SignIn, n.Registrations, n.Mirrors[0].Members = role, []tenancy.Registration{r}, []tenancy.UserName{r.User}
			}
			f.Inspection.Assets = nil
			f.Directory.Members["group-t1"] = []tenancy.PersonID{"id-reader-t0"}
		}, 0},
	)
}
