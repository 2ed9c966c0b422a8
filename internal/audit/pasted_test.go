package audit

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
)

// advised are the commands that mends are made of, each with its options: testdata/commands.txt. That AWS has them, and
// tenantry, others test from the same file.
var advised = sync.OnceValues(func() (map[string][]string, error) {
	text, err := os.ReadFile("testdata/commands.txt")
	all := map[string][]string{}
	for line := range strings.Lines(string(text)) {
		if words := strings.Fields(line); len(words) > 0 && words[0] != "#" {
			command, options := splitCommand(words)
			all[command] = options
		}
	}
	return all, err
})

// splitCommand takes the options of a command apart from what it is: their names, and not what they say.
func splitCommand(words []string) (command string, options []string) {
	n := 2
	if words[0] == "aws" || words[1] == "policy" {
		n = 3
	}
	for _, w := range words[n:] {
		if strings.HasPrefix(w, "--") {
			options = append(options, w)
		}
	}
	return strings.Join(words[:n], " "), options
}

var (
	quotedWord  = regexp.MustCompile(`'[^']*'`)
	placeholder = regexp.MustCompile(`(^|[ /:=])(NAME|ID|ARN|ROLE|GROUP|PROFILE|[A-Z]+-ARN|RULES|FILE|NAMESPACES?|THE)\b|…|<|>|\.\.\.`)
)

// canBePasted fails for a mend that has a step which looks like a command and is none: one with a part to fill in, with words
// around it, or with an option that nobody has.
func canBePasted(t *testing.T, f Finding) {
	t.Helper()
	known, err := advised()
	if err != nil {
		t.Fatal(err)
	}
	for step := range strings.SplitSeq(f.Mend, "\n") {
		if !strings.HasPrefix(step, "aws ") && !strings.HasPrefix(step, "tenantry ") {
			if step == "" || strings.Contains(step, "--aws-account-id") || strings.Contains(step, " && ") {
				t.Errorf("%s: a sentence with a command in it: %q", f.Code, step)
			}
			continue
		}
		for one := range strings.SplitSeq(step, " && ") {
			bare := strings.ReplaceAll(one, `'\''`, "")
			bare = quotedWord.ReplaceAllString(bare, "x")
			if strings.ContainsAny(bare, `'"`) || placeholder.MatchString(strings.ReplaceAll(bare, "--sharing-model NAMESPACE", "")) || placeholder.MatchString(one[strings.LastIndex(one, "/")+1:]) {
				t.Errorf("%s: it cannot be pasted: %s", f.Code, one)
			}
			command, options := splitCommand(strings.Fields(bare))
			for _, o := range options {
				if !slices.Contains(known[command], o) {
					t.Errorf("%s: testdata/commands.txt has no %s with %s", f.Code, command, o)
				}
			}
			if _, is := known[command]; !is {
				t.Errorf("%s: testdata/commands.txt has no %s", f.Code, command)
			}
		}
	}
}
