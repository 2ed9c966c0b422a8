//go:build !tenantry.lambda

package app

import (
	"context"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// DoctorQuestion says what is looked at.
type DoctorQuestion struct {
	For    policy.Purpose  // whose rights are wanted
	Role   tenancy.RoleARN // whose rights are looked at, the zero RoleARN for the caller's
	Lambda bool            // what runs is the functions of AWS Lambda
	// Today is the day for which acceptances are asked; zero is now.
	Today time.Time
}

// NewDoctor makes what reads everything that tenantry needs around it. tell is told what is being read; nil is nobody.
func NewDoctor(a *App, c *config.Config, q DoctorQuestion, tell func(doing string)) *engine.Doctor {
	if q.Today.IsZero() {
		q.Today = time.Now()
	}
	d := &engine.Doctor{
		Engine: a.Engine, IAM: awsapi.NewIAM(a.AWS), Surroundings: awsapi.NewSurroundings(a.AWS),
		Profiles: awsapi.NewAccountSettings(a.AWS), Role: q.Role, Tell: tell,
		Wanted: func(f *doctor.Facts) ([]string, error) { return controllerOf(c, f) },
		Facts: doctor.Facts{
			Account: c.QuickSight.AccountID, IdentityRegion: c.QuickSight.IdentityRegion, AssetRegions: c.QuickSight.AssetRegions,
			Store: c.IdentityCenter.StoreID, StoreRegion: c.IdentityCenter.Region,
			SignInRole: c.Rules.SignIn.Role, PermissionSet: c.Rules.SignIn.PermissionSet,
			QueueURL: c.Events.QueueURL, QueueRegion: c.Events.QueueRegion, Journal: c.Journal.Place(), NamespaceQuota: c.Limits.Namespaces,
			SuspendWith: c.Rules.Leavers.SuspendWith, RegisterWith: registersWith(c),
			For: q.For, Lambda: q.Lambda,
		},
	}
	if notes := ProbeNotesOf(c); notes.left() {
		d.Facts.Probed = append(d.Facts.Probed, "the file "+notes.Path)
	}
	for _, known := range c.AcceptedOn(q.Today) {
		d.Facts.Accepted = append(d.Facts.Accepted, doctor.Accepted{
			Check: string(known.Code), Object: known.Object, Because: known.Because, Until: known.Until.Format(time.DateOnly),
		})
	}
	return d
}

// registersWith are the profiles of custom permissions that people are registered with, sorted.
func registersWith(c *config.Config) (all []string) {
	for _, t := range c.Rules.Tenants {
		if t.CustomPermissions != "" {
			all = append(all, t.CustomPermissions)
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Doctor reads everything that tenantry needs around it. It writes nothing.
func Doctor(ctx context.Context, a *App, c *config.Config, q DoctorQuestion, tell func(doing string)) (*doctor.Facts, error) {
	return NewDoctor(a, c, q, tell).Read(ctx)
}

// controllerOf are the policies of the purpose whose rights are looked at, with the queue for dead letters as it was read.
func controllerOf(c *config.Config, f *doctor.Facts) ([]string, error) {
	g := Grounds(c)
	g.DeadLetters = f.Queue.DeadLetters
	documents, err := policy.Controller(f.For, g)
	var all []string
	for _, d := range documents {
		all = append(all, d.Document)
	}
	return all, err
}
