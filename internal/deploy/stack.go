package deploy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// Place is where a stack is made, and with what.
type Place struct {
	Partition, Account, Region, Stack string
	Parameters                        map[string]string // lists with commas
}

// Stack is what a template comes to at a place.
type Stack struct {
	Resources map[string]Resource
	Outputs   map[string]any
}

// Resource is one resource of a stack. Its properties are plain: no function is left in them.
type Resource struct {
	Type       string
	Properties map[string]any
	// Keeps says that the resource stays when the stack is deleted, and when the template has it no longer.
	Keeps bool
}

// Of are the names of a stack's resources of a type, sorted.
func (s *Stack) Of(kind string) []string {
	var names []string
	for name, r := range s.Resources {
		if r.Type == kind {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Make makes a stack of a template. Its error is what CloudFormation would refuse it for, as far as it is known here.
func (t *Template) Make(p Place) (*Stack, error) {
	m := &maker{template: t, place: p, values: map[string]any{}, conditions: map[string]bool{}}
	if err := m.parameters(); err != nil {
		return nil, err
	}
	if err := m.rules(); err != nil {
		return nil, err
	}
	s := &Stack{Resources: map[string]Resource{}, Outputs: map[string]any{}}
	for _, name := range t.Resources("") {
		if err := m.resource(s, name); err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
	}
	for name := range t.section("Outputs") {
		if err := m.output(s, name); err != nil {
			return nil, fmt.Errorf("the output %s: %w", name, err)
		}
	}
	return s, nil
}

func (m *maker) resource(s *Stack, name string) error {
	r := m.template.Resource(name)
	if is, err := m.wanted(r); !is || err != nil {
		return err
	}
	properties, err := m.value(r["Properties"])
	if err != nil {
		return err
	}
	all, _ := properties.(map[string]any)
	s.Resources[name] = Resource{
		Type: r["Type"].(string), Properties: all,
		Keeps: r["DeletionPolicy"] == "Retain" && r["UpdateReplacePolicy"] == "Retain",
	}
	return nil
}

func (m *maker) output(s *Stack, name string) error {
	o := m.template.section("Outputs")[name].(map[string]any)
	if is, err := m.wanted(o); !is || err != nil {
		return err
	}
	value, err := m.value(o["Value"])
	s.Outputs[name] = value
	return err
}

// maker works out the values of a template at a place.
type maker struct {
	template   *Template
	place      Place
	values     map[string]any // of parameters
	conditions map[string]bool
}

// parameters gives every parameter its value, and refuses one that it may not have.
func (m *maker) parameters() error {
	declared := m.template.section("Parameters")
	for name := range m.place.Parameters {
		if declared[name] == nil {
			return fmt.Errorf("there is no parameter %s", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(declared)) {
		p := declared[name].(map[string]any)
		text, given := m.place.Parameters[name]
		if !given {
			without, there := p["Default"]
			if !there {
				return fmt.Errorf("the parameter %s has no value", name)
			}
			text = fmt.Sprint(without)
		}
		if err := allowed(p, text); err != nil {
			return fmt.Errorf("the parameter %s: %w", name, err)
		}
		m.values[name] = text
		if p["Type"] == "CommaDelimitedList" {
			list := []any{}
			for item := range strings.SplitSeq(text, ",") {
				list = append(list, strings.TrimSpace(item)) // a list of one text, "", for no text
			}
			m.values[name] = list
		}
	}
	return nil
}

// allowed refuses what the parameter does not take. Of a list, the pattern is about each item.
func allowed(p map[string]any, text string) error {
	if values, ok := p["AllowedValues"].([]any); ok && !slices.ContainsFunc(values, func(v any) bool { return fmt.Sprint(v) == text }) {
		return fmt.Errorf("%q is none of %v", text, values)
	}
	pattern, ok := p["AllowedPattern"].(string)
	if !ok {
		return nil
	}
	items := []string{text}
	if p["Type"] == "CommaDelimitedList" {
		items = strings.Split(text, ",")
	}
	whole, err := regexp.Compile("^(?:" + pattern + ")$")
	if err != nil {
		return err
	}
	for _, item := range items {
		if !whole.MatchString(strings.TrimSpace(item)) {
			return fmt.Errorf("%q does not fit %s", item, pattern)
		}
	}
	return nil
}

// rules asserts what the template's rules demand of its parameters.
func (m *maker) rules() error {
	for _, r := range m.template.section("Rules") {
		rule := r.(map[string]any)
		if when, ok := rule["RuleCondition"]; ok {
			if is, err := m.truth(when); !is || err != nil {
				if err != nil {
					return err
				}
				continue
			}
		}
		for _, a := range rule["Assertions"].([]any) {
			assertion := a.(map[string]any)
			is, err := m.truth(assertion["Assert"])
			if err != nil {
				return err
			}
			if !is {
				return fmt.Errorf("a rule of the template is not met: %v", assertion["AssertDescription"])
			}
		}
	}
	return nil
}

// wanted reports whether the condition of a resource or an output is met.
func (m *maker) wanted(of map[string]any) (bool, error) {
	name, ok := of["Condition"].(string)
	if !ok {
		return true, nil
	}
	return m.condition(name)
}

func (m *maker) condition(name string) (bool, error) {
	if is, known := m.conditions[name]; known {
		return is, nil
	}
	text, ok := m.template.section("Conditions")[name]
	if !ok {
		return false, fmt.Errorf("there is no condition %s", name)
	}
	is, err := m.truth(text)
	m.conditions[name] = is
	return is, err
}
