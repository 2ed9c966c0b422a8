package attributes

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
)

// kind is what a document must be.
type kind int

const (
	text kind = iota
	boolean
	structure
	list
	document // anything
)

// Shape is what the API model says about one document.
type Shape struct {
	kind        kind
	rule        constraint.Text // of a text
	fields      []field         // of a structure
	needs       string          // the member that a structure must have, if there is one
	element     *Shape          // of a list
	least, most int             // of a list
}

// field is one member of a structure.
type field struct {
	name  string
	shape *Shape
}

var (
	plain = &Shape{kind: text, rule: PlainRule}
	flag  = &Shape{kind: boolean}
)

// photos is the only list whose elements must have a member.
var photos = &Shape{kind: list, least: 1, most: 3, element: &Shape{kind: structure, needs: "Value", fields: []field{
	{"Value", plain}, {"Type", plain}, {"Display", plain}, {"Primary", flag}}}}

func structureOf(fields ...field) *Shape { return &Shape{kind: structure, fields: fields} }

func listOf(most int, fields ...field) *Shape {
	return &Shape{kind: list, element: structureOf(fields...), least: 1, most: most}
}

// User is what CreateUser takes and UpdateUser changes.
var User = structureOf(
	field{"UserName", &Shape{kind: text, rule: userNameRule}},
	field{"Name", structureOf(field{"Formatted", plain}, field{"FamilyName", plain}, field{"GivenName", plain},
		field{"MiddleName", plain}, field{"HonorificPrefix", plain}, field{"HonorificSuffix", plain})},
	field{"DisplayName", plain}, field{"NickName", plain}, field{"ProfileUrl", plain},
	field{"Emails", listOf(1, field{"Value", plain}, field{"Type", plain}, field{"Primary", flag})},
	field{"Addresses", listOf(1, field{"StreetAddress", plain}, field{"Locality", plain}, field{"Region", plain},
		field{"PostalCode", plain}, field{"Country", plain}, field{"Formatted", plain}, field{"Type", plain}, field{"Primary", flag})},
	field{"PhoneNumbers", listOf(1, field{"Value", plain}, field{"Type", plain}, field{"Primary", flag})},
	field{"UserType", plain}, field{"Title", plain}, field{"PreferredLanguage", plain}, field{"Locale", plain}, field{"Timezone", plain},
	field{"Photos", photos},
	field{"Website", plain}, field{"Birthdate", plain},
	field{"Roles", listOf(1, field{"Value", plain}, field{"Type", plain}, field{"Primary", flag})},
	field{"Extensions", &Shape{kind: document}},
)

// Group is what UpdateGroup changes.
var Group = structureOf(field{"DisplayName", &Shape{kind: text, rule: GroupNameRule}}, field{"Description", plain})

// field finds a member of a structure, in any case.
func (s *Shape) field(name string) (field, bool) {
	for _, f := range s.fields {
		if strings.EqualFold(f.name, name) {
			return f, true
		}
	}
	return field{}, false
}

// Adopt copies a document in the spelling of the model. Members that the shape does not have and nulls are left
// out, as AWS leaves them out. A document of another kind is an error.
func (s *Shape) Adopt(at string, value any) (any, error) {
	switch v := value.(type) {
	case string:
		if s.kind == text {
			return v, nil
		}
	case bool:
		if s.kind == boolean {
			return v, nil
		}
	case map[string]any:
		if s.kind == structure {
			return s.adoptStructure(at, v)
		}
	case []any:
		if s.kind == list {
			return s.adoptList(at, v)
		}
	}
	if s.kind == document {
		return value, nil
	}
	return nil, fmt.Errorf("%s has the wrong type", at)
}

func (s *Shape) adoptStructure(at string, in map[string]any) (any, error) {
	out := map[string]any{}
	for _, name := range slices.Sorted(maps.Keys(in)) {
		f, ok := s.field(name)
		if !ok || in[name] == nil {
			continue
		}
		v, err := f.shape.Adopt(join(at, f.name), in[name])
		if err != nil {
			return nil, err
		}
		out[f.name] = v
	}
	return out, nil
}

func (s *Shape) adoptList(at string, in []any) (any, error) {
	out := make([]any, 0, len(in))
	for i, value := range in {
		v, err := s.element.Adopt(fmt.Sprintf("%s.%d.member", at, i+1), value)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// Judge judges an adopted document by the rules of the model.
func (s *Shape) Judge(c *constraint.Check, at string, value any) {
	switch v := value.(type) {
	case string:
		c.Text(at, &v, s.rule)
	case map[string]any:
		if _, ok := v[s.needs]; s.needs != "" && !ok {
			c.Missing(join(at, s.needs))
		}
		for _, f := range s.fields {
			if inner, ok := v[f.name]; ok {
				f.shape.Judge(c, join(at, f.name), inner)
			}
		}
	case []any:
		c.List(at, len(v), s.least, s.most)
		for i, inner := range v {
			s.element.Judge(c, fmt.Sprintf("%s.%d.member", at, i+1), inner)
		}
	}
}

// join names a member within a structure as messages do: "name.familyName".
func join(at, member string) string {
	member = strings.ToLower(member[:1]) + member[1:]
	if at == "" {
		return member
	}
	return at + "." + member
}

// Set puts value at a path of the document, nil to remove what is there. The documents on the way are copied, so
// that those who hold the old one keep it.
func (s *Shape) Set(doc map[string]any, path []string, value any) (map[string]any, error) {
	f, ok := s.field(path[0])
	if !ok {
		return nil, fmt.Errorf("unknown attribute path element: %s", path[0])
	}
	out := maps.Clone(doc)
	if out == nil {
		out = map[string]any{}
	}
	if len(path) > 1 {
		return out, f.setWithin(out, path[1:], value)
	}
	if value == nil {
		delete(out, f.name)
		return out, nil
	}
	v, err := f.shape.Adopt(join("", f.name), value)
	if err != nil {
		return nil, fmt.Errorf("%v", err)
	}
	out[f.name] = v
	return out, nil
}

// setWithin changes a member of f in doc. A list is addressed as its only element, so a list of several is not.
func (f field) setWithin(doc map[string]any, path []string, value any) error {
	target, inner := f.shape, map[string]any(nil)
	switch v := doc[f.name].(type) {
	case map[string]any:
		inner = v
	case []any:
		if len(v) > 0 {
			inner, _ = v[0].(map[string]any)
		}
	}
	if target.kind == list && target.most == 1 {
		target = target.element
	}
	if target.kind != structure {
		return fmt.Errorf("the attribute %s has no members", f.name)
	}
	changed, err := target.Set(inner, path, value)
	if err != nil {
		return err
	}
	switch {
	case len(changed) == 0:
		delete(doc, f.name)
	case f.shape.kind == list:
		doc[f.name] = []any{changed}
	default:
		doc[f.name] = changed
	}
	return nil
}
