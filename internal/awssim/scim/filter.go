package scim

import (
	"regexp"
	"slices"
	"strings"
)

// filter is what a list selects by: values by the name of their attribute, in lower case.
type filter map[string]string

// clause is one comparison; a quote in a value is written with a backslash, as in JSON.
var clause = regexp.MustCompile(`(?i)^\s*([\w.:$-]+)\s+eq\s+"((?:[^"\\]|\\.)*)"\s*`)

// parseFilter reads a filter: comparisons by eq, combined by and. combinations are the sets of attributes that a list
// can be filtered by, each sorted.
func parseFilter(text string, combinations [][]string) (filter, error) {
	f := filter{}
	for rest := text; rest != ""; {
		m := clause.FindStringSubmatch(rest)
		if m == nil {
			return nil, invalid("The filter is not supported: want attribute eq \"value\".")
		}
		name := strings.ToLower(m[1])
		if _, twice := f[name]; twice {
			return nil, invalid("The filter names %s twice.", m[1])
		}
		f[name] = strings.NewReplacer(`\"`, `"`, `\\`, `\`).Replace(m[2])
		if rest = rest[len(m[0]):]; rest == "" {
			break
		}
		after, ok := cutFold(rest, "and ")
		if !ok || after == "" {
			return nil, invalid("The filter is not supported: only and combines.")
		}
		rest = after
	}
	if len(f) > 0 && !f.oneOf(combinations) {
		return nil, invalid("The filter combination is not supported.")
	}
	return f, nil
}

func (f filter) oneOf(combinations [][]string) bool {
	var names []string
	for name := range f {
		names = append(names, name)
	}
	slices.Sort(names)
	return slices.ContainsFunc(combinations, func(c []string) bool { return slices.Equal(c, names) })
}
