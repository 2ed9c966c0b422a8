package awsapi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// QueueError is a queue that is not there, that may not be used, or whose URL SQS does not take. It wraps
// plan.ErrNotFound or plan.ErrDenied.
type QueueError struct {
	Name    string
	Account tenancy.AccountID // of the queue, as its URL has it
	Region  string
	Own     tenancy.AccountID // of QuickSight
	Action  string            // IAM's name of what was asked for: "sqs:ReceiveMessage"
	*CallError
}

// Unwrap is the *CallError.
func (e *QueueError) Unwrap() error { return e.CallError }

// Hint says what mends it.
func (e *QueueError) Hint() string {
	queue := fmt.Sprintf("queue %s of account %s in %s", e.Name, e.Account, e.Region)
	if e.Action == "sqs:SendMessage" {
		queue = "the dead-letter queue of " + queue
	}
	switch {
	case strings.HasPrefix(e.Code, "K"): // KMS.AccessDeniedException
		return "allow kms:Decrypt and kms:GenerateDataKey on the key of " + queue + " to the role or user that tenantry reads events as"
	case errors.Is(e, plan.ErrDenied) && e.Account != e.Own:
		return fmt.Sprintf("allow %s on %s to the role or user that tenantry reads events as, and in the queue's own policy: it is not in the account of QuickSight, %s. Or set events.assume_role to a role of the queue's account", e.Action, queue, e.Own)
	case errors.Is(e, plan.ErrDenied):
		return fmt.Sprintf("allow %s on %s to the role or user that tenantry reads events as", e.Action, queue)
	case e.Account != e.Own:
		return fmt.Sprintf("there is no %s, or it lets nobody of another account in: check account and Region in events.queue_url", queue)
	}
	return fmt.Sprintf("there is no %s: check events.queue_url", queue)
}

// String names the queue in errors.
func (i *Inbox) String() string { return fmt.Sprintf("queue %q in %s", i.name, i.region) }

// failed turns an error of the SDK's about this queue into one of this package's. doing is followed
// by the queue's name.
func (i *Inbox) failed(err error, doing string, hide ...string) error {
	f := failure(err, doing+" "+i.String(), hide...)
	e, ok := errors.AsType[*CallError](f)
	action := strings.TrimSuffix(actionOf(err), "Batch")
	if !ok || !strings.HasPrefix(action, "sqs:") { // or it is about the role to assume
		return f
	}
	if e.Code == "InvalidAddress" { // "The address … is not valid for this endpoint."
		e.kind = plan.ErrNotFound
	}
	if errors.Is(e, plan.ErrNotFound) || errors.Is(e, plan.ErrDenied) {
		return &QueueError{Name: i.name, Account: i.account, Region: i.region, Own: i.own, Action: action, CallError: e}
	}
	return f
}
