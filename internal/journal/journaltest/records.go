package journaltest

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
)

func whatWasRecordedIsRead(t *testing.T, s Suite) {
	s.in(t, func(t *testing.T, j *journal.Journal) {
		want := []plan.Entry{
			Registered("ana", "acme"),
			{What: plan.PassEnded, Run: "p-1", Counts: map[string]int{"b": 2, "a": 1}},
			{What: plan.Failed, Text: "so \x1b[31m\n it ends \u202e <&> \xff", Of: 1},
			{What: plan.PauseBegan, Removals: true, Until: 12, Actor: "me@here"},
		}
		if first := Record(t, j, want[0]); first != 1 {
			t.Errorf("the first record is %d", first)
		}
		time.Sleep(time.Second)
		if first := Record(t, j, want[1:]...); first != 2 {
			t.Errorf("the second record is %d", first)
		}
		got := Entries(t, j, journal.Filter{})
		want[2].Text = strings.ToValidUTF8(want[2].Text, "\ufffd")
		for i, r := range got {
			if r.Text = strings.ToValidUTF8(r.Text, "\ufffd"); r.Seq != int64(i+1) || !reflect.DeepEqual(want[i], r.Entry) {
				t.Errorf("record %d is %+v", i+1, r)
			}
		}
		if len(got) != 4 || !got[1].Time.Equal(got[0].Time.Add(time.Second)) || got[2].Prev != got[1].Sum || got[0].Time.Location() != time.UTC {
			t.Errorf("the records are %+v", got)
		}
		if v := Verify(t, j); !v.OK() || v.Records != 4 || v.Last != (journal.Head{Seq: 4, Sum: got[3].Sum}) || v.First.Seq != 1 {
			t.Errorf("the verdict is %+v", v)
		}
	})
}

func filter(t *testing.T, s Suite) {
	s.in(t, func(t *testing.T, j *journal.Journal) {
		start := time.Now()
		Record(t, j, Registered("ana", "acme"), Registered("ben", "acme"))
		time.Sleep(time.Hour)
		mirror := plan.Entry{What: plan.Done, Kind: plan.KindCreateMirror, Namespace: "acme", Object: "x/ana"}
		other := Registered("ana", "globex")
		other.Object = "Other/ana"
		Record(t, j, mirror, other, plan.Entry{What: plan.PassBegan})
		for _, tt := range []struct {
			name   string
			filter journal.Filter
			want   string
		}{
			{"all", journal.Filter{}, "[1 2 3 4 5]"},
			{"an id", journal.Filter{Person: "id-ana"}, "[1 4]"},
			{"a user name", journal.Filter{Person: "QuickSight/ana"}, "[1]"},
			{"a session, and no mirror", journal.Filter{Person: "ana"}, "[1 4]"},
			{"nobody by a pattern", journal.Filter{Person: "%"}, "[]"},
			{"nobody by case", journal.Filter{Person: "ANA"}, "[]"},
			{"a namespace", journal.Filter{Namespace: "acme"}, "[1 2 3]"},
			{"both", journal.Filter{Namespace: "globex", Person: "ana"}, "[4]"},
			{"since", journal.Filter{Since: start.Add(time.Hour)}, "[3 4 5]"},
			{"later", journal.Filter{Since: start.Add(time.Hour + 1)}, "[]"},
			{"until", journal.Filter{Until: 2}, "[1 2]"},
		} {
			var got []int64
			for _, r := range Entries(t, j, tt.filter) {
				got = append(got, r.Seq)
			}
			if fmt.Sprint(got) != tt.want {
				t.Errorf("%s: %v, want %s", tt.name, got, tt.want)
			}
		}
		for range j.Entries(t.Context(), journal.Filter{}) {
			Record(t, j, plan.Entry{What: plan.PassBegan}) // while reading, and no more of it
			break
		}
		if n := len(Entries(t, j, journal.Filter{})); n != 6 {
			t.Errorf("there are %d records", n)
		}
	})
}

func pause(t *testing.T, s Suite) {
	s.in(t, func(t *testing.T, j *journal.Journal) {
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
		Record(t, j, plan.Entry{What: plan.PauseBegan, Text: "a drill", Actor: "me@here"})
		if p := pause(); p != (plan.Pause{Since: begun, Because: "a drill", By: "me@here"}) || !p.Stops(plan.KindRegister) {
			t.Errorf("the pause is %+v", p)
		}
		Record(t, j, plan.Entry{What: plan.PauseBegan, Text: "less", Until: begun + 60, Removals: true}, Registered("ana", "acme"))
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
		Record(t, j, plan.Entry{What: plan.PauseBegan, Text: "again"})
		Record(t, j, plan.Entry{What: plan.PauseEnded})
		if !pause().IsZero() {
			t.Error("it was ended")
		}
	})
}

func recordRefuses(t *testing.T, s Suite) {
	s.in(t, func(t *testing.T, j *journal.Journal) {
		if _, err := j.Record(t.Context()); err == nil {
			t.Error("no entry is recorded")
		}
		if _, err := j.Record(t.Context(), Registered("ana", "acme"), plan.Entry{}); err == nil {
			t.Error("an entry that tells of nothing is recorded")
		}
		ended, end := context.WithCancel(t.Context())
		end()
		if _, err := j.Record(ended, Registered("ana", "acme")); !errors.Is(err, context.Canceled) {
			t.Errorf("with a context that has ended: %v", err)
		}
		if _, err := j.Pause(ended); !errors.Is(err, context.Canceled) {
			t.Errorf("a pause that could not be read is none: %v", err)
		}
		if got := Entries(t, j, journal.Filter{}); len(got) != 0 {
			t.Errorf("there are records: %+v", got)
		}
		Record(t, j, plan.Entry{What: plan.SetAside, Text: strings.Repeat("ä", 1<<20)})
		if r := Entries(t, j, journal.Filter{})[0]; len(r.Text) > 4<<10+3 || !strings.HasSuffix(r.Text, "ä…") {
			t.Errorf("%d bytes of words are kept", len(r.Text))
		}
	})
}

func verifyWithNotes(t *testing.T, s Suite) {
	s.in(t, func(t *testing.T, j *journal.Journal) {
		if v := Verify(t, j); !v.OK() || v.Records != 0 || v.Last != (journal.Head{}) {
			t.Errorf("an empty journal: %+v", v)
		}
		Record(t, j, Registered("ana", "acme"), Registered("ben", "acme"))
		all := Entries(t, j, journal.Filter{})
		first, last := journal.Head{Seq: 1, Sum: all[0].Sum}, journal.Head{Seq: 2, Sum: all[1].Sum}
		if v := Verify(t, j, first, last); !v.OK() {
			t.Errorf("with true notes: %+v", v)
		}
		if v := Verify(t, j, journal.Head{Seq: 1, Sum: last.Sum}); v.Broken != 1 || !strings.Contains(v.How, "noted") {
			t.Errorf("with another sum: %+v", v)
		}
		if v := Verify(t, j, first, journal.Head{Seq: 9, Sum: last.Sum}); v.Broken != 3 || !strings.Contains(v.How, "there was a record 9") {
			t.Errorf("with a note of more: %+v", v)
		}
	})
}

// What one call records is there in order and whole, however much it is.
func muchAtOnce(t *testing.T, s Suite) {
	s.in(t, func(t *testing.T, j *journal.Journal) {
		var batch []plan.Entry
		for i := range 9000 {
			e := Registered(fmt.Sprintf("person-%06d", i), fmt.Sprintf("tenant-%02d", i%50))
			e.What, e.Text = plan.Held, strings.Repeat(fmt.Sprintf("%x ", i*7919), 40)
			batch = append(batch, e)
		}
		Record(t, j, plan.Entry{What: plan.PassBegan})
		if first := Record(t, j, batch...); first != 2 {
			t.Errorf("the first is %d", first)
		}
		got := Entries(t, j, journal.Filter{})
		if len(got) != 1+len(batch) {
			t.Fatalf("there are %d records", len(got))
		}
		for i, r := range got[1:] {
			if r.Seq != int64(i+2) || !reflect.DeepEqual(r.Entry, batch[i]) {
				t.Fatalf("record %d is %+v", r.Seq, r.Entry)
			}
		}
		if n := len(Entries(t, j, journal.Filter{Person: "person-004711"})); n != 1 {
			t.Errorf("%d records are about one of them", n)
		}
	})
}
