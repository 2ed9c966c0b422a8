package config

import (
	"bytes"
	"encoding/json"
	"slices"
	"strconv"
)

type object = map[string]any

// Schema is the JSON Schema (draft 2020-12) of the configuration, for editors: the key table in
// another language. A configuration that it refuses, Parse refuses as well; Parse knows more.
func Schema() []byte {
	s := schemaOf("", nil)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "tenantry configuration"
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(s); err != nil {
		panic("config: schema: " + err.Error()) // maps, slices and strings
	}
	return b.Bytes()
}

// schemaOf is the schema of a mapping.
func schemaOf(parent string, oneOf [][]string) object {
	properties, required := object{}, []string{}
	for _, k := range keysIn()[parent] {
		if k.later {
			continue
		}
		properties[k.name()] = k.schema()
		if k.required {
			required = append(required, k.name())
		}
	}
	s := object{"type": "object", "additionalProperties": false, "properties": properties}
	if len(required) > 0 {
		s["required"] = required
	}
	if len(oneOf) > 0 {
		s["oneOf"] = alternativesSchema(oneOf)
	}
	return s
}

// alternativesSchema demands the keys of one set and forbids those of the others.
func alternativesSchema(sets [][]string) []any {
	var out []any
	for i, set := range sets {
		others := object{}
		for j, other := range sets {
			for _, name := range other {
				if i != j {
					others[name] = false
				}
			}
		}
		out = append(out, object{"required": set, "properties": others})
	}
	return out
}

func (k *key) schema() object {
	s := k.typeSchema()
	s["description"] = k.doc
	if value, ok := k.defaultValue(); ok {
		s["default"] = value
	}
	return s
}

func (k *key) typeSchema() object {
	switch k.kind {
	case mapping:
		return schemaOf(k.inside(), k.oneOf)
	case mappings:
		return k.limits(object{"type": "array", "items": schemaOf(k.inside(), k.oneOf)})
	case texts:
		return k.limits(object{"type": "array", "items": object{"type": "string", "minLength": 1}})
	case choice:
		return object{"type": "string", "enum": k.choices}
	case boolean:
		return object{"type": "boolean"}
	case integer, number:
		name := map[kind]string{integer: "integer", number: "number"}[k.kind]
		return object{"type": name, "minimum": k.min, "maximum": k.max}
	case percent:
		return object{"type": "string", "pattern": "^(100|[1-9]?[0-9])%$"}
	case duration:
		return object{"type": "string", "pattern": "^([0-9]+d|([0-9]+(\\.[0-9]+)?(h|m|s))+)$"}
	case date:
		return object{"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
	}
	s := object{"type": "string", "minLength": 1}
	if k.pattern != "" {
		s["pattern"] = k.pattern
	}
	return s
}

// limits adds how many items a list has.
func (k *key) limits(s object) object {
	if k.min > 0 {
		s["minItems"] = k.min
	}
	if k.max > 0 {
		s["maxItems"] = k.max
	}
	return s
}

// defaultValue is what holds without the key, where that is a value and not a description of one.
func (k *key) defaultValue() (any, bool) {
	switch k.kind {
	case choice:
		return k.standard, slices.Contains(k.choices, k.standard)
	case boolean:
		return k.standard == "true", true
	case percent:
		return k.standard, k.standard != ""
	case integer:
		n, err := strconv.Atoi(k.standard)
		return n, err == nil
	}
	return nil, false
}
