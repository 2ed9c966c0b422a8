//go:build !tenantry.lambda

package cli

import (
	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/cli/demo"
)

func newDemo(env *Env) *cobra.Command {
	var o demo.Options
	var serve, attack bool
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "See tenantry at work in a simulated AWS, without an account",
		Long: `Plays the whole story in a simulated AWS inside this process: look, plan, apply, look again; and then
serve, while people and customers come in by the console, the API and SCIM, with the time that each
took to be registered. It needs no account, no credentials, no network and no file, and takes some
twelve seconds. tenantry demo people is the second act: people who leave, or whose role or name changes; tenantry demo migrate the third:
people in default, who are brought to where they belong. With --attack it is another story: of those who want what
is another customer's, by the sign-in role's credentials and by other ways, with the door open and shut.

With --serve the simulated AWS and tenantry go on afterwards, for the AWS CLI and curl, and everything
that is done is told.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			switch {
			case attack && serve:
				return usage("give one of them", "--attack contradicts --serve")
			case !serve && cmd.Flags().Changed("listen"):
				return usage("add --serve", "--listen means nothing without --serve")
			case attack:
				return demo.Attack(cmd.Context(), env.IO)
			case !serve:
				return demo.Run(cmd.Context(), env.IO, demo.Options{})
			}
			if err := validateListen(o.Listen); err != nil {
				return err
			}
			return demo.Run(cmd.Context(), env.IO, o)
		},
	}
	cmd.AddCommand(newDemoPeople(env), newDemoMigrate(env))
	cmd.Flags().BoolVar(&serve, "serve", false, "go on, with the simulated AWS at an address, until interrupted")
	cmd.Flags().BoolVar(&attack, "attack", false, "play attacks on other customers, with the door open and shut")
	cmd.Flags().StringVar(&o.Listen, "listen", defaultListen, "with --serve, the loopback `ADDRESS`")
	return cmd
}

func newDemoPeople(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "people",
		Short: "See what becomes of people who leave, and of those whose role or name changes",
		Long: `Plays the second act, in the same simulated AWS: somebody leaves a customer, an author becomes a reader,
somebody gets another user name, and a group is emptied by mistake, all at once. It shows what each of them
sees when they sign in, before and after, and what tenantry serve has done in between. It needs no account,
no credentials, no network and no file, and takes some eight seconds.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return demo.People(cmd.Context(), env.IO) },
	}
}

func newDemoMigrate(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:   "migrate",
		Short: "See people who are in default brought to where they belong, customer by customer",
		Long: `Plays the third act, in a simulated AWS of its own, where just-in-time provisioning has let three customers'
people into default. One customer's are moved, with what is theirs, are brought back, and are moved again;
then the next customer's. It shows what one of them sees each time, that the other customers are as they
were, and who is held, and why. It needs no account, no credentials, no network and no file, and takes some
twelve seconds.`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return demo.Migrate(cmd.Context(), env.IO) },
	}
}
