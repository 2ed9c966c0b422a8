//go:build !tenantry.lambda

package cli

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

func newSignIn(env *Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "sign-in",
		Short: "Print what a customer's people need to sign in",
		Args:  cobra.NoArgs,
		RunE:  showHelp,
	}
	cmd.AddCommand(newSignInKit(env))
	return cmd
}

// kitTemplate is the format of a kit that is a template of CloudFormation.
const kitTemplate = "cloudformation"

type kitOptions struct {
	config    configOption
	namespace string
	format    string
	through   string
	groups    []string
	// kit is what the flags say of it.
	kit policy.Kit
}

func newSignInKit(env *Env) *cobra.Command {
	o := &kitOptions{}
	cmd := &cobra.Command{
		Use:   "kit",
		Short: "Print what makes a new customer's sign-in: role or permission set, policy, trust, assignment",
		Long: `Prints what a new customer's people need to sign in, as the configuration has it: the role or the
permission set, with the least policy and the trust, where QuickSight opens, and who is assigned. As
commands of the AWS CLI, for a shell, or as a template of CloudFormation. It reads the configuration,
and asks nothing of AWS.

Where one role or permission set is every customer's, only the assignment is left. What no API can do,
such as making a SAML application, stands among the commands as a comment. What the configuration does
not know, the commands look up when they run, and the template takes as parameters: the ids of groups,
of the instance, of a permission set.

tenantry makes none of it, and needs no right to. docs/choose-sign-in.md says which way to choose.`,
		Example: `  tenantry sign-in kit --namespace acme -c tenantry.yaml
  tenantry sign-in kit --namespace acme -c tenantry.yaml --format cloudformation > acme.yaml
  tenantry sign-in kit --namespace acme -c tenantry.yaml --group qs:acme | sh`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			n, err := o.validate(env, cmd)
			if err != nil {
				return err
			}
			c, err := o.config.load(env)
			if err != nil {
				return err
			}
			return o.print(env, cmd, c, n)
		},
	}
	o.config.register(cmd)
	f := cmd.Flags()
	f.StringVar(&o.namespace, "namespace", "", "the customer's `NAMESPACE`")
	f.StringVar(&o.format, "format", policyCommands, "commands for a shell, cloudformation for a template in YAML")
	f.StringVar(&o.through, "through", string(policy.ThroughSAML), "how people come to a role of your own: saml or account-access")
	f.StringSliceVar(&o.groups, "group", nil, "assign only these of the customer's `GROUPS`: names or ids")
	f.StringVar(&o.kit.Provider, "provider", "", "the `ARN` of the SAML provider that the role trusts, where there is one")
	f.StringVar(&o.kit.Application, "application", "", "the `ARN` of account access manager's application")
	f.StringVar(&o.kit.Instance, "instance", "", "the `ARN` of the instance of Identity Center")
	f.StringVar(&o.kit.SetARN, "permission-set-arn", "", "the `ARN` of the permission set, where there is one")
	f.StringVar(&o.kit.RelayState, "relay-state", "", "the `URL` at which QuickSight opens (default its address, where AWS documents one)")
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{policyCommands, kitTemplate}, cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("through", cobra.FixedCompletions([]string{string(policy.ThroughSAML), string(policy.ThroughAccountAccess)}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func (o *kitOptions) validate(env *Env, cmd *cobra.Command) (tenancy.Namespace, error) {
	o.kit.Through = policy.Through(o.through)
	n, err := tenancy.ParseNamespace(o.namespace)
	switch access := o.kit.Through == policy.ThroughAccountAccess; {
	case err != nil:
		return n, usage("such as --namespace acme", "--namespace %s: %v", view.Quote(o.namespace), err)
	case o.format != policyCommands && o.format != kitTemplate:
		return n, usage("it is commands or cloudformation", "--format %s is not known", view.Quote(o.format))
	case !access && o.kit.Through != policy.ThroughSAML:
		return n, usage("it is saml or account-access", "--through %s is not known", view.Quote(o.through))
	case access && o.kit.Application == "":
		return n, usage("its console shows the ARN under Settings: --application arn:aws:account-access:REGION:ACCOUNT:application/ID", "--through account-access needs --application")
	case access && o.kit.Provider != "":
		return n, usage("leave one of the two out", "--provider contradicts --through account-access")
	case !access && o.kit.Application != "":
		return n, usage("add --through account-access, or leave it out", "--application is of account access manager")
	case cmd.Flags().Changed("group") && len(o.groups) == 0:
		return n, usage("such as --group qs:acme", "--group names none")
	}
	return n, o.config.validate(env, cmd)
}

func (o *kitOptions) print(env *Env, cmd *cobra.Command, c *config.Config, n tenancy.Namespace) error {
	if err := o.fill(cmd, c, n); err != nil {
		return err
	}
	if err := o.kit.Check(); err != nil {
		return kitUsage(err)
	}
	if o.format == policyCommands {
		_, err := fmt.Fprint(env.IO.Out, o.kit.Commands())
		return err
	}
	template := o.kit.Template()
	if template == "" {
		return usage("the assignment is made by hand, or by commands: --format commands",
			"the role %s is every tenant's: there is nothing that CloudFormation could make", view.Safe(o.kit.Role.Name()))
	}
	_, err := fmt.Fprint(env.IO.Out, template)
	return err
}

// fill puts what the configuration says into the kit.
func (o *kitOptions) fill(cmd *cobra.Command, c *config.Config, n tenancy.Namespace) error {
	k := &o.kit
	k.Account, k.Namespace = c.QuickSight.AccountID, n
	k.Store, k.StoreRegion = c.IdentityCenter.StoreID, c.IdentityCenter.Region
	k.Own, k.ByEmail = c.Rules.SignIn.PerTenant(), string(c.Rules.SessionName) == "email"
	if k.RelayState == "" {
		k.RelayState = policy.RelayState(c.QuickSight.Partition())
	}
	role, set := c.Rules.SignIn.Of(n)
	only := []string{"instance", "permission-set-arn"} // for a permission set
	if k.Set = set; set != "" {
		only = []string{"provider", "application", "through"} // for a role
	} else {
		var err error
		if k.Role, err = tenancy.ParseRoleARN(role); err != nil {
			return fmt.Errorf("find the sign-in role of %s: %w", n, err)
		}
	}
	if at := slices.IndexFunc(only, cmd.Flags().Changed); at >= 0 {
		return usage("leave it out", "--%s does not go with sign_in of %s", only[at], view.Name(o.config.path))
	}
	return o.fillGroups(c, n)
}

// fillGroups are those of the configuration, or those of them that --group names, in its order. An id may be any: a group
// that is bound may be called otherwise by now.
func (o *kitOptions) fillGroups(c *config.Config, n tenancy.Namespace) error {
	var names []string
	for _, e := range c.Rules.Expects(n) {
		o.kit.Groups = append(o.kit.Groups, policy.KitGroup{ID: e.ID, Name: e.Name})
		names = append(names, view.Quote(e.Name+string(e.ID)))
	}
	if len(o.groups) == 0 {
		return nil
	}
	expected := o.kit.Groups
	o.kit.Groups = nil
	for _, name := range o.groups {
		g := policy.KitGroup{Name: name}
		if policy.IsGroupID(name) {
			g = policy.KitGroup{ID: tenancy.GroupID(name)}
		} else if !slices.Contains(expected, g) {
			return usage("an id, or one of: "+strings.Join(names, ", "), "--group %s: the configuration gives no group of that name to %s", view.Quote(name), n)
		}
		if !slices.Contains(o.kit.Groups, g) {
			o.kit.Groups = append(o.kit.Groups, g)
		}
	}
	return nil
}

// kitUsage says which flag is wrong, or that the configuration is.
func kitUsage(err error) error {
	var e *policy.KitError
	switch {
	case !errors.As(err, &e):
		return err
	case e.Of == "":
		return fmt.Errorf("make the sign-in of a tenant: %s: %s", view.Quote(e.Text), e.Why)
	case e.Of == "group":
		return usage("add a rule for it to tenants, or name groups by their ids: --group ID", "%s: %s", view.Quote(e.Text), e.Why)
	}
	return usage("leave it out to have it looked up, or asked for", "--%s %s: %s", e.Of, view.Quote(e.Text), e.Why)
}
