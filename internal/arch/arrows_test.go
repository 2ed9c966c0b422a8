package arch

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// room is what a package may import besides the standard library, and why that much.
type room struct {
	dir string
	// rooms are the packages of the project that it may import; "x/..." is x and everything below.
	rooms []string
	// modules are the packages of others that it may import, each with what is below it.
	modules []string
	// pure rooms know nothing but their arguments: no import of the list impure.
	pure bool
	why  string
}

// rooms is the plan of the house. A package that is not in it may not be.
var rooms = []room{
	{dir: "internal/tenancy", pure: true,
		why: "the nouns: everybody speaks of them, so they speak of nobody"},
	{dir: "internal/rules", pure: true, rooms: []string{"internal/tenancy"},
		why: "who belongs where is decided from what was read, and from nothing else"},
	{dir: "internal/plan", pure: true, rooms: []string{"internal/tenancy"},
		why: "what differs is a matter of two states; it does not matter who wanted them"},
	{dir: "internal/survey", pure: true, rooms: []string{"internal/tenancy", "internal/rules"},
		why: "what an account looks like, and what is only a guess, is told from what was read"},
	{dir: "internal/audit", pure: true, rooms: []string{"internal/tenancy", "internal/policy"},
		why: "whether tenants are apart is judged from what was read"},
	{dir: "internal/policy", pure: true, rooms: []string{"internal/tenancy"},
		why: "an IAM document can be judged without asking IAM"},
	{dir: "internal/doctor", pure: true, rooms: []string{"internal/tenancy", "internal/policy", "internal/audit"},
		why: "whether everything is in order is judged from what was read"},
	{dir: "internal/explain", pure: true, rooms: []string{"internal/tenancy", "internal/rules", "internal/plan", "internal/policy"},
		why: "a reason is found in what is wanted, what is there and what is planned"},
	{dir: "internal/intake", rooms: []string{"internal/tenancy"},
		why: "an event is a hint: it names what to read again, and decides nothing"},
	{dir: "internal/deploy", rooms: []string{"internal/tenancy", "internal/policy", "internal/intake/pattern"},
		modules: []string{"go.yaml.in/yaml/v4"},
		why:     "templates, as CloudFormation reads them, for tests: patterns and policies come from where they are made"},
	{dir: "internal/intake/pattern", why: "event patterns, as EventBridge matches them, for tests"},
	{dir: "internal/engine", rooms: []string{"internal/tenancy", "internal/rules", "internal/plan", "internal/survey", "internal/audit", "internal/policy", "internal/explain", "internal/doctor"},
		modules: []string{"golang.org/x/sync/errgroup"},
		why:     "policy over mechanism: it names the interfaces that it needs, and does not know who has them"},
	{dir: "internal/awsapi", rooms: []string{"internal/tenancy", "internal/plan"},
		modules: []string{"github.com/aws/aws-sdk-go-v2", "github.com/aws/smithy-go"},
		why:     "the one importer of the AWS SDK; it fits the engine's interfaces without importing them"},
	{dir: "internal/journal", rooms: []string{"internal/tenancy", "internal/plan"},
		modules: []string{"modernc.org/sqlite"},
		why:     "the one importer of a database; it fits the engine's interfaces without importing them"},
	{dir: "internal/journal/journaltest", rooms: []string{"internal/journal", "internal/tenancy", "internal/plan"},
		modules: []string{"golang.org/x/sync/errgroup"},
		why:     "the suite that every store of a journal passes, whoever has its table"},
	{dir: "internal/config", rooms: []string{"internal/tenancy", "internal/rules"},
		modules: []string{"go.yaml.in/yaml/v4"},
		why:     "a file becomes values that cannot be wrong, in the types of those who use them"},
	{dir: "internal/view", rooms: []string{"internal/tenancy", "internal/plan", "internal/survey", "internal/audit", "internal/policy", "internal/explain", "internal/doctor"},
		modules: []string{"golang.org/x/term"},
		why:     "it shows values, whoever made them"},
	{dir: "internal/app", rooms: []string{"internal/tenancy", "internal/rules", "internal/plan", "internal/survey", "internal/audit", "internal/policy", "internal/explain", "internal/doctor", "internal/config", "internal/intake", "internal/journal", "internal/engine", "internal/awsapi"},
		modules: []string{"github.com/prometheus/client_golang"},
		why:     "it puts the rooms together, and asserts that they fit"},
	{dir: "internal/cli", rooms: []string{"internal/tenancy", "internal/plan", "internal/survey", "internal/audit", "internal/policy", "internal/explain", "internal/doctor", "internal/config", "internal/view", "internal/engine", "internal/awsapi", "internal/journal", "internal/app", "internal/awssim/...", "internal/cli/..."},
		modules: []string{"github.com/spf13/cobra", "github.com/spf13/pflag", "go.yaml.in/yaml/v4", "github.com/aws/aws-lambda-go"},
		why:     "commands: options, validation, run; the demo and the simulator are commands too"},
	{dir: "internal/cli/demo", rooms: []string{"internal/tenancy", "internal/plan", "internal/audit", "internal/policy", "internal/config", "internal/view", "internal/engine", "internal/awsapi", "internal/journal", "internal/app", "internal/awssim/..."},
		why: "the whole program over a simulated AWS"},
	{dir: "cmd/tenantry", rooms: []string{"internal/cli/..."},
		why: "main has nothing to decide"},

	{dir: "internal/awssim", rooms: []string{"internal/awssim/..."},
		why: "it shares no type with what it tests, and so it cannot repeat its mistakes"},
	{dir: "internal/awssim/wire", why: "protocols, and nothing that a service means by them"},
	{dir: "internal/awssim/constraint", why: "the API models' rules about input"},
	{dir: "internal/awssim/policydoc", why: "IAM's documents, judged as IAM judges them"},
	{dir: "internal/awssim/pattern", why: "EventBridge's patterns, matched as EventBridge matches them"},
	{dir: "internal/awssim/world", rooms: []string{"internal/awssim/policydoc", "internal/awssim/pattern"}, why: "the tables, the lock and the clock that services share"},
	{dir: "internal/awssim/access", rooms: []string{"internal/awssim/wire", "internal/awssim/world", "internal/awssim/policydoc"}, why: "what IAM wants for a call, of whatever service, stands in one table"},
	{dir: "internal/awssim/attributes", rooms: []string{"internal/awssim/constraint", "internal/awssim/world"}, why: "what people and groups of a directory may be, whoever changes them"},
	{dir: "internal/awssim/quicksight", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/identitystore", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/scim", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/console", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/ssoadmin", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/iam", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/sqs", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/cloudtrail", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/events", rooms: slices.Concat(service, []string{"internal/awssim/pattern"}), why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/dynamodb", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/ssm", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/s3", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/sts", rooms: service, why: "a service knows the world, and no other service"},
	{dir: "internal/awssim/awscli", rooms: []string{"internal/awssim/quicksight"}, why: "commands that are printed can be run as they stand, without the AWS CLI"},
	{dir: "internal/awssim/roomtest", rooms: []string{"internal/awssim/wire", "internal/awssim/world"}, why: "helps to test one service"},
	{dir: "internal/awssim/simtest", rooms: []string{"internal/awssim", "internal/awssim/wire", "internal/awssim/world"}, why: "helps to test the whole simulator"},

	{dir: "internal/systemtest", rooms: []string{"internal/...", "cmd/..."},
		why: "the whole program over the simulated AWS; it has nothing but tests"},
	{dir: "internal/arch", why: "it reads the source, and compiles none of it"},
	{dir: "internal/planted", why: "it plants bugs in the source, and runs the tests that have to find them"},
}

// service is what a service of the simulator may import.
var service = []string{"internal/awssim/wire", "internal/awssim/world", "internal/awssim/constraint", "internal/awssim/policydoc", "internal/awssim/attributes"}

// impure is what no pure room imports: what they answer follows from their arguments alone.
var impure = []string{"context", "time", "net", "os", "log", "math/rand", "crypto/rand", "syscall", "unsafe"}

// aids are what tests may import besides.
var aids = []string{"github.com/google/go-cmp", "pgregory.net/rapid", "github.com/rogpeppe/go-internal", "golang.org/x/sync/errgroup"}

// unwanted is what nobody imports, and what to use instead.
var unwanted = map[string]string{
	"github.com/stretchr/testify": "package testing, and go-cmp for large values",
	"github.com/golang/mock":      "the simulated AWS, or a fake",
	"go.uber.org/mock":            "the simulated AWS, or a fake",
	"github.com/onsi/ginkgo":      "package testing",
	"github.com/onsi/gomega":      "package testing",
	"gopkg.in/yaml.v3":            "go.yaml.in/yaml/v4",
	"github.com/pkg/errors":       "package errors, and %w",
	"github.com/sirupsen/logrus":  "package log/slog",
}

const (
	sdk       = "github.com/aws/aws-sdk-go-v2"
	awsapi    = "internal/awsapi"
	simulator = "internal/awssim"
)

func roomOf(dir string) *room {
	i := slices.IndexFunc(rooms, func(r room) bool { return r.dir == dir })
	if i < 0 {
		return nil
	}
	return &rooms[i]
}

// mayImport reports whether the table lets a room import a package of the project.
func (r *room) mayImport(dir string) bool {
	return slices.ContainsFunc(r.rooms, func(allowed string) bool {
		below, all := strings.CutSuffix(allowed, "/...")
		return dir == allowed || all && within(dir, []string{below})
	})
}

func (r *room) allowed() string {
	all := slices.Concat(r.rooms, r.modules)
	if len(all) == 0 {
		return "nothing but the standard library"
	}
	return strings.Join(all, ", ")
}

func TestEveryPackageHasItsPlace(t *testing.T) {
	there := map[string]bool{}
	for _, p := range allPackages(t) {
		there[p.dir] = true
		if roomOf(p.dir) == nil {
			t.Errorf("%s is not in the plan of the house: add a row, with what it may import and why, to the table in internal/arch/arrows_test.go, "+
				"write about it in docs/design.md, and run: go generate ./internal/arch", p.dir)
		}
	}
	for _, r := range rooms {
		if !there[r.dir] {
			t.Errorf("%s is in the table in internal/arch/arrows_test.go, and there is no such package", r.dir)
		}
	}
}

func TestArrows(t *testing.T) {
	for _, p := range allPackages(t) {
		r := roomOf(p.dir)
		if r == nil {
			continue // told by TestEveryPackageHasItsPlace
		}
		for _, i := range p.imports(false) {
			dir, own := strings.CutPrefix(i.path, module+"/")
			switch {
			case own && r.mayImport(dir), !own && (isStandard(i.path) || within(i.path, r.modules)):
			default:
				t.Errorf("%s: %s imports %s\n\tit may import: %s\n\tbecause: %s", i.at, p.dir, i.path, r.allowed(), r.why)
			}
		}
	}
}

// TestArrowsOfTests lets tests import more: every room that does not bring the AWS SDK along, whose
// compilation takes longer than everything else together, and the aids.
func TestArrowsOfTests(t *testing.T) {
	heavy := reaching(allPackages(t), awsapi)
	for _, p := range allPackages(t) {
		r := roomOf(p.dir)
		if r == nil {
			continue
		}
		for _, i := range p.imports(true) {
			dir, own := strings.CutPrefix(i.path, module+"/")
			switch {
			case isStandard(i.path), own && (dir == p.dir || r.mayImport(dir)), !own && within(i.path, r.modules):
			case within(p.dir, []string{simulator}):
				if !own || !within(dir, []string{simulator}) {
					t.Errorf("%s: a test of the simulator imports %s\n\tit may import the standard library and the simulator: %s", i.at, i.path, roomOf(simulator).why)
				}
			case own && heavy[dir]:
				t.Errorf("%s: a test of %s imports %s, which brings the AWS SDK along\n\ttests that need it stand in internal/systemtest", i.at, p.dir, i.path)
			case !own && !within(i.path, aids):
				t.Errorf("%s: a test of %s imports %s\n\ttests may import: %s", i.at, p.dir, i.path, strings.Join(aids, ", "))
			}
		}
	}
}

// reaching answers which packages import one, themselves or through others.
func reaching(all []pkg, target string) map[string]bool {
	reach := map[string]bool{target: true}
	for grown := true; grown; {
		grown = false
		for _, p := range all {
			if !reach[p.dir] && slices.ContainsFunc(p.imports(false), func(i imported) bool { return reach[strings.TrimPrefix(i.path, module+"/")] }) {
				reach[p.dir], grown = true, true
			}
		}
	}
	return reach
}

func TestPureRooms(t *testing.T) {
	for _, p := range allPackages(t) {
		if r := roomOf(p.dir); r == nil || !r.pure {
			continue
		}
		for _, i := range p.imports(false) {
			if within(i.path, impure) {
				t.Errorf("%s: %s imports %s\n\tit is pure: no context, no clock, no network, no files, no log, no randomness. Let whoever calls it read, and hand over what was read", i.at, p.dir, i.path)
			}
		}
	}
}

// TestAloneInTheirKind names two arrows that matter most, whatever the table says.
func TestAloneInTheirKind(t *testing.T) {
	for _, p := range allPackages(t) {
		for _, tests := range []bool{false, true} {
			for _, i := range p.imports(tests) {
				dir, own := strings.CutPrefix(i.path, module+"/")
				if within(i.path, []string{sdk}) && p.dir != awsapi {
					t.Errorf("%s: %s imports the AWS SDK; only %s does", i.at, p.dir, awsapi)
				}
				fromSimulator := own && within(dir, []string{simulator})
				if fromSimulator && !tests && !within(p.dir, []string{simulator, "internal/cli", "internal/systemtest"}) {
					t.Errorf("%s: %s imports the simulator; only internal/cli and tests do", i.at, p.dir)
				}
			}
		}
	}
}

func TestUnwantedModules(t *testing.T) {
	for _, p := range allPackages(t) {
		for _, i := range slices.Concat(p.imports(false), p.imports(true)) {
			for path, instead := range unwanted {
				if within(i.path, []string{path}) {
					t.Errorf("%s imports %s; use %s", i.at, i.path, instead)
				}
			}
		}
	}
}

func TestGeneratedArrowsAreCurrent(t *testing.T) {
	const begin, end = "<!-- arrows: begin -->\n", "<!-- arrows: end -->\n"
	current(t, "docs/design.md", func(page []byte) []byte {
		before, rest, ok1 := bytes.Cut(page, []byte(begin))
		_, after, ok2 := bytes.Cut(rest, []byte(end))
		if !ok1 || !ok2 {
			t.Fatalf("the page has no %q and %q", begin, end)
		}
		return slices.Concat(before, []byte(begin+arrows()+end), after)
	})
}

// arrows is the table of rooms for the page.
func arrows() string {
	var b strings.Builder
	b.WriteString("| room | may import | because |\n|---|---|---|\n")
	for _, r := range rooms {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.dir, r.forPage(), r.why)
	}
	return b.String()
}

func (r *room) forPage() string {
	var all []string
	for _, name := range slices.Concat(r.rooms, r.modules) {
		all = append(all, "`"+strings.TrimPrefix(name, "internal/")+"`")
	}
	switch {
	case len(all) == 0 && r.pure:
		return "nothing; pure"
	case len(all) == 0:
		return "nothing"
	case r.pure:
		return strings.Join(all, ", ") + "; pure"
	}
	return strings.Join(all, ", ")
}
