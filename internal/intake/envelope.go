package intake

import (
	"bytes"
	"strings"
	"sync"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// MaxBody is the longest body that is read, in bytes. CloudTrail's events have 256 KB at the most
// (CloudTrail user guide, "Quotas"); a message of SQS could have four times as many.
const MaxBody = 256 << 10

// Reader reads event bodies. Several may read at once. Its fields are not changed once it reads.
type Reader struct {
	// Account is QuickSight's account. Events of QuickSight and IAM that are about another one are set aside.
	Account tenancy.AccountID
	// Store is the identity store. Events of the directory that name another one are set aside.
	Store tenancy.StoreID
	// SignsIn tells by its name whether people sign in by an IAM role outside the path of permission
	// sets. If it is nil, every new role is a reason to resolve the sign-in roles anew.
	SignsIn func(roleName string) bool
}

// tapes are reused: the values of an event fill some 4 KB.
var tapes = sync.Pool{New: func() any { return &tape{values: make([]value, 0, 128)} }}

// maxKept is how many values a tape may have room for and still be kept.
const maxKept = 4096

// Read reads the body of one message of the queue. It keeps nothing of it, and answers the same for
// the same body always.
func (r *Reader) Read(body []byte) Reading {
	return r.read(body, false)
}

// read reads a body; inside says that it was taken out of a message of SNS already.
func (r *Reader) read(body []byte, inside bool) Reading {
	switch {
	case len(bytes.TrimSpace(body)) == 0:
		return Reading{Reason: Empty}
	case len(body) > MaxBody:
		return Reading{Reason: TooLarge}
	case isCompressed(body):
		return Reading{Reason: Compressed}
	}
	t := tapes.Get().(*tape)
	reading := r.root(t, body, inside)
	if t.twice {
		reading = Reading{Reason: DuplicateKey, Cause: reading.Cause}
	}
	if t.body = nil; cap(t.values) <= maxKept {
		tapes.Put(t)
	}
	return reading
}

// isCompressed recognises gzip by its first bytes, and by what they are in base64.
func isCompressed(body []byte) bool {
	return bytes.HasPrefix(body, []byte{0x1f, 0x8b}) || bytes.HasPrefix(body, []byte("H4sI"))
}

func (r *Reader) root(t *tape, body []byte, inside bool) Reading {
	if !t.read(body) {
		if t.deep {
			return Reading{Reason: TooDeep}
		}
		return Reading{Reason: NotJSON}
	}
	switch t.values[0].kind {
	case object:
		return r.message(t, inside)
	case array:
		if len(t.values) > 1 && t.values[1].kind == object {
			return Reading{Reason: WrappedBatch}
		}
	case text:
		s := bytes.TrimSpace(t.values[0].text)
		if isCompressed(s) {
			return Reading{Reason: Compressed}
		}
		if len(s) > 0 && (s[0] == object || s[0] == array) {
			return Reading{Reason: WrappedTwice}
		}
	}
	return Reading{Reason: NotAnEvent}
}

// message tells an event from what others put around one. An SNS notification holds one text, which
// can be meant in one way only, so it is opened, once. The rest is set aside with a reason that names it.
func (r *Reader) message(t *tape, inside bool) Reading {
	has := func(name string, kind byte) bool { return t.is(t.field(0, name), kind) }
	switch {
	case has("source", text) || has("detail", object):
		return r.event(t)
	case has("Message", text) && has("Type", text):
		if !inside && string(t.text(t.field(0, "Type"))) == "Notification" {
			return r.notification(t)
		}
		return Reading{Reason: WrappedSNS}
	case has("Records", array):
		return Reading{Reason: WrappedBatch}
	case has("body", text) && (has("messageId", text) || has("receiptHandle", text)):
		return Reading{Reason: WrappedTwice} // a record of SQS, as Pipes and Lambda see it
	case has("key1", text) && has("key2", text) && has("key3", text):
		return Reading{Reason: TestEvent}
	}
	return Reading{Reason: NotAnEvent}
}

func (r *Reader) notification(t *tape) Reading {
	reading := r.read(t.text(t.field(0, "Message")), true)
	if reading.Reason == NotAnEvent || reading.Reason == NotJSON || reading.Reason == Empty {
		reading.Reason = WrappedSNS
	}
	return reading
}

// event reads EventBridge's envelope. Its time and its region decide nothing.
func (r *Reader) event(t *tape) Reading {
	source, kind := t.text(t.field(0, "source")), t.text(t.field(0, "detail-type"))
	account, detail := t.text(t.field(0, "account")), t.field(0, "detail")
	if len(source) == 0 || len(kind) == 0 || !isAccount(account) || !t.is(detail, object) {
		return Reading{Reason: NotAnEvent}
	}
	e := &event{tape: t, detail: detail, source: source, kind: kind, ours: string(account) == string(r.Account)}
	e.cause = tenancy.Cause{Kind: tenancy.ByEvent, ID: printable(t.text(t.field(0, "id")), maxEventID), Name: printable(kind, maxName)}
	// Customers cannot put events under "aws." on a bus, and partners only under "aws.partner/"
	// (EventBridge API reference, PutEvents and PutPartnerEvents). Case matters.
	if !bytes.HasPrefix(source, []byte("aws.")) || bytes.HasPrefix(source, []byte("aws.partner/")) {
		return e.because(Spoofed)
	}
	return r.dispatch(e)
}

func (r *Reader) dispatch(e *event) Reading {
	switch {
	case strings.HasSuffix(string(e.kind), " via CloudTrail"):
		return r.trail(e)
	case string(e.source) == "aws.identitystore":
		return r.native(e)
	case string(e.source) == "aws.sso-directory", string(e.source) == "aws.identitystore-scim":
		return e.unknown()
	case string(e.kind) == "Scheduled Event" && (string(e.source) == "aws.events" || string(e.source) == "aws.scheduler"):
		return e.hint(Hint{Kind: Everything})
	}
	return e.because(Unrelated)
}

// event is one event on its tape.
type event struct {
	*tape
	detail int // where its detail is
	source []byte
	kind   []byte // its detail-type
	ours   bool   // the envelope's account is QuickSight's
	cause  tenancy.Cause
}

// because is the event without hints, and why.
func (e *event) because(r Reason) Reading { return Reading{Reason: r, Cause: e.cause} }

// hint is the event with one hint.
func (e *event) hint(h Hint) Reading {
	h.Cause = e.cause
	return Reading{Hints: []Hint{h}, Cause: e.cause}
}

// unknown is the event as a reason to look at everything.
func (e *event) unknown() Reading {
	reading := e.hint(Hint{Kind: Everything})
	reading.Reason = Unknown
	return reading
}
