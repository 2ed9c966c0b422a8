package deploy

import (
	"bytes"
	"cmp"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

//go:generate go test -run ^TestGenerated -update .

var update = flag.Bool("update", false, "write what is generated in the templates")

// folder is where the templates are: a damaged copy of it where the environment says so (see damaged_test.go).
var folder = cmp.Or(os.Getenv(damagedFolder), "../../deploy")

// generated is a part of a template that is made from something else: "# generated KIND NAME MORE", what is made, "# end".
var generated = regexp.MustCompile(`(?ms)^( *)# generated (.*?)\n.*?^ *# end\n`)

func TestGeneratedPartsAreCurrent(t *testing.T) {
	for _, name := range templates {
		file := filepath.Join(folder, name)
		have, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		want := regenerated(t, name, have)
		switch {
		case bytes.Equal(have, want):
		case *update:
			if err := os.WriteFile(file, want, 0o644); err != nil {
				t.Fatal(err)
			}
		default:
			t.Errorf("deploy/%s is out of date; run: go generate ./internal/deploy", name)
		}
	}
}

// regenerated is a template with every part that is generated made anew.
func regenerated(t *testing.T, file string, template []byte) []byte {
	return generated.ReplaceAllFunc(template, func(part []byte) []byte {
		match := generated.FindSubmatch(part)
		indent, what := string(match[1]), string(match[2])
		var made string
		switch kind, name, _ := strings.Cut(what, " "); kind {
		case "pattern":
			made = yamlOf(map[string]any{"EventPattern": patternFor(t, name, grounds[file])}, indent, []string{"Forwarders"})
		case "policies":
			made = yamlOf(map[string]any{"Policies": policiesFor(t, name)}, indent, []string{"SignInRoles"})
		default:
			t.Fatalf("nobody makes %q", what)
		}
		return fmt.Appendf(nil, "%s# generated %s\n%s%s# end\n", indent, what, made, indent)
	})
}

// What stands in the patterns of deploy/events for what differs from account to account.
const sampleAccount, samplePrefix, samplePartition = "111122223333", "QuickSight", "aws"

// ground is what a template puts in their place.
type ground struct{ partition, account, prefix string }

// grounds are those of the templates.
var grounds = map[string]ground{
	"tenantry.yaml": {"${AWS::Partition}", "${AWS::AccountId}", "${SignInRolePrefix}"},
	"forward.yaml":  {"${AWS::Partition}", "${QuickSightAccount}", "${SignInRolePrefix}"},
}

// patternFor is a pattern of deploy/events with parameters in it; "NAME forwarded" is also of an account that forwards.
func patternFor(t *testing.T, name string, g ground) map[string]any {
	name, forwarded := strings.CutSuffix(name, " forwarded")
	pattern := g.in(eventPattern(t, name)).(map[string]any)
	if forwarded {
		pattern["account"] = []any{"${Forwarders}"}
	}
	return pattern
}

// eventPattern is a pattern as it stands in deploy/events.
func eventPattern(t *testing.T, name string) map[string]any {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	var pattern map[string]any
	if err := json.Unmarshal(text, &pattern); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return pattern
}

// in is a pattern with a template's ground in the place of the samples.
func (g ground) in(value any) any {
	switch value := value.(type) {
	case map[string]any:
		all := map[string]any{}
		for name, inner := range value {
			all[name] = g.in(inner)
		}
		return all
	case []any:
		list := []any{}
		for _, item := range value {
			list = append(list, g.in(item))
		}
		return list
	case string:
		if value == samplePrefix {
			return g.prefix
		}
		return strings.NewReplacer("arn:"+samplePartition+":", "arn:"+g.partition+":", sampleAccount, g.account, "role/"+samplePrefix, "role/"+g.prefix).Replace(value)
	}
	return value
}
