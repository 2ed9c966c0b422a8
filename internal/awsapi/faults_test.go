package awsapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestPreflight(t *testing.T) {
	r := newRig(t, nil)
	a, err := r.Preflight().Account(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if a.Caller != account || a.CallerARN == "" || a.Edition != "ENTERPRISE" || a.SubscriptionStatus != "ACCOUNT_CREATED" ||
		a.AuthenticationType == "" || a.IdentityCenter != "" || a.IdentityRegion != "us-east-1" {
		t.Errorf("%+v", a)
	}
	check(t, r.Preflight().Store(t.Context()), len(r.calls()), 4)
}

// TestF47IdentityRegion recognises the answer of the wrong Region for what it is, on a read and on a
// write, and does not mistake a denial for it.
func TestF47IdentityRegion(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		s.QuickSight.IdentityRegion = "eu-west-1"
		s.IdentityCenter.Region = "us-east-1"
	})
	_, preflight := r.Preflight().Account(t.Context())
	_, read := r.QuickSight().Namespaces(t.Context())
	for _, err := range []error{preflight, read, do(r.Writer(), t.Context(), registerBob(t))} {
		e, ok := errors.AsType[*awsapi.IdentityRegionError](err)
		if !ok || e.Endpoint != "us-east-1" || e.IdentityRegion != "eu-west-1" || !strings.Contains(e.Hint(), "eu-west-1") || errors.Is(err, plan.ErrDenied) {
			t.Errorf("%T %v", err, err)
		}
	}

	r = newRig(t, func(s *world.Seed) {
		s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:*", "identitystore:*", "sts:*", "iam:*"}}}
	})
	_, users := r.QuickSight().Users(t.Context(), "acme")
	_, people := r.Directory().People(t.Context())
	_, roles := r.Roles().Roles(t.Context(), "/")
	for action, err := range map[string]error{"quicksight:ListUsers": users, "identitystore:ListUsers": people, "iam:ListRoles": roles} {
		e, ok := errors.AsType[*awsapi.DeniedError](err)
		if !ok || e.Action != action || !errors.Is(err, plan.ErrDenied) || !strings.Contains(e.Hint(), action) || e.RequestID == "" {
			t.Errorf("%T %v", err, err)
		}
	}
	if n := len(r.calls()); n != 3 {
		t.Errorf("a denial was tried again: %v", r.calls())
	}
}

// TestF48WrongStore says which store is not there.
func TestF48WrongStore(t *testing.T) {
	r := newRig(t, nil, func(o *awsapi.Options) { o.StoreID = "d-9999999999" })
	err := r.Preflight().Store(t.Context())
	if err == nil {
		t.Fatal("no error")
	}
	h, ok := err.(interface{ Hint() string })
	if !ok || !strings.Contains(err.Error(), "d-9999999999") || h.Hint() == "" {
		t.Errorf("%T %v", err, err)
	}
}

func TestNoSubscription(t *testing.T) {
	r := newRig(t, nil)
	op := "quicksight:DescribeAccountSubscription"
	r.with(awssim.FailBefore(op, wire.Errorf(404, "ResourceNotFoundException", "no")))
	_, err := r.Preflight().Account(t.Context())
	if e, ok := errors.AsType[*awsapi.SubscriptionError](err); !ok || e.AccountID != account || e.Hint() == "" {
		t.Errorf("%T %v", err, err)
	}
}

// TestF45ExpiredCredentials stops at once, and wraps what ends a plan.
func TestF45ExpiredCredentials(t *testing.T) {
	r := newRig(t, nil)
	r.with(awssim.FailBefore("", awssim.ExpiredToken()))
	_, read := r.Directory().People(t.Context())
	for _, err := range []error{read, do(r.Writer(), t.Context(), registerBob(t))} {
		e, ok := errors.AsType[*awsapi.CredentialsError](err)
		if !ok || !errors.Is(err, plan.ErrCredentials) || !strings.Contains(e.Hint(), "expired") {
			t.Errorf("%T %v", err, err)
		}
	}
	check(t, nil, len(r.calls()), 2)
}

// TestF44ClockSkew works with a clock that is an hour off: AWS's own time corrects the signatures.
func TestF44ClockSkew(t *testing.T) {
	for _, skew := range []time.Duration{time.Hour, -time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			seed := world.Seed{AccountID: account}
			b := world.DefaultBehaviour()
			b.MaxClockSkew = world.Duration(5 * time.Minute)
			seed.Behaviour = &b
			sim, err := awssim.New(seed, awssim.Options{Clock: func() time.Time { return time.Now().Add(skew) }})
			if err != nil {
				t.Fatal(err)
			}
			a, err := awsapi.New(t.Context(), awsapi.Options{
				AccountID: account, Region: "us-east-1", StoreID: storeID, HTTPClient: sim.Client(),
				Credentials: &awsapi.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "x"},
			})
			if err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if _, err := a.QuickSight().Namespaces(t.Context()); err != nil {
					t.Errorf("%v off: %v", skew, err)
				}
			}
			change := plan.CreateNamespace{Namespace: namespace(t, "acme"), Store: storeID}
			if err := do(a.Writer(), t.Context(), change); err != nil {
				t.Errorf("%v off: %v", skew, err)
			}
		})
	}
}

// TestF1ThrottleBurst loses nothing to a burst of throttles, for reads and for writes.
func TestF1ThrottleBurst(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.with(awssim.Between(5, 12, "quicksight", awssim.FailBefore("quicksight", awssim.Throttling())))
		bob := registerBob(t)
		for i := range 20 {
			bob.Session = tenancy.Session("bob" + string(rune('a'+i)))
			if err := do(r.Writer(), t.Context(), bob); err != nil {
				t.Fatal(err)
			}
		}
		if got := r.outcomes(); got[awsapi.OK] != 20 || got[awsapi.Throttled] != 8 {
			t.Errorf("%v", got)
		}
	})
}

// TestS20QuotaOverTheSDK registers people under a quota that nobody told us, through the real SDK.
func TestS20QuotaOverTheSDK(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(s *world.Seed) {
			s.Behaviour.Throttle = map[string]world.Rate{"quicksight": {PerSecond: 40, Burst: 40}}
		}, func(o *awsapi.Options) { o.QuickSightRate = awsapi.Rate{} })
		const people = 6000
		begin := time.Now()
		var g errgroup.Group
		g.SetLimit(32)
		for i := range people {
			bob := registerBob(t)
			bob.Session += tenancy.Session(strings.Repeat("x", i%7)) + tenancy.Session(time.Duration(i).String())
			bob.Session = tenancy.Session(strings.ReplaceAll(string(bob.Session), "µ", "u"))
			g.Go(func() error { return do(r.Writer(), t.Context(), bob) })
		}
		if err := g.Wait(); err != nil {
			t.Fatal(err)
		}
		took := time.Since(begin)
		got := r.outcomes()
		share := float64(got[awsapi.Throttled]) / float64(got[awsapi.Throttled]+got[awsapi.OK])
		t.Logf("%d registrations in %v at 40 a second: %.0f %% of the quota, %.2f %% throttled", people, took, 100*people/40/took.Seconds(), 100*share)
		if use := people / 40 / took.Seconds(); use < 0.85 || share > 0.02 || got[awsapi.OK] != people {
			t.Errorf("%.2f of the quota, %.4f throttled, %v", use, share, got)
		}
	})
}

// TestF2RetryAfter sends nothing to the identity store while it asks for quiet, and goes on with
// QuickSight.
func TestF2RetryAfter(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, manyPeople(10))
		throttle := wire.Errorf(400, "ThrottlingException", "Rate exceeded")
		throttle.Members = map[string]any{"RetryAfterSeconds": 17}
		r.with(awssim.Nth(1, "identitystore", awssim.FailBefore("identitystore", throttle)))
		begin := time.Now()
		done := make(chan error)
		go func() {
			_, err := r.Directory().People(t.Context())
			done <- err
		}()
		time.Sleep(time.Millisecond)
		if _, err := r.Directory().Groups(t.Context()); err != nil {
			t.Error(err)
		}
		if d := time.Since(begin); d < 17*time.Second {
			t.Errorf("a call was sent after %v", d)
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		begin = time.Now()
		if _, err := r.QuickSight().Namespaces(t.Context()); err != nil || time.Since(begin) > time.Second {
			t.Errorf("quicksight waited %v: %v", time.Since(begin), err)
		}
	})
}

// TestS20RetriesArePaidFor keeps the retries of a service in trouble to about a tenth of the calls.
func TestS20RetriesArePaidFor(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.with(awssim.FailBefore("quicksight", awssim.Unavailable()))
		const reads = 200
		for range reads {
			if _, err := r.QuickSight().Groups(t.Context(), "acme"); err == nil {
				t.Fatal("no error")
			}
		}
		// 20 to begin with, and half a retry for each second that has passed.
		if n := len(r.calls()); n > reads+reads/10+40 {
			t.Errorf("%d calls for %d reads", n, reads)
		}
	})
}

// TestCancelled ends with the caller's context, in the middle of a call, of a backoff and of a
// wait.
func TestCancelled(t *testing.T) {
	for name, hook := range map[string]awssim.Hook{
		"call":    awssim.On("", awssim.BeforeEffect, awssim.Fault{Delay: time.Hour}),
		"backoff": awssim.FailBefore("", awssim.Throttling()),
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, nil)
				r.with(hook)
				for _, do := range []func(context.Context) error{
					func(ctx context.Context) error { _, err := r.QuickSight().Users(ctx, "acme"); return err },
					func(ctx context.Context) error { return do(r.Writer(), ctx, registerBob(t)) },
				} {
					ctx, cancel := context.WithTimeout(t.Context(), time.Second)
					begin := time.Now()
					err := do(ctx)
					cancel()
					if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) > time.Second {
						t.Errorf("after %v: %v", time.Since(begin), err)
					}
				}
			})
		})
	}
}

// TestT25SimulatorCredentials uses neither the environment nor its credentials, when others are given.
func TestT25SimulatorCredentials(t *testing.T) {
	for name, value := range map[string]string{
		"AWS_ACCESS_KEY_ID": "AKIAREAL", "AWS_SECRET_ACCESS_KEY": "real", "AWS_PROFILE": "there-is-none",
		"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_QUICKSIGHT": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1",
	} {
		t.Setenv(name, value)
	}
	r := newRig(t, nil, func(o *awsapi.Options) {
		sim := o.HTTPClient
		o.HTTPClient = clientFunc(func(req *http.Request) (*http.Response, error) {
			if auth := req.Header.Get("Authorization"); !strings.Contains(auth, "Credential=AKIATEST/") || strings.HasPrefix(req.URL.Host, "127.") {
				t.Errorf("sent to %s with %s", req.URL.Host, auth)
			}
			return sim.Do(req)
		})
	})
	if _, err := r.Preflight().Account(t.Context()); err != nil {
		t.Error(err)
	}
	if _, err := awsapi.New(t.Context(), awsapi.Options{AccountID: account, Region: "us-east-1", StoreID: storeID, Endpoint: "http://127.0.0.1:1"}); err == nil {
		t.Error("an endpoint without credentials was taken")
	}
}

// TestAssumedRole calls each service with the role that is meant for it.
func TestAssumedRole(t *testing.T) {
	trust := `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::111122223333:root"}, "Action": "sts:AssumeRole",
		"Condition": {"StringEquals": {"sts:ExternalId": "secret-handshake"}}}]}`
	seed := func(s *world.Seed) {
		s.IAM.Roles = append(s.IAM.Roles, world.Role{Name: "tenantry", Trust: trust})
	}
	as := func(id string) func(*awsapi.Options) {
		return func(o *awsapi.Options) {
			o.QuickSightRole = awsapi.AssumeRole{RoleARN: "arn:aws:iam::111122223333:role/tenantry", ExternalID: id}
		}
	}
	r := newRig(t, seed, as("secret-handshake"))
	a, err := r.Preflight().Account(t.Context())
	if err != nil || !strings.Contains(a.CallerARN, "assumed-role/tenantry/tenantry") {
		t.Errorf("%s: %v", a.CallerARN, err)
	}
	if err := r.Preflight().Store(t.Context()); err != nil {
		t.Error(err)
	}

	r = newRig(t, seed, as("wrong"))
	_, err = r.QuickSight().Namespaces(t.Context())
	if e, ok := errors.AsType[*awsapi.DeniedError](err); !ok || e.Action != "sts:AssumeRole" {
		t.Errorf("%T %v", err, err)
	}
}

// TestOverLoopback reaches a simulator that listens.
func TestOverLoopback(t *testing.T) {
	r := newRig(t, nil)
	server, err := r.sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	served := make(chan error, 1)
	go func() { served <- server.Serve(ctx) }()
	a, err := awsapi.New(ctx, awsapi.Options{
		AccountID: account, Region: "us-east-1", StoreID: storeID, Endpoint: server.URL,
		Credentials: &awsapi.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "x"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Preflight().Account(ctx); err != nil {
		t.Error(err)
	}
	if _, err := a.Roles().Roles(ctx, "/"); err != nil {
		t.Error(err)
	}
	if err := a.Preflight().Store(ctx); err != nil {
		t.Error(err)
	}
	if err := do(a.Writer(), ctx, registerBob(t)); err != nil {
		t.Error(err)
	}
	cancel()
	if err := <-served; err != nil {
		t.Error(err)
	}
}

type clientFunc func(*http.Request) (*http.Response, error)

func (f clientFunc) Do(r *http.Request) (*http.Response, error) { return f(r) }
