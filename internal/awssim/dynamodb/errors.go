package dynamodb

import "github.com/tenantry/tenantry/internal/awssim/wire"

// Where the types of errors are from.
const (
	own      = "com.amazonaws.dynamodb.v20120810#"
	coral    = "com.amazon.coral.service#"
	validate = "com.amazon.coral.validate#"
)

// modelled is an error of whoever called.
func modelled(from, code, format string, args ...any) *wire.Error {
	return wire.Errorf(400, code, format, args...).With("__type", from+code)
}

// failed is an error of the service's own.
func failed(status int, code, format string, args ...any) *wire.Error {
	return wire.Errorf(status, code, format, args...).With("__type", own+code)
}

// invalid is the error of what cannot be taken.
func invalid(format string, args ...any) *wire.Error {
	return modelled(validate, "ValidationException", format, args...)
}

func noTable(name string) *wire.Error {
	return modelled(own, "ResourceNotFoundException", "Requested resource not found: Table: %s not found", name)
}

func conditionFailed() *wire.Error {
	return modelled(own, "ConditionalCheckFailedException", "The conditional request failed")
}

// reason is why an action of a transaction was not carried out; "None" of those that could have been.
type reason struct {
	Code    string
	Message string `json:",omitempty"`
}

// cancelled is the error of a transaction that was not carried out.
func cancelled(reasons []reason) *wire.Error {
	codes := ""
	for i, r := range reasons {
		if i > 0 {
			codes += ", "
		}
		codes += r.Code
	}
	e := modelled(own, "TransactionCanceledException", "Transaction cancelled, please refer cancellation reasons for specific reasons [%s]", codes)
	return e.With("CancellationReasons", reasons).With("Message", e.Message)
}
