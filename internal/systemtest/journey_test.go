package systemtest

import (
	"cmp"
	"encoding/json"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim/access"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/policy"
)

// A journey (journeys_test.go) is what somebody does for one purpose, in legs: commands, and what happens between them. It needs
// every right of the purpose that can be needed in the simulated AWS. Here each right is taken out, and each leg that needs it is
// gone once more: the right must be missed aloud.

// journey is what is done for a purpose.
type journey struct {
	purpose  policy.Purpose
	seed     func() world.Seed
	settings settings
	files    map[string]string // beside tenantry.yaml
	legs     []leg
	tries    int // in how many legs an action is taken out, of those that need it
}

// leg is a part of a journey. It begins where the leg before it ended, in a world of its own.
type leg struct {
	name string
	// before is what others do beforehand; nil is nothing.
	before func(v *traveller)
	goes   func(v *traveller)
	// quiet are the actions that are not missed here, and why; another leg misses them.
	quiet map[string]string
	// instead are what is said where an action is missing, or one of a statement, and its name is not.
	instead map[string]string
}

// stage is where a leg begins: a world, its time, and the files.
type stage struct {
	seed world.Seed
	at   time.Time
	dir  string
}

// documents are the policies that are printed for the purpose, with everything that a configuration does not tell.
func (j *journey) documents(t testing.TB) []string {
	g := app.Grounds(j.settings.parse(t))
	arn := func(service, rest string) string { return "arn:aws:" + service + ":" + rest }
	own := region + ":" + account + ":"
	g.DeadLetters, g.Function = arn("sqs", own+"dead"), functionARN
	g.Parameter, g.Object, g.Evidence = arn("ssm", own+"parameter/tenantry"), arn("s3", "::config/tenantry.yaml"), arn("s3", "::evidence/audits")
	g.Assume = []string{arn("iam", ":"+account+":role/tenantry")}
	if j.purpose == policy.ForProbe { // it tries a permission set's role, and looks at the door of another one
		g.SignIn = append(g.SignIn, role)
	}
	g.DeleteNamespaces = j.purpose == policy.ForOperator
	all, err := policy.Controller(j.purpose, g)
	if err != nil {
		t.Fatal(err)
	}
	var texts []string
	for _, d := range all {
		texts = append(texts, d.Document)
	}
	return texts
}

// without takes an action out of a statement.
func without(t testing.TB, texts []string, n need) (all []string) {
	for _, text := range texts {
		var d map[string]any
		if err := json.Unmarshal([]byte(text), &d); err != nil {
			t.Fatal(err)
		}
		d["Statement"] = slices.DeleteFunc(d["Statement"].([]any), func(s any) bool {
			one := s.(map[string]any)
			if one["Sid"] != n.sid {
				return false
			}
			actions := slices.DeleteFunc(one["Action"].([]any), func(a any) bool { return a == n.action })
			one["Action"] = actions
			return len(actions) == 0
		})
		less, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(less))
	}
	return all
}

// travel goes a leg from a stage, under policies, and answers the traveller and where the next one begins.
func (j *journey) travel(t *testing.T, l leg, from stage, texts []string, whole bool) (v *traveller, to stage) {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(from.dir)); err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(from.at))
		v = &traveller{t: t, rig: newRig(t, from.seed, j.settings), journey: j, dir: dir, needed: map[need]bool{}}
		v.check.off = true
		v.texts, v.whole = texts, whole
		policies, err := access.NewPolicies(texts, v.allowed)
		if err != nil {
			t.Fatal(err)
		}
		if l.before != nil {
			v.instead = nil
			l.before(v)
		}
		v.instead = policies
		l.goes(v)
		to = stage{v.w.Snapshot(), time.Now(), dir}
	})
	return v, to
}

// missed fails a test unless what is said names the action, or says what is said instead, which was not said before.
func (l *leg) missed(t *testing.T, n need, before, said string) {
	switch instead := cmp.Or(l.instead[n.action], l.instead[n.sid]); {
	case strings.Contains(said, n.action):
	case instead == "":
		t.Errorf("nothing is said:\n%s", said)
	case !strings.Contains(said, instead) || strings.Contains(before, instead):
		t.Errorf("it is not said that %s:\n%s", instead, said)
	}
}

// beyond are the needs that no journey comes to: what the simulated AWS does not ask for, and what comes of a
// moment that a journey cannot bring about. Other tests of this package do (needs_test.go).
var beyond = map[need]string{
	{policy.ForAudit, "Log", "logs:CreateLogStream"}:                       "Lambda asks for it",
	{policy.ForAudit, "Log", "logs:PutLogEvents"}:                          "Lambda asks for it",
	{policy.ForServe, "Log", "logs:CreateLogStream"}:                       "Lambda asks for it",
	{policy.ForServe, "Log", "logs:PutLogEvents"}:                          "Lambda asks for it",
	{policy.ForProbe, "ProbeNamespaces", "quicksight:TagResource"}:         "CreateNamespace, which gives a tag, may ask for it",
	{policy.ForServe, "ReadWhatSomebodyIsIn", "quicksight:ListUserGroups"}: "the index knows the groups, unless it is behind",
	{policy.ForServe, "TakeEvents", "sqs:ChangeMessageVisibility"}:         "a message is done with before it is shown again",
}

// begin is the stage of the first leg.
func (j *journey) begin(t *testing.T) stage {
	dir := t.TempDir()
	files := map[string]string{"tenantry.yaml": j.settings.yaml()}
	maps.Copy(files, j.files)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return stage{seed: j.seed(), at: time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC), dir: dir}
}

// TestEveryRightIsMissed goes every journey, and then each leg of it without each of the rights that it needs: what the program
// says must name the right. Nothing that is missing may pass in silence.
func TestEveryRightIsMissed(t *testing.T) {
	for _, j := range journeys {
		t.Run(string(j.purpose), func(t *testing.T) {
			t.Parallel()
			texts, at := j.documents(t), j.begin(t)
			all := map[need]int{} // in how many legs it was needed
			for _, l := range j.legs {
				from := at
				var v *traveller
				v, at = j.travel(t, l, from, texts, true)
				t.Logf("%s, needs %d:\n%s", l.name, len(v.needed), v.said.String())
				for i, n := range slices.SortedFunc(maps.Keys(v.needed), func(a, b need) int { return strings.Compare(a.String(), b.String()) }) {
					if l.quiet[n.action] == "" {
						all[n]++
					}
					if l.quiet[n.action] != "" || beyond[n] != "" || all[n] > j.tries || testing.Short() && i%5 != 0 {
						continue
					}
					t.Run(l.name+" without "+n.action+" of "+n.sid, func(t *testing.T) {
						t.Parallel()
						less, _ := j.travel(t, l, from, without(t, texts, n), false)
						l.missed(t, n, v.said.String(), less.said.String())
					})
				}
			}
			for _, s := range policy.ControllerStatements(j.purpose) {
				for _, a := range s.Actions {
					n := need{j.purpose, s.Sid, a}
					if all[n] == 0 && !slices.Contains(alike, s.Sid) && beyond[n] == "" {
						t.Errorf("%s: no leg of the journey needs it", n)
					}
				}
			}
		})
	}
}
