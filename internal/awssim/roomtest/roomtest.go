// Package roomtest calls one room of the simulated AWS with raw HTTP requests, for the tests of the
// rooms. What the rooms have in common (routing by service, throttling, denials, faults) is not part
// of it: package simtest calls the whole simulator.
package roomtest

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Room is a room under test.
type Room struct {
	T       testing.TB
	World   *world.World
	Service wire.Service
	Region  string // of the requests' credential scope
	Key     string // access key that signs
}

// New opens a room over the world of a world file, called from us-east-1.
func New(t testing.TB, file string, room func(*world.World) wire.Service) *Room {
	t.Helper()
	seed, err := world.ParseSeed([]byte(file))
	if err != nil {
		t.Fatal(err)
	}
	w, err := world.New(seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return &Room{T: t, World: w, Service: room(w), Region: "us-east-1", Key: "AKIASIMULATED0000001"}
}

// Target calls an operation of a JSON 1.1 service, and gives the status and the answer.
func (r *Room) Target(target, body string) (int, map[string]any) {
	r.T.Helper()
	req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(body))
	req.Header.Set("X-Amz-Target", target)
	req.Header.Set("Content-Type", "application/x-amz-json-1.1")
	resp := r.send(req)
	var answer map[string]any
	if err := json.Unmarshal(resp.Body, &answer); err != nil {
		r.T.Fatalf("%s answers no JSON object: %v in %s", target, err, resp.Body)
	}
	return resp.Status, answer
}

// Form calls an operation of a query service, named by the member Action.
func (r *Room) Form(form url.Values) (int, string) {
	r.T.Helper()
	req := httptest.NewRequest(http.MethodPost, "/", strings.NewReader(form.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	resp := r.send(req)
	return resp.Status, string(resp.Body)
}

func (r *Room) send(hr *http.Request) wire.Response {
	r.T.Helper()
	hr.Header.Set("Authorization", fmt.Sprintf("AWS4-HMAC-SHA256 Credential=%s/20260101/%s/%s/aws4_request, SignedHeaders=host, Signature=0",
		r.Key, r.Region, r.Service.Name()))
	req, err := wire.NewRequest(hr)
	if err != nil {
		r.T.Fatal(err)
	}
	r.World.Lock()
	defer r.World.Unlock()
	c, _ := r.World.Caller(r.Key)
	req.Caller = wire.Caller{AccessKey: r.Key, Account: c.Account, ARN: c.ARN, UserID: c.UserID}
	req.ID = r.World.NewID()
	op, ok := r.Service.Route(req)
	if !ok {
		r.T.Fatalf("%s has no operation %q", r.Service.Name(), op.Name)
	}
	req.Op = op
	resp, err := r.Service.Serve(req)
	if err != nil {
		return r.Service.Protocol().Error(wire.AsError(r.Service.Protocol(), err), req.ID)
	}
	return resp
}

// Path calls an operation of a front, "METHOD /path", with a JSON body and a bearer token, of which either may be
// empty. It gives the status and the answer; the answer of a call that answers nothing is nil.
func (r *Room) Path(line, body, token string) (int, map[string]any) {
	r.T.Helper()
	method, path, _ := strings.Cut(line, " ")
	hr := httptest.NewRequest(method, path, strings.NewReader(body))
	hr.Header.Set("Authorization", "Bearer "+token)
	req, err := wire.NewRequest(hr)
	if err != nil && !errors.Is(err, wire.ErrUnsigned) {
		r.T.Fatal(err)
	}
	resp := r.front(req)
	var answer map[string]any
	if err := json.Unmarshal(resp.Body, &answer); err != nil && len(resp.Body) > 0 {
		r.T.Fatalf("%s answers no JSON object: %v in %s", line, err, resp.Body)
	}
	return resp.Status, answer
}

func (r *Room) front(req *wire.Request) wire.Response {
	r.T.Helper()
	r.World.Lock()
	defer r.World.Unlock()
	req.ID = r.World.NewID()
	op, ok := r.Service.Route(req)
	if front, is := r.Service.(wire.Front); !ok || !is || !front.Takes(req) {
		r.T.Fatalf("%s does not take %s %s", r.Service.Name(), req.Method, req.RawPath)
	} else if e := front.Recognise(req); e != nil {
		return r.Service.Protocol().Error(e, req.ID)
	}
	req.Op = op
	resp, err := r.Service.Serve(req)
	if err != nil {
		return r.Service.Protocol().Error(wire.AsError(r.Service.Protocol(), err), req.ID)
	}
	return resp
}
