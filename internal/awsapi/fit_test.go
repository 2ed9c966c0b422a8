package awsapi_test

import (
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/engine"
)

// The types fit what the engine needs.
var (
	_ engine.QuickSight     = (*awsapi.QuickSight)(nil)
	_ engine.IdentityCenter = (*awsapi.Directory)(nil)
	_ engine.Roles          = (*awsapi.Roles)(nil)
	_ engine.Preflight      = (*awsapi.Preflight)(nil)
	_ engine.Writer         = (*awsapi.Writer)(nil)
)
