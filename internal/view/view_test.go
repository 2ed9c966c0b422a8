package view

import (
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var update = flag.Bool("update", false, "write the golden files anew")

func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got); go test ./internal/view -update accepts it:\n%s", name, diff)
	}
}

// builder makes plans step by step.
type builder struct{ plan plan.Plan }

func newBuilder() *builder {
	return &builder{plan.Plan{Account: "111122223333", Store: "d-1234567890", Config: "c0ffee"}}
}

func ns(name string) tenancy.Namespace {
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		panic(err)
	}
	return n
}

func because(group string, rule int, role tenancy.Role) tenancy.Because {
	pattern := "qs:{namespace}"
	if role == tenancy.Author {
		pattern += ":authors"
	}
	return tenancy.Because{
		Rule: fmt.Sprintf("tenants[%d] groups %q", rule, pattern), Group: tenancy.GroupID("id-" + group), GroupName: group, Role: role,
	}
}

func (b *builder) step(c plan.Change, because tenancy.Because, held tenancy.Code, hazards ...plan.Hazard) {
	b.plan.Steps = append(b.plan.Steps, plan.Step{Change: c, Because: because, Hazards: hazards, Held: held})
}

func user(session string) tenancy.UserName { return tenancy.UserName("QuickSight/" + session) }

// tenant founds a tenant of one group, with its readers.
func (b *builder) tenant(name string, held tenancy.Code, sessions ...string) {
	n, why := ns(name), because("qs:"+name, 1, tenancy.Reader)
	b.step(plan.CreateNamespace{Namespace: n, Store: b.plan.Store}, why, held)
	b.step(plan.CreateMirror{Namespace: n, Store: b.plan.Store, Group: why.Group, Name: why.GroupName}, why, held)
	b.people(name, why, held, sessions...)
}

// people registers people and puts them into the mirror of their group.
func (b *builder) people(name string, why tenancy.Because, held tenancy.Code, sessions ...string) {
	role, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/QuickSight")
	if err != nil {
		panic(err)
	}
	for _, s := range sessions {
		person := tenancy.PersonID("person-" + s)
		b.step(plan.Register{
			Namespace: ns(name), Person: person, SignIn: role, Session: tenancy.Session(s), Role: why.Role, Email: s + "@example.com",
		}, why, held)
		b.step(plan.AddMember{Namespace: ns(name), Person: person, Group: why.Group, Mirror: why.GroupName, User: user(s)}, why, held)
	}
}

func sessions(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("p%03d", i+1)
	}
	return list
}

func firstDay() *plan.Plan {
	b := newBuilder()
	b.tenant("acme", "", "bo", "cy")
	authors := because("qs:acme:authors", 0, tenancy.Author)
	b.step(plan.CreateMirror{Namespace: ns("acme"), Store: b.plan.Store, Group: authors.Group, Name: authors.GroupName}, authors, "")
	b.people("acme", authors, "", "ana")
	b.step(plan.AddMember{Namespace: ns("acme"), Person: "person-ana", Group: "id-qs:acme", Mirror: "qs:acme", User: user("ana")}, because("qs:acme", 1, tenancy.Reader), "")
	b.tenant("globex", "", "dee")
	b.tenant("initech", "", "eli", "fay", "gus")
	b.plan.Unmanaged = []plan.Unmanaged{{Namespace: "default", Whole: true, Users: 12}, {Namespace: "legacy-tenant", Whole: true, Users: 1, Groups: 2}}
	b.plan.Counts = plan.Counts{People: 1240, Disabled: 3, Unmapped: 1218, House: 12, Tenants: 3}
	return &b.plan
}

func steadyState() *plan.Plan {
	b := newBuilder()
	b.step(plan.RemoveMember{Namespace: ns("acme"), Group: "id-qs:acme", Mirror: "qs:acme", User: user("eve")}, tenancy.Because{}, "removal", plan.LowersRole)
	b.step(plan.RemoveRegistration{Namespace: ns("acme"), User: user("eve"), Role: tenancy.Reader}, tenancy.Because{}, "removal", plan.RemovesUser)
	b.step(plan.UpdateUser{
		Namespace: ns("globex"), Person: "person-dee", User: user("dee"), Role: tenancy.Author, Email: "d@example.com",
		WasRole: tenancy.Reader, WasEmail: "d@example.com",
	}, because("qs:globex:authors", 0, tenancy.Author), "")
	b.step(plan.UpdateUser{
		Namespace: ns("globex"), Person: "person-flo", User: user("flo"), Role: tenancy.Reader, Email: "flo@globex.example",
		WasRole: tenancy.Reader, WasEmail: "flo@old.example",
	}, because("qs:globex", 1, tenancy.Reader), "")
	b.plan.Holds = []tenancy.Hold{
		{Code: "removal", Object: "QuickSight/eve", Namespace: "acme", Access: true,
			Reason: "QuickSight/eve is registered and no longer should be: tenantry does not take anybody out yet",
			Ends:   "hand over what they own alone, then aws quicksight delete-user --namespace acme --user-name 'QuickSight/eve'"},
		{Code: "spanning", Object: "person-hal", Reason: `"hal" (person-hal) is in the groups of acme and globex, and a principal lives in one namespace: they stay where they are`,
			Ends: "take hal out of the groups of all but one of them"},
		{Code: "no-email", Object: "person-ivy", Namespace: "globex", Reason: `"ivy" (person-ivy) has no e-mail address, and QuickSight wants one`,
			Ends: "give ivy an e-mail address in Identity Center"},
	}
	b.plan.Accepted = []tenancy.Hold{{Code: "in-default", Object: "person-kim", Namespace: "acme", Access: true, Reason: "QuickSight/kim is registered in default, and a principal lives in one namespace", Ends: "hand over"}}
	b.plan.Notes = []tenancy.Note{{Code: "renamed", Object: "id-qs:acme", Namespace: "acme", Text: `the group "Acme Inc" fits no rule by its name; it is bound to acme since it was called "qs:acme", and goes on there`}}
	b.plan.Counts = plan.Counts{People: 44, Tenants: 2, Right: 41, Unverified: 2}
	return &b.plan
}

func nothing() *plan.Plan {
	b := newBuilder()
	b.plan.Counts = plan.Counts{People: 41, Tenants: 2, Right: 41}
	return &b.plan
}

func narrowed() *plan.Plan {
	b := newBuilder()
	b.tenant("acme", "", "bo")
	b.tenant("globex", plan.NotSelected, "dee", "eli")
	b.tenant("initech", plan.NotSelected, "fay")
	b.plan.Counts = plan.Counts{People: 4, Tenants: 3}
	return &b.plan
}

func large() *plan.Plan {
	b := newBuilder()
	b.tenant("acme", "", sessions(100)...)
	b.people("globex", because("qs:globex", 1, tenancy.Reader), "additions", sessions(40)...)
	for i := range b.plan.Steps {
		if b.plan.Steps[i].Held == "additions" {
			b.plan.Steps[i].Hazards = []plan.Hazard{plan.ManyAdditions}
		}
	}
	for _, s := range sessions(40) {
		b.plan.Holds = append(b.plan.Holds, tenancy.Hold{Code: "in-default", Object: "person-" + s, Namespace: "globex", Access: true, Reason: "QuickSight/" + s + " is registered in default", Ends: "delete them there"})
	}
	b.plan.Counts = plan.Counts{People: 140, Tenants: 2}
	return &b.plan
}

const hostile = "qs:acme\x1b[31m\r\nPlan: nothing\u202e\u200b\"\\é"

func hostileNames() *plan.Plan {
	b := newBuilder()
	why := because(hostile, 1, tenancy.Reader)
	b.step(plan.AddMember{Namespace: ns("acme"), Person: "p", Group: "g", Mirror: hostile, User: hostile}, why, "")
	b.step(plan.RemoveRegistration{Namespace: ns("acme"), User: hostile, Role: hostile}, tenancy.Because{}, "removal", plan.RemovesUser)
	b.step(plan.UpdateUser{Namespace: ns("acme"), User: hostile, Role: tenancy.Reader, WasRole: hostile, Email: hostile, WasEmail: "a\x9b1m"}, why, "")
	b.step(plan.SetCustomPermissions{Namespace: ns("acme"), User: hostile, Profile: "p", Was: hostile}, why, "")
	b.plan.Holds = []tenancy.Hold{{Code: "namespace-name", Object: hostile, Namespace: hostile, Reason: "the group " + hostile, Ends: "rename " + hostile}}
	b.plan.Accepted = b.plan.Holds
	b.plan.Notes = []tenancy.Note{{Code: "renamed", Object: hostile, Text: hostile}}
	b.plan.Unmanaged = []plan.Unmanaged{{Namespace: hostile, Whole: true}}
	return &b.plan
}

// denied is an error that knows what to do about itself.
type denied struct{ error }

func (denied) Hint() string { return "allow quicksight:RegisterUser to the\nrole" }

func failures() *plan.Report {
	p := firstDay()
	r := &plan.Report{Done: 9, NotReached: 2, Interrupted: true, Refused: []tenancy.Namespace{ns("initech")}}
	for i, s := range p.Steps {
		switch {
		case i == 2:
			r.Failed = append(r.Failed, plan.Outcome{Step: s, Err: denied{fmt.Errorf("register QuickSight/bo: %w: AccessDeniedException\nquicksight:RegisterUser", plan.ErrDenied)}},
				plan.Outcome{Step: s, Err: fmt.Errorf("register QuickSight/bo again: %w", denied{plan.ErrDenied})})
		case i == 3:
			r.Failed = append(r.Failed, plan.Outcome{Step: s, Err: plan.ErrNotFound})
		case s.Change.In() == ns("globex") && s.Change.Kind() == plan.KindRegister:
			r.Held = append(r.Held, plan.Outcome{Step: s, Err: plan.ErrElsewhere, Held: &tenancy.Hold{
				Code: "elsewhere", Object: "QuickSight/dee", Namespace: "globex", Access: true,
				Reason: "QuickSight/dee is registered in another namespace, and a principal lives in one",
				Ends:   "tenantry plan names the namespace, and what to do about it",
			}})
		}
	}
	return r
}

func TestPlan(t *testing.T) {
	for name, p := range map[string]*plan.Plan{
		"first-day": firstDay(), "steady-state": steadyState(), "nothing": nothing(),
		"narrowed": narrowed(), "large": large(), "hostile": hostileNames(),
	} {
		t.Run(name, func(t *testing.T) {
			for _, f := range []Format{Text, JSON} {
				if f == JSON && (name == "large" || name == "narrowed") {
					continue
				}
				s, _, out, _ := TestIO()
				if err := New(s, f, Options{}).Plan(p); err != nil {
					t.Fatal(err)
				}
				golden(t, name+"."+string(f), out.Bytes())
			}
		})
	}
}

func TestPlanFullNamesEveryone(t *testing.T) {
	s, _, out, _ := TestIO()
	if err := New(s, Text, Options{Full: true}).Plan(large()); err != nil {
		t.Fatal(err)
	}
	if strings.Contains(out.String(), "…") || !strings.Contains(out.String(), "QuickSight/p100") {
		t.Errorf("something is elided:\n%s", out)
	}
}

func TestReport(t *testing.T) {
	for name, r := range map[string]*plan.Report{"failures": failures(), "done": {Done: 4}} {
		for _, f := range []Format{Text, JSON} {
			s, _, out, _ := TestIO()
			if err := New(s, f, Options{}).Report(r); err != nil {
				t.Fatal(err)
			}
			golden(t, "report-"+name+"."+string(f), out.Bytes())
		}
	}
}

func TestPlanIsColouredOnATerminalOnly(t *testing.T) {
	s, _, out, _ := TestIO()
	s.Color = true
	if err := New(s, Text, Options{}).Plan(firstDay()); err != nil {
		t.Fatal(err)
	}
	if bytes.ContainsRune(out.Bytes(), '\x1b') {
		t.Error("colour off a terminal")
	}
	plain := out.String()
	out.Reset()
	s.OutTerminal = true
	if err := New(s, Text, Options{}).Plan(firstDay()); err != nil {
		t.Fatal(err)
	}
	var bare []byte
	for rest := out.Bytes(); len(rest) > 0; {
		if rest[0] == '\x1b' {
			rest = rest[bytes.IndexByte(rest, 'm')+1:]
			continue
		}
		bare, rest = append(bare, rest[0]), rest[1:]
	}
	if diff := cmp.Diff(plain, string(bare)); diff != "" {
		t.Errorf("colour changes the text (-plain +coloured):\n%s", diff)
	}
}

func TestPlanReportsThatItCouldNotBeWritten(t *testing.T) {
	for _, f := range []Format{Text, JSON} {
		s, _, _, _ := TestIO()
		s.Out = fullDisk{}
		if err := New(s, f, Options{}).Plan(firstDay()); !errors.Is(err, errFull) {
			t.Errorf("%s: %v", f, err)
		}
	}
}

var errFull = errors.New("no space left on device")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestHoldsInJSON(t *testing.T) {
	s, _, out, _ := TestIO()
	if err := New(s, JSON, Options{}).Holds(nil); err != nil {
		t.Fatal(err)
	}
	var doc map[string]any
	if err := json.Unmarshal(out.Bytes(), &doc); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string]any{"format": "tenantry.holds/1", "holds": []any{}}, doc); diff != "" {
		t.Error(diff)
	}
}
