package audit

import (
	"strings"
	"testing"
)

func TestParseRuleRows(t *testing.T) {
	for _, c := range []struct {
		name, file, text string
		dataSet, said    string // which data set it is of, and how it is called in what is said
		columns, rows    int
		wrong            string // what the error says, "" for none
	}{
		{name: "names", file: "rules.csv", text: "UserName,GroupName,region\nQuickSight/ana,,EMEA\n,readers,\"EMEA,APAC\"\n", dataSet: "rules", said: "rules.csv", columns: 3, rows: 2},
		{name: "a data set is named", file: "6f1c0c1e=out/rules of may.csv", text: "GroupARN\n", dataSet: "6f1c0c1e", said: "out/rules of may.csv", columns: 1},
		{name: "a folder with an equals sign", file: "a/b=c/rules.csv", text: "GroupARN\n", dataSet: "rules", said: "a/b=c/rules.csv", columns: 1},
		{name: "a byte order mark, and lines of Windows", file: `c:\out\rules.csv`, text: "\xef\xbb\xbfUserARN,x\r\narn,1\r\n", dataSet: "rules", said: `c:\out\rules.csv`, columns: 2, rows: 1},
		{name: "empty", file: "rules.csv", wrong: "rules.csv: it is empty"},
		{name: "no column for whom", file: "rules.csv", text: "region\nEMEA\n", wrong: "rules.csv:1: no column says whom a rule is for"},
		{name: "another case", file: "rules.csv", text: "username,region\n", wrong: `rules.csv:1: the column "username" is to be called "UserName"`},
		{name: "a column twice", file: "rules.csv", text: "UserName,a,a\n", wrong: `rules.csv:1: the column "a" is there twice`},
		{name: "a short row", file: "rules.csv", text: "UserName,a\nx,1\ny\n", wrong: "rules.csv:3: it has 1 fields, and the first line names 2 columns"},
		{name: "a quote that does not end", file: "rules.csv", text: "UserName,a\n\"x,1\n", wrong: "rules.csv: "},
		{name: "UTF-16", file: "rules.csv", text: "\xff\xfeU\x00", wrong: "rules.csv: it is not UTF-8"},
	} {
		r, err := ParseRuleRows(c.file, []byte(c.text))
		if c.wrong != "" {
			if err == nil || !strings.HasPrefix(err.Error(), c.wrong) {
				t.Errorf("%s: error %v, want %q", c.name, err, c.wrong)
			}
			continue
		}
		if err != nil || r.DataSet != c.dataSet || r.File != c.said || len(r.Columns) != c.columns || len(r.Rows) != c.rows {
			t.Errorf("%s: %+v, %v", c.name, r, err)
		}
	}
}

func FuzzParseRuleRows(f *testing.F) {
	f.Add("rules.csv", []byte("UserName,a\nx,1\n"))
	f.Fuzz(func(t *testing.T, name string, text []byte) {
		r, err := ParseRuleRows(name, text)
		for _, row := range r.Rows {
			if err == nil && len(row) != len(r.Columns) {
				t.Errorf("a row of %d fields, and %d columns", len(row), len(r.Columns))
			}
		}
	})
}
