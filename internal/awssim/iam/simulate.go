package iam

import (
	"fmt"
	"iter"
	"maps"
	"net/url"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

type evaluationXML struct {
	EvalActionName                    string
	EvalResourceName                  string
	EvalDecision                      policydoc.Decision
	MatchedStatements                 members[statementXML]
	MissingContextValues              members[string]
	PermissionsBoundaryDecisionDetail *boundedXML
	ResourceSpecificResults           *members[specificXML]
}

// boundedXML is the part of an answer that there is where a permissions boundary was applied.
type boundedXML struct{ AllowedByPermissionsBoundary bool }

type specificXML struct {
	EvalResourceName                  string
	EvalResourceDecision              policydoc.Decision
	MatchedStatements                 members[statementXML]
	MissingContextValues              members[string]
	PermissionsBoundaryDecisionDetail *boundedXML
}

type statementXML struct {
	SourcePolicyID   string             `xml:"SourcePolicyId"`
	SourcePolicyType string             `xml:"SourcePolicyType"`
	StartPosition    policydoc.Position `xml:"StartPosition"`
	EndPosition      policydoc.Position `xml:"EndPosition"`
}

// notSimulated are members of the request that would change the answer.
var notSimulated = []string{"ResourcePolicy", "ResourceOwner", "ResourceHandlingOption"}

func (s service) simulatePrincipalPolicy(form url.Values) (*result, error) {
	for _, name := range notSimulated {
		if form.Has(name) {
			return nil, invalidInput("%s is not simulated.", name)
		}
	}
	actions := listOf(form, "ActionNames")
	if len(actions) == 0 {
		return nil, invalid("1 validation error detected: Value null at 'actionNames' failed to satisfy constraint: Member must not be null")
	}
	for _, a := range actions {
		if len(a) < 3 || len(a) > 128 || !strings.Contains(a, ":") {
			return nil, invalidInput("Invalid Action: %s", a)
		}
	}
	sources, boundary, err := s.sources(form)
	if err != nil {
		return nil, err
	}
	rows := evaluations(form, actions, sources, boundary)
	list := world.Key("SimulatePrincipalPolicy", without(form, "Marker", "MaxItems").Encode())
	results, answer, err := page(s, form, list, rows)
	if err != nil {
		return nil, err
	}
	answer.EvaluationResults = &members[evaluationXML]{results}
	return answer, nil
}

// evaluations judges every action on every resource, in the order in which they were given.
func evaluations(form url.Values, actions []string, sources []source, boundary *source) func(string) iter.Seq2[string, evaluationXML] {
	resources, named := listOf(form, "ResourceArns"), true
	if len(resources) == 0 {
		resources, named = []string{"*"}, false
	}
	context := contextOf(form)
	return func(after string) iter.Seq2[string, evaluationXML] {
		return func(yield func(string, evaluationXML) bool) {
			for i, action := range actions {
				for j, resource := range resources {
					key := fmt.Sprintf("%06d/%06d", i, j)
					if key <= after {
						continue
					}
					if !yield(key, evaluate(sources, boundary, policydoc.Request{Action: action, Resource: resource, Context: context}, named)) {
						return
					}
				}
			}
		}
	}
}

// evaluate judges one action on one resource. What context a named resource lacked is told under that resource.
func evaluate(sources []source, boundary *source, request policydoc.Request, named bool) evaluationXML {
	v, bounded := decide(sources, boundary, request)
	if boundary != nil {
		sources = append(slices.Clone(sources), *boundary)
	}
	var matched members[statementXML]
	for _, ref := range v.Matched {
		s := sources[ref.Document]
		st := s.document.Statements[ref.Statement]
		matched.Member = append(matched.Member, statementXML{s.id, s.kind, st.Start, st.End})
	}
	x := evaluationXML{EvalActionName: request.Action, EvalResourceName: request.Resource, EvalDecision: v.Decision, MatchedStatements: matched,
		PermissionsBoundaryDecisionDetail: bounded}
	missing := members[string]{v.Missing}
	if !named {
		x.MissingContextValues = missing
		return x
	}
	x.ResourceSpecificResults = &members[specificXML]{[]specificXML{{request.Resource, v.Decision, matched, missing, bounded}}}
	return x
}

// decide judges a request by all policies, and says what the boundary makes of it, if there is one.
func decide(sources []source, boundary *source, request policydoc.Request) (policydoc.Verdict, *boundedXML) {
	documents := make([]policydoc.Document, len(sources))
	for i, s := range sources {
		documents[i] = s.document
	}
	if boundary == nil {
		return policydoc.Judge(documents, request), nil
	}
	v, allowed := policydoc.JudgeWithin(boundary.document, documents, request)
	return v, &boundedXML{allowed}
}

// contextOf reads the context keys of the request.
func contextOf(form url.Values) map[string][]string {
	context := map[string][]string{}
	for i := 1; form.Has(element("ContextEntries", i) + ".ContextKeyName"); i++ {
		at := element("ContextEntries", i)
		context[strings.ToLower(form.Get(at+".ContextKeyName"))] = listOf(form, at+".ContextKeyValues")
	}
	return context
}

func without(form url.Values, names ...string) url.Values {
	form = maps.Clone(form)
	for _, name := range names {
		form.Del(name)
	}
	return form
}
