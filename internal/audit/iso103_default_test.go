package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO103(t *testing.T) {
	planted(t, "ISO103",
		plant{"a dashboard is granted to all of default", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(whole("default")))
		}, 1},
		plant{"a data set is granted to somebody in default", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.DataSet, "data-t0"), viewer(lives(f, "default", "Other/mallory")))
		}, 1},
		plant{"a dashboard is owned by somebody in default, too", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), owner(lives(f, "default", "Other/mallory")))
		}, 1},
		plant{"a dashboard is granted to a group in default, where the house does not live", func(t *testing.T, f *Facts) {
			f.House.Namespaces = nil
			f.House.Namespaces = []string{"staff"}
			for _, a := range []*tenancy.Inspected{find(f, tenancy.Dashboard, "house-board"), find(f, tenancy.Template, "house-template"), find(f, tenancy.DataSource, "house-source"), find(f, tenancy.DataSet, "house-rules"), find(f, tenancy.DataSet, "house-data")} {
				lost(a, judy)
				grant(a, owner(lives(f, "staff", "QuickSightStaff/judy")))
			}
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(group("default", "everybody")))
		}, 1},
		plant{"a dashboard is granted to one of the house", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(judy))
		}, 0},
		plant{"a dashboard is granted to a group of the house", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(group("default", "analysts")))
		}, 0},
		plant{"a dashboard is granted to somebody in a group of the house, under another role", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(lives(f, "default", "Console/Judy")))
		}, 0},
		plant{"a dashboard of the house is granted to all of default", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "house-board"), viewer(whole("default")))
		}, 0},
	)
}
