package sqs

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// outgoing is a message to be sent, alone or as an entry of a batch.
type outgoing struct {
	named
	MessageBody             string
	DelaySeconds            *int
	MessageAttributes       map[string]attribute
	MessageSystemAttributes map[string]attribute
	MessageGroupID          *string
	MessageDeduplicationID  *string
}

// attribute is a message attribute as it goes over the wire.
type attribute struct {
	DataType    string
	StringValue *string `json:",omitempty"`
	BinaryValue []byte  `json:",omitempty"`
}

func (s service) sendMessage(r *wire.Request, q *world.Queue, in outgoing) (any, error) {
	return s.send(r, q, in)
}

func (s service) sendMessageBatch(r *wire.Request, q *world.Queue, in struct{ Entries []outgoing }) (any, error) {
	if err := judge(in.Entries); err != nil {
		return nil, err
	}
	total := 0
	for _, e := range in.Entries {
		total += e.size()
	}
	if total > maxSize {
		return nil, modelled("BatchRequestTooLong", "Batch requests cannot be longer than %d bytes. You have sent %d bytes.", maxSize, total)
	}
	return batch(in.Entries, func(e outgoing) (map[string]any, error) { return s.send(r, q, e) })
}

// send judges a message and puts it into the queue.
func (s service) send(r *wire.Request, q *world.Queue, m outgoing) (map[string]any, error) {
	if err := m.judge(q.Settings); err != nil {
		return nil, err
	}
	delay := time.Duration(q.Settings.Delay)
	if m.DelaySeconds != nil {
		delay = time.Duration(*m.DelaySeconds) * time.Second
	}
	message := world.Message{Body: m.MessageBody, Attributes: kept(m.MessageAttributes), Sender: r.Caller.UserID}
	system := kept(m.MessageSystemAttributes)
	message.TraceHeader = system["AWSTraceHeader"].Text
	sent := q.Send(message, delay)
	answer := map[string]any{"MessageId": sent.ID, "MD5OfMessageBody": digest(sent.Body)}
	if sum := digestOf(sent.Attributes); sum != "" {
		answer["MD5OfMessageAttributes"] = sum
	}
	if sum := digestOf(system); sum != "" {
		answer["MD5OfMessageSystemAttributes"] = sum
	}
	return answer, nil
}

// kept gives attributes as the world keeps them.
func kept(in map[string]attribute) map[string]world.MessageAttribute {
	if len(in) == 0 {
		return nil
	}
	out := make(map[string]world.MessageAttribute, len(in))
	for name, a := range in {
		out[name] = world.MessageAttribute{Type: a.DataType, Binary: a.BinaryValue}
		if a.StringValue != nil {
			out[name] = world.MessageAttribute{Type: a.DataType, Text: *a.StringValue}
		}
	}
	return out
}

// size is what counts against the limit: the body, and names, types and values of the attributes.
func (m outgoing) size() int {
	n := len(m.MessageBody)
	for name, a := range m.MessageAttributes {
		n += len(name) + len(a.DataType) + len(a.BinaryValue)
		if a.StringValue != nil {
			n += len(*a.StringValue)
		}
	}
	return n
}

func (m outgoing) judge(q world.QueueSettings) error {
	switch {
	case m.MessageBody == "":
		return missing("MessageBody")
	case m.MessageGroupID != nil || m.MessageDeduplicationID != nil:
		return invalid("The request includes a parameter of FIFO queues, which is not valid for this queue type.")
	case m.DelaySeconds != nil && (*m.DelaySeconds < 0 || *m.DelaySeconds > 900):
		return invalid("Value %d for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.", *m.DelaySeconds)
	case !utf8.ValidString(m.MessageBody) || strings.ContainsFunc(m.MessageBody, unsendable):
		return modelled("InvalidMessageContents", "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD | #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF")
	case m.size() > q.MaxSize:
		return invalid("One or more parameters are invalid. Reason: Message must be shorter than %d bytes.", q.MaxSize)
	case len(m.MessageAttributes) > 10:
		return invalid("Number of message attributes [%d] exceeds the allowed maximum [10].", len(m.MessageAttributes))
	}
	for _, name := range slices.Sorted(maps.Keys(m.MessageAttributes)) {
		if err := m.MessageAttributes[name].judge(name); err != nil {
			return err
		}
	}
	return nil
}

// unsendable reports whether a message may not have a character.
func unsendable(c rune) bool {
	return c < 0x20 && c != '\t' && c != '\n' && c != '\r' || c == 0xFFFE || c == 0xFFFF
}

var (
	attributeName = regexp.MustCompile(`^[A-Za-z0-9_.-]{1,256}$`)
	attributeType = regexp.MustCompile(`^(String|Number|Binary)(\.[^\x00-\x1f]{1,249})?$`)
)

func (a attribute) judge(name string) error {
	why := ""
	switch {
	case !attributeName.MatchString(name):
		why = "can not have this name"
	case !attributeType.MatchString(a.DataType):
		why = "has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String"
	case isBinary(a.DataType) && len(a.BinaryValue) == 0, !isBinary(a.DataType) && (a.StringValue == nil || *a.StringValue == ""):
		why = "must contain a non-empty value of its type"
	}
	if why != "" {
		return invalid("The message attribute '%s' %s.", name, why)
	}
	return nil
}
