package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
)

const lambdaConfig = `version: 1
quicksight: {account_id: "111122223333", identity_region: us-east-1}
identity_center: {identity_store_id: d-1234567890, region: us-east-1}
sign_in: {role: "arn:aws:iam::111122223333:role/QuickSight"}
limits: {quicksight_rate: %d}
events: {queue_url: "%s/111122223333/events"}
journal: memory
tenants:
  - groups: "qs:{namespace}"
`

const (
	acmeID = "34887428-4081-7042-c3c6-928d413009e7"
	goodID = "94e80458-9021-70ea-08fa-c3a10a1d8a92"
	lostID = "a4f8e4a8-70b1-70b2-1a1f-5b8b4a1e9c01"
)

// cloud is a simulated AWS on loopback, beside a Lambda service that only counts.
type cloud struct {
	sim         *awssim.Sim
	environment []string
	unread      atomic.Bool // the directory cannot be read
	slow        atomic.Bool // neither can folders be listed, in time
	unkept      atomic.Bool // nothing can be kept in S3
	invoked     chan string // payloads of asynchronous invocations
}

// newCloud makes a world in which ana and lee are in acme, and so are others.
func newCloud(t *testing.T, others, rate int) *cloud {
	t.Helper()
	c, rights := &cloud{invoked: make(chan string, 10)}, &desk{}
	users := fmt.Sprintf(`{"id": %q, "user_name": "ana", "email": "ana@acme.example"}, {"id": %q, "user_name": "lee", "email": "lee@acme.example"}`, goodID, lostID)
	members := `"ana", "lee"`
	for i := range others {
		users += fmt.Sprintf(`, {"user_name": "p%d", "email": "p%[1]d@acme.example"}`, i)
		members += fmt.Sprintf(`, "p%d"`, i)
	}
	sim, err := awssim.Open(fmt.Appendf(nil, `{"account_id": "111122223333", "quicksight": {"identity_region": "us-east-1"},
		"identity_center": {"identity_store_id": "d-1234567890", "region": "us-east-1", "users": [%s],
			"groups": [{"id": %q, "display_name": "qs:acme", "members": [%s]}]},
		"tables": [{"name": "history", "partition_key": "journal", "sort_key": "row"}, {"name": "tenantry-journal", "partition_key": "journal", "sort_key": "row"}],
		"buckets": [{"name": "tenantry-evidence-111122223333-us-east-1"}],
		"queues": [{"name": "events", "redrive": {"dead_letter_queue": "dead", "max_receive_count": 3}}, {"name": "dead"}],
		"iam": {"roles": [{"name": "QuickSight"}]}, "behaviour": {"namespace_create_delay": "0s"}}`, users, acmeID, members), awssim.Options{Fault: c.fault, Policies: rights.of})
	if err != nil {
		t.Fatal(err)
	}
	c.sim, rights.sim = sim, sim
	deskAt, closeDesk := rights.listen()
	t.Cleanup(closeDesk)
	url := c.listen(t)
	config := filepath.Join(t.TempDir(), "tenantry.yaml")
	if err := os.WriteFile(config, fmt.Appendf(nil, lambdaConfig, rate, url), 0o644); err != nil {
		t.Fatal(err)
	}
	c.environment = []string{
		"TENANTRY_CONFIG=" + config, "AWS_ENDPOINT_URL=" + url, "AWS_ENDPOINT_URL_LAMBDA=" + c.lambda(t), "AWS_REGION=us-east-1",
		"AWS_ACCESS_KEY_ID=" + administrator, "AWS_SECRET_ACCESS_KEY=" + canary + "key", "AWS_SESSION_TOKEN=" + canary + "token", "AWS_EC2_METADATA_DISABLED=true",
		deskURL + "=" + deskAt,
	}
	return c
}

// fault lets nobody read about lee, and nobody read anything, or keep anything, while that is so.
func (c *cloud) fault(call awssim.Call) awssim.Fault {
	if call.Op == "quicksight:ListFolders" && c.slow.Load() {
		return awssim.Fault{Delay: 10 * time.Second}
	}
	if call.Op == "s3:PutObject" && call.Phase == awssim.BeforeEffect && c.unkept.Load() {
		return awssim.Fault{Err: wire.Errorf(403, "AccessDenied", "Access Denied")}
	}
	unread := call.Op == "identitystore:ListGroups" && c.unread.Load()
	lost := call.Op == "identitystore:DescribeUser" && strings.Contains(string(call.Body), lostID)
	if call.Phase == awssim.BeforeEffect && (unread || lost) {
		return awssim.Fault{Err: wire.Errorf(400, "AccessDeniedException", "not authorized")}
	}
	return awssim.Fault{}
}

func (c *cloud) listen(t *testing.T) string {
	server, err := c.sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(ctx) }()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	return server.URL
}

// lambda is a service that takes asynchronous invocations.
func (c *cloud) lambda(t *testing.T) string {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /2015-03-31/functions/{name}/invocations", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		if r.PathValue("name") != passesARN || r.Header.Get("X-Amz-Invocation-Type") != "Event" {
			t.Errorf("it invoked %s, %s", r.PathValue("name"), r.Header.Get("X-Amz-Invocation-Type"))
		}
		c.invoked <- string(body)
		w.WriteHeader(http.StatusAccepted)
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	return server.URL
}

// joined is the event of somebody who was put into acme.
func joined(person string) string {
	return fmt.Sprintf(`{"version":"0","id":"e-1","detail-type":"AWS API Call via CloudTrail","source":"aws.identitystore","account":"111122223333","time":"2026-04-25T00:46:15Z","region":"us-east-1","resources":[],`+
		`"detail":{"eventVersion":"1.10","eventSource":"identitystore.amazonaws.com","eventName":"CreateGroupMembership","awsRegion":"us-east-1","requestParameters":{"identityStoreId":"d-1234567890","groupId":%q,"memberId":{"userId":%q}},`+
		`"responseElements":null,"eventID":"e-1","readOnly":false,"eventType":"AwsApiCall","recipientAccountId":"111122223333"}}`, acmeID, person)
}

// sqsEvent is what SQS invokes a function with.
func sqsEvent(bodies ...string) string {
	var records []string
	for i, body := range bodies {
		text, _ := json.Marshal(body)
		records = append(records, fmt.Sprintf(`{"messageId":"m%d","receiptHandle":"AQEB%[1]d","body":%s,"attributes":{"ApproximateReceiveCount":"1","SentTimestamp":"1777077975000","SenderId":"x","ApproximateFirstReceiveTimestamp":"1777077975001"},`+
			`"messageAttributes":{},"md5OfBody":"x","eventSource":"aws:sqs","eventSourceARN":"arn:aws:sqs:us-east-1:111122223333:events","awsRegion":"us-east-1"}`, i, text))
	}
	return `{"Records":[` + strings.Join(records, ",") + `]}`
}

func (c *cloud) users() (names []string) {
	w := c.sim.World()
	w.Lock()
	defer w.Unlock()
	for _, n := range w.QuickSight.Namespaces().All() {
		for _, u := range n.Contents.Users.All() {
			if n.Name == "acme" {
				names = append(names, u.UserName)
			}
		}
	}
	return names
}

// TestLambdaHints is the function for hints as AWS runs it. Before its index can be read every message
// comes again; then only what fails does; and the next batch uses the index that is there.
func TestLambdaHints(t *testing.T) {
	t.Parallel()
	c := newCloud(t, 0, 100)
	c.unread.Store(true)
	f := startFunction(t, c.environment...)
	f.invoke(sqsEvent(joined(goodID)), time.Minute)
	if a := f.answered(); a.kind != "error" || !strings.Contains(a.body, "AccessDenied") {
		t.Errorf("without an index: %+v", a)
	}
	c.unread.Store(false)
	f.invoke(sqsEvent(joined(goodID), joined(goodID), "no event", joined(lostID)), time.Minute)
	if a := f.answered(); a.kind != "response" || a.body != `{"batchItemFailures":[{"itemIdentifier":"m3"}]}` {
		t.Errorf("S18: %+v", a)
	}
	if got := c.users(); len(got) != 1 || got[0] != "QuickSight/ana" {
		t.Errorf("registered in acme: %v", got)
	}
	calls := c.sim.Calls()
	if calls["sqs:SendMessage"] != 1 {
		t.Errorf("F14: %d messages set aside, want 1", calls["sqs:SendMessage"])
	}
	f.invoke(sqsEvent(joined(goodID)), time.Minute)
	if a := f.answered(); a.kind != "response" || a.body != `{"batchItemFailures":[]}` {
		t.Errorf("the second batch: %+v", a)
	}
	for op, n := range c.sim.Calls() {
		if more := n - calls[op]; more > 0 && op != "identitystore:DescribeUser" && op != "identitystore:ListGroupMembershipsForMember" {
			t.Errorf("the second batch reads anew: %d more of %s", more, op)
		}
	}
	log := f.terminate()
	for line := range strings.Lines(log) {
		var entry struct{ Timestamp, Level, Message string }
		if err := json.Unmarshal([]byte(line), &entry); err != nil || entry.Timestamp == "" || entry.Level == "" || entry.Message == "" {
			t.Errorf("no line as Lambda takes it: %s", line)
		}
	}
	if strings.Contains(log, "acme.example") || !strings.Contains(log, `"message":"batch"`) {
		t.Errorf("its log:\n%s", log)
	}
}

// TestLambdaPass is the function for passes: its deadline cuts a pass, which asks for its continuation;
// and Lambda ends it in the middle of that, which it answers before it goes.
func TestLambdaPass(t *testing.T) {
	t.Parallel()
	c := newCloud(t, 40, 10)
	f := startFunction(t, c.environment...)
	f.invoke(`{"source":"aws.events","detail-type":"Scheduled Event"}`, 6*time.Second)
	a := f.answered()
	if a.kind != "response" || !strings.Contains(a.body, `"complete":false,"continued":true`) {
		t.Fatalf("F51: %+v", a)
	}
	payload := <-c.invoked
	before := c.sim.Writes()
	f.invoke(payload, 15*time.Minute)
	for c.sim.Writes() < before+2 {
		time.Sleep(20 * time.Millisecond)
	}
	log := make(chan string)
	go func() { log <- f.terminate() }()
	if a := f.answered(); a.kind != "response" || !strings.Contains(a.body, `"complete":false,"continued":false`) {
		t.Errorf("F51: ended in the middle: %+v", a)
	}
	if text := <-log; !strings.Contains(text, `"because":"continuation"`) {
		t.Errorf("its log:\n%s", text)
	}
}
