package sqs

import (
	"encoding/json"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// number is an attribute that is a number, with its range and where it is kept.
type number struct {
	least, most int
	get         func(world.QueueSettings) int
	set         func(*world.QueueSettings, int)
}

// numbers are the ranges of the SetQueueAttributes reference.
var numbers = map[string]number{
	"DelaySeconds":                  seconds(0, 900, func(s *world.QueueSettings) *world.Duration { return &s.Delay }),
	"MessageRetentionPeriod":        seconds(60, 1_209_600, func(s *world.QueueSettings) *world.Duration { return &s.Retention }),
	"ReceiveMessageWaitTimeSeconds": seconds(0, 20, func(s *world.QueueSettings) *world.Duration { return &s.WaitTime }),
	"VisibilityTimeout":             seconds(0, maxVisibility, func(s *world.QueueSettings) *world.Duration { return &s.VisibilityTimeout }),
	"MaximumMessageSize": {1024, maxSize,
		func(s world.QueueSettings) int { return s.MaxSize },
		func(s *world.QueueSettings, n int) { s.MaxSize = n }},
}

const (
	maxVisibility = 43_200  // seconds
	maxSize       = 1 << 20 // bytes of a message, and of all messages of a batch
)

func seconds(least, most int, at func(*world.QueueSettings) *world.Duration) number {
	return number{least, most,
		func(s world.QueueSettings) int { return int(time.Duration(*at(&s)) / time.Second) },
		func(s *world.QueueSettings, n int) { *at(s) = world.Duration(time.Duration(n) * time.Second) }}
}

// remembered are the attributes that change nothing here, or are read where they stand, as Policy is.
var remembered = []string{"KmsDataKeyReusePeriodSeconds", "KmsMasterKeyId", "Policy", "RedriveAllowPolicy", "SqsManagedSseEnabled"}

// redrivePolicy is the attribute of that name.
type redrivePolicy struct {
	Target      string `json:"deadLetterTargetArn"`
	MaxReceives any    `json:"maxReceiveCount"` // a number, or one in quotes
}

// settings gives have with attributes changed.
func (s service) settings(region string, have world.QueueSettings, attributes map[string]string) (world.QueueSettings, error) {
	have.Attributes = maps.Clone(have.Attributes)
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		if err := s.set(region, &have, name, attributes[name]); err != nil {
			return have, err
		}
	}
	return have, nil
}

func (s service) set(region string, have *world.QueueSettings, name, value string) error {
	if n, ok := numbers[name]; ok {
		v, err := strconv.Atoi(value)
		if err != nil || v < n.least || v > n.most {
			return modelled("InvalidAttributeValue", "Invalid value for the parameter %s.", name)
		}
		n.set(have, v)
		return nil
	}
	switch {
	case name == "RedrivePolicy":
		return s.setRedrive(region, have, value)
	case name == "Policy" && value != "" && !isPolicy(value):
		return modelled("InvalidAttributeValue", "Invalid value for the parameter Policy.")
	case slices.Contains(remembered, name):
		if have.Attributes == nil {
			have.Attributes = make(map[string]string)
		}
		have.Attributes[name] = value
		if value == "" {
			delete(have.Attributes, name)
		}
		return nil
	}
	return modelled("InvalidAttributeName", "Unknown Attribute %s.", name)
}

// isPolicy reports whether a text is a policy that SQS would take.
func isPolicy(text string) bool {
	_, err := policydoc.ParseResource(text)
	return err == nil
}

func (s service) setRedrive(region string, have *world.QueueSettings, value string) error {
	have.Redrive = nil
	if value == "" {
		return nil
	}
	why := func(reason string) error {
		return invalid("Value %s for parameter RedrivePolicy is invalid. Reason: %s", value, reason)
	}
	var p redrivePolicy
	if err := json.Unmarshal([]byte(value), &p); err != nil || p.Target == "" || p.MaxReceives == nil {
		return why("Redrive policy is not a valid JSON map.")
	}
	n, ok := count(p.MaxReceives)
	if !ok || n < 1 || n > 1000 {
		return why("Invalid value for maxReceiveCount.")
	}
	q, there := s.w.Queues.ByARN(p.Target)
	if !there || q.Region != region {
		return why("Dead letter target does not exist.")
	}
	have.Redrive = &world.Redrive{DeadLetterQueue: q.Name, MaxReceives: n}
	return nil
}

// count reads a number of a policy.
func count(v any) (int, bool) {
	switch v := v.(type) {
	case float64:
		return int(v), v == float64(int(v))
	case string:
		n, err := strconv.Atoi(v)
		return n, err == nil
	}
	return 0, false
}

// shown gives the attributes of settings as a queue shows them.
func (s service) shown(q *world.Queue, settings world.QueueSettings) map[string]string {
	list := map[string]string{"SqsManagedSseEnabled": "true"}
	if settings.Attributes["KmsMasterKeyId"] != "" { // one or the other (SQS API reference, SetQueueAttributes)
		list = map[string]string{"SqsManagedSseEnabled": "false", "KmsDataKeyReusePeriodSeconds": "300"}
	}
	for name, n := range numbers {
		list[name] = strconv.Itoa(n.get(settings))
	}
	if r := settings.Redrive; r != nil {
		target := s.w.ARN("sqs", q.Region, r.DeadLetterQueue)
		list["RedrivePolicy"] = `{"deadLetterTargetArn":"` + target + `","maxReceiveCount":` + strconv.Itoa(r.MaxReceives) + `}`
	}
	maps.Copy(list, settings.Attributes)
	return list
}

// difference names the first attribute that two lists have differently.
func difference(a, b map[string]string) (string, bool) {
	for _, name := range slices.Sorted(maps.Keys(b)) {
		if a[name] != b[name] {
			return name, true
		}
	}
	return "", false
}

func (s service) setQueueAttributes(r *wire.Request, q *world.Queue, in struct{ Attributes map[string]string }) (any, error) {
	if in.Attributes == nil {
		return nil, missing("Attributes")
	}
	settings, err := s.settings(r.Region, q.Settings, in.Attributes)
	if err != nil {
		return nil, err
	}
	q.Change(settings)
	return nothing{}, nil
}

func (s service) getQueueAttributes(_ *wire.Request, q *world.Queue, in struct{ AttributeNames []string }) (any, error) {
	all := s.shown(q, q.Settings)
	visible, inFlight, delayed := q.Counts()
	for name, n := range map[string]int64{
		"ApproximateNumberOfMessages": int64(visible), "ApproximateNumberOfMessagesNotVisible": int64(inFlight),
		"ApproximateNumberOfMessagesDelayed": int64(delayed),
		"CreatedTimestamp":                   q.CreatedAt.Unix(), "LastModifiedTimestamp": q.ChangedAt.Unix(),
	} {
		all[name] = strconv.FormatInt(n, 10)
	}
	all["QueueArn"] = q.ARN()
	asked := make(map[string]string)
	for _, name := range in.AttributeNames {
		if name == "All" {
			asked = all
			break
		}
		if value, ok := all[name]; ok {
			asked[name] = value
		} else if !slices.Contains(absent, name) {
			return nil, modelled("InvalidAttributeName", "Unknown Attribute %s.", name)
		}
	}
	if len(asked) == 0 {
		return nothing{}, nil
	}
	return map[string]any{"Attributes": asked}, nil
}

// absent are the attributes that a queue may be without.
var absent = append([]string{"RedrivePolicy", "FifoQueue", "ContentBasedDeduplication", "DeduplicationScope", "FifoThroughputLimit"}, remembered...)

func (s service) tagQueue(_ *wire.Request, q *world.Queue, in struct{ Tags map[string]string }) (any, error) {
	tags := tagged(q.Tags, in.Tags)
	if len(tags) > 50 {
		return nil, invalid("Too many tags for queue %s.", q.Name)
	}
	q.Tags = tags
	return nothing{}, nil
}

func (s service) untagQueue(_ *wire.Request, q *world.Queue, in struct{ TagKeys []string }) (any, error) {
	q.Tags = slices.DeleteFunc(slices.Clone(q.Tags), func(t world.Tag) bool { return slices.Contains(in.TagKeys, t.Key) })
	return nothing{}, nil
}

func (s service) listQueueTags(_ *wire.Request, q *world.Queue, _ nothing) (any, error) {
	tags := make(map[string]string)
	for _, t := range q.Tags {
		tags[t.Key] = t.Value
	}
	if len(tags) == 0 {
		return nothing{}, nil
	}
	return map[string]any{"Tags": tags}, nil
}

func tagged(have []world.Tag, more map[string]string) []world.Tag {
	tags := slices.Clone(have)
	for _, key := range slices.Sorted(maps.Keys(more)) {
		tags = append(tags, world.Tag{Key: key, Value: more[key]})
	}
	return world.SortTags(tags)
}
