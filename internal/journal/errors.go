package journal

import (
	"errors"
	"fmt"
)

// What can be wrong with a file. Each is wrapped in an *Error.
var (
	// ErrForeign means that it is the journal of another account or identity store.
	ErrForeign = errors.New("another account's journal")
	// ErrNewer means that a newer tenantry wrote it.
	ErrNewer = errors.New("a newer tenantry's journal")
	// ErrNotJournal means that it is something else.
	ErrNotJournal = errors.New("not a journal")
	// ErrDamaged means that it cannot be read as it was written.
	ErrDamaged = errors.New("a damaged journal")
	// ErrRolledBack means that it has fewer records than it had, or others.
	ErrRolledBack = errors.New("an older state of the journal")
	// ErrReplaced means that another file has its name since it was opened.
	ErrReplaced = errors.New("the journal was replaced")
	// ErrFull means that there is no room for a record.
	ErrFull = errors.New("no room for the journal")
	// ErrDisk means that the disk would not read or write.
	ErrDisk = errors.New("the journal's disk failed")
	// ErrBusy means that others were writing all the time.
	ErrBusy = errors.New("the journal is locked")
	// ErrNoAccess means that the file cannot be opened or made.
	ErrNoAccess = errors.New("no access to the journal")
)

// ErrReading means that something was to be recorded in a journal that was opened to be read.
var ErrReading = errors.New("it was opened to be read")

// Error says why a file cannot be used as the journal.
type Error struct {
	Kind error  // one of the above
	Path string // the file
	Why  string // as a clause
	Mend string
	Err  error // what the system said, nil where it is tenantry that refuses
}

func (e *Error) Error() string { return fmt.Sprintf("%s: %s", e.Path, e.Why) }

// Unwrap is the kind, and what the system said.
func (e *Error) Unwrap() []error {
	if e.Err == nil {
		return []error{e.Kind}
	}
	return []error{e.Kind, e.Err}
}

// Hint says what to do.
func (e *Error) Hint() string { return e.Mend }

// beginAnew is what ends most troubles with a file that cannot be mended.
func beginAnew(path string) string {
	return fmt.Sprintf("put a good copy of it back; or move %s and its companions (%[1]s-*) away, and a new history begins: nothing in AWS depends on the old one", path)
}
