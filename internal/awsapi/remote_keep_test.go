package awsapi_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// evidence is S3 over a simulated bucket.
func evidence(t *testing.T, fault awssim.Hook) *awsapi.Remote {
	t.Helper()
	sim, err := awssim.New(world.Seed{AccountID: account, Buckets: []world.BucketSeed{{Bucket: world.Bucket{Name: "evidence"}}}}, awssim.Options{Fault: fault})
	if err != nil {
		t.Fatal(err)
	}
	r, err := awsapi.NewRemote(t.Context(), awsapi.Options{
		Region: "us-east-1", HTTPClient: sim.Client(), Credentials: &awsapi.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "not-a-secret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestPutWhoseAnswerIsLost: what was kept, and whose answer did not come, is kept, although S3 says to the second attempt that it
// is there already.
func TestPutWhoseAnswerIsLost(t *testing.T) {
	const put, name = "s3:PutObject", "s3://evidence/audits/1.json"
	for lost, fault := range map[string]awssim.Hook{
		"a broken connection":     awssim.DropAfter(put),
		"a failure of S3's own":   awssim.FailAfter(put, wire.Errorf(500, "InternalError", "We encountered an internal error. Please try again.")),
		"an answer that says 503": awssim.FailAfter(put, wire.Errorf(503, "ServiceUnavailable", "Please reduce your request rate.")),
	} {
		t.Run(lost, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := evidence(t, awssim.Nth(1, put, fault))
				if err := r.Put(t.Context(), name, "text/plain", []byte("one")); err != nil {
					t.Errorf("it is kept, and that is an error: %v", err)
				}
				if err := r.Put(t.Context(), name, "text/plain", []byte("two")); !errors.Is(err, awsapi.ErrTaken) {
					t.Errorf("another of that name: %v", err)
				}
				if is, err := r.Read(t.Context(), name); string(is) != "one" || err != nil {
					t.Errorf("there is %q, %v", is, err)
				}
			})
		})
	}
}

// TestPutBesideAnother: what S3 turns away since something of that name was being written just then is sent again, and not for
// ever.
func TestPutBesideAnother(t *testing.T) {
	const put, name = "s3:PutObject", "s3://evidence/audits/1.json"
	conflict := awssim.FailBefore(put, wire.Errorf(409, "ConditionalRequestConflict", "A conflicting conditional operation is currently in progress against this resource. Please try again."))
	synctest.Test(t, func(t *testing.T) {
		r := evidence(t, awssim.Between(1, 3, put, conflict))
		if err := r.Put(t.Context(), name, "text/plain", []byte("one")); err != nil {
			t.Errorf("there is nothing of that name: %v", err)
		}
		if is, err := r.Read(t.Context(), name); string(is) != "one" || err != nil {
			t.Errorf("there is %q, %v", is, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		r := evidence(t, conflict)
		if err := r.Put(t.Context(), name, "text/plain", []byte("one")); err == nil || errors.Is(err, awsapi.ErrTaken) || !strings.Contains(err.Error(), "ConditionalRequestConflict") {
			t.Errorf("it was never kept: %v", err)
		}
	})
}

// TestPutBesideWhatCannotBeRead: who cannot see whether it is the same does not take it for that.
func TestPutBesideWhatCannotBeRead(t *testing.T) {
	const get, name = "s3:GetObject", "s3://evidence/audits/1.json"
	r := evidence(t, awssim.FailBefore(get, wire.Errorf(403, "AccessDenied", "Access Denied")))
	if err := r.Put(t.Context(), name, "text/plain", []byte("one")); err != nil {
		t.Fatal(err)
	}
	if err := r.Put(t.Context(), name, "text/plain", []byte("one")); !errors.Is(err, awsapi.ErrTaken) || !errors.Is(err, plan.ErrDenied) {
		t.Errorf("it cannot be read: %v", err)
	}
}

// unclosable is an answer whose connection breaks when it is closed.
type unclosable struct{ io.Reader }

func (unclosable) Close() error { return errors.New("the connection is broken") }

// TestNothingOfTheSDKsIsLogged: what the SDK has to say of a connection is no line among those of the log.
func TestNothingOfTheSDKsIsLogged(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "AKIATEST")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "not-a-secret")
	t.Setenv("AWS_CA_BUNDLE", "") // which only the SDK's own client takes
	said, err := os.Create(filepath.Join(t.TempDir(), "stderr"))
	if err != nil {
		t.Fatal(err)
	}
	defer func(stderr *os.File) { os.Stderr = stderr }(os.Stderr)
	os.Stderr = said
	r, err := awsapi.NewRemote(t.Context(), awsapi.Options{Region: "us-east-1", HTTPClient: clientFunc(func(*http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: http.StatusOK, Body: unclosable{strings.NewReader(`{"Parameter": {"Value": "it"}}`)}}, nil
	})})
	if err != nil {
		t.Fatal(err)
	}
	if is, err := r.Read(t.Context(), "ssm:/it"); string(is) != "it" || err != nil {
		t.Errorf("%q, %v", is, err)
	}
	if text, err := os.ReadFile(said.Name()); err != nil || len(text) > 0 {
		t.Errorf("it says %q, %v", text, err)
	}
}
