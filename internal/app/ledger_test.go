package app

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestOperationsAreTold: every call by which a change writes who is where is one that is told of.
func TestOperationsAreTold(t *testing.T) {
	reader := intake.Reader{Account: "111122223333"}
	for kind, calls := range operations {
		for _, call := range calls {
			body := fmt.Sprintf(`{"source":"aws.quicksight","detail-type":"AWS API Call via CloudTrail","account":"111122223333",`+
				`"detail":{"eventSource":"quicksight.amazonaws.com","eventName":%q,"eventType":"AwsApiCall","requestID":"r"}}`, call)
			if got := reader.Read([]byte(body)); len(got.Hints) != 1 || got.Hints[0].Kind != intake.Written {
				t.Errorf("%s, by which %s is made, is read as %+v", call, kind, got)
			}
		}
	}
}

// past is a history in memory that claims to last.
type past struct {
	entries []journal.Record
	born    time.Time
	asked   int
}

func (p *past) Entries(_ context.Context, f journal.Filter) iter.Seq2[journal.Record, error] {
	p.asked++
	return func(yield func(journal.Record, error) bool) {
		for _, r := range p.entries {
			if !r.Time.Before(f.Since) && slices.Contains(f.What, r.What) && !yield(r, nil) {
				return
			}
		}
	}
}

func (p *past) HeldSince(_ context.Context, holds []tenancy.Hold) ([]time.Time, error) {
	return make([]time.Time, len(holds)), nil
}
func (p *past) Born(context.Context) time.Time { return p.born }
func (p *past) Durable() bool                  { return true }

func (p *past) add(at time.Time, of int64, e plan.Entry) {
	e.Of = of
	p.entries = append(p.entries, journal.Record{Seq: int64(len(p.entries) + 1), Time: at, Entry: e})
}

// TestWhose goes through what a history may say of a write.
func TestWhose(t *testing.T) {
	now := time.Now().Truncate(time.Second)
	begin := plan.Entry{What: plan.Intended, Kind: plan.KindRegister, Namespace: "acme", Object: "QuickSight/ana"}
	ended := func(what plan.What, request string, lost bool) plan.Entry {
		e := begin
		e.What, e.Request, e.Lost = what, request, lost
		return e
	}
	write := intake.Write{Operation: "RegisterUser", Namespace: "acme", User: "QuickSight/ana", At: now.Add(-10 * time.Minute)}
	for name, c := range map[string]struct {
		past func(p *past)
		w    func(w *intake.Write)
		want whose
	}{
		"it is there":                          {func(p *past) { p.add(write.At, 0, begin); p.add(write.At, 1, ended(plan.Done, "r", false)) }, nil, ours},
		"it is one of two":                     {func(p *past) { p.add(write.At, 0, begin); p.add(write.At, 1, ended(plan.Done, "q r", false)) }, nil, ours},
		"it is not there":                      {func(p *past) { p.add(write.At, 0, begin); p.add(write.At, 1, ended(plan.Done, "q", false)) }, nil, somebody},
		"an answer was lost":                   {func(p *past) { p.add(write.At, 0, begin); p.add(write.At, 1, ended(plan.Done, "q", true)) }, nil, ours},
		"nothing was answered":                 {func(p *past) { p.add(write.At, 0, begin); p.add(write.At, 1, ended(plan.Failed, "", true)) }, nil, ours},
		"its process has ended":                {func(p *past) { p.add(write.At, 0, begin) }, nil, ours},
		"its process has ended long before":    {func(p *past) { p.add(write.At.Add(-2*time.Hour), 0, begin) }, nil, somebody},
		"its process has ended an hour before": {func(p *past) { p.add(write.At.Add(-lasting-time.Minute), 0, begin) }, nil, somebody},
		"its process has ended just now":       {func(p *past) { p.add(write.At.Add(-lasting+time.Minute), 0, begin) }, nil, ours},
		"its process has ended, another one":   {func(p *past) { p.add(write.At, 0, begin) }, func(w *intake.Write) { w.User = "QuickSight/bo" }, somebody},
		"its process has ended, elsewhere":     {func(p *past) { p.add(write.At, 0, begin) }, func(w *intake.Write) { w.Namespace = "globex" }, somebody},
		"its process has ended, other call":    {func(p *past) { p.add(write.At, 0, begin) }, func(w *intake.Write) { w.Operation = "UpdateUser" }, somebody},
		"before the journal began":             {func(p *past) { p.born = now.Add(-time.Minute) }, nil, unknown},
		"older than a queue keeps anything":    {func(*past) {}, func(w *intake.Write) { w.At = now.Add(-15 * 24 * time.Hour) }, unknown},
		"at no time":                           {func(*past) {}, func(w *intake.Write) { w.At = time.Time{} }, unknown},
	} {
		t.Run(name, func(t *testing.T) {
			p, w := &past{}, write
			c.past(p)
			if c.w != nil {
				c.w(&w)
			}
			l := newLedger(p)
			if got, err := l.whose(t.Context(), "r", w, w.At.Add(writeGrace)); got != c.want || err != nil {
				t.Errorf("%d, %v; want %d", got, err, c.want)
			}
		})
	}
}

// TestWhoseIsUnsureForAWhile: before an outcome must stand in the history nothing is said; and many questions are few readings.
func TestWhoseIsUnsureForAWhile(t *testing.T) {
	p, now := &past{}, time.Now()
	l := newLedger(p)
	for i := range 1000 {
		w := intake.Write{Operation: "RegisterUser", Namespace: "acme", At: now.Add(-time.Duration(i) * time.Millisecond)}
		if got, err := l.whose(t.Context(), fmt.Sprint(i), w, now.Add(time.Minute)); got != unsure || err != nil {
			t.Fatalf("%d, %v", got, err)
		}
	}
	if p.asked > 1 {
		t.Errorf("the history was read %d times", p.asked)
	}
}

// TestALostAnswerAccountsForFew: a change that lost answers made no more writes than it may.
func TestALostAnswerAccountsForFew(t *testing.T) {
	now := time.Now()
	p := &past{}
	p.add(now.Add(-10*time.Minute), 0, plan.Entry{What: plan.Intended, Kind: plan.KindUpdateUser, Namespace: "acme", Object: "QuickSight/ana"})
	l := newLedger(p)
	n := map[whose]int{}
	for range 2 { // each comes twice
		for i := range mostLost + 2 {
			w := intake.Write{Operation: "UpdateUser", Namespace: "acme", User: "QuickSight/ana", At: now.Add(-9 * time.Minute)}
			got, err := l.whose(t.Context(), fmt.Sprint(i), w, now.Add(-time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			n[got]++
		}
	}
	if n[ours] != 2*mostLost || n[somebody] != 4 {
		t.Errorf("ours and somebody else's: %v", n)
	}
}
