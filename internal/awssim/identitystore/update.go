package identitystore

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/wire"
)

// decode reads the body of a request into each of the targets.
func decode(r *wire.Request, targets ...any) error {
	for _, target := range targets {
		if err := r.Decode(target); err != nil {
			return err
		}
	}
	return nil
}

// attributeOperation adds, replaces or (with null, or no value) removes an attribute.
type attributeOperation struct {
	AttributePath  *string
	AttributeValue json.RawMessage
}

func judgeOperations(c *constraint.Check, operations []attributeOperation) {
	if operations == nil {
		c.Missing("operations")
		return
	}
	c.List("operations", len(operations), 1, 100)
	for i, o := range operations {
		c.Required(fmt.Sprintf("operations.%d.member.attributePath", i+1), o.AttributePath, attributePathRule)
	}
}

// apply carries out operations on a document: all of them, or none.
func apply(shape *attributes.Shape, doc map[string]any, operations []attributeOperation) (map[string]any, error) {
	for _, o := range operations {
		var value any
		if len(o.AttributeValue) > 0 {
			if err := json.Unmarshal(o.AttributeValue, &value); err != nil {
				return nil, invalid("the value of %s is not a document", *o.AttributePath)
			}
		}
		path := strings.Split(*o.AttributePath, ".")
		var err error
		if strings.Contains(path[0], ":") {
			doc, err = setExtension(shape, doc, path, value)
		} else {
			doc, err = shape.Set(doc, path, value)
		}
		if err != nil {
			return nil, invalid("%v", err)
		}
	}
	return doc, nil
}

// setExtension changes an extension of a user, or one attribute of it. The reference does not say what an
// extension may hold, so it holds what it is given.
func setExtension(shape *attributes.Shape, doc map[string]any, path []string, value any) (map[string]any, error) {
	if shape != attributes.User || path[0] != attributes.Enterprise || len(path) > 2 {
		return nil, fmt.Errorf("unknown attribute path element: %s", path[0])
	}
	doc = maps.Clone(doc)
	extensions := attributes.Clone(doc["Extensions"])
	if len(path) == 2 {
		inner := attributes.Clone(extensions[attributes.Enterprise])
		attributes.Keep(inner, path[1], value != nil, value)
		attributes.Keep(extensions, attributes.Enterprise, len(inner) > 0, inner)
	} else {
		attributes.Keep(extensions, attributes.Enterprise, value != nil, value)
	}
	attributes.Keep(doc, "Extensions", len(extensions) > 0, extensions)
	return doc, nil
}
