package awsapi_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
)

// TestAt makes every kind of call with the priority that was asked for, bulk where none was.
func TestAt(t *testing.T) {
	r := newRig(t, manyPeople(1))
	for _, p := range []awsapi.Priority{awsapi.Bulk, awsapi.Soon, awsapi.Urgent} {
		for name, a := range map[string]*awsapi.AWS{"at": r.At(p), "at again": r.At(awsapi.Urgent).At(p)} {
			r.with(nil)
			_, users := a.QuickSight().Users(t.Context(), "acme")
			_, people := a.Directory().People(t.Context())
			_, roles := a.Roles().Roles(t.Context(), "/")
			_, account := a.Preflight().Account(t.Context())
			for _, err := range []error{users, people, roles, account, do(a.Writer(), t.Context(), registerBob(t))} {
				if err != nil {
					t.Error(err)
				}
			}
			for _, c := range r.called {
				if c.Priority != p {
					t.Errorf("%s: %s was %v, want %v", name, c.Operation, c.Priority, p)
				}
			}
		}
	}
	r.with(nil)
	if _, err := r.Roles().Roles(t.Context(), "/"); err != nil || r.called[0].Priority != awsapi.Bulk {
		t.Errorf("%v, %+v", err, r.called)
	}
}

// TestS16DoubtIsShared begins with reading, whatever the priority of the write that left a doubt.
func TestS16DoubtIsShared(t *testing.T) {
	each(t, func(t *testing.T, w write) {
		r := newRig(t, eve)
		sent := false
		r.with(func(c awssim.Call) awssim.Fault {
			if c.Operation == w.call {
				sent = true
				return awssim.DropAfter("")(c)
			}
			if !sent {
				return awssim.Fault{}
			}
			return awssim.DropBefore("")(c)
		})
		if err := do(r.Writer(), t.Context(), w.change); err == nil {
			t.Fatal("no error, though nothing could be read")
		}
		r.with(nil)
		if err := do(r.At(awsapi.Urgent).Writer(), t.Context(), w.change); err != nil {
			t.Fatal(err)
		}
		if got := r.calls(); !slices.Equal(got, w.reads) {
			t.Errorf("calls %v, want %v", got, w.reads)
		}
	})
}

// TestRetriesApart leaves an urgent call its retries when bulk work has used up its own.
func TestRetriesApart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.with(awssim.FailBefore("quicksight", awssim.Throttling()))
		for range 100 {
			go r.QuickSight().Groups(t.Context(), "acme")
		}
		time.Sleep(time.Second)
		r.with(awssim.Nth(1, "quicksight:ListUsers", awssim.FailBefore("quicksight", awssim.Throttling())))
		begin := time.Now()
		if _, err := r.At(awsapi.Urgent).QuickSight().Users(t.Context(), "acme"); err != nil || time.Since(begin) > 3*time.Second {
			t.Errorf("%v after %v", err, time.Since(begin))
		}
		time.Sleep(time.Hour)
	})
}

// TestShare holds a process to its part of every rate.
func TestShare(t *testing.T) {
	rates := func(o *awsapi.Options) {
		o.QuickSightRate = awsapi.Rate{Start: 10, Ceiling: 20}
		o.IdentityStoreRate = awsapi.Rate{Start: 100, Ceiling: 20}
		o.Share = 0.25
	}
	for _, p := range newRig(t, nil, rates).Paces() {
		want := map[string]float64{"quicksight": 2.5, "identitystore": 5, "iam": 1.25, "sts": 1.25}[p.Service]
		if p.PerSecond != want && p.Service != "sqs" {
			t.Errorf("%s begins at %v a second, want %v", p.Service, p.PerSecond, want)
		}
	}
	for _, share := range []float64{-0.1, 1.1} {
		_, err := awsapi.New(t.Context(), awsapi.Options{AccountID: account, Region: "us-east-1", StoreID: storeID, Share: share})
		if err == nil {
			t.Errorf("a share of %v was taken", share)
		}
	}
}
