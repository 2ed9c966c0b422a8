package systemtest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
)

// lists are the lists that a pass reads.
var lists = []string{
	"quicksight:ListNamespaces", "quicksight:ListUsers", "quicksight:ListGroups", "quicksight:ListGroupMemberships",
	"identitystore:ListUsers", "identitystore:ListGroups", "identitystore:ListGroupMemberships",
}

// longLists is a world file of an account that is as it should be, in which every list has several pages.
func longLists(t *testing.T) (file []byte) {
	seed := tenants(105, 1)
	add(&seed, "qs:big", 250)
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, seed, settings{})
		r.start().mustApply()
		r.byHand("big", func(c *world.Contents) {
			for i := range 120 {
				name := fmt.Sprintf("by hand %03d", i)
				c.Groups.Put(name, world.Group{Name: name, PrincipalID: world.GroupPrincipalID("big", name)})
			}
		})
		r.settled()
		r.verify()
		var err error
		if file, err = r.sim.Dump(); err != nil {
			t.Fatal(err)
		}
	})
	return file
}

// tokenOf is the page token that a call bears, "" for a first page.
func tokenOf(c awssim.Call) string {
	if token := c.Query["next-token"]; len(token) > 0 {
		return token[0]
	}
	var in struct{ NextToken string }
	_ = c.Decode(&in) // QuickSight's lists have no body
	return in.NextToken
}

// page changes the members of an answer.
func page(body []byte, change func(m map[string]any)) []byte {
	var m map[string]any
	if err := json.Unmarshal(body, &m); err != nil {
		return body
	}
	change(m)
	changed, err := json.Marshal(m)
	if err != nil {
		return body
	}
	return changed
}

// halve leaves out every other row of an answer.
func halve(m map[string]any) {
	for name, v := range m {
		if rows, ok := v.([]any); ok {
			var kept []any
			for i, row := range rows {
				if i%2 == 0 {
					kept = append(kept, row)
				}
			}
			m[name] = kept
		}
	}
}

// invalidToken is how either service refuses a page token.
func invalidToken(c awssim.Call) *wire.Error {
	if c.Service == "quicksight" {
		return wire.Errorf(400, "InvalidNextTokenException", "The NextToken value isn't valid.")
	}
	return wire.Errorf(400, "ValidationException", "Invalid NextToken")
}

// spoiled are the ways in which a list is not what it should be. They answer faults for calls behind
// the first page. A list either comes to its end all the same, or the pass fails.
var spoiled = map[string]struct {
	hook  func(op string) awssim.Hook
	fails bool
}{
	"a token refused once": {func(op string) awssim.Hook {
		return awssim.Nth(1, op, func(c awssim.Call) awssim.Fault { return awssim.Fault{Err: invalidToken(c)} })
	}, false},
	"tokens refused always": {func(string) awssim.Hook {
		return func(c awssim.Call) awssim.Fault { return awssim.Fault{Err: invalidToken(c)} }
	}, true},
	"a token repeated for ever": {func(string) awssim.Hook {
		return func(c awssim.Call) awssim.Fault {
			again := tokenOf(c)
			return awssim.Fault{Rewrite: func(b []byte) []byte { return page(b, func(m map[string]any) { m["NextToken"] = again }) }}
		}
	}, true},
	"an answer cut short": {func(op string) awssim.Hook { return awssim.Nth(1, op, awssim.Truncate(op)) }, false},
	"a 500 in the middle": {func(op string) awssim.Hook {
		return awssim.Nth(1, op, awssim.FailBefore(op, awssim.InternalFailure()))
	}, false},
	"500 from the second page on": {func(op string) awssim.Hook { return awssim.FailBefore(op, awssim.InternalFailure()) }, true},
	"not an answer": {func(string) awssim.Hook {
		return func(awssim.Call) awssim.Fault {
			return awssim.Fault{Rewrite: func([]byte) []byte { return []byte("<html>Bad Gateway</html>") }}
		}
	}, true},
}

// TestF41Pages: whatever happens to the pages of a list, it is read whole or the pass fails. Never does
// a list that broke off make someone wanted, or not wanted.
func TestF41Pages(t *testing.T) {
	t.Parallel()
	file := longLists(t)
	for _, name := range slices.Sorted(maps.Keys(spoiled)) {
		s := spoiled[name]
		for _, op := range some(lists) {
			t.Run(strings.ReplaceAll(name, " ", "-")+"/"+op, func(t *testing.T) {
				from(t, file, func(r *rig) {
					met := false
					hook := s.hook(op)
					r.suffer(func(c awssim.Call) awssim.Fault {
						if c.Op != op || tokenOf(c) == "" {
							return awssim.Fault{}
						}
						met = true
						return hook(c)
					})
					pass, err := r.start().plan(context.Background(), engine.Scope{})
					switch {
					case !met:
						t.Error("the list has one page only")
					case s.fails && err == nil:
						t.Error("the list broke off, and the pass went well")
					case !s.fails && err != nil:
						t.Errorf("the list could be read, and the pass failed: %v", err)
					case err == nil && len(pass.Plan.Steps)+len(pass.Plan.Holds) > 0:
						t.Errorf("%d steps, %d holds", len(pass.Plan.Steps), len(pass.Plan.Holds))
					}
				})
			})
		}
	}
}

// from runs a test on the rig of a world file.
func from(t *testing.T, file []byte, test func(r *rig)) {
	t.Helper()
	seed, err := world.ParseSeed(file)
	if err != nil {
		t.Fatal(err)
	}
	in(t, seed, settings{}, test)
}

// TestF41RowsMissing: AWS leaves out rows and says nothing. No program can know; nobody is removed for
// it, nobody is registered a second time, and the world stays as it is.
func TestF41RowsMissing(t *testing.T) {
	t.Parallel()
	file := longLists(t)
	for _, op := range some(lists) {
		t.Run(op, func(t *testing.T) {
			from(t, file, func(r *rig) {
				r.suffer(func(c awssim.Call) awssim.Fault {
					if c.Op != op {
						return awssim.Fault{}
					}
					return awssim.Fault{Rewrite: func(b []byte) []byte { return page(b, halve) }}
				})
				if _, err := r.start().apply(context.Background()); err != nil {
					t.Logf("the run fails: %v", err)
				}
				after, err := r.sim.Dump()
				if err != nil {
					t.Fatal(err)
				}
				if !bytes.Equal(file, after) {
					t.Errorf("the world has changed: %s", firstDifference(file, after))
				}
			})
		})
	}
}

// firstDifference shows where two texts part.
func firstDifference(a, b []byte) string {
	i := 0
	for i < len(a) && i < len(b) && a[i] == b[i] {
		i++
	}
	near := func(text []byte) []byte { return text[max(0, i-200):min(len(text), i+200)] }
	return fmt.Sprintf("%s\n—\n%s", near(a), near(b))
}

// TestF41EmptyPages: a page without rows that has a token is not the end of a list.
func TestF41EmptyPages(t *testing.T) {
	t.Parallel()
	from(t, longLists(t), func(r *rig) {
		p := r.start()
		empty := &emptyPages{to: p.line.to}
		p.line.to = empty
		pass := p.mustPlan()
		if n := len(pass.Plan.Steps) + len(pass.Plan.Holds); n > 0 || int(empty.given.Load()) < len(lists) {
			t.Errorf("%d steps and holds with %d empty pages", n, empty.given.Load())
		}
	})
}

// emptyPages is a line that puts a page without rows before every page but the first of a list.
type emptyPages struct {
	to    http.RoundTripper
	given atomic.Int64
}

// late begins the tokens of the pages that have been kept back once.
const late = "late-"

func (e *emptyPages) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body) // it is in memory
	}
	query := r.URL.Query()
	token := query.Get("next-token")
	body = page(body, func(in map[string]any) {
		if t, ok := in["NextToken"].(string); ok {
			token, in["NextToken"] = t, strings.TrimPrefix(t, late)
		}
	})
	if query.Has("next-token") {
		query.Set("next-token", strings.TrimPrefix(token, late))
		r.URL.RawQuery = query.Encode()
	}
	r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	resp, err := e.to.RoundTrip(r)
	if err != nil || token == "" || strings.HasPrefix(token, late) {
		return resp, err
	}
	e.given.Add(1)
	answer, err := io.ReadAll(resp.Body)
	if err != nil {
		return nil, err
	}
	answer = page(answer, func(m map[string]any) {
		for name, v := range m {
			if _, rows := v.([]any); rows {
				m[name] = []any{}
			}
		}
		m["NextToken"] = late + token
	})
	resp.Body, resp.ContentLength = io.NopCloser(bytes.NewReader(answer)), int64(len(answer))
	return resp, nil
}

// TestF42BigGroup: one group of 5,000 people.
func TestF42BigGroup(t *testing.T) {
	t.Parallel()
	people := 5000 / stride()
	seed := tenants(1, people)
	add(&seed, "qs:small", 3)
	in(t, seed, settings{}, func(r *rig) {
		n := r.writes(func() { r.start().mustApply() })
		if want := 2 + 2 + 2*(people+3); n != want {
			t.Errorf("%d writes, want %d", n, want)
		}
		r.settled()
	})
}

// TestF43SourceEmpty: the directory has lost its people, its groups, or the members of all its groups.
// Nothing is written, and everything that would be taken away is held.
func TestF43SourceEmpty(t *testing.T) {
	t.Parallel()
	for name, lose := range map[string]func(d *world.Directory){
		"nobody there": func(d *world.Directory) {
			for id := range keys(d.Users()) {
				d.DeleteUser(id)
			}
		},
		"no groups": func(d *world.Directory) {
			for id := range keys(d.Groups()) {
				d.DeleteGroup(id)
			}
		},
		"no members": func(d *world.Directory) {
			for id := range keys(d.Memberships()) {
				d.Leave(id)
			}
		},
		"half of the members": func(d *world.Directory) {
			half := false
			for id := range keys(d.Memberships()) {
				if half = !half; half {
					d.Leave(id)
				}
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, tenants(2, 10), settings{}, func(r *rig) {
				pass, done := r.changed(func() { r.now(func(d *world.Directory, _ *world.QuickSight) { lose(d) }) })
				expect(t, "done", done)
				if len(pass.Plan.Holds) == 0 {
					t.Error("nothing waits for a person")
				}
				if len(r.users("t000"))+len(r.users("t001")) != 20 {
					t.Error("someone was removed")
				}
			})
		})
	}
}

// keys are the keys of a table, to be looped over while it changes.
func keys[V any](table *world.Table[V]) map[string]bool {
	all := map[string]bool{}
	for key := range table.All() {
		all[key] = true
	}
	return all
}
