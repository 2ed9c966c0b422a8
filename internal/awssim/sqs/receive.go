package sqs

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// receipt is the input of ReceiveMessage.
type receipt struct {
	AttributeNames              []string // the former name of what follows
	MessageSystemAttributeNames []string
	MessageAttributeNames       []string
	MaxNumberOfMessages         *int
	VisibilityTimeout           *int
	WaitTimeSeconds             *int
}

func (in receipt) judge() error {
	for _, n := range []struct {
		name        string
		value       *int
		least, most int
	}{
		{"MaxNumberOfMessages", in.MaxNumberOfMessages, 1, 10},
		{"VisibilityTimeout", in.VisibilityTimeout, 0, maxVisibility},
		{"WaitTimeSeconds", in.WaitTimeSeconds, 0, 20},
	} {
		if n.value != nil && (*n.value < n.least || *n.value > n.most) {
			return invalid("Value %d for parameter %s is invalid. Reason: Must be >= %d and <= %d, if provided.", *n.value, n.name, n.least, n.most)
		}
	}
	return nil
}

func (s service) receiveMessage(r *wire.Request, q *world.Queue, in receipt) (any, error) {
	if err := in.judge(); err != nil {
		return nil, err
	}
	limit, hidden, wait := 1, time.Duration(q.Settings.VisibilityTimeout), time.Duration(q.Settings.WaitTime)
	if in.MaxNumberOfMessages != nil {
		limit = *in.MaxNumberOfMessages
	}
	override(&hidden, in.VisibilityTimeout)
	override(&wait, in.WaitTimeSeconds)
	end := r.Asked.Add(wait)
	_, inFlight, _ := q.Counts()
	room := s.w.Behaviour().QueueInFlightLimit - inFlight
	if room <= 0 && wait == 0 {
		return nil, modelled("OverLimit", "There are too many messages in flight for queue %s.", q.Name)
	}
	got := q.Receive(min(limit, room), hidden)
	if len(got) == 0 && s.w.Now().Before(end) {
		return nil, s.wait(q, end)
	}
	if len(got) == 0 {
		return nothing{}, nil
	}
	var shown []map[string]any
	for _, m := range got {
		shown = append(shown, in.show(q, m))
	}
	return map[string]any{"Messages": shown}, nil
}

func override(d *time.Duration, seconds *int) {
	if seconds != nil {
		*d = time.Duration(*seconds) * time.Second
	}
}

// wait waits until there may be something to receive, but not longer than end.
func (s service) wait(q *world.Queue, end time.Time) *wire.Wait {
	if next := q.Next(); !next.IsZero() && next.Before(end) && next.After(s.w.Now()) {
		end = next
	}
	return &wire.Wait{Until: end, Changed: q.Changed()}
}

// show gives a message as it is received.
func (in receipt) show(q *world.Queue, m world.Message) map[string]any {
	doc := map[string]any{"MessageId": m.ID, "ReceiptHandle": handle(q, m), "MD5OfBody": digest(m.Body), "Body": m.Body}
	if list := in.system(m); len(list) > 0 {
		doc["Attributes"] = list
	}
	chosen := make(map[string]world.MessageAttribute)
	shown := make(map[string]attribute)
	for name, a := range m.Attributes {
		if in.wants(name) {
			chosen[name] = a
			shown[name] = attribute{DataType: a.Type, BinaryValue: a.Binary}
			if !isBinary(a.Type) {
				shown[name] = attribute{DataType: a.Type, StringValue: &a.Text}
			}
		}
	}
	if len(chosen) > 0 {
		doc["MessageAttributes"], doc["MD5OfMessageAttributes"] = shown, digestOf(chosen)
	}
	return doc
}

// wants reports whether a message attribute is asked for: by its name, as one of all, or by a prefix as in "bar.*".
func (in receipt) wants(name string) bool {
	return slices.ContainsFunc(in.MessageAttributeNames, func(asked string) bool {
		prefix, any := strings.CutSuffix(asked, ".*")
		return asked == "All" || asked == name || any && strings.HasPrefix(name, prefix)
	})
}

// system gives the system attributes that are asked for.
func (in receipt) system(m world.Message) map[string]string {
	all := map[string]string{
		"SenderId": m.Sender, "AWSTraceHeader": m.TraceHeader, "DeadLetterQueueSourceArn": m.Source,
		"SentTimestamp":                    strconv.FormatInt(m.SentAt.UnixMilli(), 10),
		"ApproximateReceiveCount":          strconv.Itoa(m.Receives),
		"ApproximateFirstReceiveTimestamp": strconv.FormatInt(m.FirstReceived.UnixMilli(), 10),
	}
	list := make(map[string]string)
	asked := slices.Concat(in.AttributeNames, in.MessageSystemAttributeNames)
	for name, value := range all {
		if value != "" && (slices.Contains(asked, name) || slices.Contains(asked, "All")) {
			list[name] = value
		}
	}
	return list
}
