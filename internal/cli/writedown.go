//go:build !tenantry.lambda

package cli

import (
	"fmt"
	"os"

	"github.com/tenantry/tenantry/internal/app"
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

// writeDown writes a file for nobody but its owner to read. What is there already is written over only with force.
func writeDown(path string, data []byte, force bool) error {
	if force {
		return app.ReplaceFile(path, data, 0o600)
	}
	return app.NewFile(path, data, 0o600)
}
