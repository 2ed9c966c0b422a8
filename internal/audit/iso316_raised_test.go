package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO316(t *testing.T) {
	to := func(role tenancy.Role, profile string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Role, r.CustomPermissions = role, profile })
		}
	}
	planted(t, "ISO316",
		plant{"a reader was made an author by hand", to(tenancy.Author, "tenant-author"), 1},
		plant{"a role that nobody knows", to("RESTRICTED_AUTHOR", ""), 1},
		plant{"the rules leave it alone", func(t *testing.T, f *Facts) {
			to(tenancy.Author, "tenant-author")(t, f)
			f.Want.Tenant(namespace(t, "t0")).Registration("QuickSight/reader-t0").Role = tenancy.Author
		}, 0},
		plant{"an author was made a reader by hand", func(t *testing.T, f *Facts) {
			become(t, f, "QuickSight/author-t0", func(r *tenancy.Registration) { r.Role = tenancy.Reader })
		}, 0},
	)
}
