//go:build !tenantry.lambda

package cli

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type auditOptions struct {
	config     configOption
	format     auditFormat
	full       bool
	namespaces []string
	redact     string
	rules      []string
	out        []string
	keep       string
	verify     bool
	list       bool
}

func newAudit(env *Env) *cobra.Command {
	o := &auditOptions{format: auditFormat{view.Text}}
	cmd := &cobra.Command{
		Use:   "audit",
		Short: "Say whether tenants are apart, or where they are not",
		Long: `Reads QuickSight, Identity Center and IAM, and says whether tenants are apart: what each of them has,
who comes to it and how, what the sign-in roles may do, and what of all that could not be read. Each
finding has a code, what was seen, why it breaks isolation, and the command or the edit that mends
it. Nothing is written to AWS. With findings, the exit code is 5.

What is known and meant stands in the configuration under accept, with its code, its object, a reason
and a last day; until then it is shown apart, and is no finding.

Of every asset the permissions and what is under it are read, by one call or two each: that takes
about two minutes for every thousand of them.

--redact-others makes the report fit for one customer's own auditor: whatever is another tenant's has
no name in it. The rows of row-level security rules cannot be read; --rls-rules takes them from files,
as they were uploaded: DATASET_ID=FILE.csv, or a file that is called DATASET_ID.csv.

With -o the report is written to a file, which only its owner may read, since it names people's
principals; the text is shown all the same. The file's format is that of --format, or else the one
that its ending says: .html, .json, .sarif or .txt. -o can be given more than once, for one reading.

With --keep the report is kept as JSON at a place where nothing is ever written over, named by its time,
with its SHA-256 beside it, and with what has come and gone since the newest report that is there. Once a
day, that is the evidence for a year.`,
		Example: `  tenantry audit -c tenantry.yaml
  tenantry audit -c tenantry.yaml --namespace acme
  tenantry audit -c tenantry.yaml --redact-others acme -o acme.html
  tenantry audit -c tenantry.yaml --rls-rules 0f3a=rules.csv
  tenantry audit -c tenantry.yaml -o audit.html -o audit.sarif
  tenantry audit -c tenantry.yaml --keep s3://my-evidence/audits/
  tenantry audit --list`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.list {
				return o.listChecks(env, cmd)
			}
			a, err := o.validate(env, cmd)
			if err == nil && cmd.Flags().Changed("keep") {
				err = validateKeep(o.keep, a)
			}
			if err != nil {
				return err
			}
			return o.run(cmd.Context(), env, a)
		},
	}
	o.config.register(cmd)
	f := cmd.Flags()
	f.Var(&o.format, "format", "text for people, json for programs, sarif for what gathers findings, html for auditors")
	f.BoolVar(&o.full, "full", false, "show every finding and every name, however many")
	f.StringSliceVar(&o.namespaces, "namespace", nil, "only what concerns these `NAMESPACES`, or the whole account")
	f.StringVar(&o.redact, "redact-others", "", "only what concerns this `NAMESPACE`, and nobody else by name")
	f.StringArrayVar(&o.rules, "rls-rules", nil, "the rows of a data set of row-level security rules: `DATASET_ID=FILE.csv`")
	f.StringArrayVarP(&o.out, "out", "o", nil, "write the report to `FILE`, too")
	f.StringVar(&o.keep, "keep", "", "keep the report at `PLACE` (s3://BUCKET/PREFIX, or a folder), with its sum and what has changed since the one before")
	f.BoolVar(&o.verify, "verify", false, verifyUsage)
	f.BoolVar(&o.list, "list", false, "say what is looked for, and read nothing")
	must(cmd.RegisterFlagCompletionFunc("format", cobra.FixedCompletions(formatNames(), cobra.ShellCompDirectiveNoFileComp)))
	return cmd
}

// auditFormat is the format of an audit as a flag's value.
type auditFormat struct{ view.Format }

// Set takes one of view.AuditFormats.
func (f *auditFormat) Set(name string) error {
	if !slices.Contains(view.AuditFormats(), view.Format(name)) {
		return fmt.Errorf("the formats are %s", strings.Join(formatNames(), ", "))
	}
	f.Format = view.Format(name)
	return nil
}

func formatNames() []string {
	var names []string
	for _, f := range view.AuditFormats() {
		names = append(names, string(f))
	}
	return names
}

// listChecks describes the checks. What would narrow or shape an audit says nothing about them.
func (o *auditOptions) listChecks(env *Env, cmd *cobra.Command) error {
	for _, flag := range []string{"namespace", "redact-others", "rls-rules", "out", "keep", "verify"} {
		if cmd.Flags().Changed(flag) {
			return usage("give one of them", "--list contradicts --%s", flag)
		}
	}
	if o.format.Format != view.Text && o.format.Format != view.JSON {
		return usage("as text or json", "--list contradicts --format %s", o.format.Format)
	}
	return view.AuditChecks(env.IO, o.format.Format)
}

// file is where a report is written, and how.
type file struct {
	path   string
	format view.Format
}

// asked is what an audit was asked for, once it is known to make sense.
type asked struct {
	files      []file
	namespaces []string // that it is narrowed to; none is all
	redact     string   // for whose auditor it is; "" is for nobody's
	rules      []audit.RuleRows
}

func (o *auditOptions) validate(env *Env, cmd *cobra.Command) (a asked, err error) {
	if err = o.config.validate(env, cmd); err != nil {
		return a, err
	}
	if a.files, err = o.files(cmd); err != nil {
		return a, err
	}
	in, err := namespaces(cmd, "namespace", o.namespaces)
	if err != nil {
		return a, err
	}
	for _, n := range in {
		a.namespaces = append(a.namespaces, n.String())
	}
	if cmd.Flags().Changed("redact-others") {
		only, err := namespaces(cmd, "redact-others", []string{o.redact})
		if err != nil {
			return a, err
		}
		a.redact = only[0].String()
		if len(in) > 0 && (len(in) > 1 || a.namespaces[0] != a.redact) {
			return a, usage("leave --namespace out", "--redact-others %s contradicts --namespace, which names others", a.redact)
		}
	}
	a.rules, err = o.ruleRows()
	return a, err
}

// ruleRows reads the files of rules, before anything is read of the account.
func (o *auditOptions) ruleRows() (all []audit.RuleRows, err error) {
	for _, name := range o.rules {
		path := name
		if _, file, given := strings.Cut(name, "="); given {
			path = file
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, usage("name a file as DATASET_ID=FILE.csv", "--rls-rules: %v", err)
		}
		rows, err := audit.ParseRuleRows(name, text)
		if err != nil {
			return nil, usage("give the file as it was uploaded to QuickSight", "--rls-rules: %v", err)
		}
		all = append(all, rows)
	}
	return all, nil
}

// files are those that -o names, each with its format.
func (o *auditOptions) files(cmd *cobra.Command) ([]file, error) {
	var all []file
	for _, path := range o.out {
		if err := validateOut(path); err != nil {
			return nil, err
		}
		format := o.format.Format
		if !cmd.Flags().Changed("format") {
			var known bool
			if format, known = endings[strings.ToLower(filepath.Ext(path))]; !known {
				return nil, usage("end it with .html, .json, .sarif or .txt, or give --format", "-o %s does not say what format is meant", view.Name(path))
			}
		}
		all = append(all, file{path, format})
	}
	return all, nil
}

// endings are the formats of files by how they are called.
var endings = map[string]view.Format{".html": view.HTML, ".htm": view.HTML, ".json": view.JSON, ".sarif": view.SARIF, ".txt": view.Text}

// auditor is what reads an account for an audit.
type auditor interface {
	Audit(ctx context.Context, verify bool) (*audit.Facts, error)
}

// facts reads the account. A test's reconciler brings its own facts.
func (o *auditOptions) facts(ctx context.Context, env *Env, c *config.Config) (*audit.Facts, error) {
	j, close, err := openHistory(ctx, env, c, false)
	if err != nil {
		return nil, err
	}
	defer close()
	r, err := env.open(ctx, c, recorder(j))
	if err != nil {
		return nil, err
	}
	if a, real := r.(*app.App); real {
		return app.Audit(ctx, a, c, o.verify, func(doing string) { fmt.Fprintln(env.IO.Err, view.Safe(doing)) })
	}
	return r.(auditor).Audit(ctx, o.verify)
}

func (o *auditOptions) run(ctx context.Context, env *Env, a asked) error {
	c, err := o.config.load(env)
	if err != nil {
		return err
	}
	facts, err := o.facts(ctx, env, c)
	if err != nil {
		return err
	}
	facts.RuleRows = a.rules
	report := audit.Audit(facts).With(o.config.path)
	if report, err = a.narrowed(report); err != nil {
		return err
	}
	shown := &view.Audit{Report: report, Checks: audit.Checks(), Config: o.config.path, Version: buildVersion(), Redacted: a.redact != ""}
	if err := o.show(env, shown, a.files); err != nil {
		return err
	}
	if o.keep != "" {
		kept, err := keepAudit(ctx, env, o.keep, shown)
		if kept.Name != "" {
			tellKept(env, kept)
		}
		if err != nil {
			return err
		}
	}
	if len(shown.Findings) > 0 {
		return &outcome{exitFindings}
	}
	return nil
}

// narrowed is a report as far as it was asked for. A namespace that is no tenant's is refused: it is a typing error, and
// nothing found there would be taken for clean.
func (a *asked) narrowed(r audit.Report) (audit.Report, error) {
	in := a.namespaces
	if a.redact != "" {
		in = []string{a.redact}
	}
	for _, n := range in {
		if !slices.Contains(r.Tenants, n) {
			name, _ := tenancy.ParseNamespace(n)
			return r, engine.NoTenant(name)
		}
	}
	if a.redact != "" {
		return r.Redact(a.redact), nil
	}
	return r.Narrow(a.namespaces), nil
}

// show writes the report to the output, as text where it goes to files too, and to the files.
func (o *auditOptions) show(env *Env, shown *view.Audit, files []file) error {
	format := o.format.Format
	if len(files) > 0 {
		format = view.Text
	}
	if err := view.WriteAudit(env.IO.Out, env.IO, format, view.Options{Full: o.full}, shown); err != nil {
		return err
	}
	for _, f := range files {
		var b bytes.Buffer
		err := view.WriteAudit(&b, env.IO.Plain(), f.format, view.Options{Full: true}, shown)
		if err == nil {
			err = app.ReplaceFile(f.path, b.Bytes(), 0o600)
		}
		if err != nil {
			return fmt.Errorf("write the report: %w", err)
		}
		fmt.Fprintf(env.IO.Err, "wrote %s\n", view.Name(f.path))
	}
	return nil
}
