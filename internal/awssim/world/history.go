package world

import (
	"encoding/json"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"
)

// How much of the past the history has: as long as CloudTrail keeps it, and no more than that many events.
const (
	historyAge  = 90 * 24 * time.Hour
	historySize = 10_000
)

// History is the event history of CloudTrail: what happened of late, whatever queues were told of it. The world's lock
// guards it. Calls that change nothing are in it only if the trail tells of them; sign-ins always are.
type History struct {
	records []Record // the oldest first
}

// Record is an event of CloudTrail.
type Record struct {
	ID        string // eventID
	Name      string
	Source    string
	Account   string // that it happened in
	Region    string
	Time      time.Time
	ReadOnly  bool
	User      string // as LookupEvents names them: the user, or the session of a role
	AccessKey string
	Resources []Named
	Text      string // the record, as JSON
}

// Named is a resource of a record.
type Named struct{ Kind, Name string }

// keep adds the record of what has just happened, and forgets what is too old.
func (h *History) keep(detail map[string]any, now time.Time) {
	text, err := json.Marshal(detail)
	if err != nil {
		panic("awssim: a record: " + err.Error()) // what rooms tell came as JSON, or is strings
	}
	r, err := recordOf(string(text))
	if err != nil {
		panic("awssim: a record: " + err.Error())
	}
	old := max(0, len(h.records)+1-historySize)
	for old < len(h.records) && now.Sub(h.records[old].Time) > historyAge {
		old++
	}
	h.records = append(slices.Delete(h.records, 0, old), r)
}

// Newest gives the records of an account and a Region that are not too old, the newest first.
func (h *History) Newest(account, region string, now time.Time) iter.Seq[Record] {
	return func(yield func(Record) bool) {
		for _, r := range slices.Backward(h.records) {
			if now.Sub(r.Time) > historyAge || r.Account == account && r.Region == region && !yield(r) {
				return
			}
		}
	}
}

// detail is what is read of a record.
type detail struct {
	EventID, EventName, EventSource, AwsRegion, RecipientAccountID string
	EventTime                                                      time.Time
	ReadOnly                                                       bool
	UserIdentity                                                   struct{ UserName, PrincipalID, ARN, AccessKeyID string }
	RequestParameters                                              map[string]any
	Resources                                                      []struct{ Type, ARN string }
	ResponseElements                                               struct{ AssumedRoleUser struct{ ARN string } }
}

// recordOf reads a record. What it lacks is empty.
func recordOf(text string) (Record, error) {
	var d detail
	if err := json.Unmarshal([]byte(text), &d); err != nil {
		return Record{}, fmt.Errorf("a record of CloudTrail: %w", err)
	}
	r := Record{
		ID: d.EventID, Name: d.EventName, Source: d.EventSource, Account: d.RecipientAccountID, Region: d.AwsRegion, Time: d.EventTime, ReadOnly: d.ReadOnly,
		User: d.user(), AccessKey: d.UserIdentity.AccessKeyID, Text: text,
	}
	for _, of := range d.Resources {
		r.Resources = append(r.Resources, Named{of.Type, of.ARN})
	}
	if arn := d.ResponseElements.AssumedRoleUser.ARN; arn != "" {
		r.Resources = append(r.Resources, Named{"AWS::STS::AssumedRole", arn})
	}
	for member, kind := range map[string]string{"roleName": "AWS::IAM::Role", "policyArn": "AWS::IAM::Policy"} {
		if name, ok := d.RequestParameters[member].(string); ok {
			r.Resources = append(r.Resources, Named{kind, name})
		}
	}
	slices.SortFunc(r.Resources, func(a, b Named) int { return strings.Compare(a.Kind+" "+a.Name, b.Kind+" "+b.Name) })
	return r, nil
}

// user is the name of the user, or that of the session.
func (d detail) user() string {
	if d.UserIdentity.UserName != "" {
		return d.UserIdentity.UserName
	}
	return d.UserIdentity.ARN[strings.LastIndexByte(d.UserIdentity.ARN, '/')+1:]
}

// snapshot gives the records as they are written.
func (h *History) snapshot() []string {
	var texts []string
	for _, r := range h.records {
		texts = append(texts, r.Text)
	}
	return texts
}

func (h *History) load(texts []string) error {
	for i, text := range texts {
		r, err := recordOf(text)
		if err != nil {
			return fmt.Errorf("history[%d]: %w", i, err)
		}
		h.records = append(h.records, r)
	}
	return nil
}
