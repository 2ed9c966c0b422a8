package awsapi_test

import (
	"net/http"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// requests keeps the request ids of the answers, in order.
func requests(ids *[]string) func(*awsapi.Options) {
	return func(o *awsapi.Options) {
		sim := o.HTTPClient
		o.HTTPClient = clientFunc(func(req *http.Request) (*http.Response, error) {
			res, err := sim.Do(req)
			if err == nil {
				*ids = append(*ids, res.Header.Get("X-Amzn-RequestId"))
			}
			return res, err
		})
	}
}

// TestReceipts names the request that made each change so.
func TestReceipts(t *testing.T) {
	each(t, func(t *testing.T, w write) {
		var ids []string
		r := newRig(t, eve, requests(&ids))
		got, err := r.Writer().Do(t.Context(), w.change)
		if want := (plan.Receipt{Request: ids[len(ids)-1]}); err != nil || got != want || got.Request == "" {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	})
}

// TestReceiptsOfLostAnswers names the request where the answer had an id, and no other.
func TestReceiptsOfLostAnswers(t *testing.T) {
	for name, a := range ambiguities {
		t.Run(name, func(t *testing.T) {
			each(t, func(t *testing.T, w write) {
				var ids []string
				r := newRig(t, eve, requests(&ids))
				op := "quicksight:" + w.call
				r.with(awssim.Nth(1, op, a.hook(op)))
				got, err := r.Writer().Do(t.Context(), w.change)
				want := plan.Receipt{Lost: true}
				switch {
				case !a.committed: // the second write has made it so
					want.Request = ids[len(ids)-1]
				case name == "F4 500 after commit", name == "F5 truncated answer":
					want.Request = ids[len(w.first)]
				}
				if err != nil || got != want {
					t.Errorf("%+v, %v; want %+v of %q", got, err, want, ids)
				}
			})
		})
	}
}

// TestReceiptsOfErrors names the request that was refused.
func TestReceiptsOfErrors(t *testing.T) {
	each(t, func(t *testing.T, w write) {
		var ids []string
		r := newRig(t, func(s *world.Seed) {
			eve(s)
			s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:" + w.call}}}
		}, requests(&ids))
		got, err := r.Writer().Do(t.Context(), w.change)
		if want := (plan.Receipt{Request: ids[len(ids)-1]}); err == nil || got != want {
			t.Errorf("%+v, %v; want %+v", got, err, want)
		}
	})
}

// TestReceiptsOfWhatWasThere tells what was in effect before: when AWS says that it exists, when it is
// read first, and when an earlier call had left it in doubt. Not when this call made it so itself.
func TestReceiptsOfWhatWasThere(t *testing.T) {
	each(t, func(t *testing.T, w write) {
		r := newRig(t, eve)
		if err := do(r.Writer(), t.Context(), w.change); err != nil {
			t.Fatal(err)
		}
		got, err := r.Writer().Do(t.Context(), w.change)
		tells := !slices.Contains([]string{"AddMember", "SetCustomPermissions", "HandOver", "HandToHouse", "Park"}, w.name)
		if err != nil || got.Already != tells || (got.Request == "") != tells {
			t.Errorf("again: %+v, %v", got, err)
		}
	})
	each(t, func(t *testing.T, w write) {
		r := newRig(t, eve)
		lost := awssim.DropAfter("quicksight:" + w.call)
		r.with(func(c awssim.Call) awssim.Fault {
			if c.Operation == w.call {
				return lost(c)
			}
			return awssim.DropBefore("quicksight")(c)
		})
		if len(w.first) > 0 {
			return // nothing could be read, and so nothing was written
		}
		if got, err := r.Writer().Do(t.Context(), w.change); err == nil || got != (plan.Receipt{Lost: true}) {
			t.Errorf("in doubt: %+v, %v", got, err)
		}
		r.with(nil)
		if got, err := r.Writer().Do(t.Context(), w.change); err != nil || got != (plan.Receipt{Already: true}) {
			t.Errorf("after doubt: %+v, %v", got, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.with(awssim.Nth(1, "quicksight:RegisterUser", awssim.On("quicksight:RegisterUser", awssim.BeforeEffect,
			awssim.Fault{Drop: true, CommitAfter: 1})))
		got, err := r.Writer().Do(t.Context(), registerBob(t))
		if err != nil || got.Already {
			t.Errorf("committed late: %+v, %v", got, err)
		}
	})
}
