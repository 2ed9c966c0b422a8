package explain

import (
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// telling makes a history, an entry a second.
type telling struct {
	roll Roll
	seq  int64
}

func (h *telling) note(what plan.What, kind plan.Kind, user, before, after string, of int64) int64 {
	h.seq++
	h.roll.Note(Told{Seq: h.seq, At: h.seq, Entry: plan.Entry{
		What: what, Kind: kind, Namespace: "acme", Object: user, Person: tenancy.PersonID("id-" + user), Before: before, After: after, Of: of,
	}})
	return h.seq
}

// did is a change with its intent.
func (h *telling) did(kind plan.Kind, user, before, after string) {
	of := h.note(plan.Intended, kind, user, before, after, 0)
	h.note(plan.Done, kind, user, before, after, of)
}

func (h *telling) only(t *testing.T, namespace string) Entry {
	t.Helper()
	all := h.roll.In(namespace)
	if len(all) != 1 {
		t.Fatalf("%d users of %s: %+v", len(all), namespace, all)
	}
	return all[0]
}

// What is done one after the other stands in the roll as it is then.
func TestRollOfALife(t *testing.T) {
	h := &telling{}
	h.did(plan.KindRegister, "R/ana", "", "READER")
	h.did(plan.KindAddMember, "R/ana", "", "qs:acme")
	h.did(plan.KindUpdateUser, "R/ana", "READER", "AUTHOR")
	h.did(plan.KindAddMember, "R/ana", "", "authors")
	h.did(plan.KindRemoveMember, "R/ana", "qs:acme", "")
	if e := h.only(t, "acme"); e.Role != "AUTHOR" || len(e.Groups) != 1 || e.Groups[0] != "authors" || e.Since.Seq != 2 || e.Doubt != nil || e.Person != "id-R/ana" {
		t.Errorf("ana is %+v", e)
	}
	if got := h.roll.In("globex"); len(got) != 0 {
		t.Errorf("in another namespace: %+v", got)
	}
	h.did(plan.KindSuspend, "R/ana", "", "none")
	if e := h.only(t, ""); !e.Suspended {
		t.Errorf("suspended, ana is %+v", e)
	}
	h.did(plan.KindRemoveRegistration, "R/ana", "AUTHOR", "")
	if got := h.roll.In(""); len(got) != 0 {
		t.Errorf("after she has gone: %+v", got)
	}
}

// What was only meant, and what failed, is a doubt until something is known.
func TestRollOfDoubts(t *testing.T) {
	h := &telling{}
	of := h.note(plan.Intended, plan.KindRegister, "R/ana", "", "READER", 0)
	if e := h.only(t, "acme"); e.Doubt == nil || e.Doubt.Seq != of {
		t.Errorf("while it is under way: %+v", e)
	}
	h.note(plan.Held, plan.KindRegister, "R/ana", "", "READER", of)
	if got := h.roll.In(""); len(got) != 0 {
		t.Errorf("held, and so not done: %+v", got)
	}
	of = h.note(plan.Intended, plan.KindRegister, "R/ana", "", "READER", 0)
	h.note(plan.Failed, plan.KindRegister, "R/ana", "", "READER", of)
	if e := h.only(t, "acme"); e.Doubt == nil || e.Doubt.What != plan.Failed {
		t.Errorf("failed, and nobody knows: %+v", e)
	}
	h.did(plan.KindAddMember, "R/ana", "", "qs:acme")
	if e := h.only(t, "acme"); e.Doubt != nil || e.Role != "" {
		t.Errorf("who was put into a group is there, in a role of which nothing is told: %+v", e)
	}
}

// Who is brought back from a tenant is where they were before; who is moved there is not in default any more.
func TestRollOutside(t *testing.T) {
	h := &telling{}
	h.did(plan.KindReturn, "R/ben", "default", "READER")
	if e := h.only(t, "default"); e.Role != "READER" {
		t.Errorf("brought back: %+v", e)
	}
	h.did(plan.KindEvict, "R/ben", "default", "R/ben")
	if got := h.roll.In(""); len(got) != 0 {
		t.Errorf("taken out of default: %+v", got)
	}
}

// A namespace that is deleted takes everybody with it.
func TestRollOfADeletedNamespace(t *testing.T) {
	h := &telling{}
	h.did(plan.KindRegister, "R/ana", "", "READER")
	h.did(plan.KindRegister, "R/cleo", "", "READER")
	h.did(plan.KindDeleteNamespace, "", "", "")
	if got := h.roll.In(""); len(got) != 0 {
		t.Errorf("left: %+v", got)
	}
}
