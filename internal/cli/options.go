package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

// configVariable names the configuration where no flag does.
const configVariable = "TENANTRY_CONFIG"

// configOption is where the configuration is.
type configOption struct {
	path string
	read func() ([]byte, error) // what it says, where it is no file
}

func (o *configOption) register(cmd *cobra.Command) {
	cmd.Flags().StringVarP(&o.path, "config", "c", "", "the configuration: a `FILE`, ssm:NAME or s3://BUCKET/KEY (or "+configVariable+")")
	must(cmd.MarkFlagFilename("config", "yaml", "yml"))
}

// validate fills the path in.
func (o *configOption) validate(env *Env, cmd *cobra.Command) error {
	if o.path == "" && !cmd.Flags().Changed("config") {
		o.path = env.Getenv(configVariable)
	}
	if o.path == "" {
		return usage("give it with -c tenantry.yaml, or set "+configVariable+"; tenantry config init writes one to start from",
			"no configuration is named")
	}
	if config.Remote(o.path) {
		o.read = func() ([]byte, error) { return env.remote(cmd.Context(), o.path) }
	}
	return nil
}

// parse reads the configuration. The error is that it could not even be read.
func (o *configOption) parse() (*config.Config, config.Problems, error) {
	if o.read == nil {
		c, problems := config.Load(o.path)
		return c, problems, nil
	}
	data, err := o.read()
	if err != nil {
		return nil, nil, fmt.Errorf("read the configuration: %w", err)
	}
	c, problems := config.Parse(o.path, data)
	return c, problems, nil
}

// load reads the configuration, and tells its warnings.
func (o *configOption) load(env *Env) (*config.Config, error) {
	c, problems, err := o.parse()
	if err == nil {
		err = problems.Err()
	}
	if err != nil {
		return nil, err
	}
	fmt.Fprint(env.IO.Err, problems.String())
	return c, nil
}

// connect makes tenantry of the configuration and its history, and makes sure that it stands before the
// right account. Who only reads begins no history where there is none. close ends the history's use.
func (o *configOption) connect(ctx context.Context, env *Env, writes bool) (r reconciler, close func(), err error) {
	r, _, close, err = o.connectWithHistory(ctx, env, writes)
	return r, close, err
}

// connectWithHistory is connect for who reads the history, too: nil where there is none.
func (o *configOption) connectWithHistory(ctx context.Context, env *Env, writes bool) (r reconciler, j *journal.Journal, close func(), err error) {
	c, err := o.load(env)
	if err != nil {
		return nil, nil, nil, err
	}
	j, close, err = openHistory(ctx, env, c, writes)
	if err != nil {
		return nil, nil, nil, err
	}
	if r, err = env.open(ctx, c, recorder(j)); err == nil {
		_, err = r.Check(ctx)
	}
	if err != nil {
		close()
		return nil, nil, nil, err
	}
	return r, j, close, nil
}

// openHistory opens the history, to be read where it is not written: nil where there is none. close ends its use.
func openHistory(ctx context.Context, env *Env, c *config.Config, writes bool) (j *journal.Journal, close func(), err error) {
	open := app.ReadJournal
	if writes {
		open = app.OpenJournal
	}
	if c.Journal.Table == "" {
		ctx = context.WithoutCancel(ctx) // it takes a moment, and who has interrupted is told so below
	}
	j, err = open(ctx, c, env.aws)
	switch {
	case errors.Is(err, fs.ErrNotExist) && !writes:
		return nil, func() {}, nil
	case err != nil:
		return nil, nil, err
	}
	return j, func() { _ = j.Close() }, nil // what was recorded is kept
}

// recorder is a journal as the engine takes it: nil itself where there is none.
func recorder(j *journal.Journal) engine.Recorder {
	if j == nil {
		return nil
	}
	return j
}

// scopeOptions narrow what a run may write to, and widen what it may do.
type scopeOptions struct {
	namespaces, adopt, allow []string
	person                   string
	verify                   bool
}

func (o *scopeOptions) register(cmd *cobra.Command) {
	f := cmd.Flags()
	f.StringSliceVar(&o.namespaces, "namespace", nil, "only these `NAMESPACES` are written to; the rest is shown")
	f.StringVar(&o.person, "person", "", "only this `PERSON` is written about: a user name, an id, or Role/session")
	f.StringSliceVar(&o.adopt, "adopt", nil, "take over these `NAMESPACES`, which someone else made")
	f.StringSliceVar(&o.allow, "allow", nil, "allow these `HAZARDS`: "+strings.Join(hazardNames(), ", "))
	f.BoolVar(&o.verify, "verify", false, verifyUsage)
	must(cmd.RegisterFlagCompletionFunc("allow", cobra.FixedCompletions(hazardNames(), cobra.ShellCompDirectiveNoFileComp)))
}

const verifyUsage = "read the tag of every user, which says whose it is: one call for each"

func hazardNames() []string {
	var names []string
	for _, h := range plan.AllowableHazards() {
		names = append(names, string(h))
	}
	return names
}

// scope is the options with a meaning.
func (o *scopeOptions) scope(cmd *cobra.Command) (engine.Scope, error) {
	scope := engine.Scope{Person: o.person, Verify: o.verify}
	if cmd.Flags().Changed("person") && o.person == "" {
		return scope, usage("name someone, or leave --person out", "--person is empty")
	}
	var err error
	if scope.Namespaces, err = namespaces(cmd, "namespace", o.namespaces); err != nil {
		return scope, err
	}
	if scope.Adopt, err = namespaces(cmd, "adopt", o.adopt); err != nil {
		return scope, err
	}
	for _, n := range scope.Adopt {
		if scope.Namespaces != nil && !slices.Contains(scope.Namespaces, n) {
			return scope, usage("name it in both, or leave --namespace out", "--adopt %s contradicts --namespace, which leaves it out", n)
		}
	}
	for _, name := range o.allow {
		if !slices.Contains(hazardNames(), name) {
			return scope, usage("the hazards are "+strings.Join(hazardNames(), ", "), "--allow %s: there is no such hazard that can be allowed", view.Quote(name))
		}
		scope.Allow = append(scope.Allow, plan.Hazard(name))
	}
	return scope, nil
}

// namespaces reads the names of a flag. A flag that was given and names nothing must not mean
// everything.
func namespaces(cmd *cobra.Command, flag string, names []string) ([]tenancy.Namespace, error) {
	if !cmd.Flags().Changed(flag) {
		return nil, nil
	}
	if len(names) == 0 {
		return nil, usage("name a namespace, or leave --"+flag+" out", "--%s is empty", flag)
	}
	var list []tenancy.Namespace
	for _, name := range names {
		n, err := tenancy.ParseNamespace(name)
		if err != nil {
			return nil, usage("a namespace is 1 to 64 letters, digits, '.', '_' and '-', and never default", "--%s: %v", flag, err)
		}
		if !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list, nil
}

// viewOptions say how things are shown.
type viewOptions struct {
	format view.Format
	full   bool
}

func (o *viewOptions) register(cmd *cobra.Command) {
	o.format = view.Text
	cmd.Flags().Var(&o.format, "format", "text for people, json for programs")
	cmd.Flags().BoolVar(&o.full, "full", false, "show every name, however many")
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions([]string{string(view.Text), string(view.JSON)}, cobra.ShellCompDirectiveNoFileComp)))
}

func (o *viewOptions) printer(env *Env) view.Printer {
	return view.New(env.IO, o.format, view.Options{Full: o.full})
}

// must is for what only a misspelt flag in this package can break.
func must(err error) {
	if err != nil {
		panic(err)
	}
}
