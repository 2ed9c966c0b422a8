package awssim_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const (
	storeID   = "d-1234567890"
	ana       = "94e80458-9021-70ea-08fa-c3a10a1d8a92"
	acmeGroup = "34887428-4081-7042-c3c6-928d413009e7"
	trailFile = `{"account_id": "111122223333",
		"identity_center": {"users": [{"id": "` + ana + `", "user_name": "ana", "email": "ana@acme.example"}],
			"groups": [{"id": "` + acmeGroup + `", "display_name": "qs:acme"}]},
		"iam": {"roles": [{"name": "QuickSight"}]}, "permission_sets": [{"name": "QS"}],
		"quicksight": {"namespaces": [{"name": "acme"}]},
		"queues": [{"name": "events"}, {"name": "more"}], "behaviour": {"trail": {"queues": ["events"]}}}`
)

// trail is a simulator whose events are read.
type trail struct {
	*simtest.Client
}

func newTrail(t *testing.T) trail {
	t.Helper()
	return trail{simtest.New(t, trailFile, awssim.Options{})}
}

// change changes the trail.
func (c trail) change(how func(*world.Trail)) {
	c.T.Helper()
	if err := c.Sim.Change(func(b *world.Behaviour) { how(b.Trail) }); err != nil {
		c.T.Fatal(err)
	}
}

// call calls an operation of a JSON service, whatever it answers.
func (c trail) call(service, target, body string) map[string]any {
	c.T.Helper()
	c.Service = service
	return c.Call(target, body).Body
}

// store calls an operation of the identity store.
func (c trail) store(op, members string) map[string]any {
	c.T.Helper()
	return c.call("identitystore", "AWSIdentityStore."+op, `{"IdentityStoreId": "`+storeID+`", `+members+`}`)
}

// join puts ana into her group and gives the membership's id.
func (c trail) join() string {
	c.T.Helper()
	id, _ := c.store("CreateGroupMembership", `"GroupId": "`+acmeGroup+`", "MemberId": {"UserId": "`+ana+`"}`)["MembershipId"].(string)
	return id
}

func (c trail) leave(id string) {
	c.T.Helper()
	c.store("DeleteGroupMembership", `"MembershipId": "`+id+`"`)
}

// take takes all events off a queue that can be taken now.
func (c trail) take(queue string) []map[string]any {
	c.T.Helper()
	w := c.Sim.World()
	w.Lock()
	defer w.Unlock()
	q, ok := w.Queues.Get("us-east-1", queue)
	if !ok {
		c.T.Fatalf("there is no queue %s", queue)
	}
	var events []map[string]any
	for _, m := range q.Receive(1000, time.Hour) {
		var e map[string]any
		if err := json.Unmarshal([]byte(m.Body), &e); err != nil {
			c.T.Fatal(err)
		}
		events = append(events, e)
		q.Remove(m.ID)
	}
	return events
}

// only takes the one event of that name.
func (c trail) only(name string) map[string]any {
	c.T.Helper()
	var found []map[string]any
	for _, e := range c.take("events") {
		if simtest.Get(e, "detail", "eventName") == name {
			found = append(found, e)
		}
	}
	if len(found) != 1 {
		c.T.Fatalf("%d events %s, want one", len(found), name)
	}
	return found[0]
}

// sample reads a real event.
func sample(t *testing.T, name string) map[string]any {
	t.Helper()
	b, err := os.ReadFile("testdata/events/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var e map[string]any
	if err := json.Unmarshal(b, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// like compares an event with a sample: it has all that the sample has, of the same kind, and the same where it does
// not depend on who did what where. Of the request, the answer and the service's details it has nothing more.
func like(t *testing.T, at string, got, want any) {
	t.Helper()
	switch want := want.(type) {
	case map[string]any:
		m, ok := got.(map[string]any)
		if !ok {
			t.Errorf("%s is %v, want an object", at, got)
			return
		}
		for name, v := range want {
			if _, there := m[name]; !there {
				t.Errorf("%s has no %s", at, name)
				continue
			}
			like(t, at+"."+name, m[name], v)
		}
		if names := slices.Sorted(maps.Keys(m)); closed(at) && len(m) != len(want) {
			t.Errorf("%s has %v, want no more than %v", at, names, slices.Sorted(maps.Keys(want)))
		}
	case []any:
		l, ok := got.([]any)
		if !ok || len(l) != len(want) {
			t.Errorf("%s is %v, want %v", at, got, want)
			return
		}
		for i := range want {
			like(t, at+"[]", l[i], want[i])
		}
	default:
		if fmt.Sprintf("%T", got) != fmt.Sprintf("%T", want) || constant(at, want) && got != want {
			t.Errorf("%s is %v, want one like %v", at, got, want)
		}
	}
}

func closed(at string) bool {
	parts := strings.SplitN(at, ".", 4)
	return len(parts) == 1 || len(parts) > 2 && slices.Contains([]string{"requestParameters", "responseElements", "serviceEventDetails"}, parts[2])
}

// constant reports whether a text of the sample is part of its shape.
func constant(at string, v any) bool {
	name := at[strings.LastIndex(at, ".")+1:]
	switch name {
	case "version", "detail-type", "source", "eventSource", "eventName", "eventType", "eventCategory", "readOnly", "managementEvent",
		"targetType", "principalType", "errorCode", "errorMessage", "type":
		return true
	}
	return v == world.Hidden
}

func TestEventsOfCallsAreLikeAWSs(t *testing.T) {
	c := newTrail(t)
	id := c.join()
	e := c.only("CreateGroupMembership")
	want := sample(t, "api-create-group-membership")
	// What the answer is like was not captured; the API's answer has these.
	simtest.Get(want, "detail").(map[string]any)["responseElements"] = map[string]any{"identityStoreId": "", "membershipId": ""}
	like(t, "event", e, want)
	if simtest.Get(e, "detail", "requestParameters", "memberId", "userId") != ana || simtest.Get(e, "detail", "requestParameters", "groupId") != acmeGroup ||
		simtest.Get(e, "detail", "responseElements", "membershipId") != id {
		t.Errorf("it is about somebody else: %v", e)
	}

	c.leave(id)
	e = c.only("DeleteGroupMembership")
	like(t, "event", e, sample(t, "api-delete-group-membership"))
	if simtest.Get(e, "detail", "requestParameters", "membershipId") != id {
		t.Errorf("it is about another membership: %v", e)
	}

	instance := c.call("sso", "SWBExternalService.ListInstances", `{}`)
	arn, _ := simtest.Get(instance, "Instances", 0, "InstanceArn").(string)
	sets := c.call("sso", "SWBExternalService.ListPermissionSets", `{"InstanceArn": "`+arn+`"}`)
	set, _ := simtest.Get(sets, "PermissionSets", 0).(string)
	c.call("sso", "SWBExternalService.CreateAccountAssignment", `{"InstanceArn": "`+arn+`", "PermissionSetArn": "`+set+`",
		"TargetId": "111122223333", "TargetType": "AWS_ACCOUNT", "PrincipalType": "GROUP", "PrincipalId": "`+acmeGroup+`"}`)
	events := c.take("events")
	if len(events) != 2 {
		t.Fatalf("an assignment makes %d events, want its own and that of the role", len(events))
	}
	role := simtest.Get(events[0], "detail")
	if simtest.Get(role, "eventName") != "CreateRole" || simtest.Get(role, "userIdentity", "invokedBy") != "sso.amazonaws.com" ||
		simtest.Get(role, "requestParameters", "path") != "/aws-reserved/sso.amazonaws.com/" ||
		!strings.HasPrefix(fmt.Sprint(simtest.Get(role, "requestParameters", "roleName")), "AWSReservedSSO_QS_") || simtest.Get(role, "awsRegion") != "us-east-1" {
		t.Errorf("the role's event is %v", events[0])
	}
	like(t, "event", events[1], sample(t, "sso-create-account-assignment"))
}

// E29: what tenantry does itself comes back as an event.
func TestE29QuickSightsEcho(t *testing.T) {
	c := newTrail(t)
	c.Service = "quicksight"
	c.OK(201, "POST /accounts/111122223333/namespaces/acme/users",
		`{"IdentityType": "IAM", "Email": "ana@acme.example", "UserRole": "READER", "IamArn": "arn:aws:iam::111122223333:role/QuickSight", "SessionName": "ana"}`)
	d := simtest.Get(c.only("RegisterUser"), "detail")
	if simtest.Get(d, "eventSource") != "quicksight.amazonaws.com" || simtest.Get(d, "requestParameters", "namespace") != "acme" ||
		simtest.Get(d, "requestParameters", "sessionName") != "ana" || simtest.Get(d, "responseElements", "user", "userName") != "QuickSight/ana" {
		t.Errorf("the echo is %v", d)
	}
}

func TestJustInTimeProvisioning(t *testing.T) {
	c := newTrail(t)
	if err := c.Sim.World().ProvisionJIT("QuickSight", "alice", "alice@acme.example", "READER"); err != nil {
		t.Fatal(err)
	}
	e := c.only("CreateUser")
	like(t, "event", e, sample(t, "quicksight-jit-create-user"))
	if got, want := simtest.Get(e, "detail", "serviceEventDetails"), simtest.Get(sample(t, "quicksight-jit-create-user"), "detail", "serviceEventDetails"); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the details are %v, want %v", got, want)
	}
	c.Service = "quicksight"
	c.OK(200, "GET /accounts/111122223333/namespaces/default/users/QuickSight%2Falice", "")
	for _, role := range []string{"QuickSight", "Nobody"} {
		if err := c.Sim.World().ProvisionJIT(role, "alice", "alice@acme.example", "READER"); err == nil {
			t.Errorf("%s/alice was provisioned", role)
		}
	}
	if left := c.take("events"); len(left) != 0 {
		t.Errorf("what did not happen is told: %v", left)
	}
}

// Other rooms tell what they do themselves, in their words.
func TestToldActivities(t *testing.T) {
	for _, name := range []string{"scim-patch-group-failed", "console-add-member-to-group"} {
		c := newTrail(t)
		want := sample(t, name)
		d := simtest.Get(want, "detail").(map[string]any)
		a := world.Activity{Region: "us-east-1"}
		a.Source, a.Name = d["eventSource"].(string), d["eventName"].(string)
		a.ErrorCode, _ = d["errorCode"].(string)
		a.ErrorMessage, _ = d["errorMessage"].(string)
		a.Request = d["requestParameters"].(map[string]any)
		a.Identity = d["userIdentity"].(map[string]any)
		w := c.Sim.World()
		w.Lock()
		w.Happened(a)
		w.Unlock()
		// Of TLS and of the console's sessions nobody asks.
		delete(d, "tlsDetails")
		delete(d, "sessionCredentialFromConsole")
		got := c.only(a.Name)
		like(t, "event", got, want)
		if !strings.HasPrefix(fmt.Sprint(simtest.Get(got, "source")), "aws.") || simtest.Get(got, "detail", "awsRegion") != "us-east-1" {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// E18: no name and no address of a person or a group is in an event.
func TestE18NamesAreHidden(t *testing.T) {
	c := newTrail(t)
	c.change(func(t *world.Trail) { t.Native, t.Reads = true, true })
	user, _ := c.store("CreateUser", `"UserName": "secret-1", "DisplayName": "secret-2", "Name": {"GivenName": "secret-3", "FamilyName": "secret-4"},
		"Emails": [{"Value": "secret-5@acme.example", "Type": "work", "Primary": true}], "Title": "secret-6", "Addresses": [{"Locality": "secret-7"}]`)["UserId"].(string)
	c.store("UpdateUser", `"UserId": "`+user+`", "Operations": [{"AttributePath": "name", "AttributeValue": {"GivenName": "secret-8"}}]`)
	group, _ := c.store("CreateGroup", `"DisplayName": "secret-9", "Description": "secret-10"`)["GroupId"].(string)
	c.store("CreateGroup", `"DisplayName": "secret-9"`)
	c.store("UpdateGroup", `"GroupId": "`+group+`", "Operations": [{"AttributePath": "displayName", "AttributeValue": "secret-11"}]`)
	c.store("DescribeUser", `"UserId": "`+user+`"`)
	c.store("GetUserId", `"AlternateIdentifier": {"UniqueAttribute": {"AttributePath": "userName", "AttributeValue": "secret-1"}}`)
	c.store("DeleteUser", `"UserId": "`+user+`"`)
	c.store("DeleteGroup", `"GroupId": "`+group+`"`)
	events := c.take("events")
	b, err := json.Marshal(events)
	if err != nil {
		t.Fatal(err)
	}
	if text := string(b); user == "" || group == "" || strings.Contains(text, "secret") || strings.Count(text, user) < 5 || strings.Count(text, group) < 3 {
		t.Errorf("the events tell too much, or too little: %s", text)
	}
	var names []string
	for _, e := range events {
		if e["detail-type"] != "AWS API Call via CloudTrail" {
			names = append(names, e["detail-type"].(string))
		}
	}
	// The group that could not be made, and what only reads, is no notification.
	want := "User Created, User Updated, Group Created, Group Updated, User Deleted, Group Deleted"
	if got := strings.Join(names, ", "); got != want {
		t.Errorf("notifications: %s\nwant %s", got, want)
	}
}

func TestNotifications(t *testing.T) {
	c := newTrail(t)
	c.change(func(t *world.Trail) { t.Native = true })
	id := c.join()
	e := c.take("events")[1]
	const arn = "arn:aws:identitystore::"
	want := []any{arn + "111122223333:identitystore/" + storeID, arn + ":user/" + ana, arn + ":group/" + acmeGroup, arn + ":membership/" + id}
	if e["detail-type"] != "Group Membership Created" || e["source"] != "aws.identitystore" || !slices.Equal(e["resources"].([]any), want) ||
		simtest.Get(e, "detail", "event-version") == nil {
		t.Errorf("the notification is %v", e)
	}
}

// E15: a call that fails is told, with its error; E16: one that only reads is, when it is asked for.
func TestE15E16FailedAndReading(t *testing.T) {
	c := newTrail(t)
	c.store("DescribeGroup", `"GroupId": "`+acmeGroup+`"`)
	if got := c.take("events"); len(got) != 0 {
		t.Errorf("a read is told: %v", got)
	}
	c.change(func(t *world.Trail) { t.Reads = true })
	c.store("DescribeGroup", `"GroupId": "`+acmeGroup+`"`)
	if d := simtest.Get(c.only("DescribeGroup"), "detail"); simtest.Get(d, "readOnly") != true || simtest.Get(d, "responseElements") != nil {
		t.Errorf("the read is %v", d)
	}
	c.leave(ana)
	if d := simtest.Get(c.only("DeleteGroupMembership"), "detail"); simtest.Get(d, "errorCode") != "ResourceNotFoundException" || simtest.Get(d, "responseElements") != nil {
		t.Errorf("the failure is %v", d)
	}
	err := c.Sim.Change(func(b *world.Behaviour) {
		b.Denied = []world.Denial{{Caller: "*", Actions: []string{"identitystore:DeleteUser"}}}
	})
	if err != nil {
		t.Fatal(err)
	}
	c.store("DeleteUser", `"UserId": "`+ana+`"`)
	if d := simtest.Get(c.only("DeleteUser"), "detail"); simtest.Get(d, "errorCode") != "AccessDeniedException" {
		t.Errorf("the denial is %v", d)
	}
}

func TestNoTrail(t *testing.T) {
	c := newTrail(t)
	if err := c.Sim.Change(func(b *world.Behaviour) { b.Trail = nil }); err != nil {
		t.Fatal(err)
	}
	c.join()
	if got := append(c.take("events"), c.take("more")...); len(got) != 0 {
		t.Errorf("without a trail there is %v", got)
	}
	if err := c.Sim.Change(func(b *world.Behaviour) { b.Trail = &world.Trail{Queues: []string{"nowhere", "more"}} }); err != nil {
		t.Fatal(err)
	}
	c.store("DeleteUser", `"UserId": "`+ana+`"`)
	if got := c.take("more"); len(got) != 1 {
		t.Errorf("a queue beside one that is not there gets %v", got)
	}
}

// F13, F14, F15, F16: the trail is late, doubles, loses and disorders as it is told to, and the same each time.
func TestF13UnreliableTrail(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const n = 200
		run := func(how func(*world.Trail)) (ids, order, at []string) {
			c := newTrail(t)
			c.change(how)
			for range n {
				c.leave(c.join())
			}
			began := time.Now()
			for range 12 {
				for _, e := range c.take("events") {
					ids = append(ids, e["id"].(string))
					order = append(order, simtest.Get(e, "detail", "eventID").(string))
					at = append(at, time.Since(began).String())
				}
				time.Sleep(time.Second)
			}
			return ids, order, at
		}
		distinct := func(list []string) int { return len(slices.Compact(slices.Sorted(slices.Values(list)))) }

		_, plain, at := run(func(*world.Trail) {})
		if len(plain) != 2*n || distinct(plain) != 2*n || at[2*n-1] != "0s" {
			t.Errorf("%d events, %d distinct, the last at %s", len(plain), distinct(plain), at[len(at)-1])
		}
		_, late, at := run(func(t *world.Trail) { t.Delay = world.Duration(5 * time.Second) })
		if !slices.Equal(late, plain) || at[0] != "5s" || at[2*n-1] != "5s" {
			t.Errorf("%d late events, at %s", len(late), at[0])
		}
		ids, doubled, _ := run(func(t *world.Trail) { t.Duplicates = 2 })
		if len(doubled) != 6*n || distinct(doubled) != 2*n || distinct(ids) != 6*n {
			t.Errorf("%d copies of %d activities with %d ids", len(doubled), distinct(doubled), distinct(ids))
		}
		shuffle := func(t *world.Trail) { t.Delay, t.Shuffle = world.Duration(10*time.Second), true }
		_, shuffled, at := run(shuffle)
		_, again, _ := run(shuffle)
		if len(shuffled) != 2*n || slices.Equal(shuffled, plain) || distinct(shuffled) != 2*n || !slices.Equal(shuffled, again) || at[n] != "5s" && at[n] != "6s" {
			t.Errorf("%d shuffled events, the middle one at %s", len(shuffled), at[n])
		}
		_, lossy, _ := run(func(t *world.Trail) { t.Loss = 0.25 })
		if len(lossy) < 270 || len(lossy) > 330 {
			t.Errorf("%d of %d events arrive, want three quarters", len(lossy), 2*n)
		}
		if _, none, _ := run(func(t *world.Trail) { t.Loss = 1 }); len(none) != 0 {
			t.Errorf("%d events of none arrive", len(none))
		}
	})
}

// An activity wakes who waits for it.
func TestTrailWakesAPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := newTrail(t)
		reader := *c.Client
		reader.Service = "sqs"
		got := make(chan simtest.Answer)
		go func() {
			got <- reader.Call("AmazonSQS.ReceiveMessage", `{"QueueUrl": "https://sqs.us-east-1.amazonaws.com/111122223333/events", "WaitTimeSeconds": 20}`)
		}()
		time.Sleep(3 * time.Second)
		began := time.Now()
		c.join()
		body, _ := simtest.Get((<-got).Body, "Messages", 0, "Body").(string)
		if !strings.Contains(body, "CreateGroupMembership") || time.Since(began) != 0 {
			t.Errorf("received %q after %v", body, time.Since(began))
		}
	})
}

// Telling of what happens changes nothing of it: ids are what they are without a trail.
func TestTrailChangesNothing(t *testing.T) {
	with, without := newTrail(t), newTrail(t)
	if err := without.Sim.Change(func(b *world.Behaviour) { b.Trail = nil }); err != nil {
		t.Fatal(err)
	}
	with.join()
	without.join()
	if a, b := with.store("CreateGroup", `"DisplayName": "x"`), without.store("CreateGroup", `"DisplayName": "x"`); a["GroupId"] != b["GroupId"] {
		t.Errorf("with a trail the group is %v, without %v", a, b)
	}
}
