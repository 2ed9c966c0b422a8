package arch

import (
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
)

// purposesOf are the purposes under whose rights a command runs that a person types.
var purposesOf = map[string]policy.Purpose{
	"tenantry audit": policy.ForAudit, "tenantry door": policy.ForAudit, "tenantry explain": policy.ForAudit,
	"tenantry doctor": policy.ForAudit, "tenantry import": policy.ForAudit,
	"tenantry migrate": policy.ForMigrate, "tenantry retire": policy.ForOperator, "tenantry rebind": policy.ForOperator,
	"tenantry namespace delete": policy.ForOperator, "tenantry doctor --probe": policy.ForProbe,
}

// whoCalls are the purposes that make the calls of a client, of files that are no command's own.
func whoCalls(client string) []policy.Purpose {
	switch client {
	case "sqs", "functions":
		return []policy.Purpose{policy.ForServe}
	case "changes":
		return []policy.Purpose{policy.ForServe, policy.ForMigrate, policy.ForOperator}
	}
	return []policy.Purpose{policy.ForAudit, policy.ForServe, policy.ForMigrate, policy.ForOperator}
}

// notCalled are the actions that some purposes never come to, although others do by the same file, and why.
var notCalled = map[string]struct {
	by      []policy.Purpose
	because string
}{
	"sts:GetCallerIdentity": {policy.Purposes, "no permission is required for it (STS API reference)"},

	"quicksight:DescribeGroup":              {[]policy.Purpose{policy.ForAudit}, "it is asked after a write whose answer was lost"},
	"quicksight:DescribeGroupMembership":    {[]policy.Purpose{policy.ForAudit}, "it is asked after a write whose answer was lost"},
	"quicksight:DescribeUser":               {[]policy.Purpose{policy.ForAudit}, "it is asked just before a write"},
	"quicksight:DescribeNamespace":          {[]policy.Purpose{policy.ForAudit}, "it is asked just before a write"},
	"identitystore:DescribeUser":            {[]policy.Purpose{policy.ForAudit}, "it is asked just before a write"},
	"identitystore:DescribeGroup":           {[]policy.Purpose{policy.ForAudit}, "it is asked just before a write"},
	"quicksight:ListUserGroups":             {[]policy.Purpose{policy.ForMigrate, policy.ForOperator}, "a hint asks it, and an explanation"},
	"quicksight:DeleteGroupMembership":      {[]policy.Purpose{policy.ForMigrate}, "a migration takes nobody out of a group"},
	"quicksight:UpdateUser":                 {[]policy.Purpose{policy.ForMigrate}, "a migration changes nobody who is registered"},
	"quicksight:UpdateUserCustomPermission": {[]policy.Purpose{policy.ForMigrate}, "a migration changes nobody who is registered"},
	"quicksight:DeleteUserCustomPermission": {[]policy.Purpose{policy.ForMigrate}, "a migration changes nobody who is registered"},
	"quicksight:UntagResource":              {[]policy.Purpose{policy.ForMigrate}, "a migration brings nobody back from a suspension"},
	"dynamodb:PutItem":                      {[]policy.Purpose{policy.ForAudit}, "who only reads begins no journal"},
	"quicksight:CreateFolder":               {[]policy.Purpose{policy.ForMigrate}, "a tenant's folder is left to the next pass"},
}

// probeCalls are the actions that a probe comes to by files that are not its own: it makes the checks that come before
// everything, reads its configuration, writes down what it does in the journal, and reads what it made. CreateNamespace, which gives a tag, may need TagResource.
var probeCalls = strings.Fields(`quicksight:DescribeAccountSubscription identitystore:ListUsers quicksight:ListNamespaces iam:ListRoles
	quicksight:DescribeNamespace quicksight:DescribeUser quicksight:ListTagsForResource quicksight:TagResource
	ssm:GetParameter s3:GetObject dynamodb:DescribeTable dynamodb:GetItem dynamodb:Query dynamodb:PutItem`)

// notOurs are the actions that a policy has although package awsapi does not call them, and who takes them.
var notOurs = map[string]string{
	"ds:AuthorizeApplication":        "QuickSight, for who makes or deletes a namespace",
	"ds:UnauthorizeApplication":      "QuickSight, for who makes or deletes a namespace",
	"ds:DeleteDirectory":             "QuickSight, for who makes or deletes a namespace",
	"ds:CreateIdentityPoolDirectory": "QuickSight, for who makes or deletes a namespace",
	"ds:DescribeDirectories":         "QuickSight, for who makes or deletes a namespace",
	"logs:CreateLogStream":           "Lambda, for a function",
	"logs:PutLogEvents":              "Lambda, for a function",
	"sts:AssumeRole":                 "the SDK, where the configuration assumes a role",
}

// actionNames are IAM's names of operations that are called otherwise. A transaction is allowed by what it writes.
var actionNames = map[string]string{"lambda:Invoke": "lambda:InvokeFunction", "dynamodb:TransactWriteItems": "dynamodb:PutItem", "s3:ListObjectsV2": "s3:ListBucket"}

// TestRightsAreThoseOfTheCalls holds the policies of tenantry itself to the calls in the source: each action is in the policies
// of exactly the purposes that come to a call of it. That they do come to it is proved where all of the system runs
// (internal/systemtest, needs_test.go).
func TestRightsAreThoseOfTheCalls(t *testing.T) {
	want, called := wantedRights(t)
	have := map[string][]policy.Purpose{}
	for _, p := range policy.Purposes {
		for _, s := range policy.ControllerStatements(p) {
			for _, a := range s.Actions {
				have[a] = append(have[a], p)
			}
		}
	}
	for _, a := range slices.Sorted(maps.Keys(have)) {
		switch {
		case !called[a] && notOurs[a] == "":
			t.Errorf("a policy allows %s, and package awsapi never calls it", a)
		case called[a] && notOurs[a] != "":
			t.Errorf("%s is called by us: the table notOurs is wrong", a)
		}
	}
	for _, a := range slices.Sorted(maps.Keys(called)) {
		for _, p := range policy.Purposes {
			switch w, h := slices.Contains(want[a], p), slices.Contains(have[a], p); {
			case w && !h:
				t.Errorf("%s comes to a call of %s, and its policies do not allow it", p, a)
			case h && !w:
				t.Errorf("the policies of %s allow %s, and it never comes to a call of it", p, a)
			}
		}
	}
}

// wantedRights are, by action, the purposes that come to a call of it, and all actions that are called.
func wantedRights(t *testing.T) (want map[string][]policy.Purpose, called map[string]bool) {
	want, called = map[string][]policy.Purpose{}, map[string]bool{}
	for _, p := range allPackages(t) {
		for _, f := range p.files {
			if p.dir != awsapi || f.test {
				continue
			}
			ast.Inspect(f.ast, func(n ast.Node) bool {
				if client, operation, ok := callOfClient(n); ok {
					action := actionOf(client, operation)
					called[action] = true
					want[action] = append(want[action], callers(t, client, strings.TrimPrefix(f.path, awsapi+"/"))...)
				}
				return true
			})
		}
	}
	for _, a := range slices.Sorted(maps.Keys(notCalled)) {
		if !called[a] {
			t.Errorf("%s is called by nobody: the table notCalled is wrong", a)
		}
		for _, p := range notCalled[a].by {
			if !slices.Contains(want[a], p) && p != policy.ForProbe {
				t.Errorf("%s is in no file of %s's: the table notCalled is wrong", a, p)
			}
		}
		want[a] = slices.DeleteFunc(want[a], func(p policy.Purpose) bool { return slices.Contains(notCalled[a].by, p) })
	}
	for _, a := range probeCalls {
		if slices.Contains(want[a], policy.ForProbe) || !called[a] {
			t.Errorf("%s is a call of probe's own, or nobody's: the table probeCalls is wrong", a)
		}
		want[a] = append(want[a], policy.ForProbe)
	}
	return want, called
}

func actionOf(client, operation string) string {
	action := clients[client] + ":" + operation
	if client == "sqs" {
		action = strings.TrimSuffix(action, "Batch") // IAM has no actions for batches
	}
	if other := actionNames[action]; other != "" {
		return other
	}
	return action
}

// callers are the purposes that come to a call in a file.
func callers(t *testing.T, client, file string) (all []policy.Purpose) {
	if byHand[file] == nil {
		return whoCalls(client)
	}
	for _, command := range byHand[file] {
		p, known := purposesOf[command]
		if !known {
			t.Errorf("%s is run under no purpose's rights", command)
		}
		all = append(all, p)
	}
	return all
}
