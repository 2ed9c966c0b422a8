package journal

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func specAt(place string) Spec {
	return Spec{Place: place, Account: "111122223333", Store: "d-1234567890"}
}

func open(t testing.TB, spec Spec) *Journal {
	t.Helper()
	j, err := Open(t.Context(), spec)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

// eachStore runs a test with every store, in a bubble of fake time.
func eachStore(t *testing.T, test func(t *testing.T, j *Journal)) {
	for name, place := range map[string]string{"memory": "memory", "sqlite": "sqlite:"} {
		t.Run(name, func(t *testing.T) {
			if name == "sqlite" {
				place += filepath.Join(t.TempDir(), "journal.db")
			}
			synctest.Test(t, func(t *testing.T) { test(t, open(t, specAt(place))) })
		})
	}
}

func record(t testing.TB, j *Journal, entries ...plan.Entry) int64 {
	t.Helper()
	first, err := j.Record(t.Context(), entries...)
	if err != nil {
		t.Fatal(err)
	}
	return first
}

func entries(t testing.TB, j *Journal, f Filter) []Record {
	t.Helper()
	var all []Record
	for r, err := range j.Entries(t.Context(), f) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, r)
	}
	return all
}

func verify(t testing.TB, j *Journal, notes ...Head) Verdict {
	t.Helper()
	v, err := j.Verify(t.Context(), notes...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func registered(person, namespace string) plan.Entry {
	return plan.Entry{
		What: plan.Done, Run: "p-1", Cause: tenancy.Cause{Kind: tenancy.ByPass, ID: "p-1"}, Kind: plan.KindRegister,
		Namespace: namespace, Person: tenancy.PersonID("id-" + person), Object: "QuickSight/" + person, After: "READER", Request: "r-" + person,
	}
}

func TestS21WhatWasRecordedIsRead(t *testing.T) {
	eachStore(t, func(t *testing.T, j *Journal) {
		want := []plan.Entry{
			registered("ana", "acme"),
			{What: plan.PassEnded, Run: "p-1", Counts: map[string]int{"b": 2, "a": 1}},
			{What: plan.Failed, Text: "so \x1b[31m\n it ends \u202e <&> \xff", Of: 1},
			{What: plan.PauseBegan, Removals: true, Until: 12, Actor: "me@here"},
		}
		if first := record(t, j, want[0]); first != 1 {
			t.Errorf("the first record is %d", first)
		}
		time.Sleep(time.Second)
		if first := record(t, j, want[1:]...); first != 2 {
			t.Errorf("the second record is %d", first)
		}
		got := entries(t, j, Filter{})
		want[2].Text = strings.ToValidUTF8(want[2].Text, "\ufffd")
		for i, r := range got {
			if r.Text = strings.ToValidUTF8(r.Text, "\ufffd"); r.Seq != int64(i+1) || cmp.Diff(want[i], r.Entry) != "" {
				t.Errorf("record %d is %+v", i+1, r)
			}
		}
		if len(got) != 4 || !got[1].Time.Equal(got[0].Time.Add(time.Second)) || got[2].Prev != got[1].Sum || got[0].Time.Location() != time.UTC {
			t.Errorf("the records are %+v", got)
		}
		if v := verify(t, j); !v.OK() || v.Records != 4 || v.Last != (Head{4, got[3].Sum}) || v.First.Seq != 1 {
			t.Errorf("the verdict is %+v", v)
		}
	})
}

func TestFilter(t *testing.T) {
	eachStore(t, func(t *testing.T, j *Journal) {
		start := time.Now()
		record(t, j, registered("ana", "acme"), registered("ben", "acme"))
		time.Sleep(time.Hour)
		mirror := plan.Entry{What: plan.Done, Kind: plan.KindCreateMirror, Namespace: "acme", Object: "x/ana"}
		other := registered("ana", "globex")
		other.Object = "Other/ana"
		record(t, j, mirror, other, plan.Entry{What: plan.PassBegan})
		for _, tt := range []struct {
			name   string
			filter Filter
			want   string
		}{
			{"all", Filter{}, "[1 2 3 4 5]"},
			{"an id", Filter{Person: "id-ana"}, "[1 4]"},
			{"a user name", Filter{Person: "QuickSight/ana"}, "[1]"},
			{"a session, and no mirror", Filter{Person: "ana"}, "[1 4]"},
			{"nobody by a pattern", Filter{Person: "%"}, "[]"},
			{"nobody by case", Filter{Person: "ANA"}, "[]"},
			{"a namespace", Filter{Namespace: "acme"}, "[1 2 3]"},
			{"both", Filter{Namespace: "globex", Person: "ana"}, "[4]"},
			{"since", Filter{Since: start.Add(time.Hour)}, "[3 4 5]"},
			{"later", Filter{Since: start.Add(time.Hour + 1)}, "[]"},
			{"until", Filter{Until: 2}, "[1 2]"},
		} {
			var got []int64
			for _, r := range entries(t, j, tt.filter) {
				got = append(got, r.Seq)
			}
			if fmt.Sprint(got) != tt.want {
				t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
			}
		}
		for range j.Entries(t.Context(), Filter{}) {
			record(t, j, plan.Entry{What: plan.PassBegan}) // while reading, and no more of it
			break
		}
		if n := len(entries(t, j, Filter{})); n != 6 {
			t.Errorf("there are %d records", n)
		}
	})
}

func TestPause(t *testing.T) {
	eachStore(t, func(t *testing.T, j *Journal) {
		pause := func() plan.Pause {
			t.Helper()
			p, err := j.Pause(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		if !pause().IsZero() {
			t.Error("a new journal is paused")
		}
		begun := time.Now().Unix()
		record(t, j, plan.Entry{What: plan.PauseBegan, Text: "a drill", Actor: "me@here"})
		if p := pause(); p != (plan.Pause{Since: begun, Because: "a drill", By: "me@here"}) || !p.Stops(plan.KindRegister) {
			t.Errorf("the pause is %+v", p)
		}
		record(t, j, plan.Entry{What: plan.PauseBegan, Text: "less", Until: begun + 60, Removals: true}, registered("ana", "acme"))
		if p := pause(); p.Because != "less" || p.Until != begun+60 || p.Stops(plan.KindRegister) || !p.Stops(plan.KindRemoveMember) {
			t.Errorf("the later pause is %+v", p)
		}
		time.Sleep(59 * time.Second)
		if pause().IsZero() {
			t.Error("it ended too early")
		}
		time.Sleep(time.Second)
		if !pause().IsZero() {
			t.Error("its time is over, and the one before it does not come back")
		}
		record(t, j, plan.Entry{What: plan.PauseBegan, Text: "again"})
		record(t, j, plan.Entry{What: plan.PauseEnded})
		if !pause().IsZero() {
			t.Error("it was ended")
		}
	})
}

func TestGains(t *testing.T) {
	eachStore(t, func(t *testing.T, j *Journal) {
		ns := func(name string) tenancy.Namespace {
			n, err := tenancy.ParseNamespace(name)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		member := registered("ana", "acme")
		member.Kind = plan.KindAddMember
		known := registered("eve", "acme")
		known.Person = ""
		intended, failed, updated := registered("i", "acme"), registered("f", "acme"), registered("u", "acme")
		intended.What, failed.What, updated.Kind = plan.Intended, plan.Failed, plan.KindUpdateUser
		created := plan.Entry{What: plan.Done, Kind: plan.KindCreateNamespace, Namespace: "acme"}
		record(t, j, registered("old", "acme"))
		time.Sleep(time.Hour)
		since := time.Now()
		record(t, j, registered("ana", "acme"), member, known, known, registered("ana", "globex"), intended, failed, updated, created, created)
		record(t, j, plan.Entry{What: plan.Done, Kind: plan.KindCreateNamespace, Namespace: "globex"}, registered("x", "default"))
		got, err := j.Gains(t.Context(), since)
		want := plan.Gains{People: map[tenancy.Namespace]int{ns("acme"): 2, ns("globex"): 1}, Namespaces: 2}
		if err != nil || cmp.Diff(want, got, cmp.AllowUnexported(tenancy.Namespace{})) != "" {
			t.Errorf("the gains are %+v, %v", got, err)
		}
		if got, _ := j.Gains(t.Context(), since.Add(-time.Hour)); got.People[ns("acme")] != 3 {
			t.Errorf("since the beginning, the gains are %+v", got)
		}
		if got, _ := j.Gains(t.Context(), since.Add(time.Second)); len(got.People) != 0 || got.Namespaces != 0 {
			t.Errorf("since then, the gains are %+v", got)
		}
	})
}

// S7: who has lost something within a day, and who is about to, each once; not who was to and stayed, by a hold that a
// plan tells of, nor who was registered anew under another role.
func TestS7Losses(t *testing.T) {
	eachStore(t, func(t *testing.T, j *Journal) {
		entry := func(what plan.What, kind plan.Kind, person, namespace string) plan.Entry {
			e := registered(person, namespace)
			e.What, e.Kind = what, kind
			return e
		}
		losses := func(since time.Time) string {
			t.Helper()
			got, err := j.Losses(t.Context(), since)
			if err != nil {
				t.Fatal(err)
			}
			all := map[string][]tenancy.UserName{}
			for n, users := range got {
				all[n.String()] = users
			}
			return fmt.Sprint(all)
		}
		yesterday := time.Now()
		record(t, j, entry(plan.Done, plan.KindRemoveMember, "again", "acme"), entry(plan.Done, plan.KindRemoveRegistration, "old", "acme"))
		time.Sleep(time.Hour)
		since := time.Now()
		told := entry(plan.Done, plan.KindRemoveMember, "member", "acme")
		told.Cause = tenancy.Cause{Kind: tenancy.ByEvent, ID: "e-1"}
		anew := entry(plan.Done, plan.KindRemoveRegistration, "anew", "acme") // under another role
		anew.Code = string(plan.SignInRoleReplaced)
		allowed := entry(plan.Done, plan.KindRemoveRegistration, "user", "acme")
		allowed.Code = string(plan.RemovesUser)
		record(t, j,
			entry(plan.Intended, plan.KindRemoveMember, "meant", "acme"),
			told, anew,
			allowed, entry(plan.Intended, plan.KindRemoveRegistration, "user", "acme"),
			entry(plan.Intended, plan.KindRemoveRegistration, "user", "globex"),
			entry(plan.Held, plan.KindRemoveRegistration, "held", "acme"), entry(plan.Failed, plan.KindRemoveMember, "failed", "acme"),
			entry(plan.Done, plan.KindHandOver, "gives", "acme"), registered("new", "acme"),
			entry(plan.Done, plan.KindRemoveMember, "again", "acme"),
		)
		const today = "QuickSight/again QuickSight/meant QuickSight/member"
		if got, want := losses(since), "map[acme:["+today+" QuickSight/user] globex:[QuickSight/user]]"; got != want {
			t.Errorf("the losses are %s, want %s", got, want)
		}
		if got, want := losses(yesterday), "map[acme:["+today+" QuickSight/old QuickSight/user] globex:[QuickSight/user]]"; got != want {
			t.Errorf("since yesterday, the losses are %s, want %s", got, want)
		}
		if got := losses(since.Add(time.Second)); got != "map[]" {
			t.Errorf("since then, the losses are %s", got)
		}
	})
}

func TestRecordRefuses(t *testing.T) {
	eachStore(t, func(t *testing.T, j *Journal) {
		if _, err := j.Record(t.Context()); err == nil {
			t.Error("no entry is recorded")
		}
		if _, err := j.Record(t.Context(), registered("ana", "acme"), plan.Entry{}); err == nil {
			t.Error("an entry that tells of nothing is recorded")
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if _, err := j.Record(ended, registered("ana", "acme")); !errors.Is(err, context.Canceled) {
			t.Errorf("with a context that has ended: %v", err)
		}
		if _, err := j.Pause(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("a pause that could not be read is none: %v", err)
		}
		if got := entries(t, j, Filter{}); len(got) != 0 {
			t.Errorf("there are records: %+v", got)
		}
		record(t, j, plan.Entry{What: plan.SetAside, Text: strings.Repeat("ä", 1<<20)})
		if r := entries(t, j, Filter{})[0]; len(r.Text) > longestText+3 || !strings.HasSuffix(r.Text, "ä…") {
			t.Errorf("%d bytes of words are kept", len(r.Text))
		}
	})
}

func TestVerifyWithNotes(t *testing.T) {
	eachStore(t, func(t *testing.T, j *Journal) {
		if v := verify(t, j); !v.OK() || v.Records != 0 || v.Last != (Head{}) {
			t.Errorf("an empty journal: %+v", v)
		}
		record(t, j, registered("ana", "acme"), registered("ben", "acme"))
		all := entries(t, j, Filter{})
		first, last := Head{1, all[0].Sum}, Head{2, all[1].Sum}
		if v := verify(t, j, first, last); !v.OK() {
			t.Errorf("with true notes: %+v", v)
		}
		if v := verify(t, j, Head{1, last.Sum}); v.Broken != 1 || !strings.Contains(v.How, "noted") {
			t.Errorf("with another sum: %+v", v)
		}
		if v := verify(t, j, first, Head{9, last.Sum}); v.Broken != 3 || !strings.Contains(v.How, "there was a record 9") {
			t.Errorf("with a note of more: %+v", v)
		}
	})
}

func TestHeadIsReadAsItIsWritten(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		h := Head{Seq: rapid.Int64Min(1).Draw(t, "seq")}
		copy(h.Sum[:], rapid.SliceOfN(rapid.Byte(), 32, 32).Draw(t, "sum"))
		if got, err := ParseHead(h.String()); err != nil || got != h {
			t.Errorf("%s is read as %s, %v", h, got, err)
		}
	})
	for _, text := range []string{"", "1", "1:", "0:" + Sum{}.String(), "-1:" + Sum{}.String(), "1:" + Sum{}.String() + "0", "x:" + Sum{}.String()} {
		if h, err := ParseHead(text); err == nil {
			t.Errorf("%q is read as %s", text, h)
		}
	}
}
