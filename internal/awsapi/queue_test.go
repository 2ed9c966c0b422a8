package awsapi

import (
	"context"
	"testing"
)

// TestRegionOfQueue finds the Region in the hosts that queues have had (AWS General Reference, SQS
// endpoints), and the URL of the queue beside one.
func TestRegionOfQueue(t *testing.T) {
	a, err := New(context.Background(), Options{
		AccountID: "111122223333", Region: "us-east-1", StoreID: "d-1234567890", Credentials: &Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	for host, region := range map[string]string{
		"https://sqs.eu-west-1.amazonaws.com":                 "eu-west-1",
		"https://sqs.cn-north-1.amazonaws.com.cn":             "cn-north-1",
		"https://sqs-fips.us-gov-west-1.amazonaws.com":        "us-gov-west-1",
		"https://sqs.eu-west-1.api.aws":                       "eu-west-1",
		"https://vpce-0a-b1.sqs.eu-west-1.vpce.amazonaws.com": "eu-west-1",
		"https://ap-southeast-2.queue.amazonaws.com":          "ap-southeast-2",
		"https://queue.amazonaws.com":                         "us-east-1",
		"http://127.0.0.1:4566":                               "us-east-1",
	} {
		i := a.Inbox(host + "/444455556666/events")
		if i.region != region || i.account != "444455556666" || i.name != "events" {
			t.Errorf("%s: %+v", host, i)
		}
		if got := i.siblingURL("arn:aws:sqs:eu-west-1:444455556666:dead"); got != host+"/444455556666/dead" {
			t.Errorf("beside %s: %s", host, got)
		}
	}
}
