package awsapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// ErrNoDeadLetters means that a queue has no dead-letter queue.
var ErrNoDeadLetters = errors.New("the queue has no dead-letter queue")

// reasonAttribute is the message attribute that says why a message was set aside.
const reasonAttribute = "tenantry-reason"

// SetAside moves a message that nobody can use to the queue's dead-letter queue, its body unchanged,
// with the reason in the attribute tenantry-reason (SQS SendMessage, then DeleteMessageBatch). When it
// fails in between, or an answer is lost, the message is there twice, which is no harm. The error
// wraps ErrNoDeadLetters when the queue has no such queue.
func (i *Inbox) SetAside(ctx context.Context, m Message, reason string) error {
	dead, err := i.deadLetterURL(ctx)
	if err != nil {
		return err
	}
	if dead == "" {
		return fmt.Errorf("set a message of %s aside: %w", i, ErrNoDeadLetters)
	}
	body := string(m.Body)
	in := &sqs.SendMessageInput{QueueUrl: &dead, MessageBody: &body, MessageAttributes: map[string]types.MessageAttributeValue{
		reasonAttribute: {DataType: aws.String("String"), StringValue: aws.String(attributeText(reason))},
	}}
	_, err = i.sqs.SendMessage(ctx, in)
	if codeOf(err) == "InvalidParameterValue" { // with the reason it may be too long: what counts is the body
		in.MessageAttributes = nil
		_, err = i.sqs.SendMessage(ctx, in)
	}
	if err != nil {
		return i.failed(err, "send to the dead-letter queue of", body)
	}
	return i.Delete(ctx, []Message{m})
}

// attributeText is text as a message attribute can hold it: not empty, not long, and without what XML
// cannot hold.
func attributeText(text string) string {
	const most = 200 // characters
	kept := []rune(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0xFFFD || r == 0xFFFE || r == 0xFFFF {
			return ' '
		}
		return r
	}, text))
	if len(kept) == 0 {
		return "unknown"
	}
	return string(kept[:min(len(kept), most)])
}

// deadLetterURL is the URL of the dead-letter queue, "" where there is none. It is read once, from the
// queue's RedrivePolicy (SQS GetQueueAttributes). A dead-letter queue is in the account and Region of its
// queue (SQS Developer Guide), so that the two URLs differ in the name.
func (i *Inbox) deadLetterURL(ctx context.Context) (string, error) {
	i.dead.mu.Lock()
	defer i.dead.mu.Unlock()
	if i.dead.known {
		return i.dead.url, nil
	}
	const doing = "look for the dead-letter queue of"
	out, err := i.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &i.url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameRedrivePolicy},
	})
	if err != nil {
		return "", i.failed(err, doing)
	}
	if text := out.Attributes[string(types.QueueAttributeNameRedrivePolicy)]; text != "" {
		var policy struct {
			Target string `json:"deadLetterTargetArn"`
		}
		if err := json.Unmarshal([]byte(text), &policy); err != nil {
			return "", i.failed(fmt.Errorf("its redrive policy: %w", err), doing)
		}
		i.dead.url = i.siblingURL(policy.Target)
	}
	i.dead.known = true
	return i.dead.url, nil
}

// siblingURL is the URL of a queue beside this one, by its ARN; "" of none.
func (i *Inbox) siblingURL(arn string) string {
	name := arn[strings.LastIndexByte(arn, ':')+1:]
	if name == "" {
		return ""
	}
	return strings.TrimSuffix(strings.TrimRight(i.url, "/"), i.name) + name
}
