package engine

import (
	"errors"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// deniedOften is after how many refusals in a row an action is taken to be denied in a namespace. The
// steps of that kind that are left there fail without a call.
const deniedOften = 5

// action is what rights are given for: a kind of change in a namespace.
type action struct {
	kind      plan.Kind
	namespace tenancy.Namespace
}

// refusals are how often in a row an action was denied, and with which error last.
type refusals struct {
	inARow int
	err    error
}

// note takes down an outcome. Credentials that are not accepted end the run: whatever else it tried
// would fail in the same way. The caller holds mu.
func (r *run) note(c plan.Change, err error) {
	a := action{c.Kind(), c.In()}
	switch {
	case errors.Is(err, plan.ErrCredentials):
		r.stop()
	case errors.Is(err, plan.ErrDenied):
		r.denied[a] = refusals{r.denied[a].inARow + 1, err}
	case waitable(err):
		r.inVain[a]++
	default:
		delete(r.denied, a)
		delete(r.inVain, a)
	}
}

// inVainOften is after how many waits in a row, each to its end, the others of the same kind in the
// namespace are tried once and not waited for: it has been deleted, or is as good as that.
const inVainOften = 5

// patient reports whether it is worth waiting for what a task stands on.
func (r *run) patient(t *task) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.inVain[action{t.step.Change.Kind(), t.step.Change.In()}] < inVainOften
}

// shortCircuit answers the error of an action that is denied altogether.
func (r *run) shortCircuit(t *task) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if d := r.denied[action{t.step.Change.Kind(), t.step.Change.In()}]; d.inARow >= deniedOften {
		return d.err
	}
	return nil
}
