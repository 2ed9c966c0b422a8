package main

import (
	"context"
	"errors"
	"os"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/journal"
)

// What takes minutes, a script does not wait for: it sets the clock of the simulated AWS back, or moves what the history
// tells into the past.

// lateCommand sets the clock of the simulated AWS so much behind that of this machine: late DURATION.
func lateCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: late DURATION")
	}
	d, err := time.ParseDuration(args[0])
	ts.Check(err)
	accountOf(ts).late.Store(int64(d))
}

// earlierIn makes the command that tells the history of tenantry.yaml anew, as if all of it had been so much earlier: earlier
// DURATION. Nothing may have it open.
func earlierIn(t *testing.T) func(*testscript.TestScript, bool, []string) {
	return func(ts *testscript.TestScript, neg bool, args []string) {
		if neg || len(args) != 1 {
			ts.Fatalf("usage: earlier DURATION")
		}
		by, err := time.ParseDuration(args[0])
		ts.Check(err)
		c, problems := config.Load(ts.MkAbs("tenantry.yaml"))
		ts.Check(problems.Err())
		was := journal.Spec{Place: c.Journal.Place(), Account: c.QuickSight.AccountID, Store: c.IdentityCenter.StoreID}
		is := was
		is.Place += "-earlier"
		var failed error
		synctest.Test(t, func(*testing.T) { failed = toldEarlier(was, is, by) })
		ts.Check(failed)
		for _, companion := range []string{"", "-head"} {
			ts.Check(os.Rename(c.Journal.Path+"-earlier"+companion, c.Journal.Path+companion))
		}
	}
}

// toldEarlier records what one journal has in another one, which is new. It is called in a bubble of fake time, which begins
// in the year 2000.
func toldEarlier(was, is journal.Spec, by time.Duration) error {
	ctx := context.Background()
	from, err := journal.Open(ctx, was)
	if err != nil {
		return err
	}
	time.Sleep(time.Until(from.Born(ctx).Add(-by)))
	to, err := journal.Open(ctx, is)
	if err != nil {
		return errors.Join(err, from.Close())
	}
	for r, failed := range from.Entries(ctx, journal.Filter{}) {
		if err = failed; err != nil {
			break
		}
		time.Sleep(time.Until(r.Time.Add(-by)))
		if _, err = to.Record(ctx, r.Entry); err != nil {
			break
		}
	}
	return errors.Join(err, from.Close(), to.Close())
}
