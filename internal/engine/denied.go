package engine

import (
	"errors"

	"github.com/tenantry/tenantry/internal/plan"
)

// deniedOften is after how many refusals, and no success, an action is taken to be denied altogether.
// The steps of that kind that are left fail without a call.
const deniedOften = 5

// denial counts how a kind of change fared with the credentials' rights.
type denial struct {
	times int
	err   error
	once  bool // it was allowed at least once
}

// note takes down an outcome. The caller holds mu.
func (r *run) note(k plan.Kind, err error) {
	d := r.denied[k]
	if d == nil {
		d = &denial{}
		r.denied[k] = d
	}
	switch {
	case err == nil:
		d.once = true
	case errors.Is(err, plan.ErrDenied):
		d.times, d.err = d.times+1, err
	}
}

// shortCircuit answers the error of a kind of change that is denied altogether.
func (r *run) shortCircuit(t *task) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d := r.denied[t.step.Change.Kind()]; d != nil && !d.once && d.times >= deniedOften {
		return d.err
	}
	return nil
}
