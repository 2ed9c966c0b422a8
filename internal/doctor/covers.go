package doctor

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
)

// covers reports whether a pattern of EventBridge's surely delivers whatever another one does (EventBridge user guide, "Comparison
// operators"). Where it cannot be told, it is not sure.
func covers(have, want string) bool {
	var h, w map[string]any
	if json.Unmarshal([]byte(have), &h) != nil || json.Unmarshal([]byte(want), &w) != nil {
		return false
	}
	return h != nil && fieldsCover(h, w)
}

// fieldsCover compares what two patterns say of an event's fields: a field that have does not speak of may be anything.
func fieldsCover(have, want map[string]any) bool {
	for name, h := range have {
		w, said := want[name]
		switch {
		case name == "$or":
			if !orCovers(h, want) {
				return false
			}
		case !said || !valueCovers(h, w):
			return false
		}
	}
	return true
}

// orCovers reports whether each alternative of want, or want itself where it has none, is within one of have's.
func orCovers(have any, want map[string]any) bool {
	alternatives, isList := want["$or"].([]any)
	if !isList {
		alternatives = []any{map[string]any{}}
	}
	mine, _ := have.([]any)
	for _, a := range alternatives {
		whole := map[string]any{}
		for _, part := range []any{want, a} {
			fields, _ := part.(map[string]any)
			for name, v := range fields {
				whole[name] = v
			}
		}
		delete(whole, "$or")
		if !slices.ContainsFunc(mine, func(m any) bool { fields, ok := m.(map[string]any); return ok && fieldsCover(fields, whole) }) {
			return false
		}
	}
	return true
}

// valueCovers compares what is said of one field: fields of its own, or a list of matchers of which one has to fit.
func valueCovers(have, want any) bool {
	if h, ok := have.(map[string]any); ok {
		w, ok := want.(map[string]any)
		return ok && fieldsCover(h, w)
	}
	h, _ := have.([]any)
	w, ok := want.([]any)
	for _, one := range w {
		if !slices.ContainsFunc(h, func(m any) bool { return matcherCovers(m, one) }) {
			return false
		}
	}
	return ok && len(w) > 0
}

// matcherCovers compares two matchers of a value.
func matcherCovers(have, want any) bool {
	h, ok := have.(map[string]any)
	if !ok {
		return reflect.DeepEqual(have, want)
	}
	if text, plain := want.(string); plain {
		return begins(text, h["prefix"]) || ends(text, h["suffix"])
	}
	w, _ := want.(map[string]any)
	if len(h) != 1 || len(w) != 1 {
		return false
	}
	for name, said := range w {
		text, _ := said.(string)
		switch name {
		case "prefix":
			return begins(text, h[name])
		case "suffix":
			return ends(text, h[name])
		case "exists":
			return reflect.DeepEqual(h[name], said)
		case "anything-but":
			_, speaks := h[name]
			return speaks && leavesOutLess(h[name], said)
		}
	}
	return false
}

func begins(text string, prefix any) bool {
	p, ok := prefix.(string)
	return ok && strings.HasPrefix(text, p)
}

func ends(text string, suffix any) bool {
	s, ok := suffix.(string)
	return ok && strings.HasSuffix(text, s)
}

// leavesOutLess reports whether an anything-but leaves out nothing that the other does not.
func leavesOutLess(have, want any) bool {
	if h, ok := have.(map[string]any); ok {
		w, ok := want.(map[string]any)
		return ok && reflect.DeepEqual(h, w)
	}
	listed := func(v any) []any {
		if all, ok := v.([]any); ok {
			return all
		}
		return []any{v}
	}
	if _, ok := want.(map[string]any); ok {
		return false
	}
	for _, out := range listed(have) {
		if !slices.ContainsFunc(listed(want), func(w any) bool { return reflect.DeepEqual(w, out) }) {
			return false
		}
	}
	return true
}
