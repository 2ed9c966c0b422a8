package config

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// FuzzParse: no bytes make Parse panic; every problem is whole; and a configuration that is written
// again by a YAML program, without its comments, is the same configuration.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{plain, everything, "", "a: *b", "- 1", "? [a]\n: b", "%YAML 1.1\n---\n"} {
		f.Add([]byte(seed))
	}
	paths, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range paths {
		_, rest, _ := strings.Cut(string(must(os.ReadFile(path))), "-- tenantry.yaml --\n")
		text, _, _ := strings.Cut(rest, "-- problems --\n")
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		config, problems := Parse("t.yaml", data)
		if (config == nil) != problems.Failed() {
			t.Fatalf("config %v with problems %s", config, problems)
		}
		lines := strings.Count(string(data), "\n") + 1
		for _, p := range problems {
			if p.What == "" || p.Why == "" || p.Fix == "" || p.Line < 0 || p.Line > lines+1 || (p.Line > 0) != (p.Column > 0) {
				t.Fatalf("a problem is not whole: %+v", p)
			}
		}
		if config != nil {
			again(t, config, data)
		}
	})
}

func again(t *testing.T, config *Config, data []byte) {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		t.Fatal(err)
	}
	bare(&document)
	written, err := yaml.Marshal(&document)
	if err != nil {
		t.Skip("YAML cannot write it:", err)
	}
	second, problems := Parse("t.yaml", written)
	if second == nil || second.Fingerprint != config.Fingerprint {
		t.Fatalf("written again it is another: %s\n%s\nfrom\n%s", problems, written, data)
	}
}

func bare(n *yaml.Node) {
	n.HeadComment, n.LineComment, n.FootComment = "", "", ""
	for _, c := range n.Content {
		bare(c)
	}
}
