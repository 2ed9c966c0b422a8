//go:build !tenantry.lambda

package cli

import (
	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/view"
)

// atTheKeyboard are the commands that bring a simulated AWS along, and those that only a person may give. The program
// for AWS Lambda, which nobody types commands to, is built without them: it must stay small, and harmless.
func atTheKeyboard(env *Env) []*cobra.Command {
	return []*cobra.Command{
		newImport(env), newAudit(env), newExplain(env), newDoor(env), withProbe(newDoctor(env), env), newPolicy(env), newSignIn(env), newMigrate(env), newRetire(env), newNamespace(env), newDemo(env), newSim(env),
	}
}

// SimulatedEnv is the Env of whoever calls a simulated AWS, with nothing of the machine's own: the tests of the whole system run
// commands so.
func SimulatedEnv(s *view.IO, getenv func(name string) string, at *app.Simulator) *Env {
	return newEnv(s, getenv, app.Options{Simulator: at})
}
