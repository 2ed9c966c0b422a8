package doctor

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"
)

func TestCovers(t *testing.T) {
	for _, c := range []struct {
		have, want string
		is         bool
	}{
		{`{"source":["a"]}`, `{"source":["a"]}`, true},
		{`{"source":["a","b"]}`, `{"source":["a"]}`, true},
		{`{"source":["a"]}`, `{"source":["a","b"]}`, false},
		{`{}`, `{"source":["a"]}`, true},
		{`{"source":["a"],"id":["1"]}`, `{"source":["a"]}`, false},
		{`{"source":[{"prefix":"aws."}]}`, `{"source":["aws.sso"]}`, true},
		{`{"source":[{"prefix":"aws."}]}`, `{"source":[{"prefix":"aws.s"}]}`, true},
		{`{"source":[{"prefix":"aws.s"}]}`, `{"source":[{"prefix":"aws."}]}`, false},
		{`{"source":[{"suffix":"l"}]}`, `{"source":["trail",{"suffix":"il"}]}`, true},
		{`{"source":["aws.sso"]}`, `{"source":[{"prefix":"aws."}]}`, false},
		{`{"n":[{"anything-but":["a"]}]}`, `{"n":[{"anything-but":["a","b"]}]}`, true},
		{`{"n":[{"anything-but":"a"}]}`, `{"n":[{"anything-but":["a","b"]}]}`, true},
		{`{"n":[{"anything-but":["a","c"]}]}`, `{"n":[{"anything-but":["a","b"]}]}`, false},
		{`{"n":[{"anything-but":["a"]}]}`, `{"n":["b"]}`, false}, // it does, and need not be known
		{`{"n":[{"anything-but":{"suffix":"x"}}]}`, `{"n":[{"anything-but":{"suffix":"x"}}]}`, true},
		{`{"n":[{"anything-but":{"suffix":"y"}}]}`, `{"n":[{"anything-but":{"suffix":"x"}}]}`, false},
		{`{"n":[{"anything-but":["a"]}]}`, `{"n":[{"anything-but":{"suffix":"x"}}]}`, false},
		{`{"e":[{"exists":false}]}`, `{"e":[{"exists":false}]}`, true},
		{`{"e":[{"exists":true}]}`, `{"e":[{"exists":false}]}`, false},
		{`{"e":[{"exists":false}]}`, `{"s":["a"]}`, false},
		{`{"d":{"a":["1"]}}`, `{"d":{"a":["1"],"b":["2"]}}`, true},
		{`{"d":{"a":["1"]}}`, `{"d":["1"]}`, false},
		{`{"d":["1"]}`, `{"d":{"a":["1"]}}`, false},
		{`{"$or":[{"a":["1"]},{"b":["2"]}]}`, `{"a":["1"]}`, true},
		{`{"$or":[{"a":["1"]},{"b":["2"]}]}`, `{"$or":[{"b":["2"]},{"a":["1"]}]}`, true},
		{`{"$or":[{"a":["1"]}]}`, `{"$or":[{"b":["2"]},{"a":["1"]}]}`, false},
		{`{"a":["1"]}`, `{"$or":[{"a":["1"]}]}`, false}, // likewise
		{`{"n":[["a"]]}`, `{"n":[["a"]]}`, true},
		{`{"n":[["a"]]}`, `{"n":[["b"]]}`, false},
		{`{"n":[{"wildcard":"*"}]}`, `{"n":["b"]}`, false},
		{`{"n":[]}`, `{"n":[]}`, false},
		{``, `{"n":["b"]}`, false},
		{`null`, `{"n":["b"]}`, false},
	} {
		if got := covers(c.have, c.want); got != c.is {
			t.Errorf("covers(%s, %s) is %t", c.have, c.want, got)
		}
	}
}

// Each pattern covers itself, and none of them another: what covers is looked for among them.
func TestPatternsCoverThemselves(t *testing.T) {
	f := well(t)
	for _, set := range []string{"", "QS"} {
		f.PermissionSet = set
		for _, a := range allWanted {
			for _, b := range allWanted {
				if got := covers(a.pattern(f), b.pattern(f)); got != (a.name == b.name) {
					t.Errorf("%s covers %s: %t", a.name, b.name, got)
				}
			}
		}
	}
}

// The patterns are those of deploy/events, as they stand there.
func TestPatternsAreThoseOfDeploy(t *testing.T) {
	paths, err := filepath.Glob("../../deploy/events/*.json")
	if err != nil || len(paths) != len(allWanted) {
		t.Fatalf("%v, %v", paths, err)
	}
	for _, path := range paths {
		want, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		have, err := patterns.ReadFile("patterns/" + filepath.Base(path))
		if err != nil || !bytes.Equal(have, want) {
			t.Errorf("%s is not as in deploy/events: %v", filepath.Base(path), err)
		}
	}
}
