package demo

import (
	"bytes"
	"maps"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/view"
)

// migrateOn runs the third act on fake time, on a page so wide.
func migrateOn(t *testing.T, width int) string {
	t.Helper()
	var out *bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		var s *view.IO
		s, _, out, _ = view.TestIO()
		s.Width = width
		if err := Migrate(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	})
	return out.String()
}

// One customer is moved, brought back and moved again, and gita sees the same all the time; of the next one, nobody sees
// less; and whoever is held stays where they were.
func TestMigrate(t *testing.T) {
	told := migrateOn(t, 100)
	rest := told
	const (
		inDefault = "gita    READER in default, sees the dashboard \"Sales\"; sees with all of default the\n                  dashboard \"Welcome\"\n"
		inAcme    = "gita    READER in acme, sees the dashboard \"Sales\"; sees through qs:acme the dashboard\n                  \"Welcome\"\n"
		untouched = "is the same byte for byte: 9 users and 1 group of\ndefault, 14 permissions on assets, and the whole directory.\n"
	)
	for _, want := range []string{
		"  olga   AUTHOR  qs:initech  owns the dashboard \"Benchmark\" and the data set \"Figures\"\n",
		"  now     " + inDefault,
		"── 2.",
		"$ tenantry migrate --namespace acme\n",
		"    QuickSight/ben   READER     0        0      0  1 → 1  held: other-email\n",
		"    QuickSight/gita  READER     0        1      0  2 → 2  move\n",
		"Plan: 2 people to move; 1 held.\n",
		"── 3.",
		"Done: 2 people, and 5 steps that made the tenants ready.\n",
		"  before  " + inDefault + "  now     " + inAcme + "  now     ana     AUTHOR in acme, owns the dashboard \"Sales\" and the data set \"Orders\"",
		untouched,
		"── 4.",
		"Done: 2 people brought back.\n",
		"  now     " + inDefault,
		untouched,
		"── 5.",
		"Done: 2 people.\n",
		"  now     " + inAcme,
		"dora and finn would be held (sees-less)",
		"+ globex: let the group \"qs:globex\" view the dashboard us-east-1/deliveries\n",
		"Plan: 2 people to move; 1 held.\n",
		"  now     finn    READER in globex, sees the dashboard \"Stock\"; sees through qs:globex the dashboard\n                  \"Deliveries\"",
		"── 6.",
		"  now     mara    READER in initech",
		"! other-email", "allow other-email\n", "dario has what cannot come along", "olga alone owns what cannot come along",
		"  now     olga    AUTHOR in default, owns the dashboard \"Benchmark\"",
		"  seats before  5 READER, 5 AUTHOR, 1 ADMIN\n  seats now     5 READER, 5 AUTHOR, 1 ADMIN\n",
		"── 7.",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("the third act does not say %q, or not in its place:\n%s", want, told)
		}
		rest = after
	}
}

// What the act says itself fits in eighty columns. What ends a hold is never broken.
func TestMigrateFitsOnANarrowPage(t *testing.T) {
	for line := range strings.Lines(migrateOn(t, 80)) {
		line = strings.TrimRight(line, "\n")
		if utf8.RuneCountInString(line) > 80 && !strings.Contains(line, "ends: ") {
			t.Errorf("more than 80 columns: %s", line)
		}
	}
}

// Where somebody who was moved does not see what they saw, the act ends there, and says so.
func TestMigrateTellsNothingUntrue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, _, out, _ := view.TestIO()
		nothingShared, _, _ := bytes.Cut(MigrateConfiguration, []byte("accept:"))
		m, err := openMigrate(t.Context(), s, setting{MigrateWorld, nothingShared})
		if err != nil {
			t.Fatal(err)
		}
		defer m.history.Close()
		if err := m.play(t.Context()); err == nil || !strings.Contains(err.Error(), "with all that they had") {
			t.Errorf("it ends with %v", err)
		}
		if strings.Contains(out.String(), "  before  ") {
			t.Errorf("it shows what is not so:\n%s", out)
		}
	})
}

// That the others are as they were is said where every user, group, membership and permission of theirs is, or not at all.
func TestMigrateSeesWhatBecomesOfOthers(t *testing.T) {
	for _, test := range []struct {
		name    string
		happens func(w *world.World, residents *world.Contents)
		theirs  bool // and nobody else's
	}{
		{"nothing", func(*world.World, *world.Contents) {}, true},
		{"one of acme who is moved", func(_ *world.World, c *world.Contents) { c.Users.Delete("QuickSight/gita") }, true},
		{"one of acme who is held", func(_ *world.World, c *world.Contents) { c.Users.Delete("QuickSight/ben") }, false},
		{"a user", func(_ *world.World, c *world.Contents) { c.Users.Delete("QuickSight/finn") }, false},
		{"a role", func(_ *world.World, c *world.Contents) {
			u, _ := c.Users.Get("QuickSight/finn")
			u.Role = "AUTHOR"
			c.Users.Put(u.Key(), u)
		}, false},
		{"a member of a group", func(_ *world.World, c *world.Contents) { c.Leave("Globex", "QuickSight/finn") }, false},
		{"a permission", func(w *world.World, _ *world.Contents) { permit(w, "stock", "user/default/QuickSight/mara") }, false},
		{"a permission of acme's", func(w *world.World, _ *world.Contents) { permit(w, "stock", "group/acme/qs:acme") }, true},
		{"a permission of another with a like name", func(w *world.World, _ *world.Contents) { permit(w, "stock", "group/acme2/qs:acme") }, false},
		{"somebody of Identity Center", func(w *world.World, _ *world.Contents) {
			id, _ := w.Directory.UserID("finn")
			w.Directory.DeleteUser(id)
		}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s, _, out, _ := view.TestIO()
				m, err := openMigrate(t.Context(), s, setting{MigrateWorld, MigrateConfiguration})
				if err != nil {
					t.Fatal(err)
				}
				defer m.history.Close()
				p, err := m.mover.Plan(t.Context(), engine.MigrateOptions{Namespaces: only(acme)})
				if err != nil {
					t.Fatal(err)
				}
				was, err := m.others(acme, p)
				if err != nil {
					t.Fatal(err)
				}
				w := m.sim.World()
				w.Lock()
				n, _ := w.QuickSight.Namespaces().Get("default")
				test.happens(w, n.Contents)
				w.Unlock()
				err = m.untouched(acme, p, was)
				if (err == nil) != test.theirs || (out.Len() > 0) != test.theirs {
					t.Errorf("untouched = %v, and says %q", err, out)
				}
			})
		})
	}
}

// permit lets somebody look at a dashboard.
func permit(w *world.World, id, principal string) {
	a, _ := w.QuickSight.Assets().Get(world.AssetKey("us-east-1", world.KindDashboard, id))
	a.Permissions = maps.Clone(a.Permissions)
	a.Permissions["arn:aws:quicksight:us-east-1:"+w.Account+":"+principal] = world.KindDashboard.Viewer()
	w.QuickSight.PutAsset(a)
}

// The walk-through of docs/migrate.md comes to this act's configuration: what tenantry import writes, and what stands there.
func TestMigrateWalkThrough(t *testing.T) {
	page, err := os.ReadFile("../../../docs/migrate.md")
	if err != nil {
		t.Fatal(err)
	}
	_, shared, found := strings.Cut(string(MigrateConfiguration), "\nall_tenants:\n")
	if !found || !strings.Contains(string(page), "<<'END'\nall_tenants:\n"+shared+"END\n") {
		t.Errorf("docs/migrate.md does not show\nall_tenants:\n%s", shared)
	}
}
