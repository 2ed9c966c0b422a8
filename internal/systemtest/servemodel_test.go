package systemtest

import (
	"context"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestServeModel lets anything happen to people and groups while one process serves, or two, or one beside the Lambda functions. Each change sends the
// events that AWS would send; some are lost, doubled, late or in another order. Calls fail before and after their effects,
// QuickSight's answers lag up to a minute behind, processes die and are started again. The checker holds every call
// against the promises; and when the faults stop, two passes later all is as it should be (L1, S15, S18).
func TestServeModel(t *testing.T) { // alone: how goroutines meet should not hang on what else is running
	rapid.Check(t, func(t *rapid.T) {
		rapid.SyncTest(t, func(t *rapid.T) {
			m := &serveModel{model: newModel(t), office: newOffice(), two: rapid.Bool().Draw(t, "two processes, and old answers")}
			// What one process is in doubt about, another cannot know: it may write to the same object.
			m.check.lax["S16"] = m.two
			if rapid.Bool().Draw(t, "roles are lowered") {
				m.automatic = []plan.Hazard{plan.ReplacesUser}
			}
			m.begin(t)
			m.live(t)
			m.settleDown(t)
		})
	})
}

type serveModel struct {
	*model
	office   *office
	history  *journal.Journal // which all processes share, and which is older than a day
	servants []replica        // the first one is a process
	// two says that there may be a second replica, and old answers. Then no group is renamed: processes that have read
	// different names of a group, and cannot see each other's mirror of it, make two.
	two       bool
	automatic []plan.Hazard // of all processes, but for the functions
	books     []*logbook    // of all processes
	mute      bool          // there are, or were, functions, which have none
}

// replica is one of those who share the work.
type replica interface {
	stop() time.Duration
	die()
}

func (m *serveModel) begin(*rapid.T) {
	m.history = m.rig.history()
	time.Sleep(25 * time.Hour)
	m.servants = append(m.servants, m.another())
}

// another is one more process.
func (m *serveModel) another() *servant {
	s := m.daemon(service{inbox: m.office, journal: m.history, automatic: m.automatic})
	m.books = append(m.books, s.log)
	return s
}

// live does actions until enough have been drawn, and lets time pass between them.
func (m *serveModel) live(t *rapid.T) {
	actions := m.doings(t)
	names := slices.Sorted(maps.Keys(actions))
	for range rapid.IntRange(3, 20).Draw(t, "actions") {
		actions[rapid.SampledFrom(names).Draw(t, "action")]()
		most := rapid.SampledFrom([]int{1, 5_000, 60_000, 1_000_000}).Draw(t, "at most")
		time.Sleep(time.Duration(rapid.IntRange(0, most).Draw(t, "ms")) * time.Millisecond)
		m.unbroken(t)
	}
}

func (m *serveModel) unbroken(t *rapid.T) {
	if stories := m.check.breaches(); len(stories) > 0 {
		m.halt()
		t.Fatalf("%s", stories[0])
	}
}

func (m *serveModel) doings(t *rapid.T) map[string]func() {
	people := func() { m.tell(t, m.peopleChange(t)) }
	return map[string]func(){
		"people change": people, "people change too": people, "people change again": people, "people go on changing": people,
		"somebody is another":   func() { m.tell(t, m.somebodyIsAnother(t)) },
		"somebody else is":      func() { m.tell(t, m.somebodyIsAnother(t)) },
		"somebody is different": func() { m.tell(t, m.somebodyIsAnother(t)) },
		"by hand":               func() { m.hands(t) },
		"by hand too":           func() { m.assetByHand(t) },
		"assets":                func() { m.makeAssets(t) },
		"more assets":           func() { m.makeAssets(t) },
		"somebody leaves":       func() { m.tell(t, m.somebodyLeaves(t)) },
		"somebody leaves too":   func() { m.tell(t, m.somebodyLeaves(t)) },
		"somebody leaves also":  func() { m.tell(t, m.somebodyLeaves(t)) },
		"new group":             func() { m.tell(t, func() { m.newGroup(t) }) },
		"group renamed": func() {
			m.tell(t, func() {
				from, to := m.aGroup(t), m.groupName(t)
				if m.groupID(to) == "" && from != "Staff" && !m.two {
					m.renameGroup(from, to)
					m.groups[slices.Index(m.groups, from)] = to
				}
			})
		},
		"group deleted": func() {
			m.tell(t, func() {
				if g := m.aGroup(t); g != "Staff" {
					m.deleteGroup(g)
					m.groups = slices.DeleteFunc(m.groups, func(name string) bool { return name == g })
				}
			})
		},
		"faults":    func() { m.suffer(anyFault(t)) },
		"no faults": func() { m.suffer() },
		"stale": func() {
			lag := rapid.IntRange(0, 60).Draw(t, "lag")
			if !m.two {
				return
			}
			m.behave(func(b *world.Behaviour) {
				b.StaleReads = map[string]world.Duration{"quicksight": world.Duration(time.Duration(lag) * time.Second)}
			})
		},
		"a crash": func() {
			i := rapid.IntRange(0, len(m.servants)-1).Draw(t, "who")
			m.servants[i].die()
			if _, are := m.servants[i].(*functions); are {
				m.servants[i] = m.functions(m.office)
			} else {
				m.servants[i] = m.another()
			}
		},
		"a restart": func() {
			m.servants[0].stop()
			m.servants[0] = m.another()
		},
		"a second replica": func() {
			if len(m.servants) < 2 && m.two {
				m.servants = append(m.servants, m.another())
			}
		},
		"the functions": func() {
			if len(m.servants) < 2 && m.two {
				m.servants, m.mute = append(m.servants, m.functions(m.office)), true
			}
		},
	}
}

// directory is what of the directory events tell of.
type directory struct {
	people  map[string]world.Person
	groups  map[string]string
	members map[string]world.DirectoryMembership
}

func (r *rig) directory() directory {
	all := directory{map[string]world.Person{}, map[string]string{}, map[string]world.DirectoryMembership{}}
	r.now(func(d *world.Directory, _ *world.QuickSight) {
		for id, p := range d.Users().All() {
			all.people[id] = p
		}
		for id, g := range d.Groups().All() {
			all.groups[id] = g.DisplayName
			for _, member := range d.Members(id, "", world.View{}) {
				all.members[member.ID] = member
			}
		}
	})
	return all
}

// tell makes a change, and sends the events of it.
func (m *serveModel) tell(t *rapid.T, change func()) {
	before := m.directory()
	change()
	chance := rand.New(rand.NewPCG(rapid.Uint64().Draw(t, "the mail"), 0))
	for _, e := range events(before, m.directory(), chance) {
		if chance.IntN(10) == 0 {
			continue // lost
		}
		for range 1 + chance.IntN(3)/2*chance.IntN(3) {
			m.office.send(e, time.Duration(chance.IntN(4)/2*chance.IntN(120_000))*time.Millisecond)
		}
	}
}

// events are those of everything that has changed, in the shapes of the three ways.
func events(before, after directory, chance *rand.Rand) (all []string) {
	either := func(bodies ...string) { all = append(all, bodies[chance.IntN(len(bodies))]) }
	for _, id := range slices.Sorted(maps.Keys(after.people)) {
		if was, there := before.people[id]; !there {
			either(ofPerson("CreateUser", id))
		} else if now := after.people[id]; was.UserName != now.UserName || was.Email != now.Email || was.Status != now.Status {
			either(ofPerson("UpdateUser", id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before.people)) {
		if _, there := after.people[id]; !there {
			either(ofPerson("DeleteUser", id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(after.groups)) {
		if was, there := before.groups[id]; !there {
			either(createdByAPI(id))
		} else if was != after.groups[id] {
			either(ofGroup("UpdateGroup", id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before.groups)) {
		if _, there := after.groups[id]; !there {
			either(ofGroup("DeleteGroup", id))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(after.members)) {
		if _, there := before.members[id]; !there {
			x := after.members[id]
			either(joinedInConsole(x.GroupID, x.UserID), joinedByAPI(x.GroupID, x.UserID), patchedBySCIM(x.GroupID))
		}
	}
	for _, id := range slices.Sorted(maps.Keys(before.members)) {
		if _, there := after.members[id]; !there {
			x := before.members[id]
			either(leftInConsole(x.GroupID, x.UserID), leftByAPI(id), patchedBySCIM(x.GroupID))
		}
	}
	return all
}

func (m *serveModel) halt() {
	for _, s := range m.servants {
		s.stop()
	}
}

// settleDown lets the faults stop, and expects that two passes later nothing is left to do.
func (m *serveModel) settleDown(t *rapid.T) {
	m.suffer()
	m.behave(func(b *world.Behaviour) { b.StaleReads = nil })
	time.Sleep(35 * time.Minute)
	for range 6 { // what the functions could not do comes to them again, or to the process, after the queue's time
		if m.mute && m.office.left() > 0 {
			time.Sleep(sixTimes)
		}
	}
	left := m.office.left()
	m.halt()
	m.unbroken(t)
	p := m.start()
	p.verify = true
	n := m.writes(func() { _, _ = p.apply(context.Background()) })
	if pending := p.last.Plan.Pending(); n > 0 || len(pending) > 0 {
		t.Fatalf("L1, S15: %d writes and %d steps when all should be done: %+v\n%v", n, len(pending), pending, m.servants[0].(*servant).log.with("level"))
	}
	if left > 0 {
		t.Fatalf("S18: %d messages are left", left)
	}
	m.complete(t, anybody)
	m.byItself(t, p.last)
	m.check.lax["S7"] = true
	m.finish(t, m.rest(t, plan.AllowableHazards(), true))
}

// byItself makes sure that a process has done by itself what needs nobody's word, unless it has told why not: that is, that
// nothing of it is held for want of a word now.
func (m *serveModel) byItself(t *rapid.T, last *engine.Pass) {
	for _, code := range []tenancy.Code{tenancy.Code(plan.ManyRemovals), plan.SpansTenants, plan.UnknownPerson, plan.CustodiansTaken, plan.Unread} {
		for _, book := range m.books {
			if m.mute || book.count(string(code)) > 0 {
				return
			}
		}
	}
	for _, s := range last.Plan.Steps {
		if h := plan.Hazard(s.Held); slices.Contains([]plan.Hazard{plan.RemovesUser, plan.RemovesMember, plan.RenamesUser, plan.LowersRole}, h) || slices.Contains(m.automatic, h) {
			t.Fatalf("L1: %s %s %s is not done, for want of %s", s.Change.Kind(), s.Change.In(), s.Change.Object(), h)
		}
	}
}
