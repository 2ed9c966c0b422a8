package iam

import (
	"net/url"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// boundaryXML is the permissions boundary of a role or a user. Its type is what the API reference says it can only be;
// the model's enum has PermissionsBoundaryPolicy.
type boundaryXML struct {
	PermissionsBoundaryType string
	PermissionsBoundaryArn  string
}

func viewBoundary(arn string) *boundaryXML {
	if arn == "" {
		return nil
	}
	return &boundaryXML{"Policy", arn}
}

// boundary finds the policy that a request names as a permissions boundary; "" where it names none.
func (s service) boundary(form url.Values) (string, error) {
	arn := form.Get("PermissionsBoundary")
	if _, ok := s.w.IAM.Policy(arn); arn != "" && !ok {
		return "", noSuchEntity("Scope ARN: %s does not exist or is not attachable.", arn)
	}
	return arn, nil
}

func (s service) putRolePermissionsBoundary(form url.Values) (*result, error) {
	r, err := s.mutable(form)
	if err != nil {
		return nil, err
	}
	if r.Boundary, err = s.boundary(form); err != nil {
		return nil, err
	}
	s.w.IAM.Roles.Put(r.Name, r)
	return nil, nil
}

// deleteRolePermissionsBoundary does not mind that there is none.
func (s service) deleteRolePermissionsBoundary(form url.Values) (*result, error) {
	r, err := s.mutable(form)
	if err != nil {
		return nil, err
	}
	r.Boundary = ""
	s.w.IAM.Roles.Put(r.Name, r)
	return nil, nil
}

// lastUsedXML is an empty element for a role that was never used.
type lastUsedXML struct {
	LastUsedDate string `xml:",omitempty"`
	Region       string `xml:",omitempty"`
}

func viewLastUsed(r world.Role) *lastUsedXML {
	if r.LastUsed == nil {
		return &lastUsedXML{}
	}
	return &lastUsedXML{date(r.LastUsed.At), r.LastUsed.Region}
}
