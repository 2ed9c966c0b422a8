package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tenantry/tenantry/internal/cli"
)

// canary begins every secret that the program is given in scripts: nothing that it says, and no file that it leaves, may
// have it (T22).
const canary = "canary-0b1c2d3e-"

// toldASecret is the exit code of a program that has told a secret.
const toldASecret = 99

// watched is the program, with an eye on what it says: it ends with toldASecret where a secret is among it.
func watched() {
	var told sync.WaitGroup
	leaked := make(chan string, 2)
	watch := func(at **os.File) (restore func()) {
		out := *at
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		*at = w
		told.Go(func() {
			s := &watcher{to: out}
			_, _ = io.Copy(s, r) // who reads it may have gone
			if s.seen {
				leaked <- "a secret is told"
			}
		})
		return func() { _, *at = w.Close(), out }
	}
	restores := []func(){watch(&os.Stdout), watch(&os.Stderr)}
	code := cli.Main()
	for _, restore := range restores {
		restore()
	}
	told.Wait()
	if len(leaked) > 0 {
		fmt.Fprintln(os.Stderr, <-leaked)
		code = toldASecret
	}
	os.Exit(code)
}

// watcher passes on what is written, and remembers whether the canary was in it.
type watcher struct {
	to   io.Writer
	last []byte // of what was written before, where a canary may begin
	seen bool
}

// Write passes on even where the other end is gone, so that whoever writes is not held up.
func (w *watcher) Write(p []byte) (int, error) {
	both := append(w.last, p...)
	w.seen = w.seen || bytes.Contains(both, []byte(canary))
	w.last = bytes.Clone(both[max(0, len(both)-len(canary)+1):])
	_, _ = w.to.Write(p)
	return len(p), nil
}

// filesWithout looks for secrets in every file that a script leaves: journals, plans, reports.
func filesWithout(env *testscript.Env) error {
	env.Defer(func() {
		if found := filesWith(env.WorkDir); len(found) > 0 {
			env.T().Fatal("a secret is in " + strings.Join(found, ", "))
		}
	})
	return nil
}

func filesWith(dir string) (found []string) {
	_ = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return nil // it is gone, or holds nothing
		}
		if data, err := os.ReadFile(path); err == nil && bytes.Contains(data, []byte(canary)) {
			found = append(found, path)
		}
		return nil
	})
	return found
}

// T22: a secret is seen in whatever pieces it is told, and in whatever file.
func TestT22Canary(t *testing.T) {
	for _, pieces := range [][]string{{"a " + canary + "x"}, {"a cana", "ry-0b", "1c2d3e-x"}, {"a", canary}, strings.Split(canary, "")} {
		var to strings.Builder
		w := &watcher{to: &to}
		for _, p := range pieces {
			if n, err := io.WriteString(w, p); n != len(p) || err != nil {
				t.Errorf("%d, %v", n, err)
			}
		}
		if !w.seen || to.String() != strings.Join(pieces, "") {
			t.Errorf("%q: seen %v, passed on %q", pieces, w.seen, to.String())
		}
	}
	w := &watcher{to: io.Discard}
	if _, _ = io.WriteString(w, "canary-0b1c and canary, 2d3e-"); w.seen {
		t.Error("seen where there is none")
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "journal"), []byte("\x00"+canary), 0o600); err != nil {
		t.Fatal(err)
	}
	if found := filesWith(dir); len(found) != 1 {
		t.Errorf("found in %v", found)
	}
}
