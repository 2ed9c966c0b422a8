package systemtest

import (
	"context"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What the tests of migrations stand on: people who are stranded in default, and what became of them.

const houseRole = "arn:aws:iam::" + account + ":role/Staff"

// strandedSettings know the house by the role of its people.
var strandedSettings = settings{more: "limits: {new_namespaces_per_day: 1000}\nhouse: {sign_in_roles: [\"" + houseRole + "\"]}"}

// stranding is a directory of two tenants, each with two readers and an author.
func stranding() world.Seed {
	seed := tenants(2, 2)
	add(&seed, "qs:t000:authors", 1)
	add(&seed, "qs:t001:authors", 1)
	seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "Staff"})
	return seed
}

// stranded are the people of both tenants in default, as just-in-time provisioning has put them there, with somebody of
// the house, and what they made and share.
type stranded struct {
	*rig
	house  string // a dashboard of the house's, which everybody sees
	sales  string // a dashboard that an author of t000 owns alone, and a reader of t000 sees
	source string // a data source that the author owns alone
	theme  string // of a kind that cannot be searched
}

// strand puts everybody into default.
func strand(r *rig, signIn string) stranded {
	r.Helper()
	for _, t := range []string{"t000", "t001"} {
		r.registerByHand("default", signIn, t+".000", "READER")
		r.registerByHand("default", signIn, t+".001", "READER")
		r.registerByHand("default", signIn, t+"-a.000", "AUTHOR")
	}
	r.registerByHand("default", houseRole, "boss", "ADMIN")
	s := stranded{rig: r}
	author := world.PrincipalName(signIn, "t000-a.000")
	s.house = r.asset(world.KindDashboard, region, "house", "default", "Staff/boss")
	for _, u := range r.users("default") {
		if u != "Staff/boss" {
			r.share(s.house, "default", u)
		}
	}
	s.sales = r.asset(world.KindDashboard, region, "sales", "default", author)
	r.share(s.sales, "default", world.PrincipalName(signIn, "t000.000"))
	s.source = r.asset(world.KindDataSource, region, "source", "default", author)
	s.theme = r.asset(world.KindTheme, region, "theme", "default", author)
	return s
}

// migration is what tenantry migrate makes.
func (p *process) migration() *engine.Migration {
	p.as(policy.ForMigrate)
	return &engine.Migration{Engine: p.app.Engine, Catalogue: awsapi.NewCatalogue(p.app.AWS), Outside: awsapi.NewOutside(p.app.AWS)}
}

var atOnce = engine.ApplyMigration{Batch: 25, StopAfter: 3}

// migrate does what tenantry migrate --apply does, with a new process.
func (r *rig) migrate(o engine.MigrateOptions) (*engine.Migrating, engine.MigrateReport) {
	r.Helper()
	t := r.start().migration()
	m, err := t.Plan(context.Background(), o)
	if err != nil {
		r.Fatalf("planning the migration: %v", err)
	}
	report, err := t.Apply(context.Background(), m, atOnce, nil)
	if err != nil {
		r.Fatalf("migrating: %v", err)
	}
	return m, report
}

// clean makes sure that a migration did all that was to be done.
func (r *rig) clean(report engine.MigrateReport) {
	r.Helper()
	for _, f := range report.Failed {
		r.Errorf("%s was not moved: %v", f.User, f.Err)
	}
	for _, o := range report.Ground.Failed {
		r.Errorf("%s failed: %v", o.Step.Change.Kind(), o.Err)
	}
	if report.NotReached > 0 || report.Stopped || len(report.Unready) > 0 {
		r.Errorf("%d were not reached, stopped %v, unready %v", report.NotReached, report.Stopped, report.Unready)
	}
}

// undo does what tenantry migrate --undo --apply does, with a file of these images.
func (r *rig) undo(images plan.Images) engine.MigrateReport {
	r.Helper()
	t := r.start().migration()
	u, err := t.PlanUndo(context.Background(), images)
	if err != nil {
		r.Fatalf("planning to undo: %v", err)
	}
	for _, h := range u.Holds {
		r.Errorf("held: %v", h)
	}
	return t.Undo(context.Background(), u, atOnce, nil)
}

// state is all that can be seen of the account: users with their roles, groups with their members, assets with who may do
// what.
func (r *rig) state(namespaces ...string) string {
	var b strings.Builder
	r.now(func(_ *world.Directory, q *world.QuickSight) {
		for name, n := range q.Namespaces().All() {
			if len(namespaces) > 0 && !slices.Contains(namespaces, name) {
				continue
			}
			for _, u := range n.Contents.Users.All() {
				b.WriteString(name + " user " + u.UserName + " " + u.Role + " " + u.Email + " " + u.CustomPermissions + " " + u.IAMARN + "\n")
			}
			for key := range n.Contents.Groups.All() {
				b.WriteString(name + " group " + key + ":")
				for _, m := range n.Contents.Members(key, "", world.View{}) {
					b.WriteString(" " + m.User)
				}
				b.WriteString("\n")
			}
		}
		for key, a := range q.Assets().All() {
			var who []string
			for arn, actions := range a.Permissions {
				if in := namespaceOf(arn); len(namespaces) == 0 || slices.Contains(namespaces, in) {
					who = append(who, arn+" "+strings.Join(sortedTexts(actions), " "))
				}
			}
			slices.Sort(who)
			b.WriteString(key + "\n  " + strings.Join(who, "\n  ") + "\n")
		}
	})
	return b.String()
}

var pilot = engine.MigrateOptions{Namespaces: []tenancy.Namespace{t000}}

func (r *rig) mustPlan() *engine.Pass { r.Helper(); return r.start().mustPlan() }

// withoutTenants leaves out the groups that tenantry made.
func withoutTenants(state string) string {
	var kept []string
	for line := range strings.Lines(state) {
		if !strings.HasPrefix(line, "t00") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// about are the lines of a state that name something.
func about(state, what string) string {
	var kept []string
	for line := range strings.Lines(state) {
		if strings.Contains(line, what) && !strings.Contains(line, " group ") {
			kept = append(kept, line)
		}
	}
	return strings.Join(kept, "")
}

// watchMoves holds every call of a migration against what must be true at any moment: whatever has an owner keeps one who
// is there, and no principal lives in two namespaces.
func (r *rig) watchMoves() {
	r.watch(func(c awssim.Call) awssim.Fault {
		if c.Phase != awssim.AfterEffect || c.ReadOnly {
			return awssim.Fault{}
		}
		lives := map[string]string{}
		r.now(func(_ *world.Directory, q *world.QuickSight) {
			for name, n := range q.Namespaces().All() {
				for user := range n.Contents.Users.All() {
					if other := lives[user]; other != "" {
						r.Errorf("S13: after %s %s is in %s and in %s", c.Op, user, other, name)
					}
					lives[user] = name
				}
			}
			for key, a := range q.Assets().All() {
				if !slices.ContainsFunc(a.Owners(), func(arn string) bool { return isThere(q, arn) }) {
					r.Errorf("S6: after %s nobody who is there owns %s: %q", c.Op, key, a.Owners())
				}
			}
		})
		return awssim.Fault{}
	})
}

// isThere reports whether the user or the group of an ARN exists.
func isThere(q *world.QuickSight, arn string) bool {
	parts := strings.SplitN(arn[strings.LastIndexByte(arn, ':')+1:], "/", 3)
	n, ok := q.Namespaces().Get(parts[1])
	if !ok {
		return false
	}
	if parts[0] == "group" {
		_, ok = n.Contents.Groups.Get(parts[2])
	} else {
		_, ok = n.Contents.Users.Get(parts[2])
	}
	return ok
}

// migrating does what tenantry migrate --apply does, as far as a process comes.
func migrating(o engine.MigrateOptions) func(context.Context, *process) {
	return func(ctx context.Context, p *process) {
		t := p.migration()
		if m, err := t.Plan(ctx, o); err == nil {
			_, _ = t.Apply(ctx, m, engine.ApplyMigration{Batch: 1, StopAfter: 3}, nil)
		}
	}
}

// few are stranded: one tenant's author and two readers, one of whom has nothing.
func few() world.Seed {
	seed := tenants(1, 2)
	add(&seed, "qs:t000:authors", 1)
	seed.IAM.Roles = append(seed.IAM.Roles, world.Role{Name: "Staff"}, world.Role{Name: "Old"})
	return seed
}

// strandFew puts them into default, with a dashboard and a theme of the author's, and one of the house's.
func strandFew(r *rig, signIn string) (keys [3]string) {
	r.registerByHand("default", signIn, "t000.000", "READER")
	r.registerByHand("default", signIn, "t000.001", "READER")
	r.registerByHand("default", signIn, "t000-a.000", "AUTHOR")
	r.registerByHand("default", houseRole, "boss", "ADMIN")
	author := world.PrincipalName(signIn, "t000-a.000")
	keys[0] = r.asset(world.KindDashboard, region, "sales", "default", author)
	keys[1] = r.asset(world.KindTheme, region, "theme", "default", author)
	keys[2] = r.asset(world.KindDashboard, region, "house", "default", "Staff/boss")
	r.share(keys[0], "default", world.PrincipalName(signIn, "t000.000"))
	r.share(keys[2], "default", author)
	return keys
}

// moved makes sure that all are in the tenant, with all that they had, and nowhere else.
func (r *rig) moved(keys [3]string, outside ...string) {
	r.Helper()
	expect(r, "default", r.users("default"), append(outside, "Staff/boss")...)
	expect(r, "t000", r.users("t000"), "QuickSight/t000-a.000", "QuickSight/t000.000", "QuickSight/t000.001")
	expect(r, "readers", r.members("t000", "qs:t000"), "QuickSight/t000.000", "QuickSight/t000.001")
	expect(r, "authors", r.members("t000", "qs:t000:authors"), "QuickSight/t000-a.000")
	for i, want := range []string{"owner", "owner", "viewer"} {
		if got := r.may(keys[i], "t000", "QuickSight/t000-a.000"); got != want {
			r.Errorf("the author is %q of %s", got, keys[i])
		}
	}
	if got := r.may(keys[0], "t000", "QuickSight/t000.000"); got != "viewer" {
		r.Errorf("the reader is %q", got)
	}
	r.noMoves()
}
