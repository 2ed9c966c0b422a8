package policydoc

import (
	"bytes"
	"encoding/json"
	"sort"
	"strings"
)

// principalsOf reads a Principal element: "*", or an object of kinds.
func principalsOf(data json.RawMessage) ([]Principal, error) {
	if data == nil {
		return nil, nil
	}
	var everyone string
	if json.Unmarshal(data, &everyone) == nil {
		if everyone != "*" {
			return nil, Error("Syntax errors in policy.")
		}
		return []Principal{{"*", "*"}}, nil
	}
	var kinds map[string]oneOrMany
	if err := json.Unmarshal(data, &kinds); err != nil {
		return nil, Error("Syntax errors in policy.")
	}
	var list []Principal
	for _, kind := range sortedKeys(kinds) {
		switch kind {
		case "AWS", "Federated", "Service", "CanonicalUser":
		default:
			return nil, Error("Syntax errors in policy.")
		}
		for _, name := range kinds[kind] {
			list = append(list, Principal{kind, name})
		}
	}
	return list, nil
}

// statementSpans finds where each statement begins and ends in a text that is known to be JSON. Statement may be
// one object or a list of them.
func statementSpans(text string) [][2]int {
	d := json.NewDecoder(strings.NewReader(text))
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return nil
	}
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return nil
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil
		}
		if key != "Statement" {
			continue
		}
		start := int(d.InputOffset()) - len(value)
		if value[0] == '{' {
			return [][2]int{{start, start + len(value)}}
		}
		return elementSpans(value, start)
	}
	return nil
}

// elementSpans finds the elements of a JSON list that begins at offset start.
func elementSpans(list []byte, start int) [][2]int {
	d := json.NewDecoder(bytes.NewReader(list))
	if t, err := d.Token(); err != nil || t != json.Delim('[') {
		return nil
	}
	var spans [][2]int
	for d.More() {
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil
		}
		end := start + int(d.InputOffset())
		spans = append(spans, [2]int{end - len(value), end})
	}
	return spans
}

func positionOf(text string, offset int) Position {
	before := text[:offset]
	return Position{Line: strings.Count(before, "\n") + 1, Column: offset - strings.LastIndexByte(before, '\n')}
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}
