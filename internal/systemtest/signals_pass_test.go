package systemtest

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
)

// fields are what the lines of passes say of a field, one after the other.
func (l *logbook) fields(name string) (all []string) {
	for _, line := range l.with(`msg="` + string(app.LinePass) + `"`) {
		_, rest, _ := strings.Cut(line, " "+name+"=")
		number, _, _ := strings.Cut(rest, " ")
		all = append(all, number)
	}
	return all
}

// TestHeldAccessRings: somebody has left, and a journal that is too young keeps them in. It rings when that has been so for a
// quarter of an hour and no sooner; a process that begins anew knows it from the history, or, without one, counts from
// when it saw it first; and it ends when they are out.
func TestHeldAccessRings(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 10), settings{}, func(r *rig) {
		j := r.lasting(t)
		defer j.Close()
		p := r.daemon(service{journal: j})
		p.settle()
		r.leave("qs:t000", "t000.001")
		time.Sleep(50 * time.Minute)
		if got, want := p.log.fields(app.FieldHeldWithAccess), []string{"0", "0", "1", "1"}; !slices.Equal(got, want) {
			t.Errorf("passes say %q, want %q", got, want)
		}
		if got := p.log.fields(app.FieldHolds); got[1] != "1" {
			t.Errorf("holds: %q", got)
		}
		p.quiet("access-held", "holds")
		p.die()
		for lasts, want := range map[bool]string{true: "1", false: "0"} {
			o := service{}
			if lasts {
				o.journal = j
			}
			p := r.daemon(o)
			p.settle()
			if got := p.log.fields(app.FieldHeldWithAccess); got[0] != want {
				t.Errorf("anew, with a history that lasts %v: %q", lasts, got)
			}
			p.stop()
		}
		time.Sleep(24 * time.Hour)
		p = r.daemon(service{journal: j})
		time.Sleep(time.Hour)
		if got := p.log.fields(app.FieldHeldWithAccess); slices.Contains(got, "1") {
			t.Errorf("they are out, and it rings: %q", got)
		}
		p.quiet()
		p.stop()
	})
}

// TestHeldAccessThatCameBack: a hold that has ended and comes again is as old as its second beginning.
func TestHeldAccessThatCameBack(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 10), settings{}, func(r *rig) {
		j := r.lasting(t)
		defer j.Close()
		p := r.daemon(service{journal: j})
		p.settle()
		for range 2 {
			r.leave("qs:t000", "t000.001")
			time.Sleep(16 * time.Minute)
			r.join("qs:t000", "t000.001")
			time.Sleep(31 * time.Minute)
		}
		if got := p.log.fields(app.FieldHeldWithAccess); slices.Contains(got, "1") || !slices.Contains(p.log.fields(app.FieldHolds), "1") {
			t.Errorf("held for one pass each time: %q", got)
		}
		p.stop()
	})
}

// TestBrakeRingsOnce: more people leave a tenant than may go in a day. It is told once, however many passes and hints meet
// it, and again when it is pulled again after it was released.
func TestBrakeRingsOnce(t *testing.T) {
	t.Parallel()
	in(t, tenants(3, 30), settings{}, func(r *rig) {
		o, j := newOffice(), r.lasting(t)
		defer j.Close()
		time.Sleep(25 * time.Hour)
		p := r.daemon(service{inbox: o, journal: j})
		p.settle()
		p.quiet()
		for round := 1; round <= max(1, 2/stride()); round++ {
			for i := range 5 {
				name := fmt.Sprintf("t000.%03d", i)
				r.leave("qs:t000", name)
				o.send(leftInConsole(r.groupID("qs:t000"), r.id(name)), 0)
			}
			time.Sleep(3 * time.Hour)
			if n := p.log.count(string(app.LineBrake)); n != round {
				t.Errorf("in round %d it was told %d times:\n%s", round, n, strings.Join(p.log.with(string(app.LineBrake)), "\n"))
			}
			for i := range 5 {
				r.join("qs:t000", fmt.Sprintf("t000.%03d", i))
			}
			time.Sleep(25 * time.Hour)
		}
		p.quiet("brake", "holds", "access-held")
		p.stop()
	})
}

// TestBrakesOfTwoTenantsRing: each tenant has a brake of its own, and each of them is told.
func TestBrakesOfTwoTenantsRing(t *testing.T) {
	t.Parallel()
	in(t, tenants(3, 30), settings{}, func(r *rig) {
		j := r.lasting(t)
		defer j.Close()
		time.Sleep(25 * time.Hour)
		p := r.daemon(service{journal: j})
		p.settle()
		for _, tenant := range []string{"t000", "t001"} {
			for i := range 5 {
				r.leave("qs:"+tenant, fmt.Sprintf("%s.%03d", tenant, i))
			}
			time.Sleep(time.Hour)
		}
		told := strings.Join(p.log.with(string(app.LineBrake)), "\n")
		if n := p.log.count(string(app.LineBrake)); n != 2 || !strings.Contains(told, "t000") || !strings.Contains(told, "t001") {
			t.Errorf("told %d times:\n%s", n, told)
		}
		p.stop()
	})
}

// TestQuarantineRings: a group seems to have lost all of its people. That is told as the brake is.
func TestQuarantineRings(t *testing.T) {
	t.Parallel()
	in(t, tenants(20, 5), settings{}, func(r *rig) {
		j := r.lasting(t)
		defer j.Close()
		time.Sleep(25 * time.Hour)
		p := r.daemon(service{journal: j})
		p.settle()
		for i := range 5 {
			r.leave("qs:t000", fmt.Sprintf("t000.%03d", i))
		}
		time.Sleep(time.Hour)
		if n := p.log.count(string(app.LineBrake)); n != 1 {
			t.Errorf("told %d times", n)
		}
		p.stop()
	})
}

// TestInDefaultRings: somebody of a tenant signs in before they are registered. An event tells of it, or, where it was lost,
// the next pass does; once, and whoever is nobody's is not counted.
func TestInDefaultRings(t *testing.T) {
	t.Parallel()
	seed := tenants(2, 3)
	add(&seed, "qs:t000:authors", 1)
	onWatch(t, seed, func(r *rig, p *servant) {
		p.quiet()
		r.registerByHand("default", role, "somebody", "READER") // of no group
		r.registerByHand("default", "arn:aws:iam::111122223333:role/Admins", "t000.001", "ADMIN")
		time.Sleep(20 * time.Minute)
		p.quiet()
		// The event of this one is lost.
		name := r.someone("early")
		r.registerByHand("default", role, name, "READER")
		r.join("qs:t000", name)
		time.Sleep(50 * time.Minute)
		if n := p.log.count(string(app.LineInDefault)); n != 1 {
			t.Errorf("told %d times", n)
		}
		if got := p.log.fields(app.FieldInDefault); got[len(got)-1] != "1" || !strings.Contains(p.log.with(string(app.LineInDefault))[0], r.id(name)) {
			t.Errorf("%q\n%s", got, p.log.with(string(app.LineInDefault)))
		}
		j := p.journal
		p.stop()
		p = r.daemon(service{journal: j})
		p.settle()
		if n := p.log.count(string(app.LineInDefault)); n != 0 {
			t.Errorf("a process that begins anew tells it again, %d times", n)
		}
		// Of this one an event tells, and no pass tells it again.
		second := r.someone("second")
		r.w.Lock()
		if _, _, err := r.w.SignIn("QuickSight", second, second+"@example.com", "READER"); err != nil {
			t.Error(err)
		}
		r.w.Unlock()
		r.join("qs:t000", second)
		time.Sleep(50 * time.Minute)
		if n := p.log.count(string(app.LineInDefault)); n != 1 {
			t.Errorf("told %d times by event and passes", n)
		}
		if got := p.log.fields(app.FieldInDefault); got[len(got)-1] != "2" {
			t.Errorf("passes count %q", got)
		}
		p.quiet("in-default", "holds")
		p.stop()
	})
}

// TestInDefaultAgainRings: somebody was in default, was taken out of there, and is there again: that is news.
func TestInDefaultAgainRings(t *testing.T) {
	t.Parallel()
	onWatch(t, tenants(2, 3), func(r *rig, p *servant) {
		for round := 1; round <= 2; round++ {
			r.registerByHand("default", role, "t000.001", "READER") // and its event is lost
			time.Sleep(40 * time.Minute)
			if n := p.log.count(string(app.LineInDefault)); n != round {
				t.Errorf("told %d times in round %d", n, round)
			}
			if u, there := r.user("default", "QuickSight/t000.001"); there {
				r.now(func(_ *world.Directory, q *world.QuickSight) { q.DeleteUser("default", u) })
			}
			time.Sleep(40 * time.Minute)
		}
		p.quiet("in-default", "holds")
		p.stop()
	})
}

// TestDeniedSignInsRing: somebody is turned away by QuickSight. A line tells which role it was, and who, by their id; a second
// copy of the event tells nothing new.
func TestDeniedSignInsRing(t *testing.T) {
	t.Parallel()
	seed := watched(tenants(2, 3), world.Trail{Duplicates: 1})
	seed.Behaviour.TellRefusedSignIns = true
	in(t, seed, listening, func(r *rig) {
		j := r.lasting(t)
		defer j.Close()
		p := r.daemon(service{journal: j})
		p.settle()
		away := func(role, session string) {
			r.w.Lock()
			defer r.w.Unlock()
			r.w.TurnedAway(world.Role{Name: role, Path: "/"}, session)
		}
		r.someone("walt")
		time.Sleep(20 * time.Minute) // a pass makes his acquaintance
		away("QuickSight", "walt")
		time.Sleep(time.Minute)
		lines := p.log.with(string(app.LineDenied))
		if len(lines) != 1 || !strings.Contains(lines[0], "role=QuickSight") || !strings.Contains(lines[0], r.id("walt")) || strings.Contains(lines[0], "walt") {
			t.Errorf("told:\n%s", strings.Join(lines, "\n"))
		}
		away("Builder", "walt")
		away("AWSReservedSSO_Builders_0123456789abcdef", "walt")
		time.Sleep(time.Minute)
		if n := p.log.count(string(app.LineDenied)); n != 1 {
			t.Errorf("told of roles by which nobody signs in: %d", n)
		}
		away("QuickSight", "nobody.at.all")
		time.Sleep(time.Minute)
		if n := p.log.count(string(app.LineDenied)); n != 2 || strings.Contains(strings.Join(p.log.with(string(app.LineDenied)), ""), "nobody.at.all") {
			t.Errorf("told %d times", n)
		}
		p.quiet("denied-sign-ins")
		p.stop()
	})
}

// TestSignalsOfFunctions: the Lambda functions tell the same, in lines of the same words.
func TestSignalsOfFunctions(t *testing.T) {
	t.Parallel()
	in(t, tenants(2, 5), settings{}, func(r *rig) {
		o, log, j := newOffice(), &logbook{}, r.lasting(t)
		defer j.Close()
		time.Sleep(25 * time.Hour)
		f := r.functions(o, func(s *sandbox) { s.history, s.lambda.Log = j, slog.New(slog.NewTextHandler(log, nil)) })
		time.Sleep(20 * time.Minute)
		p := &servant{rig: r, log: log}
		p.quiet()
		if n := log.count(`msg="` + string(app.LinePass) + `"`); n != 2 || log.fields(app.FieldHeldWithAccess)[0] != "0" || log.fields(app.FieldHolds)[0] != "0" {
			t.Errorf("%d passes: %s", n, log.with("pass"))
		}
		own := 0
		for e, err := range j.Entries(context.Background(), journal.Filter{What: []plan.What{plan.Done}}) {
			if err == nil && e.Kind == plan.KindRegister {
				own++
				o.send(wroteByAPI("RegisterUser", e.Request, e.Namespace, e.Object, e.Time), 0)
			}
		}
		time.Sleep(30 * time.Minute)
		if p.quiet(); own != 10 || o.left() != 0 {
			t.Errorf("of %d own writes %d are left", own, o.left())
		}
		o.send(wroteByAPI("UpdateUser", "stolen-1", "t000", "QuickSight/t000.001", time.Now()), 0)
		time.Sleep(30 * time.Minute)
		if n := log.count(string(app.LineForeign)); n != 1 || o.left() != 0 {
			t.Errorf("a foreign write is told %d times, %d messages are left", n, o.left())
		}
		p.quiet("foreign-write")
		f.stop()
	})
}

// wroteByAPI is the event of a call of QuickSight's API.
func wroteByAPI(operation, request, namespace, user string, at time.Time) string {
	return strings.Replace(event("quicksight", operation, fmt.Sprintf(`{"namespace":"%s","userName":"%s"}`, namespace, user), "null"),
		`"readOnly"`, fmt.Sprintf(`"requestID":"%s","eventTime":"%s","readOnly"`, request, at.UTC().Format(time.RFC3339)), 1)
}
