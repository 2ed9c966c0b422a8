package cli

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// migrates is what a fake was asked to migrate, and did.
type migrates struct {
	migrating     plan.Migrating
	groundSteps   []plan.Step
	moving        engine.MigrateOptions
	doing         engine.ApplyMigration
	migrateReport engine.MigrateReport
	imageFile     string // what stands in it when it begins is kept
	imageSeen     string
	moves         int
	undoing       engine.Undoing
	undone        plan.Images
}

type fakeMigrater struct{ *migrates }

func (f *fake) migrater() migrater { return fakeMigrater{&f.migrates} }

func (f fakeMigrater) Keep() time.Duration { return 48 * time.Hour }

func (f fakeMigrater) ARN(namespace string, user tenancy.UserName) string {
	return "arn:" + namespace + "/" + string(user)
}

func (f fakeMigrater) Plan(_ context.Context, o engine.MigrateOptions) (*engine.Migrating, error) {
	f.moving = o
	m := &engine.Migrating{Migrating: f.migrating, Ground: &engine.Pass{Plan: plan.Plan{Steps: f.groundSteps}}}
	m.Images = m.Migrating.Images("111122223333", "d-1234567890", 1, nil)
	return m, nil
}

func (f fakeMigrater) Apply(_ context.Context, _ *engine.Migrating, o engine.ApplyMigration, _ func(engine.MigrateProgress)) (engine.MigrateReport, error) {
	f.moves++
	f.doing = o
	if data, err := os.ReadFile(f.imageFile); err == nil {
		f.imageSeen = string(data)
	}
	return f.migrateReport, nil
}

func (f fakeMigrater) PlanUndo(_ context.Context, images plan.Images) (*engine.Undoing, error) {
	f.undone = images
	return &f.undoing, nil
}

func (f fakeMigrater) Undo(_ context.Context, _ *engine.Undoing, o engine.ApplyMigration, _ func(engine.MigrateProgress)) engine.MigrateReport {
	f.moves++
	f.doing = o
	return f.migrateReport
}

// outsider is somebody of default who is moved into a tenant.
func outsider(t *testing.T, session, tenant string, held tenancy.Code) plan.Migrant {
	n := namespace(t, tenant)
	user := tenancy.UserName("QuickSight/" + session)
	g := plan.Migrant{
		Person: tenancy.PersonID("person-" + session), To: n, As: user, Role: tenancy.Reader, Email: session + "@x.example", Phase: plan.PhaseMove,
		From: plan.Lodging{Namespace: "default", User: user, Role: tenancy.Reader, Email: session + "@x.example"},
	}
	if held != "" {
		g.Codes = []tenancy.Code{held}
	} else {
		g.Steps = []plan.Step{{Change: plan.Evict{Namespace: n, Person: g.Person, From: "default", User: user, Role: tenancy.Reader, Back: user}}}
	}
	return g
}

// Of one customer the name is typed, of several the question is answered with yes; without a terminal, --yes is the word. What
// everybody had is written down before anything is done, for nobody else to read, and never over what was written down before.
func TestMigrateAsksAndWritesDown(t *testing.T) {
	for name, tt := range map[string]struct {
		typed    string
		terminal bool
		args     []string
		there    bool // the image is
		want     code
		moves    int
	}{
		"only shown":          {"", false, nil, false, exitDone, 0},
		"the name":            {"acme\n", true, []string{"--apply", "--namespace", "acme"}, false, exitDone, 1},
		"another name":        {"Acme\n", true, []string{"--apply", "--namespace", "acme"}, false, exitRefused, 0},
		"yes for a name":      {"yes\n", true, []string{"--apply", "--namespace", "acme"}, false, exitRefused, 0},
		"yes":                 {"yes\n", true, []string{"--apply"}, false, exitDone, 1},
		"no":                  {"\n", true, []string{"--apply"}, false, exitError, 0},
		"no terminal":         {"", false, []string{"--apply"}, false, exitUsage, 0},
		"no terminal, a word": {"", false, []string{"--apply", "--yes"}, false, exitDone, 1},
		"an image is there":   {"", false, []string{"--apply", "--yes"}, true, exitUsage, 0},
		"written over":        {"", false, []string{"--apply", "--yes", "--force"}, true, exitDone, 1},
		"programs":            {"", false, []string{"--apply", "--yes", "--format", "json"}, false, exitDone, 1},
	} {
		f := &fake{migrates: migrates{migrating: plan.Migrating{Migrants: []plan.Migrant{outsider(t, "ana", "acme", "")}}, migrateReport: engine.MigrateReport{Done: 1}}}
		f.imageFile = filepath.Join(t.TempDir(), "image.json")
		x := newTerminal(t, f)
		if tt.terminal {
			x.answer(tt.typed)
		}
		if tt.there {
			if err := os.WriteFile(f.imageFile, []byte("before"), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		args := append([]string{"migrate"}, tt.args...)
		if len(tt.args) > 0 {
			args = append(args, "--image", f.imageFile)
		}
		if got := x.run(t, args...); got != int(tt.want) || f.moves != tt.moves {
			t.Errorf("%s: exit code %d, moved %d times\n%s%s", name, got, f.moves, x.out, x.err)
		}
		data, err := os.ReadFile(f.imageFile)
		switch {
		case tt.moves == 0 && tt.there && string(data) != "before":
			t.Errorf("%s: the image is written over", name)
		case tt.moves == 0 && !tt.there && err == nil:
			t.Errorf("%s: an image of nothing", name)
		case tt.moves > 0:
			info, err := os.Stat(f.imageFile)
			if err != nil || info.Mode().Perm() != 0o600 || f.imageSeen != string(data) || !strings.Contains(f.imageSeen, `"format": "tenantry.migration/1"`) {
				t.Errorf("%s: the image: %v, %v\n%s", name, info, err, f.imageSeen)
			}
		}
		if strings.Contains(x.out.String(), "@") {
			t.Errorf("%s: an e-mail address is shown:\n%s", name, x.out)
		}
	}
}

// Without a name the image has that of the customer, and each one a number of its own.
func TestMigrateNumbersItsImages(t *testing.T) {
	f := &fake{migrates: migrates{migrating: plan.Migrating{Migrants: []plan.Migrant{outsider(t, "ana", "acme", "")}}, migrateReport: engine.MigrateReport{Done: 1}}}
	t.Chdir(t.TempDir())
	for _, args := range [][]string{{"--namespace", "acme"}, {"--namespace", "acme"}, nil, {"--namespace", "acme,globex"}} {
		x := newTerminal(t, f)
		if got := x.run(t, append([]string{"migrate", "--apply", "--yes"}, args...)...); got != 0 {
			t.Fatalf("%v: exit code %d\n%s", args, got, x.err)
		}
	}
	found, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	want := []string{"tenantry-migrate-2.json", "tenantry-migrate-acme-2.json", "tenantry-migrate-acme.json", "tenantry-migrate.json"}
	if diff := cmp.Diff(want, found); diff != "" {
		t.Error(diff)
	}
}

// A command line that cannot be meant is refused before anything is read.
func TestMigrateRefusesWhatCannotBeMeant(t *testing.T) {
	dir := t.TempDir()
	for _, args := range [][]string{
		{"--yes"}, {"--batch", "5"}, {"--stop-after-failures", "1"}, {"--image", filepath.Join(dir, "i.json")}, {"--force"},
		{"--apply", "--yes", "--batch", "0"}, {"--apply", "--yes", "--stop-after-failures", "-1"},
		{"--undo", "i.json", "--finish"}, {"--undo", "i.json", "--allow", "sees-less"}, {"--undo", "i.json", "--names", "n.csv"}, {"--undo", "i.json", "--notice", "n"},
		{"--undo", "i.json", "--map-group", "default/a={namespace}/b"}, {"--undo", "i.json", "--apply", "--yes", "--image", "j.json"}, {"--undo", ""},
		{"--allow", "removes-user"}, {"--allow", "Sees-Less"}, {"--namespace", "default"}, {"--namespace", ""}, {"--person", ""}, {"--names", ""}, {"--notice", ""},
		{"--names", dir}, {"--names", filepath.Join(dir, "none", "n.csv")}, {"--names", filepath.Join(dir, "x"), "--image", filepath.Join(dir, "x"), "--apply", "--yes"},
		{"--map-group", "default/Old"}, {"--map-group", "Old={namespace}/New"}, {"--map-group", "default/={namespace}/New"}, {"--map-group", "/Old={namespace}/New"},
		{"--map-group", "default/Old={namespace}/"}, {"--map-group", "default/Old=acme/New"}, {"--map-group", "default/Old={namespace}/New={namespace}/Other"},
		{"somebody"},
	} {
		f := &fake{}
		x := newTerminal(t, f)
		if got := x.run(t, append([]string{"migrate"}, args...)...); got != int(exitUsage) || !strings.Contains(x.err.String(), "\nhint: ") {
			t.Errorf("%q: exit code %d\n%s", args, got, x.err)
		}
	}
}

func TestMigrateOptions(t *testing.T) {
	f := &fake{}
	x := newTerminal(t, f)
	got := x.run(t, "migrate", "--namespace", "acme", "--namespace", "globex", "--person", "ana", "--allow", "rls-names,sees-less", "--finish",
		"--map-group", "default/All = us={namespace}/qs:{namespace}", "--map-group", "old/a/b={namespace}/c=d")
	if got != 0 {
		t.Fatalf("exit code %d\n%s", got, x.err)
	}
	want := engine.MigrateOptions{
		Namespaces: []tenancy.Namespace{namespace(t, "acme"), namespace(t, "globex")}, Person: "ana", Allow: []tenancy.Code{plan.SeesLess, plan.RLSNames}, Keep: 48 * time.Hour, Finish: true,
		Shares: []plan.GroupMap{{Namespace: "default", Group: "All = us", Mirror: "qs:{namespace}"}, {Namespace: "old", Group: "a/b", Mirror: "c=d"}},
	}
	if diff := cmp.Diff(want, f.moving, cmp.AllowUnexported(tenancy.Namespace{})); diff != "" {
		t.Error(diff)
	}
}

func TestExitCodesOfMigrate(t *testing.T) {
	move, stuck := outsider(t, "ana", "acme", ""), outsider(t, "bo", "acme", plan.SeesLess)
	hold := []tenancy.Hold{{Code: plan.SeesLess, Object: "person-bo", Namespace: "acme"}}
	failed := []engine.Moved{{User: "QuickSight/ana", To: namespace(t, "acme"), Err: errors.New("denied")}}
	apply := []string{"--apply", "--yes", "--detailed-exitcode"}
	for name, tt := range map[string]struct {
		m    plan.Migrating
		r    engine.MigrateReport
		args []string
		want code
	}{
		"nobody":                {plan.Migrating{}, engine.MigrateReport{}, []string{"--detailed-exitcode"}, exitDone},
		"pending":               {plan.Migrating{Migrants: []plan.Migrant{move}}, engine.MigrateReport{}, nil, exitDone},
		"pending, detailed":     {plan.Migrating{Migrants: []plan.Migrant{move, stuck}, Holds: hold}, engine.MigrateReport{}, []string{"--detailed-exitcode"}, exitPending},
		"held, detailed":        {plan.Migrating{Migrants: []plan.Migrant{stuck}, Holds: hold}, engine.MigrateReport{}, []string{"--detailed-exitcode"}, exitHeld},
		"held":                  {plan.Migrating{Migrants: []plan.Migrant{stuck}, Holds: hold}, engine.MigrateReport{}, apply[:2], exitDone},
		"done":                  {plan.Migrating{Migrants: []plan.Migrant{move}}, engine.MigrateReport{Done: 1}, apply, exitDone},
		"done, and some held":   {plan.Migrating{Migrants: []plan.Migrant{move, stuck}, Holds: hold}, engine.MigrateReport{Done: 1}, apply, exitHeld},
		"failed":                {plan.Migrating{Migrants: []plan.Migrant{move}}, engine.MigrateReport{Failed: failed}, apply, exitPartly},
		"not ready":             {plan.Migrating{Migrants: []plan.Migrant{move}}, engine.MigrateReport{Unready: failed, NotReached: 1}, apply, exitPartly},
		"the ground has failed": {plan.Migrating{Migrants: []plan.Migrant{move}}, engine.MigrateReport{Ground: plan.Report{Failed: []plan.Outcome{{Step: move.Steps[0]}}}}, apply, exitPartly},
		"paused meanwhile":      {plan.Migrating{Migrants: []plan.Migrant{move}}, engine.MigrateReport{NotReached: 1, Paused: plan.Pause{Since: 1}}, apply, exitPartly},
		"interrupted":           {plan.Migrating{Migrants: []plan.Migrant{move}}, engine.MigrateReport{NotReached: 1, Interrupted: true}, apply, exitInterrupted},
	} {
		t.Chdir(t.TempDir())
		f := &fake{migrates: migrates{migrating: tt.m, migrateReport: tt.r}}
		x := newTerminal(t, f)
		if got := x.run(t, append([]string{"migrate"}, tt.args...)...); got != int(tt.want) {
			t.Errorf("%s: exit code %d, not %d\n%s%s", name, got, tt.want, x.out, x.err)
		}
	}
	t.Chdir(t.TempDir())
	f := &fake{migrates: migrates{migrating: plan.Migrating{Migrants: []plan.Migrant{move}}}, pause: plan.Pause{Since: 1, Because: "wait", Removals: true}}
	x := newTerminal(t, f)
	if got := x.run(t, "migrate", "--apply", "--yes"); got != int(exitRefused) || f.moves != 0 {
		t.Errorf("paused: exit code %d", got)
	}
	if found, _ := filepath.Glob("*.json"); len(found) > 0 {
		t.Errorf("paused: wrote %v", found)
	}
}

// What people need to know is written into files of their own, which no namespace can name.
func TestMigrateWritesFilesForPeople(t *testing.T) {
	t.Chdir(t.TempDir())
	f := &fake{migrates: migrates{migrating: plan.Migrating{Migrants: []plan.Migrant{
		outsider(t, "ana", "..x", ""), outsider(t, "cyd", "-acme", plan.SeesLess), outsider(t, "bo", "acme", ""),
	}}}}
	run := func(args ...string) int {
		return newTerminal(t, f).run(t, append([]string{"migrate", "--names", "names.csv", "--notice", "notices"}, args...)...)
	}
	if got := run(); got != 0 {
		t.Fatalf("exit code %d", got)
	}
	for file, want := range map[string]string{
		"names.csv":               "person-cyd,default,QuickSight/cyd,arn:default/QuickSight/cyd,,'-acme,",
		"notices/notice-acme.csv": "bo,bo@x.example,2026-01-02,the same tile as before: QuickSight\n",
		"notices/notice-..x.csv":  "ana,ana@x.example,",
	} {
		data, err := os.ReadFile(file)
		info, _ := os.Stat(file)
		if err != nil || !strings.Contains(string(data), want) || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v\n%s", file, err, data)
		}
	}
	if found, _ := filepath.Glob("notices/*"); len(found) != 2 {
		t.Errorf("notices: %v", found)
	}
	if err := os.Remove("names.csv"); err != nil {
		t.Fatal(err)
	}
	if got := run(); got != int(exitUsage) {
		t.Errorf("a notice is there: exit code %d", got)
	}
	if _, err := os.Stat("names.csv"); err == nil {
		t.Error("a part was written")
	}
	if got := run("--force"); got != 0 {
		t.Errorf("forced: exit code %d", got)
	}
}

// A migration is undone by its file, of those whom the run is for.
func TestMigrateUndo(t *testing.T) {
	image := func(session, tenant string) plan.Image {
		return plan.Image{
			Person: tenancy.PersonID("person-" + session), Namespace: "default", User: tenancy.UserName("Old/" + session), Role: tenancy.Reader, Email: "a@b.example",
			To: namespace(t, tenant), As: tenancy.UserName("QuickSight/" + session),
		}
	}
	images := plan.Images{Account: "111122223333", Store: "d-1234567890", People: []plan.Image{image("ana", "acme"), image("bo", "acme"), image("eli", "globex")}}
	data, err := json.Marshal(images)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "image.json")
	if err := os.WriteFile(file, data, 0o600); err != nil {
		t.Fatal(err)
	}
	undoing := engine.Undoing{People: []plan.Undone{{Image: &images.People[0], Steps: []plan.Step{{Change: plan.EndMove{Namespace: namespace(t, "acme")}}}}}}
	for name, tt := range map[string]struct {
		typed  string
		args   []string
		people int
		moves  int
		want   code
	}{
		"shown":      {"", nil, 3, 0, exitDone},
		"pending":    {"", []string{"--detailed-exitcode"}, 3, 0, exitPending},
		"a customer": {"acme\n", []string{"--namespace", "acme", "--apply"}, 2, 1, exitDone},
		"a person":   {"", []string{"--person", "eli", "--apply", "--yes"}, 1, 1, exitDone},
		"yes":        {"y\n", []string{"--apply"}, 3, 1, exitDone},
		"no":         {"n\n", []string{"--apply"}, 3, 0, exitError},
		"nobody":     {"", []string{"--person", "Ana"}, 0, 0, exitRefused},
		"unasked":    {"", []string{"--apply"}, 0, 0, exitUsage},
	} {
		f := &fake{migrates: migrates{undoing: undoing, migrateReport: engine.MigrateReport{Done: 1}}}
		x := newTerminal(t, f)
		if tt.typed != "" {
			x.answer(tt.typed)
		}
		if got := x.run(t, append([]string{"migrate", "--undo", file}, tt.args...)...); got != int(tt.want) || len(f.undone.People) != tt.people || f.moves != tt.moves {
			t.Errorf("%s: exit code %d, %d people, %d moves\n%s%s", name, got, len(f.undone.People), f.moves, x.out, x.err)
		}
	}
	if err := os.WriteFile(file, []byte(`{"format": "tenantry.retirement/1"}`), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &fake{}
	if got := newTerminal(t, f).run(t, "migrate", "--undo", file); got != int(exitRefused) {
		t.Errorf("another file: exit code %d", got)
	}
}

// What comes next is said with the command for it.
func TestMigrateSaysWhatComesNext(t *testing.T) {
	t.Chdir(t.TempDir())
	prepared := outsider(t, "eli", "globex", "")
	prepared.Phase, prepared.As = plan.PhasePrepare, "Other/eli"
	f := &fake{migrates: migrates{
		migrating:     plan.Migrating{Migrants: []plan.Migrant{outsider(t, "ana", "acme", ""), prepared}},
		migrateReport: engine.MigrateReport{Done: 1, Failed: []engine.Moved{{User: "QuickSight/ana", To: namespace(t, "acme"), Err: errors.New("denied")}}},
	}}
	x := newTerminal(t, f)
	x.run(t, "migrate", "--map-group", "default/Old={namespace}/New")
	for _, want := range []string{"Begin with one customer:\n  tenantry migrate -c ", " --namespace acme --map-group 'default/Old={namespace}/New' --apply\n", "All of them:\n"} {
		if !strings.Contains(x.out.String(), want) {
			t.Errorf("there is no %q in\n%s", want, x.out)
		}
	}
	x = newTerminal(t, f)
	x.run(t, "migrate", "--apply", "--yes")
	for _, want := range []string{"Run it again, and it goes on:\n", "To undo it:\n  tenantry migrate -c ", " --undo tenantry-migrate.json --apply\n"} {
		if !strings.Contains(x.out.String(), want) {
			t.Errorf("there is no %q in\n%s", want, x.out)
		}
	}
	f.migrateReport = engine.MigrateReport{Done: 2}
	x = newTerminal(t, f)
	x.run(t, "migrate", "--apply", "--yes")
	if !strings.Contains(x.out.String(), " --finish --apply\n") || strings.Contains(x.out.String(), "Run it again") {
		t.Errorf("how it is finished is not said:\n%s", x.out)
	}
	prepared.Phase, prepared.Steps = plan.PhaseKept, nil
	f.migrating.Migrants = []plan.Migrant{prepared}
	x = newTerminal(t, f)
	x.run(t, "migrate")
	if !strings.Contains(x.out.String(), " --finish --apply\n") {
		t.Errorf("how it is finished at once is not said:\n%s", x.out)
	}
}
