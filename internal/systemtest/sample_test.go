package systemtest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// AWS has a sample that registers people in namespaces: a function behind a rule of EventBridge, in the construct
// quicksight-namespace of the Modern Data Architecture Accelerator. It hears of somebody whom just-in-time provisioning
// has let into default, looks up their address there, deletes them there, waits five seconds, and registers them in the
// namespace; and it swallows exceptions. Where it fails, tenantry loses nobody, registers nobody twice or anywhere else,
// makes no more calls than a few, tells what it could not do, and does it when the fault has gone.

// census counts registrations, by NAMESPACE/SESSION.
type census struct {
	*rig
	tried map[string]int // calls of RegisterUser, however they were answered
	made  map[string]int // those that took effect
}

// census counts from now on.
func (r *rig) census() *census {
	c := &census{r, map[string]int{}, map[string]int{}}
	r.watch(func(call awssim.Call) awssim.Fault {
		who := call.Path["Namespace"] + "/" + bodyOf(call).SessionName
		switch {
		case call.Operation != "RegisterUser":
		case call.Phase == awssim.BeforeEffect:
			c.tried[who]++
		case call.Committed:
			c.made[who]++
		}
		return awssim.Fault{}
	})
	return c
}

// once fails the test unless so many people were registered, each of them once, and nobody is in default.
func (c *census) once(people int) {
	c.Helper()
	c.hooks.Lock()
	defer c.hooks.Unlock()
	for who, n := range c.made {
		if n != 1 {
			c.Errorf("%s was registered %d times", who, n)
		}
	}
	if len(c.made) != people {
		c.Errorf("%d people were registered, want %d: %v", len(c.made), people, c.made)
	}
	expect(c, "default", c.users("default"))
}

// most are the calls of RegisterUser about whomever there were most of.
func (c *census) most() (n int) {
	c.hooks.Lock()
	defer c.hooks.Unlock()
	for _, tried := range c.tried {
		n = max(n, tried)
	}
	return n
}

// of are the calls of RegisterUser about the people of a namespace.
func (c *census) of(namespace string) (n int) {
	c.hooks.Lock()
	defer c.hooks.Unlock()
	for who, tried := range c.tried {
		if strings.HasPrefix(who, namespace+"/") {
			n += tried
		}
	}
	return n
}

// failing applies, and fails the test unless something fails, and every failure says one of some texts.
func (r *rig) failing(says ...string) plan.Report {
	r.Helper()
	report, err := r.start().apply(context.Background())
	if err != nil {
		r.Fatalf("applying: %v", err)
	}
	if len(report.Failed) == 0 {
		r.Errorf("nothing is told to have failed")
	}
	for _, o := range report.Failed {
		if !slices.ContainsFunc(says, func(text string) bool { return strings.Contains(o.Err.Error(), text) }) {
			r.Errorf("the failure does not say %q: %s %s: %v", says, o.Step.Change.Kind(), o.Step.Change.Object(), o.Err)
		}
	}
	return report
}

// throttled refuses calls of an operation of QuickSight's about people whose session or user name has a text in it.
func throttled(operation, person string) awssim.Hook {
	return func(c awssim.Call) awssim.Fault {
		if c.Phase == awssim.BeforeEffect && c.Op == "quicksight:"+operation && strings.Contains(bodyOf(c).SessionName+c.Path["UserName"], person) {
			return awssim.Fault{Err: awssim.Throttling()}
		}
		return awssim.Fault{}
	}
}

const (
	attempts = 10 // of a call that is throttled
	readings = 4  // of a group, by the pass and then again, on which a step is tried that comes to no end
	settling = 7  // attempts at what stands on something that is not found, which may be there in a moment
	hints    = 6  // attempts at a hint, before it is left to the passes
)

// slowedDown is how it is told that calls were throttled: by AWS, or by what gave up waiting for its turn.
var slowedDown = []string{"ThrottlingException", "throttled the calls"}

// TestSampleDescribeUserThrottled: the sample's look-up of the address in default answers a dictionary when the call
// fails. tenantry takes whom it could not read neither for registered nor for missing.
func TestSampleDescribeUserThrottled(t *testing.T) {
	t.Parallel()
	// It is not known whether somebody is registered, and asking is throttled.
	for name, c := range map[string]struct {
		lost   awssim.Phase // before the effect is the call, after it the answer
		who    string       // of whom; "" for everybody
		people int
	}{
		"after a lost answer": {awssim.AfterEffect, "t000.003", 1}, "after a lost call": {awssim.BeforeEffect, "t000.003", 1},
		"after all answers were lost": {awssim.AfterEffect, "", 10}, "after all calls were lost": {awssim.BeforeEffect, "", 10},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, tenants(2, 5), settings{}, func(r *rig) {
				people := r.census()
				r.suffer(throttled("DescribeUser", c.who), func(call awssim.Call) awssim.Fault {
					return awssim.Fault{Drop: call.Phase == c.lost && call.Operation == "RegisterUser" && strings.Contains(bodyOf(call).SessionName, c.who)}
				})
				report := r.failing(slowedDown...)
				if n := r.sim.Calls()["quicksight:DescribeUser"]; people.most() != 1 || n > c.people*readings*attempts {
					t.Errorf("%d calls to register one person, and %d to read %d", people.most(), n, c.people)
				}
				if !slices.ContainsFunc(report.Failed, func(o plan.Outcome) bool {
					return o.Step.Change.Kind() == plan.KindRegister && o.Step.Change.Object() == "QuickSight/t000.003"
				}) {
					t.Errorf("it is not told that t000.003 may not be registered: %s", failures(report))
				}
				if got := len(r.members("t000", "qs:t000")) + len(r.members("t001", "qs:t001")); got != 10-c.people {
					t.Errorf("%d people are in a group, and of %d it is not known whether they are registered", got, c.people)
				}
				r.suffer()
				r.untilDone()
				people.once(10)
			})
		})
	}
	t.Run("before a registration", func(t *testing.T) {
		living(t, settings{}, func(r *rig, s *servant, o *office) {
			c := r.census()
			r.suffer(throttled("DescribeUser", "ana"))
			before := r.sim.Calls()
			r.join("qs:t000", r.someone("ana"))
			o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
			r.waitFor("ana, by a pass", time.Hour, func() bool { return r.isIn("t000", "qs:t000", "ana") })
			if n := minus(r.sim.Calls(), before)["quicksight:DescribeUser"]; n > hints*attempts {
				t.Errorf("%d calls to read one person", n)
			}
			if said := s.log.with("a hint failed", "ThrottlingException", r.id("ana")); len(said) == 0 {
				t.Error("the log does not say that somebody could not be read")
			}
			r.suffer()
			s.done(o, 20*time.Minute)
			c.once(1)
		})
	})
}

// TestSampleRegisterUserThrottled: the sample has deleted the user in default before it registers them, and swallows
// exceptions. With tenantry everybody else is registered, it is told who was not, and the next run registers them.
func TestSampleRegisterUserThrottled(t *testing.T) {
	t.Parallel()
	for name, who := range map[string]string{"one of them": "t001.003", "all of them": ""} {
		t.Run(name, func(t *testing.T) {
			in(t, tenants(3, 5), settings{}, func(r *rig) {
				c := r.census()
				r.suffer(throttled("RegisterUser", who))
				for run := 1; run <= 2; run++ {
					report := r.failing(slowedDown...)
					told := 0
					for _, o := range report.Failed {
						if o.Step.Change.Kind() == plan.KindRegister {
							told++
						}
					}
					if who == "" && told != 15 || who != "" && told != 1 {
						t.Errorf("%d people are told of: %s", told, failures(report))
					}
					if n := c.most(); n > run*readings*attempts || who != "" && n > run*attempts {
						t.Errorf("%d calls to register one person in %d runs", n, run)
					}
				}
				if who != "" {
					c.once(14)
					r.othersAreThere()
				}
				r.suffer()
				r.untilDone()
				c.once(15)
			})
		})
	}
	t.Run("for hours", func(t *testing.T) {
		living(t, settings{}, func(r *rig, s *servant, o *office) {
			c := r.census()
			r.suffer(throttled("RegisterUser", "ana"))
			r.join("qs:t000", r.someone("ana"))
			r.join("qs:t000", r.someone("bob"))
			o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
			o.send(joinedByAPI(r.groupID("qs:t000"), r.id("bob")), 0)
			r.waitFor("bob", time.Minute, func() bool { return r.isIn("t000", "qs:t000", "bob") })
			time.Sleep(4 * time.Hour)
			// By the hint some times, and then once in each pass.
			if n := c.most(); n > (hints+17)*attempts {
				t.Errorf("%d calls to register one person in 4 hours", n)
			}
			if said := s.log.with("a hint goes on failing", "ThrottlingException", r.id("ana")); len(said) == 0 {
				t.Error("the log does not say that somebody could not be registered")
			}
			r.suffer()
			r.waitFor("ana", 20*time.Minute, func() bool { return r.isIn("t000", "qs:t000", "ana") })
			s.done(o, 20*time.Minute)
			c.once(2)
		})
	})
}

// TestSampleNamespaceCreating: the sample asks for a namespace every five seconds while it is CREATING, and deletes
// people in default before it registers them. tenantry sends nobody into a namespace that is not there yet, gives it up
// after a while, in words, and fills it when it is there.
func TestSampleNamespaceCreating(t *testing.T) {
	t.Parallel()
	t.Run("for good", func(t *testing.T) {
		in(t, scripted(world.NamespaceScript{Status: "CREATING"}), settings{}, func(r *rig) {
			c, count := r.census(), r.sim.Calls
			for run := 1; run <= 2; run++ {
				before := count()
				if why := r.failedOnce(r.failing("still not ready after"), "t001"); !strings.Contains(why, "10m") {
					t.Errorf("the failure does not say how long it was waited for: %s", why)
				}
				calls := minus(count(), before)
				if n := calls["quicksight:ListNamespaces"] + calls["quicksight:DescribeNamespace"]; n > 10*60/5+10 {
					t.Errorf("the namespaces were read %d times in ten minutes", n)
				}
			}
			if n := c.of("t001"); n != 0 || count()["quicksight:CreateNamespace"] != 3 {
				t.Errorf("%d people were sent into t001; %d calls of CreateNamespace for three of them", n, count()["quicksight:CreateNamespace"])
			}
			r.othersAreThere()
			r.now(func(_ *world.Directory, q *world.QuickSight) {
				n, _ := q.Namespaces().Get("t001")
				n.Status = "CREATED"
				q.PutNamespace(n)
			})
			r.untilDone()
			c.once(15)
		})
	})
	t.Run("when the event comes", func(t *testing.T) {
		living(t, settings{}, func(r *rig, s *servant, o *office) {
			c := r.census()
			r.behave(func(b *world.Behaviour) { b.NamespaceCreateDelay = world.Duration(3 * time.Minute) })
			group := r.group("qs:new", r.someone("ana"), r.someone("bob"))
			o.send(createdByAPI(group), 0)
			o.send(joinedByAPI(group, r.id("ana")), time.Second)
			o.send(joinedByAPI(group, r.id("bob")), time.Minute)
			r.waitFor("both", 4*time.Minute, func() bool { return r.isIn("new", "qs:new", "ana") && r.isIn("new", "qs:new", "bob") })
			if n := c.most(); n != 1 {
				t.Errorf("%d calls to register one person", n)
			}
			s.done(o, 20*time.Minute)
			c.once(2)
		})
	})
}

// TestSampleNamespaceMissing: somebody has deleted the namespace when the first person is to be registered. The sample has
// deleted them in default by then, and swallows exceptions. tenantry tells it of each person, does not make the namespace
// again by the way, and founds the tenant anew in the next run.
func TestSampleNamespaceMissing(t *testing.T) {
	t.Parallel()
	vanish := func(r *rig) {
		r.behave(func(b *world.Behaviour) { b.NamespaceDeleteDelay = 0 })
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			n, _ := q.Namespaces().Get("t001")
			q.Delete(n)
		})
	}
	t.Run("in a run", func(t *testing.T) {
		in(t, tenants(3, 5), settings{}, func(r *rig) {
			c := r.census()
			gone := false
			r.suffer(func(call awssim.Call) awssim.Fault {
				if call.Operation == "RegisterUser" && call.Path["Namespace"] == "t001" && !gone {
					gone = true
					vanish(r)
				}
				return awssim.Fault{}
			})
			for _, o := range r.failing("not found").Failed {
				if o.Step.Change.In().String() != "t001" {
					t.Errorf("%s in %s failed: %v", o.Step.Change.Kind(), o.Step.Change.In(), o.Err)
				}
			}
			if n := c.most(); n > settling {
				t.Errorf("%d calls to register one person", n)
			}
			c.once(10)
			expect(t, "namespaces", r.namespaces(), "t000", "t002")
			r.othersAreThere()
			r.untilDone()
			c.once(15)
		})
	})
	t.Run("when the event comes", func(t *testing.T) {
		living(t, settings{}, func(r *rig, s *servant, o *office) {
			c := r.census()
			vanish(r)
			r.join("qs:t001", r.someone("ana"))
			o.send(joinedByAPI(r.groupID("qs:t001"), r.id("ana")), 0)
			r.waitFor("everybody, by a pass", time.Hour, func() bool { return len(r.members("t001", "qs:t001")) == 3 })
			if n := c.most(); n > (hints+1)*settling {
				t.Errorf("%d calls to register one person", n)
			}
			if said := s.log.with("level=WARN", "t001"); len(said) == 0 {
				t.Error("the log does not say that the namespace is not there")
			}
			s.done(o, 20*time.Minute)
			c.once(3) // the two who went with the namespace, too
		})
	})
}

// TestSampleNamespaceFailedForGood: the sample does not know NON_RETRYABLE_FAILURE, and waits for ever. tenantry gives
// the tenant up at once, with AWS's words, holds it, and goes on when somebody has deleted what is left of the
// namespace.
func TestSampleNamespaceFailedForGood(t *testing.T) {
	t.Parallel()
	script := world.NamespaceScript{Status: "NON_RETRYABLE_FAILURE", ErrorType: "PERMISSION_DENIED", ErrorMessage: "no ds:CreateIdentityPoolDirectory"}
	in(t, scripted(script), settings{}, func(r *rig) {
		c, began := r.census(), time.Now()
		r.failedOnce(r.failing("no ds:CreateIdentityPoolDirectory"), "t001")
		if n := r.sim.Calls()["quicksight:ListNamespaces"]; n > 20 || time.Since(began) > 90*time.Second {
			t.Errorf("the namespaces were read %d times in %v", n, time.Since(began))
		}
		p := r.start()
		n := r.writes(func() { p.mustApply() })
		if codes := holdCodes(p.last.Plan.Holds, "t001"); n != 0 || !slices.Contains(codes, "namespace-status") {
			t.Errorf("%d writes, held: %v", n, codes)
		}
		if n := c.of("t001"); n != 0 {
			t.Errorf("%d calls to register somebody in a namespace that is not there", n)
		}
		r.othersAreThere()
		r.behave(func(b *world.Behaviour) { b.NamespaceScripts, b.NamespaceDeleteDelay = nil, 0 })
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			n, _ := q.Namespaces().Get("t001")
			q.Delete(n)
		})
		r.untilDone()
		c.once(15)
	})
}

// TestSampleEventTwice: EventBridge delivers at least once, and the sample's way is to delete, to wait, and to register.
// To tenantry an event is a hint: the second one finds that nothing is to be done.
func TestSampleEventTwice(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		again time.Duration // after the first
		call  time.Duration // that a call takes
		both  bool          // each of two processes gets one
	}{
		"at once": {}, "meanwhile": {again: 3 * time.Second, call: 2 * time.Second}, "an hour later": {again: time.Hour},
		"to another process": {call: 2 * time.Second, both: true},
	} {
		t.Run(name, func(t *testing.T) {
			living(t, settings{}, func(r *rig, s *servant, o *office) {
				second, other, processes := o, s, 1
				if c.both {
					second, processes = newOffice(), 2
					other = r.daemon(service{inbox: second})
					defer other.stop()
					other.settle()
				}
				people := r.census()
				r.suffer(slow(c.call))
				r.join("qs:t000", r.someone("ana"))
				body := joinedByAPI(r.groupID("qs:t000"), r.id("ana"))
				before := r.sim.Calls()
				o.send(body, 0)
				second.send(body, c.again)
				r.waitFor("ana", time.Minute, func() bool { return r.isIn("t000", "qs:t000", "ana") })
				s.waitFor("S18: no message is left", c.again+time.Minute, func() bool { return o.left()+second.left() == 0 })
				calls := minus(r.sim.Calls(), before)
				if people.most() > processes || calls["quicksight:CreateGroupMembership"] > processes || calls["quicksight:DeleteUser"] > 0 {
					t.Errorf("for one person: %v", calls)
				}
				if n := calls["quicksight:DescribeUser"]; n > 2*processes-1 { // who comes second looks at what the first one has made
					t.Errorf("%d calls to read one person", n)
				}
				if failed := slices.Concat(s.log.with("a hint failed"), other.log.with("a hint failed")); len(failed) > 0 {
					t.Errorf("what somebody else has done is taken for a failure: %v", failed)
				}
				people.once(1)
				r.suffer()
				s.done(o, 20*time.Minute)
			})
		})
	}
}

// crowded puts n groups of somebody's own into a namespace, which are listed before the mirrors, and users into all of
// them.
func (r *rig) crowded(namespace string, n int, users ...string) {
	r.byHand(namespace, func(c *world.Contents) {
		for i := range n {
			name := fmt.Sprintf("g%03d", i)
			c.Groups.Put(name, world.Group{Name: name})
			for _, u := range users {
				c.Join(name, u)
			}
		}
	})
}

// TestSampleManyGroups: the sample lists a namespace's groups without asking for the next page, and a page has a hundred at
// the most. tenantry reads them all, of a namespace and of a user.
func TestSampleManyGroups(t *testing.T) {
	t.Parallel()
	t.Run("of the namespace", func(t *testing.T) {
		in(t, tenants(2, 5), settings{}, func(r *rig) {
			c := r.census()
			_, done := r.changed(func() {
				r.crowded("t000", 250)
				r.join("qs:t000", r.someone("ana"))
				r.leave("qs:t000", "t000.001")
				r.join("qs:t000", "t000.001")
			})
			expect(t, "done", done, "register", "add-member")
			if n := r.sim.Calls()["quicksight:CreateGroup"]; n != 2 {
				t.Errorf("%d calls of CreateGroup for two mirrors", n)
			}
			c.once(11)
		})
	})
	// Somebody has registered her and put her into the mirror since the last pass, and a hint reads of which groups she
	// is.
	t.Run("of a user", func(t *testing.T) {
		living(t, settings{}, func(r *rig, s *servant, o *office) {
			c := r.census()
			r.join("qs:t000", r.someone("ana"))
			r.registerByHand("t000", role, "ana", "READER")
			r.crowded("t000", 120, "QuickSight/ana")
			r.byHand("t000", func(c *world.Contents) { c.Join("qs:t000", "QuickSight/ana") })
			before := r.sim.Calls()
			n := r.writes(func() {
				o.send(joinedByAPI(r.groupID("qs:t000"), r.id("ana")), 0)
				time.Sleep(5 * time.Second)
			})
			if calls := minus(r.sim.Calls(), before); n != 0 || calls["quicksight:ListUserGroups"] != 2 {
				t.Errorf("%d writes where all is as it should be: %v", n, calls)
			}
			s.done(o, time.Minute)
			c.once(0)
		})
	})
}

// TestSampleAnotherRole: somebody has registered the person with another role. RegisterUser is refused for who is there,
// and the sample swallows exceptions. tenantry raises a role in place, and holds what would have to be registered anew.
func TestSampleAnotherRole(t *testing.T) {
	t.Parallel()
	seed := func() world.Seed {
		seed := tenants(1, 5)
		add(&seed, "qs:t000:authors", 2)
		return seed
	}
	for name, s := range map[string]struct {
		group, is string
		want      string   // role in the end
		done      []string // steps
		held      []string
	}{
		"raised":   {"qs:t000:authors", "READER", "AUTHOR", []string{"update-user", "add-member"}, nil},
		"as it is": {"qs:t000:authors", "AUTHOR", "AUTHOR", []string{"add-member"}, nil},
		"lowered": {"qs:t000", "AUTHOR", "AUTHOR", []string{"add-member"}, []string{
			"remove-registration t000 QuickSight/ana replaces-user", "register t000 QuickSight/ana replaces-user"}},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, seed(), settings{}, func(r *rig) {
				r.start().mustApply()
				c := r.census()
				pass, done := r.changed(func() {
					r.join(s.group, r.someone("ana"))
					r.registerByHand("t000", role, "ana", s.is)
				})
				expect(t, "done", done, s.done...)
				expect(t, "held", held(pass), s.held...)
				if u, _ := r.user("t000", "QuickSight/ana"); u.Role != s.want {
					t.Errorf("the role is %s, want %s", u.Role, s.want)
				}
				c.once(0)
				if n := c.most(); n != 0 {
					t.Errorf("%d calls to register who is there", n)
				}
			})
		})
	}
	// Somebody is faster: they register the person after the plan was made, and before its step.
	for is, want := range map[string]string{"READER": "AUTHOR", "AUTHOR": "AUTHOR", "ADMIN": "ADMIN"} {
		t.Run("meanwhile, "+is, func(t *testing.T) {
			in(t, seed(), settings{}, func(r *rig) {
				r.start().mustApply()
				r.join("qs:t000:authors", r.someone("ana"))
				c := r.census()
				r.suffer(awssim.Nth(1, "quicksight:RegisterUser", awssim.Meanwhile("", awssim.BeforeEffect, func() {
					r.registerByHand("t000", role, "ana", is)
				})))
				if is == "AUTHOR" {
					r.start().mustApply()
				} else {
					r.failing("exists, and is not as the plan wants it")
				}
				if n := c.most(); n != 1 {
					t.Errorf("%d calls to register one person", n)
				}
				p := r.start()
				p.mustPlan()
				if is == "ADMIN" {
					expect(t, "held", held(p.last), "lower-role t000 QuickSight/ana lowers-role")
					p.app.Apply(context.Background(), p.last, nil)
				} else {
					r.untilDone()
				}
				if u, _ := r.user("t000", "QuickSight/ana"); u.Role != want || !r.isIn("t000", "qs:t000:authors", "ana") {
					t.Errorf("the role is %s, want %s; the authors: %v", u.Role, want, r.members("t000", "qs:t000:authors"))
				}
				c.once(0)
			})
		})
	}
}
