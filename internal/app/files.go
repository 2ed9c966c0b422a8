package app

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// NewFile writes a file that is not there: whole, or not at all, so that it stays whatever happens then. The error wraps
// fs.ErrExist where something has that name already, be it a link to nothing.
func NewFile(path string, data []byte, mode fs.FileMode) error {
	return wholeFile(path, data, mode, os.Link) // which never replaces
}

// ReplaceFile writes a file like NewFile, in the place of none or of another. What stands there is not written through: a
// link is replaced, and not what it leads to.
func ReplaceFile(path string, data []byte, mode fs.FileMode) error {
	return wholeFile(path, data, mode, os.Rename)
}

func wholeFile(path string, data []byte, mode fs.FileMode, name func(from, to string) error) error {
	dir := filepath.Dir(path)
	f, err := os.CreateTemp(dir, ".tenantry-*")
	if err != nil {
		return fmt.Errorf("in %s: %w", dir, plainly(err))
	}
	defer os.Remove(f.Name()) // gone already where it was renamed
	_, err = f.Write(data)
	if err := errors.Join(err, f.Chmod(mode), f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("in %s: %w", dir, err)
	}
	if err := name(f.Name(), path); err != nil {
		return fmt.Errorf("%s: %w", path, plainly(err))
	}
	return syncDir(dir)
}

// plainly is an error without the name of a file that nobody has asked for.
func plainly(err error) error {
	if in, ok := errors.AsType[*fs.PathError](err); ok {
		return in.Err
	}
	if in, ok := errors.AsType[*os.LinkError](err); ok {
		return in.Err
	}
	return err
}

// syncDir makes sure that a name in a folder, or its absence, stays.
func syncDir(path string) error {
	dir, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
