package systemtest

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/cli/demo"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/policy"
)

// demoWorld is the demo's world, and its configuration but for the queue, which nobody serves here.
func demoWorld(t *testing.T) (world.Seed, settings) {
	t.Helper()
	seed, err := world.ParseSeed(demo.World)
	if err != nil {
		t.Fatal(err)
	}
	seed.Queues, seed.Behaviour.Trail = nil, nil
	return seed, settings{more: "house: {groups: [staff]}"}
}

// landing is where somebody's signing in led to.
type landing struct {
	Namespaces  []string `json:"namespaces"`
	Provisioned bool     `json:"provisioned"`
	Refused     bool     `json:"-"`
	Sees        []any    `json:"sees"`
}

// signsIn signs somebody in, and puts the world back as it was: who was registered just in time is taken out again.
func (r *rig) signsIn(role, session string) landing {
	r.Helper()
	body := fmt.Sprintf(`{"role": %q, "session": %q, "email": "%s@example.com"}`, role, session, session)
	resp, err := r.sim.Client().Post("http://127.0.0.1/simulator/console/SignIn", "application/json", strings.NewReader(body))
	if err != nil {
		r.Fatalf("signing in: %v", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		_, _ = io.Copy(io.Discard, resp.Body)
		return landing{Refused: true}
	}
	var l landing
	if err := json.NewDecoder(resp.Body).Decode(&l); err != nil {
		r.Fatalf("signing in: %v", err)
	}
	if l.Provisioned {
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			n, _ := q.Namespaces().Get(world.DefaultNamespace)
			for _, u := range n.Contents.Users.All() {
				if u.UserName == world.PrincipalName(role, session) {
					q.DeleteUser(world.DefaultNamespace, u)
					return
				}
			}
		})
	}
	return l
}

// explains answers about somebody, as `tenantry explain` does.
func (p *process) explains(j *journal.Journal, asked engine.Asked) *explain.Answer {
	p.Helper()
	defer p.line.who.as(policy.ForAudit)()
	a, err := app.NewExplainer(p.app, j).Explain(context.Background(), asked)
	if err != nil {
		p.Fatalf("explaining %s: %v", asked.Text, err)
	}
	return a
}

// TestExplainedAsItComes: for everybody of the demo, with the door open and shut, before tenantry has done anything and
// afterwards, the verdict is what comes of their signing in: where it leads, and whether they are registered there just now;
// and they see as much as is said.
func TestExplainedAsItComes(t *testing.T) {
	t.Parallel()
	for _, open := range []bool{true, false} {
		t.Run(fmt.Sprintf("the door is open %v", open), func(t *testing.T) {
			seed, s := demoWorld(t)
			if !open {
				for i := range seed.IAM.Roles {
					seed.IAM.Roles[i].Policies = map[string]string{"nobody-registers-themselves": `{"Version": "2012-10-17", "Statement": [{"Effect": "Deny", "Action": "quicksight:Create*", "Resource": "*"}]}`}
				}
			}
			in(t, seed, s, func(r *rig) {
				p := r.start()
				r.comesAsSaid(p, open)
				p.mustPlan()
				p.app.Apply(context.Background(), p.last, nil)
				r.comesAsSaid(p, open)
			})
		})
	}
}

func (r *rig) comesAsSaid(p *process, open bool) {
	r.Helper()
	jit, refused := 0, 0
	for _, person := range p.mustPlan().Directory().People {
		a := p.explains(nil, engine.Asked{Kind: explain.APerson, Text: string(person.ID)}).Person
		if len(a.SignIns) != 1 {
			r.Errorf("%s has %d verdicts", person.UserName, len(a.SignIns))
			continue
		}
		s := a.SignIns[0]
		if l := s.Of(explain.Enabled); person.Disabled || s.Of(explain.SessionName).Status == explain.Broken {
			if s.Verdict != explain.No || s.Lands != "" || person.Disabled && l.Status != explain.Broken {
				r.Errorf("%s does not come as far as QuickSight, and the verdict is %+v", person.UserName, s)
			}
			continue
		}
		came := r.signsIn(s.Role, a.Session)
		switch {
		case came.Refused:
			refused++
			if s.Verdict != explain.No || s.Lands != "" || s.JustInTime {
				r.Errorf("%s is turned away, and the verdict is %+v", person.UserName, s)
			}
			continue
		case came.Provisioned:
			jit++
		}
		if s.Lands != came.Namespaces[0] || s.JustInTime != came.Provisioned {
			r.Errorf("%s comes to %v (just in time: %v), and it was said: %s (%v)", person.UserName, came.Namespaces, came.Provisioned, s.Lands, s.JustInTime)
		}
		if want := came.Namespaces[0] == s.To || s.To == "" && !came.Provisioned; want != (s.Verdict == explain.Yes) {
			r.Errorf("%s belongs to %q and comes to %v, and the verdict is %s: %+v", person.UserName, s.To, came.Namespaces, s.Verdict, s.Because())
		}
		r.seesAsSaid(person.UserName, a, came)
	}
	if open && refused > 0 || !open && jit > 0 || refused+jit == 0 {
		r.Errorf("the door is open %v, and %d were turned away, %d let in", open, refused, jit)
	}
}

func (r *rig) seesAsSaid(who string, a *explain.Person, came landing) {
	r.Helper()
	i := slices.IndexFunc(a.Has, func(h explain.Residence) bool { return h.Namespace == came.Namespaces[0] })
	if i < 0 {
		if !came.Provisioned {
			r.Errorf("%s lives in %v, and it is said that they have %v", who, came.Namespaces, a.Has)
		}
		return
	}
	if len(a.Has[i].Sees) != len(came.Sees) {
		r.Errorf("%s sees %v, and it is said: %v", who, came.Sees, a.Has[i].Sees)
	}
}

// TestExplainWritesNothing: whatever is asked, thoughts too.
func TestExplainWritesNothing(t *testing.T) {
	t.Parallel()
	seed, s := demoWorld(t)
	in(t, seed, s, func(r *rig) {
		p := r.start()
		n := r.writes(func() {
			for _, asked := range []engine.Asked{{Text: "ana"}, {Text: "qs:acme"}, {Text: "default"}, {Text: "ana", AsIfIn: "qs:globex"}, {Text: "newcomer", Email: "n@acme.example", AsIfIn: "qs:acme"}} {
				p.explains(nil, asked)
			}
		})
		if n != 0 {
			r.Errorf("%d writes", n)
		}
		as := p.explains(nil, engine.Asked{Text: "ana", AsIfIn: "qs:globex"}).Person
		if !slices.ContainsFunc(as.Holds, func(h explain.Hold) bool { return h.Code == "spanning" }) {
			r.Errorf("in the groups of two tenants, ana is not held: %+v", as.Holds)
		}
		newcomer := p.explains(nil, engine.Asked{Text: "newcomer", Email: "n@acme.example", AsIfIn: "qs:acme"}).Person
		if len(newcomer.Should) != 1 || newcomer.Should[0].Namespace != "acme" || newcomer.Should[0].Role != "READER" {
			r.Errorf("a newcomer in qs:acme should have %+v", newcomer.Should)
		}
	})
}

// TestExplainedThoughIAMIsDenied: who may not read roles gets a verdict that says so, and no guess.
func TestExplainedThoughIAMIsDenied(t *testing.T) {
	t.Parallel()
	seed, s := demoWorld(t)
	in(t, seed, s, func(r *rig) {
		p := r.start()
		p.mustPlan()
		p.app.Apply(context.Background(), p.last, nil)
		r.suffer(awssim.FailBefore("iam:GetRole", wire.Errorf(403, "AccessDenied", "not authorized")))
		a := p.explains(nil, engine.Asked{Text: "ana"})
		if v := a.Person.SignIns[0]; v.Verdict != explain.CannotTell || v.Because() == nil || v.Because().Name != explain.Trust {
			r.Errorf("the verdict is %+v", v)
		}
		if a.Unread[explain.FromIAM] == "" {
			r.Errorf("it is not said that the roles could not be read: %v", a.Unread)
		}
	})
}
