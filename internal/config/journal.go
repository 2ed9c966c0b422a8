package config

import (
	"fmt"
	"path/filepath"
	"strings"
)

// journal reads where the history is kept. Without the key, it is a file beside the configuration, with
// its name.
func (b *builder) journal(v *value) Journal {
	if !v.ok {
		name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(b.file), ".yaml"), ".yml")
		return Journal{filepath.Join(filepath.Dir(b.file), name+".journal.db")}
	}
	path, file := strings.CutPrefix(v.text, "sqlite:")
	switch {
	case v.text == "memory":
		return Journal{}
	case file:
		return b.journalFile(v, path)
	case strings.HasPrefix(v.text, "dynamodb:"):
		b.fail(v, v.path+" is in DynamoDB, which does nothing yet", "not yet: this version keeps the history in a file, or in memory", "write journal: sqlite:PATH, or journal: memory")
	default: // not repeated: the address of a database may hold a password
		b.fail(v, v.path+" is no place for a history", "it is sqlite: with the path of a file, or memory", "write journal: sqlite:tenantry.journal.db, or take out the key")
	}
	return Journal{}
}

// journalFile answers the path as it is seen from where the process runs.
func (b *builder) journalFile(v *value, path string) Journal {
	switch {
	case path == "" || path != strings.TrimSpace(path) || strings.HasSuffix(path, "/"):
		b.fail(v, fmt.Sprintf("%s is %s, without the name of a file", v.path, quote(v.text)), "the history is one file, with a name", "write journal: sqlite:tenantry.journal.db, or take out the key")
		return Journal{}
	case path == ":memory:":
		b.fail(v, v.path+" is the memory, in SQLite's words", "such a history ends with the process, and no other process sees it", "write journal: memory")
		return Journal{}
	}
	if !filepath.IsAbs(path) {
		path = filepath.Join(filepath.Dir(b.file), path)
	}
	if filepath.Clean(path) == filepath.Clean(b.file) {
		b.fail(v, v.path+" is the configuration's own file", "the history is a database, and a file of its own", "name another file, such as sqlite:tenantry.journal.db")
	}
	return Journal{path}
}
