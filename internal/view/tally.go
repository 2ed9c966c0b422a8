package view

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// tally counts steps by what they come to.
type tally struct {
	namespaces, groups, people, memberships, raised, emails, profiles             int
	lowered, left, handed, removed, replaced, parked, suspended, resumed, revoked int
	shared, folders, opened                                                       int
	other                                                                         int
}

func (t *tally) add(c plan.Change) {
	switch c := c.(type) {
	case plan.CreateNamespace:
		t.namespaces++
	case plan.CreateMirror:
		t.groups++
	case plan.Register:
		t.people++
	case plan.AddMember:
		t.memberships++
	case plan.UpdateUser:
		if c.Role != c.WasRole {
			t.raised++
		}
		if c.Email != c.WasEmail {
			t.emails++
		}
	case plan.SetCustomPermissions:
		t.profiles++
	case plan.LowerRole:
		t.lowered++
	case plan.RemoveMember:
		t.left++
	case plan.Suspend:
		t.suspended++
	case plan.Resume:
		t.resumed++
	case plan.HandOver, plan.HandToHouse:
		t.handed++
	case plan.Share:
		t.shared++
	case plan.CreateFolder:
		t.folders++
	case plan.OpenFolder:
		t.opened++
	case plan.Revoke:
		t.revoked++
	case plan.RemoveRegistration:
		if c.Back != "" {
			t.replaced++
		} else {
			t.removed++
		}
	case plan.BeginMove, plan.Park, plan.GiveBack, plan.Unpark, plan.EndMove:
		t.parked++
	default:
		t.other++
	}
}

// String lists what there is: "1 namespace to create, 12 people to register".
func (t *tally) String() string {
	var parts []string
	for _, p := range []struct {
		n               int
		one, many, verb string
	}{
		{t.namespaces, "namespace", "namespaces", "create"},
		{t.groups, "group", "groups", "create"},
		{t.folders, "folder", "folders", "create"},
		{t.opened, "group", "groups", "let into a folder"},
		{t.shared, "share", "shares", "give"},
		{t.people, "person", "people", "register"},
		{t.memberships, "membership", "memberships", "add"},
		{t.raised, "role", "roles", "raise"},
		{t.emails, "e-mail address", "e-mail addresses", "correct"},
		{t.profiles, "custom permission", "custom permissions", "set"},
		{t.lowered, "role", "roles", "lower"},
		{t.left, "membership", "memberships", "take away"},
		{t.suspended, "person", "people", "suspend"},
		{t.resumed, "suspension", "suspensions", "end"},
		{t.handed, "asset", "assets", "hand over"},
		{t.revoked, "grant", "grants", "take away"},
		{t.removed, "registration", "registrations", "remove"},
		{t.replaced, "registration", "registrations", "replace"},
		{t.parked, "step", "steps of those replacements", "do"},
		{t.other, "step", "steps", "do"},
	} {
		if p.n > 0 {
			parts = append(parts, count(p.n, p.one, p.many)+" to "+p.verb)
		}
	}
	return strings.Join(parts, ", ")
}

// summary is the line that sums a plan up.
func summary(p *plan.Plan) string {
	var pending tally
	steps, left := 0, 0
	for _, s := range p.Steps {
		switch s.Held {
		case "":
			pending.add(s.Change)
			steps++
		case plan.NotSelected:
			left++
		}
	}
	line := "Nothing to do"
	if steps > 0 {
		line = "Plan: " + pending.String()
	}
	line += heldSummary(p.Holds)
	if left > 0 {
		line += "; " + count(left, "step", "steps") + " left out of this run"
	}
	if n := p.Counts.Right; n > 0 {
		line += fmt.Sprintf("; %s already right", number(n))
	}
	return line + "."
}

func heldSummary(holds []tenancy.Hold) string {
	if len(holds) == 0 {
		return ""
	}
	return fmt.Sprintf("; %s held%s", number(len(holds)), throughSome(holds))
}

// throughSome says through how many of some holds someone keeps an access.
func throughSome(holds []tenancy.Hold) string {
	access := 0
	for _, h := range holds {
		if h.Access {
			access++
		}
	}
	if access == 0 {
		return ""
	}
	return fmt.Sprintf(" (through %s, someone still has access)", number(access))
}

func sortedKeys[V any](m map[string]V) []string { return slices.Sorted(maps.Keys(m)) }
