package systemtest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// probe reports whether a call that writes is about a throwaway and nothing else, and holds it against what a probe may do:
// what it takes away bears its mark.
func (c *checker) probe(call awssim.Call) bool {
	const prefix = "tenantry-probe-"
	if call.Service == "iam" {
		form, err := url.ParseQuery(string(call.Body))
		name := form.Get("RoleName")
		if err != nil || !strings.HasPrefix(name, prefix) || call.Operation != "CreateRole" && call.Operation != "DeleteRole" {
			return false
		}
		if trust := form.Get("AssumeRolePolicyDocument"); call.Operation == "CreateRole" && !strings.Contains(trust, `"Effect":"Deny","Principal":{"AWS":"*"}`) {
			c.breach(call, "S5", "the throwaway role lets somebody in: %s", trust)
		}
		return true
	}
	name := call.Path["Namespace"]
	if call.Operation == "CreateNamespace" {
		name = bodyOf(call).Namespace
	}
	if call.Service != "quicksight" || !strings.HasPrefix(name, prefix) {
		return false
	}
	n, there := c.rig.w.QuickSight.Namespaces().Get(name)
	if there && !slices.Contains(n.Tags, world.Tag{Key: "tenantry-probe", Value: store}) {
		c.breach(call, "S4", "%s is not marked as a throwaway, and is written to", name)
	}
	return true
}

// notesIn is where a probe of the rig's takes itself down.
func notesIn(dir string) app.ProbeNotes {
	return app.ProbeNotes{Path: filepath.Join(dir, "tenantry.probe.json"), Account: account, Store: store}
}

// prober is what tenantry doctor --probe makes.
func (p *process) prober(notes app.ProbeNotes) *engine.Prober {
	p.check.mu.Lock()
	p.check.probes = true
	p.check.mu.Unlock()
	p.as(policy.ForProbe)
	prober := app.NewProber(p.app, p.config, awsapi.NewProbeRemover(p.app.AWS))
	prober.Notes = notes
	return prober
}

// seen is the world as bytes, without what the simulator counts.
func (r *rig) seen() string {
	r.Helper()
	seed := r.w.Snapshot()
	seed.QuickSight.Creations, seed.QuickSight.Attempts, seed.IDs = 0, nil, 0
	data, err := json.MarshalIndent(seed, "", "  ")
	if err != nil {
		r.Fatalf("%v", err)
	}
	return string(data)
}

// unattended are the trials that need nobody.
func unattended() []doctor.Trial {
	return slices.DeleteFunc(slices.Clone(doctor.Trials), func(t doctor.Trial) bool { return t.Person })
}

// probed is a world with a tenant, and with the role of a permission set.
func probed() world.Seed {
	seed := tenants(1, 2)
	seed.PermissionSets = []world.PermissionSetSeed{{Name: "Analyst", Assignments: []world.AssignmentSeed{{Group: "qs:t000"}}}}
	return seed
}

// TestProbeSettlesEverySwitch, both ways round, and finds out the rest both ways round, too. Afterwards the world is what it
// was.
func TestProbeSettlesEverySwitch(t *testing.T) {
	t.Parallel()
	failing := []world.NamespaceScript{{Nth: 1, Status: "RETRYABLE_FAILURE", ErrorType: "INTERNAL_SERVICE_ERROR", ErrorMessage: "try again"}}
	set := map[string]map[bool]bool{}
	for name, tt := range map[string]struct {
		behave func(*world.Seed)
		want   map[string]doctor.Verdict
	}{
		"as AWS is said to be": {func(*world.Seed) {}, map[string]doctor.Verdict{
			doctor.TrialSamePrincipal: doctor.No, doctor.TrialReservedRole: doctor.Yes, doctor.TrialNameCase: doctor.Yes, doctor.TrialUnknownProfile: doctor.No,
			doctor.TrialFailedNamespace: doctor.NotKnown, doctor.TrialDeletedSearch: doctor.Yes,
		}},
		"the other way round": {func(s *world.Seed) {
			b := s.Behaviour
			b.OnePrincipalOneNamespace, b.AcceptReservedRoleARNs, b.RefuseUnknownPrincipals = false, false, true
			b.FoldNames, b.NamespaceScripts, b.NamespaceRetry = []string{"namespace", "group", "user"}, failing, "delete-first"
			s.QuickSight.CustomPermissions = []world.ProfileSeed{{Name: "leaver"}}
		}, map[string]doctor.Verdict{
			doctor.TrialSamePrincipal: doctor.NotKnown, // its namespace failed
			doctor.TrialReservedRole:  doctor.NotKnown, doctor.TrialNameCase: doctor.NotKnown, doctor.TrialUnknownProfile: doctor.NotKnown,
			doctor.TrialFailedNamespace: doctor.No, doctor.TrialDeletedSearch: doctor.NotKnown,
		}},
		"the other way round, and nothing fails": {func(s *world.Seed) {
			b := s.Behaviour
			b.OnePrincipalOneNamespace, b.AcceptReservedRoleARNs, b.RefuseUnknownPrincipals = false, false, true
			b.FoldNames = []string{"namespace", "group", "user"}
			s.QuickSight.CustomPermissions = []world.ProfileSeed{{Name: "leaver"}}
		}, map[string]doctor.Verdict{
			doctor.TrialSamePrincipal: doctor.Yes, doctor.TrialReservedRole: doctor.No, doctor.TrialNameCase: doctor.No, doctor.TrialUnknownProfile: doctor.Yes,
			doctor.TrialFailedNamespace: doctor.NotKnown, doctor.TrialDeletedSearch: doctor.No,
		}},
		"a creation fails, and is taken again": {func(s *world.Seed) {
			s.Behaviour.NamespaceScripts = failing
			s.Behaviour.FoldNames = []string{"group"}
		}, map[string]doctor.Verdict{
			doctor.TrialSamePrincipal: doctor.No, doctor.TrialReservedRole: doctor.Yes, doctor.TrialNameCase: doctor.No, doctor.TrialUnknownProfile: doctor.No,
			doctor.TrialFailedNamespace: doctor.Yes, doctor.TrialDeletedSearch: doctor.Yes,
		}},
	} {
		t.Run(name, func(t *testing.T) {
			seed := probed()
			tt.behave(&seed)
			notes := notesIn(t.TempDir())
			in(t, seed, settings{set: "Analyst", more: "leavers: {suspend_with: leaver}"}, func(r *rig) {
				before := r.seen()
				p := r.start()
				j := p.history()
				p.app.Recorder = j
				prober := p.prober(notes)
				outcomes, err := prober.Run(context.Background(), unattended())
				if err != nil {
					t.Fatal(err)
				}
				got := map[string]doctor.Verdict{}
				for _, o := range outcomes {
					got[o.Trial] = o.Verdict
					t.Logf("%s: %s: %s", o.Trial, o.Verdict, o.Seen)
				}
				if diff := cmp.Diff(tt.want, got); diff != "" {
					t.Error(diff)
				}
				for _, s := range doctor.Settings(outcomes) {
					if set[s.Key] == nil {
						set[s.Key] = map[bool]bool{}
					}
					set[s.Key][s.Value] = true
				}
				if diff := cmp.Diff(before, r.seen()); diff != "" {
					t.Errorf("the world is another:\n%s", diff)
				}
				if run, err := notes.Begun(); err != nil || !run.IsZero() {
					t.Errorf("%s is taken down still: %v", run, err)
				}
				paired(t, kinds(t, j))
				namesRoles(t, j)
			})
		})
	}
	for _, trial := range doctor.Trials {
		if trial.Switch != "" && len(set[trial.Switch]) != 2 {
			t.Errorf("%s was settled as %v only", trial.Switch, set[trial.Switch])
		}
	}
}

// namesRoles makes sure that the history names the roles that a probe makes and deletes.
func namesRoles(t *testing.T, j *journal.Journal) {
	t.Helper()
	made := map[string]int{}
	for r, err := range j.Entries(context.Background(), journal.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		if r.What == plan.Done && r.Kind == plan.KindProbe && strings.HasPrefix(r.Object, "iam:") {
			made[r.Before] += map[string]int{"iam:CreateRole": 1, "iam:DeleteRole": -1}[r.Object]
			if !strings.HasPrefix(r.Before, tenancy.ProbePrefix) {
				t.Errorf("%s of %q", r.Object, r.Before)
			}
		}
	}
	for role, n := range made {
		if n != 0 {
			t.Errorf("the role %s was made %d times more than deleted", role, n)
		}
	}
	if len(made) == 0 {
		t.Error("no role is in the history")
	}
}

// paired makes sure that each call stands in the history before and after.
func paired(t *testing.T, all []string) {
	t.Helper()
	begun := 0
	for _, line := range all {
		switch {
		case strings.HasPrefix(line, "intended probe"):
			begun++
		case strings.HasPrefix(line, "done probe") || strings.HasPrefix(line, "failed probe"):
			begun--
		}
	}
	if begun != 0 || len(all) < 10 {
		t.Errorf("the history: %d calls without an end:\n%s", begun, strings.Join(all, "\n"))
	}
}

// TestF4ProbeLostAnswers: an answer that is lost is read away, and the verdicts are the same.
func TestF4ProbeLostAnswers(t *testing.T) {
	t.Parallel()
	for _, op := range []string{"iam:CreateRole", "iam:DeleteRole", "quicksight:CreateNamespace", "quicksight:DeleteNamespace", "quicksight:RegisterUser",
		"quicksight:CreateGroup", "quicksight:UpdateUserCustomPermission", "quicksight:DeleteUser"} {
		for nth := 1; nth <= 3; nth++ {
			notes := notesIn(t.TempDir())
			in(t, probed(), settings{set: "Analyst"}, func(r *rig) {
				before := r.seen()
				r.suffer(awssim.Nth(nth, op, awssim.DropAfter(op)))
				prober := r.start().prober(notes)
				outcomes, err := prober.Run(context.Background(), unattended())
				if err != nil {
					t.Errorf("%s: %v", op, err)
				}
				got := fmt.Sprint(doctor.Settings(outcomes))
				if got != "[{aws.same_principal_in_two_namespaces false} {aws.reserved_role_arns true}]" {
					t.Errorf("%s: %v: %v", op, got, outcomes)
				}
				if diff := cmp.Diff(before, r.seen()); diff != "" {
					t.Errorf("%s: the world is another:\n%s", op, diff)
				}
			})
		}
	}
}

// TestS4ProbeLeavesOthersAlone: what only has a throwaway's name is somebody else's, and stays; it does not stand in the way.
func TestS4ProbeLeavesOthersAlone(t *testing.T) {
	t.Parallel()
	seed := probed()
	seed.QuickSight.Namespaces = append(seed.QuickSight.Namespaces,
		world.NamespaceSeed{Name: "tenantry-probe-aaaaaaaa-a"},
		world.NamespaceSeed{Name: "tenantry-probe-bbbbbbbb-a", Tags: []world.Tag{{Key: "tenantry-probe", Value: "d-0000000000"}}},
		world.NamespaceSeed{Name: "tenantry-probe-mine", Tags: []world.Tag{{Key: "tenantry-probe", Value: store}}},
		world.NamespaceSeed{Name: "tenantry-probe-cccccccc-a", Tags: []world.Tag{{Key: "tenantry-probe", Value: store}}},
	)
	seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "tenantry-probe-dddddddd"}, world.Role{Name: "tenantry-probe-controller"},
		world.Role{Name: "tenantry-probe-eeeeeeee", Description: tenancy.ProbeMark(store)})
	notes := notesIn(t.TempDir())
	in(t, seed, settings{set: "Analyst"}, func(r *rig) {
		found, err := r.start().prober(notes).Clean(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		want := []string{"the namespace tenantry-probe-aaaaaaaa-a", "the namespace tenantry-probe-bbbbbbbb-a", "the namespace tenantry-probe-mine",
			"the role tenantry-probe-controller", "the role tenantry-probe-dddddddd"}
		if diff := cmp.Diff(want, found.Others); diff != "" {
			t.Error(diff)
		}
		if diff := cmp.Diff([]string{"the namespace tenantry-probe-cccccccc-a", "the role tenantry-probe-eeeeeeee"}, found.Names()); diff != "" {
			t.Error(diff)
		}
		world := r.seen()
		for _, other := range want {
			if _, name, _ := strings.Cut(other[4:], " "); !strings.Contains(world, `"`+name+`"`) {
				t.Errorf("%s is gone", other)
			}
		}
		if strings.Contains(world, "cccccccc") || strings.Contains(world, "eeeeeeee") {
			t.Error("what is ours is there still")
		}
		prober := r.start().prober(notes)
		if _, err := prober.Run(context.Background(), unattended()[:1]); err != nil {
			t.Error(err)
		}
	})
}

// TestS5ProbeNames: a run that was taken down before is refused, writes that are paused are not made, and what needs nobody's
// namespaces makes none.
func TestProbeRefuses(t *testing.T) {
	t.Parallel()
	notes := notesIn(t.TempDir())
	in(t, probed(), settings{set: "Analyst"}, func(r *rig) {
		p := r.start()
		j := p.history()
		p.app.Recorder = j
		if writes := r.writes(func() {
			if _, err := j.Record(context.Background(), plan.Entry{What: plan.PauseBegan, Text: "wait"}); err != nil {
				t.Fatal(err)
			}
			if _, err := p.prober(notes).Run(context.Background(), unattended()); !errors.Is(err, plan.ErrPaused) {
				t.Errorf("paused: %v", err)
			}
			if _, err := j.Record(context.Background(), plan.Entry{What: plan.PauseEnded}); err != nil {
				t.Fatal(err)
			}
			run, _ := tenancy.ParseProbeRun("zzzzzzzz")
			if err := notes.Begin(run); err != nil {
				t.Fatal(err)
			}
			if err := notes.Begin(run); !refusedToBegin(err) {
				t.Errorf("taken down twice: %v", err)
			}
			if _, err := p.prober(notes).Run(context.Background(), unattended()); !refusedToBegin(err) {
				t.Errorf("taken down: %v", err)
			}
			signIn, _ := doctor.TrialNamed(doctor.TrialSignIn)
			if out, err := p.prober(notes).Run(context.Background(), []doctor.Trial{signIn}); err != nil || len(out) != 1 || out[0].Verdict != doctor.NotKnown {
				t.Errorf("nobody signs in: %v: %v", out, err)
			}
		}); writes != 0 {
			t.Errorf("%d writes", writes)
		}
	})
}

// TestProbeBesideAPass: a pass while a probe is at work writes what it would write anyway, and is not disturbed by what comes
// and goes.
func TestProbeBesideAPass(t *testing.T) {
	t.Parallel()
	notes := notesIn(t.TempDir())
	in(t, probed(), settings{set: "Analyst"}, func(r *rig) {
		r.start().mustApply()
		done := make(chan error)
		go func() {
			prober := r.start().prober(notes)
			_, err := prober.Run(context.Background(), unattended())
			done <- err
		}()
		for range 40 {
			time.Sleep(3 * time.Second)
			pass := r.start().mustPlan()
			for _, s := range pass.Plan.Pending() {
				t.Errorf("it wants %s %s %s", s.Change.Kind(), s.Change.In(), s.Change.Object())
			}
		}
		if err := <-done; err != nil {
			t.Error(err)
		}
		r.settled()
	})
}

// doorForSome is the world in which the door is shut for some people, by a managed policy of their role, and for nobody else.
func doorForSome(t *testing.T, sessions ...tenancy.Session) world.Seed {
	t.Helper()
	canary, err := policy.Canary(sessions)
	if err != nil {
		t.Fatal(err)
	}
	seed := doorWorld("QuickSight")
	seed.IAM.Policies = []world.Policy{{Name: "canary", ARN: "arn:aws:iam::" + account + ":policy/canary", Document: canary}}
	seed.IAM.Roles[0].Attached = []string{seed.IAM.Policies[0].ARN}
	return seed
}

// TestProbeSignIn: somebody signs in, and what happened is read; nothing is written. Whom it can say nothing about is not asked, and
// neither is who could let themselves in: that they get in would say nothing of a door that is shut. Where it is not known
// whether it is, a yes says nothing either.
func TestProbeSignIn(t *testing.T) {
	t.Parallel()
	signIn, _ := doctor.TrialNamed(doctor.TrialSignIn)
	notes := notesIn(t.TempDir())
	in(t, doorForSome(t, "t000.000", "t000.001", "t000.002", "t001.000", "zoe", "nobody"), settings{}, func(r *rig) {
		r.start().mustApply()
		for name, tt := range map[string]struct {
			who    string
			says   string
			lands  bool // in default
			denied bool // the role may not be read
			want   doctor.Verdict
			unseen bool   // nobody is asked
			told   string // in the answer
		}{
			"in":                        {who: "t000.000", says: "y", want: doctor.Yes},
			"turned away":               {who: "t000.001", says: "no", want: doctor.No},
			"nobody knows":              {who: "t000.002", says: "", want: doctor.NotKnown},
			"in default":                {who: "t001.000", says: "y", lands: true, want: doctor.No},
			"registered nowhere":        {who: "zoe", want: doctor.NotKnown, unseen: true},
			"nobody of such a name":     {who: "nobody", want: doctor.NotKnown, unseen: true},
			"the door is open":          {who: "t001.001", want: doctor.NotKnown, unseen: true, told: "tenantry door canary 't001.001'"},
			"in, and nobody knows how":  {who: "t001.002", says: "y", denied: true, want: doctor.NotKnown, told: "it is not known whether the door was shut"},
			"out, and nobody knows why": {who: "t001.001", says: "n", denied: true, want: doctor.No},
		} {
			r.suffer()
			if tt.denied {
				r.suffer(awssim.FailBefore("iam:GetRole", wire.Errorf(403, "AccessDenied", "not authorized")))
			}
			prober := r.start().prober(notes)
			prober.Visitor = tenancy.UserName("QuickSight/" + tt.who)
			asked := false
			prober.Ask = func(_ context.Context, text string) (string, error) {
				asked = true
				if !strings.Contains(text, "https://"+store+".awsapps.com/start") || !strings.Contains(text, "QuickSight/"+tt.who) {
					t.Errorf("%s: nobody knows where to go: %s", name, text)
				}
				r.signsIn("QuickSight", tt.who)
				if tt.lands {
					r.now(func(_ *world.Directory, q *world.QuickSight) {
						q.PutUser("default", world.User{UserName: "QuickSight/" + tt.who, Role: "READER", IdentityType: "IAM", IAMARN: role, Session: tt.who})
					})
				}
				time.Sleep(time.Second)
				return tt.says, nil
			}
			if writes := r.writes(func() {
				outcomes, err := prober.Run(context.Background(), []doctor.Trial{signIn})
				if err != nil || len(outcomes) != 1 || outcomes[0].Verdict != tt.want || asked == tt.unseen || !strings.Contains(outcomes[0].Seen, tt.told) {
					t.Errorf("%s: %v: %v", name, outcomes, err)
				} else if asked && !strings.Contains(outcomes[0].Seen, "the trail tells of the sign-in") && !tt.lands {
					t.Errorf("%s: the trail tells of nothing: %s", name, outcomes[0].Seen)
				}
			}); writes > 1 { // the federation's own
				t.Errorf("%s: %d writes", name, writes)
			}
		}
	})
}
