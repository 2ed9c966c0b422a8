package journaltest

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func bornIsKept(t *testing.T, s Suite) {
	s.inPlace(t, func(t *testing.T, open Opener) {
		began := time.Now()
		Open(t, open)
		time.Sleep(time.Hour)
		if born := Open(t, open).Born(t.Context()); !born.Equal(began) {
			t.Errorf("it was born at %v, and began at %v", born, began)
		}
	})
}

func readingMakesNothing(t *testing.T, s Suite) {
	s.inPlace(t, func(t *testing.T, open Opener) {
		for range 2 {
			if _, err := open(true); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("a journal that is not there: %v", err)
			}
		}
		Record(t, Open(t, open), Registered("ana", "acme"))
		j, err := open(true)
		if err != nil {
			t.Fatal(err)
		}
		defer j.Close()
		if _, err := j.Record(t.Context(), Registered("ben", "acme")); !errors.Is(err, journal.ErrReading) {
			t.Errorf("recorded by somebody who reads: %v", err)
		}
		if all := Entries(t, j, journal.Filter{}); len(all) != 1 {
			t.Errorf("whoever reads sees %v", all)
		}
	})
}

// A pause that one process begins is seen by another before its next write.
func pauseIsShared(t *testing.T, s Suite) {
	s.inPlace(t, func(t *testing.T, open Opener) {
		one, other := Open(t, open), Open(t, open)
		for range 3 {
			Record(t, one, plan.Entry{What: plan.PauseBegan, Text: "a drill"})
			Record(t, one, Registered("ana", "acme"))
			if p, err := other.Pause(t.Context()); err != nil || p.Because != "a drill" {
				t.Errorf("the pause is %+v, %v", p, err)
			}
			Record(t, other, plan.Entry{What: plan.PauseEnded})
			if p, err := one.Pause(t.Context()); err != nil || !p.IsZero() {
				t.Errorf("the pause is %+v, %v", p, err)
			}
		}
	})
}

func removal(person, namespace string) plan.Entry {
	e := Registered(person, namespace)
	e.What, e.Kind = plan.Intended, plan.KindRemoveRegistration
	return e
}

func lossesOf(t *testing.T, j *journal.Journal, since time.Time) string {
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

// What one means to take out counts for the other at once, whoever has counted before.
func lossesAreShared(t *testing.T, s Suite) {
	s.inPlace(t, func(t *testing.T, open Opener) {
		one, other := Open(t, open), Open(t, open)
		since := time.Now()
		lossesOf(t, one, since)
		lossesOf(t, other, since)
		var want []string
		for i := range 20 {
			by := one
			if i%3 == 0 {
				by = other
			}
			want = append(want, fmt.Sprintf("QuickSight/p%02d", i))
			Record(t, by, removal(fmt.Sprintf("p%02d", i), "acme"))
			for _, j := range []*journal.Journal{one, other} {
				if got, want := lossesOf(t, j, since), "map[acme:["+strings.Join(want, " ")+"]]"; got != want {
					t.Fatalf("the losses are %s, want %s", got, want)
				}
			}
		}
	})
}

// A process that begins now counts what others did within the day, and not what was before. What it counts does not hang
// on how much there is.
func aYoungProcessKnowsTheDay(t *testing.T, s Suite) {
	s.inPlace(t, func(t *testing.T, open Opener) {
		j := Open(t, open)
		for i := range 40 {
			Record(t, j, removal(fmt.Sprintf("p%02d", i), "acme"), Registered(fmt.Sprintf("q%02d", i), "acme"))
			time.Sleep(3 * time.Hour)
		}
		day := time.Now().Add(-24 * time.Hour)
		young := Open(t, open)
		for range 2 {
			if got, want := lossesOf(t, young, day), "map[acme:[QuickSight/p32 QuickSight/p33 QuickSight/p34 QuickSight/p35 QuickSight/p36 QuickSight/p37 QuickSight/p38 QuickSight/p39]]"; got != want {
				t.Errorf("the losses are %s, want %s", got, want)
			}
			acme, err := tenancy.ParseNamespace("acme")
			if err != nil {
				t.Fatal(err)
			}
			if g, err := young.Gains(t.Context(), day); err != nil || g.People[acme] != 8 {
				t.Errorf("the gains are %+v, %v", g, err)
			}
		}
	})
}

// Many open a journal that is not there yet at the same moment. One of them makes it, and all of them have that one.
func manyFoundOne(t *testing.T, s Suite) {
	for range 5 {
		open := s.Begin(t)
		var group errgroup.Group
		for i := range 6 {
			group.Go(func() error {
				j, err := open(false)
				if err != nil {
					return err
				}
				defer j.Close()
				_, err = j.Record(context.Background(), Registered(fmt.Sprint("p", i), "acme"))
				return err
			})
		}
		if err := group.Wait(); err != nil {
			t.Fatal(err)
		}
		if v := Verify(t, Open(t, open)); !v.OK() || v.Records != 6 {
			t.Errorf("the verdict is %+v", v)
		}
	}
}

// Several processes, each with several who write at once, share a journal. Each one's records stand in its order, the
// batches are whole, and the chain holds.
func writersAtOnce(t *testing.T, s Suite) {
	const processes, writers, batches, size = 3, 3, 12, 3
	open := s.Begin(t)
	var group errgroup.Group
	for p := range processes {
		j := Open(t, open)
		for w := range writers {
			group.Go(func() error { return write(j, fmt.Sprintf("%d.%d", p, w), batches, size) })
		}
	}
	if err := group.Wait(); err != nil {
		t.Fatal(err)
	}
	j := Open(t, open)
	next := map[string]int{}
	for i, r := range Entries(t, j, journal.Filter{}) {
		if r.Object != strconv.Itoa(next[r.Run]) || r.Seq != int64(i+1) {
			t.Fatalf("record %d is number %s of %s, and should be %d", r.Seq, r.Object, r.Run, next[r.Run])
		}
		next[r.Run]++
	}
	for writer, n := range next {
		if n != batches*size {
			t.Errorf("%s has recorded %d", writer, n)
		}
	}
	if v := Verify(t, j); !v.OK() || v.Records != processes*writers*batches*size {
		t.Errorf("the verdict is %+v", v)
	}
}

// write records batches of entries, and makes sure that each has the numbers that it was told.
func write(j *journal.Journal, name string, batches, size int) error {
	for n := range batches {
		var batch []plan.Entry
		for i := range size {
			batch = append(batch, plan.Entry{What: plan.Intended, Run: name, Object: strconv.Itoa(n*size + i)})
		}
		first, err := j.Record(context.Background(), batch...)
		if err != nil {
			return err
		}
		for r, err := range j.Entries(context.Background(), journal.Filter{Until: first}) {
			if err != nil {
				return err
			}
			if r.Seq == first && (r.Run != name || r.Object != strconv.Itoa(n*size)) {
				return fmt.Errorf("record %d is %s of %s", first, r.Object, r.Run)
			}
		}
	}
	return nil
}
