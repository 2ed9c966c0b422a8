//go:build !tenantry.lambda

package app

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
)

// The fit of mechanism and policy, for what only an audit reads.
var (
	_ engine.Inspector       = (*awsapi.Inspector)(nil)
	_ engine.AccountSettings = (*awsapi.AccountSettings)(nil)
	_ engine.IAM             = (*awsapi.IAM)(nil)
)

// NewAuditor makes what reads an account for an audit, with the findings that a configuration accepts on the day, now
// for the zero Time. tell is told what is being read; nil is nobody.
func NewAuditor(a *App, c *config.Config, today time.Time, tell func(doing string)) *engine.Auditor {
	if today.IsZero() {
		today = time.Now()
	}
	auditor := &engine.Auditor{
		Engine: a.Engine, Inspector: awsapi.NewInspector(a.AWS), Settings: awsapi.NewAccountSettings(a.AWS), IAM: awsapi.NewIAM(a.AWS),
		Outside: awsapi.NewOutside(a.AWS), Tell: tell,
	}
	for _, e := range c.Embedding {
		auditor.Embedding = append(auditor.Embedding, audit.Embedding{Role: e.Role, Namespaces: e.Namespaces})
	}
	for _, known := range c.AcceptedOn(today) {
		if code := audit.Code(known.Code); audit.CheckOf(code) != nil {
			auditor.Accepted = append(auditor.Accepted, audit.Accepted{
				Code: code, Object: known.Object, Because: known.Because, Until: known.Until.Format(time.DateOnly),
			})
		}
	}
	return auditor
}

// Audit reads an account for an audit, verified or not: see engine.Auditor. It writes nothing.
func Audit(ctx context.Context, a *App, c *config.Config, verify bool, tell func(doing string)) (*audit.Facts, error) {
	auditor := NewAuditor(a, c, time.Time{}, tell)
	auditor.Verify = verify
	return auditor.Facts(ctx)
}
