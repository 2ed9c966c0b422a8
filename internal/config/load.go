package config

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Load reads a configuration from a file. The Config is nil when there is an error among the
// problems; a file that cannot be read is one of them.
func Load(path string) (*Config, Problems) {
	r := &report{file: path}
	data, ok := r.load(path)
	if !ok {
		return nil, r.problems
	}
	return Parse(path, data)
}

// Remote reports whether a path is no file's: ssm:NAME (a parameter of AWS Systems Manager) or s3://BUCKET/KEY. Whoever can
// reads it, and hands it to Parse with its path.
func Remote(path string) bool {
	return strings.HasPrefix(path, "ssm:") || strings.HasPrefix(path, "s3:")
}

// load reads the file, and refuses one that anybody could have written.
func (r *report) load(path string) ([]byte, bool) {
	f, err := os.Open(path)
	if err != nil {
		r.cannotRead(err)
		return nil, false
	}
	defer f.Close()
	info, err := f.Stat()
	switch {
	case err != nil:
		r.cannotRead(err)
		return nil, false
	case info.IsDir():
		r.add(Error, 0, 0, "this is a directory", "the configuration is one file", "give the path of the file in it, such as tenantry.yaml")
		return nil, false
	case info.Mode().IsRegular() && info.Mode().Perm()&0o002 != 0:
		r.add(Error, 0, 0, fmt.Sprintf("anyone on this machine may change the file (mode %04o)", info.Mode().Perm()),
			"whoever writes it says who gets into which tenant", "run: chmod o-w "+path)
		return nil, false
	}
	data, err := io.ReadAll(io.LimitReader(f, maxBytes+1))
	if err != nil {
		r.cannotRead(err)
		return nil, false
	}
	return data, true
}

func (r *report) cannotRead(err error) {
	var at *fs.PathError
	if errors.As(err, &at) {
		err = at.Err
	}
	fix := "check the path and its permissions"
	if errors.Is(err, fs.ErrNotExist) {
		fix = "check the path given to -c or TENANTRY_CONFIG, or write a starting file with `tenantry config init`"
	}
	r.add(Error, 0, 0, "the file cannot be read", err.Error(), fix)
}
