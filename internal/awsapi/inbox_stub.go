package awsapi

import (
	"context"
	"errors"
	"time"
)

type Message struct {
	ID, Receipt string
	Body        []byte
	Receives    int
	Sent        time.Time
}
type Depth struct{ Waiting, InFlight, Delayed int }
type Inbox struct{}

var ErrNoDeadLetters = errors.New("none")

func (a *AWS) Inbox(url string) *Inbox { return nil }
func (i *Inbox) Receive(ctx context.Context, wait, visible time.Duration) ([]Message, error) {
	return nil, nil
}
func (i *Inbox) Delete(ctx context.Context, messages []Message) error { return nil }
func (i *Inbox) Extend(ctx context.Context, messages []Message, d time.Duration) error {
	return nil
}
func (i *Inbox) SetAside(ctx context.Context, m Message, reason string) error { return nil }
func (i *Inbox) Depth(ctx context.Context) (Depth, error)                     { return Depth{}, nil }
