package systemtest

import (
	"context"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
)

// listening are settings for a world that is watched, whose trail tells of tenantry's own writes too.
var listening = settings{more: "limits: {new_namespaces_per_day: 1000}\nevents: {queue_url: \"" + queueURL + "\"}"}

// lasting is a journal in a file: it outlives processes, and they can share it.
func (r *rig) lasting(t *testing.T) *journal.Journal {
	t.Helper()
	j, err := journal.Open(context.Background(), journal.Spec{Place: "sqlite:" + filepath.Join(t.TempDir(), "journal"), Account: account, Store: store})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

// onWatch is a process that serves a world that tells of everything, with a journal in a file that is older than a day.
func onWatch(t *testing.T, seed world.Seed, life func(r *rig, p *servant)) {
	t.Helper()
	in(t, watched(seed, world.Trail{Delay: world.Duration(10 * time.Second)}), listening, func(r *rig) {
		j := r.lasting(t)
		defer j.Close()
		time.Sleep(25 * time.Hour)
		p := r.daemon(service{journal: j})
		p.settle()
		life(r, p)
		p.stop()
	})
}

// tell puts an event into the queue.
func (r *rig) tell(body string) {
	r.w.Lock()
	defer r.w.Unlock()
	q, _ := r.w.Queues.Get(region, "events")
	q.Send(world.Message{ID: r.w.NewID(), Body: body}, 0)
}

// happens tells of a call of QuickSight's API that somebody has made, without making it.
func (r *rig) happens(operation, request string, parameters map[string]any) {
	r.w.Lock()
	defer r.w.Unlock()
	r.w.Happened(world.Activity{Source: "quicksight.amazonaws.com", Name: operation, Region: region, Request: parameters, RequestID: request})
}

// rings are how often each alarm's line was logged, and with a number above 0 where it stands on one.
func (l *logbook) rings() map[string]int {
	n := map[string]int{}
	for _, s := range app.Signals {
		for _, line := range l.with(`msg="` + string(s.Line) + `"`) {
			_, number, _ := strings.Cut(line, " "+s.Field+"=")
			if s.Line != "" && s.Alarm != "no-complete-pass" && (s.Field == "" || !strings.HasPrefix(number, "0 ")) {
				n[s.Alarm]++
			}
		}
	}
	return n
}

// quiet fails the test for every alarm but those named.
func (p *servant) quiet(but ...string) {
	p.Helper()
	rings := p.log.rings()
	for _, b := range but {
		delete(rings, b)
	}
	if len(rings) > 0 {
		p.Errorf("it rings: %v\n%s", rings, strings.Join(p.log.with("WARN"), "\n"))
	}
}

// TestAnOrdinaryDayRingsNothing: people come and go, change their names and their groups, a new customer comes, answers are
// lost now and then, the process is started anew, and every write of its own is told to it.
func TestAnOrdinaryDayRingsNothing(t *testing.T) {
	t.Parallel()
	onWatch(t, tenants(5, 20), func(r *rig, p *servant) {
		lost := 0
		r.suffer(func(c awssim.Call) awssim.Fault {
			if c.Phase == awssim.AfterEffect && c.Service == "quicksight" && !strings.HasPrefix(c.Operation, "List") && !strings.HasPrefix(c.Operation, "Describe") {
				if lost++; lost%3 == 0 {
					return awssim.Fault{Drop: true}
				}
			}
			return awssim.Fault{}
		})
		group := r.group("qs:new")
		r.tell(createdByAPI(group))
		hours := 24
		if testing.Short() {
			hours = 8 // somebody of each kind comes and goes, and the process dies once
		}
		for hour := range hours {
			name := r.someone(fmt.Sprintf("new%02d", hour))
			in := fmt.Sprintf("qs:t%03d", hour%5)
			if hour%4 == 0 {
				in = "qs:new"
			}
			r.join(in, name)
			r.tell(joinedByAPI(r.groupID(in), r.id(name)))
			if hour%8 == 1 {
				leaver := fmt.Sprintf("t%03d.%03d", hour%5, hour%20)
				r.leave("qs:"+leaver[:4], leaver)
				r.tell(leftInConsole(r.groupID("qs:"+leaver[:4]), r.id(leaver)))
			}
			if hour%8 == 5 {
				r.disable(fmt.Sprintf("t%03d.019", hour%5))
				r.tell(ofPerson("UpdateUser", r.id(fmt.Sprintf("t%03d.019", hour%5))))
			}
			time.Sleep(time.Hour)
			p.quiet()
			if hour%6 == 3 {
				j := p.journal
				p.die()
				p = r.daemon(service{journal: j})
				p.settle()
			}
		}
		if lost < hours*5/4 {
			t.Errorf("%d answers", lost)
		}
		told := 0
		for _, want := range []string{"RegisterUser", "CreateGroupMembership", "DeleteGroupMembership"} {
			if r.sim.Calls()["quicksight:"+want] == 0 {
				t.Errorf("nobody called %s", want)
			}
			told += r.sim.Calls()["quicksight:"+want]
		}
		if n := strings.Count(strings.Join(p.log.with("pass complete"), ""), "held_with_access=0"); n == 0 || told < hours*5/6 {
			t.Errorf("%d passes say that nothing is held, %d writes", n, told)
		}
		p.stop()
	})
}

// TestT10ForeignWritesRing: somebody writes with tenantry's own credentials. Each write is told once, however often it comes,
// with ids only; it stands in the history; and who is named is looked at again, and put right.
func TestT10ForeignWritesRing(t *testing.T) {
	t.Parallel()
	onWatch(t, tenants(2, 3), func(r *rig, p *servant) {
		r.byHand("t001", func(c *world.Contents) { c.Leave("qs:t001", "QuickSight/t001.001") })
		taken := map[string]any{"namespace": "t001", "groupName": "qs:t001", "memberName": "QuickSight/t001.001"}
		r.happens("DeleteGroupMembership", "stolen-1", taken)
		r.happens("DeleteGroupMembership", "stolen-1", taken)
		time.Sleep(time.Minute)
		p.quiet() // it may be its own, and not in the history yet
		time.Sleep(2 * time.Minute)
		lines := p.log.with(string(app.LineForeign))
		if len(lines) != 1 || !strings.Contains(lines[0], "request=stolen-1") || !strings.Contains(lines[0], r.id("t001.001")) || strings.Contains(lines[0], "t001.001") {
			t.Errorf("told %d times:\n%s", len(lines), strings.Join(lines, "\n"))
		}
		time.Sleep(15 * time.Minute)
		if !r.isIn("t001", "qs:t001", "t001.001") {
			t.Error("nobody has looked at who is named")
		}
		found := false
		for e, err := range p.journal.Entries(context.Background(), journal.Filter{What: []plan.What{plan.Foreign}}) {
			found = err == nil && e.Request == "stolen-1" && e.Namespace == "t001" && strings.Contains(e.Actor, "Administrator/simulator") && e.Text == "DeleteGroupMembership"
		}
		if !found {
			t.Error("it is not in the history")
		}
		r.happens("DeleteNamespace", "stolen-2", map[string]any{"namespace": "t000"})
		time.Sleep(5 * time.Minute)
		if n := p.log.count(string(app.LineForeign)); n != 2 {
			t.Errorf("told %d times", n)
		}
		p.quiet("foreign-write")
	})
}

// TestT10BehindALostAnswer: a change whose answer was lost accounts for a write of its own kind to the same person, and for
// no other.
func TestT10BehindALostAnswer(t *testing.T) {
	t.Parallel()
	onWatch(t, tenants(1, 3), func(r *rig, p *servant) {
		r.suffer(awssim.DropAfter("quicksight:RegisterUser"))
		name := r.someone("new")
		r.join("qs:t000", name)
		r.tell(joinedByAPI(r.groupID("qs:t000"), r.id(name)))
		time.Sleep(4 * time.Minute)
		r.suffer()
		p.quiet() // though nobody knows the id of that request
		r.happens("RegisterUser", "stolen-1", map[string]any{"namespace": "t000", "iamArn": role, "sessionName": "t000.001"})
		r.happens("UpdateUser", "stolen-2", map[string]any{"namespace": "t000", "userName": "QuickSight/new"})
		r.happens("RegisterUser", "stolen-3", map[string]any{"namespace": "t001", "iamArn": role, "sessionName": "new"})
		time.Sleep(4 * time.Minute)
		for _, request := range []string{"stolen-1", "stolen-2", "stolen-3"} {
			if len(p.log.with(string(app.LineForeign), request)) != 1 {
				t.Errorf("%s is not told", request)
			}
		}
	})
}

// TestForeignWritesNeedALastingJournal: with a history that ends with its process nobody can tell whose a write is. It says
// so, and does not ring.
func TestForeignWritesNeedALastingJournal(t *testing.T) {
	t.Parallel()
	in(t, watched(tenants(1, 3), world.Trail{}), listening, func(r *rig) {
		p := r.daemon(service{})
		p.settle()
		r.happens("UpdateUser", "stolen-1", map[string]any{"namespace": "t000", "userName": "QuickSight/t000.001"})
		time.Sleep(time.Hour)
		p.quiet("holds")
		if p.log.count("whose a write to QuickSight is cannot be told") != 1 {
			t.Error("it does not say so")
		}
		p.stop()
	})
}

// TestE29SharedJournal: two processes and somebody at a keyboard share a journal. Each is told of what the others write,
// and none takes it for somebody else's.
func TestE29SharedJournal(t *testing.T) {
	t.Parallel()
	in(t, watched(tenants(3, 10), world.Trail{Duplicates: 1, Delay: world.Duration(time.Minute), Shuffle: true}), listening, func(r *rig) {
		r.check.lax["S16"] = true // what one of them is in doubt about, the other cannot know
		j := r.lasting(t)
		defer j.Close()
		a, b := r.daemon(service{journal: j}), r.daemon(service{journal: j})
		a.settle()
		b.settle()
		for i := range 40 {
			name, in := r.someone(fmt.Sprintf("j%03d", i)), fmt.Sprintf("qs:t%03d", i%3)
			r.join(in, name)
			r.tell(joinedByAPI(r.groupID(in), r.id(name)))
			time.Sleep(time.Second)
		}
		time.Sleep(time.Hour)
		a.quiet()
		b.quiet()
		a.stop()
		b.stop()
		r.settled()
	})
}
