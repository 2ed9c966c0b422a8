package iam

import (
	"fmt"
	"iter"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

type evaluationXML struct {
	EvalActionName          string
	EvalResourceName        string
	EvalDecision            policydoc.Decision
	MatchedStatements       members[statementXML]
	MissingContextValues    members[string]
	ResourceSpecificResults *members[specificXML]
}

type specificXML struct {
	EvalResourceName     string
	EvalResourceDecision policydoc.Decision
	MatchedStatements    members[statementXML]
	MissingContextValues members[string]
}

type statementXML struct {
	SourcePolicyID   string             `xml:"SourcePolicyId"`
	SourcePolicyType string             `xml:"SourcePolicyType"`
	StartPosition    policydoc.Position `xml:"StartPosition"`
	EndPosition      policydoc.Position `xml:"EndPosition"`
}

// source is one policy of the simulated principal.
type source struct {
	id, kind string
	document policydoc.Document
}

// notSimulated are members of the request that would change the answer.
var notSimulated = []string{"PermissionsBoundaryPolicyInputList.member.1", "ResourcePolicy", "ResourceOwner", "ResourceHandlingOption"}

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
	sources, err := s.sources(form)
	if err != nil {
		return nil, err
	}
	rows := evaluations(form, actions, sources)
	list := world.Key("SimulatePrincipalPolicy", without(form, "Marker", "MaxItems").Encode())
	results, answer, err := page(s, form, list, rows)
	if err != nil {
		return nil, err
	}
	answer.EvaluationResults = &members[evaluationXML]{results}
	return answer, nil
}

// sources are the policies of the role that PolicySourceArn names, and those of the request.
func (s service) sources(form url.Values) ([]source, error) {
	arn := form.Get("PolicySourceArn")
	if !strings.Contains(arn, ":role/") && !strings.Contains(arn, ":user/") && !strings.Contains(arn, ":group/") {
		return nil, invalidInput("Invalid Entity Arn: %s does not clearly define entity type and name.", arn)
	}
	r, ok := s.w.IAM.Roles.Get(path.Base(arn))
	if !ok || r.ARN(s.w.Partition, s.w.Account) != arn {
		return nil, noSuchEntity("%s does not exist", arn)
	}
	var list []source
	add := func(id, kind, text string) error {
		doc, err := policydoc.ParseIdentity(text)
		if err != nil {
			return invalidInput("%s: %v", id, err)
		}
		list = append(list, source{id, kind, doc})
		return nil
	}
	for _, name := range slices.Sorted(maps.Keys(r.Policies)) {
		if err := add("role_"+r.Name+"_"+name, "role", r.Policies[name]); err != nil {
			return nil, err
		}
	}
	for _, managed := range r.Attached {
		p, ok := s.w.IAM.Policies.Get(path.Base(managed))
		if !ok || p.ARN != managed {
			return nil, invalidInput("the document of the managed policy %s is not simulated", managed)
		}
		kind := "user-managed"
		if strings.Contains(managed, ":iam::aws:") {
			kind = "aws-managed"
		}
		if err := add(p.Name, kind, p.Document); err != nil {
			return nil, err
		}
	}
	for i, text := range listOf(form, "PolicyInputList") {
		if err := add(fmt.Sprintf("PolicyInputList.%d", i+1), "none", text); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// evaluations judges every action on every resource, in the order in which they were given.
func evaluations(form url.Values, actions []string, sources []source) func(string) iter.Seq2[string, evaluationXML] {
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
					if !yield(key, evaluate(sources, policydoc.Request{Action: action, Resource: resource, Context: context}, named)) {
						return
					}
				}
			}
		}
	}
}

// evaluate judges one action on one resource. What context a named resource lacked is told under that resource.
func evaluate(sources []source, request policydoc.Request, named bool) evaluationXML {
	documents := make([]policydoc.Document, len(sources))
	for i, s := range sources {
		documents[i] = s.document
	}
	v := policydoc.Judge(documents, request)
	var matched members[statementXML]
	for _, ref := range v.Matched {
		s := sources[ref.Document]
		st := s.document.Statements[ref.Statement]
		matched.Member = append(matched.Member, statementXML{s.id, s.kind, st.Start, st.End})
	}
	x := evaluationXML{EvalActionName: request.Action, EvalResourceName: request.Resource, EvalDecision: v.Decision, MatchedStatements: matched}
	missing := members[string]{v.Missing}
	if !named {
		x.MissingContextValues = missing
		return x
	}
	x.ResourceSpecificResults = &members[specificXML]{[]specificXML{{request.Resource, v.Decision, matched, missing}}}
	return x
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
