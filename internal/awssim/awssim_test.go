package awssim_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const (
	file = `{"account_id": "111122223333", "quicksight": {"namespaces": [{"name": "acme", "groups": [{"name": "acme"}]}]},
		"behaviour": {"namespace_create_delay": "0s", "namespace_delete_delay": "0s"}}`
	acme   = "/accounts/111122223333/namespaces/acme"
	create = `{"GroupName": "new"}`
)

// send sends a request as it is and gives status, code and body of the answer.
func send(t *testing.T, s *awssim.Sim, req *http.Request) (int, string, string) {
	t.Helper()
	resp, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header.Get("X-Amzn-Errortype"), string(b)
}

func TestUnidentifiedRequests(t *testing.T) {
	c := simtest.New(t, file, awssim.Options{})
	signed := "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/%/aws4_request, SignedHeaders=host, Signature=0"
	for _, r := range []struct {
		name, url, auth, target, media string
		status                         int
		code, body                     string
	}{
		{"unsigned", "https://quicksight.us-east-1.amazonaws.com" + acme, "", "", "", 403, "MissingAuthenticationTokenException", `"Message":"Missing Authentication Token"`},
		{"other scheme", "https://quicksight.us-east-1.amazonaws.com" + acme, "Bearer x", "", "", 403, "MissingAuthenticationTokenException", ""},
		{"unsigned, JSON 1.1", "https://identitystore.us-east-1.amazonaws.com/", "", "AWSIdentityStore.ListUsers", "", 403, "MissingAuthenticationTokenException", `"__type":"MissingAuthenticationTokenException"`},
		{"unsigned, JSON 1.0", "https://sqs.us-east-1.amazonaws.com/", "", "AmazonSQS.SendMessage", "", 403, "MissingAuthenticationTokenException", `"message":"Missing Authentication Token"`},
		{"unsigned, query", "https://iam.amazonaws.com/", "", "", "application/x-www-form-urlencoded", 403, "MissingAuthenticationTokenException", "<ErrorResponse"},
		{"unknown service", "https://s3.us-east-1.amazonaws.com/", "s3", "", "", 404, "UnknownOperationException", "the service \\\"s3\\\" is not simulated"},
		{"unknown operation", "https://quicksight.us-east-1.amazonaws.com/accounts/111122223333/vpc-connections", "quicksight", "", "", 404, "UnknownOperationException", "GET /accounts/111122223333/vpc-connections"},
		{"unknown target", "https://identitystore.us-east-1.amazonaws.com/", "identitystore", "AWSIdentityStore.Nonsense", "", 400, "UnknownOperationException", "Nonsense"},
		{"empty path parameter", "https://quicksight.us-east-1.amazonaws.com" + acme + "/users/", "quicksight", "", "", 404, "UnknownOperationException", ""},
	} {
		t.Run(r.name, func(t *testing.T) {
			req, err := http.NewRequest(http.MethodGet, r.url, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			auth := r.auth
			if auth != "" && !strings.Contains(auth, " ") {
				auth = strings.Replace(signed, "%", auth, 1)
			}
			req.Header.Set("Authorization", auth)
			req.Header.Set("X-Amz-Target", r.target)
			req.Header.Set("Content-Type", r.media)
			status, code, body := send(t, c.Sim, req)
			if status != r.status || code != r.code || !strings.Contains(body, r.body) {
				t.Errorf("%d %s %s; want %d %s %s", status, code, body, r.status, r.code, r.body)
			}
		})
	}
}

func TestCallers(t *testing.T) {
	c := simtest.New(t, `{"account_id": "111122223333", "callers": [
		{"access_key": "AKIAHOME", "arn": "arn:aws:iam::111122223333:user/home"},
		{"access_key": "AKIAAWAY", "arn": "arn:aws:iam::444455556666:user/away", "account": "444455556666"}]}`, awssim.Options{})
	list := "GET /accounts/111122223333/namespaces"
	c.Key = "AKIAHOME"
	c.OK(200, list, "")
	c.Key = "AKIAAWAY"
	c.Fails(401, "AccessDeniedException", list, "")
	c.Fails(404, "ResourceNotFoundException", "GET /accounts/444455556666/namespaces", "")
	c.Key = "AKIANOBODY"
	c.Fails(403, "UnrecognizedClientException", list, "")
}

func TestClockSkew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := simtest.New(t, `{"account_id": "111122223333", "behaviour": {"max_clock_skew": "5m0s"}}`, awssim.Options{})
		at := func(shift time.Duration) int {
			req := c.Request(t.Context(), "GET /accounts/111122223333/namespaces", "")
			req.Header.Set("X-Amz-Date", time.Now().Add(shift).UTC().Format("20060102T150405Z"))
			status, _, _ := send(t, c.Sim, req)
			return status
		}
		for shift, want := range map[time.Duration]int{0: 200, 5 * time.Minute: 200, -5 * time.Minute: 200, time.Hour: 403, -301 * time.Second: 403} {
			if got := at(shift); got != want {
				t.Errorf("signed %v away: %d, want %d", shift, got, want)
			}
		}
		// The Date of an answer tells a client how far it is off.
		a := c.Do("GET /accounts/111122223333/namespaces", "")
		if got := a.Header.Get("Date"); got != time.Now().UTC().Format(http.TimeFormat) {
			t.Errorf("Date: %s", got)
		}
	})
}

func TestCountsAndAfter(t *testing.T) {
	var seen []awssim.Call
	var c *simtest.Client
	c = simtest.New(t, file, awssim.Options{After: func(call awssim.Call) {
		// The hook may look at the world.
		if _, err := c.Sim.Dump(); err != nil {
			t.Error(err)
		}
		seen = append(seen, call)
	}})
	c.OK(201, "POST "+acme+"/groups", create)
	c.Fails(409, "ResourceExistsException", "POST "+acme+"/groups", create)
	c.OK(200, "GET "+acme+"/groups/new", "")
	if n := c.Sim.Calls(); n["quicksight:CreateGroup"] != 2 || n["quicksight:DescribeGroup"] != 1 || c.Sim.Reads() != 1 || c.Sim.Writes() != 2 {
		t.Errorf("calls %v, %d reads, %d writes", n, c.Sim.Reads(), c.Sim.Writes())
	}
	if len(seen) != 3 {
		t.Fatalf("After saw %d calls", len(seen))
	}
	first, second, third := seen[0], seen[1], seen[2]
	if !first.Committed || first.Status != 201 || first.Error != "" || first.Path["Namespace"] != "acme" || string(first.Body) != create || first.Op != "quicksight:CreateGroup" {
		t.Errorf("first: %+v", first)
	}
	if second.Committed || second.Error != "ResourceExistsException" || second.Status != 409 {
		t.Errorf("second: %+v", second)
	}
	if third.Committed || !third.ReadOnly {
		t.Errorf("third: %+v", third)
	}
}

// After sees the effect of its call, and no other's.
func TestAfterIsAtomic(t *testing.T) {
	var c *simtest.Client
	groups := 1
	c = simtest.New(t, file, awssim.Options{After: func(call awssim.Call) {
		if call.Committed {
			groups++
		}
		w := c.Sim.World()
		w.Lock()
		defer w.Unlock()
		n, _ := w.QuickSight.Namespaces().Get("acme")
		if got := n.Contents.Groups.Len(); got != groups {
			t.Errorf("%d groups after %d", got, groups)
		}
	}})
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			for j := range 25 {
				name := string(rune('a'+i)) + string(rune('a'+j))
				c.OK(201, "POST "+acme+"/groups", `{"GroupName": "`+name+`"}`)
			}
		})
	}
	wg.Wait()
}

// Calls, changes of behaviour, dumps and counters at once, for the race detector.
func TestConcurrentUse(t *testing.T) {
	c := simtest.New(t, file, awssim.Options{Fault: awssim.Nth(5, "", awssim.DropAfter(""))})
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			for j := range 50 {
				group := acme + "/groups/" + string(rune('a'+(i+j)%4))
				for _, line := range []string{"POST " + acme + "/groups", "GET " + group, "DELETE " + group, "GET " + acme + "/groups"} {
					_, _ = c.Try(t.Context(), line, `{"GroupName": "`+string(rune('a'+(i+j)%4))+`"}`) // any answer will do
				}
			}
		})
		wg.Go(func() {
			for range 20 {
				c.Sim.Calls()
				if _, err := c.Sim.Dump(); err != nil {
					t.Error(err)
				}
				if err := c.Sim.Change(func(b *world.Behaviour) {
					b.Throttle = map[string]world.Rate{"quicksight": {PerSecond: 1e6, Burst: float64(i)}}
				}); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}

// T25: whoever else is on the network reaches no simulator.
func TestT25Listen(t *testing.T) {
	c := simtest.New(t, file, awssim.Options{})
	for _, address := range []string{"0.0.0.0:0", ":0", "192.0.2.1:0", "[::]:0", "example.com:0"} {
		if _, err := c.Sim.Listen(address); err == nil {
			t.Errorf("listens at %s", address)
		}
	}
	server, err := c.Sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- server.Serve(ctx) }()
	req := c.Request(t.Context(), "GET "+acme, "")
	req.URL.Scheme, req.URL.Host = "http", strings.TrimPrefix(server.URL, "http://")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.StatusCode != 200 || resp.Header.Get("X-Amzn-Requestid") == "" {
		t.Errorf("over loopback: %v", resp)
	}
	stop()
	if err := <-done; err != nil {
		t.Errorf("Serve: %v", err)
	}
}
