package awssim

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/access"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// recognise finds out who signed r, and refuses who is nobody or lives in another
// time.
func (s *Sim) recognise(room wire.Service, r *wire.Request) *wire.Error {
	s.world.Lock()
	defer s.world.Unlock()
	if front, ok := room.(wire.Front); ok {
		return front.Recognise(r)
	}
	c, ok := s.world.Caller(r.Caller.AccessKey)
	if !ok {
		return wire.Errorf(403, "UnrecognizedClientException", "The security token included in the request is invalid.")
	}
	r.Caller = wire.Caller(c)
	allowed := time.Duration(s.world.Behaviour().MaxClockSkew)
	if skew := s.world.Now().Sub(r.SignedAt); allowed > 0 && skew.Abs() > allowed {
		return wire.Errorf(403, "RequestTimeTooSkewed", "The difference between the request time and the current time is too large.")
	}
	return nil
}

// refuse gives the error of a call that is over the rate or that IAM denies.
func (s *Sim) refuse(room wire.Service, r *wire.Request) *wire.Error {
	s.world.Lock()
	b := s.world.Behaviour()
	s.world.Unlock()
	if wait, ok := s.take(r, b.Throttle); !ok {
		seconds := max(1, int(math.Ceil(wait.Seconds())))
		return room.Refuse(wire.Refusal{Kind: wire.Throttled, Message: "Rate exceeded", RetryAfter: seconds})
	}
	s.world.Lock()
	defer s.world.Unlock()
	message := access.Refusal(s.world, r)
	if s.options.Policies != nil && message == "" {
		if p := s.options.Policies(r.Caller.AccessKey); p != nil {
			message = p.Refusal(s.world, r)
		}
	}
	if action := r.Service + ":" + r.Op.Name; denied(b.Denied, r, action) {
		message = fmt.Sprintf("User: %s is not authorized to perform: %s on resource: %s", r.Caller.ARN, action, r.Op.Resource)
	}
	if message == "" {
		return nil
	}
	e := room.Refuse(wire.Refusal{Kind: wire.AccessDenied, Message: message})
	s.tell(room, r, wire.Response{}, e)
	return e
}

func denied(denials []world.Denial, r *wire.Request, action string) bool {
	for _, d := range denials {
		who := d.Caller == "*" || d.Caller == r.Caller.ARN || d.Caller == r.Caller.AccessKey
		if who && (slices.Contains(d.Actions, action) || slices.Contains(d.Actions, r.Service+":*")) {
			return true
		}
	}
	return false
}

// bucket is a token bucket.
type bucket struct {
	rate   world.Rate
	tokens float64
	at     time.Time
}

// take takes a token of each bucket that limits r: that of its operation, that
// of the reads or the writes of its service, and that of its service. When one is empty it takes none, and gives the time until
// there is one.
func (s *Sim) take(r *wire.Request, limits map[string]world.Rate) (time.Duration, bool) {
	now := s.world.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	var limiting []*bucket
	kind := "writes"
	if r.Op.ReadOnly {
		kind = "reads"
	}
	for _, name := range []string{r.Service + ":" + r.Op.Name, r.Service + ":" + kind, r.Service} {
		rate, limited := limits[name]
		if !limited {
			continue
		}
		b := s.bucket(name, rate, now)
		if b.tokens < 1 {
			return b.wait(), false
		}
		limiting = append(limiting, b)
	}
	for _, b := range limiting {
		b.tokens--
	}
	return 0, true
}

// bucket gives the bucket of name as it is now. One whose rate has been changed
// begins full.
func (s *Sim) bucket(name string, rate world.Rate, now time.Time) *bucket {
	b := s.buckets[name]
	if b == nil || b.rate != rate {
		b = &bucket{rate: rate, tokens: rate.Burst, at: now}
		s.buckets[name] = b
	}
	b.tokens = min(rate.Burst, b.tokens+now.Sub(b.at).Seconds()*rate.PerSecond)
	b.at = now
	return b
}

// wait is the time until the bucket has a token; an hour if it never has.
func (b *bucket) wait() time.Duration {
	if b.rate.PerSecond <= 0 {
		return time.Hour
	}
	return time.Duration((1 - b.tokens) / b.rate.PerSecond * float64(time.Second))
}
