package systemtest

import (
	"context"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
)

// of are the entries of a process's history of some kind.
func (s *servant) of(what plan.What) (found []journal.Record) {
	s.Helper()
	for record, err := range s.journal.Entries(context.Background(), journal.Filter{}) {
		if err != nil {
			s.Fatalf("reading the history: %v", err)
		}
		if record.What == what {
			found = append(found, record)
		}
	}
	return found
}

func roleMade(name string) string {
	return event("iam", "CreateRole", `{"roleName":"`+name+`","path":"/"}`, "null")
}

// has reports whether somebody is a user of a namespace and a member of a group of it, by their user name.
func (r *rig) has(namespace, group, user string) bool {
	_, there := r.user(namespace, user)
	return there && slices.Contains(r.members(namespace, group), user)
}

// TestARoleThatComesLater: a tenant is held because its sign-in role is not there. As soon as the role
// is made, and not with the next pass, its people are registered.
func TestARoleThatComesLater(t *testing.T) {
	t.Parallel()
	seed := tenants(2, 3)
	seed.IAM.Roles = []world.Role{{Name: "QuickSight-t000"}}
	in(t, seed, settings{role: role + "-{namespace}"}, func(r *rig) {
		o := newOffice()
		s := r.daemon(service{inbox: o})
		defer s.stop()
		s.settle()
		if !r.has("t000", "qs:t000", "QuickSight-t000/t000.000") || slices.Contains(r.namespaces(), "t001") {
			t.Fatalf("the tenant with a role is not there, or the one without is: %v", r.namespaces())
		}
		r.now(func(*world.Directory, *world.QuickSight) {
			r.w.IAM.Roles.Put("QuickSight-t001", world.Role{Name: "QuickSight-t001", Path: "/"})
		})
		o.send(roleMade("QuickSight-t001"), 0)
		r.waitFor("the tenant", time.Minute, func() bool {
			return r.has("t001", "qs:t001", "QuickSight-t001/t001.000") && r.has("t001", "qs:t001", "QuickSight-t001/t001.002")
		})
		s.done(o, time.Minute)
	})
}

// TestJustInTime: QuickSight lets somebody into default. That is said at once, and put into the
// history with the person and the role; nothing is written to default.
func TestJustInTime(t *testing.T) {
	t.Parallel()
	living(t, settings{}, func(r *rig, s *servant, o *office) {
		body, err := os.ReadFile("../awssim/testdata/events/quicksight-jit-create-user.json")
		if err != nil {
			t.Fatal(err)
		}
		r.someone("alice")
		o.send(ofPerson("CreateUser", r.id("alice")), 0)
		time.Sleep(time.Second)
		o.send(string(body), 0) // nobody is there yet: somebody has made it up, and a reading is all that comes of it
		time.Sleep(time.Second)
		if said := s.log.with("just-in-time"); len(said) != 0 {
			t.Errorf("said of what is not so: %v", said)
		}
		r.registerByHand("default", role, "alice", "READER")
		n := r.writes(func() {
			o.send(string(body), 0)
			time.Sleep(time.Second)
		})
		if said := s.log.with("just-in-time", "role=QuickSight", "session=alice", r.id("alice")); len(said) != 1 || n != 0 {
			t.Errorf("said %v, and %d writes", said, n)
		}
		told := s.of(plan.Drifted)
		if len(told) != 1 || string(told[0].Person) != r.id("alice") || told[0].Object != "QuickSight/alice" || told[0].Namespace != "default" {
			t.Errorf("the history has %+v", told)
		}
		s.done(o, time.Minute)
	})
}
