package world

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
)

// put puts an event on a bus: the rules there that match it send it to their targets, each copy as the trail says. readOnly
// says that it is of a call that changes nothing. from is the account that it came from already, "" for none.
func (e *Events) put(t *Trail, ev event, b Bus, readOnly bool, from string) {
	for copied := range 1 + t.Duplicates {
		ev.ID = e.w.trailID(ev.DetailType, fmt.Sprint(copied))
		e.match(t, ev, b, readOnly, from)
	}
}

// match sends one copy of an event to the targets of the rules of a bus that match it.
func (e *Events) match(t *Trail, ev event, b Bus, readOnly bool, from string) {
	body, err := json.Marshal(ev)
	if err != nil {
		panic("awssim: an event: " + err.Error()) // what rooms tell came as JSON, or is strings
	}
	for _, r := range e.RulesOf(b, "") {
		if r.Pattern == "" || r.State == RuleDisabled || readOnly && r.State != RuleReads || !r.matches.MatchesJSON(body) {
			continue
		}
		e.matched[r.Key()]++
		for _, target := range r.Targets {
			d := delivery{e, t, ev, string(body), r, target, readOnly, from}
			if code, why := d.try(); code != "" {
				d.bury(code, why)
			}
		}
	}
}

// delivery is an event on its way from a rule to a target.
type delivery struct {
	*Events
	trail    *Trail
	event    event
	body     string
	rule     Rule
	target   Target
	readOnly bool
	from     string
}

// Why an event does not arrive, in the words of the EventBridge user guide, "Using dead-letter queues to process undelivered
// events". None of these is tried again.
const (
	noPermissions = "NO_PERMISSIONS"
	noResource    = "NO_RESOURCE"
	thirdAccount  = "THIRD_ACCOUNT_HOP_DETECTED"
)

// try delivers, or says why not.
func (d delivery) try() (code, why string) {
	if strings.Contains(d.target.ARN, ":event-bus/") {
		return d.forward()
	}
	if !strings.Contains(d.target.ARN, ":sqs:") {
		return "", ""
	}
	q, ok := d.w.Queues.ByARN(d.target.ARN)
	switch {
	case !ok:
		return noResource, "The specified queue does not exist."
	case !d.may(q):
		return noPermissions, "The queue's policy does not allow events.amazonaws.com to send to it for this rule."
	}
	which := []string{d.event.ID, d.rule.Key(), d.target.ID}
	delay := time.Duration(d.trail.Delay)
	if d.trail.Shuffle {
		delay = time.Duration(float64(delay) * d.w.chance(append(which, "delay")...))
	}
	if d.w.chance(append(which, "loss")...) >= d.trail.Loss {
		q.Send(Message{ID: d.w.trailID(append(which, "message")...), Body: d.input(), Sender: "events.amazonaws.com"}, delay)
	}
	return "", ""
}

// may reports whether the rule may send to a queue: by its policy, and by its key. The policy of the key that AWS manages
// (alias/aws/sqs) does not let EventBridge use it, and nobody can change it; that of a key of one's own is taken to do so.
func (d delivery) may(q *Queue) bool {
	if strings.HasSuffix(q.Settings.Attributes["KmsMasterKeyId"], "alias/aws/sqs") {
		return false
	}
	return q.Judge("sqs:SendMessage", func(p policydoc.Principal) bool {
		return p.Kind == "*" || p.Name == "*" || p.Kind == "Service" && p.Name == "events.amazonaws.com"
	}, map[string][]string{
		"aws:sourcearn": {d.RuleARN(d.rule)}, "aws:sourceaccount": {d.rule.Account},
		"aws:principalservicename": {"events.amazonaws.com"}, "aws:principalisawsservice": {"true"}, "aws:securetransport": {"true"},
	}) == policydoc.Allowed
}

// input is what the target gets of the event.
func (d delivery) input() string {
	switch {
	case d.target.Input != "":
		return d.target.Input
	case d.target.InputPath != "":
		var at any
		_ = json.Unmarshal([]byte(d.body), &at) // it was made by Marshal
		for _, name := range strings.Split(d.target.InputPath, ".")[1:] {
			object, _ := at.(map[string]any)
			at = object[name]
		}
		part, err := json.Marshal(at)
		if err != nil {
			panic("awssim: a part of an event: " + err.Error())
		}
		return string(part)
	}
	return d.body
}

// forward puts the event on another bus. One of another account must be allowed there, to the account of the rule; an event
// goes to no third account (EventBridge user guide, "Sending and receiving events between AWS accounts").
func (d delivery) forward() (code, why string) {
	b, ok := d.BusByARN(d.target.ARN)
	switch away := ok && b.Account != d.rule.Account; {
	case !ok:
		return noResource, "The specified event bus does not exist."
	case away && d.from != "" && d.from != b.Account:
		return thirdAccount, "The event came from another account already."
	case away && !d.Allows(b, "events:PutEvents", Asker{Account: d.rule.Account, ARN: d.target.RoleARN, Rule: d.RuleARN(d.rule)}):
		return noPermissions, "The event bus does not let this account put events on it."
	case !away && b.Region == d.rule.Region && b.Name == d.rule.Bus:
		return "", "" // a bus that sends to itself: how AWS ends that it does not say
	case away:
		d.from = d.rule.Account
	}
	d.match(d.trail, d.event, b, d.readOnly, d.from)
	return "", ""
}

// Asker is who of another account asks for something of a bus.
type Asker struct {
	Account string
	ARN     string // of a caller, or of the role that a rule's target is sent to with; "" for a rule without one
	Rule    string // the ARN of the rule; "" for a caller
}

// Allows reports whether a bus's policy lets somebody of another account do something with it. A role acts for itself, as
// aws:PrincipalArn; that aws:SourceArn is the rule whether or not there is a role is assumed.
func (e *Events) Allows(b Bus, action string, by Asker) bool {
	doc, err := policydoc.ParseResource(b.Policy)
	if b.Policy == "" || err != nil {
		return false
	}
	about := doc.About(func(p policydoc.Principal) bool {
		return p.Name == "*" || p.NamesAccount(by.Account) || by.ARN != "" && p.Names(by.ARN)
	})
	context := map[string][]string{"aws:principalaccount": {by.Account}}
	if by.ARN != "" {
		context["aws:principalarn"] = []string{policydoc.RoleOf(by.ARN)}
	}
	if by.Rule != "" {
		context["aws:sourcearn"], context["aws:sourceaccount"] = []string{by.Rule}, []string{by.Account}
	}
	asked := policydoc.Request{Action: action, Resource: e.BusARN(b), Context: context}
	return policydoc.Judge([]policydoc.Document{about}, asked).Decision == policydoc.Allowed
}

// bury sends what did not arrive to the target's dead-letter queue, if there is one that lets it.
func (d delivery) bury(code, why string) {
	q, ok := d.w.Queues.ByARN(d.target.DeadLetters)
	if !ok || !d.may(q) {
		return
	}
	attributes := make(map[string]MessageAttribute)
	for name, text := range map[string]string{
		"RULE_ARN": d.RuleARN(d.rule), "TARGET_ARN": d.target.ARN, "ERROR_CODE": code, "ERROR_MESSAGE": why, "RETRY_ATTEMPTS": "0",
	} {
		attributes[name] = MessageAttribute{Type: "String", Text: text}
	}
	id := d.w.trailID(d.event.ID, d.rule.Key(), d.target.ID, "dead")
	q.Send(Message{ID: id, Body: d.body, Attributes: attributes, Sender: "events.amazonaws.com"}, 0)
}

// Judge decides by the queue's policy whether somebody may do something with it, in a context whose keys are lower case.
// is says of a principal of the policy whether it is them. A queue without a policy allows nothing.
func (q *Queue) Judge(action string, is func(policydoc.Principal) bool, context map[string][]string) policydoc.Decision {
	doc, err := policydoc.ParseResource(q.Settings.Attributes["Policy"])
	if err != nil {
		return policydoc.ImplicitDeny
	}
	asked := policydoc.Request{Action: action, Resource: q.ARN(), Context: context}
	return policydoc.Judge([]policydoc.Document{doc.About(is)}, asked).Decision
}

// Entry is an event that a client puts on a bus.
type Entry struct {
	Account, Region    string // whose, and where
	Source, DetailType string
	Resources          []string
	Detail             map[string]any
	Time               time.Time // zero: now
}

// PutEvent puts the event of a client on a bus, and gives its id. A trail's faults are none of it.
func (e *Events) PutEvent(b Bus, in Entry) string {
	at := in.Time
	if at.IsZero() {
		at = e.w.Now()
	}
	e.w.happened++
	ev := event{
		Version: "0", ID: e.w.trailID("entry"), DetailType: in.DetailType, Source: in.Source, Account: in.Account, Region: in.Region,
		Time: at.UTC().Format(time.RFC3339), Resources: append([]string{}, in.Resources...), Detail: in.Detail,
	}
	from := ""
	if in.Account != b.Account {
		from = in.Account
	}
	e.match(&Trail{}, ev, b, false, from)
	return ev.ID
}
