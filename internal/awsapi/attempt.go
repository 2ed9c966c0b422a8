package awsapi

import (
	"context"
	"errors"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	idstypes "github.com/aws/aws-sdk-go-v2/service/identitystore/types"
	"github.com/aws/smithy-go/middleware"
)

// Call is one attempt of a call, as Options.Observe is told of it.
type Call struct {
	Service   string // as the SDK calls it: "QuickSight", "identitystore", "IAM", "STS", "SQS"
	Operation string
	Priority  Priority
	Outcome   Outcome
	Code      string        // AWS's error code, "" for a success and for no answer
	Waited    time.Duration // for its turn
	Took      time.Duration // from sending to the answer
}

// Outcome is how an attempt ended.
type Outcome string

// The outcomes.
const (
	OK        Outcome = "ok"
	Throttled Outcome = "throttled"
	Refused   Outcome = "refused"   // any other answer with an error of the caller's
	Ambiguous Outcome = "ambiguous" // no answer, half an answer, or a 5xx
	Cancelled Outcome = "cancelled" // by the caller
)

// errAttemptTimeout takes the place of the SDK's error when an attempt took too long.
var errAttemptTimeout = errors.New("no answer in time")

// installAt puts the pace into a client's calls: inside the SDK's attempt loop, so that every attempt waits
// for its turn, and before signing, so that the time of signing is the time of sending.
func (p *pace) installAt(priority Priority) func(*middleware.Stack) error {
	attempt := func(ctx context.Context, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
		return p.attempt(ctx, priority, in, next)
	}
	return func(stack *middleware.Stack) error {
		return stack.Finalize.Insert(middleware.FinalizeMiddlewareFunc("TenantryPace", attempt), "Retry", middleware.After)
	}
}

// attempt sends one attempt when its turn has come.
func (p *pace) attempt(ctx context.Context, priority Priority, in middleware.FinalizeInput, next middleware.FinalizeHandler) (middleware.FinalizeOutput, middleware.Metadata, error) {
	asked := time.Now()
	done, err := p.wait(ctx, priority)
	if err != nil {
		return middleware.FinalizeOutput{}, middleware.Metadata{}, &notSentError{err}
	}
	defer done()
	sent := time.Now()
	limited, cancel := context.WithTimeout(ctx, p.attemptTimeout+grace(ctx))
	defer cancel()
	out, metadata, err := next.HandleFinalize(limited, in)
	if err != nil && limited.Err() != nil && ctx.Err() == nil {
		err = errAttemptTimeout
	}
	outcome := outcomeOf(ctx, err)
	if outcome == Throttled {
		p.throttled(sent, retryAfter(err))
	}
	if p.observe != nil {
		p.observe(Call{
			Service: awsmiddleware.GetServiceID(ctx), Operation: awsmiddleware.GetOperationName(ctx), Priority: priority,
			Outcome: outcome, Code: codeOf(err), Waited: sent.Sub(asked), Took: time.Since(sent),
		})
	}
	return out, metadata, err
}

type graceKey struct{}

// withGrace gives a call's attempts that much longer: AWS may wait for so long before it answers.
func withGrace(ctx context.Context, d time.Duration) context.Context {
	return context.WithValue(ctx, graceKey{}, d)
}

func grace(ctx context.Context) time.Duration {
	d, _ := ctx.Value(graceKey{}).(time.Duration)
	return d
}

func outcomeOf(ctx context.Context, err error) Outcome {
	switch {
	case err == nil:
		return OK
	case ctx.Err() != nil:
		return Cancelled
	case isThrottle(err):
		return Throttled
	case isAmbiguous(err):
		return Ambiguous
	}
	return Refused
}

// retryAfter is for how long the identity store asks for nothing to be sent (API model:
// ThrottlingException, RetryAfterSeconds).
func retryAfter(err error) time.Duration {
	if e, ok := errors.AsType[*idstypes.ThrottlingException](err); ok {
		return time.Duration(e.RetryAfterSeconds) * time.Second
	}
	return 0
}

// notSentError is the end of a context before the attempt was sent: nothing has happened.
type notSentError struct{ err error }

func (e *notSentError) Error() string { return e.err.Error() }
func (e *notSentError) Unwrap() error { return e.err }
