//go:build !tenantry.lambda

package cli

import (
	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/view"
)

func newDoctor(env *Env) *cobra.Command {
	var config configOption
	format := view.Text
	cmd := &cobra.Command{
		Use:     "doctor",
		Short:   "Find out what AWS leaves open, in your own account",
		Example: "  tenantry doctor --probe -c tenantry.yaml",
		Args:    noArgs,
		RunE:    showHelp,
	}
	config.register(cmd)
	cmd.Flags().Var(&format, "format", "text for people, json for programs")
	return cmd
}
