package doctor

import (
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestCustomPermissions(t *testing.T) {
	names := func(suspend string, register []string, there ...tenancy.Profile) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { f.SuspendWith, f.RegisterWith, f.Profiles = suspend, register, there }
	}
	strict, idle := tenancy.Profile{Name: "leaver", Denied: []string{"ExportToCsv"}}, tenancy.Profile{Name: "idle"}
	planted(t, "custom-permissions",
		plant{"none is named", names("", nil), Green},
		plant{"it is there", names("leaver", []string{"idle"}, strict, idle), Green},
		plant{"it is not there", names("leaver", nil, idle), Red},
		plant{"it is written otherwise", names("Leaver", nil, strict), Red},
		plant{"there is none at all", names("leaver", nil), Red},
		plant{"it denies nothing", names("idle", nil, strict, idle), Amber},
		plant{"people are registered with none", names("", []string{"author", "leaver"}, strict), Red},
		plant{"one for both that is not there", names("leaver", []string{"leaver"}, idle), Red},
		plant{"they may not be listed", func(t *testing.T, f *Facts) {
			f.SuspendWith = "leaver"
			denied(Profiles, "quicksight:ListCustomPermissions")(t, f)
		}, Amber},
	)
	f := well(t)
	names("leavr", nil, strict, idle)(t, f)
	if got := resultOf(f, "custom-permissions"); len(got.Troubles) != 1 || !strings.Contains(got.Troubles[0].Mend, "(leaver, idle is what there is)\n") {
		t.Errorf("nobody is told what there is: %+v", got.Troubles)
	}
}
