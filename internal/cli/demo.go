//go:build !tenantry.lambda

package cli

import (
	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/cli/demo"
)

func newDemo(env *Env) *cobra.Command {
	var o demo.Options
	var serve bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See tenantry at work in a simulated AWS, without an account",
		Long: `Plays the whole story in a simulated AWS inside this process: look, plan, apply, look again; and then
serve, while people and customers come in by the console, the API and SCIM, with the time that each
took to be registered. It needs no account, no credentials, no network and no file, and takes some
twelve seconds.

With --serve the simulated AWS and tenantry go on afterwards, for the AWS CLI and curl, and everything
that is done is told.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case !serve && cmd.Flags().Changed("listen"):
				return usage("add --serve", "--listen means nothing without --serve")
			case !serve:
				return demo.Run(cmd.Context(), env.IO, demo.Options{})
			}
			if err := validateListen(o.Listen); err != nil {
				return err
			}
			return demo.Run(cmd.Context(), env.IO, o)
		},
	}
	cmd.Flags().BoolVar(&serve, "serve", false, "go on, with the simulated AWS at an address, until interrupted")
	cmd.Flags().StringVar(&o.Listen, "listen", defaultListen, "with --serve, the loopback `ADDRESS`")
	return cmd
}
