package audit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO901(t *testing.T) {
	unread := func(n int) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			for i := range n {
				f.Inspection.Unread = append(f.Inspection.Unread, tenancy.Unread{AssetRef: ref(tenancy.Dashboard, fmt.Sprint("b", i)), Name: "Sales", Why: "AccessDenied"})
			}
		}
	}
	planted(t, "ISO901",
		plant{"an asset", unread(1), 1},
		plant{"a few assets are told one by one", unread(20), 20},
		plant{"many assets of a kind are one finding", unread(21), 1},
		plant{"a whole kind", func(t *testing.T, f *Facts) {
			f.Inspection.Unread = []tenancy.Unread{{AssetRef: ref(tenancy.Topic, ""), Why: "AccessDenied"}}
		}, 1},
	)
}

// What could not be read says by which actions it would be.
func TestEveryKindSaysHowItIsRead(t *testing.T) {
	for _, kind := range tenancy.InspectedKinds() {
		if mend := readAgain(kind); !strings.Contains(mend, "quicksight:List") || !strings.Contains(mend, " and quicksight:") {
			t.Errorf("%s: %s", kind, mend)
		}
	}
	if mend := readAgain("hologram"); !strings.Contains(mend, "update tenantry") {
		t.Errorf("a kind that nobody knows: %s", mend)
	}
}
