package awsapi

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

// Delete deletes messages, ten a call (SQS DeleteMessageBatch). Those that could not be deleted are tried
// again a few times; an error is a *LeftError then. A message whose receipt SQS no longer takes is no
// error: it will come again, and is deleted then.
func (i *Inbox) Delete(ctx context.Context, messages []Message) error {
	return i.inBatches(ctx, messages, "delete messages from", func(ctx context.Context, batch []Message) ([]types.BatchResultErrorEntry, error) {
		entries := make([]types.DeleteMessageBatchRequestEntry, len(batch))
		for at := range batch {
			entries[at] = types.DeleteMessageBatchRequestEntry{Id: entryID(at), ReceiptHandle: &batch[at].Receipt}
		}
		out, err := i.sqs.DeleteMessageBatch(ctx, &sqs.DeleteMessageBatchInput{QueueUrl: &i.url, Entries: entries})
		if err != nil {
			return nil, err
		}
		return out.Failed, nil
	})
}

// Extend hides messages for d from now on, at most 12 hours after they were received; with 0 they can
// be received again at once (SQS ChangeMessageVisibilityBatch). Messages that are no longer in flight
// are no error: they come again, or are gone. Otherwise it is as Delete.
func (i *Inbox) Extend(ctx context.Context, messages []Message, d time.Duration) error {
	visible := seconds(min(max(d, 0), mostVisible))
	return i.inBatches(ctx, messages, "hide messages of", func(ctx context.Context, batch []Message) ([]types.BatchResultErrorEntry, error) {
		entries := make([]types.ChangeMessageVisibilityBatchRequestEntry, len(batch))
		for at := range batch {
			entries[at] = types.ChangeMessageVisibilityBatchRequestEntry{
				Id: entryID(at), ReceiptHandle: &batch[at].Receipt, VisibilityTimeout: visible,
			}
		}
		out, err := i.sqs.ChangeMessageVisibilityBatch(ctx, &sqs.ChangeMessageVisibilityBatchInput{QueueUrl: &i.url, Entries: entries})
		if err != nil {
			return nil, err
		}
		return out.Failed, nil
	})
}

func entryID(at int) *string { return aws.String(strconv.Itoa(at)) }

const batchTries = 4

// send sends one batch, and answers the entries of it that failed.
type send func(context.Context, []Message) ([]types.BatchResultErrorEntry, error)

// inBatches sends messages in batches, and again those that failed on their own. It ends when a
// whole batch fails: the SDK has tried that again already.
func (i *Inbox) inBatches(ctx context.Context, messages []Message, doing string, send send) error {
	for try := 1; ; try++ {
		left, err := i.once(ctx, messages, send)
		if len(left) == 0 {
			return nil
		}
		if _, partial := err.(*entryError); !partial || try == batchTries {
			return &LeftError{Left: ids(left), err: i.failed(err, doing)}
		}
		if slept := sleep(ctx, backoff(try)); slept != nil {
			return &LeftError{Left: ids(left), err: i.failed(slept, doing)}
		}
		messages = left
	}
}

// once sends each batch once. The error is why messages are left: an *entryError where all
// batches were answered.
func (i *Inbox) once(ctx context.Context, messages []Message, send send) (left []Message, err error) {
	for start := 0; start < len(messages); start += mostMessages {
		batch := messages[start:min(start+mostMessages, len(messages))]
		failed, refused := send(ctx, batch)
		if refused != nil {
			return append(left, messages[start:]...), refused
		}
		for _, f := range failed {
			at, bad := strconv.Atoi(aws.ToString(f.Id))
			if bad != nil || at < 0 || at >= len(batch) || isGone(f) {
				continue
			}
			left, err = append(left, batch[at]), &entryError{aws.ToString(f.Code), aws.ToString(f.Message)}
		}
	}
	return left, err
}

// isGone reports whether an entry failed because the message is not its receiver's any more.
func isGone(f types.BatchResultErrorEntry) bool {
	code := strings.TrimPrefix(aws.ToString(f.Code), "AWS.SimpleQueueService.")
	if slices.Contains([]string{"ReceiptHandleIsInvalid", "MessageNotInflight"}, code) {
		return true
	}
	text := strings.ToLower(aws.ToString(f.Message))
	return code == "InvalidParameterValue" && (strings.Contains(text, "receipt handle") || strings.Contains(text, "visibility timeout change"))
}

// entryError is how an entry of a batch failed.
type entryError struct{ code, message string }

func (e *entryError) Error() string {
	if e.message == "" {
		return e.code
	}
	return e.code + ": " + e.message
}

// LeftError says which messages of several a call was not made for.
type LeftError struct {
	Left []string // their ids
	err  error
}

func (e *LeftError) Error() string {
	if len(e.Left) == 1 {
		return e.err.Error() + " (1 message is left)"
	}
	return fmt.Sprintf("%v (%d messages are left)", e.err, len(e.Left))
}

// Unwrap is why they are left.
func (e *LeftError) Unwrap() error { return e.err }

func ids(messages []Message) []string {
	all := make([]string, len(messages))
	for at, m := range messages {
		all[at] = m.ID
	}
	return all
}
