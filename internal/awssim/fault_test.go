package awssim_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

// groups gives how many groups acme has, in truth.
func groups(c *simtest.Client) int {
	w := c.Sim.World()
	w.Lock()
	defer w.Unlock()
	n, _ := w.QuickSight.Namespaces().Get("acme")
	return n.Contents.Groups.Len()
}

const createGroup = "quicksight:CreateGroup"

func faulty(t *testing.T, hooks ...awssim.Hook) *simtest.Client {
	t.Helper()
	return simtest.New(t, file, awssim.Options{Fault: awssim.Faults(hooks...)})
}

func TestErrorsBeforeAndAfter(t *testing.T) {
	for _, r := range []struct {
		name    string
		hook    awssim.Hook
		status  int
		code    string
		effects int
	}{
		{"throttled before", awssim.FailBefore(createGroup, awssim.Throttling()), 429, "ThrottlingException", 0},
		{"500 before", awssim.FailBefore(createGroup, awssim.InternalFailure()), 500, "InternalFailureException", 0},
		{"500 after", awssim.FailAfter(createGroup, awssim.InternalFailure()), 500, "InternalFailureException", 1},
		{"503 of the service", awssim.FailBefore("quicksight", awssim.Unavailable()), 503, "ResourceUnavailableException", 0},
		{"expired token", awssim.FailBefore("", awssim.ExpiredToken()), 403, "ExpiredTokenException", 0},
		{"another operation", awssim.FailBefore("quicksight:DeleteGroup", awssim.InternalFailure()), 201, "", 1},
		{"another service", awssim.FailBefore("identitystore", awssim.InternalFailure()), 201, "", 1},
	} {
		t.Run(r.name, func(t *testing.T) {
			c := faulty(t, r.hook)
			a := c.Do("POST "+acme+"/groups", create)
			if a.Status != r.status || a.ErrorType != r.code {
				t.Errorf("%d %s, want %d %s", a.Status, a.ErrorType, r.status, r.code)
			}
			if got := groups(c) - 1; got != r.effects {
				t.Errorf("%d effects, want %d", got, r.effects)
			}
		})
	}
}

func TestBrokenConnections(t *testing.T) {
	for _, r := range []struct {
		name    string
		hook    awssim.Hook
		want    error
		effects int
	}{
		{"dropped before", awssim.DropBefore(createGroup), syscall.ECONNRESET, 0},
		{"dropped after", awssim.DropAfter(createGroup), syscall.ECONNRESET, 1},
		{"truncated", awssim.Truncate(createGroup), io.ErrUnexpectedEOF, 1},
	} {
		t.Run(r.name, func(t *testing.T) {
			c := faulty(t, r.hook)
			if _, err := c.Try(t.Context(), "POST "+acme+"/groups", create); !errors.Is(err, r.want) {
				t.Errorf("error %v, want %v", err, r.want)
			}
			if got := groups(c) - 1; got != r.effects {
				t.Errorf("%d effects, want %d", got, r.effects)
			}
		})
		t.Run(r.name+" over TCP", func(t *testing.T) {
			c := faulty(t, r.hook)
			server := httptest.NewServer(c.Sim)
			defer server.Close()
			req := c.Request(t.Context(), "POST "+acme+"/groups", create)
			req.URL.Scheme, req.URL.Host = "http", strings.TrimPrefix(server.URL, "http://")
			resp, err := server.Client().Do(req)
			if err == nil {
				_, err = io.ReadAll(resp.Body)
				resp.Body.Close()
			}
			if err == nil {
				t.Error("the call was answered")
			}
			if got := groups(c) - 1; got != r.effects {
				t.Errorf("%d effects, want %d", got, r.effects)
			}
		})
	}
}

func TestDelays(t *testing.T) {
	for name, r := range map[string]struct {
		phase   awssim.Phase
		effects int
	}{"before the effect": {awssim.BeforeEffect, 0}, "after the effect": {awssim.AfterEffect, 1}} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c := faulty(t, awssim.On(createGroup, r.phase, awssim.Fault{Delay: time.Minute}))
				began := time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
				defer cancel()
				_, err := c.Try(ctx, "POST "+acme+"/groups", create)
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(began) != 5*time.Second {
					t.Errorf("error %v after %v", err, time.Since(began))
				}
				time.Sleep(time.Hour)
				if got := groups(c) - 1; got != r.effects {
					t.Errorf("%d effects, want %d", got, r.effects)
				}
			})
		})
	}
}

func TestLateCommits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := faulty(t, awssim.CommitLate(createGroup, 30*time.Second))
		ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
		defer cancel()
		if _, err := c.Try(ctx, "POST "+acme+"/groups", create); !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("error %v", err)
		}
		time.Sleep(24 * time.Second)
		if got := groups(c); got != 1 {
			t.Errorf("%d groups a second too early", got)
		}
		time.Sleep(2 * time.Second)
		if got := groups(c); got != 2 {
			t.Errorf("%d groups when the effect was due", got)
		}
		// Who waits gets the answer of the effect: the group is there by now.
		c.Fails(409, "ResourceExistsException", "POST "+acme+"/groups", create)
	})
	synctest.Test(t, func(t *testing.T) {
		c := faulty(t, awssim.On(createGroup, awssim.BeforeEffect, awssim.Fault{CommitAfter: time.Minute, Err: awssim.InternalFailure()}))
		c.Fails(500, "InternalFailureException", "POST "+acme+"/groups", create)
		c.Fails(404, "ResourceNotFoundException", "GET "+acme+"/groups/new", "")
		time.Sleep(61 * time.Second)
		c.OK(200, "GET "+acme+"/groups/new", "")
	})
}

func TestRewrittenAnswers(t *testing.T) {
	list := "GET " + acme + "/groups"
	empty := func([]byte) []byte { return []byte(`{"GroupList": [], "NextToken": "again"}`) }
	c := faulty(t, awssim.On("quicksight:ListGroups", awssim.AfterEffect, awssim.Fault{Rewrite: empty}))
	if m := c.OK(200, list, ""); m["NextToken"] != "again" {
		t.Errorf("rewritten: %v", m)
	}
	newRole := func(b []byte) []byte { return bytes.ReplaceAll(b, []byte("acme"), []byte("SUPER_READER")) }
	c = faulty(t, awssim.On("", awssim.AfterEffect, awssim.Fault{Rewrite: newRole}))
	if m := c.OK(200, list, ""); simtest.Get(m, "GroupList", 0, "GroupName") != "SUPER_READER" {
		t.Errorf("rewritten: %v", m)
	}
	// Errors stay as they are.
	if message := c.Fails(404, "ResourceNotFoundException", "GET "+acme+"/groups/nobody", ""); !strings.Contains(message, "acme") {
		t.Errorf("message: %s", message)
	}
}

func TestNth(t *testing.T) {
	c := faulty(t, awssim.Nth(2, createGroup, awssim.DropAfter("")), awssim.Between(3, 4, "quicksight", awssim.FailBefore("", awssim.Throttling())))
	var got []string
	for _, line := range []string{"GET " + acme, "POST " + acme + "/groups", "GET " + acme, "GET " + acme, "POST " + acme + "/groups", "POST " + acme + "/groups"} {
		a, err := c.Try(t.Context(), line, create)
		switch {
		case err != nil:
			got = append(got, "dropped")
		case a.ErrorType != "":
			got = append(got, a.ErrorType)
		default:
			got = append(got, "ok")
		}
	}
	want := "ok ok ThrottlingException ThrottlingException dropped ResourceExistsException"
	if s := strings.Join(got, " "); s != want {
		t.Errorf("calls ended %s, want %s", s, want)
	}
}
