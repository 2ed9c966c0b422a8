package console

import (
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// NewTold makes a front that tells told in place of the world's trail.
func NewTold(w *world.World, told func(world.Activity)) wire.Front { return service{w, told} }
