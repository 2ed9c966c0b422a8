package wire

import (
	"errors"
	"fmt"
	"maps"
)

// Error is an error as an AWS service sends it.
type Error struct {
	Code    string // the shape's name in the API model: "ResourceNotFoundException"
	Message string
	Status  int            // HTTP status
	Members map[string]any // further members of the shape, such as ResourceType or RetryAfterSeconds
	// QueryCode is the code that the service's former query protocol gave the error, for the header of [JSON10];
	// empty when it is Code.
	QueryCode string
}

// Errorf makes an error of the given code and HTTP status.
func Errorf(status int, code, format string, args ...any) *Error {
	return &Error{Code: code, Status: status, Message: fmt.Sprintf(format, args...)}
}

// Error gives the code and the message, as the SDKs print them.
func (e *Error) Error() string { return e.Code + ": " + e.Message }

// With gives a copy of e that carries one more member of its shape.
func (e *Error) With(member string, value any) *Error {
	c := *e
	c.Members = maps.Clone(e.Members)
	if c.Members == nil {
		c.Members = make(map[string]any)
	}
	c.Members[member] = value
	return &c
}

// AsError gives err as an *Error; anything that is not one is reported as an
// internal failure of the service, as p words it.
func AsError(p Protocol, err error) *Error {
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	return Errorf(500, p.internalCode(), "%v", err)
}
