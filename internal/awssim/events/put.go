package events

import (
	"encoding/json"
	"errors"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// entry is an event of PutEvents.
type entry struct {
	Source, DetailType, Detail, EventBusName string
	Resources                                []string
	Time                                     json.Number // seconds
}

// putEvents puts up to ten events on buses, each for itself.
func (s service) putEvents(r *wire.Request) (any, error) {
	var in struct{ Entries []entry }
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	if len(in.Entries) == 0 || len(in.Entries) > 10 {
		return nil, invalid("1 validation error detected: Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10")
	}
	results, failed := []any{}, 0
	for _, e := range in.Entries {
		id, err := s.putEvent(r, e)
		if err == nil {
			results = append(results, map[string]any{"EventId": id})
			continue
		}
		var answered *wire.Error
		if !errors.As(err, &answered) {
			return nil, err
		}
		failed++
		results = append(results, map[string]any{"ErrorCode": answered.Code, "ErrorMessage": answered.Message})
	}
	return map[string]any{"FailedEntryCount": failed, "Entries": results}, nil
}

func (s service) putEvent(r *wire.Request, e entry) (string, error) {
	var detail map[string]any
	switch {
	case e.Source == "" || e.DetailType == "" || e.Detail == "":
		return "", wire.Errorf(400, "InvalidArgument", "Parameter Source, DetailType or Detail is not valid. Reason: it is a required argument.")
	case strings.HasPrefix(e.Source, "aws."):
		return "", wire.Errorf(400, "NotAuthorizedForSourceException", "Not authorized for the source.")
	case json.Unmarshal([]byte(e.Detail), &detail) != nil || detail == nil:
		return "", wire.Errorf(400, "MalformedDetail", "Detail is malformed.")
	}
	b, err := s.bus(r, e.EventBusName)
	if err != nil {
		return "", err
	}
	var at time.Time
	if seconds, err := e.Time.Float64(); err == nil {
		at = time.UnixMilli(int64(seconds * 1000))
	}
	return s.w.Events.PutEvent(b, world.Entry{
		Account: r.Caller.Account, Region: r.Region, Source: e.Source, DetailType: e.DetailType,
		Resources: e.Resources, Detail: detail, Time: at,
	}), nil
}
