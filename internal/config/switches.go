//go:build !tenantry.lambda

package config

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Switch is a key of the mapping aws, with the value that it is to have.
type Switch struct {
	Key   string // such as aws.reserved_role_arns
	Value bool
}

// Line is the switch as a line of the file, without the mapping around it.
func (s Switch) Line() string { return fmt.Sprintf("%s: %t", s.name(), s.Value) }

func (s Switch) name() string { return strings.TrimPrefix(s.Key, "aws.") }

// ErrNotEditable says that a file is not written in a way in which it can be changed safely.
var ErrNotEditable = errors.New("the file cannot be changed without writing it anew")

// SetSwitches writes switches into a configuration. Everything else in the file stays byte for byte, comments and order too,
// and so does a switch that has its value already. The configuration must be valid, and is afterwards; otherwise it is an
// error. That the file is written in a way in which it cannot be changed safely is ErrNotEditable.
func SetSwitches(name string, data []byte, switches []Switch) ([]byte, error) {
	if _, problems := Parse(name, data); problems.Failed() {
		return nil, problems.Err()
	}
	out := data
	for _, s := range switches {
		if k := findKey("aws", s.name()); k == nil || k.kind != boolean {
			return nil, fmt.Errorf("%s is no switch", s.Key)
		}
		next, err := setSwitch(out, s)
		if err != nil {
			return nil, err
		}
		out = next
	}
	return out, sameBut(name, data, out, switches)
}

// setSwitch writes one switch.
func setSwitch(data []byte, s Switch) ([]byte, error) {
	root := (&report{}).source(data)
	if root == nil {
		return nil, ErrNotEditable
	}
	f := &lines{text: data}
	_, aws := entryOf(root, "aws")
	if aws == nil {
		return f.addMapping(root, s)
	}
	if _, value := entryOf(aws, s.name()); value != nil {
		return f.replace(value, fmt.Sprint(s.Value))
	}
	return f.addKey(aws, s)
}

// entryOf finds a key of a mapping, and its value; nil for none.
func entryOf(mapping *yaml.Node, name string) (key, value *yaml.Node) {
	for i := 0; i+1 < len(mapping.Content); i += 2 {
		if mapping.Content[i].Value == name {
			return mapping.Content[i], mapping.Content[i+1]
		}
	}
	return nil, nil
}

// lines is a text that is changed in one of its lines.
type lines struct{ text []byte }

// line answers where a line begins, and where it ends, without its end of line. Lines count from 1.
func (f *lines) line(n int) (begin, end int) {
	for ; n > 1; n-- {
		i := bytes.IndexByte(f.text[begin:], '\n')
		if i < 0 {
			return len(f.text), len(f.text)
		}
		begin += i + 1
	}
	end = len(f.text)
	if i := bytes.IndexByte(f.text[begin:], '\n'); i >= 0 {
		end = begin + i
	}
	if end > begin && f.text[end-1] == '\r' {
		end--
	}
	return begin, end
}

// newline is how the file ends its lines.
func (f *lines) newline() string {
	if bytes.Contains(f.text, []byte("\r\n")) {
		return "\r\n"
	}
	return "\n"
}

// at is the offset of a node: its column counts characters.
func (f *lines) at(n *yaml.Node) int {
	begin, end := f.line(n.Line)
	text := string(f.text[begin:end])
	column := 1
	for i := range text {
		if column == n.Column {
			return begin + i
		}
		column++
	}
	return end
}

// splice puts text in the place of a part.
func (f *lines) splice(from, to int, text string) []byte {
	return slices.Concat(f.text[:from], []byte(text), f.text[to:])
}

// replace gives a boolean another value, unless it has it.
func (f *lines) replace(value *yaml.Node, want string) ([]byte, error) {
	if value.Value == want {
		return f.text, nil
	}
	at := f.at(value)
	if !bytes.HasPrefix(f.text[at:], []byte(value.Value)) {
		return nil, ErrNotEditable
	}
	return f.splice(at, at+len(value.Value), want), nil
}

// addKey adds a switch to the mapping: at its beginning where it is written in braces, else below its last key.
func (f *lines) addKey(aws *yaml.Node, s Switch) ([]byte, error) {
	if aws.Style&yaml.FlowStyle != 0 {
		at := f.at(aws)
		text := s.Line()
		if len(aws.Content) > 0 {
			text += ", "
		}
		if at >= len(f.text) || f.text[at] != '{' {
			return nil, ErrNotEditable
		}
		return f.splice(at+1, at+1, text), nil
	}
	if len(aws.Content) < 2 {
		return nil, ErrNotEditable
	}
	first, last := aws.Content[0], aws.Content[len(aws.Content)-1]
	return f.insert(last.Line, strings.Repeat(" ", first.Column-1)+s.Line()), nil
}

// addMapping adds the mapping with one switch, at the end of the file.
func (f *lines) addMapping(root *yaml.Node, s Switch) ([]byte, error) {
	if root.Style&yaml.FlowStyle != 0 || root.Column != 1 {
		return nil, ErrNotEditable
	}
	return f.insert(bytes.Count(bytes.TrimRight(f.text, "\r\n"), []byte("\n"))+1, "aws: {"+s.Line()+"}"), nil
}

// insert adds a line behind another one.
func (f *lines) insert(behind int, text string) []byte {
	_, end := f.line(behind)
	if end == len(f.text) {
		text += f.newline()
	}
	return f.splice(end, end, f.newline()+text)
}

// sameBut makes sure that a file reads as before, but for switches.
func sameBut(name string, before, after []byte, switches []Switch) error {
	if _, problems := Parse(name, after); problems.Failed() {
		return fmt.Errorf("%w: %w", ErrNotEditable, problems.Err())
	}
	a, b := plainValues(before), plainValues(after)
	for _, s := range switches {
		if b[s.Key] != fmt.Sprint(s.Value) {
			return ErrNotEditable
		}
		delete(a, s.Key)
		delete(b, s.Key)
	}
	if !maps.Equal(a, b) {
		return ErrNotEditable
	}
	return nil
}

// plainValues are the scalars of a file by their paths.
func plainValues(data []byte) map[string]string {
	all := map[string]string{}
	var walk func(path string, n *yaml.Node)
	walk = func(path string, n *yaml.Node) {
		switch n.Kind {
		case yaml.MappingNode:
			for i := 0; i+1 < len(n.Content); i += 2 {
				walk(join(path, n.Content[i].Value), n.Content[i+1])
			}
		case yaml.SequenceNode:
			for i, item := range n.Content {
				walk(fmt.Sprintf("%s[%d]", path, i), item)
			}
		case yaml.ScalarNode:
			all[path] = n.Value
		}
	}
	if root := (&report{}).source(data); root != nil {
		walk("", root)
	}
	return all
}
