package config

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// value is what stands under a key: the part of the document that the walk has understood.
type value struct {
	path   string     // as a person writes it: tenants[1].groups
	key    *key       // nil for the whole file
	name   *yaml.Node // the key in the document, nil for an item of a list
	node   *yaml.Node // the value in the document, nil where the key is absent
	parent *value
	ok     bool // the value is there and of the right type

	fields map[string]*value // of a mapping
	meant  map[string]bool   // keys that a misspelt one of the mapping most likely means
	items  []*value          // of a list
	text   string            // of text, choices and dates
	number float64           // of numbers and percentages
	flag   bool
}

// get is the value under a key of a mapping. It is never nil: a key that is absent has a value that
// is not given, and whose place is the mapping's.
func (v *value) get(name string) *value {
	if f := v.fields[name]; f != nil {
		return f
	}
	return &value{path: join(v.path, name), parent: v}
}

// given reports whether the key is there, with a right value or a wrong one.
func (v *value) given() bool { return v.node != nil }

// place is where a problem with the value is shown: a scalar at itself, a mapping or a list at its
// key, and what is absent where it should have been.
func (v *value) place() (line, column int) {
	switch {
	case v == nil:
		return 1, 1
	case v.node == nil:
		return v.parent.place()
	case v.node.Kind != yaml.ScalarNode && v.name != nil:
		return v.name.Line, v.name.Column
	}
	return v.node.Line, v.node.Column
}

// line is the line of the value, for a text that refers to it.
func (v *value) line() int {
	line, _ := v.place()
	return line
}

func join(path, name string) string {
	if path == "" {
		return name
	}
	return path + "." + name
}

// walk goes over a document with the key table.
func (r *report) walk(root *yaml.Node) *value {
	v := &value{node: root}
	r.fields(v, "", nil)
	return v
}

// fields reads the keys of a mapping. parent is where the table has them.
func (r *report) fields(v *value, parent string, oneOf [][]string) {
	v.ok, v.fields, v.meant = true, map[string]*value{}, map[string]bool{}
	for i := 0; i+1 < len(v.node.Content); i += 2 {
		r.field(v, parent, v.node.Content[i], v.node.Content[i+1])
	}
	for _, k := range keysIn()[parent] {
		if k.required && v.fields[k.name()] == nil && !v.meant[k.name()] {
			r.fail(v.get(k.name()), join(v.path, k.name())+" is missing", k.doc, "add "+example(k))
		}
	}
	r.alternatives(v, oneOf)
}

func (r *report) field(v *value, parent string, name, node *yaml.Node) {
	k := findKey(parent, name.Value)
	switch {
	case name.Kind != yaml.ScalarNode:
		r.add(Error, name.Line, name.Column, "a key is "+kindOf(name), "keys are plain words", "write one of: "+strings.Join(known(parent), ", "))
	case k == nil:
		r.unknown(v, parent, name)
	case v.fields[k.name()] != nil:
		first := v.fields[k.name()].name
		r.add(Error, name.Line, name.Column, join(v.path, name.Value)+" stands twice",
			fmt.Sprintf("it is there already, in line %d, and only one of them could count", first.Line), "take out one of the two")
	case k.later:
		r.add(Error, name.Line, name.Column, join(v.path, name.Value)+" does nothing yet",
			"not yet: no code of this version reads the key ("+k.doc+"), and a key that is ignored would promise something", "take out the key")
		v.fields[k.name()] = &value{path: join(v.path, k.name()), key: k, name: name, node: node, parent: v}
	default:
		f := &value{path: join(v.path, k.name()), key: k, name: name, node: node, parent: v}
		v.fields[k.name()] = f
		r.read(f)
	}
}

// alternatives makes sure that exactly one of several sets of keys is there.
func (r *report) alternatives(v *value, sets [][]string) {
	var begun [][]string
	for _, set := range sets {
		for _, name := range set {
			if v.get(name).given() || v.meant[name] {
				begun = append(begun, set)
				break
			}
		}
	}
	switch {
	case len(sets) == 0:
	case len(begun) == 0:
		r.fail(v, v.label()+" has neither "+spell(sets, " nor "), "exactly one of them has to be there", "add "+spell(sets, " or "))
	case len(begun) > 1:
		r.fail(v, v.label()+" has "+spell(begun, " as well as "), "only one of them could count", "take out all but one of "+spell(begun, ", "))
	default:
		for _, name := range begun[0] {
			if !v.get(name).given() && !v.meant[name] {
				k := findKey(v.key.inside(), name)
				r.fail(v.get(name), join(v.path, name)+" is missing", k.doc, "add "+name+" beside "+strings.Join(without(begun[0], name), " and "))
			}
		}
	}
}

func (v *value) label() string {
	if v.path == "" {
		return "the file"
	}
	return v.path
}

func without(set []string, name string) []string {
	var rest []string
	for _, s := range set {
		if s != name {
			rest = append(rest, s)
		}
	}
	return rest
}

func spell(sets [][]string, between string) string {
	var parts []string
	for _, set := range sets {
		parts = append(parts, strings.Join(set, " and "))
	}
	return strings.Join(parts, between)
}

// read reads a value by the kind of its key.
func (r *report) read(v *value) {
	switch v.key.kind {
	case mapping:
		if r.is(v, yaml.MappingNode) {
			r.fields(v, v.key.inside(), v.key.oneOf)
		}
	case mappings, texts:
		if r.is(v, yaml.SequenceNode) {
			r.items(v)
		}
	default:
		if r.is(v, yaml.ScalarNode) {
			r.scalar(v, v.key.kind)
		}
	}
}

func (r *report) items(v *value) {
	v.ok = true
	for i, node := range v.node.Content {
		item := &value{path: fmt.Sprintf("%s[%d]", v.path, i), key: v.key, node: node, parent: v}
		v.items = append(v.items, item)
		switch {
		case v.key.kind == texts && r.is(item, yaml.ScalarNode):
			r.scalar(item, text)
		case v.key.kind == mappings && r.is(item, yaml.MappingNode):
			r.fields(item, v.key.inside(), v.key.oneOf)
		}
	}
}

// is reports whether the value is of a kind of node, and says what is wrong when it is not.
func (r *report) is(v *value, want yaml.Kind) bool {
	n := v.node
	switch {
	case n.Kind == want && n.Tag != "!!null":
		return true
	case n.Kind == yaml.ScalarNode && n.Tag == "!!null":
		r.fail(v, v.path+" has no value", "an empty value says neither that the key counts nor that it does not", "give it a value, or take out the key")
	case want == yaml.ScalarNode && looksLikePlaceholder(n):
		r.fail(v, v.path+" needs quotes", "without quotes, YAML reads { } as a mapping", fmt.Sprintf("write %q in quotes", "{"+n.Content[0].Value+"}"))
	default:
		r.fail(v, fmt.Sprintf("%s is %s, not %s", v.path, kindOf(n), article(v.wants(want))), "the key takes "+article(v.wants(want)), "write "+shape(v, want))
	}
	return false
}

// wants is what the value should have been, in a word.
func (v *value) wants(want yaml.Kind) kind {
	switch {
	case v.name != nil:
		return v.key.kind
	case want == yaml.MappingNode:
		return mapping
	}
	return text
}

func looksLikePlaceholder(n *yaml.Node) bool {
	return n.Kind == yaml.MappingNode && len(n.Content) == 2 && n.Content[1].Tag == "!!null" && n.Style&yaml.FlowStyle != 0
}
