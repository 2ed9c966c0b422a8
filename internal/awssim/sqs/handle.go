package sqs

import (
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// handle is the receipt handle of a message as it has just been received: it differs with every receive.
func handle(q *world.Queue, m world.Message) string {
	said := fmt.Sprintf("%s/%d", m.ID, m.Receives)
	return base64.StdEncoding.EncodeToString([]byte(said + "/" + seal(q, said)))
}

// seal keeps handles from being made up, and from being used on other queues.
func seal(q *world.Queue, said string) string {
	sum := sha256.Sum256([]byte(world.Key(q.ARN(), said)))
	return fmt.Sprintf("%x", sum[:16])
}

// messageOf gives the id of the message of a receipt handle.
func messageOf(q *world.Queue, handle string) (string, error) {
	if handle == "" {
		return "", missing("ReceiptHandle")
	}
	raw, err := base64.StdEncoding.DecodeString(handle)
	said, sealed, found := cutLast(string(raw))
	if err != nil || !found || sealed != seal(q, said) {
		return "", modelled("ReceiptHandleIsInvalid", "The input receipt handle \"%s\" is not a valid receipt handle.", handle)
	}
	id, _, _ := strings.Cut(said, "/")
	return id, nil
}

func cutLast(s string) (before, after string, found bool) {
	i := strings.LastIndex(s, "/")
	if i < 0 {
		return s, "", false
	}
	return s[:i], s[i+1:], true
}

// deletion is a message to be deleted, alone or as an entry of a batch.
type deletion struct {
	named
	ReceiptHandle string
}

func (s service) deleteMessage(_ *wire.Request, q *world.Queue, in deletion) (any, error) {
	if err := remove(q, in); err != nil {
		return nil, err
	}
	return nothing{}, nil
}

func (s service) deleteMessageBatch(_ *wire.Request, q *world.Queue, in struct{ Entries []deletion }) (any, error) {
	if err := judge(in.Entries); err != nil {
		return nil, err
	}
	return batch(in.Entries, func(e deletion) (map[string]any, error) { return nil, remove(q, e) })
}

// remove deletes a message. One that is gone is deleted with success.
func remove(q *world.Queue, d deletion) error {
	id, err := messageOf(q, d.ReceiptHandle)
	if err == nil {
		q.Remove(id)
	}
	return err
}

// hiding is a message that shall be invisible from now on for as long, alone or as an entry of a batch.
type hiding struct {
	named
	ReceiptHandle     string
	VisibilityTimeout *int
}

func (s service) changeMessageVisibility(_ *wire.Request, q *world.Queue, in hiding) (any, error) {
	if err := hide(q, in); err != nil {
		return nil, err
	}
	return nothing{}, nil
}

func (s service) changeMessageVisibilityBatch(_ *wire.Request, q *world.Queue, in struct{ Entries []hiding }) (any, error) {
	if err := judge(in.Entries); err != nil {
		return nil, err
	}
	return batch(in.Entries, func(e hiding) (map[string]any, error) { return nil, hide(q, e) })
}

func hide(q *world.Queue, h hiding) error {
	id, err := messageOf(q, h.ReceiptHandle)
	if err != nil {
		return err
	}
	n := h.VisibilityTimeout
	switch {
	case n == nil:
		return missing("VisibilityTimeout")
	case *n < 0 || *n > maxVisibility:
		return invalid("Value %d for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and %d.", *n, maxVisibility)
	}
	m, there := q.Find(id)
	switch {
	case !there:
		return invalid("Value %s for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.", h.ReceiptHandle)
	case !m.InFlight():
		return modelled("MessageNotInflight", "The message is not in flight.")
	}
	q.Hide(id, time.Duration(*n)*time.Second)
	return nil
}
