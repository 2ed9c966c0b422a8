package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO113(t *testing.T) {
	planted(t, "ISO113",
		plant{"somebody in default owns what a tenant sees", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "strange", owner(lives(f, "default", "Other/mallory")), viewer(group("t0", "qs:t0")))
		}, 1},
		plant{"somebody of a namespace that nobody manages owns what a tenant sees", func(t *testing.T, f *Facts) {
			put(f, tenancy.Topic, "strange", owner(lives(f, "partner", "Partner/eve")), viewer(user("t0", "reader-t0")))
		}, 1},
		plant{"somebody in default owns the house's dashboard, too", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "house-board"), owner(lives(f, "default", "Other/mallory")))
		}, 1},
		plant{"somebody in default owns what nobody of a tenant sees", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "strange", owner(lives(f, "default", "Other/mallory")))
		}, 0},
		plant{"one of the house owns it, under a role of the house", func(t *testing.T, f *Facts) {
			put(f, tenancy.Dashboard, "fine", owner(lives(f, "default", "QuickSightStaff/ken")), viewer(group("t0", "qs:t0")))
		}, 0},
	)
}
