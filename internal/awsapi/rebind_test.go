package awsapi_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func rebindAcme(t *testing.T) plan.Rebind {
	return plan.Rebind{Namespace: namespace(t, "acme"), Store: storeID, Mirror: "qs:acme", From: "g-1", To: "g-2"}
}

// described is a world whose mirror has another description.
func described(text string) func(*world.Seed) {
	return func(s *world.Seed) { s.QuickSight.Namespaces[0].Groups[0].Description = text }
}

// TestRebind changes the mark, and nothing beside it.
func TestRebind(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, eve)
		want := settled(t, r)
		want.Namespaces[0].Groups[0].Description = "tenantry/1 " + storeID + " g-2"
		got, err := r.Writer().Do(t.Context(), rebindAcme(t))
		if err != nil || got.Already || got.Request == "" {
			t.Errorf("%+v, %v", got, err)
		}
		if calls := r.calls(); !slices.Equal(calls, []string{"DescribeGroup", "UpdateGroup"}) {
			t.Errorf("calls %v", calls)
		}
		if got := settled(t, r); !reflect.DeepEqual(got.Namespaces, want.Namespaces) {
			t.Errorf("the world is\n%+v\nwant\n%+v", got.Namespaces, want.Namespaces)
		}
		r.with(nil)
		if got, err := r.Writer().Do(t.Context(), rebindAcme(t)); err != nil || !got.Already {
			t.Errorf("again: %+v, %v", got, err)
		}
		if calls := r.calls(); !slices.Equal(calls, []string{"DescribeGroup"}) {
			t.Errorf("again: calls %v", calls)
		}
	})
}

// TestRebindOnlyWhatWasSeen writes over nothing but the very mark that is to be replaced.
func TestRebindOnlyWhatWasSeen(t *testing.T) {
	for name, text := range map[string]string{
		"another group":  "tenantry/1 " + storeID + " g-3",
		"another store":  "tenantry/1 d-0000000000 g-1",
		"by hand":        "the people of acme",
		"nothing":        "",
		"more behind it": "tenantry/1 " + storeID + " g-1 ",
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, described(text))
				before := settled(t, r)
				if err := do(r.Writer(), t.Context(), rebindAcme(t)); !errors.Is(err, plan.ErrDiffers) {
					t.Errorf("%v", err)
				}
				if !reflect.DeepEqual(before, settled(t, r)) {
					t.Error("something was written")
				}
			})
		})
	}
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		c := rebindAcme(t)
		c.Mirror = "none"
		if err := do(r.Writer(), t.Context(), c); !errors.Is(err, plan.ErrNotFound) {
			t.Errorf("no such group: %v", err)
		}
	})
}

// TestRebindRefusesWithoutACall what is no rebinding of a mirror.
func TestRebindRefusesWithoutACall(t *testing.T) {
	for name, change := range map[string]func(*plan.Rebind){
		"no namespace":   func(c *plan.Rebind) { c.Namespace = tenancy.Namespace{} },
		"no store":       func(c *plan.Rebind) { c.Store = "" },
		"no mirror":      func(c *plan.Rebind) { c.Mirror = "" },
		"from nothing":   func(c *plan.Rebind) { c.From = "" },
		"to nothing":     func(c *plan.Rebind) { c.To = "" },
		"to itself":      func(c *plan.Rebind) { c.To = c.From },
		"the custodians": func(c *plan.Rebind) { c.Mirror, c.From = tenancy.CustodiansName, tenancy.CustodiansGroup },
		"to custodians":  func(c *plan.Rebind) { c.To = tenancy.CustodiansGroup },
		"a move":         func(c *plan.Rebind) { c.Mirror, c.From = tenancy.MoveName("p"), tenancy.MoveGroup("p") },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, nil)
			c := rebindAcme(t)
			change(&c)
			if err := do(r.Writer(), t.Context(), c); err == nil || !strings.HasPrefix(err.Error(), "refused") {
				t.Errorf("%v", err)
			}
			if len(r.calls()) > 0 {
				t.Errorf("calls %v", r.calls())
			}
		})
	}
}

// TestS16Rebind looks before it writes again, whatever became of the answer; F9: and what it sees late does no harm.
func TestS16Rebind(t *testing.T) {
	const op = "quicksight:UpdateGroup"
	for name, tt := range map[string]struct {
		fault awssim.Hook
		stale bool
		calls []string
	}{
		"the answer is lost": {awssim.Nth(1, op, awssim.DropAfter(op)), false, []string{"DescribeGroup", "UpdateGroup", "DescribeGroup"}},
		"the call is lost":   {awssim.Nth(1, op, awssim.FailBefore(op, awssim.InternalFailure())), false, []string{"DescribeGroup", "UpdateGroup", "DescribeGroup", "UpdateGroup"}},
		"the reading lags":   {awssim.Nth(1, op, awssim.DropAfter(op)), true, []string{"DescribeGroup", "UpdateGroup", "DescribeGroup", "UpdateGroup"}},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, func(s *world.Seed) {
					if tt.stale {
						s.Behaviour.StaleReads = map[string]world.Duration{"quicksight": world.Duration(time.Minute)}
					}
				})
				r.with(tt.fault)
				got, err := r.Writer().Do(t.Context(), rebindAcme(t))
				if err != nil || got.Already {
					t.Errorf("%+v, %v", got, err)
				}
				if calls := r.calls(); !slices.Equal(calls, tt.calls) {
					t.Errorf("calls %v", calls)
				}
				if d := settled(t, r).Namespaces[0].Groups[0].Description; !strings.HasSuffix(d, " g-2") {
					t.Errorf("the mark is %q", d)
				}
			})
		})
	}
}

func TestRebindDenied(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(s *world.Seed) {
			s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:UpdateGroup"}}}
		})
		err := do(r.Writer(), t.Context(), rebindAcme(t))
		if e, ok := errors.AsType[*awsapi.DeniedError](err); !ok || e.Action != "quicksight:UpdateGroup" || !errors.Is(err, plan.ErrDenied) {
			t.Errorf("%T %v", err, err)
		}
	})
}
