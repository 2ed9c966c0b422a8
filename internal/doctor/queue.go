package doctor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ofQueue is the check about the queue of events; who may send to it is judged in queue_policy.go.
var ofQueue = []Check{{
	Name: "queue",
	Looks: "The queue of `events.queue_url`: whether it is encrypted, and not with the key alias/aws/sqs, with which EventBridge cannot send; whether its policy lets the rules of EventBridge send, by their ARNs " +
		"and their account, and nobody else; whether a message stays invisible for as long as it is worked on (two minutes, or six times the timeout of a function), and is kept for four days.",
	Why:   "Whoever else may send makes tenantry look, at the cost of calls; and what the queue does not take, or shows again too soon, is seen late or twice.",
	Mend:  "Set the queue's attributes.",
	After: []string{"account"},
	Judge: judgeQueue,
}}

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
