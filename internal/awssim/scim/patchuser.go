package scim

import (
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

func (s service) patchUser(r *wire.Request) (a answer, err error) {
	changes, err := patches(r)
	if err != nil {
		return a, err
	}
	p, err := s.findUser(r)
	if err != nil {
		return a, err
	}
	if err := once(changes, "userName", "active"); err != nil {
		return a, err
	}
	doc := document(p)
	for _, c := range changes {
		if p, doc, err = s.changeUser(p, doc, c); err != nil {
			return a, err
		}
	}
	if err := judge(doc); err != nil {
		return a, err
	}
	p, err = s.w.Directory.ChangeUser(attributes.With(p, doc), r.Caller.ARN)
	return answer{200, s.user(p)}, err
}

// once refuses several operations about the same one of names, and their removal.
func once(changes []patch, names ...string) error {
	for _, name := range names {
		n := 0
		for _, c := range changes {
			switch {
			case !c.is(name):
			case c.op == "remove":
				return invalid("The remove operation is not supported for %s.", name)
			default:
				n++
			}
		}
		if n > 1 {
			return invalid("Multiple operations on %s are not supported.", name)
		}
	}
	return nil
}

// changeUser carries out one operation on a user and the document of its attributes.
func (s service) changeUser(p world.Person, doc map[string]any, c patch) (world.Person, map[string]any, error) {
	value := c.value
	if c.op == "remove" {
		value = nil
	}
	var err error
	switch _, known := named(supported, c.path[0]); {
	case c.is("active"):
		p.Status, err = status(value, p.Status)
	case c.is("externalId"):
		var id string
		id, err = externalIn(map[string]any{"externalId": value})
		p.ExternalIDs = s.external(id)
	case c.is(enterpriseSchema):
		doc, err = setEnterprise(doc, c.path[1:], value)
	case c.is("id"), c.is("schemas"), c.is("meta"):
		// Some providers send them along.
	case known:
		doc, err = setAttribute(doc, c, value)
	default:
		err = invalid("Modification is not allowed for the attribute %s.", c.path[0])
	}
	return p, doc, err
}

// setAttribute changes an attribute of the identity store. The only element of a list is meant by any filter, and is
// made where there is none, of the filter's type.
func setAttribute(doc map[string]any, c patch, value any) (map[string]any, error) {
	name, isList := named(lists, c.path[0])
	if c.by != "" && !isList {
		return nil, invalid("The path is not supported.")
	}
	if one, ok := value.(map[string]any); ok && isList && len(c.path) == 1 {
		value = []any{one}
	}
	doc, err := attributes.User.Set(doc, c.path, value)
	if err != nil {
		return nil, invalid("%v", err)
	}
	if !isList || len(c.path) == 1 || value == nil {
		return doc, nil
	}
	return complete(doc, name, c)
}

// complete gives the only element of a list what it lacks: that it is primary, and the type of the filter.
func complete(doc map[string]any, name string, c patch) (map[string]any, error) {
	element, _ := list(doc[strings.ToUpper(name[:1])+name[1:]])[0].(map[string]any)
	lacking := map[string]any{"Primary": true}
	if c.by == "type" && c.where != "" {
		lacking["Type"] = c.where
	}
	var err error
	for sub, value := range lacking {
		if _, there := element[sub]; there {
			continue
		}
		if doc, err = attributes.User.Set(doc, []string{name, sub}, value); err != nil {
			return nil, invalid("%v", err)
		}
	}
	return doc, nil
}

// setEnterprise changes the enterprise extension, or one attribute of it.
func setEnterprise(doc map[string]any, path []string, value any) (map[string]any, error) {
	doc = attributes.Clone(doc)
	extensions := attributes.Clone(doc["Extensions"])
	inner := attributes.Clone(extensions[attributes.Enterprise])
	switch whole, isMap := value.(map[string]any); {
	case len(path) > 0:
		if sub, isText := value.(string); isText && path[0] == "manager" {
			value = map[string]any{"value": sub}
		}
		attributes.Keep(inner, path[0], value != nil, value)
	case value == nil:
		inner = map[string]any{}
	case !isMap:
		return nil, invalid(unparsable)
	default:
		for name, v := range whole {
			attributes.Keep(inner, name, v != nil, v)
		}
	}
	attributes.Keep(extensions, attributes.Enterprise, len(inner) > 0, inner)
	attributes.Keep(doc, "Extensions", len(extensions) > 0, extensions)
	return doc, nil
}
