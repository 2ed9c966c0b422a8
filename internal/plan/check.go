package plan

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// StaleError says why a saved plan is not applied, none of it.
type StaleError struct{ Why string }

func (e *StaleError) Error() string { return "the saved plan is refused: " + e.Why }

// Hint says what to do instead.
func (e *StaleError) Hint() string {
	return "make a new one with: tenantry plan -o FILE, and read it before you apply it"
}

func stale(format string, args ...any) error {
	return &StaleError{fmt.Sprintf(format, args...)}
}

// Check compares a saved plan with the world as it is now: fresh is a difference read just before,
// of this account, identity store and configuration. It answers the changes that were approved and
// are still the right ones, and the namespaces that have moved since, whose changes are not among
// them. A plan of another account or configuration, and one with steps that the unmoved world does
// not ask for, is refused whole (*StaleError).
func Check(saved Plan, account tenancy.AccountID, store tenancy.StoreID, config string, fresh Difference, want, have tenancy.State) (approved map[Change]bool, moved []tenancy.Namespace, err error) {
	switch {
	case saved.Account != account:
		return nil, nil, stale("it was made for the account %s, and this is %s", saved.Account, account)
	case saved.Store != store:
		return nil, nil, stale("it was made for the identity store %s, and this is %s", saved.Store, store)
	case saved.Config != config:
		return nil, nil, stale("the configuration has changed since it was made")
	}
	pending := saved.Pending()
	prints := map[tenancy.Namespace]string{}
	for _, f := range saved.Namespaces {
		prints[f.Namespace] = f.Sum
	}
	still := map[tenancy.Namespace]bool{}
	for _, f := range Fingerprints(Touched(pending), want, have) {
		still[f.Namespace] = prints[f.Namespace] == f.Sum
		if !still[f.Namespace] {
			moved = append(moved, f.Namespace)
		}
	}
	asked := make(map[Change]bool, len(fresh.Steps))
	for _, s := range fresh.Steps {
		asked[s.Change] = true
	}
	approved = make(map[Change]bool, len(pending))
	for _, s := range pending {
		switch {
		case !still[s.Change.In()]:
		case !asked[s.Change]:
			return nil, nil, stale("it has a step that nothing asks for (%s in %s)", s.Change.Kind(), s.Change.In())
		default:
			approved[s.Change] = true
		}
	}
	return approved, moved, nil
}
