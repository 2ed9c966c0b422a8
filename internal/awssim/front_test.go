package awssim_test

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// scim opens a world and gives a client of its SCIM endpoint.
func scim(t *testing.T, o awssim.Options) *simtest.Client {
	c := simtest.New(t, `{"account_id": "111122223333", "identity_center": {"region": "eu-west-1"}}`, o)
	c.Service, c.Token = "scim", "simulated-scim-token"
	return c
}

// A front's call goes the way of every other call.
func TestFrontsGoTheWayOfACall(t *testing.T) {
	var before, after []awssim.Call
	fail := false
	c := scim(t, awssim.Options{
		Fault: func(call awssim.Call) awssim.Fault {
			if call.Phase == awssim.BeforeEffect {
				before = append(before, call)
			}
			if fail {
				return awssim.Fault{Err: wire.Errorf(500, "InternalServerException", "no")}
			}
			return awssim.Fault{}
		},
		After: func(call awssim.Call) { after = append(after, call) },
	})
	made := c.OK(201, "POST /scim/v2/Groups", `{"displayName": "g"}`)
	path := " /scim/v2/Groups/" + made["id"].(string)
	c.OK(200, "GET"+path, "")
	c.Fails(400, "ValidationException", "PATCH"+path, "{}")
	fail = true
	c.Fails(500, "InternalServerException", "DELETE"+path, "")
	fail = false
	c.OK(200, "POST /simulator/console/DeleteGroup", `{"groupId": "`+made["id"].(string)+`"}`)
	if len(before) != 5 || len(after) != 4 {
		t.Fatalf("the hook was asked %d times, After was called %d times", len(before), len(after))
	}
	if a := after[0]; a.Op != "scim:CreateGroup" || !a.Committed || a.Status != 201 || a.Region != "eu-west-1" || a.Caller.Account != "111122223333" || who(before[0]) != who(a) {
		t.Errorf("%+v", a)
	}
	if a := after[2]; a.Op != "scim:PatchGroup" || a.Committed || a.Error != "ValidationException" {
		t.Errorf("%+v", a)
	}
	if a := after[3]; a.Op != "console:DeleteGroup" || !a.Committed {
		t.Errorf("%+v", a)
	}
	if n := c.Sim.Calls(); n["scim:CreateGroup"] != 1 || n["console:DeleteGroup"] != 1 || c.Sim.Reads() != 1 || c.Sim.Writes() != 4 {
		t.Errorf("counted %v, %d reads, %d writes", n, c.Sim.Reads(), c.Sim.Writes())
	}
}

// who is what the hook knows of a caller before the effect.
func who(c awssim.Call) string { return c.Region + c.Caller.ARN }

// The guide documents 25 writes and 40 reads a second.
func TestReadsAndWritesAreThrottledApart(t *testing.T) {
	c := scim(t, awssim.Options{})
	if err := c.Sim.Change(func(b *world.Behaviour) {
		b.Throttle = map[string]world.Rate{"scim:writes": {Burst: 1}, "scim:reads": {Burst: 2}}
	}); err != nil {
		t.Fatal(err)
	}
	c.OK(201, "POST /scim/v2/Groups", `{"displayName": "g"}`)
	if a := c.Do("POST /scim/v2/Groups", `{"displayName": "h"}`); a.Status != 429 || a.ErrorType != "ThrottlingException" || a.Body["status"] != "429" {
		t.Errorf("the second write: %d %s %v", a.Status, a.ErrorType, a.Body)
	}
	c.OK(200, "GET /scim/v2/Groups", "")
	c.OK(200, "GET /scim/v2/Groups", "")
	c.Fails(429, "ThrottlingException", "GET /scim/v2/Groups", "")
	c.OK(200, "POST /simulator/console/CreateGroup", `{"displayName": "h"}`)
}

func TestFrontsAreRefusedInTheirShape(t *testing.T) {
	c := scim(t, awssim.Options{})
	for line, status := range map[string]int{
		"GET /scim/v2/Me":               404,
		"PUT /scim/v2/Groups/x":         404,
		"GET /simulator/console/Help":   404,
		"GET /simulator/console/":       404,
		"POST /simulator/console/SignX": 404,
		"GET /a/b/scim/v2/Users":        403, // no front's, and so it lacks a signature
	} {
		if a := c.Do(line, ""); a.Status != status {
			t.Errorf("%s: %d %v, want %d", line, a.Status, a.Body, status)
		}
	}
	c.Token = "wrong"
	c.Fails(401, "UnauthorizedException", "GET /scim/v2/Users", "")
	c.Token = "" // a signature is no token
	c.Fails(401, "UnauthorizedException", "GET /scim/v2/Users", "")
	if err := c.Sim.Change(func(b *world.Behaviour) {
		b.Denied = []world.Denial{{Caller: "*", Actions: []string{"scim:ListUsers"}}}
	}); err != nil {
		t.Fatal(err)
	}
	c.Token = "simulated-scim-token"
	c.Fails(403, "AccessDeniedException", "GET /scim/v2/Users", "")
}

// An answer without a body is one over a connection, too.
func TestNoContentOverAConnection(t *testing.T) {
	c := scim(t, awssim.Options{})
	id := c.OK(201, "POST /scim/v2/Groups", `{"displayName": "g"}`)["id"].(string)
	server, err := c.Sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	req, err := http.NewRequestWithContext(ctx, "DELETE", server.URL+"/scim/v2/Groups/"+id, strings.NewReader(""))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Authorization", "Bearer "+c.Token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 204 || resp.Header.Get("Content-Length") != "" || json.NewDecoder(resp.Body).Decode(new(any)) == nil {
		t.Errorf("%s, %v", resp.Status, resp.Header)
	}
	stop()
	if err := <-served; err != nil {
		t.Error(err)
	}
}
