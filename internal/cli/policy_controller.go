//go:build !tenantry.lambda

package cli

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type controllerOptions struct {
	config  configOption
	purpose string
	format  string
	role    string
	deletes bool
	more    policy.Grounds // what no configuration tells
}

func newPolicyController(env *Env) *cobra.Command {
	o := &controllerOptions{}
	cmd := &cobra.Command{
		Use:   "controller",
		Short: "Print the least rights of tenantry itself",
		Long: `Prints the policies that are the least rights of tenantry for a purpose: audit for what reads (audit, door,
explain, doctor, plan, import, holds, history), serve for serve and lambda, migrate for migrate, operator
for what a person types (apply, allow, retire, rebind, pause, namespace delete), probe for doctor --probe.
It reads the configuration, and asks nothing of AWS.

All but migrate's deny every write in the namespace default, and all of them deny that namespaces are
deleted, but for throwaways of probe's, and with --may-delete-namespaces. Users are registered through the
configuration's sign-in roles and no others.`,
		Example: `  tenantry policy controller -c tenantry.yaml --for audit
  tenantry policy controller -c tenantry.yaml --for serve --role tenantry-serve --format commands`,
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
	f.StringVar(&o.purpose, "for", "", "`PURPOSE`: "+strings.Join(purposes(), ", "))
	f.StringVar(&o.format, "format", policyJSON, "json for the documents by their names, commands for a shell")
	f.StringVar(&o.role, "role", "", "the name of the `ROLE` that commands put them into; tenantry-PURPOSE without it")
	f.BoolVar(&o.deletes, "may-delete-namespaces", false, "for operator: let namespaces be deleted, while the policy stands")
	f.StringVar(&o.more.DeadLetters, "dead-letters", "", "the `ARN` of the queue of dead letters")
	f.StringVar(&o.more.Function, "function", "", "the `ARN` of the Lambda function that makes passes")
	f.StringVar(&o.more.Parameter, "parameter", "", "the `ARN` of the parameter of SSM that holds the configuration")
	f.StringVar(&o.more.Object, "object", "", "the `ARN` of the object of S3 that holds the configuration")
	f.StringVar(&o.more.Evidence, "evidence", "", "the `ARN` of the bucket, with a prefix, that audits are kept in")
	f.StringSliceVar(&o.more.Logs, "log-group", nil, "the `ARNS` of the log groups of Lambda functions")
	must(cmd.RegisterFlagCompletionFunc("for", cobra.FixedCompletions(purposes(), cobra.ShellCompDirectiveNoFileComp)))
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{policyJSON, policyCommands}, cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func purposes() (all []string) {
	for _, p := range policy.Purposes {
		all = append(all, string(p))
	}
	return all
}

func (o *controllerOptions) validate(env *Env, cmd *cobra.Command) error {
	switch {
	case o.purpose == "":
		return usage("such as --for serve", "no purpose is given")
	case !slices.Contains(purposes(), o.purpose):
		return usage("it is one of "+strings.Join(purposes(), ", "), "--for %s is not known", view.Quote(o.purpose))
	case o.format != policyJSON && o.format != policyCommands:
		return usage("it is json or commands", "--format %s is not known", view.Quote(o.format))
	case o.role != "" && !isRoleName(o.role):
		return usage("such as --role tenantry-serve", "--role %s is no name of a role", view.Quote(o.role))
	case o.deletes && o.purpose != string(policy.ForOperator):
		return usage("a person deletes namespaces: --for operator", "--may-delete-namespaces is not for %s", o.purpose)
	}
	for _, g := range o.given() {
		for _, arn := range g.arns {
			if arn != "" && !strings.HasPrefix(arn, "arn:") {
				return usage("such as --"+g.flag+" "+g.like, "--%s %s is no ARN", g.flag, view.Quote(arn))
			}
		}
	}
	return o.config.validate(env, cmd)
}

// isRoleName reports whether it could be an IAM role's (IAM API reference, CreateRole).
func isRoleName(s string) bool {
	const more = "+=,.@_-"
	return len(s) <= tenancy.MaxRoleName && !strings.ContainsFunc(s, func(r rune) bool {
		return (r < '0' || r > '9') && (r < 'A' || r > 'Z') && (r < 'a' || r > 'z') && !strings.ContainsRune(more, r)
	})
}

// given is a ground that a flag gives, and who would lack it for what.
type givenGround struct {
	flag, like string
	arns       []string
	purposes   []policy.Purpose
	lacks      string
}

func (o *controllerOptions) given() []givenGround {
	serve, audit := []policy.Purpose{policy.ForServe}, []policy.Purpose{policy.ForAudit}
	dead := map[string]string{string(policy.ForServe): "setting messages aside", string(policy.ForAudit): "looking at the queue of dead letters"}
	both := []policy.Purpose{policy.ForServe, policy.ForAudit}
	return []givenGround{
		{"dead-letters", "arn:aws:sqs:us-east-1:111122223333:tenantry-dead-letters", []string{o.more.DeadLetters}, both, dead[o.purpose]},
		{"function", "arn:aws:lambda:us-east-1:111122223333:function:tenantry-passes", []string{o.more.Function}, serve, "going on with a pass in AWS Lambda"},
		{"parameter", "arn:aws:ssm:us-east-1:111122223333:parameter/tenantry", []string{o.more.Parameter, o.more.Object}, nil, ""},
		{"object", "arn:aws:s3:::bucket/tenantry.yaml", []string{o.more.Object}, nil, ""},
		{"evidence", "arn:aws:s3:::bucket/audits", []string{o.more.Evidence}, audit, "keeping audits in S3"},
		{"log-group", "arn:aws:logs:us-east-1:111122223333:log-group:/aws/lambda/tenantry-passes", o.more.Logs, both, "logging in AWS Lambda"},
	}
}

func (o *controllerOptions) print(env *Env, c *config.Config) error {
	g := o.grounds(c)
	documents, err := policy.Controller(policy.Purpose(o.purpose), g)
	if err != nil {
		return fmt.Errorf("make the policies: %w", err)
	}
	for _, note := range o.notes(c, documents) {
		fmt.Fprintln(env.IO.Err, view.Safe(note))
	}
	if o.format == policyJSON {
		_, err = fmt.Fprint(env.IO.Out, together(documents))
		return err
	}
	_, err = fmt.Fprint(env.IO.Out, policy.PutController(o.roleName(), g, documents))
	return err
}

// Grounds are what `tenantry policy controller` takes from a configuration.
func Grounds(c *config.Config) policy.Grounds { return app.Grounds(c) }

func (o *controllerOptions) roleName() string {
	if o.role != "" {
		return o.role
	}
	return "tenantry-" + o.purpose
}

// grounds are those of the configuration, and of the flags.
func (o *controllerOptions) grounds(c *config.Config) policy.Grounds {
	g := Grounds(c)
	g.DeadLetters, g.Function, g.Parameter, g.Object = o.more.DeadLetters, o.more.Function, o.more.Parameter, o.more.Object
	g.Evidence, g.Logs, g.DeleteNamespaces = o.more.Evidence, o.more.Logs, o.deletes
	return g
}

// notes are what is left out, and where the documents belong.
func (o *controllerOptions) notes(c *config.Config, documents []policy.Named) []string {
	var all []string
	for _, g := range o.given() {
		if slices.Contains(g.purposes, policy.Purpose(o.purpose)) && strings.Join(g.arns, "") == "" {
			all = append(all, fmt.Sprintf("it has no rights for %s: --%s %s", g.lacks, g.flag, g.like))
		}
	}
	if len(Grounds(c).Assume) > 0 {
		all = append(all, "the configuration assumes roles: what is theirs to do they need, too (docs/controller-policy.md)")
	}
	if n := len(documents); !policy.Inline(documents) && n > policy.Attached {
		all = append(all, fmt.Sprintf("a role has %d managed policies at the most until its quota is raised, and %d then: these are %d. Raise it first "+
			"(Service Quotas, AWS Identity and Access Management), or name fewer quicksight.asset_regions", policy.Attached, policy.MaxAttached, n))
	}
	if o.format == policyJSON {
		how := "together they fit into one role as inline policies"
		if !policy.Inline(documents) {
			how = "together they are too long for inline policies, and are for managed ones"
		}
		all = append(all, fmt.Sprintf("%d documents; %s; their commands: --format commands", len(documents), how))
	}
	return all
}

// together is one JSON object of documents, by their names.
func together(documents []policy.Named) string {
	var b strings.Builder
	b.WriteString("{\n")
	for i, d := range documents {
		name, _ := json.Marshal(d.Name)
		fmt.Fprintf(&b, "  %s: %s", name, strings.ReplaceAll(strings.TrimSpace(d.Document), "\n", "\n  "))
		if i < len(documents)-1 {
			b.WriteByte(',')
		}
		b.WriteByte('\n')
	}
	b.WriteString("}\n")
	return b.String()
}
