package sqs_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const file = `{"account_id": "111122223333", "queues": [
	{"name": "q", "visibility_timeout": "30s", "redrive": {"dead_letter_queue": "dead", "max_receive_count": 2}}, {"name": "dead"}, {"name": "plain"}]}`

// queues is a client of queues.
type queues struct {
	*simtest.Client
}

func open(t *testing.T, file string) queues {
	t.Helper()
	c := simtest.New(t, file, awssim.Options{})
	c.Service = "sqs"
	return queues{c}
}

// url is the URL of a queue.
func url(name string) string { return "https://sqs.us-east-1.amazonaws.com/111122223333/" + name }

// in writes an input about a queue: its further members follow, as JSON without braces.
func in(queue, members string) string {
	if members != "" {
		members = ", " + members
	}
	return fmt.Sprintf(`{"QueueUrl": %q%s}`, url(queue), members)
}

// ok calls an operation that must succeed.
func (c queues) ok(op, body string) map[string]any {
	c.T.Helper()
	a := c.Call("AmazonSQS."+op, body)
	if a.Status != 200 {
		c.T.Fatalf("%s %.200s: %d %v", op, body, a.Status, a.Body)
	}
	return a.Body
}

// refuses calls an operation that must fail with that JSON type and that code of the query protocol.
func (c queues) refuses(kind, former, op, body string) {
	c.T.Helper()
	a := c.Call("AmazonSQS."+op, body)
	got, _ := a.Body["__type"].(string)
	if a.Status != 400 || !strings.HasSuffix(got, "#"+kind) || a.Header.Get("X-Amzn-Query-Error") != former+";Sender" || a.Body["message"] == "" {
		c.T.Errorf("%s %.200s: %d %v, %s; want %s, %s", op, body, a.Status, a.Body, a.Header.Get("X-Amzn-Query-Error"), kind, former)
	}
}

func (c queues) send(queue, body string) string {
	c.T.Helper()
	id, _ := c.ok("SendMessage", in(queue, fmt.Sprintf(`"MessageBody": %q`, body)))["MessageId"].(string)
	return id
}

// receive gives the messages of one receive.
func (c queues) receive(queue, members string) []any {
	c.T.Helper()
	list, _ := c.ok("ReceiveMessage", in(queue, members))["Messages"].([]any)
	return list
}

// one receives one message and gives its receipt handle.
func (c queues) one(queue string) string {
	c.T.Helper()
	list := c.receive(queue, "")
	if len(list) != 1 {
		c.T.Fatalf("received %v from %s, want one message", list, queue)
	}
	return simtest.Get(list[0], "ReceiptHandle").(string)
}

// counts gives what can be received, is in flight, and is delayed.
func (c queues) counts(queue string) string {
	c.T.Helper()
	a := c.ok("GetQueueAttributes", in(queue, `"AttributeNames": ["All"]`))["Attributes"]
	return fmt.Sprint(simtest.Get(a, "ApproximateNumberOfMessages"), " ", simtest.Get(a, "ApproximateNumberOfMessagesNotVisible"), " ",
		simtest.Get(a, "ApproximateNumberOfMessagesDelayed"))
}

func (c queues) wants(queue, want string) {
	c.T.Helper()
	if got := c.counts(queue); got != want {
		c.T.Errorf("%s holds %s, want %s", queue, got, want)
	}
}

func TestDigests(t *testing.T) {
	c := open(t, file)
	// The digests are those of another implementation of AWS's rule, moto 5.2.
	a := c.ok("SendMessage", in("plain", `"MessageBody": "héllo", "MessageAttributes": {
		"b": {"DataType": "Binary", "BinaryValue": "AAE="}, "a.x": {"DataType": "Number.int", "StringValue": "7"}},
		"MessageSystemAttributes": {"AWSTraceHeader": {"DataType": "String", "StringValue": "Root=1"}}`))
	if a["MD5OfMessageBody"] != "be50e8478cf24ff3595bc7307fb91b50" || a["MD5OfMessageAttributes"] != "fcda7ce3134399af4fd0214f723f6c6f" ||
		a["MD5OfMessageSystemAttributes"] != "d6619b3d47b81d3fc72c0db005a70eda" {
		t.Errorf("sent: %v", a)
	}
	for asked, want := range map[string]string{`["All"]`: "a.x b", `[".*"]`: "a.x b", `["a.*"]`: "a.x", `["b"]`: "b", `[]`: ""} {
		m := c.receive("plain", `"VisibilityTimeout": 0, "AttributeNames": ["AWSTraceHeader"], "MessageAttributeNames": `+asked)[0]
		var got []string
		for _, name := range []string{"a.x", "b"} {
			if simtest.Get(m, "MessageAttributes", name) != nil {
				got = append(got, name)
			}
		}
		_, digested := m.(map[string]any)["MD5OfMessageAttributes"]
		if strings.Join(got, " ") != want || digested != (want != "") || simtest.Get(m, "Attributes", "AWSTraceHeader") != "Root=1" {
			t.Errorf("asked for %s: %v", asked, m)
		}
	}
}

func TestVisibility(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, file)
		c.send("plain", "one")
		first := c.one("plain")
		c.wants("plain", "0 1 0")
		time.Sleep(30*time.Second - time.Millisecond)
		c.wants("plain", "0 1 0")
		time.Sleep(time.Millisecond)
		c.wants("plain", "1 0 0")
		c.refuses("MessageNotInflight", "AWS.SimpleQueueService.MessageNotInflight", "ChangeMessageVisibility",
			in("plain", fmt.Sprintf(`"ReceiptHandle": %q, "VisibilityTimeout": 1`, first)))
		second := c.one("plain")
		if first == second {
			t.Error("the second receive has the handle of the first")
		}
		c.ok("ChangeMessageVisibility", in("plain", fmt.Sprintf(`"ReceiptHandle": %q, "VisibilityTimeout": 100`, second)))
		time.Sleep(99 * time.Second)
		c.wants("plain", "0 1 0")
		c.ok("ChangeMessageVisibility", in("plain", fmt.Sprintf(`"ReceiptHandle": %q, "VisibilityTimeout": 0`, second)))
		c.wants("plain", "1 0 0")
		// An earlier handle deletes, and deleting twice is no error.
		for range 2 {
			c.ok("DeleteMessage", in("plain", fmt.Sprintf(`"ReceiptHandle": %q`, first)))
			c.wants("plain", "0 0 0")
		}
		c.refuses("InvalidParameterValueException", "InvalidParameterValue", "ChangeMessageVisibility",
			in("plain", fmt.Sprintf(`"ReceiptHandle": %q, "VisibilityTimeout": 1`, second)))
	})
}

// The handle of one queue's message is none of another's.
func TestForeignHandles(t *testing.T) {
	c := open(t, file)
	c.send("plain", "x")
	h := c.one("plain")
	for _, body := range []string{in("q", fmt.Sprintf(`"ReceiptHandle": %q`, h)), in("plain", `"ReceiptHandle": "AQEBnonsense"`), in("plain", `"ReceiptHandle": "eC8xL3g="`)} {
		c.refuses("ReceiptHandleIsInvalid", "ReceiptHandleIsInvalid", "DeleteMessage", body)
	}
	c.refuses("MissingParameterException", "MissingParameter", "DeleteMessage", in("plain", ""))
}

func TestLongPoll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, file)
		began := time.Now()
		after := func(want time.Duration, n int, members string) {
			t.Helper()
			began = time.Now()
			got := c.receive("plain", members)
			if took := time.Since(began); took != want || len(got) != n {
				t.Errorf("%s: %d messages after %v, want %d after %v", members, len(got), took, n, want)
			}
		}
		after(0, 0, "")
		after(20*time.Second, 0, `"WaitTimeSeconds": 20`)
		go func() {
			time.Sleep(7 * time.Second)
			c.send("plain", "x")
		}()
		after(7*time.Second, 1, `"WaitTimeSeconds": 20, "VisibilityTimeout": 9`)
		// It comes back by itself, without anybody calling.
		after(9*time.Second, 1, `"WaitTimeSeconds": 20, "VisibilityTimeout": 0`)
		c.ok("PurgeQueue", in("plain", ""))
		c.ok("SetQueueAttributes", in("plain", `"Attributes": {"ReceiveMessageWaitTimeSeconds": "3"}`))
		after(3*time.Second, 0, "")
		c.ok("SendMessage", in("plain", `"MessageBody": "x", "DelaySeconds": 2`))
		c.wants("plain", "0 0 1")
		after(2*time.Second, 1, "")
		if n := c.Sim.Calls()["sqs:ReceiveMessage"]; n != 6 {
			t.Errorf("%d calls of ReceiveMessage, want 6: waiting is no further call", n)
		}
		if c.Sim.Writes() != 0 || c.Sim.Reads() != 0 {
			t.Errorf("%d writes and %d reads: carrying messages is neither", c.Sim.Writes(), c.Sim.Reads())
		}
	})
}

func TestLongPollEnds(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, file)
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		began := time.Now()
		if _, err := c.TryCall(ctx, "AmazonSQS.ReceiveMessage", in("plain", `"WaitTimeSeconds": 20`)); err == nil || time.Since(began) != 5*time.Second {
			t.Errorf("a client that goes away after 5s gets %v after %v", err, time.Since(began))
		}
		// What nobody was there to take is still there.
		c.send("plain", "x")
		c.one("plain")
		go func() {
			time.Sleep(time.Second)
			c.ok("DeleteQueue", in("plain", ""))
		}()
		began = time.Now()
		c.refuses("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "ReceiveMessage", in("plain", `"WaitTimeSeconds": 20`))
		if took := time.Since(began); took != time.Second {
			t.Errorf("a poll of a queue that is deleted ended after %v", took)
		}
	})
}

// A server that shuts down does not wait for long polls.
func TestLongPollAtShutdown(t *testing.T) {
	c := open(t, file)
	server, err := c.Sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	polled := make(chan error, 1)
	go func() {
		req := c.Request(t.Context(), "POST /", `{"QueueUrl": "`+server.URL+`/111122223333/plain", "WaitTimeSeconds": 20}`)
		req.Header.Set("X-Amz-Target", "AmazonSQS.ReceiveMessage")
		req.URL.Scheme, req.URL.Host = "http", strings.TrimPrefix(server.URL, "http://")
		resp, err := http.DefaultClient.Do(req)
		if err == nil {
			err = fmt.Errorf("status %d", resp.StatusCode)
			resp.Body.Close()
		}
		polled <- err
	}()
	for c.Sim.Calls()["sqs:ReceiveMessage"] == 0 {
		time.Sleep(time.Millisecond)
	}
	cancel()
	began := time.Now()
	if err := <-served; err != nil || time.Since(began) > 4*time.Second {
		t.Errorf("shut down: %v after %v", err, time.Since(began))
	}
	if err := <-polled; err == nil || strings.Contains(err.Error(), "status") {
		t.Errorf("the poll ended with %v", err)
	}
}

// Two who wait for one message do not both get it.
func TestOneMessageForTwo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, file)
		got := make(chan int)
		for range 2 {
			go func() { got <- len(c.receive("plain", `"WaitTimeSeconds": 20`)) }()
		}
		synctest.Wait()
		c.send("plain", "x")
		if n := <-got + <-got; n != 1 {
			t.Errorf("%d messages of one were received", n)
		}
	})
}

func TestDeadLetters(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, file)
		id := c.send("q", "poison")
		sent := time.Now()
		for range 2 {
			c.one("q")
			time.Sleep(30 * time.Second)
		}
		if got := c.receive("q", ""); len(got) != 0 {
			t.Errorf("received a third time: %v", got)
		}
		c.wants("q", "0 0 0")
		dead := c.receive("dead", `"MessageSystemAttributeNames": ["All"]`)
		if len(dead) != 1 || simtest.Get(dead[0], "MessageId") != id ||
			simtest.Get(dead[0], "Attributes", "DeadLetterQueueSourceArn") != "arn:aws:sqs:us-east-1:111122223333:q" ||
			simtest.Get(dead[0], "Attributes", "SentTimestamp") != fmt.Sprint(sent.UnixMilli()) {
			t.Errorf("the dead letter is %v", dead)
		}
		list := c.ok("ListDeadLetterSourceQueues", in("dead", ""))
		if fmt.Sprint(list["queueUrls"]) != "["+url("q")+"]" {
			t.Errorf("sources: %v", list)
		}
	})
}

func TestSystemAttributes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, file)
		c.send("plain", "x")
		sent := time.Now().UnixMilli()
		time.Sleep(time.Second)
		c.one("plain")
		time.Sleep(time.Minute)
		m := c.receive("plain", `"AttributeNames": ["ApproximateReceiveCount", "SentTimestamp"], "MessageSystemAttributeNames": ["ApproximateFirstReceiveTimestamp"]`)[0]
		got, _ := json.Marshal(simtest.Get(m, "Attributes"))
		want := fmt.Sprintf(`{"ApproximateFirstReceiveTimestamp":"%d","ApproximateReceiveCount":"2","SentTimestamp":"%d"}`, sent+1000, sent)
		if string(got) != want {
			t.Errorf("attributes %s, want %s", got, want)
		}
	})
}

func TestRetention(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, file)
		c.send("plain", "old")
		time.Sleep(time.Hour)
		c.send("plain", "new")
		time.Sleep(95*time.Hour - time.Second)
		c.wants("plain", "2 0 0")
		time.Sleep(time.Second)
		c.wants("plain", "1 0 0")
		c.ok("SetQueueAttributes", in("plain", `"Attributes": {"MessageRetentionPeriod": "60"}`))
		c.wants("plain", "0 0 0")
	})
}

func TestBatches(t *testing.T) {
	c := open(t, file)
	a := c.ok("SendMessageBatch", in("plain", `"Entries": [{"Id": "good", "MessageBody": "x"}, {"Id": "bad", "MessageBody": ""}]`))
	if simtest.Get(a, "Successful", 0, "Id") != "good" || simtest.Get(a, "Failed", 0, "Id") != "bad" ||
		simtest.Get(a, "Failed", 0, "Code") != "MissingParameter" || simtest.Get(a, "Failed", 0, "SenderFault") != true {
		t.Errorf("sent: %v", a)
	}
	h := c.one("plain")
	for _, op := range []string{"ChangeMessageVisibilityBatch", "DeleteMessageBatch"} {
		a = c.ok(op, in("plain", fmt.Sprintf(`"Entries": [{"Id": "1", "ReceiptHandle": "no", "VisibilityTimeout": 9}, {"Id": "2", "ReceiptHandle": %q, "VisibilityTimeout": 9}]`, h)))
		if simtest.Get(a, "Successful", 0, "Id") != "2" || simtest.Get(a, "Successful", 1) != nil || simtest.Get(a, "Failed", 0, "Code") != "ReceiptHandleIsInvalid" {
			t.Errorf("%s: %v", op, a)
		}
	}
	c.wants("plain", "0 0 0")
	entries := func(n int, size int) string {
		var list []string
		for i := range n {
			list = append(list, fmt.Sprintf(`{"Id": "%d", "MessageBody": %q, "ReceiptHandle": "x"}`, i, strings.Repeat("x", size)))
		}
		return `"Entries": [` + strings.Join(list, ",") + `]`
	}
	for _, op := range []string{"SendMessageBatch", "DeleteMessageBatch", "ChangeMessageVisibilityBatch"} {
		former := "AWS.SimpleQueueService."
		c.refuses("EmptyBatchRequest", former+"EmptyBatchRequest", op, in("plain", entries(0, 1)))
		c.refuses("TooManyEntriesInBatchRequest", former+"TooManyEntriesInBatchRequest", op, in("plain", entries(11, 1)))
		c.refuses("BatchEntryIdsNotDistinct", former+"BatchEntryIdsNotDistinct", op, in("plain", `"Entries": [{"Id": "a"}, {"Id": "a"}]`))
		c.refuses("InvalidBatchEntryId", former+"InvalidBatchEntryId", op, in("plain", `"Entries": [{"Id": "a b"}]`))
	}
	c.ok("SendMessageBatch", in("plain", entries(2, 1<<19)))
	c.refuses("BatchRequestTooLong", "AWS.SimpleQueueService.BatchRequestTooLong", "SendMessageBatch", in("plain", entries(2, 1<<19+1)))
}

func TestQueues(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := open(t, file)
		made := c.ok("CreateQueue", `{"QueueName": "new", "Attributes": {"VisibilityTimeout": "5", "KmsMasterKeyId": "alias/own"}, "tags": {"k": "v"}}`)
		if made["QueueUrl"] != url("new") {
			t.Errorf("created %v", made)
		}
		c.ok("CreateQueue", `{"QueueName": "new"}`)
		c.ok("CreateQueue", `{"QueueName": "new", "Attributes": {"VisibilityTimeout": "5"}}`)
		c.refuses("QueueNameExists", "QueueAlreadyExists", "CreateQueue", `{"QueueName": "new", "Attributes": {"VisibilityTimeout": "6"}}`)
		c.refuses("InvalidAttributeValue", "InvalidAttributeValue", "CreateQueue", `{"QueueName": "n", "Attributes": {"VisibilityTimeout": "43201"}}`)
		c.refuses("InvalidAttributeValue", "InvalidAttributeValue", "CreateQueue", `{"QueueName": "n", "Attributes": {"Policy": "{}"}}`)
		c.refuses("InvalidAttributeName", "InvalidAttributeName", "CreateQueue", `{"QueueName": "n", "Attributes": {"Speed": "1"}}`)
		c.refuses("UnsupportedOperation", "AWS.SimpleQueueService.UnsupportedOperation", "CreateQueue", `{"QueueName": "n.fifo"}`)
		c.refuses("InvalidParameterValueException", "InvalidParameterValue", "CreateQueue", `{"QueueName": "n n"}`)
		if got := c.ok("GetQueueUrl", `{"QueueName": "new"}`)["QueueUrl"]; got != url("new") {
			t.Errorf("the URL is %v", got)
		}
		c.ok("TagQueue", in("new", `"Tags": {"l": "w"}`))
		c.ok("UntagQueue", in("new", `"TagKeys": ["k"]`))
		if got := fmt.Sprint(c.ok("ListQueueTags", in("new", ""))["Tags"]); got != "map[l:w]" {
			t.Errorf("tags: %s", got)
		}
		if got := c.ok("ListQueues", `{"QueueNamePrefix": "ne"}`)["QueueUrls"]; fmt.Sprint(got) != "["+url("new")+"]" {
			t.Errorf("listed %v", got)
		}
		page := c.ok("ListQueues", `{"MaxResults": 3}`)
		rest := c.ok("ListQueues", fmt.Sprintf(`{"MaxResults": 3, "NextToken": %q}`, page["NextToken"]))
		if len(page["QueueUrls"].([]any)) != 3 || fmt.Sprint(rest["QueueUrls"]) != "["+url("q")+"]" || rest["NextToken"] != nil {
			t.Errorf("pages: %v, %v", page, rest)
		}
		c.ok("DeleteQueue", in("new", ""))
		c.refuses("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "GetQueueUrl", `{"QueueName": "new"}`)
		c.refuses("QueueDeletedRecently", "AWS.SimpleQueueService.QueueDeletedRecently", "CreateQueue", `{"QueueName": "new"}`)
		time.Sleep(time.Minute)
		c.ok("CreateQueue", `{"QueueName": "new"}`)
		c.send("new", "x")
		c.ok("PurgeQueue", in("new", ""))
		c.wants("new", "0 0 0")
		c.refuses("PurgeQueueInProgress", "AWS.SimpleQueueService.PurgeQueueInProgress", "PurgeQueue", in("new", ""))
	})
}

func TestRedrivePolicy(t *testing.T) {
	c := open(t, file)
	set := func(policy string) string {
		b, _ := json.Marshal(map[string]any{"QueueUrl": url("plain"), "Attributes": map[string]string{"RedrivePolicy": policy}})
		return string(b)
	}
	const dead = "arn:aws:sqs:us-east-1:111122223333:dead"
	for _, n := range []string{`3`, `"3"`} {
		c.ok("SetQueueAttributes", set(`{"maxReceiveCount": `+n+`, "deadLetterTargetArn": "`+dead+`"}`))
		got := simtest.Get(c.ok("GetQueueAttributes", in("plain", `"AttributeNames": ["RedrivePolicy"]`)), "Attributes", "RedrivePolicy")
		if got != `{"deadLetterTargetArn":"`+dead+`","maxReceiveCount":3}` {
			t.Errorf("the policy is %v", got)
		}
	}
	for _, bad := range []string{`{}`, `[`, `{"maxReceiveCount": 0, "deadLetterTargetArn": "` + dead + `"}`, `{"maxReceiveCount": 1.5, "deadLetterTargetArn": "` + dead + `"}`,
		`{"maxReceiveCount": 1, "deadLetterTargetArn": "` + dead + `x"}`, `{"maxReceiveCount": 1, "deadLetterTargetArn": "` + strings.Replace(dead, "1111", "2222", 1) + `"}`} {
		c.refuses("InvalidParameterValueException", "InvalidParameterValue", "SetQueueAttributes", set(bad))
	}
	c.ok("SetQueueAttributes", set(""))
	if got := c.ok("GetQueueAttributes", in("plain", `"AttributeNames": ["RedrivePolicy"]`)); len(got) != 0 {
		t.Errorf("a policy that was removed is %v", got)
	}
}

func TestWhatIsRefused(t *testing.T) {
	c := open(t, file)
	invalid := func(op, body string) {
		t.Helper()
		c.refuses("InvalidParameterValueException", "InvalidParameterValue", op, body)
	}
	for _, members := range []string{`"MaxNumberOfMessages": 0`, `"MaxNumberOfMessages": 11`, `"WaitTimeSeconds": 21`, `"VisibilityTimeout": 43201`} {
		invalid("ReceiveMessage", in("plain", members))
	}
	c.ok("SetQueueAttributes", in("plain", `"Attributes": {"MaximumMessageSize": "1024"}`))
	c.send("plain", strings.Repeat("x", 1024))
	invalid("SendMessage", in("plain", `"MessageBody": "`+strings.Repeat("x", 1025)+`"`))
	invalid("SendMessage", in("plain", `"MessageBody": "x", "MessageAttributes": {"n": {"DataType": "String", "StringValue": "`+strings.Repeat("x", 1020)+`"}}`))
	for _, attribute := range []string{`"n": {"DataType": "Text", "StringValue": "x"}`, `"n n": {"DataType": "String", "StringValue": "x"}`, `"n": {"DataType": "Binary", "StringValue": "x"}`} {
		invalid("SendMessage", in("plain", `"MessageBody": "x", "MessageAttributes": {`+attribute+`}`))
	}
	invalid("SendMessage", in("plain", `"MessageBody": "x", "DelaySeconds": 901`))
	c.refuses("InvalidMessageContents", "InvalidMessageContents", "SendMessage", in("plain", `"MessageBody": "\u0001"`))
	c.refuses("MissingParameterException", "MissingParameter", "SendMessage", `{"MessageBody": "x"}`)
	c.refuses("InvalidAddress", "InvalidAddress", "SendMessage", `{"QueueUrl": "plain", "MessageBody": "x"}`)
	c.refuses("InvalidAttributeName", "InvalidAttributeName", "GetQueueAttributes", in("plain", `"AttributeNames": ["Speed"]`))
	none := func(body string) {
		t.Helper()
		c.refuses("QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue", "PurgeQueue", body)
	}
	none(in("nowhere", ""))
	none(strings.Replace(in("plain", ""), "1111", "2222", 1))
	c.Region = "eu-west-1"
	none(in("plain", ""))
}

// F50: there may be more in flight than AWS allows.
func TestF50TooManyInFlight(t *testing.T) {
	c := open(t, file)
	if err := c.Sim.Change(func(b *world.Behaviour) { b.QueueInFlightLimit = 3 }); err != nil {
		t.Fatal(err)
	}
	for range 5 {
		c.send("plain", "x")
	}
	if got := c.receive("plain", `"MaxNumberOfMessages": 10`); len(got) != 3 {
		t.Errorf("%d received, want 3", len(got))
	}
	c.refuses("OverLimit", "OverLimit", "ReceiveMessage", in("plain", ""))
}

// Old clients send to the queue's URL, and some of them name it nowhere else.
func TestRequestsToTheQueue(t *testing.T) {
	c := open(t, file)
	for _, body := range []string{in("plain", `"MessageBody": "x"`), `{"MessageBody": "x"}`} {
		req := c.Request(t.Context(), "POST /111122223333/plain", body)
		req.Header.Set("X-Amz-Target", "AmazonSQS.SendMessage")
		resp, err := c.Sim.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 || resp.Header.Get("Content-Type") != "application/x-amz-json-1.0" {
			t.Errorf("%d, %s", resp.StatusCode, resp.Header.Get("Content-Type"))
		}
	}
	c.wants("plain", "2 0 0")
}

// Thousands of messages cost no quadratic time, in whatever state they are.
func TestManyMessages(t *testing.T) {
	c := open(t, file)
	w := c.Sim.World()
	w.Lock()
	defer w.Unlock()
	q, _ := w.Queues.Get("us-east-1", "plain")
	const n = 200_000
	began := time.Now()
	for range n {
		q.Send(world.Message{Body: "x"}, 0)
	}
	for got := q.Receive(10, time.Hour); len(got) > 0; got = q.Receive(10, time.Hour) {
		for _, m := range got[:len(got)/2] {
			q.Remove(m.ID)
		}
	}
	if _, inFlight, _ := q.Counts(); inFlight != n/2 {
		t.Errorf("%d in flight, want %d", inFlight, n/2)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("it took %v", took)
	}
}
