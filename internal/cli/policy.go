//go:build !tenantry.lambda

package cli

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

func newPolicy(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "policy",
		Short: "Print the IAM policies that tenants need, and tenantry itself",
		Args:  cobra.NoArgs,
		RunE:  showHelp,
	}
	cmd.AddCommand(newPolicySignIn(env), newPolicyController(env))
	return cmd
}

// The formats of policies.
const (
	policyJSON     = "json"
	policyCommands = "commands"
)

type policyOptions struct {
	config    configOption
	namespace string
	canary    []string
	format    string
}

func newPolicySignIn(env *Env) *cobra.Command {
	o := &policyOptions{}
	cmd := &cobra.Command{
		Use:   "sign-in",
		Short: "Print the least policy of the role through which tenants' people sign in",
		Long: `Prints the least policy of the role, or the permission set, through which tenants' people sign in: it
denies the three actions of just-in-time provisioning and allows nothing. It reads the configuration,
and asks nothing of AWS.

Whoever is not registered cannot come in then, so see first who that would be: tenantry door. AWS does
not document what somebody who is registered needs to sign in: try it on one person, with --canary,
before everybody has it.`,
		Example: `  tenantry policy sign-in -c tenantry.yaml
  tenantry policy sign-in -c tenantry.yaml --canary ana --format commands`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := o.validate(env, cmd); err != nil {
				return err
			}
			c, err := o.config.load(env)
			if err != nil {
				return err
			}
			return o.print(env, c)
		},
	}
	o.config.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.namespace, "namespace", "", "the tenant's `NAMESPACE`, where each has a role of its own")
	f.StringSliceVar(&o.canary, "canary", nil, "deny it to these `PEOPLE` only, by the names of their sessions")
	f.StringVar(&o.format, "format", policyJSON, "json for the document, commands for a shell")
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{policyJSON, policyCommands}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func (o *policyOptions) validate(env *Env, cmd *cobra.Command) error {
	switch {
	case o.format != policyJSON && o.format != policyCommands:
		return usage("it is json or commands", "--format %s is not known", view.Quote(o.format))
	case cmd.Flags().Changed("canary") && len(o.canary) == 0:
		return usage("such as --canary ana", "--canary names nobody")
	}
	if o.namespace != "" {
		if _, err := tenancy.ParseNamespace(o.namespace); err != nil {
			return usage("such as --namespace acme", "--namespace %s: %v", view.Quote(o.namespace), err)
		}
	}
	return o.config.validate(env, cmd)
}

func (o *policyOptions) print(env *Env, c *config.Config) error {
	document, err := o.document()
	if err != nil {
		return err
	}
	target, where, err := o.target(c)
	if err != nil {
		return err
	}
	if o.format == policyJSON {
		fmt.Fprintf(env.IO.Err, "for %s; its commands: tenantry policy sign-in --format commands\n", view.Safe(where))
		_, err = fmt.Fprint(env.IO.Out, document)
		return err
	}
	if target.Role.IsZero() {
		return usage("such as --namespace acme", "each tenant has a role of its own, and no namespace is given")
	}
	commands, err := target.Put(document)
	if err != nil {
		return fmt.Errorf("make the commands: %w", err)
	}
	if target.Role.Reserved() {
		fmt.Fprintln(env.IO.Err, "this takes the place of the inline policy that the permission set has: tenantry door shut reads it, and keeps what it says")
		fmt.Fprintln(env.IO.Err, "the ARNs of the instance and of the permission set: aws sso-admin list-instances, aws sso-admin list-permission-sets")
	}
	_, err = fmt.Fprintln(env.IO.Out, strings.Join(commands, "\n"))
	return err
}

// document is the policy, for everybody or for some.
func (o *policyOptions) document() (string, error) {
	if len(o.canary) == 0 {
		return policy.SignIn(), nil
	}
	var sessions []tenancy.Session
	for _, name := range o.canary {
		s, err := sessionOf(name)
		if err != nil {
			return "", usage("such as --canary ana", "--canary %s: %v", view.Quote(name), err)
		}
		sessions = append(sessions, s)
	}
	return policy.Canary(sessions)
}

// target is where the policy belongs, and that in words. Its role is none where each tenant has one and no tenant is named.
func (o *policyOptions) target(c *config.Config) (policy.Target, string, error) {
	target := policy.Target{Account: tenancy.AccountID(c.QuickSight.AccountID)}
	in := c.Rules.SignIn
	template, what := in.Role, "role"
	if in.PermissionSet != "" {
		template, what = in.PermissionSet, "permission set"
	}
	text := template
	if o.namespace != "" {
		text = strings.ReplaceAll(template, "{namespace}", o.namespace)
	}
	where := "the " + what + " " + text[strings.LastIndexByte(text, '/')+1:]
	if strings.Contains(text, "{namespace}") {
		return target, where, nil
	}
	if in.PermissionSet != "" {
		text = roleOfSet(target.Account, text)
	}
	role, err := tenancy.ParseRoleARN(text)
	if err != nil {
		return target, where, fmt.Errorf("find the sign-in role of %s: %w", o.namespace, err)
	}
	target.Role = role
	return target, where, nil
}

// roleOfSet is a role as a permission set's is. Its last digits no configuration knows, and what is put into the set does not
// depend on them.
func roleOfSet(account tenancy.AccountID, set string) string {
	return "arn:aws:iam::" + string(account) + ":role" + tenancy.ReservedPath + "AWSReservedSSO_" + set + "_0123456789abcdef"
}
