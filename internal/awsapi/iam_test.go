package awsapi_test

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	managedARN = "arn:aws:iam::" + account + ":policy/shared"
	boundARN   = "arn:aws:iam::" + account + ":policy/bound"
	listsUsers = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"quicksight:ListUsers","Resource":"*","Condition":{"StringLike":{"aws:userid":"*:a+b c%41ü"}}}]}`
)

// policies is a world with a role and a user that have everything that a policy can come by.
func policies(s *world.Seed) {
	s.IAM.Policies = []world.Policy{{Name: "shared", ARN: managedARN, Document: listsUsers}, {Name: "bound", ARN: boundARN, Document: `{"Statement":[]}`}}
	s.IAM.Groups = []world.IAMGroup{{Name: "operators", Policies: map[string]string{"own": `{"Statement":{}}`}, Attached: []string{managedARN}}}
	s.IAM.Users = []world.IAMUser{{Name: "olga", Path: "/ops/", Groups: []string{"operators"}, Policies: map[string]string{"hers": `{}`}, Boundary: boundARN}}
	s.IAM.Roles = []world.Role{{
		Name: "QuickSight", Trust: `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`,
		Policies: map[string]string{"second": `{}`, "first": listsUsers}, Attached: []string{managedARN}, Boundary: boundARN,
	}}
}

func identities(t *testing.T, r *rig, otherwise ...string) (tenancy.Identities, error) {
	t.Helper()
	var roles []tenancy.RoleARN
	for _, arn := range otherwise {
		role, err := tenancy.ParseRoleARN(arn)
		if err != nil {
			t.Fatal(err)
		}
		roles = append(roles, role)
	}
	return awsapi.NewIAM(r.AWS).Identities(t.Context(), roles)
}

// quickSightRole checks the role of policies, as either way of reading answers it. The documents are percent-encoded in the
// answers, and come as they were written.
func quickSightRole(t *testing.T, all tenancy.Identities) {
	t.Helper()
	id := all.Of(roleARN(t))
	if id == nil {
		t.Fatalf("%+v", all)
	}
	check(t, nil, id.ARN, role)
	check(t, nil, id.Trust, `{"Statement":[{"Effect":"Allow","Principal":{"AWS":"*"},"Action":"sts:AssumeRole"}]}`)
	check(t, nil, id.Policies, []tenancy.PolicyDocument{{Name: "first", Document: listsUsers}, {Name: "second", Document: "{}"}, {Name: "shared", ARN: managedARN, Document: listsUsers}})
	check(t, nil, *id.Boundary, tenancy.PolicyDocument{Name: "bound", ARN: boundARN, Document: `{"Statement":[]}`})
}

func TestIdentities(t *testing.T) {
	r := newRig(t, policies)
	all, err := identities(t, r)
	check(t, err, all.Only, false)
	check(t, nil, len(all.All), 2)
	quickSightRole(t, all)
	olga := all.All[1]
	check(t, nil, olga.ARN, "arn:aws:iam::"+account+":user/ops/olga")
	check(t, nil, olga.Role.IsZero(), true)
	check(t, nil, olga.Policies, []tenancy.PolicyDocument{
		{Name: "hers", Document: "{}"}, {Name: "operators/own", Document: `{"Statement":{}}`}, {Name: "operators/shared", ARN: managedARN, Document: listsUsers},
	})
	check(t, nil, olga.Boundary.ARN, boundARN)
}

// TestIdentitiesPages: users' groups and roles' policies come on other pages than the users and roles.
func TestIdentitiesPages(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		policies(s)
		for i := range 2000 {
			s.IAM.Roles = append(s.IAM.Roles, world.Role{Name: fmt.Sprintf("Other-%04d", i), Attached: []string{managedARN}})
		}
	})
	r.with(nil)
	all, err := identities(t, r)
	check(t, err, len(all.All), 2002)
	check(t, nil, len(r.calls()), 3)
	quickSightRole(t, all)
	if !slices.IsSortedFunc(all.All, func(a, b tenancy.Identity) int { return strings.Compare(a.ARN, b.ARN) }) {
		t.Error("not in order")
	}
	for _, id := range all.All {
		if id.Role.IsZero() == strings.Contains(id.ARN, ":role/") || len(id.Policies) == 0 || id.Policies[len(id.Policies)-1].Document != listsUsers {
			t.Fatalf("%+v", id)
		}
	}
	op := "iam:GetAccountAuthorizationDetails"
	r.with(awssim.Nth(2, op, awssim.FailBefore(op, wire.Errorf(404, "NoSuchEntity", "it breaks off"))))
	if all, err := identities(t, r); err == nil {
		t.Errorf("a list that breaks off is answered: %d", len(all.All))
	}
}

// TestIdentitiesOneByOne: where the list of all is denied, those that are asked for are read by themselves, and one that is
// not there is left out.
func TestIdentitiesOneByOne(t *testing.T) { synctest.Test(t, identitiesOneByOne) }

func identitiesOneByOne(t *testing.T) {
	r := newRig(t, policies)
	denied := wire.Errorf(403, "AccessDenied", "not authorized")
	list := awssim.FailBefore("iam:GetAccountAuthorizationDetails", denied)
	r.with(list)
	all, err := identities(t, r, role, "arn:aws:iam::"+account+":role/Gone")
	check(t, err, all.Only, true)
	check(t, nil, len(all.All), 1)
	quickSightRole(t, all)
	// Each managed policy is read once, as the boundary and as what is attached.
	check(t, nil, count(r.calls(), "GetPolicyVersion"), 2)

	for _, op := range []string{"iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies"} {
		r.with(awssim.Faults(list, awssim.FailBefore(op, denied)))
		if all, err := identities(t, r, role); !errors.Is(err, plan.ErrDenied) || len(all.All) > 0 {
			t.Errorf("%s: %+v, %v", op, all, err)
		}
	}
	r.with(awssim.FailBefore("iam:GetAccountAuthorizationDetails", awssim.ExpiredToken()))
	if _, err := identities(t, r, role); !errors.Is(err, plan.ErrCredentials) {
		t.Errorf("%v, after %v", err, r.calls())
	}
}

// TestIdentitiesOneByOneWithoutDocument: a managed policy that may not be read, or is gone, is there without its document;
// every other failure is one of the whole.
func TestIdentitiesOneByOneWithoutDocument(t *testing.T) {
	r := newRig(t, policies)
	list := awssim.FailBefore("iam:GetAccountAuthorizationDetails", wire.Errorf(403, "AccessDenied", "not authorized"))
	for _, op := range []string{"iam:GetPolicy", "iam:GetPolicyVersion"} {
		for _, why := range []*wire.Error{wire.Errorf(403, "AccessDenied", "not authorized"), wire.Errorf(404, "NoSuchEntity", "gone")} {
			r.with(awssim.Faults(list, awssim.FailBefore(op, why)))
			all, err := identities(t, r, role)
			check(t, err, all.Of(roleARN(t)).Policies[2], tenancy.PolicyDocument{Name: "shared", ARN: managedARN})
			check(t, nil, *all.Of(roleARN(t)).Boundary, tenancy.PolicyDocument{Name: "bound", ARN: boundARN})
		}
		for _, why := range []*wire.Error{awssim.ExpiredToken(), wire.Errorf(400, "ValidationError", "no")} {
			r.with(awssim.Faults(list, awssim.FailBefore(op, why)))
			if all, err := identities(t, r, role); err == nil {
				t.Errorf("%s, %v: %+v", op, why, all)
			}
		}
	}
}

// TestIdentitiesCutOff: an answer that says that more follows, and not where, is not taken for the last; and a user's group of
// which nothing is in the answer could allow anything.
func TestIdentitiesCutOff(t *testing.T) {
	r := newRig(t, policies)
	op := "iam:GetAccountAuthorizationDetails"
	rewrite := func(from, to string) {
		r.with(awssim.On(op, awssim.AfterEffect, awssim.Fault{Rewrite: func(body []byte) []byte {
			if !bytes.Contains(body, []byte(from)) {
				t.Errorf("%s is not in %s", from, body)
			}
			return bytes.ReplaceAll(body, []byte(from), []byte(to))
		}}))
	}
	rewrite("<IsTruncated>false</IsTruncated>", "<IsTruncated>true</IsTruncated>")
	if all, err := identities(t, r); err == nil {
		t.Errorf("what is cut off is taken for all: %+v", all)
	}
	rewrite("<GroupName>operators</GroupName>", "<GroupName>others</GroupName>")
	all, err := identities(t, r)
	check(t, err, all.All[1].Policies, []tenancy.PolicyDocument{{Name: "hers", Document: "{}"}, {Name: "operators/"}})
}

func count(all []string, of string) int {
	n := 0
	for _, s := range all {
		if s == of {
			n++
		}
	}
	return n
}

// A managed policy of which no document is known is there, without one: what it allows is not known.
func TestIdentitiesWithoutDocument(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		policies(s)
		s.IAM.Roles[0].Attached = []string{"arn:aws:iam::" + account + ":policy/unknown"}
	})
	all, err := identities(t, r)
	check(t, err, all.Of(roleARN(t)).Policies[2], tenancy.PolicyDocument{Name: "unknown", ARN: "arn:aws:iam::" + account + ":policy/unknown"})
}

// TestIAMSimulate asks what a role may do; the answers are in order.
func TestIAMSimulate(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		s.IAM.Roles[0].Policies = map[string]string{"p": `{"Statement":[{"Effect":"Allow","Action":["quicksight:ListUsers","sts:*"],"Resource":"*"},{"Effect":"Deny","Action":"sts:AssumeRole","Resource":"*"}]}`}
	})
	simulate := awsapi.NewIAM(r.AWS).Simulate
	got, err := simulate(t.Context(), roleARN(t), []string{"sts:AssumeRole", "quicksight:RegisterUser", "quicksight:ListUsers"}, "*")
	check(t, err, got, []tenancy.Simulated{
		{Role: roleARN(t), Action: "quicksight:ListUsers", Allowed: true}, {Role: roleARN(t), Action: "quicksight:RegisterUser"}, {Role: roleARN(t), Action: "sts:AssumeRole"},
	})
	r.with(awssim.FailBefore("iam:SimulatePrincipalPolicy", wire.Errorf(403, "AccessDenied", "not authorized")))
	if _, err := simulate(t.Context(), roleARN(t), []string{"sts:AssumeRole"}, "*"); !errors.Is(err, plan.ErrDenied) {
		t.Errorf("%v", err)
	}
}

// What IAM could not know of a resource that is named is told under that resource (IAM API reference, EvaluationResult).
func TestIAMSimulateOnAResource(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		s.IAM.Roles[0].Policies = map[string]string{"p": `{"Statement":{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*","Condition":{"StringLike":{"quicksight:IamArn":"arn:aws:iam::*"}}}}`}
	})
	got, err := awsapi.NewIAM(r.AWS).Simulate(t.Context(), roleARN(t), []string{"quicksight:RegisterUser"}, "arn:aws:quicksight:us-east-1:"+account+":user/*")
	check(t, err, got, []tenancy.Simulated{{Role: roleARN(t), Action: "quicksight:RegisterUser", Missing: []string{"quicksight:iamarn"}}})
}
