package config

import (
	"fmt"
	"net"
	"net/url"
	"regexp"
	"strings"
	"time"
)

// standardPass is how often there is a pass when the configuration does not say.
const standardPass = 15 * time.Minute

func (b *builder) events(v *value) Events {
	e := Events{PassEvery: standardPass, AssumeRole: b.assumeRole(v.get("assume_role"))}
	if every := v.get("pass_every"); every.ok {
		e.PassEvery = time.Duration(every.number) * time.Second
	}
	if queue := v.get("queue_url"); queue.ok {
		e.QueueURL, e.QueueRegion = b.queue(queue)
	}
	return e
}

var (
	queuePath = regexp.MustCompile(`^/([0-9]{12})/([A-Za-z0-9_-]{1,80}(\.fifo)?)$`)
	queueHost = regexp.MustCompile(`^(?:sqs|sqs-fips)\.([a-z0-9-]+)\.amazonaws\.com(?:\.cn)?$`)
)

// queue reads the URL of an SQS queue, and the Region in it. The credentials are sent there, so
// nothing but SQS itself is taken, or a simulator on this machine.
func (b *builder) queue(v *value) (text, region string) {
	const fix = "copy the URL from the SQS console: https://sqs.us-east-1.amazonaws.com/111122223333/tenantry-events"
	refuse := func(why, fix string) (string, string) {
		b.fail(v, fmt.Sprintf("%s is %s, not the URL of a queue", v.path, quote(v.text)), why, fix)
		return "", ""
	}
	u, err := url.Parse(v.text)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return refuse("it is no plain URL", fix)
	}
	path := queuePath.FindStringSubmatch(u.Path)
	host := queueHost.FindStringSubmatch(u.Hostname())
	switch {
	case path == nil:
		return refuse("behind the host of a queue's URL come the account and the queue's name", fix)
	case path[3] != "":
		return refuse("it is a FIFO queue, in which one message that waits holds up all behind it", "make a standard queue")
	case isLoopback(u.Hostname()):
		return v.text, b.config.QuickSight.IdentityRegion
	case host == nil:
		return refuse("its host is not one of SQS's, and the credentials would be sent there", fix)
	case u.Scheme != "https":
		return refuse("what is sent there would not be encrypted", "write https")
	}
	if owner := b.queueAccount(); owner != "" && path[1] != owner {
		b.fail(v, fmt.Sprintf("%s is a queue of the account %s", v.path, path[1]), fmt.Sprintf("the credentials are for the account %s", owner), "name a queue of that account, or the role that reads this one in events.assume_role")
		return "", ""
	}
	return v.text, host[1]
}

// queueAccount is the account whose queue may be read: that of the role to be assumed for it, or else
// QuickSight's; "" where it is not known.
func (b *builder) queueAccount() string {
	if role := b.root.get("events").get("assume_role").get("role_arn"); role.ok {
		parts := strings.SplitN(role.text, ":", 6)
		if len(parts) == 6 {
			return parts[4]
		}
		return ""
	}
	return b.account
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}
