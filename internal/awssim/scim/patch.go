package scim

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/wire"
)

// patch is one operation of a PATCH.
type patch struct {
	op    string   // add, replace or remove
	path  []string // attribute, and the one below it; empty: the members of value name them
	by    string   // the attribute of the path's filter, and its value: members[value eq "…"]
	where string
	value any // nil: none
}

// pathForm is attribute, attribute.sub, or attribute[sub eq "value"].sub.
var pathForm = regexp.MustCompile(`^([A-Za-z$][\w$-]*)(?:\[\s*(\w+)\s+[eE][qQ]\s+"([^"]*)"\s*\])?(?:\.([\w$-]+))?$`)

// patches reads the operations of a PATCH. One that names several attributes in its value becomes one for each.
func patches(r *wire.Request) ([]patch, error) {
	var in struct {
		Operations []struct {
			Op    string
			Path  string
			Value any
		}
	}
	if err := json.Unmarshal(r.Body, &in); err != nil {
		return nil, invalid(unparsable)
	}
	if len(in.Operations) == 0 {
		return nil, invalid("Operations are required.")
	}
	var out []patch
	for _, o := range in.Operations {
		p := patch{op: strings.ToLower(o.Op), value: o.Value}
		if err := p.judge(o.Path); err != nil {
			return nil, err
		}
		parts, err := p.split(o.Path)
		if err != nil {
			return nil, err
		}
		out = append(out, parts...)
	}
	return out, nil
}

func (p patch) judge(path string) error {
	switch p.op {
	case "add", "replace":
		if p.value == nil {
			return invalid("Missing value in PATCH request")
		}
	case "remove":
		if path == "" {
			return invalid("Missing path in PATCH request")
		}
	case "":
		return invalid("Missing operation in PATCH request")
	default:
		return invalid("The operation %q is not supported.", p.op)
	}
	return nil
}

// split gives p with its path, or one for each attribute that its value names.
func (p patch) split(path string) ([]patch, error) {
	if path != "" {
		err := p.parse(path)
		return []patch{p}, err
	}
	members, ok := p.value.(map[string]any)
	if !ok {
		return nil, invalid("Missing path in PATCH request")
	}
	var out []patch
	for name, value := range members {
		one := patch{op: p.op, value: value}
		if err := one.parse(name); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	slices.SortFunc(out, func(a, b patch) int { return slices.Compare(a.path, b.path) })
	return out, nil
}

// parse reads a path. The attributes of schemas may be written with them: urn:…:User:department.
func (p *patch) parse(path string) error {
	if rest, ok := cutFold(path, enterpriseSchema); ok {
		p.path = []string{enterpriseSchema}
		if rest = strings.TrimLeft(rest, ":."); rest != "" {
			p.path = append(p.path, strings.Split(rest, ".")...)
		}
		return nil
	}
	for _, schema := range []string{userSchema, groupSchema} {
		if rest, ok := cutFold(path, schema+":"); ok {
			path = rest
		}
	}
	m := pathForm.FindStringSubmatch(path)
	if m == nil {
		return invalid("The path is not supported.")
	}
	p.path, p.by, p.where = []string{m[1]}, strings.ToLower(m[2]), m[3]
	if m[4] != "" {
		p.path = append(p.path, m[4])
	}
	return nil
}

// cutFold is strings.CutPrefix in any case.
func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}

// is reports whether the operation is about an attribute, in any case.
func (p patch) is(attribute string) bool { return strings.EqualFold(p.path[0], attribute) }
