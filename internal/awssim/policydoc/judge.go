package policydoc

import (
	"slices"
	"strings"
)

// Decision is the answer to a request, in the words of IAM's policy simulator.
type Decision string

// The three answers.
const (
	Allowed      Decision = "allowed"
	ExplicitDeny Decision = "explicitDeny"
	ImplicitDeny Decision = "implicitDeny"
)

// Request is what is asked: an action on a resource, in a context. Context keys are lower case.
type Request struct {
	Action, Resource string
	Context          map[string][]string
}

// Verdict is the decision, the statements that made it (the denying ones, if any denied; else the allowing ones),
// given by document and number, and the condition keys that the request's context did not have, sorted.
type Verdict struct {
	Decision Decision
	Matched  []Ref
	Missing  []string
}

// Ref names a statement: the number of its document, and its own number therein.
type Ref struct{ Document, Statement int }

// Judge decides a request by all the documents of a principal together.
func Judge(documents []Document, r Request) Verdict {
	var allows, denies []Ref
	missing := map[string]bool{}
	for i, doc := range documents {
		for j, s := range doc.Statements {
			if !s.covers(r) {
				continue
			}
			if s.conditionsMet(r.Context, missing) {
				if s.Allow {
					allows = append(allows, Ref{i, j})
				} else {
					denies = append(denies, Ref{i, j})
				}
			}
		}
	}
	v := Verdict{Decision: ImplicitDeny, Missing: sortedKeys(missing)}
	switch {
	case len(denies) > 0:
		v.Decision, v.Matched = ExplicitDeny, denies
	case len(allows) > 0:
		v.Decision, v.Matched = Allowed, allows
	}
	return v
}

// JudgeWithin is Judge within a permissions boundary: what the boundary denies is denied, and what it does not allow is
// not allowed, whatever the documents say. bounded says whether the boundary allows the request; its statements are told
// as of the document after the last. A condition of the boundary that cannot be judged hides no access, as elsewhere.
func JudgeWithin(boundary Document, documents []Document, r Request) (v Verdict, bounded bool) {
	v = Judge(documents, r)
	within := Judge([]Document{boundary}, r)
	v.Missing = union(v.Missing, within.Missing)
	for i := range within.Matched {
		within.Matched[i].Document = len(documents)
	}
	switch {
	case within.Decision == ExplicitDeny && v.Decision == ExplicitDeny:
		v.Matched = append(v.Matched, within.Matched...)
	case within.Decision == ExplicitDeny:
		v.Decision, v.Matched = ExplicitDeny, within.Matched
	case within.Decision == ImplicitDeny && v.Decision == Allowed:
		v.Decision, v.Matched = ImplicitDeny, nil
	}
	return v, within.Decision == Allowed
}

// union gives the strings of two lists, sorted, each once.
func union(a, b []string) []string {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

// covers says that the statement speaks of the action and the resource.
func (s Statement) covers(r Request) bool {
	if s.Actions != nil && !matchAny(s.Actions, r.Action, true) {
		return false
	}
	if s.NotActions != nil && matchAny(s.NotActions, r.Action, true) {
		return false
	}
	return s.coversResource(r.Resource)
}

// coversResource judges the resource, letter by letter: a request for "*" is only covered by a pattern that covers
// everything. IAM's simulator does the same, and so answers implicitDeny to those who forget to name a resource.
func (s Statement) coversResource(resource string) bool {
	switch {
	case s.Resources != nil:
		return matchAny(s.settled(s.Resources), resource, false)
	case s.NotResources != nil:
		return !matchAny(s.settled(s.NotResources), resource, false)
	}
	return true // a trust policy names no resource
}

// settled replaces policy variables, which are not known here, by the answer that hides no access: in an Allow's
// Resource anything, in a Deny's Resource nothing that exists; and the other way round for NotResource.
func (s Statement) settled(patterns []string) []string {
	unknown := "*"
	if s.Allow == (s.NotResources != nil) {
		unknown = "\x00"
	}
	if !slices.ContainsFunc(patterns, func(p string) bool { return strings.Contains(p, "${") }) {
		return patterns
	}
	out := make([]string, len(patterns))
	for i, p := range patterns {
		out[i] = withoutVariables(p, unknown)
	}
	return out
}

func withoutVariables(pattern, unknown string) string {
	for {
		start := strings.Index(pattern, "${")
		if start < 0 {
			return pattern
		}
		length := strings.IndexByte(pattern[start:], '}')
		if length < 0 {
			return pattern
		}
		pattern = pattern[:start] + unknown + pattern[start+length+1:]
	}
}

func matchAny(patterns []string, value string, fold bool) bool {
	for _, p := range patterns {
		if Match(p, value, fold) {
			return true
		}
	}
	return false
}

// Match says whether value fits a pattern in which * stands for any characters and ? for any one; with fold, whatever the
// case of ASCII letters, of which actions are.
func Match(pattern, value string, fold bool) bool {
	p, v, star, mark := 0, 0, -1, 0
	for v < len(value) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, v
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == value[v] || fold && lower(pattern[p]) == lower(value[v])):
			p++
			v++
		case star >= 0:
			mark++
			p, v = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

func lower(b byte) byte {
	if 'A' <= b && b <= 'Z' {
		b += 'a' - 'A'
	}
	return b
}
