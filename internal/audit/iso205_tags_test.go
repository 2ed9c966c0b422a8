package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO205(t *testing.T) {
	planted(t, "ISO205",
		plant{"only rules by tags are there", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows = tenancy.Rows{Tags: true, TagsEnabled: true}
		}, 1},
		plant{"rules by tags are there besides", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows.Tags = true
		}, 0},
	)
}
