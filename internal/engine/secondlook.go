package engine

import (
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// firstLook is what a hint found that somebody is to lose, when it looked at them for the first time.
type firstLook struct {
	at     time.Time
	losses map[plan.Change]bool
}

// secondLook says after how long somebody has to be looked at again before they lose what a hint has just found
// that they are to lose, 0 when this was the second look: somebody read twice in full, some time apart, with the
// same outcome.
func (k *Keeper) secondLook(id tenancy.PersonID, pending []plan.Step, at time.Time) time.Duration {
	losses := map[plan.Change]bool{}
	for _, s := range pending {
		if s.Change.Kind().TakesAway() {
			losses[s.Change] = true
		}
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	first, looked := k.looked[id]
	if len(losses) == 0 {
		delete(k.looked, id)
		return 0
	}
	for c := range losses {
		looked = looked && first.losses[c]
	}
	switch apart := at.Sub(first.at); {
	case !looked || apart > lookAgain:
		k.looked[id] = firstLook{at, losses}
		return secondHintLook
	case apart < secondHintLook:
		return secondHintLook - apart
	}
	delete(k.looked, id)
	return 0
}

// firstTime reports whether nobody has looked at somebody lately who was to lose something.
func (k *Keeper) firstTime(id tenancy.PersonID) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	first, looked := k.looked[id]
	return !looked || time.Since(first.at) < secondHintLook || time.Since(first.at) > lookAgain
}
