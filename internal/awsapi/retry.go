package awsapi

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"time"
)

// retryer decides what the SDK's attempt loop sends again: throttled calls always, and calls without
// a clear answer only when they read. It is an aws.RetryerV2.
type retryer struct {
	reads bool
	purse *purse
}

const (
	throttleAttempts = 10 // for a call that is throttled
	failureAttempts  = 6  // for a read without a clear answer
	firstBackoff     = 250 * time.Millisecond
	longestBackoff   = 20 * time.Second
)

func newRetryer(reads bool) *retryer { return &retryer{reads: reads, purse: newPurse()} }

// IsErrorRetryable reports whether a call that ended so may be sent again as it was.
func (r *retryer) IsErrorRetryable(err error) bool {
	if isThrottle(err) || isClockSkew(err) || isConflict(err) {
		return true
	}
	return r.reads && isAmbiguous(err)
}

// MaxAttempts is the most attempts of any call.
func (r *retryer) MaxAttempts() int { return throttleAttempts }

// RetryDelay waits a random part of a time that doubles ("full jitter"). An error that has been
// retried often enough is the error of the call.
func (r *retryer) RetryDelay(attempt int, err error) (time.Duration, error) {
	switch {
	case isClockSkew(err):
		if attempt > 1 {
			return 0, err
		}
		return 0, nil
	case !isThrottle(err) && attempt >= failureAttempts:
		return 0, err
	}
	return backoff(attempt), nil
}

// backoff is a random part of a time that doubles with each attempt, counted from one.
func backoff(attempt int) time.Duration {
	longest := longestBackoff
	if attempt < 8 {
		longest = min(longest, firstBackoff<<(attempt-1))
	}
	return rand.N(longest) + 1
}

// GetRetryToken pays for a retry. A throttled call waits until there is something to pay with: it
// is known to have had no effect, and will be served in the end. Another one fails.
func (r *retryer) GetRetryToken(ctx context.Context, err error) (func(error) error, error) {
	for {
		d := r.purse.pay(time.Now())
		if d <= 0 {
			return free, nil
		}
		if !isThrottle(err) {
			return nil, errNoRetries
		}
		if err := sleep(ctx, d); err != nil {
			return nil, err
		}
	}
}

// errNoRetries says that a call failed which would have been sent again, had there not been so many.
var errNoRetries = errors.New("too many retries lately")

func free(error) error { return nil }

// GetInitialToken is what GetAttemptToken replaces.
func (r *retryer) GetInitialToken() func(error) error { return free }

// GetAttemptToken fills the purse.
func (r *retryer) GetAttemptToken(context.Context) (func(error) error, error) {
	return func(err error) error {
		if err == nil {
			r.purse.earn()
		}
		return nil
	}, nil
}

// A purse holds what retries are paid with: a tenth of a call for each call that succeeds, something
// to begin with, and a trickle, so that a program that only ever fails goes on trying slowly.
type purse struct {
	mu    sync.Mutex
	coins float64
	at    time.Time
}

const (
	purseStart   = 20
	purseMost    = 100
	purseEarned  = 0.1
	purseTrickle = 0.5 // a second
)

func newPurse() *purse { return &purse{coins: purseStart} }

func (p *purse) earn() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.coins = min(purseMost, p.coins+purseEarned)
}

// pay pays for one retry, or says when to ask again.
func (p *purse) pay(now time.Time) time.Duration {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.coins < 1 && !p.at.IsZero() {
		p.coins = min(1, p.coins+now.Sub(p.at).Seconds()*purseTrickle)
	}
	p.at = now
	if p.coins < 1 {
		return time.Duration((1-p.coins)/purseTrickle*float64(time.Second)) + 1
	}
	p.coins--
	return 0
}
