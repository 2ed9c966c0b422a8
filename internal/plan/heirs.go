package plan

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// NobodyInherits is the code of a note about assets that are handed over to a group in which nobody is.
const NobodyInherits tenancy.Code = "no-custodians"

// Heirless answers notes about tenants in which something is handed over and there is nobody to inherit it. It is handed
// over all the same: who comes into the group later owns it then.
func Heirless(steps []Step, want tenancy.State) []tenancy.Note {
	assets := map[tenancy.Namespace]int{}
	for _, s := range steps {
		if s.Change.Kind() == KindHandOver && s.Held == "" {
			assets[s.Change.In()]++
		}
	}
	var notes []tenancy.Note
	for _, t := range want.Tenants {
		if n := assets[t.Namespace]; n > 0 && len(t.Custodians.Members) == 0 {
			notes = append(notes, tenancy.Note{
				Code: NobodyInherits, Object: t.Namespace.String(), Namespace: t.Namespace.String(),
				Text: fmt.Sprintf("what leavers own alone (%d assets) goes to the group %s of %s, in which nobody is: no one can open it until somebody who may own it comes into the group", n, tenancy.CustodiansName, t.Namespace),
			})
		}
	}
	return notes
}
