package plan_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/rogpeppe/go-internal/txtar"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// recreated is a tenant whose group was deleted and made again, with other people in it.
const recreated = `
-- tenantry.yaml --
house: {groups: [Staff, "qs:initech"]}
-- directory --
group g-new qs:acme
ana  ana@acme.example  qs:acme
bea  bea@acme.example  qs:acme:authors
cyd  cyd@acme.example  everyone
eve  eve@acme.example  qs:acme
fay  -  qs:acme
gil  gil@acme.example  qs:acme (disabled)
sam  sam@house.example  qs:acme, Staff, qs:initech
dora dora@globex.example  qs:globex
-- quicksight --
acme
  mirror g-old qs:acme: QuickSight/ana, QuickSight/bea, QuickSight/cyd
  mirror g-qs:acme:authors qs:acme:authors: QuickSight/bea
  user QuickSight/ana READER ana@acme.example
  user QuickSight/bea AUTHOR bea@acme.example
  user QuickSight/cyd READER cyd@acme.example
globex
  mirror g-qs:globex qs:globex: QuickSight/dora
  user QuickSight/dora READER dora@globex.example
initech
  mirror g-b qs:initech: QuickSight/bob
  mirror g-c qs:initech:authors
  user QuickSight/bob READER bob@initech.example
hooli DELETING
  tag tenantry d-1234567890
foreign
`

func worldOf(t *testing.T, text string) *world {
	t.Helper()
	w, err := readWorld(txtar.Parse([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// Both memberships, side by side: who stays, who comes, who goes, and who would not come in all the same.
func TestSidesOfARebinding(t *testing.T) {
	w := worldOf(t, recreated)
	c := plan.Rebind{Namespace: parse("acme"), Store: store, Mirror: "qs:acme", From: "g-old", To: "g-new"}
	before := clone(w.have)
	after := clone(w.have)
	plan.Perform(&after, c)
	dir := w.directory(after)
	got := plan.SidesOf(c, w.have, rules.Derive(w.rules, dir, after, w.roles).Want, dir)
	want := plan.Sides{
		Was: 3, Is: 5, Both: users("ana"), Gain: users("eve"), Lose: users("cyd"), Leave: users("bea"),
		Unplaced: []string{"fay", "gil", "sam"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("sides (- want, + got)\n%s", diff)
	}
	if diff := cmp.Diff(before, w.have, cmp.AllowUnexported(tenancy.Namespace{}, tenancy.RoleARN{})); diff != "" {
		t.Errorf("comparing changed the world\n%s", diff)
	}

	// The change itself moves and removes nobody, and no plan asks for one.
	for _, name := range []string{"acme", "globex"} {
		was, is := before.Tenant(parse(name)), after.Tenant(parse(name))
		if diff := cmp.Diff(was.Registrations, is.Registrations); diff != "" {
			t.Errorf("rebinding changed who is in %s\n%s", name, diff)
		}
	}
	if m := after.Tenant(parse("acme")).Mirror("g-new"); m == nil || m.Name != "qs:acme" || len(m.Members) != 3 {
		t.Errorf("the mirror is %+v", m)
	}
	for _, s := range w.pass().Steps {
		if s.Change.Kind() == plan.KindRebind {
			t.Errorf("the difference asks for %+v", s.Change)
		}
	}
}

func users(sessions ...string) (all []tenancy.UserName) {
	for _, s := range sessions {
		all = append(all, tenancy.UserName("QuickSight/"+s))
	}
	return all
}

// S11, F33: which group may take which place, and what is said where it may not.
func TestWhoMayTakeAGonesPlace(t *testing.T) {
	fixed := strings.Replace(recreated, "-- directory --\n", "tenants:\n  - {group_id: 34887428-4081-7042-c3c6-928d413009e7, namespace: acme, role: READER}\n  - groups: \"qs:{namespace}\"\n-- directory --\ngroup 34887428-4081-7042-c3c6-928d413009e7 Anything\n", 1)
	ambiguous := strings.Replace(recreated, "group g-new qs:acme\n", "group g-new qs:acme-authors\nzoe z@z.example qs:acme-authors\n", 1)
	ambiguous = strings.Replace(ambiguous, "-- directory --\n", "tenants:\n  - groups: \"qs:{namespace}-authors\"\n  - groups: \"qs:{namespace}\"\n-- directory --\ntom t@t.example qs:acme-authors2\n", 1)
	ambiguous = strings.Replace(ambiguous, "hooli DELETING", "acme-authors\n  mirror g-x qs:x\nhooli DELETING", 1)
	for _, tt := range []struct {
		name, world, in string
		to, from        tenancy.GroupID
		why, mend       string // parts of them; none where it may
	}{
		{"the only one that is gone", recreated, "acme", "g-new", "", "", ""},
		{"the one that is named", recreated, "acme", "g-new", "g-old", "", ""},
		{"by its id", fixed, "acme", "34887428-4081-7042-c3c6-928d413009e7", "", "", ""},
		{"not ours", recreated, "foreign", "g-new", "", "is not tenantry's", "mark"},
		{"not there", recreated, "nowhere", "g-new", "", "there is no namespace nowhere", "spelling"},
		{"not ready", recreated, "hooli", "g-new", "", "hooli is DELETING", "CREATED"},
		{"no such group", recreated, "acme", "g-none", "", "the directory has no group g-none", "list-groups"},
		{"bound here", recreated, "acme", "g-qs:acme:authors", "", "bound already: to acme", ""},
		{"bound elsewhere", recreated, "acme", "g-qs:globex", "", "bound already: to globex", ""},
		{"nobody is gone", recreated, "globex", "g-new", "", "none of the groups of globex is gone", "group_id"},
		{"alive", recreated, "acme", "g-new", "g-qs:acme:authors", "is not gone, and keeps its place", "renamed"},
		{"never bound", recreated, "acme", "g-new", "g-else", "no group of acme is bound to the group g-else", "g-old (qs:acme)"},
		{"several are gone", recreated, "initech", "g-new", "", "more than one", "--from: g-b (qs:initech), g-c (qs:initech:authors)"},
		{"no rule", recreated, "acme", "g-everyone", "", "no rule gives the group everyone (g-everyone) to acme", "{group_id: g-everyone, namespace: acme, role: ROLE}"},
		{"another's", recreated, "initech", "g-new", "g-b", "no rule gives the group qs:acme (g-new) to initech", "group_id: g-new"},
		{"the house's", recreated, "initech", "g-qs:initech", "g-b", "no rule gives the group qs:initech", ""},
		{"reserved for another", fixed, "acme", "g-new", "", "no rule gives the group qs:acme", "group_id: g-new"},
		{"ambiguous", ambiguous, "acme", "g-new", "", "no rule gives the group qs:acme-authors", "group_id: g-new"},
		{"copied mark", strings.Replace(recreated, "  mirror g-c", "  mirror g-old copy\n  mirror g-c", 1), "acme", "g-new", "", "more than one group bears the mark of g-old", "bound-twice"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w := worldOf(t, tt.world)
			got, err := rules.Succeed(w.rules, w.directory(w.have), w.have, parse(tt.in), tt.to, tt.from)
			if tt.why == "" {
				if err != nil || got.Mirror.Group != "g-old" || got.Group.ID != tt.to || got.Rule == nil {
					t.Errorf("%+v, %v", got, err)
				}
				return
			}
			refusal, ok := errors.AsType[*rules.Refusal](err)
			if !ok || !strings.Contains(refusal.Why, tt.why) || !strings.Contains(refusal.Mend, tt.mend) {
				t.Errorf("%+v, %+v", got, err)
			}
		})
	}
}

// The holds of a group that is gone, and of one that came in its place, name the command.
func TestHoldsNameTheRebinding(t *testing.T) {
	authors := strings.Replace(recreated, "-- quicksight --\n", "group g-a qs:initech:authors\nzoe z@z.example qs:initech:authors\n-- quicksight --\n", 1)
	allowed := strings.Replace(recreated, "house:", "new_groups: allow\nhouse:", 1)
	nameless := strings.Replace(recreated, "mirror g-old qs:acme:", "mirror g-old former:", 1)
	for _, tt := range []struct {
		name, world  string
		code, object string
		ends         string // a part, "" for no word of it
	}{
		{"of the same name", recreated, "group-gone", "g-old", "if another group has come in its place: tenantry rebind acme --group g-new; if the customer has left"},
		{"the new one", recreated, "new-group", "g-new", "if it has come in place of a group that is gone: tenantry rebind acme --group g-new; if its members"},
		{"the new one, where further ones may join", allowed, "mirror-name", "g-new", "tenantry rebind acme --group g-new; otherwise mirror: NAME"},
		{"only by a rule", nameless, "group-gone", "g-old", "tenantry rebind acme --group g-new; "},
		{"one of two", authors, "group-gone", "g-c", "tenantry rebind initech --group g-a --from g-c; "},
		{"the new one of two", authors, "new-group", "g-a", "tenantry rebind initech --group g-a --from g-c; "},
		{"nobody's", recreated, "group-gone", "g-b", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			holds := worldOf(t, tt.world).pass().Holds
			i := slices.IndexFunc(holds, func(h tenancy.Hold) bool { return string(h.Code) == tt.code && h.Object == tt.object })
			if i < 0 {
				t.Fatalf("no such hold in %+v", holds)
			}
			if ends := holds[i].Ends; !strings.Contains(ends, tt.ends) || strings.Contains(ends, "rebind") == (tt.ends == "") {
				t.Errorf("ends: %s", ends)
			}
		})
	}
}

// A plan after the rebinding goes on where the new group leads, with the hazards of those who leave.
func TestPlanAfterARebinding(t *testing.T) {
	w := worldOf(t, recreated)
	plan.Perform(&w.have, plan.Rebind{Namespace: parse("acme"), Store: store, Mirror: "qs:acme", From: "g-old", To: "g-new"})
	p := w.pass()
	var did []string
	for _, s := range p.Steps {
		if s.Change.In() == parse("acme") {
			did = append(did, strings.TrimSpace(string(s.Change.Kind())+" "+s.Change.Object()+" "+string(s.Held)))
		}
	}
	want := []string{
		"remove-member QuickSight/bea removes-member", "remove-member QuickSight/cyd removes-user", "remove-registration QuickSight/cyd removes-user",
		"register QuickSight/eve", "add-member QuickSight/eve",
	}
	slices.Sort(did)
	slices.Sort(want)
	if diff := cmp.Diff(want, did); diff != "" {
		t.Errorf("steps (- want, + got)\n%s", diff)
	}
	for _, h := range p.Holds {
		if h.Namespace == "acme" && (h.Code == rules.GroupGone || h.Code == rules.Further) {
			t.Errorf("still held: %+v", h)
		}
	}
}
