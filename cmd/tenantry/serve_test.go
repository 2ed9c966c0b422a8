package main

import (
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// hands are the ways by which the outside world reaches a simulated AWS: what stands before the name
// in the path, and the headers.
var hands = map[string]struct {
	path string
	head map[string]string
}{
	"console": {path: "/simulator/console/"},
	"scim":    {path: "/scim/v2/", head: map[string]string{"Authorization": "Bearer simulated-scim-token"}},
	"api":     {head: signed("application/x-amz-json-1.1", "AWSIdentityStore", "identitystore")},
	"sqs":     {head: signed("application/x-amz-json-1.0", "AmazonSQS", "sqs")},
}

// signed are the headers of a call of the AWS CLI's; the simulator verifies no signature.
func signed(kind, target, service string) map[string]string {
	return map[string]string{
		"Content-Type": kind, "X-Amz-Target": target,
		"Authorization": "AWS4-HMAC-SHA256 Credential=AKIASIMULATED0000002/20260101/us-east-1/" + service + "/aws4_request, SignedHeaders=host, Signature=simulated",
	}
}

// ids stand in a script for what it cannot know: (group NAME) and (user NAME).
var ids = regexp.MustCompile(`\((group|user) ([^)]+)\)`)

// postCommand changes the simulated AWS from outside, as curl and the AWS CLI do: post console ACTION BODY,
// post api OPERATION BODY, post scim PATH BODY (a PATCH where the path has an id), post sqs OPERATION BODY.
func postCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 || hands[args[0]].path+hands[args[0]].head["X-Amz-Target"] == "" {
		ts.Fatalf("usage: post console|api|scim|sqs WHAT BODY")
	}
	w := accountOf(ts).sim.World()
	fill := func(text string) string {
		w.Lock()
		defer w.Unlock()
		return ids.ReplaceAllStringFunc(text, func(found string) string {
			part := ids.FindStringSubmatch(found)
			if part[1] == "group" {
				return groupID(ts, w, part[2])
			}
			return userID(ts, w, part[2])
		})
	}
	hand, what, body := hands[args[0]], fill(args[1]), fill(args[2])
	method, path := "POST", hand.path
	if path != "" {
		path += what
	}
	if args[0] == "scim" && strings.Contains(what, "/") {
		method = "PATCH"
	}
	r, err := http.NewRequest(method, ts.Getenv("AWS_ENDPOINT_URL")+path, strings.NewReader(body))
	ts.Check(err)
	for name, value := range hand.head {
		r.Header.Set(name, value)
	}
	if hand.path == "" {
		r.Header.Set("X-Amz-Target", hand.head["X-Amz-Target"]+"."+what)
	}
	resp, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	if resp.StatusCode >= 300 {
		ts.Fatalf("%s %s: %s: %s", method, what, resp.Status, answer)
	}
}

// soonCommand waits, up to 30 s, until a principal is registered in a namespace, and in no other, and, but in default,
// is in one of its groups, which is the last thing to be done about them: soon NAMESPACE USER ROLE.
func soonCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: soon NAMESPACE USER ROLE")
	}
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if found := homes(ts, args[1]); len(found) == 1 && found[0] == strings.Join(args, " ") && (args[0] == "default" || inGroups(ts, args[0], args[1])) {
			return
		}
	}
	ts.Fatalf("%s should live in %s as %s by now; found: %v", args[1], args[0], args[2], homes(ts, args[1]))
}

// queueCommand waits, up to 30 s, until a queue holds that many messages, those in flight too: queue NAME MESSAGES.
func queueCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: queue NAME MESSAGES")
	}
	w := accountOf(ts).sim.World()
	length := func() string {
		w.Lock()
		defer w.Unlock()
		q, ok := w.Queues.Get("us-east-1", args[0])
		if !ok {
			ts.Fatalf("there is no queue %s", args[0])
		}
		visible, delayed, flying := q.Counts()
		return strconv.Itoa(visible + delayed + flying)
	}
	for until := time.Now().Add(30 * time.Second); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if length() == args[1] {
			return
		}
	}
	ts.Fatalf("%s should hold %s messages, and holds %s", args[0], args[1], length())
}

// tookCommand says that no more than a time has gone by since it was asked last: took 10s. It begins with took 0s.
func tookCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: took DURATION")
	}
	most, err := time.ParseDuration(args[0])
	ts.Check(err)
	a := accountOf(ts)
	if took := time.Since(a.asked); most > 0 && took > most {
		ts.Fatalf("it took %v, and may take %v", took, most)
	}
	a.asked = time.Now()
}
