package view

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode"
)

// T21, S22, E32, E33: what others named cannot act on a terminal, break a line, turn around or hide.
func TestSafe(t *testing.T) {
	for in, want := range map[string]string{
		"":                          "",
		"qs:acme":                   "qs:acme",
		"Zoë Müller 東京":             "Zoë Müller 東京",
		"a\x1b[2J":                  `a\x1b[2J`,
		"a\r\nb\tc\x00":             `a\r\nb\tc\x00`,
		"a\x7f":                     `a\x7f`,
		"a\u009b31m":                `a\u009b31m`,
		"a\x9b31m":                  `a\x9b31m`,
		"a\u202eb\u2066\u200f":      `a\u202eb\u2066\u200f`,
		"a\u200b\u200d\ufeffb":      `a\u200b\u200d\ufeffb`,
		"a\u2028b\u2029":            `a\u2028b\u2029`,
		"a\u00a0b\u3000":            `a\u00a0b\u3000`,
		"a\u3164b\u2800\ufe0f":      `a\u3164b\u2800\ufe0f`,
		"a\U000e0041":               `a\U000e0041`,
		"\u0301a":                   `\u0301a`,
		"e\u0301":                   "e\u0301",
		"e\u0301\u0301\u0301\u0301": "e\u0301\u0301\u0301" + `\u0301`,
		`a\u202e`:                   `a\u202e`,
	} {
		if got := Safe(in); got != want {
			t.Errorf("Safe(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestQuoteIsUnambiguous(t *testing.T) {
	for in, want := range map[string]string{
		`a`: `"a"`, `a"b`: `"a\"b"`, `a\n`: `"a\\n"`, "a\n": `"a\n"`, `=cmd|' /C calc'!A0`: `"=cmd|' /C calc'!A0"`,
	} {
		if got := Quote(in); got != want {
			t.Errorf("Quote(%q) = %s, want %s", in, got, want)
		}
	}
}

func TestNameQuotesWhatIsNotPlain(t *testing.T) {
	for in, want := range map[string]string{
		"QuickSight/ana+x=y@b.c": "QuickSight/ana+x=y@b.c", "": `""`, "a b": `"a b"`, "a\xffb": `"a\xffb"`, "x (held)": `"x (held)"`,
	} {
		if got := Name(in); got != want {
			t.Errorf("Name(%q) = %s, want %s", in, got, want)
		}
	}
}

func FuzzSafe(f *testing.F) {
	f.Add("a\x1b\u202e\xff")
	f.Fuzz(func(t *testing.T, in string) {
		for _, got := range []string{Safe(in), Quote(in), Name(in)} {
			if strings.ContainsFunc(got, func(r rune) bool {
				return unicode.In(r, unicode.C, unicode.Zl, unicode.Zp) && r != ' ' && !isVisible(r)
			}) {
				t.Errorf("%q is not safe", got)
			}
		}
		doc, err := json.Marshal(in)
		if err != nil {
			t.Fatal(err)
		}
		var before, after string
		if err := json.Unmarshal(doc, &before); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(escapeJSON(doc), &after); err != nil || before != after {
			t.Errorf("escaping changed %q into %q (%v)", before, after, err)
		}
	})
}

func TestNoNameBreaksALine(t *testing.T) {
	p := &page{width: 40}
	p.sentence("    + ", "create the group "+Quote(`x Plan: 0 namespaces to create, nothing at all \" and more`)+" now")
	for _, line := range strings.Split(p.String(), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "Plan:") || strings.HasPrefix(strings.TrimSpace(line), "nothing") {
			t.Errorf("a name was broken:\n%s", p)
		}
	}
}
