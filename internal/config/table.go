package config

import (
	"fmt"
	"slices"
	"strings"
)

// Table is the key table for people, in Markdown: the keys that there are, and those that are not
// there yet.
func Table() string {
	var b strings.Builder
	b.WriteString("| key | type | without it | what |\n|---|---|---|---|\n")
	for i := range keys {
		if k := &keys[i]; !k.later {
			fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", k.path, k.typeText(), k.absent(), cell(k.doc))
		}
	}
	begun := false
	for i := range keys {
		if k := &keys[i]; k.later {
			if !begun {
				b.WriteString("\nNot yet: the file is refused when it has one of these.\n\n| key | what |\n|---|---|\n")
				begun = true
			}
			fmt.Fprintf(&b, "| `%s` | %s |\n", k.path, cell(k.doc))
		}
	}
	return b.String()
}

func cell(text string) string { return strings.ReplaceAll(text, "|", `\|`) }

func (k *key) typeText() string {
	switch k.kind {
	case choice:
		return "`" + strings.Join(k.choices, "`, `") + "`"
	case duration:
		return fmt.Sprintf("%s from %s to %s", k.kind, short(k.min), short(k.max))
	case integer, number, percent:
		if k.min < k.max {
			return cell(between(k)[2:])
		}
	case boolean:
		return "`true`, `false`"
	}
	return string(k.kind)
}

// absent says what holds without the key.
func (k *key) absent() string {
	if others := k.instead(); len(others) > 0 {
		return "`" + strings.Join(others, "`, `") + "` instead"
	}
	switch {
	case k.required:
		return "**required**"
	case k.standard == "":
		return "none"
	case strings.HasPrefix(k.standard, "["):
		return "`" + k.standard + "`"
	}
	if _, ok := k.defaultValue(); ok {
		return "`" + k.standard + "`"
	}
	return k.standard
}

// instead are the keys that may stand in the place of this one.
func (k *key) instead() []string {
	var others []string
	for i := range keys {
		owner := &keys[i]
		if owner.inside() != k.parent() || len(owner.oneOf) == 0 {
			continue
		}
		of := func(set []string) bool { return slices.Contains(set, k.name()) }
		for _, set := range owner.oneOf {
			if slices.ContainsFunc(owner.oneOf, of) && !of(set) {
				others = append(others, set...)
			}
		}
	}
	return others
}
