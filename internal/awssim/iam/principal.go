package iam

import (
	"fmt"
	"maps"
	"net/url"
	"path"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
)

// source is one policy of a simulation.
type source struct {
	id, kind string
	document policydoc.Document
}

// holder is a role, a user or a group, with the policies that it holds itself.
type holder struct {
	kind, name string
	arn        string
	inline     map[string]string
	attached   []string
}

// principal finds whom PolicySourceArn names, a user with its groups, and the ARN of its permissions boundary.
func (s service) principal(arn string) (holders []holder, boundary string, err error) {
	if !strings.Contains(arn, ":role/") && !strings.Contains(arn, ":user/") && !strings.Contains(arn, ":group/") {
		return nil, "", invalidInput("Invalid Entity Arn: %s does not clearly define entity type and name.", arn)
	}
	name := path.Base(arn)
	if r, ok := s.w.IAM.Roles.Get(name); ok && r.ARN(s.w.Partition, s.w.Account) == arn {
		return []holder{{"role", r.Name, arn, r.Policies, r.Attached}}, r.Boundary, nil
	}
	if g, ok := s.group(name); ok && g.arn == arn {
		return []holder{g}, "", nil
	}
	u, ok := s.w.IAM.Users.Get(name)
	if !ok || u.ARN(s.w.Partition, s.w.Account) != arn {
		return nil, "", noSuchEntity("%s does not exist", arn)
	}
	holders = []holder{{"user", u.Name, arn, u.Policies, u.Attached}}
	for _, name := range u.Groups {
		g, _ := s.group(name)
		holders = append(holders, g)
	}
	return holders, u.Boundary, nil
}

func (s service) group(name string) (holder, bool) {
	g, ok := s.w.IAM.Groups.Get(name)
	return holder{"group", g.Name, g.ARN(s.w.Partition, s.w.Account), g.Policies, g.Attached}, ok
}

// sources are the policies of the principal, and those of the request; and the boundary of the simulation, nil if there
// is none.
func (s service) sources(form url.Values) (list []source, boundary *source, err error) {
	holders, bound, err := s.principal(form.Get("PolicySourceArn"))
	if err != nil {
		return nil, nil, err
	}
	for _, h := range holders {
		for _, name := range slices.Sorted(maps.Keys(h.inline)) {
			if list, err = add(list, h.kind+"_"+h.name+"_"+name, h.kind, h.inline[name]); err != nil {
				return nil, nil, err
			}
		}
		for _, arn := range h.attached {
			if list, err = s.addManaged(list, arn); err != nil {
				return nil, nil, err
			}
		}
	}
	for i, text := range listOf(form, "PolicyInputList") {
		if list, err = add(list, fmt.Sprintf("PolicyInputList.%d", i+1), "none", text); err != nil {
			return nil, nil, err
		}
	}
	boundary, err = s.bound(bound, listOf(form, "PermissionsBoundaryPolicyInputList"))
	return list, boundary, err
}

// bound is the boundary of a simulation: the one that is given, else the principal's, nil if there is neither.
func (s service) bound(arn string, given []string) (*source, error) {
	var bounds []source
	var err error
	switch {
	case len(given) > 1:
		err = invalidInput("There can only be one permissions boundary.")
	case len(given) == 1:
		bounds, err = add(nil, "PermissionsBoundaryPolicyInputList.1", "none", given[0])
	case arn != "":
		bounds, err = s.addManaged(nil, arn)
	}
	if err != nil || len(bounds) == 0 {
		return nil, err
	}
	return &bounds[0], nil
}

func add(list []source, id, kind, text string) ([]source, error) {
	doc, err := policydoc.ParseIdentity(text)
	if err != nil {
		return nil, invalidInput("%s: %v", id, err)
	}
	return append(list, source{id, kind, doc}), nil
}

func (s service) addManaged(list []source, arn string) ([]source, error) {
	p, ok := s.w.IAM.Policy(arn)
	if !ok {
		return nil, invalidInput("the document of the managed policy %s is not simulated", arn)
	}
	kind := "user-managed"
	if strings.Contains(arn, ":iam::aws:") {
		kind = "aws-managed"
	}
	return add(list, p.Name, kind, p.Document)
}
