package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO106(t *testing.T) {
	planted(t, "ISO106",
		plant{"a template of the house is granted to another account", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Template, "house-template"), viewer(outside("arn:aws:iam::999900001111:root")))
		}, 1},
		plant{"a tenant's dashboard is granted to a user of another account", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(outside("arn:aws:quicksight:us-east-1:999900001111:user/default/eve")))
		}, 1},
		plant{"a template is granted to the account itself", func(t *testing.T, f *Facts) {
			grant(find(f, tenancy.Template, "house-template"), viewer(outside("arn:aws:iam::111122223333:root")))
		}, 0},
	)
}
