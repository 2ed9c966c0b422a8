package iam

import (
	"iter"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// maxInline is how many characters that are not white space the inline policies of a role may have together, and
// maxManaged how many a managed policy may have.
const (
	maxInline  = 10_240
	maxManaged = 6_144
)

func sizeOf(document string) int { return len(strings.Join(strings.Fields(document), "")) }

func (s service) putRolePolicy(form url.Values) (*result, error) {
	r, err := s.mutable(form)
	if err != nil {
		return nil, err
	}
	document := form.Get("PolicyDocument")
	if _, err := policydoc.ParseIdentity(document); err != nil {
		return nil, malformed(err)
	}
	r.Policies = maps.Clone(r.Policies)
	if r.Policies == nil {
		r.Policies = map[string]string{}
	}
	r.Policies[form.Get("PolicyName")] = document
	size := 0
	for _, d := range r.Policies {
		size += sizeOf(d)
	}
	if size > maxInline {
		return nil, wire.Errorf(409, "LimitExceeded", "Maximum policy size of %d bytes exceeded for role %s", maxInline, r.Name)
	}
	s.w.IAM.Roles.Put(r.Name, r)
	return nil, nil
}

func (s service) getRolePolicy(form url.Values) (*result, error) {
	r, err := s.role(form)
	if err != nil {
		return nil, err
	}
	document, ok := r.Policies[form.Get("PolicyName")]
	if !ok {
		return nil, noPolicy(form)
	}
	return &result{RoleName: r.Name, PolicyName: form.Get("PolicyName"), PolicyDocument: escape(document)}, nil
}

func noPolicy(form url.Values) error {
	return noSuchEntity("The role policy with name %s cannot be found.", form.Get("PolicyName"))
}

func (s service) deleteRolePolicy(form url.Values) (*result, error) {
	r, err := s.mutable(form)
	if err != nil {
		return nil, err
	}
	if _, ok := r.Policies[form.Get("PolicyName")]; !ok {
		return nil, noPolicy(form)
	}
	r.Policies = maps.Clone(r.Policies)
	delete(r.Policies, form.Get("PolicyName"))
	s.w.IAM.Roles.Put(r.Name, r)
	return nil, nil
}

// sortedAfter gives the strings of a list in their order, as rows.
func sortedAfter(list []string) func(string) iter.Seq2[string, string] {
	return func(after string) iter.Seq2[string, string] {
		return func(yield func(string, string) bool) {
			for _, v := range slices.Sorted(slices.Values(list)) {
				if v > after && !yield(v, v) {
					return
				}
			}
		}
	}
}

func (s service) listRolePolicies(form url.Values) (*result, error) {
	r, err := s.role(form)
	if err != nil {
		return nil, err
	}
	names, answer, err := page(s, form, world.Key("ListRolePolicies", r.Name), sortedAfter(slices.Collect(maps.Keys(r.Policies))))
	if err != nil {
		return nil, err
	}
	answer.PolicyNames = &members[string]{names}
	return answer, nil
}

func (s service) listAttachedRolePolicies(form url.Values) (*result, error) {
	r, err := s.role(form)
	if err != nil {
		return nil, err
	}
	attached := slices.DeleteFunc(slices.Clone(r.Attached), func(arn string) bool {
		return !strings.HasPrefix(pathOf(arn), form.Get("PathPrefix"))
	})
	arns, answer, err := page(s, form, world.Key("ListAttachedRolePolicies", r.Name, form.Get("PathPrefix")), sortedAfter(attached))
	if err != nil {
		return nil, err
	}
	answer.AttachedPolicies = &members[attachedXML]{}
	for _, arn := range arns {
		answer.AttachedPolicies.Member = append(answer.AttachedPolicies.Member, attachedXML{path.Base(arn), arn})
	}
	return answer, nil
}

// pathOf is the path in a policy's ARN: "/" in arn:aws:iam::111122223333:policy/name.
func pathOf(arn string) string {
	_, resource, _ := strings.Cut(arn, ":policy")
	return resource[:strings.LastIndexByte(resource, '/')+1]
}

// policy finds a managed policy by ARN.
func (s service) policy(form url.Values) (world.Policy, error) {
	arn := form.Get("PolicyArn")
	p, ok := s.w.IAM.Policy(arn)
	if !ok {
		return p, noSuchEntity("Policy %s was not found.", arn)
	}
	return p, nil
}

func (s service) attachRolePolicy(form url.Values) (*result, error) {
	r, err := s.mutable(form)
	if err != nil {
		return nil, err
	}
	p, err := s.policy(form)
	if err != nil {
		return nil, noSuchEntity("Policy %s does not exist or is not attachable.", form.Get("PolicyArn"))
	}
	if !slices.Contains(r.Attached, p.ARN) {
		r.Attached = append(slices.Clone(r.Attached), p.ARN)
		s.w.IAM.Roles.Put(r.Name, r)
	}
	return nil, nil
}

func (s service) detachRolePolicy(form url.Values) (*result, error) {
	r, err := s.mutable(form)
	if err != nil {
		return nil, err
	}
	i := slices.Index(r.Attached, form.Get("PolicyArn"))
	if i < 0 {
		return nil, noSuchEntity("Policy %s was not found.", form.Get("PolicyArn"))
	}
	r.Attached = slices.Delete(slices.Clone(r.Attached), i, i+1)
	s.w.IAM.Roles.Put(r.Name, r)
	return nil, nil
}
