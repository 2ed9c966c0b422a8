package doctor

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/tenantry/tenantry/internal/audit"
)

// advised are the commands that mends are made of, each with its options: testdata/commands.txt. That AWS has them, and tenantry,
// others test from the same file.
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

// splitCommand takes the options of a command apart from what it is.
func splitCommand(words []string) (command string, options []string) {
	n := slices.IndexFunc(words, func(w string) bool { return strings.HasPrefix(w, "--") })
	if n < 0 {
		n = len(words)
	}
	for _, w := range words[n:] {
		if strings.HasPrefix(w, "--") {
			options = append(options, w)
		}
	}
	return strings.Join(words[:n], " "), options
}

var quotedWord = regexp.MustCompile(`'[^']*'`)

// canBePasted fails for a step that is a command and has a part to fill in, or is none that is known, and for a sentence that
// has a command in it.
func canBePasted(t *testing.T, check, mend string) {
	t.Helper()
	known, err := advised()
	if err != nil {
		t.Fatal(err)
	}
	for step := range strings.SplitSeq(mend, "\n") {
		if !audit.IsCommand(step) {
			if step == "" || strings.Contains(step, " && ") || strings.Contains(step, "aws ") {
				t.Errorf("%s: a sentence with a command in it: %q", check, step)
			}
			continue
		}
		bare := quotedWord.ReplaceAllString(step, "x")
		if strings.ContainsAny(bare, `'"<>…`) || strings.Contains(bare, "..") {
			t.Errorf("%s: it cannot be pasted: %s", check, step)
		}
		command, options := splitCommand(strings.Fields(bare))
		if _, is := known[command]; !is {
			t.Errorf("%s: testdata/commands.txt has no %s", check, command)
		}
		for _, o := range options {
			if !slices.Contains(known[command], o) {
				t.Errorf("%s: testdata/commands.txt has no %s with %s", check, command, o)
			}
		}
	}
}
