package policy

import (
	"cmp"
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// source is one policy of an identity, as it was read.
type source struct {
	name, arn string
	Document
	err error // why it could not be read
}

func sourceOf(p tenancy.PolicyDocument) source {
	if p.Document == "" {
		return source{name: p.Name, arn: p.ARN, err: fmt.Errorf("its document could not be read")}
	}
	d, err := Parse(p.Document)
	return source{p.Name, p.ARN, d, err}
}

// grants are all that says what an identity may do.
type grants struct {
	policies []source
	boundary *source // nil where there is none
}

func grantsOf(id tenancy.Identity) grants {
	var g grants
	for _, p := range id.Policies {
		g.policies = append(g.policies, sourceOf(p))
	}
	if id.Boundary != nil {
		b := sourceOf(*id.Boundary)
		b.name = cmp.Or(b.name, "the permissions boundary")
		g.boundary = &b
	}
	return g
}

// unread names what could not be read.
func (g grants) unread() []string {
	var all []string
	for _, s := range g.sources() {
		if s.err != nil {
			all = append(all, s.name+": "+s.err.Error())
		}
	}
	return all
}

// sources are all documents, the boundary's last.
func (g grants) sources() []source {
	if g.boundary == nil {
		return g.policies
	}
	return append(g.policies[:len(g.policies):len(g.policies)], *g.boundary)
}

// request is what is asked. Its action and its resource may stand for many.
type request struct {
	action, resource glob
	context          map[string][]string
}

// place is a statement in a source; statement counts from 1, and is 0 for all of a source that could not be read.
type place struct{ source, statement int }

// decide answers whether a request is allowed (IAM user guide, "Policy evaluation for requests within a single account"): some
// policy allows it, the boundary does too, and nothing denies it. A request that stands for many is allowed where all of it
// is, and denied where all of it is. The place is the statement that allows it most, of the policies.
func (g grants) decide(r request) (Answer, place) {
	allowed, at := allowedBy(g.policies, r)
	if g.boundary != nil {
		within, _ := allowedBy([]source{*g.boundary}, r)
		allowed = min(allowed, within)
	}
	for _, s := range g.sources() {
		allowed = min(allowed, s.applies(r, false, nil).not())
	}
	return allowed, at
}

// allowedBy answers whether some of the policies allow a request, and the first place that allows it most: a statement, before
// a policy that could not be read and may hold any.
func allowedBy(policies []source, r request) (allowed Answer, at place) {
	for i, s := range policies {
		statement := 0
		a := s.applies(r, true, &statement)
		if a > allowed || a == Maybe && a == allowed && at.statement == 0 && statement > 0 {
			allowed, at = a, place{i, statement}
		}
	}
	return allowed, at
}

// applies answers whether a statement of one effect speaks of the request, and which one most surely does.
func (s source) applies(r request, allow bool, at *int) Answer {
	if s.err != nil {
		return Maybe
	}
	most := No
	for i := range s.Statements {
		if s.Statements[i].Allow != allow {
			continue
		}
		if a := s.Statements[i].speaksOf(r, s.Variables); a > most {
			most = a
			if at != nil {
				*at = i + 1
			}
		}
	}
	return most
}

// speaksOf answers whether a statement is about a request.
func (s *Statement) speaksOf(r request, variables bool) Answer {
	about := s.speaksOfAction(r.action)
	if about > No {
		about = min(about, s.speaksOfResource(r, variables))
	}
	for _, c := range s.Conditions {
		if about > No {
			about = min(about, c.holds(r.context, variables))
		}
	}
	return about
}

// speaksOfAction judges the action, whose case does not matter (IAM user guide, "IAM JSON policy elements: Action").
func (s *Statement) speaksOfAction(action glob) Answer {
	if len(s.notActions) > 0 {
		return best(s.notActions, action.fits).not()
	}
	return best(s.actions, action.fits)
}

// actions is how actions are read.
var actions = reading{wildcards: true, fold: true}

func (s *Statement) speaksOfResource(r request, variables bool) Answer {
	said := reading{wildcards: true, variables: variables, values: r.context}
	fits := func(p string) Answer { return arnFits(r.resource, said.read(p)) }
	switch {
	case len(s.NotResources) > 0:
		return best(s.NotResources, fits).not()
	case len(s.Resources) > 0:
		return best(s.Resources, fits)
	}
	return Maybe // every policy of an identity names resources
}

// asking is how the resource of a request is read.
func asking(context map[string][]string) reading {
	return reading{wildcards: true, variables: true, values: context}
}

// arnFits answers whether an ARN fits a pattern. A wildcard at the end of one of an ARN's parts reaches beyond the colon (IAM user
// guide, "IAM JSON policy elements: Resource"). Of one inside of a part that is not said: where it would have to, the answer is
// Maybe. A wildcard of what is asked stays within its part.
func arnFits(asked, pattern glob) Answer {
	whole := asked.fits(pattern)
	if whole == No {
		return No
	}
	parts, said := asked.parts(), pattern.parts()
	if asked.holes() && len(parts) == arnParts && len(said) == arnParts {
		return eachFits(parts, said)
	}
	if pattern.reachesOn() || len(said) == len(parts) && eachFits(parts, said) == whole {
		return whole
	}
	return Maybe
}

// arnParts is how many parts an ARN has.
const arnParts = 6

func eachFits(parts, said []glob) Answer {
	each := Yes
	for i := range parts {
		each = min(each, parts[i].fits(said[i]))
	}
	return each
}

// reachesOn reports whether every * of a pattern stands at the end of a part.
func (pattern glob) reachesOn() bool {
	for i, e := range pattern {
		if e.kind == many && i+1 < len(pattern) && pattern[i+1] != (element{r: ':'}) {
			return false
		}
	}
	return true
}

// parts are the six parts of an ARN; the last one may hold further colons.
func (g glob) parts() []glob {
	var all []glob
	from := 0
	for i, e := range g {
		if e == (element{r: ':'}) && len(all) < arnParts-1 {
			all = append(all, g[from:i])
			from = i + 1
		}
	}
	return append(all, g[from:])
}

// best is the highest answer that one of some patterns gets.
func best[P any](patterns []P, answer func(P) Answer) Answer {
	most := No
	for _, t := range patterns {
		if most < Yes {
			most = max(most, answer(t))
		}
	}
	return most
}

// how says through what a statement allows a class of actions.
func (s *Statement) how(c class) How {
	if len(s.NotActions) > 0 {
		return ByNotAction
	}
	for _, p := range s.ofClass(c) {
		if !p.holes() {
			return Directly
		}
	}
	return ByWildcard
}
