package iam

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// maxVersions is how many versions of a managed policy are kept (IAM API reference, CreatePolicyVersion).
const maxVersions = 5

func (s service) createPolicy(form url.Values) (*result, error) {
	at := "/"
	if form.Has("Path") {
		at = form.Get("Path")
	}
	p := world.Policy{Name: form.Get("PolicyName"), Document: form.Get("PolicyDocument"), Description: form.Get("Description"), CreatedAt: s.w.Now(),
		ARN: "arn:" + s.w.Partition + ":iam::" + s.w.Account + ":policy" + at + form.Get("PolicyName")}
	if err := judgeManaged(p.Document); err != nil {
		return nil, err
	}
	for name := range s.w.IAM.Policies.All() {
		if strings.EqualFold(name, p.Name) {
			return nil, alreadyExists("A policy called %s already exists. Duplicate names are not allowed.", p.Name)
		}
	}
	s.w.IAM.Policies.Put(p.Name, p)
	return &result{Policy: s.viewPolicy(p)}, nil
}

func (s service) getPolicy(form url.Values) (*result, error) {
	p, err := s.policy(form)
	if err != nil {
		return nil, err
	}
	return &result{Policy: s.viewPolicy(p)}, nil
}

func (s service) viewPolicy(p world.Policy) *policyXML {
	x := &policyXML{PolicyName: p.Name, PolicyID: world.UniqueID("ANPA", p.ARN), Arn: p.ARN, Path: pathOf(p.ARN), DefaultVersionID: id(cmp.Or(p.Version, 1)),
		IsAttachable: true, Description: p.Description, CreateDate: date(p.CreatedAt), UpdateDate: date(updated(p))}
	x.AttachmentCount, x.PermissionsBoundaryUsageCount = s.uses(p)
	return x
}

// uses counts who has a managed policy, and whom it bounds.
func (s service) uses(p world.Policy) (held, bounding int) {
	count := func(attached []string, boundary string) {
		if slices.Contains(attached, p.ARN) {
			held++
		}
		if boundary == p.ARN {
			bounding++
		}
	}
	for _, r := range s.w.IAM.Roles.All() {
		count(r.Attached, r.Boundary)
	}
	for _, u := range s.w.IAM.Users.All() {
		count(u.Attached, u.Boundary)
	}
	for _, g := range s.w.IAM.Groups.All() {
		count(g.Attached, "")
	}
	return held, bounding
}

// versionsOf are all versions of a policy, the oldest first.
func versionsOf(p world.Policy) []world.PolicyVersion {
	if len(p.Versions) == 0 {
		return []world.PolicyVersion{{Number: 1, Document: p.Document, CreatedAt: p.CreatedAt}}
	}
	return p.Versions
}

// id is a version's, which is not used again.
func id(number int) string { return fmt.Sprintf("v%d", number) }

// updated is when a policy's newest version was made (IAM API reference, Policy).
func updated(p world.Policy) time.Time {
	all := versionsOf(p)
	return all[len(all)-1].CreatedAt
}

// viewVersions are the versions of a policy, the newest first, which is assumed. Lists leave the documents out (IAM API
// reference, PolicyVersion).
func viewVersions(p world.Policy, listed bool) (all []versionXML) {
	for _, v := range slices.Backward(versionsOf(p)) {
		x := versionXML{escape(v.Document), id(v.Number), v.Number == cmp.Or(p.Version, 1), date(v.CreatedAt)}
		if listed {
			x.Document = ""
		}
		all = append(all, x)
	}
	return all
}

// version finds a version of a policy.
func version(p world.Policy, form url.Values) (int, error) {
	i := slices.IndexFunc(versionsOf(p), func(v world.PolicyVersion) bool { return id(v.Number) == form.Get("VersionId") })
	if i < 0 {
		return 0, noSuchEntity("Policy %s version %s does not exist or is not attachable.", p.ARN, form.Get("VersionId"))
	}
	return i, nil
}

func (s service) getPolicyVersion(form url.Values) (*result, error) {
	p, err := s.policy(form)
	if err != nil {
		return nil, err
	}
	i, err := version(p, form)
	if err != nil {
		return nil, err
	}
	all := viewVersions(p, false)
	return &result{PolicyVersion: &all[len(all)-1-i]}, nil
}

func (s service) listPolicyVersions(form url.Values) (*result, error) {
	p, err := s.policy(form)
	if err != nil {
		return nil, err
	}
	more := false // there are five at the most
	return &result{Versions: &members[versionXML]{viewVersions(p, true)}, IsTruncated: &more}, nil
}

// own finds a managed policy of the account's, which it may change. How IAM words that AWS's own are not is assumed.
func (s service) own(form url.Values) (world.Policy, error) {
	p, err := s.policy(form)
	if err == nil && strings.Contains(p.ARN, ":iam::aws:") {
		return p, invalidInput("Policy %s is AWS's own.", p.ARN)
	}
	return p, err
}

func (s service) createPolicyVersion(form url.Values) (*result, error) {
	p, err := s.own(form)
	if err != nil {
		return nil, err
	}
	document := form.Get("PolicyDocument")
	if err := judgeManaged(document); err != nil {
		return nil, err
	}
	all := slices.Clone(versionsOf(p))
	if len(all) == maxVersions {
		return nil, wire.Errorf(409, "LimitExceeded", "A managed policy can have up to %d versions. Before you create a new version, you must delete an existing version.", maxVersions)
	}
	p.Made = cmp.Or(p.Made, 1) + 1
	p.Versions = append(all, world.PolicyVersion{Number: p.Made, Document: document, CreatedAt: s.w.Now()})
	if form.Get("SetAsDefault") == "true" {
		p.Version, p.Document = p.Made, document
	}
	s.w.IAM.Policies.Put(p.Name, p)
	return &result{PolicyVersion: &viewVersions(p, true)[0]}, nil
}

func (s service) deletePolicyVersion(form url.Values) (*result, error) {
	p, err := s.own(form)
	if err != nil {
		return nil, err
	}
	i, err := version(p, form)
	if err != nil {
		return nil, err
	}
	all := slices.Clone(versionsOf(p))
	if all[i].Number == cmp.Or(p.Version, 1) {
		return nil, wire.Errorf(409, "DeleteConflict", "Cannot delete the default version of a policy.")
	}
	p.Versions = slices.Delete(all, i, i+1)
	s.w.IAM.Policies.Put(p.Name, p)
	return nil, nil
}

// judgeManaged judges the document of a managed policy.
func judgeManaged(document string) error {
	if _, err := policydoc.ParseIdentity(document); err != nil {
		return malformed(err)
	}
	if sizeOf(document) > maxManaged {
		return wire.Errorf(409, "LimitExceeded", "Cannot exceed quota for PolicySize: %d", maxManaged)
	}
	return nil
}
