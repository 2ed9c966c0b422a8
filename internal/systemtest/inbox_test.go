package systemtest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/intake"
)

const inboxWorld = `{"account_id": "111122223333",
	"identity_center": {"users": [{"id": "94e80458-9021-70ea-08fa-c3a10a1d8a92", "user_name": "ana"}],
		"groups": [{"id": "34887428-4081-7042-c3c6-928d413009e7", "display_name": "qs:acme"}]},
	"iam": {"roles": [{"name": "QuickSight"}]},
	"queues": [{"name": "events", "redrive": {"dead_letter_queue": "dead", "max_receive_count": 3}}, {"name": "dead"}],
	"behaviour": {"trail": {"queues": ["events"]}}}`

// inboxRig is a simulated queue that is filled by its own AWS, and read by the real SDK.
type inboxRig struct {
	*testing.T
	sim    *awssim.Sim
	inbox  *awsapi.Inbox
	reader *intake.Reader
}

func newInboxRig(t *testing.T) *inboxRig {
	t.Helper()
	sim, err := awssim.Open([]byte(inboxWorld), awssim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	aws, err := awsapi.New(t.Context(), awsapi.Options{
		AccountID: "111122223333", Region: "us-east-1", StoreID: "d-1234567890", HTTPClient: sim.Client(),
		Credentials: &awsapi.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "not-a-secret"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &inboxRig{t, sim, aws.Inbox("https://sqs.us-east-1.amazonaws.com/111122223333/events"), &intake.Reader{
		Account: "111122223333", Store: "d-1234567890", SignsIn: func(role string) bool { return role == "QuickSight" },
	}}
}

// console does something as an administrator.
func (r *inboxRig) console(action, body string) {
	r.Helper()
	resp, err := r.sim.Client().Post("http://127.0.0.1/simulator/console/"+action, "application/json", strings.NewReader(body))
	if err != nil {
		r.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		b, _ := io.ReadAll(resp.Body)
		r.Fatalf("%s: %s", action, b)
	}
}

// api calls an operation of the identity store.
func (r *inboxRig) api(operation, members string) {
	r.Helper()
	req, err := http.NewRequestWithContext(r.Context(), http.MethodPost, "https://identitystore.us-east-1.amazonaws.com/",
		strings.NewReader(`{"IdentityStoreId": "d-1234567890", `+members+`}`))
	if err != nil {
		r.Fatal(err)
	}
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/identitystore/aws4_request, SignedHeaders=host, Signature=0")
	req.Header.Set("X-Amz-Target", "AWSIdentityStore."+operation)
	resp, err := r.sim.Client().Do(req)
	if err != nil {
		r.Fatal(err)
	}
	resp.Body.Close()
}

func (r *inboxRig) receive(wait time.Duration) []awsapi.Message {
	r.Helper()
	all, err := r.inbox.Receive(r.Context(), wait, 30*time.Second)
	if err != nil {
		r.Fatal(err)
	}
	return all
}

// What the simulated AWS tells is what intake reads: an event of each way in which people change becomes the hint
// that it should, through the SDK and its checks of digests.
func TestE17SimulatedEventsAreRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newInboxRig(t)
		const pair = `{"groupId": "34887428-4081-7042-c3c6-928d413009e7", "memberId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`
		r.console("AddMemberToGroup", pair)
		r.console("RemoveMemberFromGroup", pair)
		r.console("DisableUser", `{"userId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`)
		r.api("CreateGroupMembership", `"GroupId": "34887428-4081-7042-c3c6-928d413009e7", "MemberId": {"UserId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`)
		r.api("CreateGroupMembership", `"GroupId": "34887428-4081-7042-c3c6-928d413009e7", "MemberId": {"UserId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"}`)
		r.api("DeleteUser", `"UserId": "94e80458-9021-70ea-08fa-c3a10a1d8a92"`)
		r.api("DeleteGroup", `"GroupId": "34887428-4081-7042-c3c6-928d413009e7"`)
		if err := r.sim.World().ProvisionJIT("QuickSight", "alice", "alice@acme.example", "READER"); err != nil {
			t.Fatal(err)
		}
		var got []string
		messages := r.receive(0)
		for _, m := range messages {
			reading := r.reader.Read(m.Body)
			if len(reading.Hints) == 0 {
				got = append(got, string(reading.Reason))
			}
			for _, h := range reading.Hints {
				got = append(got, fmt.Sprint(h.Kind, " ", h.ID, " ", h.Revokes))
			}
		}
		const person, group = "person 94e80458-9021-70ea-08fa-c3a10a1d8a92 ", "group 34887428-4081-7042-c3c6-928d413009e7 "
		want := []string{person + "false", person + "true", person + "true", person + "false", string(intake.Failed), person + "true", group + "true", "drifted QuickSight/alice false"}
		if !slices.Equal(got, want) {
			t.Errorf("read\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
		}
		if err := r.inbox.Delete(t.Context(), messages); err != nil {
			t.Error(err)
		}
		if d, err := r.inbox.Depth(t.Context()); err != nil || d != (awsapi.Depth{}) {
			t.Errorf("left: %+v, %v", d, err)
		}
	})
}

// F49: what is not deleted in time comes again, and what is set aside is in the dead-letter queue, with its reason.
func TestF49MessagesComeAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newInboxRig(t)
		began := time.Now()
		go func() {
			time.Sleep(7 * time.Second)
			r.console("CreateGroup", `{"displayName": "qs:globex"}`)
		}()
		if first := r.receive(20 * time.Second); len(first) != 1 || first[0].Receives != 1 || time.Since(began) != 7*time.Second {
			t.Fatalf("received %+v after %v", first, time.Since(began))
		}
		began = time.Now()
		first := r.receive(20 * time.Second)
		first = append(first, r.receive(20*time.Second)...)
		if len(first) != 1 || first[0].Receives != 2 || time.Since(began) < 30*time.Second {
			t.Fatalf("received %+v after %v", first, time.Since(began))
		}
		if err := r.inbox.SetAside(t.Context(), first[0], "a test"); err != nil {
			t.Fatal(err)
		}
		if left := r.receive(20 * time.Second); len(left) != 0 {
			t.Errorf("left: %+v", left)
		}
		w := r.sim.World()
		w.Lock()
		defer w.Unlock()
		q, _ := w.Queues.Get("us-east-1", "dead")
		got := q.Receive(10, 0)
		if len(got) != 1 || got[0].Body != string(first[0].Body) || got[0].Attributes["tenantry-reason"].Text != "a test" {
			t.Errorf("the dead letters are %+v", got)
		}
	})
}

// A queue that is not there is an error that says so.
func TestMissingQueue(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newInboxRig(t)
		w := r.sim.World()
		w.Lock()
		q, _ := w.Queues.Get("us-east-1", "events")
		w.Queues.Delete(q)
		w.Unlock()
		if _, err := r.inbox.Receive(context.WithoutCancel(t.Context()), 0, 0); err == nil || !strings.Contains(err.Error(), "exist") {
			t.Errorf("received with %v", err)
		}
	})
}
