package systemtest

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// queueURL is the queue of a world with a trail.
const queueURL = "https://sqs.us-east-1.amazonaws.com/" + account + "/events"

// watched is a world whose directory tells a queue what happens.
func watched(seed world.Seed, t world.Trail) world.Seed {
	set := world.DefaultQueueSettings()
	dead := world.QueueSeed{Name: "dead", QueueSettings: set}
	set.Redrive = &world.Redrive{DeadLetterQueue: "dead", MaxReceives: 5}
	seed.Queues = []world.QueueSeed{{Name: "events", QueueSettings: set}, dead}
	t.Queues = []string{"events"}
	seed.Behaviour.Trail = &t
	return seed
}

// administratorKey is the access key by which the administrator's calls are known.
const administratorKey = "AKIASIMULATED0000002"

// administrator calls the identity store as an administrator's program does.
type administrator struct{ *simtest.Client }

func (r *rig) administrator(t *testing.T) administrator {
	return administrator{&simtest.Client{T: t, Sim: r.sim, Service: "identitystore", Region: region, Key: administratorKey}}
}

// does calls an operation of the identity store, and answers a member of its answer.
func (a administrator) does(op, members, answer string) string {
	a.T.Helper()
	got := a.Call("AWSIdentityStore."+op, `{"IdentityStoreId":"`+store+`",`+members+`}`)
	if got.Status != 200 {
		a.T.Fatalf("%s answers %d %v", op, got.Status, got.Body)
	}
	id, _ := got.Body[answer].(string)
	return id
}

func (a administrator) newPerson(name string) string {
	return a.does("CreateUser", fmt.Sprintf(`"UserName":"%[1]s","DisplayName":"%[1]s","Name":{"GivenName":"%[1]s","FamilyName":"%[1]s"},"Emails":[{"Value":"%[1]s@example.com","Primary":true}]`, name), "UserId")
}

func (a administrator) join(group, person string) string {
	return a.does("CreateGroupMembership", `"GroupId":"`+group+`","MemberId":{"UserId":"`+person+`"}`, "MembershipId")
}

// TestTheWholeWay: calls of the identity store's API, the trail, SQS, and the process that serves, each
// with the real SDK or over the wire. Somebody new is registered within a second, a new customer with
// its people when its namespace is there; events are doubled, disordered and late.
func TestTheWholeWay(t *testing.T) {
	t.Parallel()
	for name, trail := range map[string]world.Trail{
		"plain":      {},
		"unreliable": {Duplicates: 2, Shuffle: true, Delay: world.Duration(20 * time.Second), Native: true, Reads: true},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, watched(tenants(2, 2), trail), settings{more: "events: {queue_url: \"" + queueURL + "\"}"}, func(r *rig) {
				s := r.daemon(service{})
				s.settle()
				a := r.administrator(t)
				late := time.Duration(trail.Delay)
				a.join(r.groupID("qs:t001"), a.newPerson("ana"))
				took := r.waitFor("ana", late+time.Second, func() bool { return r.isIn("t001", "qs:t001", "ana") })
				t.Logf("somebody new: %v", took)
				group := a.does("CreateGroup", `"DisplayName":"qs:new"`, "GroupId")
				for i := range 3 {
					a.join(group, a.newPerson(fmt.Sprintf("new%d", i)))
				}
				gone := a.newPerson("gone")
				a.does("DeleteGroupMembership", `"MembershipId":"`+a.join(group, gone)+`"`, "")
				took = r.waitFor("the new customer", late+time.Minute, func() bool {
					return r.isIn("new", "qs:new", "new0") && r.isIn("new", "qs:new", "new1") && r.isIn("new", "qs:new", "new2")
				})
				t.Logf("a new customer: %v", took)
				time.Sleep(2 * time.Minute)
				if depth := r.queued("events"); depth != 0 {
					t.Errorf("S18: %d messages are left", depth)
				}
				if n := r.queued("dead"); n != 0 {
					t.Errorf("%d messages of AWS's own shape were set aside", n)
				}
				if _, there := r.user("new", "QuickSight/gone"); there {
					t.Error("who has left was registered")
				}
				s.stop()
				r.settled()
			})
		})
	}
}

// queued counts a queue's messages, received or not.
func (r *rig) queued(name string) (n int) {
	r.now(func(*world.Directory, *world.QuickSight) {
		if q, ok := r.w.Queues.Get(region, name); ok {
			ready, hidden, late := q.Counts()
			n = ready + hidden + late
		}
	})
	return n
}
