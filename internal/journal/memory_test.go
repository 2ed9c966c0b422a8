package journal

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What falls out of the ring is the story. The pause and the day's counts do not.
func TestF52MemoryIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		spec := specAt("memory")
		spec.Capacity = 8
		j := open(t, spec)
		record(t, j, plan.Entry{What: plan.PauseBegan, Text: "a drill"})
		for i := range 20 {
			record(t, j, registered(fmt.Sprint("p", i), "acme"))
		}
		all := entries(t, j, Filter{})
		if len(all) != 8 || all[0].Seq != 14 || all[7].Seq != 21 {
			t.Errorf("the records are %+v", all)
		}
		if v := verify(t, j); !v.OK() || v.Records != 8 || v.First.Seq != 14 {
			t.Errorf("the verdict is %+v", v)
		}
		if p, err := j.Pause(t.Context()); err != nil || p.Because != "a drill" {
			t.Errorf("the pause is %+v, %v", p, err)
		}
		acme, _ := tenancy.ParseNamespace("acme")
		if g, err := j.Gains(t.Context(), time.Now().Add(-time.Hour)); err != nil || g.People[acme] != 20 {
			t.Errorf("the gains are %+v, %v", g, err)
		}
	})
}

func TestF52TheTallyForgetsOldDays(t *testing.T) {
	tl := newTally()
	day := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for i := range 100_000 {
		tl.add(Record{Time: day.Add(time.Duration(i) * time.Minute), Entry: registered(fmt.Sprint(i), "acme")})
	}
	if n := len(tl.seen); n > 10_000 {
		t.Errorf("it holds %d arrivals; two days have 2880", n)
	}
	people, _ := tl.since(day.Add((100_000 - 1440) * time.Minute))
	if people["acme"] != 1440 {
		t.Errorf("a day has %v", people)
	}
}

func TestDurable(t *testing.T) {
	if open(t, specAt("memory")).Durable() || !open(t, specAt("sqlite:"+t.TempDir()+"/j.db")).Durable() {
		t.Error("the memory outlives the process, or the file does not")
	}
}
