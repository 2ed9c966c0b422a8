package sqs

import "github.com/tenantry/tenantry/internal/awssim/wire"

// queryCodes are the codes that the query protocol gave the modelled errors, where they are others.
var queryCodes = map[string]string{
	"BatchEntryIdsNotDistinct":     "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
	"BatchRequestTooLong":          "AWS.SimpleQueueService.BatchRequestTooLong",
	"EmptyBatchRequest":            "AWS.SimpleQueueService.EmptyBatchRequest",
	"InvalidBatchEntryId":          "AWS.SimpleQueueService.InvalidBatchEntryId",
	"MessageNotInflight":           "AWS.SimpleQueueService.MessageNotInflight",
	"PurgeQueueInProgress":         "AWS.SimpleQueueService.PurgeQueueInProgress",
	"QueueDeletedRecently":         "AWS.SimpleQueueService.QueueDeletedRecently",
	"QueueDoesNotExist":            "AWS.SimpleQueueService.NonExistentQueue",
	"QueueNameExists":              "QueueAlreadyExists",
	"TooManyEntriesInBatchRequest": "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
	"UnsupportedOperation":         "AWS.SimpleQueueService.UnsupportedOperation",
}

// modelled is an error of the API model.
func modelled(code, format string, args ...any) *wire.Error {
	e := wire.Errorf(400, code, format, args...)
	e.QueryCode = queryCodes[code]
	return e.With("__type", "com.amazonaws.sqs#"+code)
}

// unmodelled is an error that all services have, by its code in the query protocol.
func unmodelled(status int, code, format string, args ...any) *wire.Error {
	e := wire.Errorf(status, code+"Exception", format, args...)
	e.QueryCode = code
	return e.With("__type", "com.amazon.coral.service#"+e.Code)
}

func accessDenied(format string, args ...any) *wire.Error {
	return unmodelled(403, "AccessDenied", format, args...)
}

// invalid is the error of a parameter whose value cannot be taken.
func invalid(format string, args ...any) *wire.Error {
	return unmodelled(400, "InvalidParameterValue", format, args...)
}

func missing(parameter string) *wire.Error {
	return unmodelled(400, "MissingParameter", "The request must contain the parameter %s.", parameter)
}

// noQueue is the error of a queue that is not there.
func noQueue() *wire.Error {
	return modelled("QueueDoesNotExist", "The specified queue does not exist.")
}
