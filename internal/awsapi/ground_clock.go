//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go/middleware"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Skew is by how much the clock of AWS is ahead of this machine's: the Date of an answer (STS GetCallerIdentity) against the
// middle of the request. A Date has whole seconds, so it is known to half of one, and to half of what the request took.
func (s *Surroundings) Skew(ctx context.Context) (time.Duration, error) {
	const doing = "compare the clocks"
	var clock clock
	_, err := s.home.sts.GetCallerIdentity(ctx, &sts.GetCallerIdentityInput{}, func(o *sts.Options) {
		o.APIOptions = append(o.APIOptions, clock.install)
	})
	if clock.date.IsZero() { // an answer that is an error tells the time too
		if err == nil {
			err = errors.New("an answer without a Date")
		}
		return 0, failure(err, doing)
	}
	return clock.skew(), nil
}

// clock notes when the last attempt of a call was sent and answered, and what time it was at AWS.
type clock struct{ sent, answered, date time.Time }

// skew takes the Date for the middle of its second.
func (c *clock) skew() time.Duration {
	middle := c.sent.Add(c.answered.Sub(c.sent) / 2)
	return c.date.Add(time.Second / 2).Sub(middle)
}

// install puts the clock next to the wire, so that waiting for a turn and retries do not count.
func (c *clock) install(stack *middleware.Stack) error {
	look := func(ctx context.Context, in middleware.DeserializeInput, next middleware.DeserializeHandler) (middleware.DeserializeOutput, middleware.Metadata, error) {
		c.sent = time.Now()
		out, metadata, err := next.HandleDeserialize(ctx, in)
		c.answered = time.Now()
		if response, ok := out.RawResponse.(*smithyhttp.Response); ok {
			c.date, _ = http.ParseTime(response.Header.Get("Date"))
		}
		return out, metadata, err
	}
	return stack.Deserialize.Add(middleware.DeserializeMiddlewareFunc("TenantryClock", look), middleware.After)
}
