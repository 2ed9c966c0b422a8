package world

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Trail says which queues are told what happens, and how reliably; where there are rules of EventBridge's ([Events]), only how.
// Where there is one, [History] keeps what happens, too. An event reaches a queue as EventBridge sends it
// to an SQS target: its body is the event. Everything that seems to be chance follows from how many activities there
// have been, so the same calls give the same messages.
type Trail struct {
	// Queues are the names of queues in the Region of the identity store. One that does not exist is told nothing.
	Queues []string `json:"queues"`
	// Delay is how long an event is on its way.
	Delay Duration `json:"delay"`
	// Shuffle makes it how long at the most: each copy takes its own time, so they arrive in another order.
	Shuffle bool `json:"shuffle"`
	// Duplicates is how many further copies of each event arrive: the activity has the same eventID in each, and
	// the event another id.
	Duplicates int `json:"duplicates"`
	// Loss is the fraction of copies, from 0 to 1, that never arrive.
	Loss float64 `json:"loss"`
	// Native sends Identity Center's own notifications besides.
	Native bool `json:"native"`
	// Reads tells of calls that change nothing, too.
	Reads bool `json:"reads"`
}

func (t *Trail) clone() *Trail {
	if t == nil {
		return nil
	}
	c := *t
	c.Queues = slices.Clone(t.Queues)
	return &c
}

func (t *Trail) check() error {
	switch {
	case t == nil:
		return nil
	case t.Duplicates < 0:
		return errors.New("behaviour.trail.duplicates: want 0 or more")
	case !(t.Loss >= 0 && t.Loss <= 1):
		return errors.New("behaviour.trail.loss: want a fraction from 0 to 1")
	}
	return nil
}

// Activity is a call of an API, as CloudTrail tells of it. Names of people and groups are hidden in it
// already, as AWS hides them.
type Activity struct {
	Source       string           // "identitystore.amazonaws.com"
	Name         string           // "CreateGroupMembership"
	Region       string           // where it happened
	ReadOnly     bool             //
	Identity     map[string]any   // userIdentity; nil: the caller's, as an assumed role
	Request      map[string]any   // requestParameters; nil for null
	Response     map[string]any   // responseElements; nil for null
	Resources    []map[string]any // resources: type, ARN and accountId of what it was done with
	ErrorCode    string           // of a call that failed
	ErrorMessage string
	Service      map[string]any // serviceEventDetails: it is no call but an event of the service itself
	RequestID    string         // of the call; empty: one is made up
	UserAgent    string         // of the client; empty: "AWS Internal"
}

// Hidden is what AWS writes in place of names of people and groups, and of everything else about them but ids.
// (https://aws.amazon.com/blogs/security/modifications-to-aws-cloudtrail-event-data-of-iam-identity-center/)
const Hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// eventVersion is CloudTrail's version of the record.
const eventVersion = "1.10"

// The detail-types of what CloudTrail hands to EventBridge.
const (
	callEvent    = "AWS API Call via CloudTrail"
	serviceEvent = "AWS Service Event via CloudTrail"
)

// Tells reports whether anybody is told of what happens: of calls that change nothing, or of the others. The lock must be held.
func (w *World) Tells(readOnly bool) bool {
	t := w.behaviour.Trail
	if readOnly {
		return t != nil && t.Reads || w.Events.reading()
	}
	return t != nil || w.trails != nil || w.Events.rulesThere()
}

// Happened puts an activity on the trail: into the history, and on the buses of EventBridge, if there are rules; else on each of
// its queues, which are told of what changes nothing only if the trail says so. The lock must be held.
func (w *World) Happened(a Activity) {
	if !w.Tells(false) {
		return
	}
	w.happened++
	record := w.record(a)
	w.History.keep(record.Detail, w.Now())
	t := w.behaviour.Trail
	switch {
	case w.Events.rulesThere():
		w.emit(a, record)
	case t == nil || a.ReadOnly && !t.Reads:
	default:
		w.fill(t, a, record)
	}
}

// emit puts what happened on the default buses of its account and its Region: CloudTrail's record where a trail logs it, and
// Identity Center's own notification, which needs none.
func (w *World) emit(a Activity, record event) {
	t := w.behaviour.Trail
	if t == nil {
		t = &Trail{}
	}
	if w.logged(record.Account, record.Region, a.ReadOnly) {
		b, _ := w.Events.Bus(record.Account, record.Region, DefaultBus)
		w.Events.put(t, record, b, a.ReadOnly, "")
	}
	if n, ok := w.notification(a); ok && t.Native {
		b, _ := w.Events.Bus(n.Account, n.Region, DefaultBus)
		w.Events.put(t, n, b, false, "")
	}
}

// fill sends what happened to the trail's queues.
func (w *World) fill(t *Trail, a Activity, record event) {
	events := []event{record}
	if n, ok := w.notification(a); ok && t.Native {
		events = append(events, n)
	}
	for _, e := range events {
		for _, name := range t.Queues {
			if q, ok := w.Queues.Get(w.Directory.Region, name); ok {
				w.deliver(t, e, q)
			}
		}
	}
}

// event is an event of EventBridge.
type event struct {
	Version    string         `json:"version"`
	ID         string         `json:"id"`
	DetailType string         `json:"detail-type"`
	Source     string         `json:"source"`
	Account    string         `json:"account"`
	Time       string         `json:"time"`
	Region     string         `json:"region"`
	Resources  []string       `json:"resources"`
	Detail     map[string]any `json:"detail"`
}

// event begins the event of a detail-type that happens now.
func (w *World) event(kind, source, region string) event {
	return event{
		Version: "0", DetailType: kind, Source: source, Account: w.Account, Region: region,
		Time: w.Now().UTC().Format(time.RFC3339), Resources: []string{},
	}
}

// record is the event of CloudTrail's record of a.
func (w *World) record(a Activity) event {
	kind := callEvent
	if a.Service != nil {
		kind = serviceEvent
	}
	source, _, _ := strings.Cut(a.Source, ".")
	e := w.event(kind, "aws."+source, a.Region)
	if directorySources[a.Source] || a.Source == "sso.amazonaws.com" {
		e.Account = w.Directory.OwnerAccount
	}
	e.Detail = map[string]any{
		"eventVersion": eventVersion, "userIdentity": a.Identity, "eventTime": e.Time,
		"eventSource": a.Source, "eventName": a.Name, "awsRegion": a.Region,
		"requestParameters": orNil(a.Request), "responseElements": orNil(a.Response),
		"eventID": w.trailID("activity"), "readOnly": a.ReadOnly, "eventType": "AwsApiCall", "managementEvent": true,
		"recipientAccountId": e.Account, "eventCategory": "Management",
	}
	if a.Identity == nil {
		e.Detail["userIdentity"] = w.administrator()
	}
	if a.ErrorCode != "" {
		e.Detail["errorCode"], e.Detail["errorMessage"], e.Detail["responseElements"] = a.ErrorCode, a.ErrorMessage, nil
	}
	if a.Resources != nil {
		e.Detail["resources"] = a.Resources
	}
	if a.Service != nil {
		e.Detail["eventType"], e.Detail["serviceEventDetails"] = "AwsServiceEvent", a.Service
		return e
	}
	e.Detail["requestID"] = or(a.RequestID, w.trailID("request"))
	e.Detail["sourceIPAddress"], e.Detail["userAgent"] = "192.0.2.1", or(a.UserAgent, "AWS Internal")
	return e
}

// orNil gives m as JSON null when it is nil.
func orNil(m map[string]any) any {
	if m == nil {
		return nil
	}
	return m
}

// administrator is the identity of who works in the console.
func (w *World) administrator() map[string]any {
	return map[string]any{
		"type": "AssumedRole", "principalId": "AROASIMULATEDADMIN001:simulator", "accountId": w.Account,
		"arn": "arn:" + w.Partition + ":sts::" + w.Account + ":assumed-role/Administrator/simulator",
	}
}

// deliver sends the copies of e to a queue.
func (w *World) deliver(t *Trail, e event, q *Queue) {
	for copied := range 1 + t.Duplicates {
		which := []string{e.DetailType, fmt.Sprint(copied)}
		if w.chance(append(which, "loss", q.Name)...) < t.Loss {
			continue
		}
		delay := time.Duration(t.Delay)
		if t.Shuffle {
			delay = time.Duration(float64(delay) * w.chance(append(which, "delay", q.Name)...))
		}
		e.ID = w.trailID(which...)
		body, err := json.Marshal(e)
		if err != nil {
			panic("awssim: an activity: " + err.Error()) // what rooms tell came as JSON, or is strings
		}
		q.Send(Message{ID: w.trailID(append(which, "message", q.Name)...), Body: string(body), Sender: "events.amazonaws.com"}, delay)
	}
}

// trailID gives an id that depends on the number of the activity and on parts.
func (w *World) trailID(parts ...string) string {
	return derivedID(append([]string{w.Account, "trail", fmt.Sprint(w.happened)}, parts...)...)
}

// chance gives a number from 0 up to 1, evenly spread, that depends on the number of the activity and on parts.
func (w *World) chance(parts ...string) float64 {
	sum := sha256.Sum256([]byte(w.trailID(parts...)))
	return float64(binary.BigEndian.Uint64(sum[:])>>11) / (1 << 53)
}
