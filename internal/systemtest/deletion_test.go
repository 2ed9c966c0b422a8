package systemtest

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// left is a world with the namespace of a customer who has left, and one of a customer who has not.
func left() world.Seed {
	seed := tenants(1, 3)
	seed.QuickSight.Namespaces = append(seed.QuickSight.Namespaces, world.NamespaceSeed{
		Name: "left", Tags: []world.Tag{{Key: tenancy.TagStore, Value: seed.IdentityCenter.IdentityStoreID}},
	})
	return seed
}

// deletion is what tenantry namespace delete makes, with a history.
func (p *process) deletion() (*engine.Deletion, *journal.Journal) {
	p.Helper()
	j := p.history()
	p.check.typed = "left"
	p.app.Recorder = j
	p.as(deleter)
	return &engine.Deletion{Engine: p.app.Engine, Remover: awsapi.NewNamespaceRemover(p.app.AWS)}, j
}

func kinds(t *testing.T, j *journal.Journal) (all []string) {
	t.Helper()
	for r, err := range j.Entries(context.Background(), journal.Filter{}) {
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, string(r.What)+" "+string(r.Kind)+" "+r.Namespace)
	}
	return all
}

// TestS5Deletion waits until AWS has done it, asks once, whatever becomes of the answer, and takes it down.
func TestS5Deletion(t *testing.T) {
	t.Parallel()
	const op = "quicksight:DeleteNamespace"
	for name, tt := range map[string]struct {
		fault awssim.Hook
		takes time.Duration
		still tenancy.Status
		want  string // in the history
	}{
		"all goes well":      {nil, 25 * time.Second, "", "done"},
		"the answer is lost": {awssim.Nth(1, op, awssim.DropAfter(op)), 25 * time.Second, "", "done"},
		"looking fails":      {awssim.Between(5, 8, "quicksight:DescribeNamespace", awssim.FailBefore("quicksight:DescribeNamespace", awssim.InternalFailure())), 25 * time.Second, "", "done"},
		"it takes too long":  {nil, time.Hour, tenancy.Deleting, "failed"},
	} {
		t.Run(name, func(t *testing.T) {
			in(t, left(), settings{}, func(r *rig) {
				p := r.start()
				p.mustApply()
				r.behave(func(b *world.Behaviour) { b.NamespaceDeleteDelay = world.Duration(tt.takes) })
				d, j := p.deletion()
				n, _ := tenancy.ParseNamespace("left")
				found, err := d.Look(context.Background(), n)
				if err != nil {
					t.Fatal(err)
				}
				r.suffer()
				if tt.fault != nil {
					r.suffer(tt.fault)
				}
				began := time.Now()
				writes := r.writes(func() {
					var still tenancy.Status
					if still, err = d.Delete(context.Background(), found); still != tt.still || (err == nil) != (still == "") {
						t.Errorf("it is %q: %v", still, err)
					}
				})
				if took := time.Since(began); writes != 1 || took > 11*time.Minute || tt.still == "" && took > time.Minute {
					t.Errorf("%d writes, in %v", writes, took)
				}
				if got := strings.Join(kinds(t, j), ", "); got != "intended delete-namespace left, "+tt.want+" delete-namespace left" {
					t.Errorf("the history is %s", got)
				}
				r.suffer()
				r.settled() // and nobody makes it again
			})
		})
	}
}

// TestS5DeletionInterrupted says so, and AWS goes on by itself.
func TestS5DeletionInterrupted(t *testing.T) {
	t.Parallel()
	in(t, left(), settings{}, func(r *rig) {
		p := r.start()
		p.mustApply()
		d, j := p.deletion()
		n, _ := tenancy.ParseNamespace("left")
		found, err := d.Look(context.Background(), n)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		if still, err := d.Delete(ctx, found); still != tenancy.Deleting || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("it is %q: %v", still, err)
		}
		if got := strings.Join(kinds(t, j), ", "); got != "intended delete-namespace left, failed delete-namespace left" {
			t.Errorf("the history is %s", got)
		}
		time.Sleep(time.Minute)
		if _, err := d.Look(context.Background(), n); err == nil || !strings.Contains(err.Error(), "there is no namespace left") {
			t.Errorf("%v", err)
		}
	})
}

// TestS5DeletionRefuses what is not empty, be it asked past the command, what is in the house, and what half an answer
// says nothing of. S4: nothing is written then.
func TestS5DeletionRefuses(t *testing.T) {
	t.Parallel()
	in(t, left(), settings{more: "house: {namespaces: [default, cellar]}\nrollout: [t000, left, cellar]"}, func(r *rig) {
		p := r.start()
		p.mustApply()
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			for _, name := range []string{"cellar", "outside"} {
				q.Create(name, "us-east-1", []world.Tag{{Key: tenancy.TagStore, Value: string(p.app.Rules.Store)}})
			}
		})
		time.Sleep(time.Minute)
		d, j := p.deletion()
		n, _ := tenancy.ParseNamespace("left")
		if writes := r.writes(func() {
			for name, why := range map[string]string{"cellar": "is not tenantry's", "outside": "rollout", "t000": "is wanted"} {
				n, _ := tenancy.ParseNamespace(name)
				_, err := d.Look(context.Background(), n)
				refused, ok := errors.AsType[*engine.RefusedError](err)
				if !ok || !strings.Contains(refused.Why+refused.Mend, why) {
					t.Errorf("%s: %v", name, err)
				}
			}
			for _, found := range []plan.Remains{{Namespace: n, Users: []string{"zoe"}}, {Namespace: n, Granted: make([]plan.Granted, 1)}} {
				if _, err := d.Delete(context.Background(), &found); err == nil {
					t.Errorf("%+v is deleted", found)
				}
			}
			r.behave(func(b *world.Behaviour) {
				b.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:ListTopics"}}}
			})
			if _, err := d.Look(context.Background(), n); !errors.Is(err, plan.ErrDenied) || !strings.Contains(err.Error(), "whether anything is shared with left is not known") {
				t.Errorf("%v", err)
			}
		}); writes != 0 {
			t.Errorf("%d writes", writes)
		}
		if got := kinds(t, j); len(got) > 0 {
			t.Errorf("the history is %v", got)
		}
	})
}
