package sqs

import (
	"errors"
	"regexp"

	"github.com/tenantry/tenantry/internal/awssim/wire"
)

// entry is one of a batch.
type entry interface{ id() string }

// named is what every entry has.
type named struct{ ID string }

func (n named) id() string { return n.ID }

// failure is what a batch answers about an entry that failed.
type failure struct {
	ID          string `json:"Id"`
	SenderFault bool
	Code        string
	Message     string
}

var entryID = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// maxEntries is how many entries a batch may have.
const maxEntries = 10

// judge refuses a batch as a whole.
func judge[E entry](entries []E) error {
	switch n := len(entries); {
	case n == 0:
		return modelled("EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request.")
	case n > maxEntries:
		return modelled("TooManyEntriesInBatchRequest", "Maximum number of entries per request are %d. You have sent %d.", maxEntries, n)
	}
	seen := make(map[string]bool)
	for _, e := range entries {
		if !entryID.MatchString(e.id()) {
			return modelled("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores. It can be at most 80 letters long.")
		}
		if seen[e.id()] {
			return modelled("BatchEntryIdsNotDistinct", "Id %s repeated.", e.id())
		}
		seen[e.id()] = true
	}
	return nil
}

// batch carries out a batch, each entry by itself: what one answers is told with its id, and so is why one failed.
func batch[E entry](entries []E, do func(E) (map[string]any, error)) (any, error) {
	answer := make(map[string]any)
	var done []map[string]any
	var failed []failure
	for _, e := range entries {
		result, err := do(e)
		var why *wire.Error
		switch {
		case errors.As(err, &why):
			failed = append(failed, failure{ID: e.id(), SenderFault: why.Status < 500, Code: code(why), Message: why.Message})
			continue
		case err != nil:
			return nil, err
		}
		if result == nil {
			result = make(map[string]any)
		}
		result["Id"] = e.id()
		done = append(done, result)
	}
	// Successful and Failed are required in the answers of the API model, so both are there when they are empty.
	answer["Successful"], answer["Failed"] = orEmpty(done), orEmpty(failed)
	return answer, nil
}

// code is how an entry's error is named: as in the query protocol, which has no Exception at the end.
func code(e *wire.Error) string {
	if e.QueryCode != "" {
		return e.QueryCode
	}
	return e.Code
}

func orEmpty[E any](list []E) []E { return append([]E{}, list...) }
