//go:build !tenantry.lambda

package app

import (
	"context"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/journal"
	"github.com/tenantry/tenantry/internal/plan"
)

var (
	_ engine.RolesAlone = (*awsapi.IAM)(nil)
	_ engine.Teller     = told{}
)

// NewExplainer makes what explains an App's account. j is its history, nil where there is none.
func NewExplainer(a *App, j *journal.Journal) *engine.Explainer {
	x := &engine.Explainer{Engine: a.Engine, Outside: awsapi.NewOutside(a.AWS), Roles: awsapi.NewIAM(a.AWS), SignIns: awsapi.NewSignIns(a.AWS)}
	if j != nil {
		x.History = told{j}
	}
	return x
}

// told is a journal that tells what is asked about.
type told struct{ *journal.Journal }

// Told answers the entries that a function wants, oldest first.
func (t told) Told(ctx context.Context, wants func(plan.Entry) bool) ([]explain.Told, error) {
	var all []explain.Told
	for r, err := range t.Entries(ctx, journal.Filter{}) {
		if err != nil {
			return nil, err
		}
		if wants(r.Entry) {
			all = append(all, explain.Told{Seq: r.Seq, At: r.Time.Unix(), Entry: r.Entry})
		}
	}
	return all, nil
}
