//go:build !tenantry.lambda

package cli

import (
	"context"
	"fmt"
	"os"
	"slices"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/view"
)

// runUndo shows how everybody of a file comes back, and does it with --apply.
func (o *migrateOptions) runUndo(ctx context.Context, env *Env, m engine.MigrateOptions) error {
	images, err := o.images(m)
	if err != nil {
		return err
	}
	r, close, err := o.config.connect(ctx, env, o.apply)
	if err != nil {
		return err
	}
	defer close()
	t := migraterOf(env, r)
	u, err := t.PlanUndo(ctx, images)
	if err != nil {
		return err
	}
	printer := view.NewMigrations(env.IO, o.view.format, view.Options{Full: o.view.full})
	people := 0
	var steps []plan.Step
	for i := range u.People {
		if len(u.People[i].Steps) > 0 {
			people++
		}
		steps = append(steps, u.People[i].Steps...)
	}
	shown := &view.Undoing{People: u.People, Holds: u.Holds}
	again := o.command(o.namespaces) + " --undo " + word(o.undo) + " --apply"
	if !o.apply && people > 0 {
		shown.Next = []string{"To do it:\n  " + again}
	}
	if err := printer.Undoing(shown); err != nil {
		return err
	}
	held := func() error {
		if o.detailed && len(u.Holds) > 0 {
			return &outcome{exitHeld}
		}
		return nil
	}
	switch {
	case !o.apply && people > 0 && o.detailed:
		return &outcome{exitPending}
	case !o.apply:
		return held()
	case people == 0:
		if o.view.format == view.JSON {
			if err := printer.Moved(&view.MoveReport{Undone: true}); err != nil {
				return err
			}
		}
		return held()
	}
	if err := o.config.unstopped(ctx, r, steps); err != nil {
		return err
	}
	if err := o.agree(ctx, env, m.Namespaces, people, len(steps)); err != nil {
		return err
	}
	told := interruptible(ctx, env)
	report := t.Undo(ctx, u, engine.ApplyMigration{Batch: o.batch, StopAfter: o.stopAfter}, moving(printer))
	told()
	ended := moveReport(&report)
	ended.Undone = true
	if len(report.Failed)+report.NotReached > 0 {
		ended.Next = []string{"Run it again, and it goes on:\n  " + again}
	}
	if err := printer.Moved(ended); err != nil {
		return err
	}
	if err := migrated(&report); err != nil {
		return err
	}
	return held()
}

// images reads the file, and leaves out whom the run is not for.
func (o *migrateOptions) images(m engine.MigrateOptions) (plan.Images, error) {
	data, err := os.ReadFile(o.undo)
	if err != nil {
		return plan.Images{}, &engine.RefusedError{
			Why:  fmt.Sprintf("what is to be undone cannot be read: %v", err),
			Mend: "name the file that tenantry migrate --apply said it wrote",
		}
	}
	images, err := plan.ParseImages(data)
	if err != nil {
		return plan.Images{}, &engine.RefusedError{
			Why:  fmt.Sprintf("%s is no file that tenantry migrate --apply has written: %v", view.Name(o.undo), err),
			Mend: "name the file that it said it wrote, as it was",
		}
	}
	all := len(images.People)
	images.People = slices.DeleteFunc(images.People, func(p plan.Image) bool {
		who := m.Person
		return m.Namespaces != nil && !slices.Contains(m.Namespaces, p.To) ||
			who != "" && string(p.Person) != who && string(p.User) != who && string(p.As) != who && p.As.SessionName() != who
	})
	if len(images.People) == 0 && all > 0 {
		return plan.Images{}, &engine.RefusedError{
			Why:  fmt.Sprintf("of the people in %s none is meant by --namespace and --person", view.Name(o.undo)),
			Mend: "check the spelling; capital letters count",
		}
	}
	return images, nil
}
