//go:build !tenantry.lambda

package cli

import "github.com/spf13/cobra"

// simulated are the commands that bring a simulated AWS along. The program for AWS Lambda, which nobody
// types commands to, is built without them: it must stay small.
func simulated(env *Env) []*cobra.Command { return []*cobra.Command{newDemo(env), newSim(env)} }
