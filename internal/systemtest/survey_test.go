package systemtest

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/survey"
)

// surveyed does what tenantry import does.
func (r *rig) surveyed(c app.Clues) (*survey.Facts, error) {
	c.Region = region
	asked := *r.config // its policies are for the Regions that are asked for
	asked.QuickSight.AssetRegions = c.AssetRegions
	line := &line{to: r.sim, who: r.actor(policy.ForAudit, &asked)}
	return app.Survey(context.Background(), c, app.Options{Simulator: &app.Simulator{Client: &http.Client{Transport: line}}}, nil)
}

// TestSurvey: without a configuration everything is found out and read, and nothing is written. Of the directory's groups
// only those are read that look like customers.
func TestSurvey(t *testing.T) {
	t.Parallel()
	seed := right(3, 5)
	add(&seed, "Other", 5)
	synctest.Test(t, func(t *testing.T) {
		r := unwatched(t, seed)
		var facts *survey.Facts
		if n := r.writes(func() {
			var err error
			if facts, err = r.surveyed(app.Clues{}); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%d writes", n)
		}
		if facts.Account != account || facts.Store != store || facts.StoreRegion != region || len(facts.Namespaces) != 4 || len(facts.Unread) != 0 {
			t.Errorf("%+v", facts)
		}
		if n := len(facts.Directory.Members); n != 3 {
			t.Errorf("the members of %d groups were read, and 3 look like customers", n)
		}
	})
}

// TestSurveyUnread: what may not be read is told; and what everything rests on must be read.
func TestSurveyUnread(t *testing.T) {
	t.Parallel()
	denied := func(operations ...string) awssim.Hook {
		return func(c awssim.Call) awssim.Fault {
			for _, o := range operations {
				if c.Phase == awssim.BeforeEffect && c.Op == o {
					return awssim.Fault{Err: wire.Errorf(400, "AccessDeniedException", "not authorized")}
				}
			}
			return awssim.Fault{}
		}
	}
	synctest.Test(t, func(t *testing.T) {
		r := unwatched(t, right(3, 5))
		r.suffer(denied("iam:ListRoles", "quicksight:ListGroups", "quicksight:ListTopics", "identitystore:ListGroupMemberships"))
		facts, err := r.surveyed(app.Clues{})
		if err != nil {
			t.Fatal(err)
		}
		var what []string
		for _, u := range facts.Unread {
			what = append(what, u.What)
		}
		if len(what) != 1+4+3 || !strings.Contains(strings.Join(what, "; "), "the roles of IAM") || len(facts.Assets.Unread) != 1 {
			t.Errorf("unread: %q, %v", what, facts.Assets.Unread)
		}
		for _, o := range []string{"quicksight:ListNamespaces", "identitystore:ListUsers", "identitystore:ListGroups"} {
			r.suffer(denied(o))
			if _, err := r.surveyed(app.Clues{}); err == nil || !strings.Contains(err.Error(), "AccessDenied") {
				t.Errorf("%s: %v", o, err)
			}
		}
	})
}

// TestSurveyRegions: assets of several Regions are read in each of them.
func TestSurveyRegions(t *testing.T) {
	t.Parallel()
	seed := gallery(func(world.AssetKind) int { return 1 })
	seed.QuickSight.Assets[0].Region = "eu-west-1"
	synctest.Test(t, func(t *testing.T) {
		r := unwatched(t, seed)
		facts, err := r.surveyed(app.Clues{AssetRegions: []string{"eu-west-1", region}})
		if err != nil || len(facts.Assets.Assets) != len(seed.QuickSight.Assets) || facts.Assets.Assets[0].Region != "eu-west-1" {
			t.Errorf("%d assets, %v", len(facts.Assets.Assets), err)
		}
		if facts, err = r.surveyed(app.Clues{NoAssets: true}); err != nil || len(facts.Assets.Assets) != 0 || facts.AssetRegions != nil {
			t.Errorf("%+v, %v", facts, err)
		}
	})
}
