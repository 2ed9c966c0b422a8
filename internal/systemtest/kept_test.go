package systemtest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
)

// remote is S3 and Systems Manager over a simulated world.
func remote(t *testing.T, sim *awssim.Sim) *awsapi.Remote {
	t.Helper()
	r, err := awsapi.NewRemote(t.Context(), awsapi.Options{
		Region: "us-east-1", HTTPClient: sim.Client(), Credentials: &awsapi.Credentials{AccessKeyID: "AKIASIMULATED0000001", SecretAccessKey: "simulated"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func finding(object string) audit.Finding {
	return audit.Finding{Code: "ISO101", Severity: audit.Critical, Object: object, Namespace: "acme"}
}

// A report a day is kept in S3, each with its sum and with what came and went since the one before.
func TestKeepsAudits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim, err := awssim.New(world.Seed{AccountID: account, Buckets: []world.BucketSeed{{Bucket: world.Bucket{Name: "evidence"}}}}, awssim.Options{})
		if err != nil {
			t.Fatal(err)
		}
		shelf := remote(t, sim)
		keep := func(day int, findings ...audit.Finding) (app.Kept, error) {
			var names []string
			for _, f := range findings {
				names = append(names, fmt.Sprintf(`{"code": %q, "severity": "critical", "object": %q, "namespace": "acme"}`, f.Code, f.Object))
			}
			report := fmt.Sprintf(`{"findings": [%s]}`, strings.Join(names, ","))
			return app.Keep(t.Context(), shelf, "s3://evidence/audits/", time.Date(2026, 11, day, 3, 0, 0, 0, time.UTC), []byte(report), findings)
		}
		first, err := keep(1, finding("a"), finding("b"))
		if err != nil || first.Since != "" || len(first.Came) != 0 || first.Stays != 2 {
			t.Fatalf("the first: %+v, %v", first, err)
		}
		second, err := keep(2, finding("b"), finding("c"))
		if err != nil || second.Since != first.Name || second.SinceHash != first.SHA256 || second.Stays != 1 ||
			len(second.Came) != 1 || second.Came[0].Object != "c" || len(second.Went) != 1 || second.Went[0].Object != "a" {
			t.Fatalf("the second: %+v, %v", second, err)
		}
		if _, err := keep(2, finding("b")); !errors.Is(err, awsapi.ErrTaken) {
			t.Errorf("one of the same second is written over: %v", err)
		}
		sum, err := shelf.Read(t.Context(), second.Name+".sha256")
		if err != nil || string(sum) != second.SHA256+"  2026-11-02T03-00-00Z.json\n" {
			t.Errorf("the sum is %q, %v", sum, err)
		}
		w := sim.World()
		w.Lock()
		o, _ := w.Buckets.Object("evidence", strings.TrimPrefix(second.Name, "s3://evidence/"))
		o.Body = []byte(strings.Replace(string(o.Body), `"object": "c"`, `"object": "d"`, 1))
		w.Buckets.Put("evidence", o)
		w.Unlock()
		third, err := keep(3, finding("b"))
		if altered, ok := errors.AsType[*app.AlteredError](err); !ok || altered.Name != second.Name || third.Name == "" || third.Since != "" {
			t.Errorf("after somebody has altered one: %+v, %v", third, err)
		}
		if fourth, err := keep(4, finding("b")); err != nil || fourth.Since != third.Name || fourth.Stays != 1 {
			t.Errorf("the day after: %+v, %v", fourth, err)
		}
	})
}

// A report that was cut off while it was kept is none: the next one is kept, and compared with the last that is whole. One that
// has no sum beside it was not kept so.
func TestAuditsAreKeptWhole(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		const puts = "s3:PutObject"
		sim, err := awssim.New(world.Seed{AccountID: account, Buckets: []world.BucketSeed{{Bucket: world.Bucket{Name: "evidence"}}}},
			awssim.Options{Fault: awssim.Nth(5, puts, awssim.FailBefore(puts, wire.Errorf(403, "AccessDenied", "Access Denied")))})
		if err != nil {
			t.Fatal(err)
		}
		shelf := remote(t, sim)
		keep := func(day int) (app.Kept, error) {
			return app.Keep(t.Context(), shelf, "s3://evidence/audits/", time.Date(2026, 11, day, 3, 0, 0, 0, time.UTC), []byte(`{"findings": []}`), nil)
		}
		first, err := keep(1)
		if err != nil {
			t.Fatal(err)
		}
		if cut, err := keep(2); !errors.Is(err, plan.ErrDenied) || cut.Name != "" {
			t.Errorf("cut off behind its first object: %+v, %v", cut, err)
		}
		third, err := keep(3)
		if err != nil || third.Since != first.Name {
			t.Errorf("after one that was cut off: %+v, %v", third, err)
		}
		w := sim.World()
		w.Lock()
		w.Buckets.Put("evidence", world.Object{Key: "audits/2026-11-04T03-00-00Z.json", Body: []byte(`{"findings": []}`)})
		w.Unlock()
		fifth, err := keep(5)
		if altered, ok := errors.AsType[*app.AlteredError](err); !ok || !strings.HasSuffix(altered.Name, "11-04T03-00-00Z.json") || fifth.Name == "" {
			t.Errorf("after one without a sum: %+v, %v", fifth, err)
		}
		if sixth, err := keep(6); err != nil || sixth.Since != fifth.Name {
			t.Errorf("the day after: %+v, %v", sixth, err)
		}
	})
}

// What cannot be read or kept is told apart.
func TestRemoteFailures(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		sim, err := awssim.New(world.Seed{AccountID: account,
			Parameters: []world.Parameter{{Name: "/t/c", Versions: []world.ParameterValue{{Value: "one"}, {Value: "two"}}}},
			Buckets: []world.BucketSeed{{Bucket: world.Bucket{Name: "mine"}, Objects: []world.Object{{Key: "c", Body: []byte("three")}}},
				{Bucket: world.Bucket{Name: "theirs", Owner: "999999999999"}}, {Bucket: world.Bucket{Name: "abroad", Region: "eu-west-1"}}},
		}, awssim.Options{})
		if err != nil {
			t.Fatal(err)
		}
		r := remote(t, sim)
		read := func(place string) (string, error) {
			data, err := r.Read(context.Background(), place)
			return string(data), err
		}
		for place, want := range map[string]string{"ssm:/t/c": "two", "ssm:/t/c:1": "one", "s3://mine/c": "three"} {
			if got, err := read(place); got != want || err != nil {
				t.Errorf("%s: %q, %v", place, got, err)
			}
		}
		for _, place := range []string{"ssm:/t/x", "ssm:/t/c:9", "s3://mine/x", "s3://none/x"} {
			if _, err := read(place); !errors.Is(err, plan.ErrNotFound) {
				t.Errorf("%s: %v", place, err)
			}
		}
		if _, err := read("s3://theirs/x"); !errors.Is(err, plan.ErrDenied) || !strings.Contains(hint(err), "s3:GetObject") {
			t.Errorf("another's bucket: %v, %q", err, hint(err))
		}
		if _, err := read("s3://abroad/x"); !strings.Contains(hint(err), "another Region") {
			t.Errorf("another Region's bucket: %v", err)
		}
	})
}
