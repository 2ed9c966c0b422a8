package engine

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Surroundings reads what stands around QuickSight. Each error that wraps plan.ErrDenied means that the caller may not know,
// and is no judgement of the thing itself.
type Surroundings interface {
	// Places are where it happens what tenantry must be told of, sorted. Where nobody tells whose the identity store is, its
	// place has no account, and the error says why, if there is one.
	Places(ctx context.Context) ([]tenancy.EventPlace, error)
	// Trails lists the trails that are seen in a Region, sorted by ARN, those of the organization among them. In the identity
	// store's Region they are those of its side too, where a role is assumed there: the ARN tells whose each is. What could not
	// be read is left out, and answered as the error.
	Trails(ctx context.Context, region string) ([]tenancy.EventTrail, error)
	// EventRules lists the rules of a Region's bus whose targets are one of these ARNs, with all of their targets; without
	// ARNs, every rule. Sides are as for Trails. The error wraps plan.ErrNotFound where no side has the bus.
	EventRules(ctx context.Context, region, bus string, targets ...string) ([]tenancy.EventRule, error)
	// Queue reads how a queue is set up, by its URL or its ARN.
	Queue(ctx context.Context, queue string) (tenancy.EventQueue, error)
	// Quotas reads what the account has of namespaces, roles and permission sets. Where a part could not be read, the rest is
	// answered with the error.
	Quotas(ctx context.Context) ([]tenancy.Quota, error)
	// Provisioned reads what the trail tells of SCIM, as far back as days.
	Provisioned(ctx context.Context, days int) (tenancy.Provisioning, error)
	// Skew is by how much the clock of AWS is ahead of this machine's, as the answer to a call says.
	Skew(ctx context.Context) (time.Duration, error)
	// Table says what is wrong with the table that a journal is kept in, "" for nothing; "" as its name asks nothing.
	Table(ctx context.Context, name string) (string, error)
}

// ProfileList reads the profiles of custom permissions that there are.
type ProfileList interface {
	// Profiles lists them, sorted by name.
	Profiles(ctx context.Context) ([]tenancy.Profile, error)
}
