// Package awssim is a simulated AWS: enough of QuickSight, Identity Store, IAM
// Identity Center, IAM, STS, SQS, CloudTrail and DynamoDB, speaking the real protocols, for the real SDKs
// and the AWS CLI to work against. Tests, the demo and people who want to try
// things use it in place of an account.
//
// # Rooms
//
// Each service is a room of its own, a package that implements [wire.Service]:
// quicksight, identitystore, ssoadmin, iam, sts, sqs, cloudtrail, dynamodb, and the fronts scim and
// console. They know nothing of each
// other; what they share is the [world.World]. The list of rooms is in rooms.go,
// and a new one is a line there.
// The simulator imports nothing of the programs it tests and shares no type with
// them, so it cannot repeat their mistakes.
//
// # The way of a call
//
// A [Sim] takes an HTTP request, in process ([Sim.Client]) or over loopback
// ([Sim.Listen]); both go the same way:
//
//	identify → fault hook, before → limits and rights → effect → After → fault hook, after → answer
//
// The service and the Region come from the credential scope of the signature.
// Signatures are not verified, as the simulator knows no secret keys. Fronts
// ([wire.Front]) are not called with signatures: they know their requests by the
// path, and who calls by themselves. Everything else is the same. What AWS
// would not understand gets an error in AWS's shape, and an operation that is not
// simulated gets UnknownOperationException, never a success. A call that has no
// answer yet, a long poll, is served again when something has changed for it or
// its time has come ([wire.Wait]); to the hooks it is one call.
//
// Rights are those that the world's denials leave and, for the sessions of roles,
// those that the policies of the role give: package access.
//
// Effects are serialised: between an effect and the [Options.After] that sees it
// no other effect happens, so a test can check its promises against the truth
// after every call.
//
// # Faults
//
// [Options.Fault] is asked about every call twice: before its effect, and after
// it. What it answers, a [Fault], is what goes wrong: an error, a delay, a
// connection that breaks, an answer that is cut short or rewritten, an effect
// that happens later than the client believes. fault.go has constructors for the
// usual ones. Faults that are properties of AWS rather than accidents, such as
// throttling, stale reads and slow namespaces, are [world.Behaviour].
//
// # The trail
//
// What the calls do is told to the queues that ask for it, as CloudTrail and
// EventBridge tell it: [world.Trail], trail.go.
//
// # Time
//
// All time is that of the world's clock. Delays wait on timers, so inside a
// testing/synctest bubble a client made by [Sim.Client] lives on fake time.
package awssim

import (
	"context"
	"encoding/json"
	"errors"
	"maps"
	"net/http"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/access"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Options are what a simulator may be given besides its world.
type Options struct {
	// Clock is the world's time; nil is time.Now.
	Clock func() time.Time
	// Fault is asked before and after the effect of every call. It may be called
	// from several goroutines at once.
	Fault func(Call) Fault
	// After is called after every call that was served, successfully or not,
	// before any other call has an effect. It may look at the world (Sim.World,
	// Sim.Dump) but must not call the simulated services.
	After func(Call)
	// Policies gives what judges the calls that are signed with an access key, besides what the world says; nil is nothing,
	// for a key and for all of them.
	Policies func(accessKey string) *access.Policies
}

// Sim is a simulated AWS. Make it with New or Open. It may be used from several
// goroutines at once.
type Sim struct {
	options Options
	world   *world.World
	rooms   map[string]wire.Service // by signing name
	fronts  []wire.Front            // those of the rooms that are fronts

	effects  sync.Mutex // held around an effect and After
	mu       sync.Mutex // guards what follows
	requests uint64
	calls    map[string]int
	reads    int
	writes   int
	buckets  map[string]*bucket
}

// New makes a simulator of the world of seed.
func New(seed world.Seed, o Options) (*Sim, error) {
	w, err := world.New(seed, o.Clock)
	if err != nil {
		return nil, err
	}
	s := &Sim{
		options: o, world: w, rooms: make(map[string]wire.Service),
		calls: make(map[string]int), buckets: make(map[string]*bucket),
	}
	for _, room := range rooms(w) {
		s.rooms[room.Name()] = room
		if front, ok := room.(wire.Front); ok {
			s.fronts = append(s.fronts, front)
		}
	}
	return s, nil
}

// Open makes a simulator of the world that data, a world file, describes.
func Open(data []byte, o Options) (*Sim, error) {
	seed, err := world.ParseSeed(data)
	if err != nil {
		return nil, err
	}
	return New(seed, o)
}

// World is the simulator's world: the truth that tests compare with. Its lock
// must be held for looking into its tables.
func (s *Sim) World() *world.World { return s.world }

// Dump gives the world as a world file.
func (s *Sim) Dump() ([]byte, error) { return s.world.Dump() }

// Change changes how AWS behaves from now on.
func (s *Sim) Change(change func(*world.Behaviour)) error { return s.world.Change(change) }

// Calls gives how many calls of each operation there were, by
// "service:Operation", answered successfully or not.
func (s *Sim) Calls() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return maps.Clone(s.calls)
}

// Reads and Writes give how many calls there were of operations that change
// nothing, and of the others. Calls that only carry messages, those of SQS, are
// neither.
func (s *Sim) Reads() int { return s.counted(&s.reads) }

// Writes is the counterpart of Reads.
func (s *Sim) Writes() int { return s.counted(&s.writes) }

func (s *Sim) counted(n *int) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return *n
}

// count numbers a call and counts it.
func (s *Sim) count(r *wire.Request) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests++
	s.calls[r.Service+":"+r.Op.Name]++
	switch {
	case r.Op.Carrying:
	case r.Op.ReadOnly:
		s.reads++
	default:
		s.writes++
	}
	return int(s.requests)
}

// serve carries out r, which may take a while, and lets After see it. It gives
// an error when the client has gone away before there was an effect.
func (s *Sim) serve(ctx context.Context, room wire.Service, r *wire.Request, c Call) (wire.Response, Call, error) {
	for r.Asked = s.world.Now(); ; {
		resp, served, wait := s.attempt(room, r, c)
		if wait == nil {
			return resp, served, nil
		}
		if err := s.await(ctx, wait); err != nil {
			return resp, c, err
		}
	}
}

// attempt carries out r and lets After see it, unless the service gives a wait.
func (s *Sim) attempt(room wire.Service, r *wire.Request, c Call) (wire.Response, Call, *wire.Wait) {
	s.effects.Lock()
	defer s.effects.Unlock()
	resp, err := s.effect(room, r)
	var wait *wire.Wait
	if errors.As(err, &wait) {
		return resp, c, wait
	}
	if err != nil {
		e := wire.AsError(room.Protocol(), err)
		c.Error = e.Code
		resp = room.Protocol().Error(e, r.ID)
	}
	c.Phase, c.Time, c.Status, c.Answer = AfterEffect, s.world.Now(), resp.Status, resp.Body
	c.Committed = err == nil && !r.Op.ReadOnly
	if s.options.After != nil {
		s.options.After(c)
	}
	return resp, c, nil
}

// await waits as w says, or until ctx ends or the server shuts down, which it reports.
func (s *Sim) await(ctx context.Context, w *wire.Wait) error {
	t := time.NewTimer(w.Until.Sub(s.world.Now()))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-w.Changed:
		return nil
	case <-closing(ctx):
		return http.ErrServerClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (s *Sim) effect(room wire.Service, r *wire.Request) (wire.Response, error) {
	s.world.Lock()
	defer s.world.Unlock()
	resp, err := room.Serve(r)
	s.tell(room, r, resp, err)
	return resp, err
}

// sleep waits for d, or less when ctx ends before, which it reports.
func sleep(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Call is a call of a simulated service, as hooks see it.
type Call struct {
	N         int // number of the call, from 1
	Phase     Phase
	Time      time.Time
	RequestID string
	Service   string // "quicksight"
	Operation string // "RegisterUser"
	ReadOnly  bool
	Region    string
	Caller    wire.Caller
	Path      map[string]string // path parameters, as the API model names them
	Query     map[string][]string
	Body      []byte
	Op        string // Service:Operation

	// After the effect:
	Committed bool   // it changed the world, or would have if there was something to change
	Status    int    // HTTP status
	Error     string // error code; empty for a success
	Answer    []byte
}

// Decode reads the call's JSON body into v.
func (c Call) Decode(v any) error { return json.Unmarshal(c.Body, v) }

func (s *Sim) call(n int, r *wire.Request) Call {
	return Call{
		N: n, Phase: BeforeEffect, Time: s.world.Now(), RequestID: r.ID,
		Service: r.Service, Operation: r.Op.Name, Op: r.Service + ":" + r.Op.Name, ReadOnly: r.Op.ReadOnly,
		Region: r.Region, Caller: r.Caller, Path: r.Path, Query: r.Query, Body: r.Body,
	}
}
