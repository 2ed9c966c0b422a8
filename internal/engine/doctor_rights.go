//go:build !tenantry.lambda

package engine

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// assumed is the ARN of a role's session: its name without its path (STS API reference, GetCallerIdentity).
var assumed = regexp.MustCompile(`^arn:([a-z-]+):sts::([0-9]{12}):assumed-role/([^/]+)/`)

// who is the role whose rights are looked at, as far as the caller's ARN tells it; its path may be another one.
func (r *examination) who() tenancy.RoleARN {
	if !r.Role.IsZero() {
		return r.Role
	}
	if m := assumed.FindStringSubmatch(r.f.Caller.CallerARN); m != nil {
		role, _ := tenancy.ParseRoleARN("arn:" + m[1] + ":iam::" + m[2] + ":role/" + m[3])
		return role
	}
	return tenancy.RoleARN{}
}

// identified is what was read of whoever's rights are looked at, nil for nothing. The name of a role is the account's once, whatever
// its path (IAM user guide, "IAM identifiers").
func (r *examination) identified(all *tenancy.Identities) *tenancy.Identity {
	who := r.who()
	i := slices.IndexFunc(all.All, func(id tenancy.Identity) bool {
		if who.IsZero() {
			return id.ARN == r.f.Caller.CallerARN
		}
		return id.Role == who || r.Role.IsZero() && !id.Role.IsZero() && id.Role.Name() == who.Name()
	})
	if i < 0 {
		return nil
	}
	return &all.All[i]
}

// rights asks IAM for each of the rights, and for what must not be.
func (r *examination) rights(ctx context.Context) {
	r.tell("asking IAM what tenantry may do")
	f := &r.f.Rights
	f.Who, f.Identity = r.f.Caller.CallerARN, r.role
	role := r.who()
	if r.role != nil {
		f.Who, role = r.role.ARN, r.role.Role
	} else if !r.Role.IsZero() {
		f.Who = r.Role.String()
	}
	wanted, err := r.Wanted(&r.f)
	if r.missed(doctor.Simulation, err) {
		return
	}
	for _, document := range wanted {
		asks, err := doctor.Asks(document)
		if r.missed(doctor.Simulation, err) {
			return
		}
		f.Asks = append(f.Asks, asks...)
	}
	if !role.IsZero() { // of users nothing is asked: tenantry runs as a role
		r.simulate(ctx, role)
	}
}

// simulate asks for the actions on each resource together.
func (r *examination) simulate(ctx context.Context, role tenancy.RoleARN) {
	on, resources := map[string][]string{}, []string{}
	for _, a := range r.f.Rights.Asks {
		of := a.Of()
		if on[of] == nil {
			resources = append(resources, of)
		}
		if !strings.Contains(a.Action, "*") && !slices.Contains(on[of], a.Action) {
			on[of] = append(on[of], a.Action)
		}
	}
	answers := map[string]tenancy.Simulated{}
	for _, resource := range resources {
		if len(on[resource]) == 0 {
			continue
		}
		all, err := r.IAM.Simulate(ctx, role, on[resource], resource)
		if r.missed(doctor.Simulation, err) {
			return
		}
		for _, s := range all {
			answers[doctor.Ask{Action: s.Action, Resource: resource}.Key()] = s
		}
	}
	r.f.Rights.Answers = answers
}
