//go:build !tenantry.lambda

package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// numbered is what a file of JSON is called that nobody has named, the first or a later one.
func numbered(stem string, i int) string {
	if i == 1 {
		return stem + ".json"
	}
	return fmt.Sprintf("%s-%d.json", stem, i)
}

// freeFile is the first of those names that no file has.
func freeFile(stem string) string {
	for i := 1; ; i++ {
		if _, err := os.Lstat(numbered(stem, i)); err != nil {
			return numbered(stem, i)
		}
	}
}

// there reports whether something has the name of a file.
func there(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// writeDown writes a file so that it stays, whatever happens then, for nobody but its owner to read. What is there
// already is written over only with force.
func writeDown(path string, data []byte, force bool) error {
	if force {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err // a new file has its own mode, and is nobody else's behind a link
		}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	defer dir.Close()
	return dir.Sync()
}
