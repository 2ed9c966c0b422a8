package access_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/access"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const (
	account = "111122223333"
	iam     = "arn:aws:iam::" + account + ":"
	qs      = "arn:aws:quicksight:us-east-1:" + account + ":"
	store   = "arn:aws:identitystore::" + account + ":identitystore/d-1234567890"
)

// begin makes a world with a role Person, in a path, that has these inline policies.
func begin(t *testing.T, policies ...string) *world.World {
	t.Helper()
	inline := map[string]string{}
	for i, p := range policies {
		inline[string(rune('a'+i))] = `{"Version":"2012-10-17","Statement":[` + p + `]}`
	}
	trust := func(principal string) string {
		return `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"` + principal + `"},"Action":"sts:AssumeRole"}]}`
	}
	seed := world.Seed{AccountID: account, IAM: world.IAMSeed{Roles: []world.Role{
		{Name: "Person", Path: "/people/", Policies: inline},
		{Name: "House", Path: "/bi/", Trust: trust(iam + "root")}, {Name: "Chain", Trust: trust(iam + "role/people/Person")},
	}}}
	seed.IdentityCenter.Users = []world.Person{{UserName: "ana", ID: "u-1"}}
	seed.IdentityCenter.Groups = []world.DirectoryGroupSeed{{DisplayName: "g", ID: "g-1", Members: []string{"ana"}, MembershipIDs: map[string]string{"ana": "m-1"}}}
	seed.QuickSight.Namespaces = []world.NamespaceSeed{{Name: "acme", Users: []world.UserSeed{{UserName: "quinn", PrincipalID: "p-1"}}}}
	w, err := world.New(seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// request is a call of an operation by a session of Person.
func request(w *world.World, operation, body string, path map[string]string) *wire.Request {
	service, name, _ := strings.Cut(operation, ":")
	r, _ := wire.NewRequest(httptest.NewRequest("POST", "/", strings.NewReader(body)))
	r.Service, r.Region, r.Path = service, "us-east-1", path
	r.Op = wire.Op{Name: name, Resource: "*"}
	if form, err := r.Form(); err == nil && form.Get("RoleArn") != "" {
		r.Op.Resource = form.Get("RoleArn")
	}
	role, _ := w.IAM.Roles.Get("Person")
	r.Caller = wire.Caller(w.OpenSession(role, "eve"))
	return r
}

// Resources are those of the service authorization reference.
func TestNeeds(t *testing.T) {
	w := begin(t)
	for _, tt := range []struct {
		operation, body string
		path            map[string]string
		want            string
	}{
		{"quicksight:RegisterUser", `{"IamArn": "` + iam + `role/a/QuickSight", "SessionName": "eve"}`, map[string]string{"Namespace": "acme"}, qs + "user/acme/QuickSight/eve"},
		{"quicksight:RegisterUser", `{"UserName": "quinn"}`, map[string]string{"Namespace": "acme"}, qs + "user/acme/quinn"},
		{"quicksight:UpdateUser", ``, map[string]string{"Namespace": "acme", "UserName": "QuickSight/ana"}, qs + "user/acme/QuickSight/ana"},
		{"quicksight:DeleteUserByPrincipalId", ``, map[string]string{"Namespace": "acme", "PrincipalId": "p-1"}, qs + "user/acme/quinn"},
		{"quicksight:DeleteUserByPrincipalId", ``, map[string]string{"Namespace": "none", "PrincipalId": "p-1"}, qs + "user/none/*"},
		{"quicksight:ListUsers", ``, map[string]string{"Namespace": "acme"}, qs + "user/acme/*"},
		{"quicksight:CreateGroup", `{"GroupName": "g"}`, map[string]string{"Namespace": "acme"}, qs + "group/acme/g"},
		{"quicksight:CreateGroupMembership", ``, map[string]string{"Namespace": "acme", "GroupName": "g", "MemberName": "x"}, qs + "group/acme/g"},
		{"quicksight:CreateNamespace", `{"Namespace": "n"}`, nil, qs + "namespace/n"},
		{"quicksight:ListNamespaces", ``, nil, "*"},
		{"quicksight:UpdateDashboardPermissions", ``, map[string]string{"DashboardId": "d"}, qs + "dashboard/d"},
		{"quicksight:ListDashboards", ``, nil, qs + "dashboard/*"},
		{"quicksight:ListDataSets", ``, nil, "*"},
		{"quicksight:CreateDataSet", `{"PhysicalTableMap": {"t": {"RelationalTable": {"DataSourceArn": "` + qs + `datasource/s"}}}}`, nil, qs + "datasource/s"},
		{"quicksight:CreateDataSet", `{}`, nil, qs + "datasource/*"},
		{"quicksight:CreateFolderMembership", ``, map[string]string{"FolderId": "f", "MemberType": "DATASET", "MemberId": "s"}, qs + "folder/f " + qs + "dataset/s"},
		{"quicksight:TagResource", ``, map[string]string{"ResourceArn": qs + "namespace/n"}, qs + "namespace/n"},
		{"quicksight:CreateCustomPermissions", `{"CustomPermissionsName": "p"}`, nil, qs + "custompermissions/p"},
		{"quicksight:DescribeAccountSubscription", ``, map[string]string{"AwsAccountId": account}, qs + "account/" + account},
		{"quicksight:GenerateEmbedUrlForRegisteredUser", `{"UserArn": "` + qs + `user/globex/x"}`, nil, qs + "user/globex/x"},
		{"quicksight:GenerateEmbedUrlForAnonymousUser", `{"Namespace": "n", "AuthorizedResourceArns": ["` + qs + `dashboard/d"]}`, nil, qs + "namespace/n " + qs + "dashboard/d"},
		{"quicksight:GetDashboardEmbedUrl", ``, map[string]string{"DashboardId": "d"}, qs + "dashboard/d"},
		{"iam:GetRole", url.Values{"RoleName": {"House"}}.Encode(), nil, iam + "role/bi/House"},
		{"iam:CreateRole", url.Values{"RoleName": {"New"}, "Path": {"/x/"}}.Encode(), nil, iam + "role/x/New"},
		{"iam:AttachRolePolicy", url.Values{"RoleName": {"Chain"}, "PolicyArn": {iam + "policy/p"}}.Encode(), nil, iam + "role/Chain"},
		{"iam:CreatePolicy", url.Values{"PolicyName": {"p"}}.Encode(), nil, iam + "policy/p"},
		{"iam:SimulatePrincipalPolicy", url.Values{"PolicySourceArn": {iam + "role/Chain"}}.Encode(), nil, iam + "role/Chain"},
		{"sts:AssumeRole", url.Values{"RoleArn": {iam + "role/bi/House"}}.Encode(), nil, iam + "role/bi/House"},
		{"identitystore:DescribeUser", `{"UserId": "u-1"}`, nil, store + " arn:aws:identitystore:::user/u-1"},
		{"identitystore:CreateGroupMembership", `{"GroupId": "g-1", "MemberId": {"UserId": "u-1"}}`, nil, store + " arn:aws:identitystore:::group/g-1 arn:aws:identitystore:::user/u-1"},
		{"identitystore:DeleteGroupMembership", `{"MembershipId": "m-1"}`, nil,
			store + " arn:aws:identitystore:::group/g-1 arn:aws:identitystore:::membership/m-1 arn:aws:identitystore:::user/u-1"},
		{"identitystore:ListUsers", `{}`, nil, store + " arn:aws:identitystore:::user/*"},
		{"sso:ListAccountAssignments", `{"AccountId": "` + account + `", "PermissionSetArn": "arn:aws:sso:::permissionSet/ssoins-1/ps-1"}`, nil,
			"arn:aws:sso:::account/" + account + " " + w.SSO.InstanceARN + " arn:aws:sso:::permissionSet/ssoins-1/ps-1"},
		{"sso:CreatePermissionSet", `{}`, nil, w.SSO.InstanceARN + " " + strings.Replace(w.SSO.InstanceARN, "instance", "permissionSet", 1) + "/*"},
	} {
		need, ok := access.NeedOf(w, request(w, tt.operation, tt.body, tt.path))
		if got := strings.Join(need.Resources, " "); !ok || need.Action != tt.operation || got != tt.want {
			t.Errorf("%s %s %v: %s on\n%s, want\n%s", tt.operation, tt.body, tt.path, need.Action, got, tt.want)
		}
	}
}

func TestRefusal(t *testing.T) {
	const (
		register = "quicksight:RegisterUser"
		body     = `{"IamArn": "` + iam + `role/people/Person", "SessionName": "eve"}`
		who      = "User: arn:aws:sts::" + account + ":assumed-role/Person/eve is not authorized to perform: "
		implicit = who + register + " on resource: " + qs + "user/acme/Person/eve because no identity-based policy allows the quicksight:RegisterUser action"
		explicit = who + register + " on resource: " + qs + "user/acme/Person/eve with an explicit deny in an identity-based policy"
		all      = `{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}`
	)
	form := func(name, value string) string { return url.Values{name: {value}}.Encode() }
	for name, tt := range map[string]struct {
		policies        []string
		operation, body string
		want            string
	}{
		"another's namespace, with everything": {[]string{all}, register, body, ""},
		"nothing is allowed":                   {[]string{`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`}, register, body, implicit},
		"a deny wins":                          {[]string{all, `{"Effect":"Deny","Action":"quicksight:Register*","Resource":"*"}`}, register, body, explicit},
		"one's own namespace only":             {[]string{`{"Effect":"Allow","Action":"*","Resource":"` + qs + `user/globex/*"}`}, register, body, implicit},
		"oneself":                              {[]string{`{"Effect":"Allow","Action":"*","Resource":"` + qs + `user/*","Condition":{"StringEquals":{"quicksight:SessionName":"eve"}}}`}, register, body, ""},
		"another":                              {[]string{`{"Effect":"Allow","Action":"*","Resource":"` + qs + `user/*","Condition":{"StringEquals":{"quicksight:SessionName":"ana"}}}`}, register, body, implicit},
		"a policy that is broken":              {[]string{`{"Effect":"Allow"}`}, register, body, implicit},
		"a role without policies":              {nil, register, body, ""},
		"who one is":                           {[]string{`{"Effect":"Deny","Action":"*","Resource":"*"}`}, "sts:GetCallerIdentity", "", ""},
		"a batch is its messages":              {[]string{`{"Effect":"Allow","Action":"sqs:SendMessage","Resource":"*"}`}, "sqs:SendMessageBatch", "{}", ""},
		"the store is not all": {[]string{`{"Effect":"Allow","Action":"*","Resource":"` + store + `"}`}, "identitystore:DescribeUser", `{"UserId":"u-1"}`,
			who + "identitystore:DescribeUser on resource: arn:aws:identitystore:::user/u-1 because no identity-based policy allows the identitystore:DescribeUser action"},
		"the account is trusted": {[]string{all}, "sts:AssumeRole", form("RoleArn", iam+"role/bi/House"),
			who + "sts:AssumeRole on resource: " + iam + "role/bi/House because no identity-based policy allows the sts:AssumeRole action"},
		"the account is trusted, and the role may": {[]string{`{"Effect":"Allow","Action":"sts:*","Resource":"*"}`}, "sts:AssumeRole", form("RoleArn", iam+"role/bi/House"), ""},
		"the role itself is trusted":               {[]string{all}, "sts:AssumeRole", form("RoleArn", iam+"role/Chain"), ""},
		"trusted, and denied": {[]string{`{"Effect":"Deny","Action":"*","Resource":"*"}`}, "sts:AssumeRole", form("RoleArn", iam+"role/Chain"),
			who + "sts:AssumeRole on resource: " + iam + "role/Chain with an explicit deny in an identity-based policy"},
	} {
		t.Run(name, func(t *testing.T) {
			w := begin(t, tt.policies...)
			r := request(w, tt.operation, tt.body, map[string]string{"Namespace": "acme"})
			if got := access.Refusal(w, r); got != tt.want {
				t.Errorf("refused: %q\nwant %q", got, tt.want)
			}
		})
	}
}

// A permissions boundary allows nothing by itself, and what it does not allow is refused whatever the policies say.
func TestBoundary(t *testing.T) {
	const (
		all    = `{"Effect":"Allow","Action":"*","Resource":"*"}`
		user   = `{"Effect":"Allow","Action":"quicksight:DescribeUser","Resource":"*"}`
		doing  = "User: arn:aws:sts::" + account + ":assumed-role/Person/eve is not authorized to perform: quicksight:DescribeUser on resource: " + qs + "user/acme/quinn "
		nobody = doing + "because no permissions boundary allows the quicksight:DescribeUser action"
	)
	for name, tt := range map[string]struct{ policy, boundary, want string }{
		"allowed by both":       {all, user, ""},
		"by the boundary only":  {`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`, user, doing + "because no identity-based policy allows the quicksight:DescribeUser action"},
		"not by the boundary":   {all, `{"Effect":"Allow","Action":"quicksight:List*","Resource":"*"}`, nobody},
		"denied by it":          {all, all + `,{"Effect":"Deny","Action":"quicksight:*","Resource":"*"}`, doing + "with an explicit deny in a permissions boundary"},
		"one that is not there": {all, "", nobody},
	} {
		w := begin(t, tt.policy)
		role, _ := w.IAM.Roles.Get("Person")
		role.Boundary = iam + "policy/fence"
		w.IAM.Roles.Put(role.Name, role)
		if tt.boundary != "" {
			w.IAM.Policies.Put("fence", world.Policy{Name: "fence", ARN: role.Boundary, Document: `{"Version":"2012-10-17","Statement":[` + tt.boundary + `]}`})
		}
		r := request(w, "quicksight:DescribeUser", "", map[string]string{"Namespace": "acme", "UserName": "quinn"})
		if got := access.Refusal(w, r); got != tt.want {
			t.Errorf("%s: refused %q, want %q", name, got, tt.want)
		}
	}
}

// Whose key was not given out by the simulator is not judged; whose role is gone may do nothing.
func TestWhoIsJudged(t *testing.T) {
	w := begin(t, `{"Effect":"Deny","Action":"*","Resource":"*"}`)
	r := request(w, "quicksight:ListNamespaces", "", nil)
	session := r.Caller
	r.Caller.AccessKey = "AKIASIMULATED0000001"
	if got := access.Refusal(w, r); got != "" {
		t.Errorf("a key of one's own: %s", got)
	}
	r.Caller = session
	w.IAM.Roles.Delete("Person")
	if got := access.Refusal(w, r); !strings.Contains(got, "because no identity-based policy allows") {
		t.Errorf("a role that is gone: %q", got)
	}
	w = begin(t)
	r = request(w, "quicksight:ListNamespaces", "", nil)
	if err := w.Change(func(b *world.Behaviour) { b.JudgeBareRoles = true }); err != nil {
		t.Fatal(err)
	}
	if got := access.Refusal(w, r); got == "" {
		t.Error("a role without policies may do everything, though it is judged")
	}
	if _, known := w.Caller("ASIASIMULATEDNOBODY1"); known {
		t.Error("a session that nobody opened is somebody's")
	}
}

// A boundary takes away, and gives nothing.
func TestBoundaries(t *testing.T) {
	for document, want := range map[string]string{
		`{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}`: "",
		`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`:         "because no permissions boundary allows the quicksight:ListNamespaces action",
		`{"Effect":"Deny","Action":"*","Resource":"*"}`:             "with an explicit deny in a permissions boundary",
	} {
		w := begin(t, `{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}`)
		role, _ := w.IAM.Roles.Get("Person")
		role.Boundary = iam + "policy/b"
		w.IAM.Roles.Put("Person", role)
		w.IAM.Policies.Put("b", world.Policy{Name: "b", ARN: role.Boundary, Document: `{"Statement":[` + document + `]}`})
		if got := access.Refusal(w, request(w, "quicksight:ListNamespaces", "", nil)); !strings.HasSuffix(got, want) || (got == "") != (want == "") {
			t.Errorf("%s: %q", document, got)
		}
		if got := access.Refusal(w, request(w, "sts:AssumeRole", url.Values{"RoleArn": {iam + "role/Chain"}}.Encode(), nil)); got == "" {
			t.Errorf("%s: whom a trust names is not bounded", document)
		}
	}
}

// A dump has the sessions: whoever has keys has them still when the world goes on.
func TestSessionsAreDumped(t *testing.T) {
	w := begin(t)
	key := request(w, "quicksight:ListNamespaces", "", nil).Caller.AccessKey
	text, err := w.Dump()
	if err != nil {
		t.Fatal(err)
	}
	var seed world.Seed
	if err := json.Unmarshal(text, &seed); err != nil {
		t.Fatal(err)
	}
	again, err := world.New(seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	if r, ok := again.SessionRole(key); !ok || r.Name != "Person" {
		t.Errorf("the session of %q, %v", r.Name, ok)
	}
	if text2, _ := again.Dump(); string(text2) != string(text) {
		t.Errorf("dumped again:\n%s\nwant\n%s", text2, text)
	}
}
