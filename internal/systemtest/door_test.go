package systemtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	letsThemselvesIn = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"quicksight:Create*","Resource":"*"}]}`
	// ofTheSet is what the permission set says besides: it must be there in the end as it was.
	ofTheSet  = `{"Statement":[{"Sid":"Mine","Effect":"Allow","Action":["quicksight:CreateReader","s3:GetObject"],"Resource":"*"}],"Version":"2012-10-17"}`
	byTheSAML = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Federated":"arn:aws:iam::111122223333:saml-provider/idp"},"Action":"sts:AssumeRoleWithSAML"}]}`
)

// doorWorld is two tenants of three people each, and zoe, who belongs to neither, with the door open.
func doorWorld(roles ...string) world.Seed {
	seed := tenants(2, 3)
	seed.IAM.Roles = nil
	for _, name := range roles {
		seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: name, Trust: byTheSAML, Policies: map[string]string{"jit": letsThemselvesIn}})
	}
	seed.IdentityCenter.Users = append(seed.IdentityCenter.Users, world.Person{UserName: "zoe", Email: "zoe@example.com"})
	seed.IdentityCenter.Groups = append(seed.IdentityCenter.Groups, world.DirectoryGroupSeed{DisplayName: "others", Members: []string{"zoe"}})
	seed.Behaviour.Trail = &world.Trail{}
	return seed
}

// ofOneSet is the world in which all people come through one permission set, to which their groups are assigned.
func ofOneSet() world.Seed {
	seed := doorWorld()
	seed.PermissionSets = []world.PermissionSetSeed{{Name: "QS", InlinePolicy: ofTheSet, Assignments: []world.AssignmentSeed{{Group: "qs:t000"}, {Group: "qs:t001"}, {Group: "others"}}}}
	return seed
}

var doorWorlds = []struct {
	name     string
	seed     func() world.Seed
	settings settings
	role     string // of t000; "" is the permission set's
}{
	{"one role for all", func() world.Seed { return doorWorld("QuickSight") }, settings{}, "QuickSight"},
	{"a role for each tenant", func() world.Seed { return doorWorld("QuickSight-t000", "QuickSight-t001") }, settings{role: role + "-{namespace}"}, "QuickSight-t000"},
	{"one permission set for all", ofOneSet, settings{set: "QS"}, ""},
}

// TestDoorIsShutAndNobodyIsLockedOut: step by step, by the commands that are printed, until everybody who is registered still
// comes in, to where they were, and nobody else does; and once it is opened again everything is as before.
func TestDoorIsShutAndNobodyIsLockedOut(t *testing.T) {
	t.Parallel()
	for _, w := range doorWorlds {
		t.Run(w.name, func(t *testing.T) {
			in(t, w.seed(), w.settings, func(r *rig) {
				p := &porter{rig: r, comes: w.role}
				if w.role == "" {
					p.comes = r.roleOfSet()
				}
				p.shuts()
				if w.role == "" {
					r.w.Lock()
					defer r.w.Unlock()
					for _, set := range r.w.SSO.PermissionSets.All() {
						if set.InlinePolicy != ofTheSet {
							r.Errorf("the permission set says in the end: %s", set.InlinePolicy)
						}
					}
				}
			})
		})
	}
}

// shuts goes through all the steps.
func (p *porter) shuts() {
	p.Helper()
	p.signsIn(p.comes, "t000.000")
	if d := p.stands(audit.StepPeople); len(d.LockedOut) == 0 || d.Reached(audit.StepCanary) || !strings.HasPrefix(d.LockedOut[0].Mend, "tenantry apply --person ") {
		p.Errorf("nobody is registered, and locked out are %+v", d.LockedOut)
	}
	p.start().mustApply()
	p.signsIn(p.comes, "zoe") // the trail has seen them, and they are nowhere
	if d := p.stands(audit.StepPeople); len(d.LockedOut) != 1 || d.LockedOut[0].Session != "zoe" {
		p.Errorf("locked out are %+v", d.LockedOut)
	}
	p.asked.Leave = []string{"zoe"}
	p.stands(audit.StepCanary)

	p.run(p.facts().CanaryCommands([]tenancy.Session{"t000.000"}))
	p.stands(audit.StepWatch)
	if l := p.signsIn(p.comes, "zoe"); !l.Provisioned {
		p.Errorf("the door is shut for more than the canary: %+v", l)
	}
	p.everybody(false)
	if d := p.stands(audit.StepWatch); !inTheWay(d, audit.StepWatch, "t000.000 signed in on ") {
		p.Errorf("the canary has signed in: %+v", d.Step(audit.StepWatch))
	}
	p.asked.Vouched = []tenancy.Session{"t000.000"}
	p.meanwhile()
	if d := p.stands(audit.StepShut); d.Reached(audit.StepAfter) {
		p.Errorf("%+v", d.Steps)
	}

	p.run(p.facts().ShutCommands())
	p.stands("")
	p.everybody(true)
	p.stands("")
	p.asked.Leave = nil
	if d := p.stands(audit.StepPeople); !inTheWay(d, audit.StepAfter, "zoe signed in") {
		p.Errorf("zoe was turned away: %+v", d.Step(audit.StepAfter))
	}

	p.run(p.facts().OpenCommands())
	for _, r := range p.stands(audit.StepPeople).Roles {
		if r.State != audit.Open {
			p.Errorf("it was opened, and is %s", r.State)
		}
	}
	p.everybody(false)
}

// inTheWay reports whether something is in the way of a step.
func inTheWay(d audit.Door, step, what string) bool {
	return strings.Contains(strings.Join(d.Step(step).Why, "; "), what)
}

// meanwhile lets somebody land in default while the canary is watched: that holds it up, until they are moved away.
func (p *porter) meanwhile() {
	p.Helper()
	p.stands(audit.StepShut)
	p.now(func(*world.Directory, *world.QuickSight) {
		if _, _, err := p.w.SignIn(p.comes, "yuri", "yuri@example.com", "READER"); err != nil {
			p.Errorf("landing in default: %v", err)
		}
	})
	if d := p.stands(audit.StepWatch); d.Reached(audit.StepShut) || !inTheWay(d, audit.StepWatch, p.comes+"/yuri was provisioned in default") {
		p.Errorf("yuri landed in default: %+v", d.Step(audit.StepWatch))
	}
	p.now(func(_ *world.Directory, q *world.QuickSight) {
		n, _ := q.Namespaces().Get(world.DefaultNamespace)
		for _, u := range n.Contents.Users.All() {
			if u.Session == "yuri" {
				q.DeleteUser(world.DefaultNamespace, u)
				return
			}
		}
	})
}

// everybody signs in: who is registered comes to their tenant, who is not lands in default, or, once it is shut, nowhere.
func (p *porter) everybody(shut bool) {
	p.Helper()
	people := 0
	p.w.Lock()
	users := map[string]string{"zoe": ""}
	for _, n := range p.w.QuickSight.Namespaces().All() {
		for _, u := range n.Contents.Users.All() {
			users[u.UserName] = n.Name
		}
	}
	p.w.Unlock()
	for user, namespace := range users {
		role, session, registered := strings.Cut(user, "/")
		if !registered {
			role, session = p.comes, user
		} else {
			people++
		}
		switch l := p.signsIn(role, session); {
		case registered && (l.Refused || l.Provisioned || !slices.Equal(l.Namespaces, []string{namespace})):
			p.Errorf("%s is of %s, and comes to %+v", user, namespace, l)
		case !registered && l.Refused != shut:
			p.Errorf("%s is registered nowhere, and comes to %+v", user, l)
		}
	}
	if people != 6 {
		p.Errorf("%d people are registered: %v", people, users)
	}
}

// TestDoorWithoutSources: what could not be read is named, with what is missing; while nothing tells who signs in, nothing is
// shut. With one of the two it goes on, and the other remains named.
func TestDoorWithoutSources(t *testing.T) {
	t.Parallel()
	noAssignments := awssim.FailBefore("sso:ListInstances", wire.Errorf(400, "AccessDeniedException", "not of this account"))
	noTrail := awssim.FailBefore("cloudtrail:LookupEvents", wire.Errorf(400, "AccessDeniedException", "not authorized"))
	for name, c := range map[string]struct {
		faults []awssim.Hook
		next   string
		missed int
	}{
		"both":                 {nil, audit.StepCanary, 0},
		"no assignments":       {[]awssim.Hook{noAssignments}, audit.StepCanary, 1},
		"no trail":             {[]awssim.Hook{noTrail}, audit.StepCanary, 1},
		"neither":              {[]awssim.Hook{noAssignments, noTrail}, audit.StepPeople, 2},
		"no assignments of it": {[]awssim.Hook{awssim.FailBefore("sso:ListAccountAssignments", wire.Errorf(400, "AccessDeniedException", "no")), noTrail}, audit.StepPeople, 2},
	} {
		t.Run(name, func(t *testing.T) {
			seed := ofOneSet()
			seed.PermissionSets[0].Assignments = seed.PermissionSets[0].Assignments[:2]
			in(t, seed, settings{set: "QS"}, func(r *rig) {
				r.start().mustApply()
				p := &porter{rig: r}
				r.suffer(c.faults...)
				d := p.stands(c.next)
				f := p.facts()
				if len(f.Missed) != c.missed || len(d.Step(audit.StepPeople).Unknown) != c.missed {
					t.Errorf("missed %+v, not known %v", f.Missed, d.Step(audit.StepPeople).Unknown)
				}
				for _, m := range f.Missed {
					if m.Mend == "" || m.Why == "" {
						t.Errorf("%+v", m)
					}
				}
				if _, err := f.ShutCommands(); err != nil && c.missed < 2 {
					t.Errorf("its role's document was read: %v", err)
				}
			})
		})
	}
}

// TestDoorAsksIAMOfEveryRole: where IAM does not answer about one role, the others are asked all the same, in order, and what
// is said of that one is what ends it.
func TestDoorAsksIAMOfEveryRole(t *testing.T) {
	t.Parallel()
	const asks = "iam:SimulatePrincipalPolicy"
	for name, c := range map[string]struct {
		of     *wire.Error
		said   string // of the first role, "" for nothing
		missed int
	}{
		"it is denied":          {wire.Errorf(403, "AccessDenied", "not authorized"), "QuickSight-t000 say: allow " + asks, 0},
		"the role is not there": {wire.Errorf(404, "NoSuchEntity", "no such role"), "", 0},
		"IAM fails":             {wire.Errorf(400, "PolicyEvaluation", "a policy could not be evaluated"), "QuickSight-t000 say: run it again", 1},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, doorWorld("QuickSight-t000", "QuickSight-t001"), settings{role: role + "-{namespace}"}, func(r *rig) {
				r.start().mustApply()
				r.suffer(awssim.Nth(1, asks, awssim.FailBefore(asks, c.of)))
				p := &porter{rig: r}
				f := p.facts()
				for i, s := range f.Simulated {
					if s.Role.Name() != "QuickSight-t001" || i > 0 && f.Simulated[i-1].Action >= s.Action {
						t.Errorf("%d: %+v", i, s)
					}
				}
				d := audit.LookAtDoor(f)
				unknown := strings.Join(d.Step(audit.StepShut).Unknown, "; ")
				if len(f.Simulated) < 10 || len(f.Missed) != c.missed || (unknown == "") != (c.said == "") || !strings.Contains(unknown, c.said) {
					t.Errorf("%d answers, missed %+v, not known %q", len(f.Simulated), f.Missed, unknown)
				}
			})
		})
	}
}

// TestDoorKeepsWhatWaitsInThePermissionSet: what was said in the permission set and is not in its role yet is kept, too.
func TestDoorKeepsWhatWaitsInThePermissionSet(t *testing.T) {
	t.Parallel()
	in(t, ofOneSet(), settings{set: "QS"}, func(r *rig) {
		r.start().mustApply()
		r.now(func(*world.Directory, *world.QuickSight) {
			for arn, set := range r.w.SSO.PermissionSets.All() {
				set.InlinePolicy = strings.Replace(ofTheSet, "s3:GetObject", "s3:PutObject", 1)
				r.w.SSO.PermissionSets.Put(arn, set)
			}
		})
		p := &porter{rig: r}
		all, err := p.facts().ShutCommands()
		if err != nil || !strings.Contains(all.Lines[0], "s3:PutObject") {
			t.Errorf("%v, %v", all.Lines, err)
		}
	})
}
