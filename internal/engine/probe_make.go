//go:build !tenantry.lambda

package engine

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func (p *Prober) newRun() tenancy.ProbeRun {
	if p.NewRun != nil {
		return p.NewRun()
	}
	run, err := tenancy.ParseProbeRun(strings.ToLower(rand.Text()[:8])) // base32
	if err != nil {
		panic("engine: a random text is no run: " + err.Error())
	}
	return run
}

// prepare makes the role and the namespaces that trials need, and waits for them. What AWS refuses is no error: the trials
// that need it are not made.
func (r *probing) prepare(ctx context.Context, trials []doctor.Trial) error {
	all := places(trials)
	if slices.ContainsFunc(trials, func(t doctor.Trial) bool { return t.Role }) {
		r.tell("making the throwaway role %s, which nobody can assume", r.run.Role())
		answer, err := r.attempt(ctx, r.history, probeCall{operation: "iam:CreateRole", about: r.run.Role()}, func(ctx context.Context) (answer tenancy.ProbeAnswer, err error) {
			r.role, answer, err = r.Tries.MakeRole(ctx, r.run)
			return answer, err
		})
		if err != nil {
			return err
		}
		if !answer.Took {
			r.why = answer.Code + ": " + answer.Message
		}
	}
	var asked []tenancy.ProbePlace
	for _, at := range all {
		r.tell("making the throwaway namespace %s", r.run.Namespace(at))
		answer, err := r.create(ctx, at, false)
		switch {
		case err != nil:
			return err
		case answer.Took:
			asked = append(asked, at)
		default:
			r.why = answer.Code + ": " + answer.Message
		}
	}
	for _, at := range asked {
		if err := r.await(ctx, at, trials); err != nil {
			return err
		}
	}
	return nil
}

func (r *probing) create(ctx context.Context, at tenancy.ProbePlace, failed bool) (tenancy.ProbeAnswer, error) {
	n := r.run.Namespace(at)
	return r.attempt(ctx, r.history, probeCall{operation: "quicksight:CreateNamespace", namespace: n}, func(ctx context.Context) (tenancy.ProbeAnswer, error) {
		return r.Tries.MakeNamespace(ctx, n, failed)
	})
}

// await waits until a namespace is CREATED. One whose creation has failed is created again where that is to be tried, once.
func (r *probing) await(ctx context.Context, at tenancy.ProbePlace, trials []doctor.Trial) error {
	began := time.Now()
	for pause := firstPoll; ; pause = min(2*pause, pollEvery) {
		info, err := r.Remover.Namespace(ctx, r.run.Namespace(at))
		switch {
		case err == nil && info.Status == tenancy.Created:
			r.ready[at] = true
			return nil
		case err == nil && info.Status == tenancy.RetryableFailure && !r.failed:
			r.failed, r.why = true, fmt.Sprintf("it is %s: %s", info.Status, info.Error)
			if !slices.ContainsFunc(trials, func(t doctor.Trial) bool { return t.Name == doctor.TrialFailedNamespace }) {
				return nil
			}
			if r.again, err = r.create(ctx, at, true); err != nil || !r.again.Took {
				return err
			}
		case err == nil && info.Status != tenancy.Creating:
			r.why = fmt.Sprintf("it is %s: %s", info.Status, info.Error)
			return nil
		case time.Since(began) > creationLimit:
			r.why = fmt.Sprintf("it is not there after %s", creationLimit)
			return nil
		}
		if !sleep(ctx, pause) {
			return fmt.Errorf("interrupted while AWS creates %s: %w", r.run.Namespace(at), ctx.Err())
		}
	}
}

// Clean removes what probes have left behind, and answers what that was. What is only named as throwaways are, and not
// marked as ours, is left, and answered too.
func (p *Prober) Clean(ctx context.Context) (tenancy.ProbeRemains, error) {
	return p.clean(ctx, runID())
}

func (p *Prober) clean(ctx context.Context, history string) (tenancy.ProbeRemains, error) {
	left, err := p.Remains(ctx)
	if err != nil {
		return left, err
	}
	var failures []error
	for _, n := range left.Namespaces {
		if err := p.removeNamespace(ctx, history, n); err != nil {
			failures = append(failures, err)
		}
	}
	for _, run := range left.Roles {
		_, err := p.attempt(ctx, history, probeCall{operation: "iam:DeleteRole", about: run.Role()}, func(ctx context.Context) (tenancy.ProbeAnswer, error) {
			return taken(p.Remover.RemoveRole(ctx, run))
		})
		if err != nil {
			failures = append(failures, err)
		}
	}
	for _, n := range left.Namespaces {
		if err := p.gone(ctx, n); err != nil && len(failures) == 0 {
			failures = append(failures, err)
		}
	}
	if len(failures) > 0 {
		return left, errors.Join(failures...)
	}
	return left, p.Notes.End()
}

// taken makes a refusal an error.
func taken(answer tenancy.ProbeAnswer, err error) (tenancy.ProbeAnswer, error) {
	if err == nil && !answer.Took {
		err = fmt.Errorf("AWS refused to remove it: %s: %s", answer.Code, answer.Message)
	}
	return answer, err
}

// removeNamespace asks for the deletion of a namespace, once it is not being created any more.
func (p *Prober) removeNamespace(ctx context.Context, history string, n tenancy.ProbeNamespace) error {
	began := time.Now()
	for pause := firstPoll; ; pause = min(2*pause, pollEvery) {
		info, err := p.Remover.Namespace(ctx, n)
		switch {
		case errors.Is(err, plan.ErrNotFound) || err == nil && info.Status == tenancy.Deleting:
			return nil
		case err == nil && info.Status != tenancy.Creating || time.Since(began) > creationLimit:
			_, err := p.attempt(ctx, history, probeCall{operation: "quicksight:DeleteNamespace", namespace: n}, func(ctx context.Context) (tenancy.ProbeAnswer, error) {
				return taken(p.Remover.RemoveNamespace(ctx, n))
			})
			return err
		}
		if !sleep(ctx, pause) {
			return errors.Join(fmt.Errorf("interrupted before %s was deleted: %w", n, ctx.Err()), err)
		}
	}
}

// gone waits until a namespace is gone.
func (p *Prober) gone(ctx context.Context, n tenancy.ProbeNamespace) error {
	began := time.Now()
	for pause := firstPoll; ; pause = min(2*pause, pollEvery) {
		info, err := p.Remover.Namespace(ctx, n)
		switch {
		case errors.Is(err, plan.ErrNotFound):
			return nil
		case err == nil && info.Status != tenancy.Deleting:
			return fmt.Errorf("AWS was asked to delete the namespace %s, and it is %s: %s", n, info.Status, info.Error)
		case time.Since(began) > deletionLimit:
			return errors.Join(fmt.Errorf("AWS was asked to delete the namespace %s, and after %s it is still there", n, deletionLimit), err)
		}
		if !sleep(ctx, pause) {
			return fmt.Errorf("interrupted while AWS deletes %s: %w", n, ctx.Err())
		}
	}
}
