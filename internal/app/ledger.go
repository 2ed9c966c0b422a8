package app

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// history is what a journal tells of what was.
type history interface {
	Entries(ctx context.Context, f journal.Filter) iter.Seq2[journal.Record, error]
	HeldSince(ctx context.Context, holds []tenancy.Hold) ([]time.Time, error)
	Born(ctx context.Context) time.Time
	Durable() bool
}

const (
	// ledgerAge is how far back the ledger goes at the most: no queue keeps a message for longer (SQS developer guide,
	// "Amazon SQS message quotas").
	ledgerAge = 14 * 24 * time.Hour
	// ledgerEvery is how often the history is read anew, however many writes are told of.
	ledgerEvery = 5 * time.Second
	// ledgerOverlap is by how much the clocks of those who share a history may differ.
	ledgerOverlap = 10 * time.Minute
	// ledgerMore is how much further back it goes than it must: events come in any order.
	ledgerMore = time.Hour
	// mostKnown is how many requests are kept. Beyond them it begins anew, and reads again what it needs.
	mostKnown = 200_000
	// mostLost is how many requests one change may have made of which nobody knows the id: see awsapi's settle.
	mostLost = 4
)

// ledger says whose a write to QuickSight is, by what the history tells: our own stands there with the id of its request. A
// request of which no answer came has no id that anybody knows, so a change that has lost one accounts for a write of
// the same kind to the same object, at about that time.
type ledger struct {
	history history // nil where none is kept

	turn  chan struct{} // has one in it while somebody reads the history: whoever waits may give up
	from  time.Time     // its records since then are known; zero for none
	read  time.Time     // when they were read last
	last  int64         // the number of the newest one
	made  map[string]bool
	begun map[int64]*doubt // meant, and without an outcome yet
	lost  []*doubt
}

func newLedger(past history) *ledger { return &ledger{history: past, turn: make(chan struct{}, 1)} }

// doubt is a change of which a request may be unknown.
type doubt struct {
	entry    plan.Entry
	at       time.Time
	accounts map[string]bool // the requests that it accounts for already
}

// whose is what a ledger says of a write.
type whose int

const (
	ours     whose = iota
	somebody       // else's
	unsure         // the outcome may not be recorded yet
	unknown        // nobody can tell
)

// judges reports whether whose a write is can be told at all: a history that ends with its process knows neither the
// processes before it nor those beside it.
func (l *ledger) judges() bool { return l.history != nil && l.history.Durable() }

// whose says whose a write is. ripe is from when on it must stand in the history if it is ours.
func (l *ledger) whose(ctx context.Context, request string, w intake.Write, ripe time.Time) (whose, error) {
	now := time.Now()
	if !l.judges() || w.At.IsZero() || now.Sub(w.At) > ledgerAge || w.At.Before(l.history.Born(ctx)) {
		return unknown, nil
	}
	select {
	case l.turn <- struct{}{}:
		defer func() { <-l.turn }()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	since := w.At.Add(-ledgerOverlap)
	if len(l.made) > mostKnown || l.from.IsZero() || since.Before(l.from) {
		l.from, l.last, l.read = since.Add(-ledgerMore), 0, time.Time{}
		l.made, l.begun, l.lost = map[string]bool{}, map[int64]*doubt{}, nil
	}
	if !l.made[request] && now.Sub(l.read) >= ledgerEvery {
		if err := l.learn(ctx, now); err != nil {
			return 0, err
		}
	}
	switch {
	case l.made[request]:
		return ours, nil
	case now.Before(ripe) || l.read.Before(ripe):
		return unsure, nil
	case l.accountedFor(request, w):
		return ours, nil
	}
	return somebody, nil
}

// learn reads what is new in the history.
func (l *ledger) learn(ctx context.Context, now time.Time) error {
	since := l.from
	if !l.read.IsZero() {
		since = l.read.Add(-ledgerOverlap)
	}
	told := journal.Filter{Since: since, What: []plan.What{plan.Intended, plan.Done, plan.Failed, plan.Held}}
	for r, err := range l.history.Entries(ctx, told) {
		if err != nil {
			return fmt.Errorf("asking the history whose a write is: %w", err)
		}
		if r.Seq > l.last {
			l.last = r.Seq
			l.take(r)
		}
	}
	l.read = now
	return nil
}

func (l *ledger) take(r journal.Record) {
	if r.What == plan.Intended {
		l.begun[r.Seq] = &doubt{r.Entry, r.Time, map[string]bool{}}
		return
	}
	for _, request := range strings.Fields(r.Request) {
		l.made[request] = true
	}
	if d := l.begun[r.Of]; d != nil {
		delete(l.begun, r.Of)
		if r.Lost || r.Request == "" {
			l.lost = append(l.lost, d)
		}
	}
}

// accountedFor reports whether a change that lost a request, or whose process has ended before it could take its outcome
// down, has made a write.
func (l *ledger) accountedFor(request string, w intake.Write) bool {
	for _, d := range l.lost {
		if d.takes(request, w) {
			return true
		}
	}
	for _, d := range l.begun {
		if d.takes(request, w) {
			return true
		}
	}
	return false
}

// lasting is for how long after its beginning a change may still write.
const lasting = time.Hour

func (d *doubt) takes(request string, w intake.Write) bool {
	if d.accounts[request] {
		return true
	}
	if len(d.accounts) == mostLost || w.At.Before(d.at.Add(-ledgerOverlap)) || w.At.After(d.at.Add(lasting)) || !makes(d.entry, w) {
		return false
	}
	d.accounts[request] = true
	return true
}

// operations are the calls of QuickSight by which changes are made, as far as they write who is where. The others touch
// assets and tags.
var operations = map[plan.Kind][]string{
	plan.KindCreateNamespace:      {"CreateNamespace"},
	plan.KindDeleteNamespace:      {"DeleteNamespace"},
	plan.KindCreateMirror:         {"CreateGroup"},
	plan.KindBeginMove:            {"CreateGroup"},
	plan.KindEndMove:              {"DeleteGroup"},
	plan.KindRebind:               {"UpdateGroup"},
	plan.KindRegister:             {"RegisterUser"},
	plan.KindReturn:               {"RegisterUser"},
	plan.KindUpdateUser:           {"UpdateUser"},
	plan.KindLowerRole:            {"UpdateUser"},
	plan.KindSetCustomPermissions: {"UpdateUserCustomPermission", "DeleteUserCustomPermission"},
	plan.KindSuspend:              {"UpdateUserCustomPermission", "DeleteUserCustomPermission"},
	plan.KindResume:               {"UpdateUserCustomPermission", "DeleteUserCustomPermission"},
	plan.KindAddMember:            {"CreateGroupMembership"},
	plan.KindRejoin:               {"CreateGroupMembership"},
	plan.KindRemoveMember:         {"DeleteGroupMembership"},
	plan.KindRemoveRegistration:   {"DeleteUser"},
	plan.KindEvict:                {"DeleteUser"},
}

// makes reports whether the change of an entry could make a write: the call, and what it is about.
func makes(e plan.Entry, w intake.Write) bool {
	outside := e.Kind == plan.KindEvict || e.Kind == plan.KindReturn || e.Kind == plan.KindRejoin
	switch {
	case !slices.Contains(operations[e.Kind], w.Operation), !outside && w.Namespace != e.Namespace:
		return false
	case w.User != "":
		return string(w.User) == e.Object
	case w.Group != "":
		return w.Group == e.Object || w.Group == tenancy.MoveName(e.Person)
	}
	return true
}
