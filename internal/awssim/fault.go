package awssim

import (
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
)

// Phase is when a hook is asked.
type Phase int

// The phases of a call.
const (
	BeforeEffect Phase = iota
	AfterEffect
)

// Fault is what goes wrong with a call. The zero Fault is nothing. Its fields
// happen in this order: Delay, then what is left.
type Fault struct {
	// Delay waits. A client that gives up meanwhile gives up on a call that has
	// had no effect yet (before the effect), or that has had it (after it).
	Delay time.Duration
	// CommitAfter, before the effect, lets the effect happen this much later,
	// whether or not the client is still there. With Err or Drop the client is
	// told so at once; otherwise the answer comes when the effect does.
	CommitAfter time.Duration
	// Err is answered. Before the effect there is then none, unless CommitAfter;
	// after it, the client is told of a failure that did not happen.
	Err *wire.Error
	// Drop breaks the connection without an answer. As Err before and after.
	Drop bool
	// Truncate, after the effect, breaks the connection after the answer's head
	// and half of its body.
	Truncate bool
	// Rewrite, after the effect, changes the body of a successful answer: pages
	// that lack rows, tokens that repeat, members that nobody knows yet.
	Rewrite func([]byte) []byte
}

// Hook is a source of faults, as Options.Fault takes it.
type Hook = func(Call) Fault

// Faults asks hooks in turn; the first that answers more than the zero Fault
// decides.
func Faults(hooks ...Hook) Hook {
	return func(c Call) Fault {
		for _, h := range hooks {
			if f := h(c); !f.none() {
				return f
			}
		}
		return Fault{}
	}
}

func (f Fault) none() bool {
	return f.Delay == 0 && f.CommitAfter == 0 && f.Err == nil && !f.Drop && !f.Truncate && f.Rewrite == nil
}

// On answers f to every call of op ("quicksight:RegisterUser", or "quicksight"
// for all of a service's, or "" for all) in that phase.
func On(op string, phase Phase, f Fault) Hook {
	return func(c Call) Fault {
		if c.Phase == phase && c.is(op) {
			return f
		}
		return Fault{}
	}
}

// is reports whether c is a call of op, as On writes it.
func (c Call) is(op string) bool {
	return op == "" || op == c.Service || op == c.Op
}

// Nth answers as h does, for the nth call of op only, from 1; both phases of
// that call count as one.
func Nth(n int, op string, h Hook) Hook {
	return Between(n, n, op, h)
}

// Between answers as h does, for the calls of op from the first to the last, from
// 1, both included.
func Between(first, last int, op string, h Hook) Hook {
	var mu sync.Mutex
	seen := 0
	chosen := make(map[int]bool) // call numbers between their phases
	return func(c Call) Fault {
		if !c.is(op) {
			return Fault{}
		}
		mu.Lock()
		if c.Phase == BeforeEffect {
			seen++
			chosen[c.N] = seen >= first && seen <= last
		}
		yes := chosen[c.N]
		if c.Phase == AfterEffect {
			delete(chosen, c.N)
		}
		mu.Unlock()
		if !yes {
			return Fault{}
		}
		return h(c)
	}
}

// FailBefore answers err to calls of op, which have no effect.
func FailBefore(op string, err *wire.Error) Hook { return On(op, BeforeEffect, Fault{Err: err}) }

// FailAfter answers err to calls of op that have had their effect.
func FailAfter(op string, err *wire.Error) Hook { return On(op, AfterEffect, Fault{Err: err}) }

// DropBefore breaks the connection of calls of op, which have no effect.
func DropBefore(op string) Hook { return On(op, BeforeEffect, Fault{Drop: true}) }

// DropAfter breaks the connection of calls of op that have had their effect.
func DropAfter(op string) Hook { return On(op, AfterEffect, Fault{Drop: true}) }

// Truncate cuts short the answers to calls of op.
func Truncate(op string) Hook { return On(op, AfterEffect, Fault{Truncate: true}) }

// CommitLate lets calls of op have their effect d later. The client waits for
// the answer as long as it wants to.
func CommitLate(op string, d time.Duration) Hook {
	return On(op, BeforeEffect, Fault{CommitAfter: d})
}

// Meanwhile lets something else happen at calls of op, with which nothing goes
// wrong: somebody signs in ([world.World.ProvisionJIT]), or changes by hand what
// the call is about. Before the effect, the call meets what do has done; after it,
// nobody has heard of the effect yet. do may call the simulated services too.
func Meanwhile(op string, phase Phase, do func()) Hook {
	return func(c Call) Fault {
		if c.Phase == phase && c.is(op) {
			do()
		}
		return Fault{}
	}
}

// Throttling is QuickSight's error for too many calls.
func Throttling() *wire.Error { return wire.Errorf(429, "ThrottlingException", "Rate exceeded") }

// InternalFailure is QuickSight's error for a failure of its own.
func InternalFailure() *wire.Error {
	return wire.Errorf(500, "InternalFailureException", "An internal failure occurred.")
}

// Unavailable is QuickSight's error for a resource that is not available.
func Unavailable() *wire.Error {
	return wire.Errorf(503, "ResourceUnavailableException", "This resource is currently unavailable.")
}

// ExpiredToken is the error of every service for credentials that have expired.
func ExpiredToken() *wire.Error {
	return wire.Errorf(403, "ExpiredTokenException", "The security token included in the request is expired")
}
