package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO317(t *testing.T) {
	registered := func(user tenancy.UserName, role tenancy.Role) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { foreign(f, "default", tenancy.Registration{User: user, Role: role}) }
	}
	planted(t, "ISO317",
		plant{"a leaver who came back by the door", registered("QuickSight/mallory", tenancy.Reader), 1},
		plant{"an administrator who came by the door", registered("QuickSight/mallory", tenancy.Admin), 1},
		plant{"an administrator of whom the house knows nothing", registered("Former/eve", tenancy.AdminPro), 1},
		plant{"an administrator with a password", registered("root", tenancy.Admin), 1},
		plant{"somebody who has nothing to do with tenants", registered("Other/zoe", tenancy.Author), 0},
		plant{"somebody whose IAM identity is gone", registered("N/A", tenancy.Admin), 0},
		plant{"an administrator of the house", registered("QuickSightStaff/judy2", tenancy.Admin), 0},
	)
	f := clean(t, 1)
	registered("QuickSight/mallory", tenancy.Admin)(t, f)
	if r := Audit(sorted(f)); len(r.Findings) != 1 || r.Findings[0].Severity != Critical {
		t.Errorf("an administrator who came by the door is not critical: %+v", r.Findings)
	}
}
