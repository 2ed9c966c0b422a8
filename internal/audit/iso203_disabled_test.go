package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO203(t *testing.T) {
	planted(t, "ISO203",
		plant{"the rules are switched off", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows.Enabled = false
		}, 1},
		plant{"the rules are switched off, and rules by tags are in force", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows.Enabled = false
			find(f, tenancy.DataSet, "house-data").Rows.Tags, find(f, tenancy.DataSet, "house-data").Rows.TagsEnabled = true, true
		}, 1},
		plant{"the rules are switched off where one tenant alone sees it", func(t *testing.T, f *Facts) {
			lost(find(f, tenancy.Dashboard, "house-board"), group("t1", "qs:t1"))
			find(f, tenancy.DataSet, "house-data").Rows.Enabled = false
		}, 0},
	)
}
