package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/view"
)

// problemsFormat is the document that config check writes for programs.
const problemsFormat = "tenantry.problems/1"

func newConfig(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "config",
		Short: "Write, check and describe configurations",
		Args:  cobra.NoArgs,
		RunE:  showHelp,
	}
	cmd.AddCommand(newConfigCheck(env), newConfigInit(env), newConfigSchema(env))
	return cmd
}

func newConfigCheck(env *Env) *cobra.Command {
	var o configOption
	format := view.Text
	cmd := &cobra.Command{
		Use:   "check",
		Short: "Name everything that is wrong with a configuration",
		Long: `Names everything that is wrong with a configuration, at once: the place, what, why, and the change
that mends it. It reads the file and nothing else.`,
		Example: "  tenantry config check -c tenantry.yaml",
		Args:    noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(env, cmd); err != nil {
				return err
			}
			return checkConfig(env, &o, format)
		},
	}
	o.register(cmd)
	cmd.Flags().Var(&format, "format", "text for people, json for programs")
	return cmd
}

func checkConfig(env *Env, o *configOption, format view.Format) error {
	c, problems, err := o.parse()
	if err != nil {
		return err
	}
	if format == view.JSON {
		if problems == nil {
			problems = config.Problems{}
		}
		err := view.WriteJSON(env.IO.Out, struct {
			Format   string          `json:"format"`
			Problems config.Problems `json:"problems"`
		}{problemsFormat, problems})
		if err == nil && problems.Failed() {
			err = &outcome{exitConfig}
		}
		return err
	}
	if err := problems.Err(); err != nil {
		return err
	}
	fmt.Fprint(env.IO.Err, problems.String())
	rules := "1 rule"
	if n := len(c.Rules.Tenants); n != 1 {
		rules = fmt.Sprintf("%d rules", n)
	}
	_, err = fmt.Fprintf(env.IO.Out, "%s is valid: account %s, identity store %s, %s for tenants\n",
		view.Name(o.path), c.QuickSight.AccountID, c.IdentityCenter.StoreID, rules)
	return err
}

func newConfigSchema(env *Env) *cobra.Command {
	return &cobra.Command{
		Use:     "schema",
		Short:   "Print the JSON Schema of the configuration, for editors",
		Example: "  tenantry config schema > tenantry.schema.json",
		Args:    noArgs,
		RunE: func(*cobra.Command, []string) error {
			_, err := env.IO.Out.Write(config.Schema())
			return err
		},
	}
}

func newConfigInit(env *Env) *cobra.Command {
	var a config.Answers
	cmd := &cobra.Command{
		Use:   "init [FILE]",
		Short: "Write a commented configuration to start from",
		Long: `Writes a commented configuration to FILE, tenantry.yaml unless told otherwise, or to the output
for "-". What the flags do not say stands in it as a placeholder, which tenantry config check names.
A file that is there already is left as it is.`,
		Example: `  tenantry config init
  tenantry config init --account-id 111122223333 --identity-region us-east-1 -`,
		Args: cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if a.Role != "" && a.PermissionSet != "" {
				return usage("give the one that people sign in with", "--role contradicts --permission-set")
			}
			return initConfig(env, append(args, "tenantry.yaml")[0], a)
		},
	}
	f := cmd.Flags()
	f.StringVar(&a.AccountID, "account-id", "", "the QuickSight account, twelve `DIGITS`")
	f.StringVar(&a.IdentityRegion, "identity-region", "", "the `REGION` in which QuickSight was set up")
	f.StringVar(&a.StoreID, "identity-store-id", "", "the identity store's `ID`, such as d-1234567890")
	f.StringVar(&a.Region, "region", "", "the `REGION` of IAM Identity Center")
	f.StringVar(&a.Role, "role", "", "the `ARN` of the IAM role that people sign in with")
	f.StringVar(&a.PermissionSet, "permission-set", "", "the `NAME` of the permission set, instead of --role")
	f.StringVar(&a.Groups, "groups", "", "the `PATTERN` of tenants' group names (default \"qs:{namespace}\")")
	return cmd
}

func initConfig(env *Env, path string, a config.Answers) error {
	if path == "-" {
		_, err := env.IO.Out.Write(config.Init(a))
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	switch {
	case errors.Is(err, fs.ErrExist):
		return usage("name another file, or print it with: tenantry config init -", "%s is there already, and is left as it is", view.Name(path))
	case err != nil:
		return fmt.Errorf("write the configuration: %w", err)
	}
	_, err = f.Write(config.Init(a))
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	_, err = fmt.Fprintf(env.IO.Out, "wrote %s; fill it in, and then: tenantry config check -c %s\n", view.Name(path), view.Name(path))
	return err
}
