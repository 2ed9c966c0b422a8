//go:build !tenantry.lambda

package journal

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"

	_ "modernc.org/sqlite" // the driver
)

// file is a journal in a SQLite database.
type file struct {
	path string
	is   os.FileInfo // the file that was opened
	db   *sql.DB
	seal seal
	note *note
	// newestPause is prepared, since it is asked before every write to AWS.
	newestPause *sql.Stmt

	writing sync.Mutex // one writer of this process at a time, so that they do not wait for each other by polling
	mu      sync.Mutex
	known   Head // the newest record that is known to have been there
}

// openFile opens the file, and makes it where there is none.
func openFile(ctx context.Context, path string, spec Spec) (*Journal, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	f := &file{path: path, note: &note{path: path + "-head"}}
	if err := f.open(ctx, spec); err != nil {
		f.close()
		return nil, fmt.Errorf("open the journal: %w", err)
	}
	return &Journal{store: f, seal: f.seal, born: f.seal.born()}, nil
}

func (f *file) open(ctx context.Context, spec Spec) (err error) {
	if err := f.find(spec.Reading); err != nil {
		return f.explain(err)
	}
	if f.db, err = sql.Open("sqlite", dsn(f.path)); err != nil {
		return f.explain(err)
	}
	f.db.SetMaxIdleConns(4)
	if err := f.prepare(ctx, spec); err != nil {
		return f.explain(err)
	}
	if f.newestPause, err = f.db.PrepareContext(ctx, selectPause); err != nil {
		return f.explain(err)
	}
	return f.explain(f.checkEnd(ctx))
}

// dsn says how each connection is made.
//
// synchronous is FULL: in WAL mode, SQLite's NORMAL may lose the last transactions when the machine's
// power goes, and an intent that is lost is a write to AWS of which nothing is known. It costs one fsync
// a transaction. A transaction takes the write lock when it begins (immediate), so that the end of the
// chain that it reads is still the end when it writes. What a file from elsewhere has in its schema is
// not trusted.
func dsn(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") {
		path = "/" + path // a drive's letter
	}
	u := url.URL{Scheme: "file", Path: path, RawQuery: url.Values{
		"_pragma": {"busy_timeout(5000)", "synchronous(FULL)", "trusted_schema(OFF)", "cell_size_check(ON)"},
		"_txlock": {"immediate"}, "_defensive": {"1"}, "_dqs": {"0"}, "_error_rc": {"1"},
	}.Encode()}
	return u.String()
}

// find looks at the file, and makes an empty one where there is none, unless it is to be read: for its owner alone. SQLite gives
// its own companions the same mode.
func (f *file) find(reading bool) error {
	info, err := os.Stat(f.path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := f.lost(); err != nil {
			return err
		}
		if reading {
			return err
		}
		if err := create(f.path); err != nil {
			return err
		}
		info, err = os.Stat(f.path)
	}
	switch {
	case err != nil:
		return err
	case !info.Mode().IsRegular():
		return &Error{ErrNotJournal, f.path, "it is no ordinary file", "name another with the configuration's key journal: sqlite:PATH", nil}
	case info.Mode().Perm()&0o002 != 0:
		return &Error{ErrNoAccess, f.path, fmt.Sprintf("anyone on this machine may change it (mode %04o)", info.Mode().Perm()), "run: chmod 600 " + f.path, nil}
	case info.Size() == 0:
		if err := f.lost(); err != nil {
			return err
		}
	}
	f.is = info
	return nil
}

// create makes an empty file that survives the machine's power. The file is never opened otherwise than
// by SQLite once it is there: closing it would end SQLite's locks (POSIX advisory locks).
func create(path string) error {
	made, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil // another process was faster
	}
	if err != nil {
		return err
	}
	if err := made.Close(); err != nil {
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync() // not every system can; then the file may be missing after the power was
		dir.Close()
	}
	return nil
}

// inPlace makes sure that the name still means the file that is open. What is written to one that was
// moved away or deleted is written to nobody, and a pause in the new one would not be seen.
func (f *file) inPlace() error {
	info, err := os.Stat(f.path)
	if err != nil || !os.SameFile(info, f.is) {
		return &Error{ErrReplaced, f.path, "the file was moved, deleted or replaced while it was open", "start again; a journal is put back while nothing is running", err}
	}
	return nil
}

func (f *file) durable() bool { return true }

func (f *file) close() error {
	var errs []error
	if f.newestPause != nil {
		errs = append(errs, f.newestPause.Close())
	}
	if f.db != nil {
		errs = append(errs, f.db.Close())
	}
	return errors.Join(append(errs, f.note.close())...)
}
