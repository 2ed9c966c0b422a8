package awsapi

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"regexp"
	"strings"

	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/smithy-go"
	"github.com/tenantry/tenantry/internal/plan"
)

// CallError is a call that failed: an answer of AWS's, or none.
type CallError struct {
	Doing     string // what was being done: `list the users of namespace "acme"`
	Code      string // AWS's, such as "ResourceNotFoundException"; "" where there was no answer
	Message   string // AWS's, or what was wrong with the connection
	RequestID string // AWS's; "" where there was no answer
	kind      error  // the failure of package plan, the context's error, or nil
}

func (e *CallError) Error() string {
	var b strings.Builder
	b.WriteString(e.Doing)
	for _, part := range []string{e.Code, e.Message} {
		if part != "" {
			b.WriteString(": ")
			b.WriteString(part)
		}
	}
	if e.RequestID != "" {
		fmt.Fprintf(&b, " (request %s)", e.RequestID)
	}
	return b.String()
}

// Unwrap is the failure of package plan that e is, or the context's error.
func (e *CallError) Unwrap() error { return e.kind }

// DeniedError is a call that the credentials may not make. It wraps plan.ErrDenied.
type DeniedError struct {
	Action string // IAM's name of it: "quicksight:RegisterUser"
	*CallError
}

// Hint says what mends it.
func (e *DeniedError) Hint() string {
	if strings.Contains(e.Message, "managed by IAM Identity Center") {
		return "this QuickSight account is integrated with IAM Identity Center, and has no namespaces of one's own; tenantry needs an account that federates through IAM"
	}
	return "allow " + e.Action + " to the role or user that tenantry runs as; a service control policy may deny it too"
}

// Unwrap is the *CallError.
func (e *DeniedError) Unwrap() error { return e.CallError }

// CredentialsError is a call whose credentials AWS does not accept, or for which there are none. It
// wraps plan.ErrCredentials.
type CredentialsError struct{ *CallError }

// Hint says what mends it.
func (e *CredentialsError) Hint() string {
	switch e.Code {
	case "":
		return "no AWS credentials were found: sign in (`aws sso login`), set AWS_PROFILE, or run where a role is attached"
	case "ExpiredToken", "ExpiredTokenException", "RequestExpired":
		return "the AWS credentials have expired: sign in again (`aws sso login`)"
	case "RequestTimeTooSkewed":
		return "the clock of this machine is wrong: set it"
	}
	return "AWS does not accept these credentials: `aws sts get-caller-identity` shows which ones are found"
}

// Unwrap is the *CallError.
func (e *CredentialsError) Unwrap() error { return e.CallError }

// IdentityRegionError is a call to QuickSight in another Region than the one where the account's
// users live. QuickSight answers it as AccessDenied; it has nothing to do with rights.
type IdentityRegionError struct {
	Endpoint       string // the Region that was called
	IdentityRegion string // the Region to call
	*CallError
}

// Hint says what mends it.
func (e *IdentityRegionError) Hint() string {
	return fmt.Sprintf("set quicksight.identity_region to %s", e.IdentityRegion)
}

// LivesIn is the Region to call.
func (e *IdentityRegionError) LivesIn() string { return e.IdentityRegion }

// Unwrap is the *CallError.
func (e *IdentityRegionError) Unwrap() error { return e.CallError }

var identityRegion = regexp.MustCompile(`called from endpoint ([a-z0-9-]+), but your identity region is ([a-z0-9-]+)`)

// failure turns an error of the SDK's into one of this package's. doing says what was being done.
// What is in hide does not show in the error.
func failure(err error, doing string, hide ...string) error {
	if _, done := errors.AsType[*CallError](err); done || err == nil {
		return err
	}
	if to, ok := errors.AsType[*EndpointError](err); ok {
		return fmt.Errorf("%s: %w", doing, to)
	}
	e := &CallError{Doing: doing, RequestID: requestOf(err), kind: kindOf(err)}
	api, answered := errors.AsType[smithy.APIError](err)
	if !answered {
		e.Message = hidden(plainText(err), hide)
		if isUnsigned(err) && e.kind == nil {
			e.kind = plan.ErrCredentials
			return &CredentialsError{e}
		}
		return e
	}
	e.Code, e.Message = api.ErrorCode(), hidden(api.ErrorMessage(), hide)
	if m := identityRegion.FindStringSubmatch(e.Message); m != nil && isDenied(err) {
		e.kind = nil
		return &IdentityRegionError{m[1], m[2], e}
	}
	switch {
	case credentialCodes[e.Code]:
		return &CredentialsError{e}
	case isDenied(err):
		return &DeniedError{actionOf(err), e}
	}
	return e
}

// requestOf is AWS's id of the request that was answered with an error, "" where there was no answer.
func requestOf(err error) string {
	if r, ok := errors.AsType[*awshttp.ResponseError](err); ok {
		return r.ServiceRequestID()
	}
	return ""
}

// kindOf is the failure of package plan that an answer means, or the context's error.
func kindOf(err error) error {
	code := codeOf(err)
	switch {
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case isNotFound(err):
		return plan.ErrNotFound
	case credentialCodes[code]:
		return plan.ErrCredentials
	case isDenied(err):
		return plan.ErrDenied
	}
	switch code {
	case "LimitExceededException":
		return plan.ErrLimit
	case "PreconditionNotMetException", "ConflictException":
		return plan.ErrNotReady
	}
	return nil
}

// actionOf is IAM's name of the call that failed.
func actionOf(err error) string {
	action := "this"
	for { // the innermost: assuming a role is a call within a call
		op, ok := errors.AsType[*smithy.OperationError](err)
		if !ok {
			return action
		}
		action, err = prefixOf(op.ServiceID)+":"+op.OperationName, op.Err
	}
}

// administration is how the SDK calls the service that administers Identity Center (ssoadmin.ServiceID): its package is
// not imported here, since what works by itself has no need of it.
const administration = "SSO Admin"

// prefixOf is what a service's actions begin with in IAM (service authorization reference).
func prefixOf(serviceID string) string {
	switch serviceID {
	case administration:
		return "sso"
	case "EventBridge":
		return "events"
	}
	return strings.ToLower(serviceID)
}

// plainText says what was wrong with a call that AWS did not answer, without the address that was
// called: it holds names.
func plainText(err error) string {
	if errors.Is(err, errAttemptTimeout) {
		return errAttemptTimeout.Error()
	}
	if u, ok := errors.AsType[*url.Error](err); ok {
		return u.Err.Error()
	}
	if d, ok := errors.AsType[*smithy.DeserializationError](err); ok {
		return "the answer could not be read: " + d.Err.Error()
	}
	if op, ok := errors.AsType[*smithy.OperationError](err); ok {
		return op.Err.Error()
	}
	return err.Error()
}

// hidden is text without what must not show.
func hidden(text string, hide []string) string {
	for _, h := range hide {
		if len(h) > 1 {
			text = strings.ReplaceAll(text, h, "…")
		}
	}
	return text
}
