package deploy

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// pseudo are the parameters that are always there (CloudFormation user guide, "Pseudo parameters reference").
var pseudo = []string{"AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackName", "AWS::URLSuffix"}

// inSub is a variable in the text of Fn::Sub; ${!x} is the text ${x}.
var inSub = regexp.MustCompile(`\$\{([^!}][^}]*)\}`)

// Problems are what is wrong with its names: what refers to nothing, and what nothing refers to. Sorted, empty for nothing.
func (t *Template) Problems() []string {
	c := &census{template: t, used: map[string]bool{}, wrong: map[string]bool{}}
	for _, section := range []string{"Rules", "Conditions", "Resources", "Outputs"} {
		for name, value := range t.section(section) {
			c.at = section + "." + name
			c.walk(value)
		}
	}
	for _, section := range []string{"Parameters", "Conditions"} {
		for name := range t.section(section) {
			if !c.used[section+"."+name] {
				c.wrong["nothing refers to "+section+"."+name] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(c.wrong))
}

// census walks through a template, and notes who refers to what.
type census struct {
	template *Template
	at       string
	used     map[string]bool // "Section.Name"
	wrong    map[string]bool
}

// refer notes that something is referred to, in one of these sections.
func (c *census) refer(name string, in ...string) {
	if slices.Contains(in, "Parameters") && slices.Contains(pseudo, name) {
		return
	}
	for _, section := range in {
		if _, there := c.template.section(section)[name]; there {
			c.used[section+"."+name] = true
			return
		}
	}
	c.wrong[fmt.Sprintf("%s refers to %s, and there is no such name in %s", c.at, name, strings.Join(in, " or "))] = true
}

func (c *census) walk(value any) {
	switch value := value.(type) {
	case []any:
		for _, item := range value {
			c.walk(item)
		}
	case map[string]any:
		for name, inner := range value {
			c.field(name, inner)
		}
	}
}

func (c *census) field(name string, inner any) {
	switch name {
	case "Ref":
		c.refer(inner.(string), "Parameters", "Resources")
	case "Fn::GetAtt":
		c.refer(inner.([]any)[0].(string), "Resources")
	case "Fn::Sub":
		c.sub(inner)
	case "Fn::If":
		c.refer(inner.([]any)[0].(string), "Conditions")
		c.walk(inner)
	case "Condition":
		if condition, ok := inner.(string); ok { // and otherwise a policy's
			c.refer(condition, "Conditions")
			return
		}
		c.walk(inner)
	case "DependsOn":
		for _, name := range listOf(inner) {
			c.refer(name.(string), "Resources")
		}
	default:
		c.walk(inner)
	}
}

// sub notes what the text of an Fn::Sub refers to, but for what it brings along itself.
func (c *census) sub(inner any) {
	own := map[string]any{}
	text, plain := inner.(string)
	if !plain {
		pair := inner.([]any)
		text, own = pair[0].(string), pair[1].(map[string]any)
		c.walk(own)
	}
	found := inSub.FindAllStringSubmatch(text, -1)
	if len(found) == 0 {
		c.wrong[fmt.Sprintf("%s substitutes nothing in %q", c.at, text)] = true
	}
	for _, match := range found {
		name, attribute, ofResource := strings.Cut(match[1], ".")
		_, brought := own[name]
		switch {
		case brought:
		case ofResource && attribute != "":
			c.refer(name, "Resources")
		default:
			c.refer(name, "Parameters", "Resources")
		}
	}
}

// listOf is a list, or the one thing that stands for it.
func listOf(value any) []any {
	if list, ok := value.([]any); ok {
		return list
	}
	return []any{value}
}
