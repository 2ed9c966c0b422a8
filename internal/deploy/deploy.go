// Package deploy reads the CloudFormation templates in the folder deploy as CloudFormation does, so that tests can ask of them what
// matters: what is in a stack that is made with these parameters, in this account and Region. It serves tests, as package
// intake/pattern does, and is in no program.
//
// It knows the functions and the types of resources that the templates use, and no more; one that it does not know is an error,
// and never passed over. Whether AWS takes a property is cfn-lint's to say (.ci/run templates), where it is at hand.
package deploy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v4"
)

// Template is a template, parsed: its functions in their long form, {"Fn::Sub": …}, and numbers as float64, as in JSON.
type Template struct{ root map[string]any }

// sections are what a template may have at its top.
var sections = []string{"AWSTemplateFormatVersion", "Description", "Metadata", "Parameters", "Rules", "Mappings", "Conditions", "Resources", "Outputs"}

// Parse reads a template. Its error says where something is that is no template, or that people and YAML read differently.
func Parse(text []byte) (*Template, error) {
	var document, second yaml.Node
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	if err := decoder.Decode(&document); err != nil {
		return nil, err
	}
	if err := decoder.Decode(&second); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("it is more than one document")
	}
	value, err := valueOf(document.Content[0])
	if err != nil {
		return nil, err
	}
	root, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("it is no mapping")
	}
	for name := range root {
		if !slices.Contains(sections, name) {
			return nil, fmt.Errorf("%s is no section of a template", name)
		}
	}
	return &Template{root}, nil
}

// valueOf is a node as a value, with its tag as a function.
func valueOf(n *yaml.Node) (any, error) {
	value, err := untagged(n)
	if err != nil {
		return nil, err
	}
	function, short := strings.CutPrefix(n.Tag, "!")
	if !short || strings.HasPrefix(function, "!") {
		return value, nil
	}
	switch function {
	case "Ref", "Condition":
		return map[string]any{function: value}, nil
	case "GetAtt":
		if text, ok := value.(string); ok {
			resource, attribute, _ := strings.Cut(text, ".")
			value = []any{resource, attribute}
		}
	}
	return map[string]any{"Fn::" + function: value}, nil
}

func untagged(n *yaml.Node) (any, error) {
	switch n.Kind {
	case yaml.MappingNode:
		return mappingOf(n)
	case yaml.SequenceNode:
		list := []any{}
		for _, item := range n.Content {
			value, err := valueOf(item)
			if err != nil {
				return nil, err
			}
			list = append(list, value)
		}
		return list, nil
	case yaml.ScalarNode:
		return scalarOf(n)
	}
	return nil, fmt.Errorf("line %d: aliases are not taken", n.Line)
}

func mappingOf(n *yaml.Node) (any, error) {
	all := map[string]any{}
	for i := 0; i < len(n.Content); i += 2 {
		name := n.Content[i].Value
		if _, twice := all[name]; twice {
			return nil, fmt.Errorf("line %d: %s is there twice", n.Content[i].Line, name)
		}
		value, err := valueOf(n.Content[i+1])
		if err != nil {
			return nil, err
		}
		all[name] = value
	}
	return all, nil
}

// scalarOf is a scalar as JSON has it. A date without quotes, such as a policy's version, is a date to YAML, and so refused.
func scalarOf(n *yaml.Node) (any, error) {
	switch n.Tag {
	case "!!bool":
		return n.Value == "true", nil
	case "!!int", "!!float":
		return strconv.ParseFloat(n.Value, 64)
	case "!!timestamp", "!!null":
		return nil, fmt.Errorf("line %d: %q is no text to YAML: quote it", n.Line, n.Value)
	}
	return n.Value, nil
}

// section is a section's mapping, empty where there is none.
func (t *Template) section(name string) map[string]any {
	all, _ := t.root[name].(map[string]any)
	return all
}

// Resources are the names of its resources, sorted; with a type, those of that type.
func (t *Template) Resources(kind string) []string {
	var names []string
	for name, r := range t.section("Resources") {
		if kind == "" || r.(map[string]any)["Type"] == kind {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Resource is a resource as it stands in the template, nil for none of that name.
func (t *Template) Resource(name string) map[string]any {
	r, _ := t.section("Resources")[name].(map[string]any)
	return r
}
