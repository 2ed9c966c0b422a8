package awscli

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
)

// step is a member of an answer, or of those elements of a list that have a text.
var step = regexp.MustCompile(`^(\w+)(?:\[\?(\w+)=='([^']*)'\])?$`)

// pick is what --query and --output text print of an answer in JSON: a path of members, of which one may say which element of
// a list it goes on with. There is nothing else of JMESPath in what tenantry prints. That it finds nothing is an error, as
// what is made of it would be.
func pick(answer []byte, query string) (string, error) {
	var at any
	if err := json.Unmarshal(answer, &at); err != nil {
		return "", fmt.Errorf("read the answer for --query %s: %w", query, err)
	}
	for name := range strings.SplitSeq(query, ".") {
		m := step.FindStringSubmatch(name)
		if m == nil {
			return "", fmt.Errorf("--query %s is more than is known", query)
		}
		object, _ := at.(map[string]any)
		at = object[m[1]]
		if m[2] != "" {
			at = only(at, m[2], m[3])
		}
	}
	text, ok := at.(string)
	if !ok {
		return "", fmt.Errorf("--query %s finds no text", query)
	}
	return text, nil
}

// only is the one element of a list whose member is a text.
func only(list any, member, text string) (found any) {
	elements, _ := list.([]any)
	for _, e := range elements {
		if object, _ := e.(map[string]any); object[member] == text {
			if found != nil {
				return nil
			}
			found = e
		}
	}
	return found
}
