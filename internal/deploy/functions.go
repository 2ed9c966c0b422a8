package deploy

import (
	"fmt"
	"reflect"
	"strings"
)

// nothing is AWS::NoValue: what has it is not there.
type nothing struct{}

// value works out a value: every function in it becomes what it answers.
func (m *maker) value(of any) (any, error) {
	switch of := of.(type) {
	case []any:
		list := []any{}
		for _, item := range of {
			v, err := m.value(item)
			if err != nil {
				return nil, err
			}
			if v != (nothing{}) {
				list = append(list, v)
			}
		}
		return list, nil
	case map[string]any:
		if len(of) == 1 {
			for name, argument := range of {
				if name == "Ref" || strings.HasPrefix(name, "Fn::") {
					return m.call(name, argument)
				}
			}
		}
		all := map[string]any{}
		for name, inner := range of {
			v, err := m.value(inner)
			if err != nil {
				return nil, err
			}
			if v != (nothing{}) {
				all[name] = v
			}
		}
		return all, nil
	}
	return of, nil
}

// call answers a function (CloudFormation user guide, "Intrinsic function reference").
func (m *maker) call(name string, argument any) (any, error) {
	switch name {
	case "Ref":
		return m.ref(argument.(string))
	case "Fn::GetAtt":
		pair := argument.([]any)
		return m.attribute(pair[0].(string), pair[1].(string))
	case "Fn::Sub":
		return m.sub(argument)
	case "Fn::If":
		three := argument.([]any)
		is, err := m.condition(three[0].(string))
		if err != nil {
			return nil, err
		}
		if is {
			return m.value(three[1])
		}
		return m.value(three[2])
	case "Fn::Join":
		pair := argument.([]any)
		list, err := m.texts(pair[1])
		return strings.Join(list, pair[0].(string)), err
	}
	return nil, fmt.Errorf("the function %s is not here", name)
}

// truth answers what a condition is made of.
func (m *maker) truth(of any) (bool, error) {
	for name, argument := range of.(map[string]any) {
		if name == "Condition" {
			return m.condition(argument.(string))
		}
		of := argument.([]any)
		switch name {
		case "Fn::Equals":
			a, err := m.value(of[0])
			if err != nil {
				return false, err
			}
			b, err := m.value(of[1])
			return reflect.DeepEqual(a, b), err
		case "Fn::Not":
			is, err := m.truth(of[0])
			return !is, err
		case "Fn::And", "Fn::Or":
			for _, each := range of {
				if is, err := m.truth(each); err != nil || is == (name == "Fn::Or") {
					return is, err
				}
			}
			return name == "Fn::And", nil
		}
		return false, fmt.Errorf("the condition %s is not here", name)
	}
	return false, fmt.Errorf("a condition is empty")
}

func (m *maker) ref(name string) (any, error) {
	if v, ok := m.values[name]; ok {
		return v, nil
	}
	switch name {
	case "AWS::AccountId":
		return m.place.Account, nil
	case "AWS::Region":
		return m.place.Region, nil
	case "AWS::Partition":
		return m.place.Partition, nil
	case "AWS::StackName":
		return m.place.Stack, nil
	case "AWS::URLSuffix":
		if m.place.Partition == "aws-cn" {
			return "amazonaws.com.cn", nil
		}
		return "amazonaws.com", nil
	case "AWS::NoValue":
		return nothing{}, nil
	}
	return m.attribute(name, "")
}

// sub puts values into the text of an Fn::Sub.
func (m *maker) sub(argument any) (any, error) {
	text, plain := argument.(string)
	own := map[string]any{}
	if !plain {
		pair := argument.([]any)
		text, own = pair[0].(string), pair[1].(map[string]any)
	}
	var first error
	out := inSub.ReplaceAllStringFunc(text, func(variable string) string {
		v, err := m.variable(strings.TrimSuffix(strings.TrimPrefix(variable, "${"), "}"), own)
		if _, ok := v.(string); !ok && err == nil {
			err = fmt.Errorf("%s is no text, in %q", variable, text)
		}
		if first == nil {
			first = err
		}
		return fmt.Sprint(v)
	})
	return strings.ReplaceAll(out, "${!", "${"), first
}

func (m *maker) variable(name string, own map[string]any) (any, error) {
	if value, ok := own[name]; ok {
		return m.value(value)
	}
	if resource, attribute, ok := strings.Cut(name, "."); ok {
		return m.attribute(resource, attribute)
	}
	return m.ref(name)
}

func (m *maker) texts(of any) ([]string, error) {
	v, err := m.value(of)
	if err != nil {
		return nil, err
	}
	var out []string
	for _, item := range listOf(v) {
		text, ok := item.(string)
		if !ok {
			return nil, fmt.Errorf("%v is no text", item)
		}
		out = append(out, text)
	}
	return out, nil
}
