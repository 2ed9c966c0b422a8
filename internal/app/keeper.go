package app

import "github.com/tenantry/tenantry/internal/engine"

// Keeper makes a Keeper of the app: three engines that differ in nothing but how soon their calls are
// sent.
func (a *App) Keeper() *engine.Keeper {
	bulk, soon, urgent := *a.Engine, *a.Engine, *a.Engine
	k := &engine.Keeper{Bulk: &bulk, Soon: &soon, Urgent: &urgent}
	k.Start()
	return k
}
