package audit

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"
)

// RuleRows are rows of a data set with the rules of row-level security, as a file that a person has exported.
type RuleRows struct {
	File string // its name, for what is said about it
	// DataSet is the id of the data set that holds the rules.
	DataSet string
	Columns []string
	Rows    [][]string // each as long as Columns
}

// The columns that say whom a rule is for (Quick user guide, Using row-level security with user-based rules). What the
// others are called is up to the data.
const (
	userName  = "UserName"
	groupName = "GroupName"
	userARN   = "UserARN"
	groupARN  = "GroupARN"
)

var principalColumns = []string{userName, groupName, userARN, groupARN}

// ParseRuleRows reads the rules of row-level security that stand in a CSV file. Its name is DATASET_ID=FILE, or the file's
// alone where that is called DATASET_ID.csv. An error says in which line of the file what is wrong.
func ParseRuleRows(name string, text []byte) (RuleRows, error) {
	r := RuleRows{File: name}
	if id, file, given := strings.Cut(name, "="); given && id != "" && !strings.ContainsAny(id, `/\`) {
		r.DataSet, r.File = id, file
	} else {
		base := name[strings.LastIndexAny(name, `/\`)+1:]
		r.DataSet = strings.TrimSuffix(base, ".csv")
	}
	text = bytes.TrimPrefix(text, []byte("\xef\xbb\xbf"))
	if !utf8.Valid(text) {
		return RuleRows{}, fmt.Errorf("%s: it is not UTF-8: save it as CSV with UTF-8", r.File)
	}
	in := csv.NewReader(bytes.NewReader(text))
	in.FieldsPerRecord = -1
	var err error
	if r.Columns, err = in.Read(); errors.Is(err, io.EOF) {
		return RuleRows{}, fmt.Errorf("%s: it is empty: the first line has the names of the columns", r.File)
	} else if err != nil {
		return RuleRows{}, fmt.Errorf("%s: %w", r.File, err)
	}
	if err := checkColumns(r.Columns); err != nil {
		return RuleRows{}, fmt.Errorf("%s:1: %w", r.File, err)
	}
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return r, nil
		}
		if err != nil {
			return RuleRows{}, fmt.Errorf("%s: %w", r.File, err)
		}
		if line, _ := in.FieldPos(0); len(row) != len(r.Columns) {
			return RuleRows{}, fmt.Errorf("%s:%d: it has %d fields, and the first line names %d columns", r.File, line, len(row), len(r.Columns))
		}
		r.Rows = append(r.Rows, row)
	}
}

// checkColumns says what is wrong with the names of the columns, nil where nothing is.
func checkColumns(columns []string) error {
	found := false
	for i, c := range columns {
		if slices.Contains(columns[:i], c) {
			return fmt.Errorf("the column %q is there twice", c)
		}
		for _, p := range principalColumns {
			found = found || c == p
			if c != p && strings.EqualFold(strings.TrimSpace(c), p) {
				return fmt.Errorf("the column %q is to be called %q", c, p)
			}
		}
	}
	if !found {
		return errors.New("no column says whom a rule is for: UserName, GroupName, UserARN or GroupARN")
	}
	return nil
}
