package journaltest

import (
	"fmt"
	"reflect"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func gains(t *testing.T, s Suite) {
	s.in(t, func(t *testing.T, j *journal.Journal) {
		ns := func(name string) tenancy.Namespace {
			n, err := tenancy.ParseNamespace(name)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		member := Registered("ana", "acme")
		member.Kind = plan.KindAddMember
		known := Registered("eve", "acme")
		known.Person = ""
		intended, failed, updated := Registered("i", "acme"), Registered("f", "acme"), Registered("u", "acme")
		intended.What, failed.What, updated.Kind = plan.Intended, plan.Failed, plan.KindUpdateUser
		created := plan.Entry{What: plan.Done, Kind: plan.KindCreateNamespace, Namespace: "acme"}
		Record(t, j, Registered("old", "acme"))
		time.Sleep(time.Hour)
		since := time.Now()
		Record(t, j, Registered("ana", "acme"), member, known, known, Registered("ana", "globex"), intended, failed, updated, created, created)
		Record(t, j, plan.Entry{What: plan.Done, Kind: plan.KindCreateNamespace, Namespace: "globex"}, Registered("x", "default"))
		got, err := j.Gains(t.Context(), since)
		want := plan.Gains{People: map[tenancy.Namespace]int{ns("acme"): 2, ns("globex"): 1}, Namespaces: 2}
		if err != nil || !reflect.DeepEqual(want, got) {
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
func losses(t *testing.T, s Suite) {
	s.in(t, func(t *testing.T, j *journal.Journal) {
		entry := func(what plan.What, kind plan.Kind, person, namespace string) plan.Entry {
			e := Registered(person, namespace)
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
		Record(t, j, entry(plan.Done, plan.KindRemoveMember, "again", "acme"), entry(plan.Done, plan.KindRemoveRegistration, "old", "acme"))
		time.Sleep(time.Hour)
		since := time.Now()
		told := entry(plan.Done, plan.KindRemoveMember, "member", "acme")
		told.Cause = tenancy.Cause{Kind: tenancy.ByEvent, ID: "e-1"}
		anew := entry(plan.Done, plan.KindRemoveRegistration, "anew", "acme") // under another role
		anew.Code = string(plan.SignInRoleReplaced)
		allowed := entry(plan.Done, plan.KindRemoveRegistration, "user", "acme")
		allowed.Code = string(plan.RemovesUser)
		Record(t, j,
			entry(plan.Intended, plan.KindRemoveMember, "meant", "acme"),
			told, anew,
			allowed, entry(plan.Intended, plan.KindRemoveRegistration, "user", "acme"),
			entry(plan.Intended, plan.KindRemoveRegistration, "user", "globex"),
			entry(plan.Held, plan.KindRemoveRegistration, "held", "acme"), entry(plan.Failed, plan.KindRemoveMember, "failed", "acme"),
			entry(plan.Done, plan.KindHandOver, "gives", "acme"), Registered("new", "acme"),
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
