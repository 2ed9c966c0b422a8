package planted

import (
	"fmt"
	"os"
	"strings"
	"testing"
)

// bug is an entry of the list.
type bug struct {
	at      string // where it stands in the list
	name    string
	promise string // what it breaks, and how
	file    string // from the root of the module
	was, is string // the text, and what takes its place
	dir     string // of the package whose test has to find it
	run     string // that test, as -run takes it
}

const list = "bugs.txt"

// readBugs reads the list. Its form is told at its beginning.
func readBugs(t *testing.T) []*bug {
	t.Helper()
	data, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	var bugs []*bug
	var b *bug
	for i, line := range strings.Split(string(data), "\n") {
		at := fmt.Sprintf("internal/planted/%s:%d", list, i+1)
		mark, text, _ := strings.Cut(line, " ")
		switch {
		case mark == "==":
			b = &bug{at: at, name: text}
			bugs = append(bugs, b)
		case b == nil || line == "" || mark == "##": // what the list says of itself, and its headings
		case mark == "in":
			b.file = text
		case mark == "-":
			b.was += text + "\n"
		case mark == "+":
			b.is += text + "\n"
		case mark == "found":
			_, by, _ := strings.Cut(text, " ")
			b.dir, b.run, _ = strings.Cut(by, " ")
		default:
			b.promise = strings.TrimSpace(b.promise + " " + line)
		}
	}
	for _, b := range bugs {
		b.was, b.is = strings.TrimSuffix(b.was, "\n"), strings.TrimSuffix(b.is, "\n")
	}
	return bugs
}
