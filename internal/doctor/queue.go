package doctor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// ofQueue are the checks about the queue of events, and the one behind it.
var ofQueue = []Check{
	{
		Name: "queue",
		Looks: "The queue of `events.queue_url`: whether it is encrypted, and not with the key alias/aws/sqs, with which EventBridge cannot send; whether its policy lets the rules of EventBridge send, by their ARNs " +
			"and their account, and nobody else; whether a message stays invisible for as long as it is worked on (two minutes, or six times the timeout of a function), and is kept for four days.",
		Why:   "Whoever else may send makes tenantry look, at the cost of calls; and what the queue does not take, or shows again too soon, is seen late or twice.",
		Mend:  "Set the queue's attributes.",
		After: []string{"account"},
		Judge: judgeQueue,
	},
	{
		Name:  "dead-letters",
		Looks: "Whether the queue has a dead-letter queue, how many tries a message has before it goes there, for how long it is kept, and whether anything lies in it.",
		Why:   "What nobody can use would come again and again, and be lost in the end without a trace.",
		Mend:  "Make one, and name it in the queue's redrive policy; look at what lies in it.",
		After: []string{"account"},
		Judge: judgeDeadLetters,
	},
}

const (
	// receiving is for how long tenantry serve asks that a message be invisible, and handling for how long a function of
	// AWS Lambda has to work on one: six times its timeout of five minutes (docs/lambda.md; Lambda developer guide,
	// "Configuring a queue to use with Lambda").
	receiving = 2 * 60
	handling  = 6 * 5 * 60

	day = 24 * 60 * 60
	// kept is for how long messages are kept at least, and longest the most that SQS keeps one.
	kept    = 4 * day
	longest = 14 * day
	// tries are how often a message is received at least before it is set aside.
	tries = 3
)

func judgeQueue(f *Facts) (string, []Trouble) {
	if f.QueueURL == "" {
		return "the configuration names none", nil
	}
	if u, failed := f.Unread[Queue]; failed && u.Absent {
		return "", []Trouble{{Red, f.QueueURL, "there is no such queue", f.makeQueue()}}
	}
	if all := f.unread(Queue); all != nil {
		return "", all
	}
	q := &f.Queue
	all := slices.Concat(f.encryption(q), f.senders(q))
	visible := int64(receiving)
	if f.Lambda {
		visible = handling
	}
	if q.Visibility < visible {
		all = append(all, Trouble{Amber, "visibility timeout", fmt.Sprintf("a message is shown again after %d seconds, and may be worked on for %d", q.Visibility, visible), f.set(q, "VisibilityTimeout", fmt.Sprint(visible))})
	}
	if q.Retention < kept {
		all = append(all, Trouble{Amber, "retention", fmt.Sprintf("a message is kept for %d hours only: what happens over a long weekend would be lost, and seen by a pass", q.Retention/3600), f.set(q, "MessageRetentionPeriod", fmt.Sprint(kept))})
	}
	return "the queue " + f.queueName() + " takes what the rules send, and nothing else", all
}

// encryption is what is wrong with the encryption of a queue.
func (f *Facts) encryption(q *tenancy.EventQueue) []Trouble {
	switch {
	case strings.HasSuffix(q.Key, "alias/aws/sqs"):
		return []Trouble{{Red, "encryption", "it is encrypted with alias/aws/sqs, whose policy nobody can change, and EventBridge cannot send with it", f.unkey(q)}}
	case !q.Encrypted:
		return []Trouble{{Amber, "encryption", "messages are not encrypted at rest", f.set(q, "SqsManagedSseEnabled", "true")}}
	}
	return nil
}

// unkey is the command that lets SQS encrypt a queue with a key of its own.
func (f *Facts) unkey(q *tenancy.EventQueue) string {
	return fmt.Sprintf("aws sqs set-queue-attributes --region %s --queue-url %s --attributes %s", f.QueueRegion, tenancy.ShellQuote(q.URL),
		tenancy.ShellQuote(`{"KmsMasterKeyId":"","SqsManagedSseEnabled":"true"}`))
}

// set is the command that sets an attribute of a queue.
func (f *Facts) set(q *tenancy.EventQueue, name, value string) string {
	text, err := json.Marshal(map[string]string{name: value})
	if err != nil {
		panic(err) // it is made of texts alone
	}
	return fmt.Sprintf("aws sqs set-queue-attributes --region %s --queue-url %s --attributes %s", f.QueueRegion, tenancy.ShellQuote(q.URL), tenancy.ShellQuote(string(text)))
}

// makeQueue are the commands that make the queue, as the configuration names it.
func (f *Facts) makeQueue() string {
	attributes := fmt.Sprintf(`{"VisibilityTimeout":"%d","MessageRetentionPeriod":"%d","ReceiveMessageWaitTimeSeconds":"20","SqsManagedSseEnabled":"true"}`, receiving, kept)
	return fmt.Sprintf("aws sqs create-queue --region %s --queue-name %s --attributes %s", f.QueueRegion, f.queueName(), tenancy.ShellQuote(attributes))
}

// The condition keys by which a rule is known (EventBridge user guide, "Using resource-based policies").
const (
	sourceARN     = "aws:sourcearn"
	sourceAccount = "aws:sourceaccount"
	eventBridge   = "events.amazonaws.com"
	send          = "sqs:SendMessage"
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
			all = append(all, strangers(s, mend)...)
		}
	}
	if refused := f.refused(q.Policy); len(refused) > 0 {
		all = append(all, Trouble{Red, "policy", "the queue's policy does not let these rules send: " + strings.Join(refused, ", "), mend})
	}
	return all
}

// strangers are what is wrong with whom one statement lets send.
func strangers(s *policy.Statement, mend string) (all []Trouble) {
	asked := map[string]bool{}
	for _, c := range s.Conditions {
		asked[c.Key] = true
	}
	everybody := s.NotPrincipals != nil
	for _, p := range s.Principals {
		everybody = everybody || p.Name == "*"
	}
	for _, p := range s.Principals {
		switch {
		case p == policy.Principal{Kind: "Service", Name: eventBridge} && asked[sourceARN] && asked[sourceAccount]:
		case p.Kind == "Service" && p.Name == eventBridge:
			all = append(all, Trouble{Amber, "policy, " + p.String(), "rules of any account may send to the queue: its policy asks not for aws:SourceArn and aws:SourceAccount both", mend})
		case !everybody:
			all = append(all, Trouble{Amber, "policy, " + p.String(), p.String() + " may send to the queue, and is no rule of EventBridge's", mend})
		}
	}
	switch {
	case everybody && len(s.Conditions) == 0:
		all = append(all, Trouble{Red, "policy, everybody", "everybody may send to the queue", mend})
	case everybody && !(asked[sourceARN] && asked[sourceAccount]):
		all = append(all, Trouble{Amber, "policy, everybody", "whoever fits a condition may send to the queue, and it does not name the rules", mend})
	}
	return all
}

// refused are the rules that send to the queue and that its policy does not let.
func (f *Facts) refused(document string) (all []string) {
	id := asIdentity(document)
	for i := range f.Rules {
		r := &f.Rules[i]
		if targetOf(r, f.QueueARN()) == nil {
			continue
		}
		asking := map[string][]string{sourceARN: {r.ARN}, sourceAccount: {string(accountOf(r.ARN))}, "aws:securetransport": {"true"}}
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

func judgeDeadLetters(f *Facts) (string, []Trouble) {
	switch {
	case f.QueueURL == "":
		return "the configuration names no queue", nil
	case f.Unread[Queue].Why != "":
		return "", f.unread(Queue)
	case f.Queue.DeadLetters == "":
		return "", []Trouble{{Red, "no dead-letter queue", "the queue has no dead-letter queue: what nobody can use is lost", f.makeDeadLetters()}}
	}
	if u, failed := f.Unread[DeadLetters]; failed && u.Absent {
		return "", []Trouble{{Red, f.Queue.DeadLetters, "the dead-letter queue " + f.Queue.DeadLetters + " is not there", f.makeDeadLetters()}}
	}
	all := f.unread(DeadLetters)
	d := &f.DeadLetters
	if all == nil && d.Retention < longest {
		all = append(all, Trouble{Amber, "retention", fmt.Sprintf("what is set aside is kept for %d days, and could be for 14", d.Retention/day), f.set(d, "MessageRetentionPeriod", fmt.Sprint(longest))})
	}
	if n := d.Waiting + d.InFlight; n > 0 {
		all = append(all, Trouble{
			Amber, "messages", fmt.Sprintf("%d messages lie in the dead-letter queue: nobody could use them", n),
			"look at them, and find who sends them (docs/events.md):\n" + fmt.Sprintf("aws sqs receive-message --region %s --queue-url %s --max-number-of-messages 10", f.QueueRegion, tenancy.ShellQuote(d.URL)) +
				"\nand when nobody needs them:\n" + fmt.Sprintf("aws sqs purge-queue --region %s --queue-url %s", f.QueueRegion, tenancy.ShellQuote(d.URL)),
		})
	}
	if f.Queue.MaxReceives > 0 && f.Queue.MaxReceives < tries {
		all = append(all, Trouble{Amber, "receives", fmt.Sprintf("a message is set aside after it was received %d times, which a process that dies may do by itself", f.Queue.MaxReceives), f.redrive(f.Queue.DeadLetters)})
	}
	return "what nobody can use goes to " + d.ARN[strings.LastIndexByte(d.ARN, ':')+1:] + ", which is empty", all
}

// redrive is the command that names a dead-letter queue to the queue.
func (f *Facts) redrive(arn string) string {
	text, err := json.Marshal(map[string]string{"deadLetterTargetArn": arn, "maxReceiveCount": "5"})
	if err != nil {
		panic(err) // it is made of texts alone
	}
	return f.set(&f.Queue, "RedrivePolicy", string(text))
}

func (f *Facts) makeDeadLetters() string {
	name := f.queueName() + "-dead-letters"
	arn := fmt.Sprintf("arn:%s:sqs:%s:%s:%s", f.Partition(), f.QueueRegion, f.queueAccount(), name)
	return fmt.Sprintf("aws sqs create-queue --region %s --queue-name %s --attributes %s", f.QueueRegion, name,
		tenancy.ShellQuote(fmt.Sprintf(`{"MessageRetentionPeriod":"%d","SqsManagedSseEnabled":"true"}`, longest))) + "\n" + f.redrive(arn)
}
