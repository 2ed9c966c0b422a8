package awsapi

import (
	"context"
	"fmt"
	"math"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Inbox is a standard SQS queue that events come by. SQS delivers at least once and in no order, and so
// every call of an Inbox may be made again.
type Inbox struct {
	url     string
	region  string
	account tenancy.AccountID // that the URL names, "" where it names none
	name    string
	own     tenancy.AccountID

	sqs  *sqs.Client
	dead deadLetters
}

// Message is one message of a queue. It is its receiver's until it becomes visible again.
type Message struct {
	ID       string
	Receipt  string // of this delivery: what it is deleted by
	Body     []byte
	Receives int       // how often it has been delivered, about, this time included
	Sent     time.Time // to the queue
}

// Inbox is the queue of a URL. It calls nothing. The Region is the one in the URL's host, or else the
// identity Region; the queue may be in another account.
func (a *AWS) Inbox(queueURL string) *Inbox {
	i := &Inbox{url: queueURL, region: regionOfQueue(queueURL), own: a.account}
	if i.region == "" {
		i.region = a.region
	}
	if parts := strings.Split(strings.TrimRight(queueURL, "/"), "/"); len(parts) > 1 {
		i.account, i.name = tenancy.AccountID(parts[len(parts)-2]), parts[len(parts)-1]
	}
	i.sqs = sqs.NewFromConfig(a.events, func(q *sqs.Options) {
		q.Region = i.region
		q.Retryer = newRetryer(true) // nothing is lost or done twice for good when a call is sent again
		q.APIOptions = append(q.APIOptions, a.paces[serviceSQS].installAt(a.priority))
	})
	return i
}

// The hosts of queues: of today, with FIPS and of VPC endpoints, and of old.
var queueHosts = []*regexp.Regexp{
	regexp.MustCompile(`^https?://(?:[a-z0-9-]+\.)?sqs(?:-fips)?\.([a-z]{2,}-[a-z0-9-]+)\.`),
	regexp.MustCompile(`^https?://([a-z]{2,}-[a-z0-9-]+)\.queue\.amazonaws\.`),
}

// regionOfQueue is the Region in the host of a queue's URL, "" where there is none.
func regionOfQueue(url string) string {
	for _, host := range queueHosts {
		if m := host.FindStringSubmatch(url); m != nil {
			return m[1]
		}
	}
	return ""
}

// What SQS takes (API Reference, ReceiveMessage and the batches).
const (
	mostMessages = 10
	longestPoll  = 20 * time.Second
	mostVisible  = 12 * time.Hour
)

// Receive answers up to ten messages, and hides them from others for as long as visible says; 0 is the
// queue's own. It waits for the first one, 20 seconds at most, and answers none when none has come (SQS
// ReceiveMessage). Where the answer is lost, the messages come again when they are visible.
func (i *Inbox) Receive(ctx context.Context, wait, visible time.Duration) ([]Message, error) {
	wait = min(max(wait, 0), longestPoll)
	out, err := i.sqs.ReceiveMessage(withGrace(ctx, wait), &sqs.ReceiveMessageInput{
		QueueUrl: &i.url, MaxNumberOfMessages: mostMessages,
		WaitTimeSeconds: seconds(wait), VisibilityTimeout: seconds(min(visible, mostVisible)),
		MessageSystemAttributeNames: []types.MessageSystemAttributeName{
			types.MessageSystemAttributeNameApproximateReceiveCount, types.MessageSystemAttributeNameSentTimestamp,
		},
	})
	if err != nil {
		return nil, i.failed(err, "receive from")
	}
	all := make([]Message, 0, len(out.Messages))
	for _, m := range out.Messages {
		all = append(all, message(m))
	}
	return all, nil
}

// seconds are whole ones, and never 0 for a part of one.
func seconds(d time.Duration) int32 { return int32(math.Ceil(d.Seconds())) }

func message(m types.Message) Message {
	number := func(name types.MessageSystemAttributeName) int64 {
		n, _ := strconv.ParseInt(m.Attributes[string(name)], 10, 64)
		return n // 0 where there is none
	}
	return Message{
		ID: aws.ToString(m.MessageId), Receipt: aws.ToString(m.ReceiptHandle), Body: []byte(aws.ToString(m.Body)),
		Receives: int(number(types.MessageSystemAttributeNameApproximateReceiveCount)),
		Sent:     time.UnixMilli(number(types.MessageSystemAttributeNameSentTimestamp)),
	}
}

// Depth is how many messages a queue has, about.
type Depth struct {
	Waiting  int // to be received
	InFlight int // received, and neither deleted nor visible again
	Delayed  int // sent, and not to be received yet
}

// Depth asks how many messages there are (SQS GetQueueAttributes).
func (i *Inbox) Depth(ctx context.Context) (Depth, error) {
	out, err := i.sqs.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{
		QueueUrl: &i.url, AttributeNames: []types.QueueAttributeName{
			types.QueueAttributeNameApproximateNumberOfMessages,
			types.QueueAttributeNameApproximateNumberOfMessagesNotVisible,
			types.QueueAttributeNameApproximateNumberOfMessagesDelayed,
		},
	})
	if err != nil {
		return Depth{}, i.failed(err, "count the messages of")
	}
	var counts [3]int
	for at, name := range []string{"ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible", "ApproximateNumberOfMessagesDelayed"} {
		if counts[at], err = strconv.Atoi(out.Attributes[name]); err != nil {
			return Depth{}, i.failed(fmt.Errorf("an answer without %s", name), "count the messages of")
		}
	}
	return Depth{Waiting: counts[0], InFlight: counts[1], Delayed: counts[2]}, nil
}

// deadLetters is where an inbox's dead letters go, once that is known.
type deadLetters struct {
	mu    sync.Mutex
	known bool
	url   string // "" where there is no such queue
}
