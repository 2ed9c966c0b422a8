package policy

// class is an action, or those that fit a pattern but none of some others.
type class struct {
	action string
	except []string
}

// has reports whether an action is of the class.
func (c class) has(action string) bool {
	asked := actions.read(action)
	return asked.fits(actions.read(c.action)) == Yes &&
		best(c.except, func(p string) Answer { return asked.fits(actions.read(p)) }) == No
}

// any answers whether one action of a class is allowed on one of the resources that fit a pattern. It looks for one of them
// that is surely allowed; where it finds none, it is for sure that all are denied, or it is not known.
func (g grants) any(c class, resource string, context map[string][]string) (Answer, place) {
	whole := request{c.action, resource, context}
	if !actions.read(c.action).holes() && !asking(context).read(resource).holes() {
		return g.decide(whole)
	}
	most, at := No, place{}
	for _, r := range g.candidates(c, resource, context) {
		if a, where := g.decide(r); a > most {
			most, at = a, where
		}
		if most == Yes {
			return most, at
		}
	}
	if most == No && g.somethingOf(c) {
		return g.decide(whole)
	}
	return most, at
}

// somethingOf reports whether an Allow may speak of a class, besides its exceptions.
func (g grants) somethingOf(c class) bool {
	for _, s := range g.policies {
		if s.err != nil {
			return true
		}
		for i := range s.Statements {
			if s.Statements[i].Allow && len(s.Statements[i].ofClass(c)) > 0 {
				return true
			}
		}
	}
	return false
}

// ofClass are the patterns of a statement that speak of a class.
func (s *Statement) ofClass(c class) []string {
	if len(s.NotActions) > 0 {
		return []string{"*"}
	}
	var all []string
	for _, p := range s.Actions {
		said := actions.read(p)
		inExcept := best(c.except, func(e string) Answer { return said.fits(actions.read(e)) }) == Yes
		if !inExcept && overlap(said, actions.read(c.action)) {
			all = append(all, p)
		}
	}
	return all
}

// candidates are single requests out of many: for each statement that allows some, those that it surely speaks of.
func (g grants) candidates(c class, resource string, context map[string][]string) []request {
	var all []request
	for _, s := range g.policies {
		for i := range s.Statements {
			st := &s.Statements[i]
			if !st.Allow {
				continue
			}
			resources := st.resourcesLike(asking(context).read(resource), reading{wildcards: true, variables: s.Variables, values: context})
			for _, action := range st.actionsOf(c) {
				for _, r := range resources {
					all = append(all, request{action, r, context})
				}
			}
		}
	}
	return all
}

// actionsOf are single actions of a class that a statement surely speaks of.
func (s *Statement) actionsOf(c class) []string {
	var all []string
	for _, p := range s.ofClass(c) {
		for _, action := range samples(actions.read(p), actions.read(c.action)) {
			if c.has(action) {
				all = append(all, action)
			}
		}
	}
	return all
}

// resourcesLike are single resources out of many that a statement surely speaks of.
func (s *Statement) resourcesLike(asked glob, r reading) []string {
	said := s.Resources
	if len(s.NotResources) > 0 {
		said = []string{"*"}
	}
	var all []string
	for _, p := range said {
		all = append(all, arnSamples(r.read(p), asked)...)
	}
	return all
}
