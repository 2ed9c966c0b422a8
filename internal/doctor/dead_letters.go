package doctor

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ofDeadLetters is the check about the queue behind that of events.
var ofDeadLetters = []Check{{
	Name:  "dead-letters",
	Looks: "Whether the queue has a dead-letter queue, how many tries a message has before it goes there, for how long it is kept, and whether anything lies in it.",
	Why:   "What nobody can use would come again and again, and be lost in the end without a trace.",
	Mend:  "Make one, and name it in the queue's redrive policy; look at what lies in it.",
	After: []string{"account"},
	Judge: judgeDeadLetters,
}}

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
