package dynamodb

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// The expressions that are known: terms, joined by AND, each of them one of
//
//	name = :value
//	name BETWEEN :value AND :value
//	attribute_not_exists(name)
//	attribute_exists(name)
//
// A name may be written as #name.
const (
	equal     = "="
	between   = "BETWEEN"
	exists    = "attribute_exists"
	notExists = "attribute_not_exists"
)

// term is one of the terms of an expression.
type term struct {
	name   string
	is     string // one of the above
	values []value
}

var (
	names    = `(#[A-Za-z0-9_]+|[A-Za-z][A-Za-z0-9_]*)`
	operands = `(:[A-Za-z0-9_]+)`
	forms    = map[string]*regexp.Regexp{
		equal:     regexp.MustCompile(`^\s*` + names + `\s*=\s*` + operands + `\s*(?:AND\b|$)`),
		between:   regexp.MustCompile(`^\s*` + names + `\s+BETWEEN\s+` + operands + `\s+AND\s+` + operands + `\s*(?:AND\b|$)`),
		exists:    regexp.MustCompile(`^\s*attribute_exists\s*\(\s*` + names + `\s*\)\s*(?:AND\b|$)`),
		notExists: regexp.MustCompile(`^\s*attribute_not_exists\s*\(\s*` + names + `\s*\)\s*(?:AND\b|$)`),
	}
)

// reserved are the words that may not be names as they are, of those that somebody could mean here (Amazon DynamoDB
// Developer Guide, "Reserved words in DynamoDB" has 573).
var reserved = strings.Fields("ACTION ADD ALL AND AT BEGIN BETWEEN BY COUNT DATE END ENTRY FROM HASH KEY LAST NAME NUMBER PARTITION RANGE ROW ROWS SUM TABLE TEXT TIME TO TYPE VALUE VALUES")

// placeholders are what an expression may refer to, and what of it was referred to.
type placeholders struct {
	Names  map[string]string
	Values map[string]json.RawMessage
	used   map[string]bool
}

// parse reads an expression; which is what it is called by in errors.
func (p *placeholders) parse(which, text string) ([]term, error) {
	if p.used == nil {
		p.used = make(map[string]bool)
	}
	var all []term
	for rest := text; ; {
		var found []string
		is := ""
		for _, form := range slices.Sorted(maps.Keys(forms)) {
			if m := forms[form].FindStringSubmatch(rest); m != nil {
				found, is = m, form
			}
		}
		if found == nil {
			return nil, invalid("Invalid %s: Syntax error, or a form that is not simulated; near: %q", which, rest)
		}
		t, err := p.term(which, is, found[1], found[2:])
		if err != nil {
			return nil, err
		}
		all = append(all, t)
		if rest = rest[len(found[0]):]; !strings.HasSuffix(found[0], "AND") {
			return all, nil
		}
	}
}

func (p *placeholders) term(which, is, name string, values []string) (term, error) {
	t := term{name: name, is: is}
	if strings.HasPrefix(name, "#") {
		var ok bool
		if t.name, ok = p.Names[name]; !ok {
			return t, invalid("Invalid %s: An expression attribute name used in the document path is not defined; attribute name: %s", which, name)
		}
		p.used[name] = true
	} else if slices.Contains(reserved, strings.ToUpper(name)) {
		return t, invalid("Invalid %s: Attribute name is a reserved keyword; reserved keyword: %s", which, name)
	}
	for _, v := range values {
		raw, ok := p.Values[v]
		if !ok {
			return t, invalid("Invalid %s: An expression attribute value used in expression is not defined; attribute value: %s", which, v)
		}
		p.used[v] = true
		parsed, err := parseValue(raw)
		if err != nil {
			return t, err
		}
		t.values = append(t.values, parsed)
	}
	return t, nil
}

// unused refuses what no expression referred to.
func (p *placeholders) unused() error {
	for _, name := range slices.Sorted(maps.Keys(p.Names)) {
		if !p.used[name] {
			return invalid("Value provided in ExpressionAttributeNames unused in expressions: keys: {%s}", name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(p.Values)) {
		if !p.used[name] {
			return invalid("Value provided in ExpressionAttributeValues unused in expressions: keys: {%s}", name)
		}
	}
	return nil
}

// holds reports whether an item, nil for none, is as a term says.
func (t term) holds(i world.Item) bool {
	raw, there := i[t.name]
	switch t.is {
	case exists:
		return there
	case notExists:
		return !there
	}
	v, err := parseValue(raw)
	if !there || err != nil {
		return false
	}
	if t.is == between {
		return v.kind == t.values[0].kind && v.compare(t.values[0]) >= 0 && v.compare(t.values[1]) <= 0
	}
	return v.kind == t.values[0].kind && v.compare(t.values[0]) == 0
}
