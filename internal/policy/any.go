package policy

import "slices"

// class is an action, or those that fit a pattern but none of some others.
type class struct {
	action glob
	except []glob
}

func classOf(action string) class { return class{action: actions.read(action)} }

// has reports whether a single action is of the class.
func (c class) has(action glob) bool {
	return action.fits(c.action) == Yes && !within(action, c.except)
}

// within reports whether all of a glob is of one pattern of a list.
func within(g glob, list []glob) bool {
	return slices.ContainsFunc(list, func(p glob) bool { return g.fits(p) == Yes })
}

// any answers whether one action of a class is allowed on one of the resources that fit a pattern. It looks for one of them
// that is surely allowed; where it finds none, all are surely denied, or it is not known.
func (g grants) any(c class, resource string, context map[string][]string) (Answer, place) {
	whole := request{c.action, asking(context).read(resource), context}
	if !whole.action.holes() && !whole.resource.holes() {
		return g.decide(whole)
	}
	if !g.speakOf(c) {
		return No, place{}
	}
	most, at := No, place{}
	for _, s := range g.policies {
		for i := range s.Statements {
			for _, r := range s.Statements[i].singles(c, whole, s.Variables) {
				if a, where := g.decide(r); a > most {
					most, at = a, where
				}
				if most == Yes {
					return most, at
				}
			}
		}
	}
	if most == No {
		return g.decide(whole)
	}
	return most, at
}

// speakOf reports whether some policy may allow one of a class.
func (g grants) speakOf(c class) bool {
	return slices.ContainsFunc(g.policies, func(s source) bool {
		return s.err != nil || slices.ContainsFunc(s.Statements, func(st Statement) bool { return st.Allow && len(st.ofClass(c)) > 0 })
	})
}

// ofClass are the patterns of a statement that speak of a class.
func (s *Statement) ofClass(c class) []glob {
	if len(s.notActions) > 0 {
		return []glob{{{kind: many}}}
	}
	var all []glob
	for _, p := range s.actions {
		if overlap(p, c.action) && !within(p, c.except) {
			all = append(all, p)
		}
	}
	return all
}

// singles are single requests out of many that a statement surely allows.
func (s *Statement) singles(c class, whole request, variables bool) []request {
	if !s.Allow {
		return nil
	}
	var all []request
	for _, p := range s.ofClass(c) {
		for _, action := range samples(p, c.action) {
			if !c.has(action) {
				continue
			}
			for _, resource := range s.resourcesLike(whole.resource, reading{wildcards: true, variables: variables, values: whole.context}) {
				all = append(all, request{action, resource, whole.context})
			}
		}
	}
	return all
}

// resourcesLike are single resources out of many that a statement surely speaks of.
func (s *Statement) resourcesLike(asked glob, r reading) []glob {
	said := s.Resources
	if len(s.NotResources) > 0 {
		said = []string{"*"}
	}
	var all []glob
	for _, p := range said {
		all = append(all, arnSamples(r.read(p), asked)...)
	}
	return all
}
