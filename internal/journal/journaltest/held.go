package journaltest

import (
	"fmt"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// heldEntry is how a hold is told.
func heldEntry(h tenancy.Hold) plan.Entry {
	return plan.Entry{What: plan.Held, Code: string(h.Code), Namespace: h.Namespace, Object: h.Object, Text: "why"}
}

func heldSince(t *testing.T, s Suite) {
	user := tenancy.Hold{Code: "removes-user", Namespace: "acme", Object: "QuickSight/ana"}
	member := tenancy.Hold{Code: "removes-member", Namespace: "acme", Object: "QuickSight/ana"}
	person := tenancy.Hold{Code: "spanning", Object: "id-ana"}
	group := tenancy.Hold{Code: "mirror-name", Namespace: "acme", Object: "g-1"}
	tenant := tenancy.Hold{Code: "additions", Namespace: "acme", Object: "acme"}
	account := tenancy.Hold{Code: "new-namespaces", Object: "account"}
	other := user
	other.Namespace = "globex"
	done := func(kind plan.Kind, set func(*plan.Entry)) plan.Entry {
		e := Registered("ana", "acme")
		e.Kind = kind
		if set != nil {
			set(&e)
		}
		return e
	}
	pass := func(holds int) plan.Entry {
		return plan.Entry{What: plan.PassBegan, Counts: map[string]int{"holds": holds}}
	}
	for name, tt := range map[string]struct {
		hold    tenancy.Hold
		between []plan.Entry
		ended   bool
	}{
		"nothing happens":               {user, nil, false},
		"it is told again":              {user, []plan.Entry{heldEntry(user), heldEntry(user)}, false},
		"a pass with holds":             {user, []plan.Entry{pass(1)}, false},
		"a pass without":                {user, []plan.Entry{pass(0)}, true},
		"a pass that does not say":      {user, []plan.Entry{{What: plan.PassBegan}, {What: plan.PassEnded, Counts: map[string]int{"holds": 0}}}, false},
		"out of a group, not of all":    {user, []plan.Entry{done(plan.KindRemoveMember, nil)}, false},
		"the registration has gone":     {user, []plan.Entry{done(plan.KindRemoveRegistration, nil)}, true},
		"it was to go, and did not":     {user, []plan.Entry{done(plan.KindRemoveRegistration, func(e *plan.Entry) { e.What = plan.Failed })}, false},
		"in another namespace":          {user, []plan.Entry{done(plan.KindRemoveRegistration, func(e *plan.Entry) { e.Namespace = "globex" })}, false},
		"of somebody else":              {user, []plan.Entry{done(plan.KindRemoveRegistration, func(e *plan.Entry) { e.Object, e.Person = "QuickSight/bo", "id-bo" })}, false},
		"out of the group":              {member, []plan.Entry{done(plan.KindRemoveMember, nil)}, true},
		"registered after all":          {person, []plan.Entry{done(plan.KindRegister, nil)}, true},
		"updated":                       {person, []plan.Entry{done(plan.KindUpdateUser, nil)}, false},
		"the group is there":            {group, []plan.Entry{done(plan.KindCreateMirror, func(e *plan.Entry) { e.Object, e.Person, e.Group = "qs", "", "g-1" })}, true},
		"people come in":                {tenant, []plan.Entry{done(plan.KindRegister, nil)}, false},
		"people come in, by name":       {tenant, []plan.Entry{done(plan.KindRegister, func(e *plan.Entry) { e.Code = "additions" })}, true},
		"namespaces are made":           {account, []plan.Entry{done(plan.KindCreateNamespace, nil)}, false},
		"namespaces are made, by name":  {account, []plan.Entry{done(plan.KindCreateNamespace, func(e *plan.Entry) { e.Code = "new-namespaces" })}, true},
		"allowed, and nothing was done": {user, []plan.Entry{{What: plan.Allowed, Code: "removes-user", Namespace: "acme", Object: "QuickSight/ana"}}, false},
	} {
		t.Run(name, func(t *testing.T) {
			s.in(t, func(t *testing.T, j *journal.Journal) {
				Record(t, j, pass(0), heldEntry(tenancy.Hold{Code: "no-email", Object: "id-bo"}))
				first := time.Now().UTC()
				Record(t, j, heldEntry(tt.hold))
				time.Sleep(time.Hour)
				if len(tt.between) > 0 {
					Record(t, j, tt.between...)
				}
				time.Sleep(time.Hour)
				again := time.Now().UTC()
				Record(t, j, heldEntry(tt.hold), heldEntry(tt.hold))
				got, err := j.HeldSince(t.Context(), []tenancy.Hold{other, tt.hold})
				want := first
				if tt.ended {
					want = again
				}
				if err != nil || len(got) != 2 || !got[0].IsZero() || !got[1].Equal(want) {
					t.Errorf("since %v, %v; want %v", got, err, want)
				}
			})
		})
	}
}

func filterByWhat(t *testing.T, s Suite) {
	s.in(t, func(t *testing.T, j *journal.Journal) {
		Record(t, j, Registered("ana", "acme"), plan.Entry{What: plan.PassBegan}, heldEntry(tenancy.Hold{Code: "no-email", Namespace: "acme", Object: "p"}))
		for _, tt := range []struct {
			filter journal.Filter
			want   string
		}{
			{journal.Filter{What: []plan.What{plan.Held}}, "[3]"},
			{journal.Filter{What: []plan.What{plan.Held, plan.Done}}, "[1 3]"},
			{journal.Filter{What: []plan.What{plan.Held, plan.PassBegan}, Namespace: "acme"}, "[3]"},
			{journal.Filter{What: []plan.What{}}, "[]"},
		} {
			var got []int64
			for _, r := range Entries(t, j, tt.filter) {
				got = append(got, r.Seq)
			}
			if fmt.Sprint(got) != tt.want {
				t.Errorf("%v: %v, want %s", tt.filter.What, got, tt.want)
			}
		}
	})
}
