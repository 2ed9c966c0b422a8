package dynamodb

import (
	"bytes"
	"encoding/json"
	"math/big"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// value is the value of an attribute.
type value struct {
	kind string // S, N or B, or one of the others, which are kept and not looked into
	text string // of S and N
	data []byte // of B
	raw  json.RawMessage
}

var (
	otherKinds = strings.Fields("BOOL NULL L M SS NS BS")
	numbers    = regexp.MustCompile(`^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$`)
)

// parseValue reads a value as the API writes it: an object with one member, named by the type.
func parseValue(raw json.RawMessage) (value, error) {
	var member map[string]json.RawMessage
	if json.Unmarshal(raw, &member) != nil || len(member) != 1 {
		return value{}, invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	for kind, inner := range member {
		v := value{kind: kind, raw: inner}
		var err error
		switch {
		case kind == "S" || kind == "N":
			err = json.Unmarshal(inner, &v.text)
		case kind == "B":
			err = json.Unmarshal(inner, &v.data)
		case !slices.Contains(otherKinds, kind):
			return v, invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
		}
		if err != nil || kind == "N" && !numbers.MatchString(v.text) {
			return v, invalid("The parameter cannot be converted to a numeric value, or to the type %s: %s", kind, inner)
		}
		return v, nil
	}
	panic("unreachable")
}

// compare compares two values of one kind, as sort keys and conditions are compared: numbers as numbers, and the others by
// their bytes.
func (v value) compare(other value) int {
	switch v.kind {
	case "N":
		a, _ := new(big.Rat).SetString(v.text)
		b, _ := new(big.Rat).SetString(other.text)
		return a.Cmp(b)
	case "B":
		return bytes.Compare(v.data, other.data)
	case "S":
		return strings.Compare(v.text, other.text)
	}
	return bytes.Compare(v.raw, other.raw)
}

// size counts a value's bytes.
func (v value) size() int {
	switch v.kind {
	case "S":
		return len(v.text)
	case "N":
		return (len(v.text)+1)/2 + 1
	case "B":
		return len(v.data)
	}
	return len(v.raw)
}

// What the service takes (developer guide, "Quotas in Amazon DynamoDB").
const (
	mostItem        = 400 << 10
	mostTransaction = 4 << 20
	mostActions     = 100
	mostAnswer      = 1 << 20
	mostKey         = 1024 // of a sort key; a partition key may have 2048
)

// judge makes sure that an item can be kept, and answers its key and its size.
func judge(t *world.ItemTable, i world.Item) (key string, size int, err error) {
	for name, raw := range i {
		v, err := parseValue(raw)
		if err != nil {
			return "", 0, err
		}
		size += len(name) + v.size()
	}
	key, err = keyOf(t, i)
	switch {
	case err != nil:
		return "", 0, err
	case size > mostItem:
		return "", 0, invalid("Item size has exceeded the maximum allowed size")
	}
	return key, size, nil
}

// keyOf answers the key of an item that has one.
func keyOf(t *world.ItemTable, i world.Item) (string, error) {
	for at, name := range []string{t.PartitionKey, t.SortKey} {
		if name == "" {
			continue
		}
		if _, there := i[name]; !there {
			return "", invalid("One or more parameter values were invalid: Missing the key %s in the item", name)
		}
		text, ok := i.Text(name)
		switch {
		case !ok:
			return "", invalid("One or more parameter values were invalid: Type mismatch for key %s expected: S", name)
		case text == "":
			return "", invalid("One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: %s", name)
		case len(text) > mostKey*(2-at):
			return "", invalid("One or more parameter values were invalid: Size of key %s has exceeded the maximum size limit", name)
		case strings.Contains(text, "\x00"):
			return "", invalid("a key with a null character is not simulated")
		}
	}
	key, _ := t.KeyOf(i)
	return key, nil
}

// exactKey answers the key of a request that names an item by its key and by nothing else.
func exactKey(t *world.ItemTable, key world.Item) (string, error) {
	want := 1
	if t.SortKey != "" {
		want = 2
	}
	if len(key) != want {
		return "", invalid("The provided key element does not match the schema")
	}
	found, err := keyOf(t, key)
	if err != nil {
		return "", invalid("The provided key element does not match the schema")
	}
	return found, nil
}
