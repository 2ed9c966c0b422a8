package systemtest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// everyWrite are the kinds of writes that a run of everyKind makes.
var everyWrite = []string{
	"CreateNamespace", "CreateGroup", "RegisterUser", "UpdateUser", "UpdateUserCustomPermission", "CreateGroupMembership", "CreateFolder", "UpdateFolderPermissions",
}

// everyKind is a rig in which one apply makes every kind of write at least twice: an account that was
// applied before, whose people have changed since.
func everyKind(t *testing.T, test func(r *rig)) {
	seed := tenants(1, 4)
	seed.QuickSight.CustomPermissions = []world.ProfileSeed{{Name: "careful", Capabilities: map[string]string{"ExportToCsv": "DENY"}}}
	s := settings{more: "all_tenants: {folder: true}", tenants: `
  - groups: "qs:{namespace}"
    role: READER
    custom_permissions: careful
`}
	in(t, seed, s, func(r *rig) {
		r.start().mustApply()
		for _, user := range []string{"t000.000", "t000.001"} {
			r.change(user, func(p *world.Person) { p.Email = "new." + p.Email })
		}
		r.byHand("t000", func(c *world.Contents) {
			for _, user := range []string{"QuickSight/t000.002", "QuickSight/t000.003"} {
				u, _ := c.Users.Get(user)
				u.CustomPermissions = ""
				c.Users.Put(user, u)
			}
		})
		for _, n := range []string{"n1", "n2"} {
			r.person("ana."+n, "ana."+n+"@example.com")
			r.group("qs:"+n, "ana."+n)
		}
		test(r)
	})
}

// lost are the ways in which the answer of a write is lost.
var lost = map[string]struct {
	fault   func(op string) awssim.Hook
	effects int // of a call that suffers it
}{
	"F3: 500 before commit":           {func(op string) awssim.Hook { return awssim.FailBefore(op, awssim.InternalFailure()) }, 0},
	"F4: 500 after commit":            {func(op string) awssim.Hook { return awssim.FailAfter(op, awssim.InternalFailure()) }, 1},
	"F5: connection reset":            {awssim.DropAfter, 1},
	"F5: connection reset, no effect": {awssim.DropBefore, 0},
	"F5: answer cut short":            {awssim.Truncate, 1},
	"F6: no answer, late commit": {func(op string) awssim.Hook {
		return awssim.On(op, awssim.BeforeEffect, awssim.Fault{CommitAfter: 31 * time.Second})
	}, 1},
	"F6: 500, commit 5 s later": {func(op string) awssim.Hook {
		return awssim.On(op, awssim.BeforeEffect, awssim.Fault{CommitAfter: 5 * time.Second, Err: awssim.InternalFailure()})
	}, 1},
}

// TestF3toF6LostAnswers: whatever becomes of the answer of a write, of whatever kind, there is one
// effect, the next call about the object is a read (S16, which the checker sees to), and the run ends
// well.
func TestF3toF6LostAnswers(t *testing.T) {
	t.Parallel()
	for name, l := range lost {
		for _, op := range everyWrite {
			t.Run(strings.ReplaceAll(name, " ", "-")+"/"+op, func(t *testing.T) {
				everyKind(t, func(r *rig) {
					op := "quicksight:" + op
					sent := 0
					hit := awssim.Nth(1, op, l.fault(op))
					r.suffer(func(c awssim.Call) awssim.Fault {
						if c.Op == op && c.Phase == awssim.BeforeEffect {
							sent++
						}
						return hit(c)
					})
					r.start().mustApply()
					if want := 2 + (1 - l.effects); sent < 2 || !strings.HasPrefix(name, "F6") && sent != want {
						t.Errorf("%s was sent %d times, want %d", op, sent, want)
					}
					r.suffer()
					time.Sleep(time.Minute)
					r.settled()
				})
			})
		}
	}
}

// TestF4EveryAnswerLost: the first answer of every single write is lost, of all kinds at once. Each
// write still has one effect, and none is sent twice.
func TestF4EveryAnswerLost(t *testing.T) {
	t.Parallel()
	everyKind(t, func(r *rig) {
		seen := map[string]int{}
		r.suffer(func(c awssim.Call) awssim.Fault {
			if c.ReadOnly || c.Service != "quicksight" {
				return awssim.Fault{}
			}
			if c.Phase == awssim.AfterEffect {
				return awssim.Fault{Err: awssim.InternalFailure()}
			}
			seen[objectOf(c)+c.Operation]++
			return awssim.Fault{}
		})
		r.start().mustApply()
		for object, n := range seen {
			if n > 1 {
				t.Errorf("%q was sent %d times", object, n)
			}
		}
		r.suffer()
		r.settled()
	})
}

// TestF4NoAnswerAtAll: the answers of writes are lost, and then those of the reads that would tell.
// Nothing is written blindly, the steps fail clearly, and the next run finds what is there.
func TestF4NoAnswerAtAll(t *testing.T) {
	t.Parallel()
	everyKind(t, func(r *rig) {
		r.suffer(
			awssim.FailAfter("quicksight:RegisterUser", awssim.InternalFailure()),
			awssim.FailBefore("quicksight:DescribeUser", awssim.InternalFailure()),
		)
		p := r.start()
		report, err := p.apply(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		if len(report.Failed) == 0 {
			t.Error("nothing failed, though nobody could tell")
		}
		for _, o := range report.Failed {
			if !strings.Contains(o.Err.Error(), "find out whether") {
				t.Errorf("the failure does not say that it is open: %v", o.Err)
			}
		}
		r.suffer()
		p.mustApply() // the same process, with its doubts
		r.settled()
	})
}
