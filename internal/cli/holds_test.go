package cli

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Each hold says since when, as far as the history knows, and one that can be lifted says how.
func TestHoldsSaySinceWhen(t *testing.T) {
	acme := namespace(t, "acme")
	told := tenancy.Hold{Code: "no-email", Object: "id-ivy", Namespace: "acme", Reason: "no address", Ends: "give one"}
	lost := tenancy.Hold{Code: "removes-user", Object: "QuickSight/bo", Namespace: "acme", Access: true, Reason: "should go", Ends: "tenantry apply"}
	account := tenancy.Hold{Code: "spanning", Object: "id-hal", Reason: "two tenants", Ends: "take out"}
	f := &fake{pass: engine.Pass{Plan: plan.Plan{
		Holds:    []tenancy.Hold{lost, account, told},
		Accepted: []tenancy.Hold{{Code: "in-default", Object: "id-kim", Namespace: "globex", Reason: "sits there"}},
		Steps:    []plan.Step{{Held: "removes-user", Change: plan.RemoveRegistration{Namespace: acme, User: "QuickSight/bo"}}},
	}}}
	x := newTerminal(t, f)
	c, problems := config.Load(x.config)
	if problems.Failed() {
		t.Fatal(problems)
	}
	if got := x.run(t, "holds"); got != 0 || strings.Count(x.out.String(), "since: "+"now, as far as the history knows\n") != 3 {
		t.Errorf("without a history: exit code %d\n%s", got, x.out)
	}
	j, err := app.OpenJournal(t.Context(), c, app.Options{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := j.Record(t.Context(), plan.Entry{What: plan.Held, Code: "no-email", Namespace: "acme", Object: "id-ivy"}); err != nil {
		t.Fatal(err)
	}
	j.Close()
	x.out.Reset()
	today := time.Now().UTC().Format("2006-01-02 ")
	if got := x.run(t, "holds", "--detailed-exitcode"); got != int(exitHeld) || strings.Count(x.out.String(), "      since: "+today) != 1 {
		t.Errorf("with a history: exit code %d\n%s", got, x.out)
	}
	x.out.Reset()
	if got := x.run(t, "holds", "--format", "json", "--namespace", "globex"); got != 0 {
		t.Errorf("exit code %d: %s", got, x.err)
	}
	var doc struct {
		Format          string
		Holds, Accepted []map[string]any
	}
	if err := json.Unmarshal(x.out.Bytes(), &doc); err != nil || doc.Format != "tenantry.holds/1" || len(doc.Holds) != 1 || doc.Holds[0]["code"] != "spanning" || len(doc.Accepted) != 1 {
		t.Errorf("in globex: %v, %s", err, x.out)
	}
	x.out.Reset()
	x.run(t, "holds", "--format", "json", "--namespace", "acme")
	if err := json.Unmarshal(x.out.Bytes(), &doc); err != nil || len(doc.Holds) != 3 {
		t.Fatalf("in acme: %v, %s", err, x.out)
	}
	token := plan.Kept{Hold: lost, Steps: f.pass.Plan.Steps}.Token()
	for i, want := range []map[string]any{
		{"code": "removes-user", "still_has_access": true, "token": token, "lifted_by": "tenantry allow " + token + ` --because "…"`, "since": nil},
		{"code": "spanning", "lifted_by": nil, "since": nil},
		{"code": "no-email", "lifted_by": nil},
	} {
		for key, value := range want {
			if got := doc.Holds[i][key]; got != value {
				t.Errorf("hold %d: %s is %v, want %v", i, key, got, value)
			}
		}
	}
	if at, err := time.Parse(time.RFC3339, doc.Holds[2]["since"].(string)); err != nil || time.Since(at) > time.Hour {
		t.Errorf("since %v, %v", doc.Holds[2]["since"], err)
	}
}

// With nothing held, it says so, and the exit code is 0 whatever is accepted.
func TestNothingIsHeld(t *testing.T) {
	x := newTerminal(t, &fake{pass: engine.Pass{Plan: plan.Plan{Accepted: oneHold}}})
	if got := x.run(t, "holds", "--detailed-exitcode"); got != 0 || !strings.HasSuffix(x.out.String(), "\nNothing is held; 1 accepted by the configuration.\n") {
		t.Errorf("exit code %d\n%s", got, x.out)
	}
}
