package app

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestFilesAreWhole: a new file never takes another's place, be it a link's; one that may is nobody else's afterwards; and nothing
// is left of one that could not be written.
func TestFilesAreWhole(t *testing.T) {
	dir := t.TempDir()
	at := func(name string) string { return filepath.Join(dir, name) }
	holds := func(name, want string, mode fs.FileMode) {
		t.Helper()
		data, err := os.ReadFile(at(name))
		info, lerr := os.Lstat(at(name))
		if err != nil || lerr != nil || string(data) != want || info.Mode() != mode {
			t.Errorf("%s holds %q, %v: %v %v; want %q, %v", name, data, info, err, lerr, want, mode)
		}
	}
	if err := NewFile(at("one"), []byte("1"), 0o640); err != nil {
		t.Fatal(err)
	}
	holds("one", "1", 0o640)
	if err := os.Symlink("nothing", at("link")); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"one", "link"} {
		if err := NewFile(at(name), []byte("2"), 0o600); !errors.Is(err, fs.ErrExist) || strings.Contains(err.Error(), ".tenantry-") {
			t.Errorf("%s: %v", name, err)
		}
	}
	holds("one", "1", 0o640)
	if _, err := os.Lstat(at("nothing")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it was written through a link: %v", err)
	}

	if err := os.Remove(at("link")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("one", at("link")); err != nil {
		t.Fatal(err)
	}
	if err := ReplaceFile(at("link"), []byte("3"), 0o600); err != nil {
		t.Fatal(err)
	}
	holds("link", "3", 0o600)
	holds("one", "1", 0o640)

	if err := os.Mkdir(at("folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"folder", "none/one"} {
		if err := ReplaceFile(at(name), []byte("4"), 0o600); err == nil || strings.Contains(err.Error(), ".tenantry-") {
			t.Errorf("%s: %v", name, err)
		}
	}
	if left, err := filepath.Glob(at(".*")); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}
