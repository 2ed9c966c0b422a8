//go:build !tenantry.lambda

package app

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ engine.SignInSources = (*awsapi.SignIns)(nil)

// DoorQuestion says how to look at the door.
type DoorQuestion struct {
	Back    time.Duration     // how far back the trail is read
	Vouched []tenancy.Session // sessions of canaries of whom somebody says that they have signed in
	Leave   []string          // people who are meant to be locked out, by id or session name
}

// LookAtDoor reads how far the door of just-in-time provisioning is shut. It writes nothing.
func LookAtDoor(ctx context.Context, a *App, c *config.Config, q DoorQuestion, tell func(doing string)) (*audit.DoorFacts, error) {
	keeper := engine.Doorkeeper{
		Auditor: NewAuditor(a, c, time.Time{}, tell), SignIns: awsapi.NewSignIns(a.AWS), Back: q.Back, Vouched: q.Vouched, Leave: q.Leave,
	}
	return keeper.Facts(ctx)
}
