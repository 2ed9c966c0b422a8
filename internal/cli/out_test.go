package cli

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/engine"
)

// A plan is saved as a file, in the place of none or of another. It never takes the place of a
// device or a link: run by root, -o /dev/null would put a file there, for every program of the machine.
func TestWhereAPlanIsSaved(t *testing.T) {
	dir := t.TempDir()
	plain, link := filepath.Join(dir, "plain.json"), filepath.Join(dir, "link.json")
	if err := os.WriteFile(plain, nil, 0o644); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("/dev/fd/1", link); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		out  string
		code int
		says string
	}{
		{filepath.Join(dir, "new.json"), 0, "saved the plan"},
		{plain, 0, "saved the plan"},
		{"", 64, "-o is empty"},
		{"-", 64, "--format json"},
		{dir, 64, "is a directory"},
		{filepath.Join(dir, "no", "plan.json"), 64, "there is no directory"},
		{filepath.Join(plain, "plan.json"), 64, "there is no directory"},
		{link, 64, "no ordinary file"},
	} {
		before, _ := os.Lstat(tt.out)
		x := newTerminal(t, &fake{pass: engine.Pass{Plan: onePending(t)}})
		if code := x.run(t, "plan", "-o", tt.out); code != tt.code || !strings.Contains(x.err.String(), tt.says) {
			t.Errorf("-o %q: exit code %d, %s", tt.out, code, x.err)
		}
		after, err := os.Lstat(tt.out)
		switch {
		case tt.code == 0 && (err != nil || after.Mode() != 0o600):
			t.Errorf("-o %q: %v, %v", tt.out, after, err)
		case tt.code != 0 && before != nil && after.Mode().Type() != before.Mode().Type():
			t.Fatalf("-o %q: %s became %s", tt.out, before.Mode(), after.Mode())
		}
	}
	left, err := fs.Glob(os.DirFS(dir), ".tenantry-*")
	if err != nil || len(left) > 0 {
		t.Errorf("left in the directory: %v, %v", left, err)
	}
}
