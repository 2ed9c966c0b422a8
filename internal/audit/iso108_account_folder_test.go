package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO108(t *testing.T) {
	planted(t, "ISO108",
		plant{"a tenant's folder has the sharing model ACCOUNT", func(t *testing.T, f *Facts) {
			folder(f, "mine", []tenancy.Grant{owner(user("t0", "author-t0"))})
		}, 1},
		plant{"a tenant's folder with something in it has the sharing model ACCOUNT", func(t *testing.T, f *Facts) {
			folder(f, "mine", []tenancy.Grant{owner(user("t0", "author-t0"))}, ref(tenancy.Dashboard, "board-t0"), ref(tenancy.DataSet, "data-t0"))
		}, 1},
		plant{"a tenant's folder has the sharing model NAMESPACE", func(t *testing.T, f *Facts) {
			folder(f, "mine", []tenancy.Grant{owner(user("t0", "author-t0"))}).Folder.Sharing = "NAMESPACE"
		}, 0},
		plant{"the house's folder has the sharing model ACCOUNT", func(t *testing.T, f *Facts) {
			folder(f, "internal", []tenancy.Grant{owner(judy)})
		}, 0},
	)
}
