package main

import (
	"crypto/sha256"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
)

const (
	daily          = `{"source":"tenantry","detail-type":"Daily Audit"}`
	evidenceBucket = "tenantry-evidence-111122223333-us-east-1"
)

// forAudits is the environment of the function for audits, as the main template gives it, with the configuration where that
// names it, and the history in the template's table.
func (c *cloud) forAudits(t *testing.T) []string {
	t.Helper()
	variables := auditVariables(t)
	text, err := os.ReadFile(strings.TrimPrefix(c.environment[0], "TENANTRY_CONFIG="))
	if err != nil {
		t.Fatal(err)
	}
	name, version, found := parameterAt(variables["TENANTRY_CONFIG"])
	w := c.sim.World()
	w.Lock()
	defer w.Unlock()
	if got := w.Parameters.Put("us-east-1", name, "String", strings.Replace(string(text), "journal: memory", "journal: dynamodb:tenantry-journal", 1)); !found || got != version {
		t.Fatalf("the configuration is at %s, and its version %d", variables["TENANTRY_CONFIG"], got)
	}
	environment := append([]string(nil), c.environment[1:]...)
	for name, value := range variables {
		environment = append(environment, name+"="+value)
	}
	return environment
}

// auditVariables are the environment variables that the main template gives the function for audits.
func auditVariables(t *testing.T) map[string]string {
	t.Helper()
	stack, err := mainTemplate()
	if err != nil {
		t.Fatal(err)
	}
	given := stack.Resources["Audit"].Properties["Environment"].(map[string]any)["Variables"].(map[string]any)
	variables := map[string]string{}
	for name, value := range given {
		variables[name] = value.(string)
	}
	return variables
}

// kept are the objects of the evidence's bucket, by their names.
func (c *cloud) kept() map[string]string {
	w := c.sim.World()
	w.Lock()
	defer w.Unlock()
	all := map[string]string{}
	for _, o := range w.Buckets.After(evidenceBucket, "") {
		all["s3://"+evidenceBucket+"/"+o.Key] = string(o.Body)
	}
	return all
}

// raises lets the sign-in role register anybody: tenants are not apart any more.
func (c *cloud) raises() {
	w := c.sim.World()
	w.Lock()
	defer w.Unlock()
	r, _ := w.IAM.Roles.Get("QuickSight")
	r.Policies = map[string]string{"more": `{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "quicksight:RegisterUser", "Resource": "*"}]}`}
	w.IAM.Roles.Put("QuickSight", r)
}

// audited is what an invocation for an audit answers.
type audited struct {
	Findings, Critical, Came, Went int
	Report, SHA256                 string
}

// audits invokes the function for an audit that must be kept, in a second of its own: reports are called by their seconds.
func (f *function) audits(c *cloud) (a audited) {
	f.Helper()
	time.Sleep(time.Until(time.Now().Truncate(time.Second).Add(time.Second)))
	f.invoke(daily, 15*time.Minute)
	got := f.answered()
	if err := json.Unmarshal([]byte(got.body), &a); err != nil || got.kind != "response" {
		f.Fatalf("an audit is answered %+v, %v", got, err)
	}
	report, there := c.kept()[a.Report]
	if sum := fmt.Sprintf("%x", sha256.Sum256([]byte(report))); !there || a.SHA256 != sum || c.kept()[a.Report+".sha256"] != sum+"  "+a.Report[strings.LastIndexByte(a.Report, '/')+1:]+"\n" {
		f.Errorf("S21: %s is kept: %v, with the sum %s; said %s, and beside it %q", a.Report, there, sum, a.SHA256, c.kept()[a.Report+".sha256"])
	}
	return a
}

// lines are the lines of a function's log with a message.
func lines(t *testing.T, log, message string) (all []map[string]any) {
	t.Helper()
	for line := range strings.Lines(log) {
		var entry map[string]any
		if err := json.Unmarshal([]byte(line), &entry); err != nil {
			t.Fatalf("no line as Lambda takes it: %s", line)
		}
		if entry["message"] == message {
			all = append(all, entry)
		}
	}
	return all
}

// rung compares which alarms of the main template ring by a log.
func rung(t *testing.T, log string, want map[string]bool) {
	t.Helper()
	for name, want := range want {
		a, err := alarmNamed(name)
		if err != nil {
			t.Fatal(err)
		}
		if rings, err := a.rings(a.in(log)); rings != want || err != nil {
			t.Errorf("%s rings: %v, %v", name, rings, err)
		}
	}
}

// TestLambdaAudit is the function for the daily audit as AWS runs it, with the environment that the template gives it and no
// more rights than those of audit: before anybody has begun a journal, and with one; after a day on which nothing changed,
// and after one on which tenants are apart no more. What alarms stand on is in its log, and each report is kept.
func TestLambdaAudit(t *testing.T) {
	t.Parallel()
	c := newCloud(t, 0, 100)
	environment := c.forAudits(t)
	f := startFunction(t, environment...)
	first := f.audits(c)
	if n := c.sim.Calls()["dynamodb:TransactWriteItems"]; n != 0 || first.Came != 0 || first.Went != 0 || first.Critical != 0 {
		t.Errorf("on an empty journal, with %d writes to it: %+v", n, first)
	}
	passes := startFunction(t, append(environment, "TENANTRY_EVIDENCE=")...)
	passes.invoke(`{"source":"aws.events","detail-type":"Scheduled Event"}`, time.Minute)
	if a := passes.answered(); a.kind != "response" || !strings.Contains(a.body, `"complete":true`) {
		t.Fatalf("a pass: %+v", a)
	}
	passes.terminate()
	second := f.audits(c)
	c.raises()
	third := f.audits(c)
	if third.Critical == 0 || third.Came == 0 || third.Findings != second.Findings+third.Came-third.Went {
		t.Errorf("when tenants are apart no more: %+v, and before: %+v", third, second)
	}
	var difference struct {
		Since, SHA256 string
		SinceHash     string `json:"since_sha256"`
		Came          []audit.Finding
		Stays         int
	}
	if err := json.Unmarshal([]byte(c.kept()[strings.TrimSuffix(third.Report, ".json")+".difference.json"]), &difference); err != nil {
		t.Error(err)
	}
	if difference.Since != second.Report || difference.SinceHash != second.SHA256 || difference.SHA256 != third.SHA256 || len(difference.Came) != third.Came || difference.Stays != third.Findings-third.Came {
		t.Errorf("the difference is %+v", difference)
	}
	log := f.terminate()
	rung(t, log, map[string]bool{"critical-finding": true, "no-audit": false})
	for i, complete := range lines(t, log, "audit complete") {
		if want := []audited{first, second, third}[i]; complete["critical"] != float64(want.Critical) || complete["findings"] != float64(want.Findings) {
			t.Errorf("the line of audit %d: %v", i+1, complete)
		}
	}
	keptLines := lines(t, log, "audit kept")
	if len(lines(t, log, "audit complete")) != 3 || len(keptLines) != 3 || keptLines[2]["report"] != third.Report || keptLines[2]["sha256"] != third.SHA256 {
		t.Errorf("its log:\n%s", log)
	}
	if n := len(lines(t, log, "a finding came")); n != second.Came+third.Came || strings.Contains(log, "acme.example") {
		t.Errorf("%d findings are told to have come:\n%s", n, log)
	}
}

// TestLambdaAuditIsNotMade: an audit for which the time is too short answers so before it is over, with what mends it, and one
// that cannot be kept tells what it has found all the same. Neither leaves half a report, nor the line that a day's audit is
// kept; and the next one that is made is compared with the last that was.
func TestLambdaAuditIsNotMade(t *testing.T) {
	t.Parallel()
	c := newCloud(t, 0, 100)
	environment := c.forAudits(t)
	f := startFunction(t, environment...)
	before := f.audits(c)
	f.terminate()
	left := len(c.kept())
	f = startFunction(t, environment...)
	c.slow.Store(true)
	began := time.Now()
	f.invoke(daily, 4*time.Second)
	if a := f.answered(); a.kind != "error" || !strings.Contains(a.body, "the invocation's time was over") || time.Since(began) > 4*time.Second {
		t.Errorf("F51: after %v: %+v", time.Since(began), a)
	}
	c.slow.Store(false)
	c.raises()
	c.unkept.Store(true)
	f.invoke(daily, time.Minute)
	if a := f.answered(); a.kind != "error" || !strings.Contains(a.body, "AccessDenied") {
		t.Errorf("what cannot be kept: %+v", a)
	}
	c.unkept.Store(false)
	if n := len(c.kept()); n != left {
		t.Errorf("%d objects are kept of audits that were not made", n-left)
	}
	log := f.terminate()
	rung(t, log, map[string]bool{"critical-finding": true, "no-audit": true})
	failed := lines(t, log, "invocation failed")
	if len(failed) != 2 {
		t.Fatalf("its log:\n%s", log)
	}
	for i, hint := range []string{"tenantry audit --keep", "s3:PutObject"} {
		if said, _ := failed[i]["hint"].(string); !strings.Contains(said, hint) {
			t.Errorf("it says that this mends it: %q", said)
		}
	}
	f = startFunction(t, environment...)
	if after := f.audits(c); after.Came == 0 || after.Critical == 0 || !strings.Contains(c.kept()[strings.TrimSuffix(after.Report, ".json")+".difference.json"], before.SHA256) {
		t.Errorf("the next one: %+v", after)
	}
	f.terminate()
}
