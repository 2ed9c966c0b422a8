package config

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// conforms is as much of JSON Schema as Schema uses. It answers what is wrong, "" for nothing.
func conforms(schema any, v any, path string) string {
	s, ok := schema.(map[string]any)
	if !ok {
		return fmt.Sprintf("%s is not allowed (%v)", path, schema)
	}
	for _, check := range []func(map[string]any, any, string) string{checkType, checkMapping, checkAlternatives, checkList, checkText} {
		if wrong := check(s, v, path); wrong != "" {
			return wrong
		}
	}
	return ""
}

func checkType(s map[string]any, v any, path string) string {
	is := map[string]bool{}
	switch v := v.(type) {
	case map[string]any:
		is["object"] = true
	case []any:
		is["array"] = true
	case string:
		is["string"] = true
	case bool:
		is["boolean"] = true
	case float64:
		is["number"], is["integer"] = true, v == float64(int(v))
		if low, ok := s["minimum"].(float64); ok && v < low {
			return fmt.Sprintf("%s is below %v", path, low)
		}
		if high, ok := s["maximum"].(float64); ok && v > high {
			return fmt.Sprintf("%s is above %v", path, high)
		}
	}
	if want, ok := s["type"].(string); ok && !is[want] {
		return fmt.Sprintf("%s is %v, not %s", path, v, want)
	}
	return ""
}

func checkMapping(s map[string]any, v any, path string) string {
	m, ok := v.(map[string]any)
	if !ok {
		return ""
	}
	required, _ := s["required"].([]any)
	for _, name := range required {
		if _, ok := m[name.(string)]; !ok {
			return fmt.Sprintf("%s.%s is missing", path, name)
		}
	}
	properties, _ := s["properties"].(map[string]any)
	for name, inner := range m {
		property, known := properties[name]
		if !known && s["additionalProperties"] == false {
			return fmt.Sprintf("%s.%s is unknown", path, name)
		}
		if known {
			if wrong := conforms(property, inner, path+"."+name); wrong != "" {
				return wrong
			}
		}
	}
	return ""
}

func checkAlternatives(s map[string]any, v any, path string) string {
	sets, ok := s["oneOf"].([]any)
	fit := 0
	for _, set := range sets {
		if conforms(set, v, path) == "" {
			fit++
		}
	}
	if ok && fit != 1 {
		return fmt.Sprintf("%s fits %d alternatives", path, fit)
	}
	return ""
}

func checkList(s map[string]any, v any, path string) string {
	list, ok := v.([]any)
	if !ok {
		return ""
	}
	if least, ok := s["minItems"].(float64); ok && len(list) < int(least) {
		return path + " has too few items"
	}
	for i, inner := range list {
		if wrong := conforms(s["items"], inner, fmt.Sprintf("%s[%d]", path, i)); wrong != "" {
			return wrong
		}
	}
	return ""
}

func checkText(s map[string]any, v any, path string) string {
	text, ok := v.(string)
	if !ok {
		return ""
	}
	if choices, ok := s["enum"].([]any); ok && !slices.Contains(choices, any(text)) {
		return fmt.Sprintf("%s is %q", path, text)
	}
	if pattern, ok := s["pattern"].(string); ok {
		pattern = strings.NewReplacer(`\u0020`, `\x{0020}`, `\u00FF`, `\x{00FF}`).Replace(pattern)
		if !regexp.MustCompile(pattern).MatchString(text) {
			return fmt.Sprintf("%s is %q, not %s", path, text, pattern)
		}
	}
	if least, ok := s["minLength"].(float64); ok && len(text) < int(least) {
		return path + " is empty"
	}
	return ""
}

// values is a document as JSON would have it.
func values(n *yaml.Node) any {
	switch n.Kind {
	case yaml.DocumentNode:
		return values(n.Content[0])
	case yaml.MappingNode:
		m := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			m[n.Content[i].Value] = values(n.Content[i+1])
		}
		return m
	case yaml.SequenceNode:
		list := []any{}
		for _, c := range n.Content {
			list = append(list, values(c))
		}
		return list
	}
	var f float64
	switch {
	case n.Tag == "!!bool":
		return n.Value == "true"
	case n.Tag == "!!null":
		return nil
	case (n.Tag == "!!int" || n.Tag == "!!float") && json.Unmarshal([]byte(n.Value), &f) == nil:
		return f
	}
	return n.Value
}

func fits(t *testing.T, text string) string {
	t.Helper()
	var schema any
	if err := json.Unmarshal(Schema(), &schema); err != nil {
		t.Fatal(err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return conforms(schema, values(&document), "")
}

func TestSchemaTakesWhatParseTakes(t *testing.T) {
	texts := append(examples(t), plain, everything, string(Init(answers)))
	paths, _ := filepath.Glob("testdata/*.txtar")
	for _, path := range paths {
		data := string(must(os.ReadFile(path)))
		_, rest, _ := strings.Cut(data, "-- tenantry.yaml --\n")
		text, _, _ := strings.Cut(rest, "-- problems --\n")
		if _, problems := Parse(path, []byte(text)); !problems.Failed() {
			texts = append(texts, text)
		}
	}
	for _, text := range texts {
		if wrong := fits(t, text); wrong != "" {
			t.Errorf("%s\nin\n%s", wrong, text)
		}
	}
}

func TestSchemaRefuses(t *testing.T) {
	const rule = `  - groups: "qs:{namespace}"` + "\n"
	for what, text := range map[string]string{
		"an unknown key":        plain + "x: 1\n",
		"a missing key":         strings.Replace(plain, "version: 1\n", "", 1),
		"a newer version":       strings.Replace(plain, "version: 1", "version: 2", 1),
		"a number as account":   strings.Replace(plain, `"111122223333"`, "111122223333", 1),
		"both ways to sign in":  strings.Replace(plain, "  role:", "  permission_set: x\n  role:", 1),
		"no way to sign in":     strings.Replace(plain, "role: arn:aws:iam::111122223333:role/QuickSight", "session_name: email", 1),
		"a rule of both kinds":  plain + "    namespace: acme\n",
		"an id alone":           strings.Replace(plain, rule, "  - group_id: 34887428-4081-7042-c3c6-928d413009e7\n", 1),
		"a role in lower case":  plain + "    role: reader\n",
		"no rules":              strings.Replace(plain, "\n"+rule, " []\n", 1),
		"a percentage too high": plain + "limits: {additions_per_tenant: 101%}\n",
	} {
		if fits(t, text) == "" {
			t.Errorf("%s is not refused:\n%s", what, text)
		}
		if _, problems := Parse("t.yaml", []byte(text)); !problems.Failed() {
			t.Errorf("Parse does not refuse %s", what)
		}
	}
}

func TestSchemaIsTheSameEveryTime(t *testing.T) {
	first := string(Schema())
	for range 10 {
		if string(Schema()) != first {
			t.Fatal("it changes")
		}
	}
}
