package pattern

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// matcher is one alternative for a field.
type matcher struct {
	exists *bool // about the field itself; of the others, one of its values must fit
	fits   func(have any) bool
}

func (m matcher) matches(leaves []any) bool {
	if m.exists != nil {
		return *m.exists == (len(leaves) > 0)
	}
	return slices.ContainsFunc(leaves, m.fits)
}

func parseMatcher(v any) (matcher, error) {
	operator, ok := v.(map[string]any)
	if !ok {
		if _, list := v.([]any); list {
			return matcher{}, Error("an array within an array is no match type")
		}
		return matcher{fits: func(have any) bool { return have == v }}, nil // strings, numbers as they are written, booleans, null
	}
	if exists, ok := operator["exists"].(bool); ok && len(operator) == 1 {
		return matcher{exists: &exists}, nil
	}
	fits, err := parseOperator(operator)
	return matcher{fits: fits}, err
}

// parseOperator reads an object of one operator.
func parseOperator(operator map[string]any) (func(any) bool, error) {
	if len(operator) != 1 {
		return nil, Error("Only one key allowed in match expression")
	}
	for name, want := range operator {
		switch name {
		case "prefix", "suffix":
			return affix(name, want)
		case "equals-ignore-case", "wildcard":
			return text(name, want)
		case "anything-but":
			return but(want)
		case "numeric":
			return numeric(want)
		case "cidr":
			return cidr(want)
		}
		return nil, Error(fmt.Sprintf("Unrecognized match type %s", name))
	}
	panic("pattern: an object of one member has none")
}

// texts are what strings are compared by.
var texts = map[string]func(have, want string) bool{
	"prefix": strings.HasPrefix, "suffix": strings.HasSuffix, "equals-ignore-case": strings.EqualFold, "wildcard": wild,
}

// text compares strings; what is none never fits.
func text(name string, want any) (func(any) bool, error) {
	s, ok := want.(string)
	if !ok {
		return nil, Error(fmt.Sprintf("%s match pattern must be a string", name))
	}
	return func(have any) bool {
		h, ok := have.(string)
		return ok && texts[name](h, s)
	}, nil
}

// affix is prefix or suffix, of a string or of {"equals-ignore-case": string}.
func affix(name string, want any) (func(any) bool, error) {
	folded, ok := want.(map[string]any)
	if !ok {
		return text(name, want)
	}
	s, ok := folded["equals-ignore-case"].(string)
	if !ok || len(folded) != 1 {
		return nil, Error(fmt.Sprintf("%s match pattern must be a string", name))
	}
	plain, err := text(name, strings.ToLower(s))
	return func(have any) bool {
		h, ok := have.(string)
		return ok && plain(strings.ToLower(h))
	}, err
}

// but is anything-but: of values, or of one operator on a string or on several.
func but(want any) (func(any) bool, error) {
	var unwanted []func(any) bool
	switch want := want.(type) {
	case map[string]any:
		for name, of := range want {
			if texts[name] == nil || len(want) != 1 {
				return nil, Error(fmt.Sprintf("Unsupported anything-but pattern: %s", name))
			}
			for _, one := range listOf(of) {
				fits, err := parseOperator(map[string]any{name: one})
				if err != nil {
					return nil, err
				}
				unwanted = append(unwanted, fits)
			}
		}
	default:
		for _, one := range listOf(want) {
			switch one.(type) {
			case string, json.Number:
			default:
				return nil, Error("Value of anything-but must be an array or single string/number value.")
			}
			unwanted = append(unwanted, func(have any) bool { return have == one })
		}
	}
	if len(unwanted) == 0 {
		return nil, Error("Empty arrays are not allowed")
	}
	return func(have any) bool {
		return !slices.ContainsFunc(unwanted, func(fits func(any) bool) bool { return fits(have) })
	}, nil
}

func listOf(v any) []any {
	if list, ok := v.([]any); ok {
		return list
	}
	return []any{v}
}

// numeric is a list of comparisons, each an operator and a number, all of which must hold.
func numeric(want any) (func(any) bool, error) {
	list := listOf(want)
	if len(list) == 0 || len(list)%2 != 0 {
		return nil, Error("Value of numeric must be an array of operators and numbers")
	}
	var all []func(float64) bool
	for i := 0; i < len(list); i += 2 {
		n, ok := list[i+1].(json.Number)
		bound, err := n.Float64()
		if !ok || err != nil {
			return nil, Error("Value of numeric must be numeric")
		}
		switch list[i] {
		case "=":
			all = append(all, func(f float64) bool { return f == bound })
		case "<":
			all = append(all, func(f float64) bool { return f < bound })
		case "<=":
			all = append(all, func(f float64) bool { return f <= bound })
		case ">":
			all = append(all, func(f float64) bool { return f > bound })
		case ">=":
			all = append(all, func(f float64) bool { return f >= bound })
		default:
			return nil, Error(fmt.Sprintf("Unrecognized numeric range operator: %v", list[i]))
		}
	}
	return func(have any) bool {
		n, ok := have.(json.Number)
		f, err := n.Float64()
		return ok && err == nil && !slices.ContainsFunc(all, func(holds func(float64) bool) bool { return !holds(f) })
	}, nil
}

func cidr(want any) (func(any) bool, error) {
	s, _ := want.(string)
	network, err := netip.ParsePrefix(s)
	if err != nil {
		return nil, Error("Malformed CIDR")
	}
	return func(have any) bool {
		h, _ := have.(string)
		address, err := netip.ParseAddr(h)
		return err == nil && network.Contains(address)
	}, nil
}

// wild matches * as any characters; \* and \\ are themselves.
func wild(have, want string) bool {
	if want == "" {
		return have == ""
	}
	if want[0] == '*' {
		return wild(have, want[1:]) || have != "" && wild(have[1:], want)
	}
	if want[0] == '\\' && len(want) > 1 {
		want = want[1:]
	}
	return have != "" && have[0] == want[0] && wild(have[1:], want[1:])
}
