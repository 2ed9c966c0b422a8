package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"
)

const rootLong = `tenantry keeps one Amazon QuickSight namespace for each customer, and every person of
IAM Identity Center registered in the right one, with the right role.

Begin with:
  tenantry demo                          the whole story, in a simulated AWS
  tenantry import                        an account as it is, and a configuration to start from
  tenantry config init tenantry.yaml     an empty one, with comments
  tenantry doctor -c tenantry.yaml       whether everything is in order that it needs around it
  tenantry plan -c tenantry.yaml         what would change; writes nothing
  tenantry apply -c tenantry.yaml        shows the plan, asks, and does it
  tenantry explain -c tenantry.yaml ana  why somebody is where they are, and whether they can sign in
  tenantry migrate -c tenantry.yaml      who is in default now, and what follows them into their tenant
  tenantry audit -c tenantry.yaml        whether tenants are apart, or where they are not
  tenantry door -c tenantry.yaml         shut just-in-time provisioning, and lock nobody out
  tenantry serve -c tenantry.yaml        goes on doing it, by events and by itself`

// newRoot makes the command of all commands. started is set when one of them begins to run: every
// error before that is one of the command line.
func newRoot(env *Env, started *bool) *cobra.Command {
	v := false
	root := &cobra.Command{
		Use:   "tenantry",
		Short: "One QuickSight namespace for each customer, and everyone in the right one",
		Long:  rootLong,
		RunE: func(cmd *cobra.Command, args []string) error {
			if v {
				_, err := fmt.Fprintln(env.IO.Out, buildVersion())
				return err
			}
			return showHelp(cmd, args)
		},
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRun: func(*cobra.Command, []string) {
			*started = true
		},
	}
	root.Flags().BoolVarP(&v, "version", "v", false, "print the version") // cobra's own makes the linker keep all methods
	root.SetIn(env.IO.In)
	root.SetOut(env.IO.Out)
	root.SetErr(env.IO.Err)
	root.AddCommand(
		newPlan(env), newApply(env), newHolds(env), newAllow(env), newRebind(env), newServe(env), newLambda(env), newHistory(env), newPause(env), newResume(env), newConfig(env), newVersion(env), newExitCodes(),
	)
	root.AddCommand(atTheKeyboard(env)...)
	root.SetHelpCommand(newHelp())
	root.SetHelpFunc(func(cmd *cobra.Command, _ []string) { help(env, cmd) })
	return root
}

// help prints what a command is for, its usage and flags, and the exit codes.
func help(env *Env, cmd *cobra.Command) {
	text := cmd.Long
	if text == "" {
		text = cmd.Short
	}
	fmt.Fprintf(env.IO.Out, "%s\n\n", text)
	if cmd.Runnable() || cmd.HasAvailableSubCommands() {
		fmt.Fprintf(env.IO.Out, "%s\n", cmd.UsageString())
	}
	fmt.Fprint(env.IO.Out, exitCodeTable())
}

// newHelp is the help command. Unlike cobra's own it does not take a misspelt command for a success.
func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Help about a command, or about exit-codes",
		RunE: func(cmd *cobra.Command, args []string) error {
			about, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usage("tenantry --help lists the commands", "there is no help about %s", strings.Join(args, " "))
			}
			return about.Help()
		},
	}
}

// newExitCodes is no command but a topic of help: tenantry help exit-codes.
func newExitCodes() *cobra.Command {
	return &cobra.Command{
		Use:   "exit-codes",
		Short: "What the exit codes mean",
		Long: `Every command ends with one of these. A script that wants to know whether there is something
to do gives --detailed-exitcode to plan, and reads 0, 2 or 6.`,
	}
}

// showHelp is the run of a command that only holds others.
func showHelp(cmd *cobra.Command, _ []string) error { return cmd.Help() }
