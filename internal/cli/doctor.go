//go:build !tenantry.lambda

package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type doctorOptions struct {
	config  configOption
	format  view.Format
	purpose string
	role    string
	lambda  bool
}

func newDoctor(env *Env) *cobra.Command {
	o := &doctorOptions{format: view.Text}
	cmd := &cobra.Command{
		Use:   "doctor",
		Short: "Say whether everything is in order that tenantry needs around it",
		Long: `Reads the account, its quotas, the trail, the rules and the queue of events, the sign-in roles, the
journal and the clock, and asks IAM what tenantry may do; and says of each whether it is in order:
green, amber or red, with what mends it. It writes nothing. With something red, the exit code is 5.

Amber is what may be in order: what could not be read, with the right that is missing, and what no API
shows. When you have seen for yourself, write it under accept in the configuration, with the name of
the check as its code, its object, a reason and a last day. What is red cannot be accepted.

Whose rights are looked at is whoever's credentials it is run with, or the role that --role names; which
rights are wanted is what --for says. With --lambda what runs is the functions of AWS Lambda: a journal
that is a file does not last there, and a message is worked on for longer.`,
		Example: `  tenantry doctor -c tenantry.yaml
  tenantry doctor -c tenantry.yaml --lambda --role arn:aws:iam::111122223333:role/tenantry-serve
  tenantry doctor -c tenantry.yaml --for migrate
  tenantry doctor -c tenantry.yaml --format json`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			q, err := o.validate(env, cmd)
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, q)
		},
	}
	o.config.register(cmd)
	f := cmd.Flags()
	f.Var(&o.format, "format", "text for people, json for programs")
	f.StringVar(&o.purpose, "for", string(policy.ForServe), "whose rights are wanted: `PURPOSE` is "+strings.Join(purposes(), ", "))
	f.StringVar(&o.role, "role", "", "look at the rights of the role of this `ARN`, and not at the caller's")
	f.BoolVar(&o.lambda, "lambda", false, "what runs is the functions of AWS Lambda")
	must(cmd.RegisterFlagCompletionFunc("for", cobra.FixedCompletions(purposes(), cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

func (o *doctorOptions) validate(env *Env, cmd *cobra.Command) (q app.DoctorQuestion, err error) {
	q.For, q.Lambda = policy.Purpose(o.purpose), o.lambda
	if !slices.Contains(policy.Purposes, q.For) {
		return q, usage("it is one of "+strings.Join(purposes(), ", "), "--for %s is not known", view.Quote(o.purpose))
	}
	if cmd.Flags().Changed("role") {
		if q.Role, err = tenancy.ParseRoleARN(o.role); err != nil {
			return q, usage("such as --role arn:aws:iam::111122223333:role/tenantry-serve", "--role: %v", err)
		}
	}
	return q, o.config.validate(env, cmd)
}

// examiner is what looks at everything. A test's reconciler brings its own facts.
type examiner interface {
	Examine(ctx context.Context) (*doctor.Facts, error)
}

func (o *doctorOptions) facts(ctx context.Context, env *Env, c *config.Config, q app.DoctorQuestion) (*doctor.Facts, error) {
	r, err := env.open(ctx, c, nil)
	if err != nil {
		return nil, err
	}
	if a, real := r.(*app.App); real {
		return app.Doctor(ctx, a, c, q, func(doing string) { fmt.Fprintln(env.IO.Err, view.Safe(doing)) })
	}
	return r.(examiner).Examine(ctx)
}

func (o *doctorOptions) run(ctx context.Context, env *Env, q app.DoctorQuestion) error {
	c, err := o.config.load(env)
	if err != nil {
		return err
	}
	facts, err := o.facts(ctx, env, c, q)
	if err != nil {
		return err
	}
	report := doctor.Judge(facts).With(o.config.path)
	if err := view.Doctor(env.IO, o.format, &report); err != nil {
		return err
	}
	if report.Level() == doctor.Red {
		return &outcome{exitFindings}
	}
	return nil
}
