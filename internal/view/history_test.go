package view

import (
	"encoding/json"
	"errors"
	"iter"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// story is a morning: someone comes, something fails, a stop, a hostile message, a cut-off intent.
func story() []Told {
	event := tenancy.Cause{Kind: tenancy.ByEvent, ID: "1f0e", Name: "identitystore CreateGroupMembership"}
	pass := tenancy.Cause{Kind: tenancy.ByPass, ID: "p-7", Name: "every 15m"}
	change := func(what plan.What, kind plan.Kind, cause tenancy.Cause) plan.Entry {
		return plan.Entry{What: what, Run: "r", Cause: cause, Kind: kind, Namespace: "acme", Person: "id-ana", Object: "QuickSight/ana"}
	}
	with := func(e plan.Entry, set func(*plan.Entry)) plan.Entry { set(&e); return e }
	all := []plan.Entry{
		{What: plan.PassBegan, Run: "p-7", Cause: pass},
		{What: plan.Intended, Kind: plan.KindCreateNamespace, Namespace: "acme", Cause: pass},
		{What: plan.Done, Kind: plan.KindCreateNamespace, Namespace: "acme", Cause: pass, Of: 2, Request: "aws-1"},
		{What: plan.Done, Kind: plan.KindCreateMirror, Namespace: "acme", Object: "qs:acme", Group: "g-1", Cause: pass, Request: "aws-2"},
		with(change(plan.Done, plan.KindRegister, event), func(e *plan.Entry) { e.After, e.Request = "READER", "aws-3" }),
		with(change(plan.Done, plan.KindAddMember, event), func(e *plan.Entry) { e.Group, e.Request = "g-1", "aws-4" }),
		with(change(plan.Done, plan.KindUpdateUser, pass), func(e *plan.Entry) { e.Before, e.After = "READER", "AUTHOR" }),
		with(change(plan.Done, plan.KindUpdateUser, pass), func(e *plan.Entry) { e.Before, e.After = "AUTHOR", "AUTHOR" }),
		with(change(plan.Done, plan.KindSetCustomPermissions, pass), func(e *plan.Entry) { e.After = "no-export" }),
		with(change(plan.Failed, plan.KindSetCustomPermissions, pass), func(e *plan.Entry) { e.Before, e.Text = "no-export", "denied\nby AWS" }),
		with(change(plan.Held, plan.KindRegister, pass), func(e *plan.Entry) { e.Code, e.Text = "elsewhere", "registered in globex" }),
		{What: plan.Held, Namespace: "acme", Person: "id-bo", Code: "no-email", Text: "no e-mail address", Cause: pass},
		with(change(plan.Done, plan.KindLowerRole, pass), func(e *plan.Entry) { e.Before, e.After = "AUTHOR", "READER" }),
		with(change(plan.Done, plan.KindRemoveMember, pass), func(e *plan.Entry) { e.Group = "g-1" }),
		with(change(plan.Done, plan.KindRemoveRegistration, pass), func(e *plan.Entry) { e.Before = "READER" }),
		change(plan.Intended, plan.KindRegister, event),
		{What: plan.PassEnded, Cause: pass, Counts: map[string]int{"held": 1, "done": 1200}},
		{What: plan.Drifted, Namespace: "default", Object: "QuickSight/eve", Cause: event, Text: "as READER"},
		{What: plan.Foreign, Namespace: "acme", Object: "QuickSight/eve", Actor: "arn:aws:iam::111122223333:role/x", Text: "UpdateUser", Request: "r", Cause: event},
		{What: plan.SetAside, Object: "m-1", Code: "not-json", Text: "no JSON\x1b[2J)  (event forged; request \"x\u202e\")", Cause: tenancy.Cause{Kind: tenancy.ByEvent, ID: "x\ny", Name: "a) (b"}},
		{What: plan.PauseBegan, Actor: "root@host", Text: "a drill", Until: 1767326705, Removals: true},
		{What: plan.PauseEnded, Actor: "root@host"},
		{What: plan.Allowed, Run: "a", Cause: tenancy.Cause{Kind: tenancy.ByCommand, Name: "allow"}, Actor: "arn:aws:iam::111122223333:role/ops", Namespace: "acme", Person: "id-ana", Object: "QuickSight/ana", Code: "removes-user", Text: "she\nhas left"},
		{What: plan.Allowed, Namespace: "acme", Object: "acme", Code: "additions", Text: "a merger"},
		{What: plan.Done, Kind: plan.KindProbe, Namespace: "tenantry-probe-ab-1", Object: "quicksight:CreateNamespace", After: "taken"},
		{What: plan.Done, Kind: plan.KindProbe, Object: "iam:DeleteRole", Before: "tenantry-probe-ab", After: "taken"},
		{What: plan.Failed, Kind: plan.KindProbe, Object: "iam:DeleteRole", Before: "tenantry-probe-ab", Text: "denied"},
		{What: plan.Probed, Object: "name-case", After: "yes", Text: "two groups"},
		{What: "invented later", Text: "who knows"},
		with(change(plan.Done, "invented-later", pass), func(*plan.Entry) {}),
	}
	start := time.Date(2026, 1, 2, 3, 4, 5, 678000, time.UTC)
	var out []Told
	for i, e := range all {
		out = append(out, Told{Seq: int64(i + 1), Time: start.Add(time.Duration(i) * time.Second), Entry: e, Sum: "ab12", Open: i == 15})
	}
	return out
}

func sequence(records []Told, end error) iter.Seq2[Told, error] {
	return func(yield func(Told, error) bool) {
		for _, r := range records {
			if !yield(r, nil) {
				return
			}
		}
		if end != nil {
			yield(Told{}, end)
		}
	}
}

func TestHistory(t *testing.T) {
	for name, records := range map[string][]Told{"history": story(), "history-empty": nil} {
		for _, f := range []Format{Text, JSON} {
			s, _, out, _ := TestIO()
			if err := New(s, f, Options{}).History(sequence(records, nil)); err != nil {
				t.Fatal(err)
			}
			golden(t, name+"."+string(f), out.Bytes())
			if f == JSON && !json.Valid(out.Bytes()) {
				t.Errorf("%s is no JSON", name)
			}
			if lines := strings.Count(out.String(), "\n"); f == Text && len(records) > 0 && lines != len(records)-1 {
				t.Errorf("%d records are %d lines; one is an intent with an outcome", len(records), lines)
			}
		}
	}
}

// A document that was cut off cannot be taken for a whole one.
func TestHistoryThatBreaksOff(t *testing.T) {
	broken := errors.New("the disk")
	for _, f := range []Format{Text, JSON} {
		s, _, out, _ := TestIO()
		if err := New(s, f, Options{}).History(sequence(story(), broken)); !errors.Is(err, broken) {
			t.Errorf("%s: %v", f, err)
		}
		if f == JSON && json.Valid(out.Bytes()) {
			t.Error("it looks whole")
		}
	}
}

// Every kind of change has words of its own.
func TestHistoryKnowsEveryKind(t *testing.T) {
	for _, k := range kindOrder {
		if deeds[k] == [2]string{} {
			t.Errorf("%s has no words", k)
		}
	}
}

// Where a terminal is too narrow, why and by which request are lines of their own, and the words are the same.
func TestHistoryOnATerminal(t *testing.T) {
	tell := func(terminal bool) string {
		s, _, out, _ := TestIO()
		s.OutTerminal, s.Width = terminal, 90
		if err := New(s, Text, Options{}).History(sequence(story(), nil)); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	got := tell(true)
	for _, want := range []string{
		": created the namespace  (pass every 15m p-7; request aws-1)\n",
		": added QuickSight/ana to the mirror of g-1\n      event identitystore CreateGroupMembership 1f0e\n      request aws-4\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("on a terminal, it does not say %q:\n%s", want, got)
		}
	}
	plain := strings.NewReplacer("(", "", ")", "", ";", "", "\n", " ")
	if a, b := strings.Fields(plain.Replace(got)), strings.Fields(plain.Replace(tell(false))); strings.Join(a, " ") != strings.Join(b, " ") {
		t.Errorf("on a terminal, it says other words:\n%s\n%s", a, b)
	}
}
