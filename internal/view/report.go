package view

import (
	"errors"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Report shows what an apply did: what failed, what it ran into, what it left, and the figures.
func (t *textPrinter) Report(r *plan.Report) error {
	t.clear()
	out := t.page()
	t.failures(out, r.Failed)
	t.ranInto(out, r.Held)
	t.refused(out, r.Refused)
	if out.Len() > 0 {
		out.line("")
	}
	out.line("%s", out.style.title(reportSummary(r)))
	return out.writeTo(t.io.Out)
}

func (t *textPrinter) failures(out *page, failed []plan.Outcome) {
	if len(failed) == 0 {
		return
	}
	out.section("Failed")
	for _, run := range outcomeRuns(failed) {
		shown := t.limit(len(run))
		for _, o := range run[:shown] {
			out.line("")
			t.failure(out, o)
		}
		if rest := len(run) - shown; rest > 0 {
			out.line("\n    … and %s more in %s (--full shows all)", number(rest), run[0].Step.Change.In())
		}
	}
	var errs []error
	for _, o := range failed {
		errs = append(errs, o.Err)
	}
	t.hints(out, errs)
}

// hints shows what can be done about errors.
func (t *textPrinter) hints(out *page, errs []error) {
	if mends := hints(errs); len(mends) > 0 {
		out.line("")
		for _, h := range mends {
			out.sentence("  hint: ", Safe(h))
		}
	}
}

// hints is what the errors know to do about themselves, each thing once, in their order.
func hints(errs []error) []string {
	var list []string
	for _, err := range errs {
		var hinter interface{ Hint() string }
		if errors.As(err, &hinter) && hinter.Hint() != "" && !slices.Contains(list, hinter.Hint()) {
			list = append(list, hinter.Hint())
		}
	}
	return list
}

func (t *textPrinter) failure(out *page, o plan.Outcome) {
	out.sentence("  "+out.style.fail("x")+" ", o.Step.Change.In().String()+": "+stepText(o.Step.Change))
	out.sentence("      ", Safe(errorText(o.Err)))
}

func errorText(err error) string {
	if err == nil {
		return "failed, without a reason"
	}
	return err.Error()
}

// outcomeRuns cuts outcomes where their namespace changes.
func outcomeRuns(list []plan.Outcome) [][]plan.Outcome {
	var runs [][]plan.Outcome
	for i, o := range list {
		if i == 0 || o.Step.Change.In() != list[i-1].Step.Change.In() {
			runs = append(runs, nil)
		}
		runs[len(runs)-1] = append(runs[len(runs)-1], o)
	}
	return runs
}

// ranInto shows the holds that no plan could know of.
func (t *textPrinter) ranInto(out *page, held []plan.Outcome) {
	var holds []tenancy.Hold
	for _, o := range held {
		if o.Held != nil {
			holds = append(holds, *o.Held)
		}
	}
	t.holds(out, tenancy.SortHolds(holds))
}

func (t *textPrinter) refused(out *page, namespaces []tenancy.Namespace) {
	if len(namespaces) == 0 {
		return
	}
	out.section("Refused: these have moved since the plan was made")
	out.line("")
	words := make([]string, len(namespaces))
	for i, n := range namespaces {
		words[i] = n.String()
	}
	out.wrapped("  ", t.names(words))
	out.line("  Make a new plan with: tenantry plan -o FILE")
}

func reportSummary(r *plan.Report) string {
	line := "Done: " + count(r.Done, "step", "steps")
	if n := len(r.Failed); n > 0 {
		line += fmt.Sprintf("; %s failed", number(n))
	}
	if n := len(r.Held); n > 0 {
		line += fmt.Sprintf("; %s held", number(n))
	}
	if n := len(r.Refused); n > 0 {
		line += "; " + count(n, "namespace", "namespaces") + " refused"
	}
	if r.NotReached > 0 {
		line += fmt.Sprintf("; %s not reached", number(r.NotReached))
	}
	if !r.Paused.IsZero() {
		line += "; writes are paused (" + tenancy.Word(r.Paused.Because) + "): tenantry resume ends it"
	}
	if r.Interrupted {
		line += "; interrupted: running it again finishes the work"
	}
	return line + "."
}
