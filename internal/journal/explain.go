//go:build !tenantry.lambda

package journal

import (
	"errors"
	"io/fs"
	"path/filepath"
	"syscall"

	"modernc.org/sqlite"
)

// Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
const (
	codePerm, codeBusy, codeLocked, codeReadOnly  = 3, 5, 6, 8
	codeIO, codeCorrupt, codeFull, codeCannotOpen = 10, 11, 13, 14
	codeNotADatabase                              = 26
	codeShortRead                                 = codeIO | 2<<8
)

// explain makes an *Error of what a file system or SQLite says.
func (f *file) explain(err error) error {
	var known *Error
	var of *sqlite.Error
	switch {
	case err == nil, errors.As(err, &known):
		return err
	case errors.As(err, &of):
		return f.explainCode(of.Code(), err)
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		return f.full(err)
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, fs.ErrPermission), errors.Is(err, syscall.EROFS), errors.Is(err, syscall.ENOTDIR):
		return f.noAccess(reason(err), err)
	}
	return err
}

func (f *file) explainCode(code int, err error) error {
	kind, why, mend := error(nil), "", ""
	switch primary := code & 0xff; {
	case code == codeShortRead, primary == codeCorrupt:
		kind, why, mend = ErrDamaged, "the file is damaged", beginAnew(f.path)
	case primary == codeNotADatabase:
		kind, why, mend = ErrNotJournal, "the file is no journal, or its beginning is damaged", "name another with the configuration's key journal: sqlite:PATH; or "+beginAnew(f.path)
	case primary == codeFull:
		return f.full(err)
	case primary == codeIO:
		kind, why, mend = ErrDisk, "the disk would not read or write", "look at the machine's disk, and whether it is full"
	case primary == codeBusy, primary == codeLocked:
		kind, why, mend = ErrBusy, "another process has been writing to it for five seconds", "try again; on a file system of the network, SQLite's locks do not work: put the journal on a disk of this machine"
	case primary == codePerm, primary == codeReadOnly, primary == codeCannotOpen:
		return f.noAccess("it cannot be opened for writing", err)
	default:
		return err
	}
	return &Error{kind, f.path, why + ": " + err.Error(), mend, err}
}

func (f *file) full(err error) error {
	return &Error{ErrFull, f.path, "there is no room on the disk", "make room; what was not recorded was not done", err}
}

func (f *file) noAccess(why string, err error) error {
	return &Error{ErrNoAccess, f.path, why, "tenantry keeps its history there, and needs a directory that is there and that it may write to: " +
		filepath.Dir(f.path) + "; or name another place with the configuration's key journal: sqlite:PATH", err}
}

// reason is a file system's error without its path, which stands in the Error already.
func reason(err error) string {
	var in *fs.PathError
	if errors.As(err, &in) {
		return in.Err.Error()
	}
	return err.Error()
}
