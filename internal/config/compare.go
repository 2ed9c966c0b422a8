package config

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// comparePatterns finds rules that can never count, and patterns that read one name in two ways.
func (b *builder) comparePatterns(items []*value) {
	var patterns []*value
	for _, item := range items {
		if g := item.get("groups"); g.ok {
			if _, err := rules.ParsePattern(g.text); err == nil {
				patterns = append(patterns, g)
			}
		}
	}
	if len(patterns) > maxPatterns {
		b.fail(patterns[maxPatterns], fmt.Sprintf("tenants has %d patterns", len(patterns)), fmt.Sprintf("%d is the most that is read: every group is compared with every pattern", maxPatterns), "write one pattern for many customers")
		return
	}
	for i, later := range patterns {
		for _, earlier := range patterns[:i] {
			if b.comparePair(earlier, later) {
				break
			}
		}
	}
}

// comparePair reports whether it found something to say about two patterns.
func (b *builder) comparePair(earlier, later *value) bool {
	switch relate(earlier.text, later.text) {
	case same:
		b.fail(later, fmt.Sprintf("%s is %s again", later.path, quote(later.text)), fmt.Sprintf("line %d has it already, and the first rule that fits counts: this one never can", earlier.line()), "take out one of the two rules")
	case covered:
		b.fail(later, fmt.Sprintf("%s is %s, which can never count", later.path, quote(later.text)),
			fmt.Sprintf("every group that fits it fits %s in line %d first, and is read as another namespace there", quote(earlier.text), earlier.line()),
			"separate the parts with a character that a namespace cannot hold, such as a colon: \"qs:{namespace}:authors\"")
	case overlapping:
		b.warn(later, fmt.Sprintf("%s is %s, which can fit groups of %s too", later.path, quote(later.text), quote(earlier.text)),
			fmt.Sprintf("a namespace may hold the text between the two, so one name reads as two namespaces (line %d); such groups are held", earlier.line()),
			"separate the parts with a character that a namespace cannot hold, such as a colon: \"qs:{namespace}:authors\"")
	default:
		return false
	}
	return true
}

// relation is what two patterns have in common.
type relation int

const (
	apart       relation = iota
	same                 // the patterns are one
	covered              // every name that fits the later fits the earlier
	overlapping          // some name fits both, with another namespace in each
)

func relate(earlier, later string) relation {
	if earlier == later {
		return same
	}
	eb, ea, _ := strings.Cut(earlier, placeholder)
	lb, la, _ := strings.Cut(later, placeholder)
	// What the one captures and the other has as text must be something that a namespace may hold.
	front, frontLater, ok1 := extra(eb, lb, strings.CutPrefix)
	back, backLater, ok2 := extra(ea, la, strings.CutSuffix)
	switch {
	case !ok1 || !ok2 || !namespaceText(front) || !namespaceText(back):
		return apart
	case frontLater && backLater:
		return covered
	}
	return overlapping
}

// extra is what the longer of two texts has beyond the shorter, and whether the later is the longer
// (or they are equal). ok says that the shorter is part of the longer at all.
func extra(earlier, later string, cut func(s, part string) (string, bool)) (rest string, laterLonger, ok bool) {
	if rest, ok = cut(later, earlier); ok {
		return rest, true, true
	}
	rest, ok = cut(earlier, later)
	return rest, false, ok
}

func namespaceText(s string) bool {
	for i := range len(s) {
		if !tenancy.IsNamespaceByte(s[i]) {
			return false
		}
	}
	return true
}

// compareFixed finds groups that are bound twice, and namespaces that differ only by case.
func (b *builder) compareFixed(items []*value) {
	groups, names := map[string]*value{}, map[string]*value{}
	for _, item := range items {
		g, n := item.get("group_id"), item.get("namespace")
		if first := groups[strings.ToLower(g.text)]; g.ok && first != nil {
			b.fail(g, fmt.Sprintf("%s is the same group as in line %d", g.path, first.line()), "a group belongs to one tenant", "take out one of the two rules")
		} else if g.ok {
			groups[strings.ToLower(g.text)] = g
		}
		if _, err := tenancy.ParseNamespace(n.text); err != nil {
			continue // reported already
		}
		if first := names[strings.ToLower(n.text)]; n.ok && first != nil && first.text != n.text {
			b.fail(n, fmt.Sprintf("%s is %s, and line %d has %s", n.path, quote(n.text), first.line(), quote(first.text)),
				"they differ only by case, and AWS does not say whether it tells them apart", "write both alike, if they are one tenant; otherwise choose another name for one")
		} else if n.ok && first == nil {
			names[strings.ToLower(n.text)] = n
		}
	}
}

// compareMirrors finds rules that would make two QuickSight groups of one name in one namespace.
func (b *builder) compareMirrors(items []*value) {
	seen := map[[2]string]*value{}
	for _, item := range items {
		m, n := item.get("mirror"), item.get("namespace")
		if !m.ok || item.get("group_id").given() != n.ok {
			continue
		}
		at := [2]string{n.text, m.text}
		if n.ok {
			at[1] = strings.ReplaceAll(m.text, placeholder, n.text)
		}
		if first := seen[at]; first != nil {
			b.fail(m, fmt.Sprintf("%s is %s, as in line %d", m.path, quote(m.text), first.line()), "a tenant with groups of both rules would need two QuickSight groups of one name", "choose another name for one of the two")
			continue
		}
		seen[at] = m
	}
}
