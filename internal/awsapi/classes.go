package awsapi

import (
	"errors"
	"net/http"
	"strings"

	"github.com/aws/smithy-go"
)

// The codes with which the services ask for fewer calls (AWS SDKs, "Retry behavior"), without
// LimitExceededException: QuickSight's means a quota of the account, and stays.
var throttleCodes = map[string]bool{
	"Throttling": true, "ThrottlingException": true, "ThrottledException": true,
	"RequestThrottled": true, "RequestThrottledException": true, "RequestLimitExceeded": true,
	"TooManyRequestsException": true, "PriorRequestNotComplete": true, "SlowDown": true,
	"ProvisionedThroughputExceededException": true,
	"KmsThrottled":                           true, "KMS.ThrottlingException": true,
}

// The codes with which the services refuse the credentials themselves, not what they ask for.
var credentialCodes = map[string]bool{
	"ExpiredToken": true, "ExpiredTokenException": true, "InvalidClientTokenId": true,
	"UnrecognizedClientException": true, "InvalidSignatureException": true, "SignatureDoesNotMatch": true,
	"MissingAuthenticationToken": true, "MissingAuthenticationTokenException": true, "IncompleteSignature": true,
	"RequestExpired": true, "RequestTimeTooSkewed": true, "OptInRequired": true,
}

// codeOf is AWS's code of an error, "" where AWS did not answer with one.
func codeOf(err error) string {
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		return e.ErrorCode()
	}
	return ""
}

// statusOf is the HTTP status of an answer that was an error, 0 where there was no answer.
func statusOf(err error) int {
	if e, ok := errors.AsType[interface {
		error
		HTTPStatusCode() int
	}](err); ok {
		return e.HTTPStatusCode()
	}
	return 0
}

func isThrottle(err error) bool {
	if code := codeOf(err); code != "" && code != "UnknownError" {
		return throttleCodes[code]
	}
	return statusOf(err) == http.StatusTooManyRequests
}

// isAmbiguous reports whether the call may have had its effect although it did not succeed: there
// was no answer, or half of one, or a 5xx.
func isAmbiguous(err error) bool {
	if err == nil || isThrottle(err) || neverSent(err) {
		return false
	}
	status := statusOf(err)
	if status >= 500 {
		return true
	}
	// Below 500 an answer that could be read is a refusal. One that could not be read tells
	// nothing, if it was a success.
	return codeOf(err) == "" && status < 300
}

// neverSent reports whether the call failed before it left: its context had ended, its input was
// refused by the SDK, there were no credentials to sign it with, or nowhere that it may go.
func neverSent(err error) bool {
	if _, ok := errors.AsType[*EndpointError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*notSentError](err); ok {
		return true
	}
	if _, ok := errors.AsType[*smithy.SerializationError](err); ok {
		return true
	}
	if _, ok := errors.AsType[smithy.InvalidParamsError](err); ok {
		return true
	}
	return isUnsigned(err)
}

// isUnsigned reports whether the SDK could not sign the call, for want of credentials. It has no
// type for that; its middleware says so.
func isUnsigned(err error) bool { return strings.Contains(err.Error(), "get identity: ") }

// isConflict reports whether S3 turned a conditional write away because of another one of the same name that was under way:
// nothing was written, and it is to be sent again (S3, "Conditional writes": 409).
func isConflict(err error) bool { return codeOf(err) == "ConditionalRequestConflict" }

// isClockSkew reports whether the SDK takes err for a consequence of a clock that is wrong, and has
// corrected it for the next attempt.
func isClockSkew(err error) bool {
	e, ok := errors.AsType[interface {
		error
		RetryableError() bool
	}](err)
	return ok && e.RetryableError() && codeOf(err) != "" && statusOf(err) < 500 && statusOf(err) >= 400
}

func isNotFound(err error) bool {
	switch codeOf(err) {
	case "ResourceNotFoundException", "QuickSightUserNotFoundException", "NoSuchEntity", "QueueDoesNotExist", "AWS.SimpleQueueService.NonExistentQueue":
		return true
	}
	return false
}

func isExists(err error) bool { return codeOf(err) == "ResourceExistsException" }

// isStaleToken reports whether AWS no longer takes a page token: QuickSight has a code for it, the
// identity store a sentence.
func isStaleToken(err error) bool {
	switch codeOf(err) {
	case "InvalidNextTokenException", "InvalidNextToken", "ExpiredNextTokenException":
		return true
	case "ValidationException", "InvalidParameterValueException":
		e, _ := errors.AsType[smithy.APIError](err)
		text := strings.ToLower(e.ErrorMessage())
		return strings.Contains(text, "nexttoken") || strings.Contains(text, "next token") || strings.Contains(text, "pagination token")
	}
	return false
}

// isDenied reports whether the credentials may not do this: QuickSight answers 401, the others 400
// or 403.
func isDenied(err error) bool {
	switch codeOf(err) {
	case "AccessDenied", "AccessDeniedException", "UnauthorizedOperation", "NotAuthorized", "KmsAccessDenied", "KMS.AccessDeniedException":
		return true
	}
	return false
}
