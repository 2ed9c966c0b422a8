package systemtest

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Costs and times of hints:
//
//	go test ./internal/systemtest -run NONE -bench 'Storm|Hint' -benchtime 1x

// storm is ten events about each of so many people, who are added to 100 groups: each event three times, some once more, and in
// any order. It answers how many calls they cost.
func storm(t tb, people int) int {
	r := unwatched(t, right(100, 10))
	o := newOffice()
	s := r.daemon(service{inbox: o})
	defer s.stop()
	s.settle()
	r.suffer(slow(20 * time.Millisecond))
	var events []string
	for i := range people {
		group, name := fmt.Sprintf("qs:t%03d", i%100), fmt.Sprintf("storm%04d", i)
		r.join(group, r.someone(name))
		g, p := r.groupID(group), r.id(name)
		events = append(events, ofPerson("CreateUser", p), joinedInConsole(g, p), joinedByAPI(g, p))
	}
	events = slices.Concat(events, events, events, events[:people])
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(events), func(i, j int) { events[i], events[j] = events[j], events[i] })
	n := r.calls(func() {
		for i, e := range events {
			o.send(e, time.Duration(i)*300*time.Microsecond) // within three seconds
		}
		r.waitFor("the storm is over", 20*time.Minute, func() bool { return o.left() == 0 })
	})
	for i := range people {
		if group, name := fmt.Sprintf("qs:t%03d", i%100), fmt.Sprintf("storm%04d", i); !r.isIn(group[3:], group, name) {
			t.Fatalf("%s is not there after the storm", name)
		}
	}
	return n
}

// TestCostStorm: the storm costs what the people need, and little more for all its doubles.
func TestCostStorm(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		people := 1000 / stride()
		n, most := storm(t, people), people*11/2
		t.Logf("%d events over %d people: %d calls", 10*people, people, n)
		if n > most {
			t.Errorf("%d calls, and %d are the most", n, most)
		}
	})
}

// TestCostOfEvents: what an event costs that concerns nobody, or that comes twice.
func TestCostOfEvents(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		for what, e := range map[string]struct {
			body string
			most int
		}{
			"unrelated":       {event("sso-directory", "UpdatePassword", `{"identityStoreId":"`+store+`","userId":"`+r.id("t000.000")+`"}`, "null"), 0},
			"failed":          {event("identitystore", "CreateUser", `{"identityStoreId":"`+store+`"},"errorCode":"ConflictException"`, "null"), 0},
			"a duplicate":     {joinedByAPI(r.groupID("qs:t000"), r.id("t000.000")), 2},
			"another service": {event("s3", "CreateBucket", `{}`, "null"), 0},
			"the echo":        {event("quicksight", "RegisterUser", `{}`, "null"), 0},
		} {
			if n := r.calls(func() {
				o.send(e.body, 0)
				time.Sleep(time.Second)
			}); n > e.most {
				t.Errorf("%s: %d calls, and %d are the most", what, n, e.most)
			}
		}
		s.done(o, time.Second)
	})
}

// slow lets every call take some time.
func slow(d time.Duration) awssim.Hook {
	return awssim.On("", awssim.BeforeEffect, awssim.Fault{Delay: d})
}

// latencies are of a stream of single events about somebody who was added, from the receipt of the message to the end of
// the registration.
func (r *rig) latencies(o *office, groups, n int, every time.Duration) []time.Duration {
	r.Helper()
	all := make([]time.Duration, 0, n)
	for i := range n {
		group := fmt.Sprintf("qs:t%03d", i%groups)
		name := r.someone(fmt.Sprintf("%s.late%d", group[3:], i))
		r.join(group, name)
		began := time.Now()
		o.send(joinedByAPI(r.groupID(group), r.id(name)), 0)
		for !r.isIn(group[3:], group, name) {
			if time.Since(began) > time.Minute {
				r.Fatalf("%s is not there after a minute", name)
			}
			time.Sleep(5 * time.Millisecond)
		}
		all = append(all, time.Since(began))
		time.Sleep(max(0, every-time.Since(began)))
	}
	slices.Sort(all)
	return all
}

// p is a percentile of sorted times.
func p(all []time.Duration, percent int) time.Duration { return all[(len(all)-1)*percent/100] }

// TestSpeedOfHints: with 20 ms a call, half of those who are added are there within 100 ms, and 99 of 100 within 300 ms.
func TestSpeedOfHints(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := unwatched(t, right(10, 10))
		o := newOffice()
		s := r.daemon(service{inbox: o})
		defer s.stop()
		s.settle()
		r.suffer(slow(20 * time.Millisecond))
		all := r.latencies(o, 10, 200, time.Second)
		t.Logf("event to registered: p50 %v, p99 %v", p(all, 50), p(all, 99))
		if p(all, 50) > 100*time.Millisecond || p(all, 99) > 300*time.Millisecond {
			t.Errorf("p50 %v, p99 %v", p(all, 50), p(all, 99))
		}
	})
}

// whileStarting measures hints while a cold start of so many people runs, at a quota that nobody has told: about
// people who are added, whose address changes, and whose role is raised.
func whileStarting(t tb, people, hints int) (added, moved, raised []time.Duration) {
	seed := right(10, 20)
	for i := range 1 + hints/20 { // a group for authors, with nobody in it yet
		g := world.DirectoryGroupSeed{ID: fmt.Sprintf("44887428-4081-7042-c3c6-%012d", i), DisplayName: fmt.Sprintf("qs:t%03d:authors", 1+i)}
		seed.IdentityCenter.Groups = append(seed.IdentityCenter.Groups, g)
		space := &seed.QuickSight.Namespaces[1+i]
		space.Groups = append(space.Groups, world.GroupSeed{Name: g.DisplayName, Description: "tenantry/1 " + store + " " + g.ID})
	}
	for i := range people / 100 {
		add(&seed, fmt.Sprintf("qs:cold%03d", i), 100)
	}
	seed.Behaviour.NamespaceLimit = people
	seed.Behaviour.Throttle = map[string]world.Rate{"quicksight": {PerSecond: 50, Burst: 50}}
	r := unwatched(t, seed)
	r.suffer(slow(20 * time.Millisecond))
	o := newOffice()
	s := r.daemon(service{inbox: o})
	defer s.stop()
	r.waitFor("registrations", 10*time.Minute, func() bool { return len(r.users("cold000")) > 1 })
	added = r.latencies(o, 10, hints, 300*time.Millisecond)
	for i := range hints {
		user, address := fmt.Sprintf("t000.%03d", i%20), fmt.Sprintf("new%d@example.com", i)
		r.change(user, func(p *world.Person) { p.Email = address })
		o.send(ofPerson("UpdateUser", r.id(user)), 0)
		moved = append(moved, r.until("t000", user, func(u world.User) bool { return u.Email == address }))
	}
	for i := range hints {
		tenant := fmt.Sprintf("t%03d", 1+i/20)
		user, authors := fmt.Sprintf("%s.%03d", tenant, i%20), "qs:"+tenant+":authors"
		r.join(authors, user)
		o.send(joinedInConsole(r.groupID(authors), r.id(user)), 0)
		raised = append(raised, r.until(tenant, user, func(u world.User) bool { return u.Role == "AUTHOR" }))
	}
	slices.Sort(moved)
	slices.Sort(raised)
	if s.log.count("pass complete") > 0 {
		t.Errorf("the cold start was over before it could be in the way")
	}
	return added, moved, raised
}

// until measures how long it takes for a user to be as they should.
func (r *rig) until(namespace, user string, is func(world.User) bool) time.Duration {
	r.Helper()
	began := time.Now()
	for {
		if u, _ := r.user(namespace, "QuickSight/"+user); is(u) {
			break
		}
		if time.Since(began) > time.Minute {
			r.Fatalf("%s is not as they should be after a minute", user)
		}
		time.Sleep(5 * time.Millisecond)
	}
	took := time.Since(began)
	time.Sleep(100 * time.Millisecond)
	return took
}

// TestSpeedOfHintsWhileStarting: a cold start of 2,000 people is under way. It does not hold up who is added, nor whose
// address changes or role is raised.
func TestSpeedOfHintsWhileStarting(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		added, moved, raised := whileStarting(t, 2000, 50)
		for what, all := range map[string][]time.Duration{"added": added, "another address": moved, "raised": raised} {
			t.Logf("%s: p50 %v, p99 %v", what, p(all, 50), p(all, 99))
			if p(all, 99) > 2*time.Second {
				t.Errorf("%s: p99 %v", what, p(all, 99))
			}
		}
	})
}

// The benchmarks run in real time, since only a test can be in a bubble: some minutes.

func BenchmarkStorm(b *testing.B) {
	for range b.N {
		b.ReportMetric(float64(storm(b, 1000)), "calls")
	}
}

func BenchmarkHintsWhileStarting(b *testing.B) {
	for range b.N {
		added, moved, raised := whileStarting(b, 20_000, 100)
		b.ReportMetric(float64(p(added, 99).Milliseconds()), "ms-added-p99")
		b.ReportMetric(float64(p(moved, 99).Milliseconds()), "ms-address-p99")
		b.ReportMetric(float64(p(raised, 99).Milliseconds()), "ms-role-p99")
	}
}
