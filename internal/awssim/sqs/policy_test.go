package sqs_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

// guarded is a world whose queue lets the sender of another account send, and denies its own account's guest to receive.
const guarded = `{"account_id": "111122223333", "queues": [{"name": "plain"}, {"name": "q", "attributes": {"Policy": %q}}],
	"callers": [{"access_key": "AKIAOURS", "arn": "arn:aws:iam::111122223333:user/admin"}, {"access_key": "AKIAGUEST", "arn": "arn:aws:iam::111122223333:user/guest"},
		{"access_key": "AKIASENDER", "account": "444455556666", "arn": "arn:aws:sts::444455556666:assumed-role/sender/s"},
		{"access_key": "AKIAOTHER", "account": "444455556666", "arn": "arn:aws:iam::444455556666:user/other"}]}`

const policy = `{"Version": "2012-10-17", "Statement": [
	{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:role/sender"}, "Action": ["sqs:SendMessage", "sqs:GetQueueUrl", "sqs:DeleteQueue"], "Resource": "arn:aws:sqs:us-east-1:111122223333:q"},
	{"Effect": "Deny", "Principal": {"AWS": "arn:aws:iam::111122223333:user/guest"}, "Action": "sqs:ReceiveMessage", "Resource": "*"},
	{"Effect": "Deny", "Principal": "*", "Action": "sqs:*", "Resource": "*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}]}`

func TestPolicy(t *testing.T) {
	c := simtest.New(t, fmt.Sprintf(guarded, policy), awssim.Options{})
	c.Service = "sqs"
	for _, row := range []struct {
		key, op, body string
		refused       bool
	}{
		{"AKIAOURS", "SendMessage", in("q", `"MessageBody": "m"`), false},
		{"AKIAOURS", "ReceiveMessage", in("q", ""), false},
		{"AKIAGUEST", "SendMessage", in("q", `"MessageBody": "m"`), false},
		{"AKIAGUEST", "ReceiveMessage", in("q", ""), true},
		{"AKIAGUEST", "ReceiveMessage", in("plain", ""), false},
		{"AKIASENDER", "SendMessage", in("q", `"MessageBody": "m"`), false},
		{"AKIASENDER", "SendMessageBatch", in("q", `"Entries": [{"Id": "a", "MessageBody": "m"}]`), false},
		{"AKIASENDER", "GetQueueUrl", `{"QueueName": "q", "QueueOwnerAWSAccountId": "111122223333"}`, false},
		{"AKIASENDER", "ReceiveMessage", in("q", ""), true},
		{"AKIASENDER", "SendMessage", in("plain", `"MessageBody": "m"`), true},
		{"AKIASENDER", "DeleteQueue", in("q", ""), true}, // which no policy gives away
		{"AKIASENDER", "CreateQueue", `{"QueueName": "new"}`, true},
		{"AKIAOTHER", "SendMessage", in("q", `"MessageBody": "m"`), true},
	} {
		c.Key = row.key
		a := c.Call("AmazonSQS."+row.op, row.body)
		if refused := a.Status == 403 && strings.HasSuffix(fmt.Sprint(a.Body["__type"]), "#AccessDeniedException"); refused != row.refused || !refused && a.Status != 200 {
			t.Errorf("%s %s: %d %v", row.key, row.op, a.Status, a.Body)
		}
	}
}

// A key of KMS takes the place of SQS's own encryption.
func TestEncryptionAttributes(t *testing.T) {
	c := open(t, file)
	show := func() string {
		return fmt.Sprint(c.ok("GetQueueAttributes", in("plain", `"AttributeNames": ["KmsMasterKeyId", "SqsManagedSseEnabled"]`))["Attributes"])
	}
	if got := show(); got != "map[SqsManagedSseEnabled:true]" {
		t.Error(got)
	}
	c.ok("SetQueueAttributes", in("plain", `"Attributes": {"KmsMasterKeyId": "alias/own"}`))
	if got := show(); got != "map[KmsMasterKeyId:alias/own SqsManagedSseEnabled:false]" {
		t.Error(got)
	}
}
