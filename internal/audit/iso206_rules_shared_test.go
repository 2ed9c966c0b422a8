package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO206(t *testing.T) {
	planted(t, "ISO206",
		plant{"a tenant's author reads the rules", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSet, "house-rules"), viewer(user("t0", "author-t0")))
		}, 1},
		plant{"a tenant's group owns the rules, too", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSet, "house-rules"), owner(group("t0", "qs:t0")))
		}, 1},
		plant{"the rules are in a folder that a tenant opens", func(t *testing.T, f *Facts) {
			folder(f, "welcome", []tenancy.Grant{owner(judy), viewer(group("t0", "qs:t0"))}, ref(tenancy.DataSet, "house-rules"))
		}, 1},
		plant{"somebody in default changes the rules", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSet, "house-rules"), owner(lives(f, "default", "Other/mallory")))
		}, 1},
		plant{"another of the house owns the rules, too", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSet, "house-rules"), owner(lives(f, "default", "QuickSightStaff/ken")))
		}, 0},
		plant{"a tenant has rules of its own for its own data", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "own-rules", owner(user("t0", "author-t0")))
			find(f, tenancy.DataSet, "data-t0").Rows = tenancy.Rows{Rules: arn("dataset/own-rules"), Enabled: true, Version: 2, Grants: true}
		}, 0},
	)
}
