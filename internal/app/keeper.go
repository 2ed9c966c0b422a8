package app

import (
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/engine"
)

// Keeper makes a Keeper of the app: three engines that differ in nothing but how soon their calls are
// sent.
func (a *App) Keeper() *engine.Keeper {
	k := &engine.Keeper{Bulk: a.at(awsapi.Bulk), Soon: a.at(awsapi.Soon), Urgent: a.at(awsapi.Urgent)}
	k.Start()
	return k
}

// at is the engine with calls of a priority.
func (a *App) at(p awsapi.Priority) *engine.Engine {
	e, aws := *a.Engine, a.AWS.At(p)
	e.QuickSight, e.IdentityCenter, e.Roles, e.Assets, e.Writer = aws.QuickSight(), aws.Directory(), aws.Roles(), aws.Assets(), aws.Writer()
	return &e
}
