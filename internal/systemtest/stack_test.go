package systemtest

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/deploy"
	"github.com/tenantry/tenantry/internal/intake"
)

// otherAccount is the account of the identity store, where it is not that of QuickSight.
const otherAccount = "999988887777"

// stackQueue is the queue of a stack with its usual name.
const stackQueue = "https://sqs.us-east-1.amazonaws.com/" + account + "/tenantry-events"

// stacked makes a world in which deploy/tenantry.yaml is deployed, as far as events go; with Identity Center in another
// account, deploy/forward.yaml too. A trail logs in each.
func stacked(t testing.TB, seed *world.Seed, apart bool) {
	t.Helper()
	parameters := map[string]string{
		"CodeBucket": "code", "CodeKey": "tenantry.zip", "IdentityStore": store, "IdentityStoreAccount": account,
		"DirectoryHere": "yes", "SignInRoles": role, "SignInRolePrefix": "QuickSight",
	}
	seed.Trails = []world.CloudTrail{{Name: "ours", MultiRegion: true}}
	seed.Behaviour.Trail = &world.Trail{Native: true}
	if apart {
		parameters["IdentityStoreAccount"], parameters["DirectoryHere"], parameters["Forwarders"] = otherAccount, "no", otherAccount
		seed.IdentityCenter.OwnerAccountID = otherAccount
		seed.Trails = append(seed.Trails, world.CloudTrail{Name: "theirs", Account: otherAccount})
		lay(t, seed, "forward.yaml", deploy.Place{Partition: "aws", Account: otherAccount, Region: region, Stack: "two", Parameters: map[string]string{
			"Bus": "arn:aws:events:us-east-1:" + account + ":event-bus/tenantry-forwarded", "QuickSightAccount": account,
		}})
	}
	lay(t, seed, "tenantry.yaml", deploy.Place{Partition: "aws", Account: account, Region: region, Stack: "one", Parameters: parameters})
}

// lay puts what a template says of queues, buses and rules into a world.
func lay(t testing.TB, seed *world.Seed, template string, p deploy.Place) {
	t.Helper()
	text, err := os.ReadFile("../../deploy/" + template)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := deploy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parsed.Make(p)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range s.Of("AWS::SQS::Queue") {
		var q struct {
			QueueName                               string
			VisibilityTimeout                       int64
			MessageRetentionPeriod, MaxReceiveCount int64
			RedrivePolicy                           *struct {
				Target string `json:"deadLetterTargetArn"`
				Most   int    `json:"maxReceiveCount"`
			}
		}
		readAs(t, s.Resources[name].Properties, &q)
		set := world.DefaultQueueSettings()
		set.Retention = world.Duration(time.Duration(q.MessageRetentionPeriod) * time.Second)
		if q.VisibilityTimeout > 0 {
			set.VisibilityTimeout = world.Duration(time.Duration(q.VisibilityTimeout) * time.Second)
		}
		if r := q.RedrivePolicy; r != nil {
			set.Redrive = &world.Redrive{DeadLetterQueue: r.Target[strings.LastIndexByte(r.Target, ':')+1:], MaxReceives: r.Most}
		}
		set.Attributes = map[string]string{"Policy": queuePolicy(t, s, "/"+q.QueueName)}
		seed.Queues = append(seed.Queues, world.QueueSeed{Name: q.QueueName, QueueSettings: set})
	}
	layRules(t, seed, s, p.Account)
}

func layRules(t testing.TB, seed *world.Seed, s *deploy.Stack, account string) {
	for _, name := range s.Of("AWS::Events::EventBus") {
		bus, _ := s.Resources[name].Properties["Name"].(string)
		seed.Events.Buses = append(seed.Events.Buses, world.Bus{Name: bus, Account: account, Policy: busPolicy(t, s, bus)})
	}
	for _, name := range s.Of("AWS::Events::Rule") {
		var r struct {
			Name, EventBusName, State, ScheduleExpression string
			EventPattern                                  json.RawMessage
			Targets                                       []struct {
				ID               string `json:"Id"`
				Arn, RoleArn     string
				DeadLetterConfig struct{ Arn string }
			}
		}
		readAs(t, s.Resources[name].Properties, &r)
		rule := world.Rule{Name: r.Name, Account: account, Bus: r.EventBusName, State: r.State, Schedule: r.ScheduleExpression, Pattern: string(r.EventPattern)}
		for _, target := range r.Targets {
			rule.Targets = append(rule.Targets, world.Target{ID: target.ID, ARN: target.Arn, RoleARN: target.RoleArn, DeadLetters: target.DeadLetterConfig.Arn})
		}
		seed.Events.Rules = append(seed.Events.Rules, rule)
	}
}

// readAs reads the properties of a resource into v.
func readAs(t testing.TB, properties map[string]any, v any) {
	t.Helper()
	text, err := json.Marshal(properties)
	if err == nil {
		err = json.Unmarshal(text, v)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// queuePolicy is the policy of the queue whose URL ends so.
func queuePolicy(t testing.TB, s *deploy.Stack, url string) string {
	t.Helper()
	for _, name := range s.Of("AWS::SQS::QueuePolicy") {
		var p struct {
			Queues         []string
			PolicyDocument json.RawMessage
		}
		readAs(t, s.Resources[name].Properties, &p)
		if len(p.Queues) == 1 && strings.HasSuffix(p.Queues[0], url) {
			return string(p.PolicyDocument)
		}
	}
	t.Fatalf("the queue %s has no policy", url)
	return ""
}

func busPolicy(t testing.TB, s *deploy.Stack, bus string) string {
	t.Helper()
	for _, name := range s.Of("AWS::Events::EventBusPolicy") {
		var p struct {
			EventBusName string
			Statement    json.RawMessage
		}
		readAs(t, s.Resources[name].Properties, &p)
		if p.EventBusName == bus {
			return `{"Version": "2012-10-17", "Statement": ` + string(p.Statement) + `}`
		}
	}
	return ""
}

// everybody are the keys of a world of two accounts: a process's, which is of QuickSight's, and the administrator's, of the
// identity store's.
func everybody(seed *world.Seed) {
	seed.Callers = []world.Caller{
		{AccessKey: theKey, ARN: "arn:aws:sts::" + account + ":assumed-role/tenantry/i"},
		{AccessKey: administratorKey, Account: otherAccount, ARN: "arn:aws:iam::" + otherAccount + ":user/administrator"},
	}
}

// TestTheStackDeliversWhatIsRead: of all that happens in the simulated AWS, in each of the ways in which it can, the rules of
// the templates deliver to the queue just what gives hints, once each, and nothing else; and nothing dies on the way.
func TestTheStackDeliversWhatIsRead(t *testing.T) {
	t.Parallel()
	for _, apart := range []bool{false, true} {
		t.Run(map[bool]string{false: "one account", true: "two accounts"}[apart], func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) { stackDelivers(t, apart) })
		})
	}
}

func stackDelivers(t *testing.T, apart bool) {
	seed, err := world.ParseSeed([]byte(inboxWorld))
	if err != nil {
		t.Fatal(err)
	}
	seed.Queues, seed.Behaviour.TellRefusedSignIns, seed.Behaviour.NamespaceCreateDelay = nil, true, 0
	seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "QuickSightShut", Policies: map[string]string{"none": `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}`}})
	stacked(t, &seed, apart)
	for _, of := range []string{account, otherAccount} { // somebody who sees everything
		seed.Events.Rules = append(seed.Events.Rules, world.Rule{Name: "all", Account: of, Pattern: `{"version": ["0"]}`, State: world.RuleReads,
			Targets: []world.Target{{ID: "all", ARN: "arn:aws:sqs:us-east-1:" + account + ":all"}}})
	}
	all := world.DefaultQueueSettings()
	all.Attributes = map[string]string{"Policy": `{"Statement": {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage", "Resource": "*",
		"Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:events:*:*:rule/all"}}}}`}
	seed.Queues = append(seed.Queues, world.QueueSeed{Name: "all", QueueSettings: all})
	owner := account
	if apart {
		owner = otherAccount
	}
	seed.Callers = []world.Caller{
		{AccessKey: "AKIA", Account: owner, ARN: "arn:aws:iam::" + owner + ":user/administrator"},
		{AccessKey: theKey, ARN: "arn:aws:iam::" + account + ":user/administrator"},
	}
	sim, err := awssim.New(seed, awssim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &inboxRig{T: t, sim: sim, reader: &intake.Reader{Account: account, Store: store, SignsIn: func(role string) bool { return strings.HasPrefix(role, "QuickSight") }}}
	r.live()

	told, delivered := r.drain("all"), r.drain("tenantry-events")
	if left := r.drain("tenantry-dead-letters"); len(left) != 0 {
		t.Errorf("not delivered: %v", left)
	}
	ways := map[string]int{}
	for id, bodies := range told {
		hints := r.reader.Read([]byte(bodies[0])).Hints
		if have, want := len(delivered[id]), min(1, len(hints)); have != want {
			t.Errorf("%d hints, delivered %d times\n%s", len(hints), have, bodies[0])
		}
		for _, h := range hints {
			ways[string(h.Kind)]++
		}
		delete(delivered, id)
	}
	for _, bodies := range delivered {
		t.Errorf("delivered, and not told: %s", bodies)
	}
	for _, kind := range []intake.Kind{intake.Person, intake.Group, intake.Drifted, intake.Denied} {
		if ways[string(kind)] == 0 {
			t.Errorf("nothing came that is a hint of the kind %s: %v", kind, ways)
		}
	}
	t.Logf("%d events were told; hints: %v", len(told), ways)
}

// live lets happen what can: people and groups by the console, the API and SCIM, with a call that fails, a sign-in that is let
// in and one that is not, a sign-in role, a permission set, and a user of QuickSight's written by hand.
func (r *inboxRig) live() {
	r.Helper()
	const pair = `{"groupId": "34887428-4081-7042-c3c6-928d413009e7", "memberId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`
	r.console("AddMemberToGroup", pair)
	r.console("RemoveMemberFromGroup", pair)
	r.console("DisableUser", `{"userId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`)
	r.console("CreateGroup", `{"displayName": "qs:globex"}`)
	const both = `"GroupId": "34887428-4081-7042-c3c6-928d413009e7", "MemberId": {"UserId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`
	r.api("CreateGroupMembership", both)
	r.api("CreateGroupMembership", both) // fails
	r.api("CreateGroup", `"DisplayName": "qs:initech"`)
	user := r.scim("POST", "Users", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"bo","displayName":"B","name":{"familyName":"O","givenName":"B"},"emails":[{"value":"bo@x.example","primary":true}],"active":true}`)
	group := r.scim("POST", "Groups", `{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"],"displayName":"qs:umbra"}`)
	r.scim("PATCH", "Groups/"+group, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"members","value":[{"value":"`+user+`"}]}]}`)
	r.scim("DELETE", "Users/"+user, "")
	r.api("DeleteGroup", `"GroupId": "34887428-4081-7042-c3c6-928d413009e7"`)
	r.console("SignIn", `{"role": "QuickSight", "session": "alice", "email": "alice@acme.example"}`)
	refused, err := r.sim.Client().Post("http://127.0.0.1/simulator/console/SignIn", "application/json", strings.NewReader(`{"role": "QuickSightShut", "session": "eve", "email": "eve@x.example"}`))
	if err != nil || refused.StatusCode != 403 {
		r.Fatalf("a sign-in that is not let in: %v, %v", refused, err)
	}
	refused.Body.Close()
	c := &simtest.Client{T: r.T, Sim: r.sim, Service: "sso", Region: region, Key: "AKIA"}
	set := c.Call("SWBExternalService.CreatePermissionSet", `{"InstanceArn": "`+r.sim.World().SSO.InstanceARN+`", "Name": "Analysts"}`)
	arn := simtest.Get(set.Body, "PermissionSet", "PermissionSetArn")
	made := c.Call("SWBExternalService.CreateAccountAssignment", fmt.Sprintf(`{"InstanceArn": "%s", "PermissionSetArn": "%s", "TargetType": "AWS_ACCOUNT", "TargetId": "%s",
		"PrincipalType": "GROUP", "PrincipalId": "%s"}`, r.sim.World().SSO.InstanceARN, arn, account, group))
	if set.Status != 200 || made.Status != 200 {
		r.Fatalf("%v, %v", set.Body, made.Body)
	}
	q := &simtest.Client{T: r.T, Sim: r.sim, Service: "quicksight", Region: region, Key: theKey}
	q.OK(201, "POST /accounts/"+account+"/namespaces/default/users", `{"IdentityType": "IAM", "IamArn": "`+role+`", "SessionName": "mo", "Email": "mo@x.example", "UserRole": "READER"}`)
}

// drain empties a queue: its bodies, by the id of the event.
func (r *inboxRig) drain(queue string) map[string][]string {
	w := r.sim.World()
	w.Lock()
	defer w.Unlock()
	q, _ := w.Queues.Get(region, queue)
	all := map[string][]string{}
	for _, m := range q.Receive(1000, 0) {
		var e struct {
			ID     string
			Detail struct{ EventID string }
		}
		if err := json.Unmarshal([]byte(m.Body), &e); err != nil {
			r.Fatal(err)
		}
		id := e.Detail.EventID
		if id == "" { // a notification has no other
			id = e.ID
		}
		all[id] = append(all[id], m.Body)
	}
	return all
}

// TestTheWholeWayOfTheStack: what happens by the console, the API and SCIM comes by the rules of the templates, through the
// queue with its policy, to the process that serves, and into QuickSight; where Identity Center is of another account, by the
// bus that its rules forward to.
func TestTheWholeWayOfTheStack(t *testing.T) {
	t.Parallel()
	for _, apart := range []bool{false, true} {
		t.Run(map[bool]string{false: "one account", true: "two accounts"}[apart], func(t *testing.T) {
			seed := tenants(2, 2)
			stacked(t, &seed, apart)
			if apart {
				everybody(&seed)
			}
			in(t, seed, settings{more: "events: {queue_url: \"" + stackQueue + "\"}"}, func(r *rig) {
				s := r.daemon(service{})
				s.settle()
				a := r.administrator(t)
				inbox := &inboxRig{T: t, sim: r.sim}
				for way, join := range map[string]func(group, person string){
					"api": func(group, person string) { a.join(group, person) },
					"console": func(group, person string) {
						inbox.console("AddMemberToGroup", fmt.Sprintf(`{"groupId": %q, "memberId": %q}`, group, person))
					},
					"scim": func(group, person string) {
						inbox.scim("PATCH", "Groups/"+group, `{"schemas":["urn:ietf:params:scim:api:messages:2.0:PatchOp"],"Operations":[{"op":"add","path":"members","value":[{"value":"`+person+`"}]}]}`)
					},
				} {
					join(r.groupID("qs:t001"), a.newPerson(way))
					took := r.waitFor(way, time.Second, func() bool { return r.isIn("t001", "qs:t001", way) })
					t.Logf("%s: %v", way, took)
				}
				a.newPerson("alice")
				inbox.console("SignIn", `{"role": "QuickSight", "session": "alice", "email": "alice@example.com"}`)
				r.waitFor("the word of a sign-up in default", time.Second, func() bool { return s.log.count("just-in-time") > 0 })
				time.Sleep(2 * time.Minute)
				for _, queue := range []string{"tenantry-events", "tenantry-dead-letters"} {
					if n := r.queued(queue); n != 0 {
						t.Errorf("S18: %d messages are left in %s", n, queue)
					}
				}
				s.stop()
			})
		})
	}
}

// The doctor's reads see what the templates make: each rule with the queue or the bus as its target, and the queue's policy.
func TestTheStackIsSeen(t *testing.T) {
	t.Parallel()
	seed := empty()
	stacked(t, &seed, false)
	in(t, seed, settings{}, func(r *rig) {
		aws, err := awsapi.New(context.Background(), awsapi.Options{AccountID: account, Region: region, StoreID: store, HTTPClient: r.sim.Client(),
			Credentials: &awsapi.Credentials{AccessKeyID: theKey, SecretAccessKey: "simulated"}})
		if err != nil {
			t.Fatal(err)
		}
		around := awsapi.NewSurroundings(aws)
		queue, err := around.Queue(context.Background(), stackQueue)
		if err != nil || !queue.Encrypted || queue.MaxReceives != 10 || !strings.Contains(queue.Policy, "aws:SourceArn") {
			t.Errorf("%+v, %v", queue, err)
		}
		rules, err := around.EventRules(context.Background(), region, "default", queue.ARN)
		if err != nil || len(rules) != 7 {
			t.Errorf("%d rules, %v", len(rules), err)
		}
		for _, rule := range rules {
			if !rule.Enabled || len(rule.Targets) != 1 || rule.Targets[0].Altered || rule.Targets[0].DeadLetters != queue.DeadLetters {
				t.Errorf("%+v", rule)
			}
		}
	})
}
