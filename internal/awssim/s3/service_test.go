package s3_test

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

// call sends a request, with headers as "Name: value", and gives the status, the headers and the body.
func call(t *testing.T, c *simtest.Client, line, body string, headers ...string) (int, http.Header, string) {
	t.Helper()
	req := c.Request(t.Context(), line, body)
	for _, h := range headers {
		name, value, _ := strings.Cut(h, ": ")
		req.Header.Set(name, value)
	}
	resp, err := c.Sim.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return resp.StatusCode, resp.Header, string(text)
}

func TestObjects(t *testing.T) {
	c := simtest.New(t, `{"account_id": "111122223333", "buckets": [{"name": "mine"}, {"name": "abroad", "region": "eu-west-1"}, {"name": "theirs", "account": "999999999999"}]}`, awssim.Options{})
	c.Service = "s3"
	for _, step := range []struct {
		line, body, header string
		status             int
		says               string
	}{
		{"GET /mine/a%2Fb/c.json", "", "", 404, "<Code>NoSuchKey</Code>"},
		{"PUT /mine/a%2Fb/c.json", "one", "If-None-Match: *", 200, ""},
		{"PUT /mine/a%2Fb/c.json", "two", "If-None-Match: *", 412, "<Code>PreconditionFailed</Code>"},
		{"GET /mine/a/b/c.json", "", "", 200, "one"},
		{"HEAD /mine/a/b/c.json", "", "", 200, ""},
		{"PUT /mine/a/d", "4;chunk-signature=x\r\nfour\r\n0;chunk-signature=y\r\n\r\n", "Content-Encoding: aws-chunked", 200, ""},
		{"PUT /mine/a/e", "9\r\nfour\r\n0\r\n\r\n", "Content-Encoding: aws-chunked", 400, "<Code>IncompleteBody</Code>"},
		{"GET /mine/a/d", "", "", 200, "four"},
		{"GET /mine?list-type=2&prefix=a%2F&max-keys=1", "", "", 200, "<IsTruncated>true</IsTruncated><NextContinuationToken>a/b/c.json</NextContinuationToken><Contents><Key>a/b/c.json</Key>"},
		{"GET /mine?list-type=2&prefix=a%2F&continuation-token=a%2Fb%2Fc.json", "", "", 200, "<KeyCount>1</KeyCount><IsTruncated>false</IsTruncated><Contents><Key>a/d</Key>"},
		{"GET /mine?list-type=2&start-after=a%2Fd", "", "", 200, "<KeyCount>0</KeyCount>"},
		{"GET /none/x", "", "", 404, "<Code>NoSuchBucket</Code>"},
		{"GET /abroad/x", "", "", 301, "<Code>PermanentRedirect</Code>"},
		{"GET /theirs/x", "", "", 403, "<Code>AccessDenied</Code>"},
	} {
		var headers []string
		if step.header != "" {
			headers = append(headers, step.header)
		}
		status, header, said := call(t, c, step.line, step.body, headers...)
		if status != step.status || !strings.Contains(said, step.says) || status == 200 && strings.HasPrefix(step.line, "PUT") && header.Get("ETag") == "" {
			t.Errorf("%s: %d %s\nwant %d %s", step.line, status, said, step.status, step.says)
		}
	}
}
