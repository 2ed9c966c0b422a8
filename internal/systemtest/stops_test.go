package systemtest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestE21Poison: among good messages are some that no one can use. They are set aside after one try,
// with a reason, in the history too; and the others are dealt with at once.
func TestE21Poison(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		group := r.groupID("qs:t000")
		poison := map[string]string{
			"not-json":        `{"version":`,
			"foreign-store":   strings.ReplaceAll(joinedByAPI(group, group), store, "d-0000000000"),
			"foreign-account": strings.ReplaceAll(roleMade("QuickSight"), account, "999999999999"),
			"too-large":       strings.Repeat(" ", 1<<20) + "{}",
			"too-deep":        strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000),
		}
		for i, p := range []string{"not-json", "foreign-store", "foreign-account", "too-large", "too-deep"} {
			name := r.someone(fmt.Sprintf("good%d", i))
			r.join("qs:t000", name)
			o.send(poison[p], 0)
			o.send(joinedByAPI(group, r.id(name)), 0)
		}
		r.waitFor("the good", time.Second, func() bool {
			for i := range 5 {
				if !r.isIn("t000", "qs:t000", fmt.Sprintf("good%d", i)) {
					return false
				}
			}
			return true
		})
		time.Sleep(time.Second)
		if len(o.aside) != len(poison) {
			t.Errorf("set aside: %v", o.aside)
		}
		for id, reason := range o.aside {
			if poison[reason] == "" || o.sent[id].message.Receives != 1 {
				t.Errorf("%s was set aside because of %q after %d tries", id, reason, o.sent[id].message.Receives)
			}
		}
		if told := s.of(plan.SetAside); len(told) != len(poison) {
			t.Errorf("the history has %+v", told)
		}
		s.done(o, time.Second)
	})
}

// TestF24SIGTERM: a process is asked to stop while QuickSight is slow and a new customer's namespace is
// not there yet. It ends within ten seconds, and returns what it has not done; another process finds it
// in the queue at once.
func TestF24SIGTERM(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		r.suffer(awssim.On("quicksight", awssim.BeforeEffect, awssim.Fault{Delay: 30 * time.Second}))
		group := r.group("qs:new")
		o.send(createdByAPI(group), 0)
		for i := range 40 {
			name := r.someone(fmt.Sprintf("p%d", i))
			r.join("qs:t000", name)
			o.send(joinedByAPI(r.groupID("qs:t000"), r.id(name)), 0)
		}
		time.Sleep(3 * time.Second)
		if took := s.stop(); took > 10*time.Second {
			t.Errorf("it took %v to stop", took)
		}
		if got, _, _ := o.take(0); len(got) == 0 || o.left() < 30 {
			t.Errorf("%d of %d messages can be received", len(got), o.left())
		}
		time.Sleep(time.Minute) // what was sent is answered to nobody
		r.suffer()
		next := r.daemon(service{inbox: o})
		defer next.stop()
		r.waitFor("everyone", 3*time.Minute, func() bool { return r.isIn("t000", "qs:t000", "p39") && o.left() == 0 })
		next.done(o, time.Minute)
	})
}

// TestS23Pause: while writes are paused nothing is written. Hints are read and wait, and passes too; when
// it ends, they go on.
func TestS23Pause(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		tell := func(what plan.What, text string) {
			e := plan.Entry{What: what, Run: "by-hand", Cause: tenancy.Cause{Kind: tenancy.ByCommand, Name: "pause"}, Text: text}
			if _, err := s.journal.Record(context.Background(), e); err != nil {
				t.Fatal(err)
			}
		}
		tell(plan.PauseBegan, "somebody is unsure")
		group := r.group("qs:new")
		o.send(createdByAPI(group), 0)
		r.join("qs:t000", r.someone("ana"))
		r.join("qs:new", r.someone("bob"))
		n := r.writes(func() {
			o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
			o.send(joinedByAPI(group, r.id("bob")), 0)
			time.Sleep(40 * time.Minute)
		})
		if n != 0 {
			t.Errorf("S23: %d writes while they are paused", n)
		}
		if o.left() == 0 {
			t.Error("messages were deleted whose effects are not made")
		}
		if len(s.log.with("PAUSED", "somebody is unsure")) == 0 {
			t.Error("nobody is told of the pause")
		}
		tell(plan.PauseEnded, "")
		r.waitFor("ana", 10*time.Second, func() bool { return r.isIn("t000", "qs:t000", "ana") })
		r.waitFor("bob", time.Minute, func() bool { return r.isIn("new", "qs:new", "bob") })
		s.done(o, 2*time.Minute)
	})
}

// slowOffice answers a deletion after half a second, and does nothing for who does not wait.
type slowOffice struct{ *office }

func (o slowOffice) Delete(ctx context.Context, messages []awsapi.Message) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(500 * time.Millisecond):
		return o.office.Delete(ctx, messages)
	}
}

// TestStopsWhileDeleting: a process is asked to stop just when it has told the queue that a message is done with. It lets the
// queue answer: the message does not come again, and nobody is warned of it.
func TestStopsWhileDeleting(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 2), settings{}, func(r *rig) {
		o := newOffice()
		s := r.daemon(service{inbox: slowOffice{o}})
		defer s.stop()
		s.settle()
		r.someone("ana")
		o.send(ofPerson("CreateUser", r.id("ana")), 0)
		time.Sleep(300 * time.Millisecond) // deletions begin every 200 ms
		s.stop()
		if warned := s.log.with("deleting messages failed"); len(warned) > 0 || o.left() != 0 {
			t.Errorf("%d messages are left; the log has %v", o.left(), warned)
		}
	})
}

// TestStopsWithSomethingDone: a process is asked to stop when a message is done with and the queue does not know it yet. The queue is
// told before it ends, and the message does not come again.
func TestStopsWithSomethingDone(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 2), settings{}, func(r *rig) {
		for wait := range 8 {
			o := newOffice()
			s := r.daemon(service{inbox: o})
			s.settle()
			o.send(`{"source":"aws.quicksight","detail-type":"Nothing That Concerns Anybody","account":"`+account+`","detail":{}}`, 0)
			time.Sleep(time.Duration(25*wait) * time.Millisecond) // deletions begin every 200 ms
			s.stop()
			if left := o.left(); left != 0 {
				t.Errorf("after %d ms, %d messages are left", 25*wait, left)
			}
		}
	})
}
