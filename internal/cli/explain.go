//go:build !tenantry.lambda

package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/view"
)

type explainOptions struct {
	config                   configOption
	view                     viewOptions
	person, group, namespace bool
	asIfIn, email            string
}

func newExplain(env *Env) *cobra.Command {
	o := &explainOptions{}
	cmd := &cobra.Command{
		Use:   "explain PERSON | GROUP | NAMESPACE",
		Short: "Say why somebody is where they are, and whether they can sign in",
		Long: `Says of a person: their groups, which rule counts for each and why the others do not; the namespace and
the role that they should have; what they have, since when and because of what; what is held about
them, and what ends it; what they own and what they see. And first of all whether they can sign in to
where they belong, with each link that this hangs on. Of a group or a namespace it says likewise what
is there, and why.

A person is named by their user name or e-mail address in Identity Center, by their id there, or by
their name in QuickSight (Role/session); a group by its name or id. Where a text names several, say
--person, --group or --namespace, or put it before: person:ana.

--as-if-in GROUP answers as if the person were in that group, too; they need not exist yet. Nothing
is written, whatever is asked.

What no API of AWS shows is called assumed; what could not be read is called unknown, and never
taken for good.`,
		Example: `  tenantry explain -c tenantry.yaml ana
  tenantry explain -c tenantry.yaml ana@acme.example --format json
  tenantry explain -c tenantry.yaml group:qs:acme
  tenantry explain -c tenantry.yaml newcomer --email new@acme.example --as-if-in qs:acme`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" {
				return usage("name one: tenantry explain ana", "%d names are given, and one is explained at a time", len(args))
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			asked, err := o.validate(env, cmd, args[0])
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, asked)
		},
	}
	o.config.register(cmd)
	o.view.register(cmd)
	f := cmd.Flags()
	f.BoolVar(&o.person, "person", false, "it is a person's name")
	f.BoolVar(&o.group, "group", false, "it is a group's name")
	f.BoolVar(&o.namespace, "namespace", false, "it is a namespace's name")
	f.StringVar(&o.asIfIn, "as-if-in", "", "answer as if the person were in this `GROUP`, too")
	f.StringVar(&o.email, "email", "", "the `ADDRESS` of somebody who does not exist yet")
	cmd.MarkFlagsMutuallyExclusive("person", "group", "namespace")
	return cmd
}

func (o *explainOptions) validate(env *Env, cmd *cobra.Command, text string) (engine.Asked, error) {
	asked := engine.Asked{Text: text, AsIfIn: o.asIfIn, Email: o.email}
	for flag, kind := range map[string]explain.SubjectKind{"person": explain.APerson, "group": explain.AGroup, "namespace": explain.ANamespace} {
		if cmd.Flags().Changed(flag) {
			asked.Kind = kind
		}
	}
	switch changed := cmd.Flags().Changed; {
	case changed("as-if-in") && o.asIfIn == "":
		return asked, usage("name a group, or leave --as-if-in out", "--as-if-in is empty")
	case o.asIfIn != "" && (o.group || o.namespace):
		return asked, usage("leave --group and --namespace out", "--as-if-in is about a person")
	case changed("email") && o.asIfIn == "":
		return asked, usage("say --as-if-in GROUP, too", "--email is for somebody who does not exist yet")
	case o.email == "" && strings.Contains(text, "@"):
		asked.Email = text // of somebody who does not exist yet, and is called by their address
	}
	if o.asIfIn != "" {
		asked.Kind = explain.APerson
		asked.Text = strings.TrimPrefix(text, string(explain.APerson)+":")
	}
	return asked, o.config.validate(env, cmd)
}

func (o *explainOptions) run(ctx context.Context, env *Env, asked engine.Asked) error {
	r, j, close, err := o.config.connectWithHistory(ctx, env, false)
	if err != nil {
		return err
	}
	defer close()
	answer, err := explainerOf(r, j).Explain(ctx, asked)
	if err != nil {
		return err
	}
	return view.Explanation(env.IO, o.view.format, view.Options{Full: o.view.full}, answer)
}

// explainer is what explains.
type explainer interface {
	Explain(ctx context.Context, asked engine.Asked) (*explain.Answer, error)
}

// explainerOf makes the one of a program. A test's reconciler brings its own.
func explainerOf(r reconciler, j *journal.Journal) explainer {
	if a, real := r.(*app.App); real {
		return app.NewExplainer(a, j)
	}
	return r.(interface{ explainer() explainer }).explainer()
}
