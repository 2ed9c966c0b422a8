package cloudtrail

import (
	"encoding/json"
	"fmt"
	"iter"
	"strconv"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// lookup is the input of LookupEvents. Times are seconds, with a fraction.
type lookup struct {
	LookupAttributes   []attribute
	StartTime, EndTime json.Number
	EventCategory      *string
	MaxResults         *int
	NextToken          string
}

type attribute struct{ AttributeKey, AttributeValue string }

// matches are what can be looked up, each with how a record is compared.
var matches = map[string]func(r world.Record, value string) bool{
	"EventId":     func(r world.Record, v string) bool { return r.ID == v },
	"EventName":   func(r world.Record, v string) bool { return r.Name == v },
	"EventSource": func(r world.Record, v string) bool { return r.Source == v },
	"Username":    func(r world.Record, v string) bool { return r.User == v },
	"AccessKeyId": func(r world.Record, v string) bool { return r.AccessKey == v },
	"ReadOnly":    func(r world.Record, v string) bool { return strconv.FormatBool(r.ReadOnly) == v },
	"ResourceName": func(r world.Record, v string) bool {
		return has(r, func(n world.Named) bool { return n.Name == v })
	},
	"ResourceType": func(r world.Record, v string) bool {
		return has(r, func(n world.Named) bool { return n.Kind == v })
	},
}

func has(r world.Record, is func(world.Named) bool) bool {
	for _, n := range r.Resources {
		if is(n) {
			return true
		}
	}
	return false
}

func (s service) lookupEvents(r *wire.Request) (any, error) {
	var in lookup
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	wanted, err := in.wanted()
	if err != nil {
		return nil, err
	}
	limit := 50
	if in.MaxResults != nil {
		limit = *in.MaxResults
	}
	if limit < 1 || limit > 50 {
		return nil, wire.Errorf(400, "InvalidMaxResultsException", "A limit of %d is specified. The limit must be between 1 and 50.", limit)
	}
	list := world.Key("LookupEvents", r.Caller.Account, r.Region, fmt.Sprint(in.LookupAttributes, in.StartTime, in.EndTime))
	after, ok := s.w.Continue(list, in.NextToken)
	if !ok {
		return nil, wire.Errorf(400, "InvalidNextTokenException", "Invalid token.")
	}
	page, last := world.Page(s.rows(r, after, wanted), limit)
	events := []map[string]any{}
	for _, record := range page {
		events = append(events, view(record))
	}
	answer := map[string]any{"Events": events}
	if last != "" {
		answer["NextToken"] = s.w.Token(list, last)
	}
	return answer, nil
}

// wanted gives what an event must be like.
func (in lookup) wanted() (func(world.Record) bool, error) {
	from, to, err := in.between()
	switch {
	case err != nil:
		return nil, err
	case in.EventCategory != nil && *in.EventCategory != "insight":
		return nil, wire.Errorf(400, "InvalidEventCategoryException", "The event category %s is invalid.", *in.EventCategory)
	case len(in.LookupAttributes) > 1:
		return nil, invalidAttributes("You can specify only one lookup attribute.")
	}
	matching := func(world.Record) bool { return in.EventCategory == nil }
	for _, a := range in.LookupAttributes {
		match, ok := matches[a.AttributeKey]
		if !ok || a.AttributeValue == "" || len(a.AttributeValue) > 2000 {
			return nil, invalidAttributes(fmt.Sprintf("The lookup attribute %s is invalid.", a.AttributeKey))
		}
		matching = func(r world.Record) bool { return in.EventCategory == nil && match(r, a.AttributeValue) }
	}
	return func(r world.Record) bool {
		return matching(r) && !r.Time.Before(from) && (to.IsZero() || !r.Time.After(to))
	}, nil
}

func invalidAttributes(message string) error {
	return wire.Errorf(400, "InvalidLookupAttributesException", "%s", message)
}

// between gives the times of the input, which are both part of the range; zero for none.
func (in lookup) between() (from, to time.Time, err error) {
	if from, err = moment(in.StartTime); err == nil {
		to, err = moment(in.EndTime)
	}
	if err == nil && !to.IsZero() && to.Before(from) {
		err = wire.Errorf(400, "InvalidTimeRangeException", "The start time must be before the end time.")
	}
	return from, to, err
}

func moment(text json.Number) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	seconds, err := text.Float64()
	if err != nil {
		return time.Time{}, wire.Errorf(400, "SerializationException", "%s is no time", text)
	}
	return time.UnixMilli(int64(seconds * 1000)).UTC(), nil
}

// rows gives the wanted records of the caller's account and Region after one, by their ids, newest first. Whether or not the one has been
// forgotten since, nothing that is newer comes again.
func (s service) rows(of *wire.Request, after string, wanted func(world.Record) bool) iter.Seq2[string, world.Record] {
	return func(yield func(string, world.Record) bool) {
		passed := after == ""
		for r := range s.w.History.Newest(of.Caller.Account, of.Region, s.w.Now()) {
			if passed && wanted(r) && !yield(r.ID, r) {
				return
			}
			passed = passed || r.ID == after
		}
	}
}

// view is an event as the API shows it.
func view(r world.Record) map[string]any {
	resources := []map[string]any{}
	for _, n := range r.Resources {
		resources = append(resources, map[string]any{"ResourceType": n.Kind, "ResourceName": n.Name})
	}
	m := map[string]any{
		"EventId": r.ID, "EventName": r.Name, "EventSource": r.Source, "EventTime": r.Time.Unix(),
		"ReadOnly": strconv.FormatBool(r.ReadOnly), "Resources": resources, "CloudTrailEvent": r.Text,
	}
	for name, value := range map[string]string{"Username": r.User, "AccessKeyId": r.AccessKey} {
		if value != "" {
			m[name] = value
		}
	}
	return m
}
