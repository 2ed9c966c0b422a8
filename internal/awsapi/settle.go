package awsapi

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
)

// A job is one change as its two halves: the call that makes it so, and the reading that says
// whether it is.
type job struct {
	object string                                // what is written to, for doubts
	doing  string                                // `register a user in namespace "acme"`
	hide   []string                              // what must not show in errors
	send   func(context.Context) (string, error) // the writing call; answers its request id
	look   func(context.Context) (seen, error)   // the reading call
	// missing is what it means that the object exists, as AWS says, and cannot be read here.
	missing error
	// still is asked right before each write, where it is not nil: its error, plan.ErrDiffers or one of
	// AWS, keeps the write from being made.
	still func(context.Context) error
	// gone says that the change is in effect when AWS finds nothing to write to.
	gone bool
	// lookFirst says that the writing call could undo what somebody else has done since the plan.
	lookFirst bool
}

// seen is what a reading found.
type seen int

const (
	absent   seen = iota // the change is not in effect, and may be made
	inEffect             // it is
	differs              // something else stands in its place
	unready              // it is there, and can neither be used nor made again now
)

const maxWrites = 4 // of one change, by one Do

// settle carries out a job. Between two writes there is always a reading: after an answer that
// leaves it open whether the first one happened, and before anything else is done about an object
// that an earlier settle left in doubt. Some jobs begin with one.
//
// The receipt's request is the write that made the change so, or the last write that was answered.
func (w *Writer) settle(ctx context.Context, j job) (receipt plan.Receipt, err error) {
	if j.lookFirst || w.doubts.about(j.object) {
		if done, err := w.read(ctx, j); done {
			return plan.Receipt{Already: err == nil}, err
		}
	}
	for try := 1; ; try++ {
		if j.still != nil {
			switch err := j.still(ctx); {
			case errors.Is(err, plan.ErrDiffers):
				return receipt, fmt.Errorf("%s: %w", j.doing, err)
			case err != nil:
				return receipt, failure(err, "find out whether it is still right to "+j.doing, j.hide...)
			}
		}
		request, err := j.send(ctx)
		switch {
		case err == nil:
			receipt.Request = request
			return receipt, nil
		case isExists(err):
			err := w.exists(ctx, j, err)
			receipt.Already = err == nil && try == 1
			return receipt, err
		case j.gone && isNotFound(err):
			receipt.Already = try == 1
			return receipt, nil
		case !isAmbiguous(err):
			return receipt, failure(err, j.doing, j.hide...)
		}
		receipt.Request, receipt.Lost = requestOf(err), true
		w.doubts.add(j.object)
		if done, err := w.read(ctx, j); done {
			return receipt, err
		}
		if try == maxWrites {
			return receipt, failure(err, j.doing, j.hide...)
		}
		if err := sleep(ctx, time.Duration(try)*backoff(4)); err != nil {
			return receipt, failure(err, j.doing)
		}
	}
}

// read looks at the object of a job in doubt, and reports whether that ends the job, and how.
func (w *Writer) read(ctx context.Context, j job) (done bool, err error) {
	found, err := j.look(ctx)
	if err != nil {
		return true, failure(err, "find out whether it had been done to "+j.doing, j.hide...)
	}
	w.doubts.clear(j.object)
	switch found {
	case absent:
		return false, nil
	case inEffect:
		return true, nil
	}
	return true, j.stands(found, nil)
}

// exists compares what AWS says is there already with what is wanted.
func (w *Writer) exists(ctx context.Context, j job, exists error) error {
	found, err := j.look(ctx)
	if err != nil {
		return failure(err, "compare what exists already, to "+j.doing, j.hide...)
	}
	if found == inEffect {
		return nil
	}
	return j.stands(found, failure(exists, j.doing, j.hide...))
}

// stands is the error of an object that stands in the way of a job.
func (j job) stands(found seen, cause error) error {
	kind := map[seen]error{absent: j.missing, differs: plan.ErrDiffers, unready: plan.ErrNotReady}[found]
	if kind == nil {
		kind = plan.ErrNotReady
	}
	e, ok := errors.AsType[*CallError](cause)
	if !ok {
		return fmt.Errorf("%s: %w", j.doing, kind)
	}
	return &CallError{Doing: fmt.Sprintf("%s: %v", j.doing, kind), Code: e.Code, Message: e.Message, RequestID: e.RequestID, kind: kind}
}
