package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// doorOf are the facts of two tenants whose sign-in role allows self-provisioning, with a trail that has seen an author.
func doorOf(t *testing.T, documents ...string) *DoorFacts {
	f := clean(t, 2)
	role := f.SignIn[0].Role
	id := tenancy.Identity{ARN: role.String(), Role: role}
	for i, d := range documents {
		id.Policies = append(id.Policies, tenancy.PolicyDocument{Name: "p" + string(rune('0'+i)), Document: d})
	}
	f.Identities = &tenancy.Identities{All: []tenancy.Identity{id}}
	d := &DoorFacts{Facts: f, AssignedRead: true, Sessions: map[tenancy.PersonID]tenancy.Session{},
		Trail: &tenancy.Trail{Changed: map[string]int64{"QuickSight": 100}}}
	for _, p := range f.Directory.People {
		d.Sessions[p.ID] = tenancy.Session(p.UserName)
		d.Assigned = append(d.Assigned, AssignedTo{Role: role, Person: p.ID, Through: "group-t0"})
	}
	return d
}

const open = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"quicksight:Create*","Resource":"*"}]}`

func canaryPolicy(t *testing.T, sessions ...tenancy.Session) string {
	text, err := policy.Canary(sessions)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func next(t *testing.T, f *DoorFacts, want string) Door {
	t.Helper()
	d := LookAtDoor(f)
	if d.Next != want {
		t.Errorf("the next step is %q, want %q: %+v", d.Next, want, d.Steps)
	}
	return d
}

// said reports whether a step says something of what is in its way, or is not known.
func said(d Door, step, what string) bool {
	s := d.Step(step)
	return strings.Contains(strings.Join(append(slices.Clone(s.Why), s.Unknown...), "; "), what)
}

// The door is shut in order: each step waits for the one before.
func TestDoorStepByStep(t *testing.T) {
	next(t, doorOf(t, open), StepCanary)

	f := doorOf(t, open, canaryPolicy(t, "author-t0"))
	if d := next(t, f, StepWatch); d.Roles[0].State != ForCanary || !slices.Equal(d.Roles[0].Canaries, []tenancy.Session{"author-t0"}) || d.Reached(StepShut) {
		t.Errorf("the canary is not seen: %+v", d.Roles)
	}
	f.Trail.SignIns = []tenancy.SignIn{{Role: "QuickSight", Session: "author-t0", At: 99, Day: "2026-11-27"}}
	if d := next(t, f, StepWatch); said(d, StepWatch, "author-t0 signed in") { // before it was shut for them
		t.Errorf("%+v", d.Steps)
	}
	// That the role was opened for them does not say that QuickSight was: whoever knows has to say it.
	f.Trail.SignIns[0].At = 101
	if d := next(t, f, StepWatch); !said(d, StepWatch, "author-t0 signed in on 2026-11-27") {
		t.Errorf("%+v", d.Steps)
	}
	f.Vouched = []tenancy.Session{"author-t0"}
	if d := next(t, f, StepShut); !d.Reached(StepShut) || d.Reached(StepAfter) {
		t.Errorf("reached: %+v", d.Steps)
	}
	f = doorOf(t, open, policy.SignIn())
	f.Trail.SignIns = []tenancy.SignIn{{Role: "QuickSight", Session: "author-t0", At: 101}}
	next(t, f, "")
	f.Trail.SignIns = append(f.Trail.SignIns, tenancy.SignIn{Role: "QuickSight", Session: "zoe", At: 102, Day: "2026-11-27"})
	f.Leave = []string{"zoe"}
	next(t, f, "")
}

// A door is shut only where IAM itself does not say otherwise; and where IAM could not be asked, that is said.
func TestDoorIsAskedOfIAM(t *testing.T) {
	f := doorOf(t, policy.SignIn())
	role := f.SignIn[0].Role
	if d := LookAtDoor(f); d.Roles[0].State != Shut || !said(d, StepShut, "policies of QuickSight say: run it again") {
		t.Errorf("IAM has not answered: %s, %+v", d.Roles[0].State, d.Steps)
	}
	f.Gone = []tenancy.RoleARN{role}
	if d := LookAtDoor(f); said(d, StepShut, "whether IAM") {
		t.Errorf("IAM says that the role is not there: %+v", d.Steps)
	}
	f.Gone, f.Unasked = nil, []tenancy.RoleARN{role}
	if d := LookAtDoor(f); d.Roles[0].State != Shut || !said(d, StepShut, "policies of QuickSight say: allow iam:SimulatePrincipalPolicy") {
		t.Errorf("IAM may not be asked: %s, %+v", d.Roles[0].State, d.Steps)
	}
	f.Unasked = nil
	f.Simulated = []tenancy.Simulated{{Role: role, Action: "quicksight:CreateReader"}, {Role: role, Action: "quicksight:ListUsers", Allowed: true}}
	if d := LookAtDoor(f); d.Roles[0].State != Shut || said(d, StepShut, "whether IAM") {
		t.Errorf("IAM says the same: %s, %+v", d.Roles[0].State, d.Steps)
	}
	f.Simulated[0].Allowed = true
	if d := LookAtDoor(f); d.Roles[0].State != Undecided || !strings.Contains(d.Roles[0].How, "quicksight:CreateReader") {
		t.Errorf("IAM says otherwise: %+v", d.Roles[0])
	}
}

// IAM is asked about "*", and a door may be shut on QuickSight's users alone: that the two say different things is no
// contradiction.
func TestDoorShutOnUsersAlone(t *testing.T) {
	f := doorOf(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"quicksight:*","Resource":"*"},{"Effect":"Deny","Action":["quicksight:CreateReader","quicksight:CreateUser","quicksight:CreateAdmin"],"Resource":"arn:aws:quicksight::111122223333:user/*"}]}`)
	f.Simulated = []tenancy.Simulated{{Role: f.SignIn[0].Role, Action: "quicksight:CreateReader", Allowed: true}}
	if d := LookAtDoor(f); d.Roles[0].State != Shut || d.Roles[0].How != "" {
		t.Errorf("%+v", d.Roles[0])
	}
}

// Whoever is assigned or has signed in, and is registered nowhere, keeps the door open.
func TestDoorLocksNobodyOut(t *testing.T) {
	f := doorOf(t, open)
	f.Directory.People = append(f.Directory.People, tenancy.Person{ID: "id-zoe", UserName: "zoe"}, tenancy.Person{ID: "id-xaver", UserName: "xaver", Disabled: true})
	f.Directory.Sort()
	f.Sessions["id-zoe"], f.Sessions["id-xaver"] = "zoe", "xaver"
	f.Assigned = append(f.Assigned, AssignedTo{Role: f.SignIn[0].Role, Person: "id-zoe"}, AssignedTo{Role: f.SignIn[0].Role, Person: "id-xaver"})
	f.Trail.SignIns = []tenancy.SignIn{
		{Role: "QuickSight", Session: "yuri", At: 5, Day: "2026-11-01"}, {Role: "Other", Session: "vera", At: 5}, {Role: "QuickSight", Session: "reader-t1", At: 5},
	}
	d := next(t, f, StepPeople)
	var out []string
	for _, o := range d.LockedOut {
		out = append(out, string(o.Session))
		if o.Because == "" || o.Mend == "" {
			t.Errorf("%+v", o)
		}
	}
	if !slices.Equal(out, []string{"yuri", "zoe"}) {
		t.Errorf("locked out are %v", out)
	}
	f.Leave = []string{"yuri", "id-zoe"}
	next(t, f, StepCanary)
	// A namespace that is not ready lets nobody in.
	f.Have.Tenants[1].Status = tenancy.Creating
	if d := next(t, f, StepPeople); len(d.LockedOut) != 2 {
		t.Errorf("of a namespace that is not ready: %+v", d.LockedOut)
	}
}

// Without any source nobody knows who signs in, and the door stays open; with one of them the other is named.
func TestDoorWithoutSources(t *testing.T) {
	f := doorOf(t, open)
	f.AssignedRead, f.Assigned, f.Trail = false, nil, nil
	if d := next(t, f, StepPeople); len(d.Step(StepPeople).Unknown) != 2 {
		t.Errorf("%+v", d.Steps[0])
	}
	f = doorOf(t, open, canaryPolicy(t, "author-t0"))
	f.Trail = nil
	if d := next(t, f, StepWatch); len(d.Step(StepPeople).Unknown) != 1 {
		t.Errorf("%+v", d.Steps[0])
	}
	f.Vouched = []tenancy.Session{"reader-t0"} // who is no canary
	next(t, f, StepWatch)
	f.Vouched = []tenancy.Session{"author-t0"}
	next(t, f, StepShut)
}

// Whoever lands in default while the canary is watched has not been counted: the door stays open for the others.
func TestDoorSomebodyLandsInDefault(t *testing.T) {
	f := doorOf(t, open, canaryPolicy(t, "author-t0"))
	f.Vouched = []tenancy.Session{"author-t0"}
	f.Have.Foreign[0].Users = append(f.Have.Foreign[0].Users, tenancy.Registration{User: "QuickSight/zoe"})
	f.Have.Sort()
	f.Trail.Provisioned = []tenancy.SignIn{{Role: "QuickSight", Session: "zoe", At: 101, Day: "2026-11-27"}}
	if d := next(t, f, StepWatch); !strings.Contains(strings.Join(d.Step(StepWatch).Why, ""), "zoe") {
		t.Errorf("%+v", d.Steps)
	}
	f.Trail.Provisioned[0].At = 99
	next(t, f, StepShut)
}

// What cannot be decided is not shut.
func TestDoorUndecided(t *testing.T) {
	f := doorOf(t, open, policy.SignIn(), `{"Version": broken`)
	if d := LookAtDoor(f); d.Roles[0].State != Shut { // whatever it allows: it is denied
		t.Errorf("%+v", d.Roles)
	}
	f.Identities = nil
	if d := next(t, f, StepCanary); d.Roles[0].State != Undecided || d.Step(StepShut).Clean {
		t.Errorf("%+v", d.Roles)
	}
	f = doorOf(t, `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"quicksight:Create*","Resource":"*","Condition":{"IpAddress":{"aws:SourceIp":"192.0.2.0/24"}}}]}`)
	if d := LookAtDoor(f); d.Roles[0].State != Undecided || !strings.Contains(d.Roles[0].How, "CreateReader") {
		t.Errorf("%+v", d.Roles)
	}
}

// What a policy says of a role's id is not decided, since it was not read: the door is not shut for a canary by it.
func TestDoorOfARoleNamedByItsID(t *testing.T) {
	deny := func(resource string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"quicksight:Create*","Resource":"arn:aws:quicksight::111122223333:user/` + resource + `"},
			{"Effect":"Deny","Action":"s3:*","Resource":"*","Condition":{"StringLike":{"aws:userid":"*:author-t0"}}}]}`
	}
	allow := `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"quicksight:Create*","Resource":"arn:aws:quicksight::111122223333:user/AROAREALROLE000000000:*"}]}`
	for name, documents := range map[string][]string{
		"a Deny that names some id": {open, deny("AROAAAAAAAAAAAAAAAAAA:*")},
		"an Allow that names one":   {allow, deny("nobody")},
	} {
		if d := LookAtDoor(doorOf(t, documents...)); d.Roles[0].State == ForCanary || d.Roles[0].State == Shut {
			t.Errorf("%s: %+v", name, d.Roles[0])
		}
	}
	if d := LookAtDoor(doorOf(t, open, deny("*:author-t0"))); d.Roles[0].State != ForCanary {
		t.Errorf("a Deny that names the session alone: %+v", d.Roles[0])
	}
}

// The house may live in default. Whoever has another sign-in role by which they are registered is not locked out, and a name
// that differs by case is another one.
func TestDoorWhoIsIn(t *testing.T) {
	f := doorOf(t, open, canaryPolicy(t, "author-t0"))
	f.Vouched = []tenancy.Session{"author-t0"}
	f.House = tenancy.House{Namespaces: []string{"default"}, Sessions: []string{"judy"}}
	f.Have.Foreign[0].Users = append(f.Have.Foreign[0].Users, tenancy.Registration{User: "QuickSight/judy"})
	f.Have.Sort()
	f.Trail.Provisioned = []tenancy.SignIn{{Role: "QuickSight", Session: "judy", At: 101}}
	f.Trail.SignIns = []tenancy.SignIn{{Role: "QuickSight", Session: "judy", At: 101}}
	next(t, f, StepShut)
	f.House.Sessions = nil
	if d := next(t, f, StepWatch); !said(d, StepWatch, "QuickSight/judy was provisioned") {
		t.Errorf("%+v", d.Steps)
	}
	f = doorOf(t, open)
	f.SignIn = append(f.SignIn, SignInRole{Role: roleARN(t, "QuickSight-other")})
	f.Trail.SignIns = []tenancy.SignIn{{Role: "QuickSight-other", Session: "author-t0", At: 101}}
	next(t, f, StepCanary)
	f.Trail.SignIns[0].Session = "Author-T0"
	if d := next(t, f, StepPeople); len(d.LockedOut) != 1 || d.LockedOut[0].Session != "Author-T0" {
		t.Errorf("%+v", d.LockedOut)
	}
}

func roleARN(t *testing.T, name string) tenancy.RoleARN {
	role, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return role
}

// What mends it is what is in the way of each.
func TestDoorMends(t *testing.T) {
	f := doorOf(t, open)
	f.House = tenancy.House{Namespaces: []string{"default"}, Sessions: []string{"judy"}}
	for _, name := range []string{"judy", "zoe", "hugo"} {
		f.Directory.People = append(f.Directory.People, tenancy.Person{ID: tenancy.PersonID("id-" + name), UserName: name})
		f.Sessions[tenancy.PersonID("id-"+name)] = tenancy.Session(name)
		f.Assigned = append(f.Assigned, AssignedTo{Role: f.SignIn[0].Role, Person: tenancy.PersonID("id-" + name)})
	}
	f.Directory.Sort()
	f.Held = []tenancy.Hold{{Code: "spanning", Object: "id-hugo"}}
	f.Have.Tenants[1].Status = tenancy.Creating
	want := map[tenancy.Session]string{"judy": "let them open QuickSight once", "zoe": "--leave zoe", "hugo": "tenantry explain id-hugo", "author-t1": "is not ready", "reader-t1": "is not ready"}
	d := next(t, f, StepPeople)
	for _, o := range d.LockedOut {
		if !strings.Contains(o.Mend, want[o.Session]) {
			t.Errorf("%s: %s", o.Session, o.Mend)
		}
		delete(want, o.Session)
	}
	if len(want) > 0 {
		t.Errorf("not locked out: %v", want)
	}
}

// Names that are left out and are nobody's are said, and so is a trail that was cut off; without a tenant nothing is shut.
func TestDoorSaysWhatItDoesNotKnow(t *testing.T) {
	f := doorOf(t, open)
	f.Leave, f.Back, f.Trail.Since, f.Trail.From = []string{"zoee", "author-t0"}, 10, 20, "2026-11-20"
	if d := next(t, f, StepCanary); !said(d, StepPeople, "--leave zoee") || said(d, StepPeople, "--leave author-t0") || !said(d, StepPeople, "before 2026-11-20") || d.From != "2026-11-20" {
		t.Errorf("%+v", d)
	}
	f.SignIn = nil
	if d := next(t, f, StepPeople); !said(d, StepPeople, "no tenant has one") || d.Step(StepShut).Clean || d.Step(StepAfter).Clean {
		t.Errorf("%+v", d.Steps)
	}
}

// Once it is shut, whoever was turned away is named, unless they are meant to be, or cannot come any more.
func TestDoorAfter(t *testing.T) {
	f := doorOf(t, open, policy.SignIn())
	f.Directory.People = append(f.Directory.People, tenancy.Person{ID: "id-xaver", UserName: "xaver", Disabled: true})
	f.Directory.Sort()
	f.Sessions["id-xaver"] = "xaver"
	f.Trail.SignIns = []tenancy.SignIn{{Role: "QuickSight", Session: "author-t0", At: 101}, {Role: "QuickSight", Session: "xaver", At: 102}}
	next(t, f, "")
	f.Trail.SignIns = append(f.Trail.SignIns, tenancy.SignIn{Role: "QuickSight", Session: "zoe", At: 103})
	if d := next(t, f, StepPeople); !said(d, StepAfter, "turned them away") {
		t.Errorf("%+v", d.Steps)
	}
}
