//go:build !tenantry.lambda

package cli

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/engine"
	"github.com/tenantry/tenantry/internal/view"
)

// readConfig reads the configuration's file as it is.
func readConfig(path string) ([]byte, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the configuration: %w", err)
	}
	return data, nil
}

// rewrite gives a file other contents, in one step, with the mode that it has, also behind a link. It refuses where the file
// is not what it was when it was read.
func rewrite(path string, was, is []byte) error {
	path, err := filepath.EvalSymlinks(path)
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	if now, err := readConfig(path); err != nil {
		return err
	} else if !bytes.Equal(now, was) {
		return &engine.RefusedError{Why: path + " has changed meanwhile, and was not written", Mend: "tenantry doctor --probe --print prints what to write"}
	}
	info, err := os.Stat(path)
	if err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	if err := app.ReplaceFile(path, is, info.Mode().Perm()); err != nil {
		return fmt.Errorf("write the configuration: %w", err)
	}
	return nil
}

// showChange tells which lines of a file change: all between the first and the last that do.
func showChange(s *view.IO, path, was, is string) {
	before, after := strings.Split(was, "\n"), strings.Split(is, "\n")
	first := 0
	for first < len(before) && first < len(after) && before[first] == after[first] {
		first++
	}
	for len(before) > first && len(after) > first && before[len(before)-1] == after[len(after)-1] {
		before, after = before[:len(before)-1], after[:len(after)-1]
	}
	fmt.Fprintf(s.Err, "\n%s:%d\n", view.Name(path), first+1)
	for _, line := range before[first:] {
		fmt.Fprintf(s.Err, "- %s\n", view.Safe(strings.TrimRight(line, "\r")))
	}
	for _, line := range after[first:] {
		fmt.Fprintf(s.Err, "+ %s\n", view.Safe(strings.TrimRight(line, "\r")))
	}
}
