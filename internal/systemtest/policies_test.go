package systemtest

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const boundaryARN = "arn:aws:iam::111122223333:policy/Boundary"

// wroteByChance is a policy that nobody would write, out of few words, so that its statements meet what is asked.
func wroteByChance(r *rand.Rand) string {
	pick := func(words ...string) string { return words[r.IntN(len(words))] }
	var statements []map[string]any
	for range 1 + r.IntN(3) {
		s := map[string]any{"Effect": pick("Allow", "Allow", "Deny")}
		s[pick("Action", "Action", "Action", "NotAction")] = []string{
			pick("*", "quicksight:*", "quicksight:Create*", "QuickSight:createuser", "s3:*", "iam:Get*"),
			pick("quicksight:Register?ser", "quicksight:Update*Permissions", "sts:AssumeRole", "s3:GetObject")}
		s[pick("Resource", "Resource", "Resource", "NotResource")] = []string{pick("*", "arn:aws:quicksight::111122223333:user/*", "arn:aws:quicksight::111122223333:user/AROAX:ana",
			"arn:aws:quicksight::111122223333:user/${aws:userid}", "arn:aws:quicksight:*:*:user/default/*", "arn:aws:s3:::*", "arn:aws:q*:ana")}
		if r.IntN(3) == 0 {
			s["Condition"] = map[string]any{
				pick("StringEquals", "StringNotEquals", "StringLikeIfExists", "Null", "Bool", "ForAllValues:StringLike", "ForAnyValue:StringNotEquals", "IpAddress", "NumericLessThan"): map[string]any{
					pick("aws:userid", "aws:PrincipalTag/team", "aws:SourceIp"): pick("true", "x", "${aws:username}", "10.0.0.0/8")}}
		}
		statements = append(statements, s)
	}
	text, err := json.Marshal(map[string]any{"Version": "2012-10-17", "Statement": statements})
	if err != nil {
		panic(err)
	}
	return string(text)
}

// What tenantry makes of a role's documents agrees with what IAM itself answers about the role: what is surely allowed is
// allowed, what is surely denied is denied.
func TestPoliciesAreJudgedAsIAMJudgesThem(t *testing.T) {
	t.Parallel()
	roles := 400 / stride()
	chance := rand.New(rand.NewPCG(4, 1))
	seed := empty()
	seed.IAM.Policies = append(seed.IAM.Policies, world.Policy{Name: "Boundary", ARN: boundaryARN,
		Document: `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["quicksight:*","s3:*"],"Resource":"*"},{"Effect":"Deny","Action":"quicksight:RegisterUser","Resource":"*"}]}`})
	for i := range roles {
		r := world.Role{Name: fmt.Sprintf("Chance%d", i), Policies: map[string]string{}}
		for n := range 1 + chance.IntN(3) {
			r.Policies[fmt.Sprintf("p%d", n)] = wroteByChance(chance)
		}
		if chance.IntN(4) == 0 {
			r.Boundary = boundaryARN
		}
		seed.IAM.Roles = append(seed.IAM.Roles, r)
	}
	actions := []string{"iam:GetRole", "quicksight:CreateUser", "quicksight:RegisterUser", "quicksight:UpdateDashboardPermissions", "s3:GetObject", "sts:AssumeRole"}
	resources := []string{"arn:aws:quicksight::111122223333:user/AROAX:ana", "arn:aws:quicksight:us-east-1:111122223333:user/default/ana", "arn:aws:s3:::bucket/key"}
	count := map[policy.Answer]int{}
	in(t, seed, settings{}, func(r *rig) {
		iam := awsapi.NewIAM(r.start().as(policy.ForAudit).app.AWS)
		all, err := iam.Identities(context.Background(), nil)
		if err != nil {
			r.Fatalf("reading IAM: %v", err)
		}
		for _, id := range all.All {
			for _, resource := range resources {
				answers, err := iam.Simulate(context.Background(), id.Role, actions, resource)
				if err != nil {
					r.Fatalf("asking about %s: %v", id.ARN, err)
				}
				for _, a := range answers {
					have := policy.May(id, a.Action, resource, nil)
					count[have]++
					if have == policy.Yes && !a.Allowed || have == policy.No && a.Allowed {
						r.Errorf("%s on %s is judged %s, and IAM says %v: %+v", a.Action, resource, have, a.Allowed, documentsOf(id))
					}
				}
			}
		}
	})
	for _, answer := range []policy.Answer{policy.No, policy.Maybe, policy.Yes} {
		if count[answer] < roles/4 {
			t.Errorf("%d answers are %s: the policies are too much alike", count[answer], answer)
		}
	}
}

func documentsOf(id tenancy.Identity) (all []string) {
	for _, p := range id.Policies {
		all = append(all, p.Document)
	}
	if id.Boundary != nil {
		all = append(all, "within "+id.Boundary.Document)
	}
	return all
}
