package awssim_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

const judgedWorld = `{"account_id": "111122223333", "behaviour": {"trail": {"queues": ["told"]}}, "queues": [{"name": "told"}],
	"iam": {"roles": [{"name": "Person", "policies": {"p": "{\"Statement\":[{\"Effect\":\"Deny\",\"Action\":\"*\",\"Resource\":\"*\"}]}"}}]}}`

// session gives the key of a session of a role that is there.
func session(s *awssim.Sim, role string) string {
	w := s.World()
	w.Lock()
	defer w.Unlock()
	r, _ := w.IAM.Roles.Get(role)
	return w.OpenSession(r, "eve").AccessKey
}

// Each service refuses a session in its own words, and has no effect.
func TestSessionsAreJudged(t *testing.T) {
	c := simtest.New(t, judgedWorld, awssim.Options{})
	admin := c.Key
	c.Key = session(c.Sim, "Person")
	const denied = "with an explicit deny in an identity-based policy"
	if m := c.Fails(401, "AccessDeniedException", "POST /accounts/111122223333", `{"Namespace": "acme", "IdentityStore": "QUICKSIGHT"}`); !strings.HasSuffix(m, denied) {
		t.Errorf("quicksight: %s", m)
	}
	for service, call := range map[string]struct {
		status               int
		target, body, member string
	}{
		"identitystore": {400, "AWSIdentityStore.ListUsers", `{"IdentityStoreId": "d-1234567890"}`, "Message"},
		"sso":           {400, "SWBExternalService.ListInstances", `{}`, "Message"},
		"sqs":           {403, "AmazonSQS.ListQueues", `{}`, "message"},
	} {
		c.Service = service
		a := c.Call(call.target, call.body)
		text, _ := a.Body[call.member].(string)
		kind, _ := a.Body["__type"].(string)
		if a.Status != call.status || !strings.HasSuffix(text, denied) || !strings.Contains(kind, "AccessDenied") {
			t.Errorf("%s: status %d, %v", service, a.Status, a.Body)
		}
	}
	for service, want := range map[string]int{"iam": 403, "sts": 200} {
		c.Service = service
		action := map[string]string{"iam": "ListRoles", "sts": "GetCallerIdentity"}[service]
		r := c.Request(t.Context(), "POST /", url.Values{"Action": {action}, "Version": {"x"}}.Encode())
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		resp, err := c.Sim.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		text, _ := io.ReadAll(resp.Body)
		if resp.StatusCode != want || (want == http.StatusForbidden) != strings.Contains(string(text), "<Code>AccessDenied</Code><Message>User: ") {
			t.Errorf("%s: status %d, %s", service, resp.StatusCode, text)
		}
	}
	c.Service, c.Key = "quicksight", admin
	c.Fails(404, "ResourceNotFoundException", "GET /accounts/111122223333/namespaces/acme", "")
}
