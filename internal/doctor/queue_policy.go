package doctor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The condition keys by which a rule is known (EventBridge user guide, "Using resource-based policies").
const (
	sourceARN       = "aws:sourcearn"
	sourceAccount   = "aws:sourceaccount"
	secureTransport = "aws:securetransport"
	eventBridge     = "events.amazonaws.com"
	send            = "sqs:SendMessage"
)

// senders are what is wrong with who may send to the queue.
func (f *Facts) senders(q *tenancy.EventQueue) (all []Trouble) {
	mend := f.set(q, "Policy", f.queuePolicy())
	if q.Policy == "" {
		return []Trouble{{Red, "policy", "the queue has no policy, and EventBridge may not send to it", mend}}
	}
	d, err := policy.Parse(q.Policy)
	if err != nil {
		return []Trouble{{Amber, "policy", "the queue's policy could not be understood: " + err.Error(), mend}}
	}
	for i := range d.Statements {
		if s := &d.Statements[i]; s.Allow && mayBeSending(s) {
			all = append(all, f.strangers(s, mend)...)
		}
	}
	if refused := f.refused(q.Policy); len(refused) > 0 {
		all = append(all, Trouble{Red, "policy", "the queue's policy does not let these rules send: " + strings.Join(refused, ", "), mend})
	}
	return all
}

// strangers are what is wrong with whom one statement lets send.
func (f *Facts) strangers(s *policy.Statement, mend string) (all []Trouble) {
	open := !asksForRules(s) || f.takesAny(s)
	everybody := s.NotPrincipals != nil
	for _, p := range s.Principals {
		everybody = everybody || p.Name == "*"
	}
	for _, p := range s.Principals {
		switch {
		case p == policy.Principal{Kind: "Service", Name: eventBridge} && !open:
		case p.Kind == "Service" && p.Name == eventBridge:
			all = append(all, Trouble{Amber, "policy, " + p.String(), "rules of any account may send to the queue: its policy asks not for aws:SourceArn and aws:SourceAccount both, or takes any", mend})
		case !everybody:
			all = append(all, Trouble{Amber, "policy, " + p.String(), p.String() + " may send to the queue, and is no rule of EventBridge's", mend})
		}
	}
	switch caller := s.Lets(byThemselves); {
	case everybody && caller == policy.Yes:
		all = append(all, Trouble{Red, "policy, everybody", "everybody may send to the queue", mend})
	case everybody && (open || caller > policy.No):
		all = append(all, Trouble{Amber, "policy, everybody", "whoever fits a condition may send to the queue, and it does not name the rules", mend})
	}
	return all
}

// asksForRules reports whether a statement asks which rule it is that sends, and of which account.
func asksForRules(s *policy.Statement) bool {
	asks := func(key string) bool {
		return slices.ContainsFunc(s.Conditions, func(c policy.Condition) bool { return c.Key == key })
	}
	return asks(sourceARN) && asks(sourceAccount)
}

// takesAny reports whether a statement may let a rule send that is of an account which nobody here knows. A rule can have any name,
// and so those are tried that the statement's own ARNs speak of.
func (f *Facts) takesAny(s *policy.Statement) bool {
	const nobodys = "000000000000"
	names := []string{fmt.Sprintf("arn:%s:events:%s:%s:rule/any", f.Partition(), f.QueueRegion, nobodys)}
	for _, c := range s.Conditions {
		if c.Key != sourceARN {
			continue
		}
		for _, pattern := range c.Values {
			parts := strings.SplitN(pattern, ":", 6)
			if len(parts) == 6 && strings.ContainsAny(parts[4], "*?") {
				parts[4] = nobodys
				names = append(names, strings.NewReplacer("*", "any", "?", "a").Replace(strings.Join(parts, ":")))
			}
		}
	}
	return slices.ContainsFunc(names, func(arn string) bool {
		return s.Lets(map[string][]string{sourceARN: {arn}, sourceAccount: {nobodys}, secureTransport: {"true"}}) > policy.No
	})
}

// byThemselves is the context of somebody who calls SQS: no service does it for them, and so there is no source. A condition with
// IfExists holds for them.
var byThemselves = map[string][]string{sourceARN: {}, sourceAccount: {}, secureTransport: {"true"}}

// refused are the rules that send to the queue and that its policy does not let.
func (f *Facts) refused(document string) (all []string) {
	id := asIdentity(document)
	for i := range f.Rules {
		r := &f.Rules[i]
		if targetOf(r, f.QueueARN()) == nil {
			continue
		}
		asking := map[string][]string{sourceARN: {r.ARN}, sourceAccount: {string(accountOf(r.ARN))}, secureTransport: {"true"}}
		if policy.May(id, send, f.QueueARN(), asking) != policy.Yes {
			all = append(all, r.Name)
		}
	}
	return all
}

// asIdentity is what a queue's policy says to EventBridge, as a policy of its own: the statements that name it, or everybody.
func asIdentity(document string) tenancy.Identity {
	var d struct{ Statement json.RawMessage }
	var statements, kept []map[string]json.RawMessage
	if json.Unmarshal([]byte(document), &d) != nil {
		return tenancy.Identity{}
	}
	if json.Unmarshal(d.Statement, &statements) != nil {
		statements = make([]map[string]json.RawMessage, 1)
		if json.Unmarshal(d.Statement, &statements[0]) != nil {
			return tenancy.Identity{}
		}
	}
	for _, s := range statements {
		if p := string(s["Principal"]); strings.Contains(p, `"`+eventBridge+`"`) || strings.Contains(p, `"*"`) {
			delete(s, "Principal")
			kept = append(kept, s)
		}
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": kept})
	if err != nil || kept == nil {
		return tenancy.Identity{}
	}
	return tenancy.Identity{Policies: []tenancy.PolicyDocument{{Name: "queue", Document: string(text)}}}
}

// mayBeSending reports whether a statement is about sending: what it names leaves that in, or what it leaves out does not.
func mayBeSending(s *policy.Statement) bool {
	actions, err := json.Marshal(s.Actions)
	if s.NotActions != nil || err != nil {
		return true
	}
	of := tenancy.PolicyDocument{Document: `{"Statement":{"Effect":"Allow","Action":` + string(actions) + `,"Resource":"*"}}`}
	return policy.May(tenancy.Identity{Policies: []tenancy.PolicyDocument{of}}, send, "*", nil) > policy.No
}

// queuePolicy lets rules send, and nobody else: those that are called as tenantry calls them, and those that send already.
func (f *Facts) queuePolicy() string {
	rules := []string{fmt.Sprintf("arn:%s:events:%s:%s:rule/tenantry-*", f.Partition(), f.QueueRegion, f.queueAccount())}
	for i := range f.Rules {
		if r := &f.Rules[i]; targetOf(r, f.QueueARN()) != nil && !strings.Contains(r.ARN, ":rule/tenantry-") {
			rules = append(rules, r.ARN)
		}
	}
	slices.Sort(rules)
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": []any{map[string]any{
		"Sid": "OnlyRules", "Effect": "Allow", "Principal": map[string]string{"Service": eventBridge}, "Action": send, "Resource": f.QueueARN(),
		"Condition": map[string]any{"ArnLike": map[string]any{"aws:SourceArn": slices.Compact(rules)}, "StringEquals": map[string]string{"aws:SourceAccount": string(f.queueAccount())}},
	}}})
	if err != nil {
		panic(err) // it is made of texts alone
	}
	return string(text)
}
