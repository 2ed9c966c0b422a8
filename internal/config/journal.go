package config

import (
	"fmt"
	"path/filepath"
	"regexp"
	"strings"
)

// journal reads where the history is kept. Without the key, it is a file beside the configuration, with
// its name.
func (b *builder) journal(v *value) Journal {
	if !v.ok {
		name := strings.TrimSuffix(strings.TrimSuffix(filepath.Base(b.file), ".yaml"), ".yml")
		return Journal{Path: filepath.Join(filepath.Dir(b.file), name+".journal.db")}
	}
	path, file := strings.CutPrefix(v.text, "sqlite:")
	name, table := strings.CutPrefix(v.text, "dynamodb:")
	switch {
	case v.text == "memory":
		return Journal{}
	case file:
		return b.journalFile(v, path)
	case table && tableName.MatchString(name):
		return Journal{Table: name}
	case table:
		b.fail(v, fmt.Sprintf("%s is %s, without the name of a table", v.path, quote(v.text)), "a table's name has 3 to 255 letters, digits, '_', '-' and '.'; it is in the account and the identity Region of QuickSight", "write journal: dynamodb:tenantry")
	default: // not repeated: the address of a database may hold a password
		b.fail(v, v.path+" is no place for a history", "it is sqlite: with the path of a file, dynamodb: with the name of a table, or memory", "write journal: sqlite:tenantry.journal.db, or take out the key")
	}
	return Journal{}
}

// tableName is what DynamoDB takes for a name (API reference, CreateTable).
var tableName = regexp.MustCompile(`^[a-zA-Z0-9_.-]{3,255}$`)

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
	return Journal{Path: path}
}
