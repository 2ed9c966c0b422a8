package config

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// advice says what a message of the YAML parser most often means.
var advice = []struct{ message, why, fix string }{
	{"mapping values are not allowed", "a colon and a blank stand in a value, where YAML sees the beginning of another key", "put the value in quotes"},
	{"did not find expected key", "the line is indented otherwise than the keys it belongs to, or a value needs quotes", "give keys of one mapping the same indentation, and put values with { } [ ] in quotes"},
	{"did not find expected '-'", "the line is indented otherwise than the list it belongs to", "give all items of a list the same indentation"},
	{"cannot start any token", "a value begins with a character that YAML keeps for itself, such as @ or %", "put the value in quotes"},
	{"unexpected end of stream", "a quote or a bracket was opened and never closed", "close it"},
	{"did not find expected ',' or", "a bracket was opened and never closed", "close the bracket, or put the value in quotes"},
	{"exceeded max depth", "no configuration nests that deep", "check that this is the right file"},
	{"block sequence entries are not allowed", "a list begins where YAML does not expect one", "put the list on lines of its own, below its key"},
	{"unknown anchor", "an alias (*name) points to nothing, and aliases are not taken", "write the value out, or put a text that begins with * in quotes"},
}

// syntax reports what the YAML parser said.
func (r *report) syntax(data []byte, err error) {
	var load *yaml.LoadError
	if !errors.As(err, &load) {
		r.add(Error, 0, 0, "the file is not YAML", err.Error(), "check the file with a YAML editor")
		return
	}
	line, column := load.Mark.Line, load.Mark.Column
	if load.ContextMsg != "" && strings.Contains(load.Message, "end of stream") && load.ContextMark.Line > 0 {
		line, column = load.ContextMark.Line, load.ContextMark.Column
	}
	if at := tab(data, line); at > 0 {
		r.add(Error, line, at, "the line is indented with a tab", "YAML takes only spaces for indentation", "replace the tab with spaces")
		return
	}
	what := "the file is not YAML: " + load.Message
	if load.ContextMsg != "" && load.ContextMark.Line > 0 {
		what += fmt.Sprintf(" (%s that begins at line %d)", load.ContextMsg, load.ContextMark.Line)
	}
	for _, a := range advice {
		if strings.Contains(load.Message, a.message) {
			r.add(Error, line, column, what, a.why, a.fix)
			return
		}
	}
	r.add(Error, line, column, what, "the parser cannot go on here", "check the indentation and the quotes of this line")
}

// tab is the column of a tab in the indentation of a line, 0 when there is none.
func tab(data []byte, line int) int {
	lines := bytes.SplitN(data, []byte("\n"), line+1)
	if line < 1 || line > len(lines) {
		return 0
	}
	text := lines[line-1]
	indent := text[:len(text)-len(bytes.TrimLeft(text, " \t-"))]
	return bytes.IndexByte(indent, '\t') + 1
}
