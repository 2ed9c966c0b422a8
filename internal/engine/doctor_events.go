//go:build !tenantry.lambda

package engine

import (
	"context"
	"errors"
	"regexp"

	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// places reads where events are told, and the trails there.
func (r *examination) places(ctx context.Context) {
	r.tell("reading the trails")
	var err error
	r.f.Places, err = r.Surroundings.Places(ctx)
	r.missed(doctor.Places, err)
	r.f.Trails = map[string][]tenancy.EventTrail{}
	for _, p := range r.f.Places {
		if _, read := r.f.Trails[p.Region]; read {
			continue
		}
		r.f.Trails[p.Region], err = r.Surroundings.Trails(ctx, p.Region)
		r.missed(doctor.Trails.In(p.Region), err)
	}
}

func (r *examination) queue(ctx context.Context) {
	if r.f.QueueURL == "" {
		return
	}
	r.tell("reading the queue")
	var err error
	r.f.Queue, err = r.Surroundings.Queue(ctx, r.f.QueueURL)
	if r.missed(doctor.Queue, err) || r.f.Queue.DeadLetters == "" {
		return
	}
	r.f.DeadLetters, err = r.Surroundings.Queue(ctx, r.f.Queue.DeadLetters)
	r.missed(doctor.DeadLetters, err)
}

// defaultBus is the one that AWS's own events come to, and no other (EventBridge user guide).
const defaultBus = "default"

// forwarded is the bus that deploy/tenantry.yaml makes for what is handed on.
const forwarded = "tenantry-forwarded"

// besides is the bus in the ARN of a target, where it is one of an account and a Region.
var besides = regexp.MustCompile(`:events:([a-z0-9-]+):([0-9]{12}):event-bus/(.+)$`)

// rules reads the rules where events are told and the queue is not, and then those that send to the queue, on every bus that
// something is handed on to.
func (r *examination) rules(ctx context.Context) {
	if r.f.QueueURL == "" {
		return
	}
	r.tell("reading the rules of EventBridge")
	buses, asked := []string{defaultBus, forwarded}, map[string]bool{r.f.QueueRegion: true}
	for _, p := range r.f.Places {
		if asked[p.Region] && (p.Account == "" || p.Account == r.Engine.Account) {
			continue
		}
		asked[p.Region] = true
		all, err := r.Surroundings.EventRules(ctx, p.Region, defaultBus)
		r.missed(doctor.Rules.In(p.Region), err)
		for _, rule := range all {
			r.f.Rules = append(r.f.Rules, rule)
			for _, t := range rule.Targets {
				if m := besides.FindStringSubmatch(t.ARN); m != nil && m[1] == r.f.QueueRegion && m[2] == string(r.Engine.Account) {
					buses = append(buses, m[3])
				}
			}
		}
	}
	r.atTheQueue(ctx, buses)
}

func (r *examination) atTheQueue(ctx context.Context, buses []string) {
	read := map[string]bool{}
	for _, bus := range buses {
		if read[bus] {
			continue
		}
		read[bus] = true
		all, err := r.Surroundings.EventRules(ctx, r.f.QueueRegion, bus, r.f.QueueARN())
		if bus == defaultBus || !errors.Is(err, plan.ErrNotFound) {
			r.missed(doctor.Rules.In(r.f.QueueRegion), err)
		}
		r.f.Rules = append(r.f.Rules, all...)
	}
}

func (r *examination) scim(ctx context.Context) {
	r.tell("reading the trail: whether SCIM writes")
	var err error
	r.f.Provisioning, err = r.Surroundings.Provisioned(ctx, scimDays)
	r.missed(doctor.SCIM, err)
}
