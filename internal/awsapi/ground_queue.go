//go:build !tenantry.lambda

package awsapi

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Queue reads how a queue is set up, by its URL or its ARN, with the credentials that events are received with (SQS
// GetQueueAttributes, for an ARN after GetQueueUrl). The error wraps plan.ErrNotFound where there is none.
func (s *Surroundings) Queue(ctx context.Context, queue string) (tenancy.EventQueue, error) {
	url, region := queue, cmp.Or(regionOfQueue(queue), s.aws.region)
	doing := fmt.Sprintf("read the queue %q", queue[max(strings.LastIndexByte(queue, '/'), strings.LastIndexByte(queue, ':'))+1:])
	if arn := strings.Split(queue, ":"); len(arn) == 6 && arn[0] == "arn" {
		region = arn[3]
		out, err := s.queues(region).sqs.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &arn[5], QueueOwnerAWSAccountId: &arn[4]})
		if err != nil {
			return tenancy.EventQueue{}, failure(err, doing)
		}
		url = *out.QueueUrl
	}
	out, err := s.queues(region).sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &url, AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll},
	})
	if err != nil {
		return tenancy.EventQueue{}, failure(err, doing)
	}
	return eventQueue(url, out.Attributes), nil
}

// eventQueue reads the attributes of a queue. One that AWS does not answer, or in a form that is not known, counts for nothing.
func eventQueue(url string, have map[string]string) tenancy.EventQueue {
	number := func(name types.QueueAttributeName) int64 {
		n, _ := strconv.ParseInt(have[string(name)], 10, 64)
		return n
	}
	q := tenancy.EventQueue{
		URL: url, ARN: have[string(types.QueueAttributeNameQueueArn)], Policy: have[string(types.QueueAttributeNamePolicy)],
		Key:        have[string(types.QueueAttributeNameKmsMasterKeyId)],
		Visibility: number(types.QueueAttributeNameVisibilityTimeout), Retention: number(types.QueueAttributeNameMessageRetentionPeriod),
		Waiting:  int(number(types.QueueAttributeNameApproximateNumberOfMessages)),
		InFlight: int(number(types.QueueAttributeNameApproximateNumberOfMessagesNotVisible)),
	}
	q.Encrypted = q.Key != "" || have[string(types.QueueAttributeNameSqsManagedSseEnabled)] == "true"
	var redrive struct {
		Target      string      `json:"deadLetterTargetArn"`
		MaxReceives json.Number `json:"maxReceiveCount"` // SQS writes a number, and some clients a text of one
	}
	if json.Unmarshal([]byte(have[string(types.QueueAttributeNameRedrivePolicy)]), &redrive) == nil {
		most, _ := redrive.MaxReceives.Int64()
		q.DeadLetters, q.MaxReceives = redrive.Target, int(most)
	}
	return q
}
