//go:build !tenantry.lambda

package cli

import "github.com/spf13/cobra"

// atTheKeyboard are the commands that bring a simulated AWS along, and those that only a person may give. The program
// for AWS Lambda, which nobody types commands to, is built without them: it must stay small, and harmless.
func atTheKeyboard(env *Env) []*cobra.Command {
	return []*cobra.Command{
		newImport(env), newAudit(env), newExplain(env), newDoor(env), withProbe(newDoctor(env), env), newPolicy(env), newSignIn(env), newMigrate(env), newRetire(env), newNamespace(env), newDemo(env), newSim(env),
	}
}
