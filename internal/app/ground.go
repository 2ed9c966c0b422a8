//go:build !tenantry.lambda

package app

import (
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/engine"
)

// The fit of what only commands need that a person types.
var _ engine.Surroundings = (*awsapi.Surroundings)(nil)
