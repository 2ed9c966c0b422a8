package planted

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// aProgram has functions of every form.
const aProgram = `package main

import "fmt"

type counter[T any] struct{ n int }

func (c *counter[T]) add(_ T, more ...int) (int, error) {
	c.n += len(more) // here
	return c.n, nil
}

func first[A, B any](a A, _ B) A { return a /* there */ }

func say(string) { fmt.Println("well") }

func main() {
	c := &counter[string]{}
	fmt.Println(c.add("x", 1, 2))
	fmt.Println(first("a", 2))
	say("")
}
`

// TestTwins: of bugs that are compiled in together, a program has the one that it is told, or none.
func TestTwins(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	s, err := parse("main.go", aProgram)
	if err != nil {
		t.Fatal(err)
	}
	was := [][2]string{{"len(more) // here", "7"}, {"return c.n, nil", "return -c.n, nil"}, {"return a /* there */", "var none A; return none"}, {`"well"`, `"bad"`}}
	var twins []twin
	for i, change := range was {
		one, ok := s.twinOf(strings.Replace(aProgram, change[0], change[1], 1), i+1)
		if !ok {
			t.Fatalf("%q has no twin", change[0])
		}
		twins = append(twins, one)
	}
	for _, outside := range []string{"n int", "c *counter[T]) add", "c := &counter"} {
		if _, ok := s.twinOf(strings.Replace(aProgram, outside, "x "+outside, 1), 9); ok {
			t.Errorf("%q is within a function that can have a twin", outside)
		}
	}
	write("go.mod", "module example\n\ngo 1.26\n")
	write("main.go", s.withTwins(twins))
	write("bug.go", strings.NewReplacer("%s", "main", "%q", `"`+theBug+`"`).Replace(besides))
	program := filepath.Join(dir, "program")
	build := exec.Command("go", "build", "-o", program, ".")
	build.Dir = dir
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for number, want := range map[string]string{
		"": "2 <nil>\na\nwell\n", "1": "7 <nil>\na\nwell\n", "2": "-2 <nil>\na\nwell\n", "3": "2 <nil>\n\nwell\n", "4": "2 <nil>\na\nbad\n",
	} {
		cmd := exec.Command(program)
		cmd.Env = append(os.Environ(), theBug+"="+number)
		if out, err := cmd.CombinedOutput(); err != nil || string(out) != want {
			t.Errorf("with the bug %q: %v\n%swant\n%s", number, err, out, want)
		}
	}
}
