package config

import (
	"fmt"
	"slices"
	"strings"

	"go.yaml.in/yaml/v4"
)

// kindOf says what a node is, with its article.
func kindOf(n *yaml.Node) string {
	switch {
	case n.Kind == yaml.MappingNode:
		return "a mapping"
	case n.Kind == yaml.SequenceNode:
		return "a list"
	case n.Tag == "!!null":
		return "empty"
	case n.Tag == "!!int" || n.Tag == "!!float":
		return "a number"
	case n.Tag == "!!bool":
		return "a boolean"
	}
	return "a text"
}

func article(k kind) string {
	if k == boolean {
		return string(k)
	}
	return "a " + string(k)
}

// example is how a key can be written, on one line.
func example(k *key) string {
	if value, ok := k.defaultValue(); ok {
		return fmt.Sprintf("%s: %v", k.name(), value)
	}
	switch k.kind {
	case mapping:
		return k.name() + ": with its keys, indented, on the lines below"
	case mappings:
		return k.name() + ": with a list, a `-` for each item, on the lines below"
	case texts:
		return k.name() + `: ["…"]`
	case choice:
		return k.name() + ": " + k.choices[0]
	case integer, number:
		return fmt.Sprintf("%s: %g", k.name(), k.max)
	case date:
		return k.name() + ": 2030-12-31"
	}
	return k.name() + `: "…"`
}

// shape is how a value of another type should have been written.
func shape(v *value, want yaml.Kind) string {
	if v.name != nil {
		return example(v.key)
	}
	if want == yaml.MappingNode {
		return "keys behind the `-`, such as `- " + example(keysIn()[v.key.inside()][0]) + "`"
	}
	return "one text behind each `-`"
}

// known are the keys that a mapping may have, in order.
func known(parent string) []string {
	var names []string
	for _, k := range keysIn()[parent] {
		if !k.later {
			names = append(names, k.name())
		}
	}
	return names
}

// unknown reports a key that the table does not have, with the nearest that it has. The value is
// never repeated: it may be a secret.
func (r *report) unknown(v *value, parent string, name *yaml.Node) {
	what := fmt.Sprintf("%s has no key %s", v.label(), quote(name.Value))
	why, fix := "it is none of "+strings.Join(known(parent), ", "), "take out the key, or write the one that is meant"
	if len(known(parent)) == 0 {
		why = "it takes no keys"
	}
	if near := nearest(name.Value, known(parent)); near != "" {
		why, fix = "the nearest key is "+near, "write "+near+":"
		v.meant[near] = true
	} else if elsewhere := places(name.Value); len(elsewhere) > 0 {
		why, fix = "that key stands in another place", "move it to "+strings.Join(elsewhere, " or ")
	} else if secret(name.Value) {
		why, fix = "no secret ever stands in a configuration: credentials come from where the AWS tools find them", "take out the key and its value, and renew the secret"
	}
	r.add(Error, name.Line, name.Column, what, why, fix)
}

// places are the paths of the keys of a name.
func places(name string) []string {
	var paths []string
	for _, k := range keys {
		if k.name() == name && !k.later {
			paths = append(paths, k.path)
		}
	}
	return paths
}

func secret(name string) bool {
	name = simple(name)
	return slices.ContainsFunc([]string{"secret", "password", "token", "accesskey", "credential"}, func(s string) bool { return strings.Contains(name, s) })
}

// nearest is the candidate that a misspelt word most likely means, "" when none is near.
func nearest(word string, candidates []string) string {
	best, least := "", 1+min(3, (len(word)+1)/3)
	for _, c := range candidates {
		if d := distance(simple(word), simple(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// simple is a word without what people get wrong most: case, and what stands between the parts.
func simple(word string) string {
	if len(word) > 64 {
		word = word[:64]
	}
	return strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(word))
}

// distance is how many letters must be put in, taken out, replaced or swapped with their neighbour
// to make b of a (optimal string alignment).
func distance(a, b string) int {
	two, one := make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range one {
		one[j] = j
	}
	for i := 1; i <= len(a); i++ {
		row := make([]int, len(b)+1)
		row[0] = i
		for j := 1; j <= len(b); j++ {
			row[j] = min(one[j]+1, row[j-1]+1, one[j-1]+unequal(a[i-1], b[j-1]))
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				row[j] = min(row[j], two[j-2]+1)
			}
		}
		two, one = one, row
	}
	return one[len(b)]
}

func unequal(a, b byte) int {
	if a == b {
		return 0
	}
	return 1
}
