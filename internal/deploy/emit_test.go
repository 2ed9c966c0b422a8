package deploy

import (
	"encoding/json"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// yamlOf writes a value as YAML, a line for each thing, with an indent before each line. Texts with ${…} become CloudFormation's
// Fn::Sub; one that is a variable and nothing else becomes Ref, and so does a list of one such text, where the variable is one of lists.
func yamlOf(value any, indent string, lists []string) string {
	var b strings.Builder
	writer{&b, lists}.fields(value.(map[string]any), indent)
	return b.String()
}

type writer struct {
	out   *strings.Builder
	lists []string
}

// first is the order in which the fields of a role's policies are read.
var first = []string{"PolicyName", "PolicyDocument", "Version", "Statement", "Sid", "Effect", "Principal", "Action", "Resource", "NotResource", "Condition"}

func (w writer) fields(all map[string]any, indent string) {
	for _, name := range slices.SortedFunc(maps.Keys(all), byOrder) {
		w.field(indent+scalar(name)+":", all[name], indent)
	}
}

func byOrder(a, b string) int {
	i, j := slices.Index(first, a), slices.Index(first, b)
	if i >= 0 && j >= 0 {
		return i - j
	}
	return strings.Compare(a, b)
}

func (w writer) field(head string, value any, indent string) {
	switch value := value.(type) {
	case map[string]any:
		fmt.Fprintln(w.out, head)
		w.fields(value, indent+"  ")
	case []any:
		if text, ok := w.whole(value); ok {
			fmt.Fprintln(w.out, head, text)
			return
		}
		if len(value) == 0 {
			fmt.Fprintln(w.out, head, "[]")
			return
		}
		fmt.Fprintln(w.out, head)
		for _, item := range value {
			w.item(item, indent+"  ")
		}
	default:
		fmt.Fprintln(w.out, head, scalar(value))
	}
}

// item writes an item of a list; the first field of a mapping stands behind the dash.
func (w writer) item(value any, indent string) {
	all, ok := value.(map[string]any)
	if !ok {
		fmt.Fprintln(w.out, indent+"- "+scalar(value))
		return
	}
	inner := yamlOf(all, indent+"  ", w.lists)
	fmt.Fprint(w.out, indent+"- "+strings.TrimPrefix(inner, indent+"  "))
}

// whole is a list that a parameter of lists stands for.
func (w writer) whole(list []any) (string, bool) {
	if len(list) != 1 {
		return "", false
	}
	name, ok := variable(list[0])
	return "!Ref " + name, ok && slices.Contains(w.lists, name)
}

var (
	onlyVariable = regexp.MustCompile(`^\$\{([A-Za-z0-9:]+)\}$`)
	plainText    = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9:_./-]*[A-Za-z0-9]$`)
	otherwise    = []string{"true", "false", "yes", "no", "on", "off", "null"} // what YAML takes for no text
)

func variable(value any) (string, bool) {
	text, _ := value.(string)
	match := onlyVariable.FindStringSubmatch(text)
	if match == nil {
		return "", false
	}
	return match[1], true
}

func scalar(value any) string {
	text, ok := value.(string)
	if !ok {
		literal, err := json.Marshal(value)
		if err != nil {
			panic(err)
		}
		return string(literal)
	}
	quoted := "'" + strings.ReplaceAll(text, "'", "''") + "'"
	name, alone := variable(text)
	switch {
	case alone:
		return "!Ref " + name
	case strings.Contains(text, "${"):
		return "!Sub " + quoted
	case plainText.MatchString(text) && !slices.Contains(otherwise, strings.ToLower(text)):
		return text
	}
	return quoted
}
