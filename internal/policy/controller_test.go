package policy

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"
)

// fullGrounds are grounds with everything in them.
func fullGrounds(partition string) Grounds {
	region := map[string]string{"aws": "us-east-1", "aws-us-gov": "us-gov-west-1", "aws-cn": "cn-north-1"}[partition]
	arn := func(service, rest string) string { return "arn:" + partition + ":" + service + ":" + rest }
	own := region + ":111122223333:"
	return Grounds{
		Partition: partition, Account: "111122223333", IdentityRegion: region, AssetRegions: []string{"", region[:3] + "west-2"},
		Store: "d-1234567890", StoreAccount: "444455556666",
		SignIn: []string{arn("iam", ":111122223333:role/QuickSight-*")},
		Queue:  arn("sqs", own+"events"), DeadLetters: arn("sqs", own+"dead"), Table: arn("dynamodb", own+"table/tenantry"),
		Function: arn("lambda", own+"function:passes"), Parameter: arn("ssm", own+"parameter/tenantry"),
		Object: arn("s3", "::config/tenantry.yaml"), Evidence: arn("s3", "::evidence/daily"),
		Logs:   []string{arn("logs", own+"log-group:/aws/lambda/passes")},
		Assume: []string{arn("iam", ":444455556666:role/reader")},
	}
}

type readStatement struct {
	Sid, Effect           string
	Action                []string
	Resource, NotResource arnList
	Condition             map[string]map[string][]string
}

type arnList []string

func (o *arnList) UnmarshalJSON(data []byte) error {
	if data[0] == '"' {
		*o = arnList{""}
		return json.Unmarshal(data, &(*o)[0])
	}
	return json.Unmarshal(data, (*[]string)(o))
}

// readController makes the policies of a purpose, and reads them again.
func readController(t *testing.T, p Purpose, g Grounds) ([]Named, []readStatement) {
	t.Helper()
	all, err := Controller(p, g)
	if err != nil {
		t.Fatal(err)
	}
	var statements []readStatement
	for _, d := range all {
		var in struct {
			Version   string
			Statement []readStatement
		}
		decoder := json.NewDecoder(strings.NewReader(d.Document))
		decoder.DisallowUnknownFields() // NotAction, NotPrincipal
		if err := decoder.Decode(&in); err != nil || in.Version != "2012-10-17" {
			t.Fatalf("%s: version %q, %v", d.Name, in.Version, err)
		}
		if _, err := Parse(d.Document); err != nil {
			t.Errorf("%s: %v", d.Name, err)
		}
		statements = append(statements, in.Statement...)
	}
	return all, statements
}

func eachController(t *testing.T, test func(t *testing.T, p Purpose, g Grounds)) {
	for _, partition := range []string{"aws", "aws-us-gov", "aws-cn"} {
		for _, p := range Purposes {
			t.Run(partition+"/"+string(p), func(t *testing.T) { test(t, p, fullGrounds(partition)) })
		}
	}
	t.Run("aws/deleting", func(t *testing.T) {
		g := fullGrounds("aws")
		g.DeleteNamespaces = true
		test(t, ForOperator, g)
	})
}

// takeNone are the actions that the service authorization reference confines to nothing.
var takeNone = strings.Fields(`quicksight:ListNamespaces quicksight:SearchFlows quicksight:ListDataSets quicksight:ListActionConnectors
	quicksight:ListDataSources quicksight:ListFlows quicksight:ListTopics quicksight:DescribeAccountCustomPermission
	quicksight:DescribeAccountSettings quicksight:DescribeRoleCustomPermission quicksight:DescribeSelfUpgradeConfiguration
	quicksight:ListCustomPermissions quicksight:ListAgents quicksight:ListSpaces iam:ListRoles iam:GetAccountAuthorizationDetails
	iam:GetAccountSummary sso:ListInstances cloudtrail:LookupEvents cloudtrail:DescribeTrails events:ListRules
	events:ListRuleNamesByTarget ds:CreateIdentityPoolDirectory ds:DescribeDirectories`)

// What is wrong with a policy at a glance: wildcards in actions, NotAction, * where less would do, another partition's ARNs,
// a statement that says what another says, a document that IAM would refuse.
func TestControllerIsNotWide(t *testing.T) {
	eachController(t, func(t *testing.T, p Purpose, g Grounds) {
		all, statements := readController(t, p, g)
		for _, d := range all {
			if n := len(strings.Join(strings.Fields(d.Document), "")); n > MaxManaged {
				t.Errorf("%s has %d characters", d.Name, n)
			}
		}
		sids := map[string]bool{}
		for _, s := range statements {
			if sids[s.Sid] || s.Sid == "" || strings.Trim(s.Sid, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz") != "" {
				t.Errorf("a statement is called %q", s.Sid)
			}
			sids[s.Sid] = true
			for _, a := range s.Action {
				if strings.ContainsAny(a, "*?") || s.Effect == "Allow" && slices.Contains(s.Resource, "*") && !slices.Contains(takeNone, a) {
					t.Errorf("%s is wide: %s on %v", s.Sid, a, s.Resource)
				}
			}
			if s.Effect == "Allow" && len(s.NotResource) > 0 {
				t.Errorf("%s allows all but something", s.Sid)
			}
			for operator, keys := range s.Condition {
				for key, values := range keys {
					if len(values) == 0 {
						t.Errorf("%s has %s of %s without a value", s.Sid, operator, key)
					}
				}
			}
			for _, arn := range slices.Concat(s.Resource, s.NotResource) {
				if arn != "*" && !strings.HasPrefix(arn, "arn:"+g.Partition+":") {
					t.Errorf("%s: %s is of another partition than %s", s.Sid, arn, g.Partition)
				}
			}
		}
	})
}

// controls asks whether the policies of a purpose allow something.
func controls(t *testing.T, documents []Named, action, resource, iamARN string) Answer {
	t.Helper()
	var g grants
	for _, d := range documents {
		parsed, err := Parse(d.Document)
		g.policies = append(g.policies, source{d.Name, "", parsed, err})
	}
	context := map[string][]string{"quicksight:iamarn": {iamARN}}
	answer, _ := g.decide(request{actions.read(action), asking(context).read(resource), context})
	return answer
}

// Nobody but a migration writes in default, and nobody deletes a namespace without having said so; RegisterUser is for
// sign-in roles alone.
func TestControllerDenies(t *testing.T) {
	const (
		qs     = "arn:aws:quicksight:us-east-1:111122223333:"
		signIn = "arn:aws:iam::111122223333:role/QuickSight-acme"
		other  = "arn:aws:iam::111122223333:role/Admin"
	)
	tests := []struct {
		action, resource, iamARN string
		who                      string // for whom it is allowed
	}{
		{"quicksight:RegisterUser", "user/acme/QuickSight-acme/ana", signIn, "serve migrate operator deleting"},
		{"quicksight:RegisterUser", "user/acme/Admin/ana", other, ""},
		{"quicksight:RegisterUser", "user/default/QuickSight-acme/ana", signIn, "migrate"},
		{"quicksight:RegisterUser", "user/default/Admin/ana", other, ""},
		{"quicksight:RegisterUser", "user/tenantry-probe-abcdefgh-a/QuickSight-acme/ana", signIn, "serve migrate operator deleting probe"},
		{"quicksight:RegisterUser", "user/tenantry-probe-abcdefgh-a/tenantry-probe-abcdefgh/ana", "arn:aws:iam::111122223333:role/tenantry-probe-abcdefgh", "probe"},
		{"quicksight:DeleteUser", "user/acme/QuickSight-acme/ana", "", "serve migrate operator deleting"},
		{"quicksight:DeleteUser", "user/default/QuickSight-acme/ana", "", "migrate"},
		{"quicksight:CreateGroupMembership", "group/default/g", "", "migrate"},
		{"quicksight:UpdateGroup", "group/acme/g", "", "operator deleting"},
		{"quicksight:CreateNamespace", "namespace/acme", "", "serve migrate operator deleting"},
		{"quicksight:CreateNamespace", "namespace/tenantry-probe-abcdefgh-a", "", "serve migrate operator deleting probe"},
		{"quicksight:DeleteNamespace", "namespace/acme", "", "deleting"},
		{"quicksight:DeleteNamespace", "namespace/default", "", ""},
		{"quicksight:DeleteNamespace", "namespace/tenantry-probe-abcdefgh-a", "", "deleting probe"},
		{"quicksight:UpdateDashboardPermissions", "dashboard/d", "", "serve migrate operator deleting"},
		{"iam:PutRolePolicy", "*", "", ""},
		{"quicksight:CreateReader", "*", "", ""},
	}
	purposes := map[string][]Named{}
	for _, p := range Purposes {
		purposes[string(p)], _ = readController(t, p, fullGrounds("aws"))
	}
	g := fullGrounds("aws")
	g.DeleteNamespaces = true
	purposes["deleting"], _ = readController(t, ForOperator, g)
	for _, tt := range tests {
		resource := tt.resource
		if resource != "*" {
			resource = qs + resource
		}
		for name, documents := range purposes {
			want := No
			if slices.Contains(strings.Fields(tt.who), name) {
				want = Yes
			}
			if got := controls(t, documents, tt.action, resource, tt.iamARN); got != want {
				t.Errorf("%s: %s on %s by %q: %s", name, tt.action, tt.resource, tt.iamARN, got)
			}
		}
	}
}

// What is denied is denied outright, whatever other policies a role has.
func TestControllerDeniesOutright(t *testing.T) {
	eachController(t, func(t *testing.T, p Purpose, g Grounds) {
		documents, _ := readController(t, p, g)
		documents = append(documents, Named{Document: says(everything)})
		users := "arn:" + g.Partition + ":quicksight:eu-west-1:111122223333:user/default/Admin/ana"
		if got := controls(t, documents, "quicksight:RegisterUser", users, ""); (got == No) == (p == ForMigrate) {
			t.Errorf("writing in default: %s", got)
		}
		namespace := "arn:" + g.Partition + ":quicksight:" + g.IdentityRegion + ":111122223333:namespace/"
		if got := controls(t, documents, "quicksight:DeleteNamespace", namespace+"acme", ""); (got == No) == g.DeleteNamespaces {
			t.Errorf("deleting a namespace: %s", got)
		}
		if got := controls(t, documents, "quicksight:DeleteNamespace", namespace+"default", ""); got != No {
			t.Errorf("deleting default: %s", got)
		}
	})
}

// Whatever a purpose may write about a user or a group anywhere, it may not in default, in whatever Region, whatever else it has.
func TestControllerDeniesAllWritesInDefault(t *testing.T) {
	eachController(t, func(t *testing.T, p Purpose, g Grounds) {
		documents, statements := readController(t, p, g)
		documents = append(documents, Named{Document: says(everything)})
		looked := 0
		for _, s := range statements {
			for _, action := range s.Action {
				_, call, _ := strings.Cut(action, ":")
				reads := slices.ContainsFunc([]string{"Describe", "Get", "List", "Search"}, func(verb string) bool { return strings.HasPrefix(call, verb) })
				if s.Effect != "Allow" || reads || p == ForMigrate {
					continue
				}
				for _, kind := range []string{"user", "group"} {
					if !slices.ContainsFunc(s.Resource, func(arn string) bool { return strings.Contains(arn, ":"+kind+"/") }) {
						continue
					}
					looked++
					for _, region := range []string{g.IdentityRegion, "eu-west-1"} {
						arn := "arn:" + g.Partition + ":quicksight:" + region + ":111122223333:" + kind + "/default/QuickSight-acme/ana"
						if got := controls(t, documents, action, arn, g.SignIn[0]); got != No {
							t.Errorf("%s on %s: %s", action, arn, got)
						}
					}
				}
			}
		}
		if looked == 0 && p != ForAudit && p != ForMigrate {
			t.Error("it writes nothing at all")
		}
	})
}

// What the grounds do not have is left out, and nothing is on it.
func TestControllerLeavesOut(t *testing.T) {
	g := Grounds{Partition: "aws", Account: "111122223333", IdentityRegion: "us-east-1", Store: "d-1234567890", SignIn: []string{"arn:aws:iam::111122223333:role/QuickSight"}}
	for _, p := range Purposes {
		_, statements := readController(t, p, g)
		for _, s := range statements {
			for _, a := range s.Action {
				if service, _, _ := strings.Cut(a, ":"); slices.Contains([]string{"sqs", "dynamodb", "lambda", "ssm", "s3", "logs"}, service) {
					t.Errorf("%s: %s allows %s on %v", p, s.Sid, a, s.Resource)
				}
			}
			for _, arn := range s.Resource {
				if arn == "" || strings.HasSuffix(arn, ":") {
					t.Errorf("%s: %s is on %q", p, s.Sid, arn)
				}
			}
		}
	}
}

// Without a sign-in role nobody is registered: no statement is about it. What IAM makes of a condition without values is nobody's
// to try.
func TestControllerNeedsSignIn(t *testing.T) {
	g := fullGrounds("aws")
	g.SignIn = nil
	for _, p := range Purposes {
		if p == ForAudit || p == ForProbe {
			continue
		}
		documents, statements := readController(t, p, g)
		for _, s := range statements {
			if s.Effect == "Allow" && slices.Contains(s.Action, "quicksight:RegisterUser") {
				t.Errorf("%s: %s registers people, by %v", p, s.Sid, s.Condition)
			}
		}
		if got := controls(t, documents, "quicksight:RegisterUser", "arn:aws:quicksight:us-east-1:111122223333:user/acme/x/y", "arn:aws:iam::111122223333:role/x"); got != No {
			t.Errorf("%s registers through any role: %s", p, got)
		}
	}
}

func TestControllerRefuses(t *testing.T) {
	if _, err := Controller("cleaning", fullGrounds("aws")); err == nil {
		t.Error("there is no such purpose")
	}
	g := fullGrounds("aws")
	for range 200 {
		g.Former = append(g.Former, "arn:aws:iam::111122223333:role/QuickSight-of-before")
	}
	_, err := Controller(ForMigrate, g)
	if hinted, ok := err.(interface{ Hint() string }); !ok || !strings.Contains(hinted.Hint(), "former_roles") {
		t.Errorf("a statement is longer than any policy: %v", err)
	}
}

// T10: directories may be deleted by who makes namespaces, of whom AWS wants it, and by nobody else; and only where namespaces are.
func TestDirectoriesAreForFounders(t *testing.T) {
	eachController(t, func(t *testing.T, p Purpose, g Grounds) {
		documents, statements := readController(t, p, g)
		founds := slices.ContainsFunc(statements, func(s readStatement) bool {
			return s.Effect == "Allow" && slices.Contains(s.Action, "quicksight:CreateNamespace")
		})
		for _, action := range []string{"ds:AuthorizeApplication", "ds:UnauthorizeApplication", "ds:DeleteDirectory"} {
			for _, region := range []string{g.IdentityRegion, "eu-west-1"} {
				directory := "arn:" + g.Partition + ":ds:" + region + ":111122223333:directory/d-1234567890"
				if got := controls(t, documents, action, directory, ""); (got == Yes) != (founds && region == g.IdentityRegion) {
					t.Errorf("%s in %s: %s, and it makes namespaces: %t", action, region, got, founds)
				}
			}
		}
		for _, action := range []string{"ds:CreateIdentityPoolDirectory", "ds:DescribeDirectories"} {
			if got := controls(t, documents, action, "*", ""); (got == Yes) != founds {
				t.Errorf("%s: %s, and it makes namespaces: %t", action, got, founds)
			}
		}
	})
}

// Whoever signs in on trial may still be registered under a role of before, and whether its door is shut is read there, too.
func TestProbeLooksAtFormerDoors(t *testing.T) {
	g := fullGrounds("aws")
	g.Former = []string{"arn:aws:iam::111122223333:role/Old"}
	documents, _ := readController(t, ForProbe, g)
	for _, action := range []string{"iam:GetRole", "iam:GetRolePolicy", "iam:ListAttachedRolePolicies", "iam:ListRolePolicies"} {
		for role, want := range map[string]Answer{"QuickSight-acme": Yes, "Old": Yes, "Admin": No} {
			if got := controls(t, documents, action, "arn:aws:iam::111122223333:role/"+role, ""); got != want {
				t.Errorf("%s of %s: %s, and should be %s", action, role, got, want)
			}
		}
	}
}
