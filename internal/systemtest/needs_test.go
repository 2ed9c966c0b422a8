package systemtest

import (
	"flag"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/policy"
)

// need is that a purpose was allowed an action by a statement of its policies.
type need struct {
	purpose     policy.Purpose
	sid, action string
}

func (n need) String() string { return fmt.Sprintf("%s: %s: %s", n.purpose, n.sid, n.action) }

// noted are the needs of all tests of this run, each with the first call that needed it, and the policies that it was judged by.
type noted struct {
	mu    sync.Mutex
	first map[need]instance
}

type instance struct {
	texts []string
	asked policydoc.Request
}

var needs = &noted{first: map[need]instance{}}

func (n *noted) note(p policy.Purpose, texts []string, sid string, asked policydoc.Request) {
	n.mu.Lock()
	defer n.mu.Unlock()
	of := need{p, sid, asked.Action}
	if _, known := n.first[of]; !known {
		n.first[of] = instance{texts, asked}
	}
}

// alike are the statements whose actions are one for each kind of asset, by one table (internal/awsapi/assets_kinds.go): a kind
// that one purpose comes to, each would. Which kinds somebody has is a matter of the world.
var alike = []string{"FindWhatIsOwned", "HandOver"}

// notNeededHere are what nothing needs in these tests, as statements or as actions of a purpose, and why it is there all the
// same: the simulated AWS does not ask for it. Whatever it does ask for is needed by a journey (journeys_test.go).
var notNeededHere = map[string]string{
	"Log":                           "Lambda writes a function's log with the function's rights (AWS Lambda developer guide, \"Defining Lambda function permissions with an execution role\")",
	"probe: quicksight:TagResource": "CreateNamespace takes tags (Amazon QuickSight API reference), and by which action giving them is judged is not documented",
}

// because says why a need may have none who needs it, "" if it must have.
func (n need) because() string {
	for _, key := range []string{n.sid, string(n.purpose) + ": " + n.sid, string(n.purpose) + ": " + n.action} {
		if why := notNeededHere[key]; why != "" {
			return why
		}
	}
	return ""
}

// unneeded are the actions of the policies that no call of this run has needed, as lines.
func (n *noted) unneeded() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []string
	for _, p := range policy.Purposes {
		for _, s := range policy.ControllerStatements(p) {
			for _, action := range s.Actions {
				of := need{p, s.Sid, action}
				if !n.knows(of) && of.because() == "" {
					all = append(all, of.String()+": no call needs it")
				}
			}
		}
	}
	return all
}

// knows reports whether something was needed.
func (n *noted) knows(of need) bool {
	if !slices.Contains(alike, of.sid) {
		_, known := n.first[of]
		return known
	}
	return slices.ContainsFunc(policy.Purposes, func(p policy.Purpose) bool {
		_, known := n.first[need{p, of.sid, of.action}]
		return known
	})
}

// stale are the keys of notNeededHere about what is needed here throughout, as lines.
func (n *noted) stale() []string {
	excused := map[string]bool{}
	for _, p := range policy.Purposes {
		for _, s := range policy.ControllerStatements(p) {
			for _, action := range s.Actions {
				of := need{p, s.Sid, action}
				if n.knows(of) {
					continue
				}
				excused[s.Sid], excused[string(p)+": "+s.Sid], excused[string(p)+": "+action] = true, true, true
			}
		}
	}
	var all []string
	for _, key := range slices.Sorted(maps.Keys(notNeededHere)) {
		if !excused[key] {
			all = append(all, key+": it is needed here, and the table says that it is not")
		}
	}
	return all
}

// unmissed are the needs whose action can be taken out of the policies without anything being refused, as lines.
func (n *noted) unmissed() []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	var all []string
	for of, i := range n.first {
		var without []policydoc.Document
		for _, text := range i.texts {
			d, err := policydoc.ParseIdentity(text)
			if err != nil {
				return []string{err.Error()}
			}
			for j := range d.Statements {
				if s := &d.Statements[j]; s.Allow && s.Sid == of.sid {
					s.Actions = slices.DeleteFunc(s.Actions, func(a string) bool { return a == of.action })
				}
			}
			without = append(without, d)
		}
		if policydoc.Judge(without, i.asked).Decision == policydoc.Allowed {
			all = append(all, of.String()+": without it everything is allowed that was")
		}
	}
	slices.Sort(all)
	return all
}

// run runs the tests. When all of them have run, and have passed, the policies must have no action that nothing has needed, and
// none that could be left out. Which tests those are that need something nobody has written down: so a run of some of the tests
// says nothing about it.
func run(m *testing.M) int {
	code := m.Run()
	if file := os.Getenv("TENANTRY_SYSTEMTEST_NEEDS"); file != "" {
		all := slices.Sorted(maps.Keys(lines(needs.first)))
		if err := os.WriteFile(file, []byte(strings.Join(all, "\n")+"\n"), 0o644); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
	}
	if code != 0 || !isWhole() {
		return code
	}
	wrong := slices.Concat(needs.unneeded(), needs.stale(), needs.unmissed())
	for _, line := range wrong {
		fmt.Printf("the policies of tenantry itself: %s\n", line)
	}
	if len(wrong) > 0 {
		fmt.Println("FAIL")
		return 1
	}
	return 0
}

func lines(first map[need]instance) map[string]bool {
	all := map[string]bool{}
	for of := range first {
		all[of.String()] = true
	}
	return all
}

// isWhole reports whether this run was of all tests.
func isWhole() bool {
	flags := map[string]string{}
	flag.Visit(func(f *flag.Flag) { flags[f.Name] = f.Value.String() })
	return flags["test.run"] == "" && flags["test.skip"] == "" && flags["test.list"] == "" && flags["test.fuzz"] == "" && flags["test.short"] != "true"
}
