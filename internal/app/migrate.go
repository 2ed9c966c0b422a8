//go:build !tenantry.lambda

package app

import (
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ engine.Outside = (*awsapi.Outside)(nil)

// Migration moves people who live outside of the tenants, as the configuration says.
type Migration struct {
	engine.Migration
	outside *awsapi.Outside
	keep    time.Duration
}

// NewMigration makes the one of an App. tell is told what is being read.
func NewMigration(a *App, tell func(doing string)) *Migration {
	outside := awsapi.NewOutside(a.AWS)
	return &Migration{
		Migration: engine.Migration{Engine: a.Engine, Catalogue: awsapi.NewCatalogue(a.AWS), Outside: outside, Tell: tell},
		outside:   outside, keep: a.keep,
	}
}

// Keep is for how long the user of before stays with whoever is prepared.
func (m *Migration) Keep() time.Duration { return m.keep }

// ARN is how a permission and a rule of row-level security name a user.
func (m *Migration) ARN(namespace string, user tenancy.UserName) string {
	return m.outside.ARN(namespace, user)
}
