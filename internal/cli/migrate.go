//go:build !tenantry.lambda

package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
	"github.com/tenantry/tenantry/internal/view"
)

type migrateOptions struct {
	config     configOption
	view       viewOptions
	namespaces []string
	person     string
	allow      []string
	maps       []string
	finish     bool
	names      string
	notice     string
	apply      bool
	yes        bool
	batch      int
	stopAfter  int
	image      string
	undo       string
	force      bool
	detailed   bool

	stem string // of the image's name, where nobody has given it one
}

func newMigrate(env *Env) *cobra.Command {
	o := &migrateOptions{}
	cmd := &cobra.Command{
		Use:   "migrate",
		Short: "Move people out of default, customer by customer, with what is theirs",
		Long: `Shows, for everyone who lives outside of the tenants and belongs into one, what they own and see
there, what of it follows them and what does not, and why. It writes nothing to AWS. With --apply it
does it, person by person, and after an interruption it goes on where it was.

Whoever signs in by the same role as before is moved in one phase: what follows is parked, the user
is taken out, and is registered in the tenant. Whoever signs in by another role is prepared first,
with all that follows, and keeps the user of before for migrate.keep, or until --finish.

Nobody is moved who would lose what they alone own, or see fewer dashboards than before: they are
held, with what ends it. The company's own people and administrators are never moved.

--apply shows everything, and asks; elsewhere than on a terminal it needs --yes. Before the first
write it writes down what everybody had, in a file of its own, and --undo FILE brings them back by
it. Begin with one customer: --namespace.`,
		Example: `  tenantry migrate -c tenantry.yaml
  tenantry migrate -c tenantry.yaml --namespace acme --apply
  tenantry migrate -c tenantry.yaml --undo tenantry-migrate-acme.json --apply`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			m, err := o.validate(env, cmd)
			switch {
			case err != nil:
				return err
			case o.undo != "":
				return o.runUndo(cmd.Context(), env, m)
			}
			return o.run(cmd.Context(), env, m)
		},
	}
	o.register(cmd)
	return cmd
}

// asks reports whether there is someone to ask.
func (o *migrateOptions) asks(env *Env) bool { return o.view.format == view.Text && env.IO.CanPrompt() }

// migrater is what moves people, and undoes it.
type migrater interface {
	Plan(ctx context.Context, o engine.MigrateOptions) (*engine.Migrating, error)
	Apply(ctx context.Context, p *engine.Migrating, o engine.ApplyMigration, tell func(engine.MigrateProgress)) (engine.MigrateReport, error)
	PlanUndo(ctx context.Context, images plan.Images) (*engine.Undoing, error)
	Undo(ctx context.Context, u *engine.Undoing, o engine.ApplyMigration, tell func(engine.MigrateProgress)) engine.MigrateReport
	Keep() time.Duration
	ARN(namespace string, user tenancy.UserName) string
}

// migraterOf makes the one of a program. A test's reconciler brings its own.
func migraterOf(env *Env, r reconciler) migrater {
	if a, real := r.(*app.App); real {
		return app.NewMigration(a, func(doing string) { fmt.Fprintln(env.IO.Err, view.Safe(doing)) })
	}
	return r.(interface{ migrater() migrater }).migrater()
}

func (o *migrateOptions) run(ctx context.Context, env *Env, m engine.MigrateOptions) error {
	r, close, err := o.config.connect(ctx, env, o.apply)
	if err != nil {
		return err
	}
	defer close()
	t := migraterOf(env, r)
	m.Keep = t.Keep()
	p, err := t.Plan(ctx, m)
	if err != nil {
		return err
	}
	shown := o.shown(env, p, m)
	printer := view.NewMigrations(env.IO, o.view.format, view.Options{Full: o.view.full})
	if err := printer.Migration(shown); err != nil {
		return err
	}
	if err := o.writeFiles(env, t, shown); err != nil {
		return err
	}
	people, ground := moved(&p.Migrating), len(p.Ground.Plan.Pending())
	switch {
	case !o.apply && people+ground > 0 && o.detailed:
		return &outcome{exitPending}
	case !o.apply:
		return o.held(shown)
	case people+ground == 0:
		if o.view.format == view.JSON { // programs count on both documents
			if err := printer.Moved(&view.MoveReport{}); err != nil {
				return err
			}
		}
		return o.held(shown)
	}
	if err := o.config.unstopped(ctx, r, stepsOf(p)); err != nil {
		return err
	}
	if err := o.agree(ctx, env, m.Namespaces, people, ground); err != nil {
		return err
	}
	if err := o.writeImage(env, p.Images); err != nil {
		return err
	}
	if o.view.format == view.Text && ground > 0 {
		fmt.Fprintf(env.IO.Err, "making the tenants ready: %d steps\n", ground)
	}
	told := interruptible(ctx, env)
	report, err := t.Apply(ctx, p, engine.ApplyMigration{Batch: o.batch, StopAfter: o.stopAfter}, moving(printer))
	told()
	if err != nil {
		return err
	}
	shownReport := moveReport(&report)
	shownReport.Image, shownReport.Next = o.image, o.after(p, &report)
	if err := printer.Moved(shownReport); err != nil {
		return err
	}
	if err := migrated(&report); err != nil {
		return err
	}
	return o.held(shown)
}

// held says by exit code that somebody is held.
func (o *migrateOptions) held(m *view.Migration) error {
	if o.detailed && len(m.Holds) > 0 {
		return &outcome{exitHeld}
	}
	return nil
}

// moved is how many people are moved or prepared now.
func moved(m *plan.Migrating) int {
	n := 0
	for i := range m.Migrants {
		if len(m.Migrants[i].Steps) > 0 {
			n++
		}
	}
	return n
}

// stepsOf are all steps that are to be done.
func stepsOf(p *engine.Migrating) []plan.Step {
	steps := p.Ground.Plan.Pending()
	for i := range p.Migrants {
		steps = append(steps, p.Migrants[i].Steps...)
	}
	return steps
}

// unstopped refuses to begin what a pause would stop.
func (o *configOption) unstopped(ctx context.Context, r reconciler, steps []plan.Step) error {
	pause, err := r.Paused(ctx)
	if err != nil {
		return err
	}
	if slices.ContainsFunc(steps, func(s plan.Step) bool { return pause.Stops(s.Change.Kind()) }) {
		return o.paused(pause)
	}
	return nil
}

// shown is a migration as it is shown: with the holds of the plan besides that keep people from coming.
func (o *migrateOptions) shown(env *Env, p *engine.Migrating, m engine.MigrateOptions) *view.Migration {
	out := &view.Migration{Migrating: p.Migrating, Ground: &p.Ground.Plan, Unread: p.Unread, Now: env.IO.Now(), Keep: m.Keep, Person: o.person}
	out.Holds = tenancy.SortHolds(append(slices.Clone(p.Holds), p.KeptOut(&p.Ground.Plan, m.Namespaces)...))
	if !o.apply {
		out.Next = o.next(p)
	}
	return out
}

// agree asks, where there is someone to ask. Of one customer the name is typed.
func (o *migrateOptions) agree(ctx context.Context, env *Env, in []tenancy.Namespace, people, steps int) error {
	if o.yes {
		return nil
	}
	verb := "moved"
	if o.undo != "" {
		verb = "brought back"
	}
	what := fmt.Sprintf("%d people", people)
	switch {
	case people == 1:
		what = "1 person"
	case people == 0:
		return confirm(ctx, env, steps)
	}
	if len(in) == 1 {
		return typed(ctx, env, in[0], fmt.Sprintf("\n%s of %s will be %s. Type the namespace's name to go on:", what, in[0], verb), "nobody was "+verb)
	}
	if verb == "moved" {
		return ask(ctx, env, fmt.Sprintf("\nMove %s?", what))
	}
	return ask(ctx, env, fmt.Sprintf("\nBring %s back?", what))
}

// interruptible tells whoever interrupts that it was understood.
func interruptible(ctx context.Context, env *Env) (told func() bool) {
	return context.AfterFunc(ctx, func() {
		fmt.Fprintln(env.IO.Err, "\ntenantry: interrupted; finishing what is under way (^C again to stop at once)")
	})
}

// moving shows how far it is.
func moving(printer view.Migrations) func(engine.MigrateProgress) {
	return func(p engine.MigrateProgress) {
		printer.Moving(view.MoveProgress{Total: p.Total, Done: p.Done, Failed: p.Failed, Left: p.Left, Last: view.Moved(p.Last)})
	}
}

func moveReport(r *engine.MigrateReport) *view.MoveReport {
	return &view.MoveReport{
		Ground: r.Ground, Done: r.Done, Failed: movedOnes(r.Failed), Unready: movedOnes(r.Unready), NotReached: r.NotReached,
		Stopped: r.Stopped, Interrupted: r.Interrupted, Paused: r.Paused,
	}
}

func movedOnes(all []engine.Moved) []view.Moved {
	out := make([]view.Moved, len(all))
	for i, m := range all {
		out[i] = view.Moved(m)
	}
	return out
}

// migrated says by exit code how it went. The report has told it in words.
func migrated(r *engine.MigrateReport) error {
	switch {
	case r.Interrupted:
		return &outcome{exitInterrupted}
	case len(r.Failed)+len(r.Unready)+r.NotReached > 0, len(r.Ground.Failed)+r.Ground.NotReached > 0:
		return &outcome{exitPartly}
	}
	return nil
}

// writeImage writes down what everybody had, before anything is taken from anybody.
func (o *migrateOptions) writeImage(env *Env, images plan.Images) error {
	if len(images.People) == 0 {
		return nil
	}
	if o.image == "" {
		o.image = freeFile(o.stem)
	}
	data, err := json.MarshalIndent(images, "", "  ")
	if err == nil {
		err = writeDown(o.image, append(data, '\n'), o.force)
	}
	if err != nil {
		return fmt.Errorf("writing down what everybody had, before anything is taken from them: %w", err)
	}
	fmt.Fprintf(env.IO.Err, "wrote down what everybody had: %s\n", view.Name(o.image))
	return nil
}

// writeFiles writes what --names and --notice ask for. Nothing is written where one of the files is there.
func (o *migrateOptions) writeFiles(env *Env, t migrater, m *view.Migration) error {
	type file struct {
		path string
		data []byte
	}
	var files []file
	if o.names != "" {
		files = append(files, file{o.names, view.Names(m, t.ARN)})
	}
	if o.notice != "" {
		for _, n := range view.Notices(m) {
			// Never a name that a namespace could make its own: "..", or a hidden file.
			files = append(files, file{filepath.Join(o.notice, "notice-"+n.Namespace.String()+".csv"), n.Data})
		}
		if err := os.MkdirAll(o.notice, 0o700); err != nil {
			return fmt.Errorf("making the directory of the notices: %w", err)
		}
	}
	for _, f := range files {
		if !o.force && there(f.path) {
			return usage("name another place; or --force writes over it", "%s is there already, and is left as it is", view.Name(f.path))
		}
	}
	for _, f := range files {
		if err := writeDown(f.path, f.data, o.force); err != nil {
			return fmt.Errorf("writing %s: %w", f.path, err)
		}
		fmt.Fprintf(env.IO.Err, "wrote %s\n", view.Name(f.path))
	}
	return nil
}

// command is the command with the flags that say who is moved, and how.
func (o *migrateOptions) command(namespaces []string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "tenantry migrate -c %s", word(o.config.path))
	for _, n := range namespaces {
		fmt.Fprintf(&b, " --namespace %s", n)
	}
	if o.person != "" {
		fmt.Fprintf(&b, " --person %s", word(o.person))
	}
	for _, c := range o.allow {
		fmt.Fprintf(&b, " --allow %s", c)
	}
	for _, g := range o.maps {
		fmt.Fprintf(&b, " --map-group %s", tenancy.ShellQuote(g))
	}
	return b.String()
}

// word is a word for the shell, quoted where it needs to be.
func word(s string) string {
	if view.Name(s) == s && !strings.HasPrefix(s, "-") {
		return s
	}
	return tenancy.ShellQuote(s)
}

// next are the commands that come after the plan.
func (o *migrateOptions) next(p *engine.Migrating) []string {
	if moved(&p.Migrating)+len(p.Ground.Plan.Pending()) == 0 {
		if slices.ContainsFunc(p.Migrants, func(g plan.Migrant) bool { return g.Phase == plan.PhaseKept && g.Held() == "" }) {
			return []string{"To finish at once with those who are prepared:\n  " + o.command(o.namespaces) + " --finish --apply"}
		}
		return nil
	}
	finish := ""
	if o.finish {
		finish = " --finish"
	}
	first := ""
	for i := range p.Migrants {
		switch g := &p.Migrants[i]; {
		case len(g.Steps) == 0:
		case first == "":
			first = g.To.String()
		case first != g.To.String() && o.namespaces == nil && o.person == "":
			return []string{
				"Begin with one customer:\n  " + o.command([]string{first}) + finish + " --apply",
				"All of them:\n  " + o.command(nil) + finish + " --apply",
			}
		}
	}
	return []string{"To do it:\n  " + o.command(o.namespaces) + finish + " --apply"}
}

// after are the commands that come after it was done.
func (o *migrateOptions) after(p *engine.Migrating, r *engine.MigrateReport) (next []string) {
	finish := ""
	if o.finish {
		finish = " --finish"
	}
	prepared := slices.ContainsFunc(p.Migrants, func(g plan.Migrant) bool { return g.Phase == plan.PhasePrepare && len(g.Steps) > 0 })
	switch {
	case len(r.Failed)+len(r.Unready)+r.NotReached > 0 || len(r.Ground.Failed) > 0:
		next = append(next, "Run it again, and it goes on:\n  "+o.command(o.namespaces)+finish+" --apply")
	case prepared && r.Done > 0:
		next = append(next, "When they have signed in by the new role, take their users of before out; without --finish that is done once migrate.keep is over:\n  "+o.command(o.namespaces)+" --finish --apply")
	}
	if o.image != "" && r.Done+len(r.Failed) > 0 {
		next = append(next, fmt.Sprintf("To undo it:\n  tenantry migrate -c %s --undo %s --apply", word(o.config.path), word(o.image)))
	}
	return next
}
