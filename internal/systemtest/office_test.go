package systemtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
)

// office is a queue of messages, as SQS is one: what is received is invisible for a while, and comes
// again when it is not deleted by then. Several processes may share it.
type office struct {
	mu       sync.Mutex
	letters  []*letter // that are not gone
	sent     map[string]*letter
	receipts int
	news     chan struct{}     // closed when there may be something to receive
	aside    map[string]string // reasons by message id
}

type letter struct {
	message awsapi.Message
	visible time.Time
	gone    bool
}

func newOffice() *office {
	return &office{sent: map[string]*letter{}, news: make(chan struct{}), aside: map[string]string{}}
}

// send puts a message into the queue, to be seen after a while.
func (o *office) send(body string, delay time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	l := &letter{visible: now.Add(delay), message: awsapi.Message{ID: fmt.Sprintf("m%d", len(o.sent)), Body: []byte(body), Sent: now}}
	o.letters, o.sent[l.message.ID] = append(o.letters, l), l
	o.tell()
}

// tell wakes whoever waits. The lock must be held.
func (o *office) tell() {
	close(o.news)
	o.news = make(chan struct{})
}

// Receive waits for up to ten messages.
func (o *office) Receive(ctx context.Context, wait, visible time.Duration) ([]awsapi.Message, error) {
	end := time.Now().Add(wait)
	for {
		got, next, news := o.take(visible)
		if len(got) > 0 || !time.Now().Before(end) {
			return got, nil
		}
		if next.IsZero() || next.After(end) {
			next = end
		}
		timer := time.NewTimer(time.Until(next))
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil, ctx.Err()
		case <-news:
		case <-timer.C:
		}
		timer.Stop()
	}
}

// take answers what can be received, and when there is more of it: at a time, or when there is news.
func (o *office) take(visible time.Duration) (got []awsapi.Message, next time.Time, news <-chan struct{}) {
	o.mu.Lock()
	defer o.mu.Unlock()
	now := time.Now()
	o.letters = slices.DeleteFunc(o.letters, func(l *letter) bool { return l.gone })
	for _, l := range o.letters {
		if len(got) == 10 {
			break
		}
		if l.visible.After(now) {
			if next.IsZero() || l.visible.Before(next) {
				next = l.visible
			}
			continue
		}
		o.receipts++
		l.visible = now.Add(visible)
		l.message.Receipt = fmt.Sprintf("r%d", o.receipts)
		l.message.Receives++
		got = append(got, l.message)
	}
	return got, next, o.news
}

// Delete deletes messages, by any receipt that they ever had.
func (o *office) Delete(_ context.Context, messages []awsapi.Message) error {
	return o.each(messages, func(l *letter) { l.gone = true })
}

// Extend makes messages invisible for a while from now.
func (o *office) Extend(_ context.Context, messages []awsapi.Message, d time.Duration) error {
	return o.each(messages, func(l *letter) { l.visible = time.Now().Add(d) })
}

// SetAside takes a message out of the queue.
func (o *office) SetAside(_ context.Context, m awsapi.Message, reason string) error {
	o.mu.Lock()
	o.aside[m.ID] = reason
	o.mu.Unlock()
	return o.each([]awsapi.Message{m}, func(l *letter) { l.gone = true })
}

func (o *office) each(messages []awsapi.Message, do func(*letter)) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	defer o.tell()
	for _, m := range messages {
		l := o.sent[m.ID]
		if l == nil {
			return errors.New("no such message")
		}
		do(l)
	}
	return nil
}

// Depth counts.
func (o *office) Depth(context.Context) (awsapi.Depth, error) { return awsapi.Depth{}, nil }

// left are the messages that are not deleted.
func (o *office) left() (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, l := range o.letters {
		if !l.gone {
			n++
		}
	}
	return n
}

// The events that AWS would send of what people do, in the shapes of the four sources.

func event(source, name, parameters, response string) string {
	return fmt.Sprintf(`{"version":"0","id":"%[1]s-%[2]s","detail-type":"AWS API Call via CloudTrail","source":"aws.%[1]s","account":"%[5]s","time":"2026-04-25T00:46:15Z","region":"us-east-1","resources":[],`+
		`"detail":{"eventVersion":"1.10","eventSource":"%[1]s.amazonaws.com","eventName":"%[2]s","awsRegion":"us-east-1","requestParameters":%[3]s,"responseElements":%[4]s,"eventID":"e-%[2]s","readOnly":false,"eventType":"AwsApiCall","recipientAccountId":"%[5]s"}}`,
		source, name, parameters, response, account)
}

func joinedInConsole(group, person string) string {
	return event("sso-directory", "AddMemberToGroup", fmt.Sprintf(`{"identityStoreId":"%s","groupId":"%s","member":{"memberId":"%s"}}`, store, group, person), "null")
}

func leftInConsole(group, person string) string {
	return event("sso-directory", "RemoveMemberFromGroup", fmt.Sprintf(`{"identityStoreId":"%s","groupId":"%s","memberId":"%s"}`, store, group, person), "null")
}

func joinedByAPI(group, person string) string {
	return event("identitystore", "CreateGroupMembership", fmt.Sprintf(`{"identityStoreId":"%s","groupId":"%s","memberId":{"userId":"%s"}}`, store, group, person), "null")
}

func leftByAPI(membership string) string {
	return event("identitystore", "DeleteGroupMembership", fmt.Sprintf(`{"identityStoreId":"%s","membershipId":"%s"}`, store, membership), "null")
}

func patchedBySCIM(group string) string {
	return event("identitystore-scim", "PatchGroup", fmt.Sprintf(`{"tenantId":"%s","id":"%s","httpBody":{"operations":[{"op":"ADD","path":"members","value":"HIDDEN_DUE_TO_SECURITY_REASONS"}]}}`, store, group), "null")
}

func createdByAPI(group string) string {
	return event("identitystore", "CreateGroup", fmt.Sprintf(`{"identityStoreId":"%s","displayName":"HIDDEN_DUE_TO_SECURITY_REASONS"}`, store), fmt.Sprintf(`{"groupId":"%s","identityStoreId":"%s"}`, group, store))
}
