// Package simtest calls a simulated AWS with raw HTTP requests, for the tests of
// the simulator itself. A request is written as it goes over the wire, method,
// escaped path and JSON body, so that the tests share nothing with any SDK.
package simtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
)

// Account is the account of the worlds under test.
const Account = "111122223333"

// Client calls a simulator.
type Client struct {
	T       testing.TB
	Sim     *awssim.Sim
	Service string // of the credential scope: "quicksight"
	Region  string // "us-east-1"
	Key     string // access key
	Token   string // bearer token: sent in place of a signature when there is one
}

// Answer is an answer.
type Answer struct {
	Status    int
	ErrorType string // x-amzn-ErrorType
	Header    http.Header
	Body      map[string]any
}

// New opens the world of a world file and gives a client of its QuickSight in
// us-east-1.
func New(t testing.TB, file string, o awssim.Options) *Client {
	t.Helper()
	s, err := awssim.Open([]byte(file), o)
	if err != nil {
		t.Fatal(err)
	}
	return &Client{T: t, Sim: s, Service: "quicksight", Region: "us-east-1", Key: "AKIASIMULATED0000001"}
}

// Do sends "METHOD /path" with a JSON body, which may be empty, and fails the
// test when there is no answer.
func (c *Client) Do(line, body string) Answer {
	c.T.Helper()
	a, err := c.Try(context.Background(), line, body)
	if err != nil {
		c.T.Fatalf("%s: %v", line, err)
	}
	return a
}

// Call calls an operation of a JSON service by its target, such as "AmazonSQS.SendMessage", in JSON, and fails the
// test when there is no answer.
func (c *Client) Call(target, body string) Answer {
	c.T.Helper()
	a, err := c.TryCall(context.Background(), target, body)
	if err != nil {
		c.T.Fatalf("%s: %v", target, err)
	}
	return a
}

// TryCall is Call for tests that expect it to fail.
func (c *Client) TryCall(ctx context.Context, target, body string) (Answer, error) {
	c.T.Helper()
	req := c.Request(ctx, "POST /", body)
	req.Header.Set("X-Amz-Target", target)
	return c.send(req)
}

// Try is Do for tests that expect the call to fail.
func (c *Client) Try(ctx context.Context, line, body string) (Answer, error) {
	c.T.Helper()
	return c.send(c.Request(ctx, line, body))
}

func (c *Client) send(req *http.Request) (Answer, error) {
	c.T.Helper()
	resp, err := c.Sim.Client().Do(req)
	if err != nil {
		return Answer{}, err
	}
	defer resp.Body.Close()
	raw, err := io.ReadAll(resp.Body)
	if err != nil {
		return Answer{}, err
	}
	a := Answer{Status: resp.StatusCode, ErrorType: resp.Header.Get("X-Amzn-Errortype"), Header: resp.Header}
	if len(raw) == 0 && a.Status == http.StatusNoContent {
		return a, nil
	}
	if err := json.Unmarshal(raw, &a.Body); err != nil {
		return a, fmt.Errorf("answer is no JSON object: %w in %q", err, raw)
	}
	return a, nil
}

// Request makes the request of Do, signed or with the token.
func (c *Client) Request(ctx context.Context, line, body string) *http.Request {
	c.T.Helper()
	method, path, _ := strings.Cut(line, " ")
	req, err := http.NewRequestWithContext(ctx, method, "https://"+c.Service+".us-east-1.amazonaws.com"+path, strings.NewReader(body))
	if err != nil {
		c.T.Fatal(err)
	}
	if c.Token != "" {
		req.Header.Set("Authorization", "Bearer "+c.Token)
		return req
	}
	req.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0", c.Key, c.Region, c.Service))
	return req
}

// OK is Do for a call that must succeed with that status.
func (c *Client) OK(status int, line, body string) map[string]any {
	c.T.Helper()
	a := c.Do(line, body)
	if a.Status != status || a.ErrorType != "" {
		c.T.Fatalf("%s: status %d, error %q, %v; want status %d", line, a.Status, a.ErrorType, a.Body, status)
	}
	return a.Body
}

// Fails is Do for a call that must fail with that status and error code. It gives
// the message.
func (c *Client) Fails(status int, code, line, body string) string {
	c.T.Helper()
	a := c.Do(line, body)
	if a.Status != status || a.ErrorType != code {
		c.T.Fatalf("%s: status %d, error %q, %v; want status %d, error %q", line, a.Status, a.ErrorType, a.Body, status, code)
	}
	message, _ := a.Body["Message"].(string)
	return message
}

// Get follows a path of members and indexes through an answer: Get(m, "User",
// "Role"), Get(m, "UserList", 0, "Arn"). It gives nil where there is nothing.
func Get(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}
