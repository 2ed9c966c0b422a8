package identitystore

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/roomtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

const (
	store = "d-1234567890"
	ana   = "0a000000-0000-4000-8000-000000000001"
	bob   = "0b000000-0000-4000-8000-000000000002"
	acme  = "1a000000-0000-4000-8000-000000000001"
	none  = "ffffffff-0000-4000-8000-000000000000"
)

const people = `{"account_id":"111122223333","identity_center":{
 "users":[{"id":"` + ana + `","user_name":"ana","email":"ana@acme.example","given_name":"Ana","family_name":"A","display_name":"Ana A",
           "external_ids":[{"issuer":"okta","id":"00u1"}]},
          {"id":"` + bob + `","user_name":"bob","email":"bob@acme.example","given_name":"Bob","family_name":"B"}],
 "groups":[{"id":"` + acme + `","display_name":"qs:acme","members":["ana"]}]}}`

// call fills the store's id in and calls an operation.
func call(r *roomtest.Room, operation, body string) (int, map[string]any) {
	r.T.Helper()
	body = strings.Replace(body, "{", `{"IdentityStoreId":"`+store+`",`, 1)
	return r.Target("AWSIdentityStore."+operation, strings.Replace(body, ",}", "}", 1))
}

// must calls an operation that has to succeed.
func must(r *roomtest.Room, operation, body string) map[string]any {
	r.T.Helper()
	status, answer := call(r, operation, body)
	if status != 200 {
		r.T.Fatalf("%s %s answers %d %v", operation, body, status, answer)
	}
	return answer
}

func TestRefusals(t *testing.T) {
	newUser := func(more string) string {
		return `{"UserName":"cleo","DisplayName":"Cleo","Name":{"GivenName":"C","FamilyName":"C"}` + more + `}`
	}
	tests := []struct {
		name, operation, body string
		code, message         string
		member, value         string
	}{
		{"user name taken in another case", "CreateUser", strings.Replace(newUser(""), "cleo", "ANA", 1), "ConflictException", "Duplicate UserName", "Reason", "UNIQUENESS_CONSTRAINT_VIOLATION"},
		{"e-mail taken", "CreateUser", newUser(`,"Emails":[{"Value":"ana@acme.example"}]`), "ConflictException", "Duplicate Email", "Reason", "UNIQUENESS_CONSTRAINT_VIOLATION"},
		{"reserved name", "CreateUser", strings.Replace(newUser(""), "cleo", "Administrator", 1), "ValidationException", "Administrator is a reserved name and can not be used", "", ""},
		{"no name", "CreateUser", `{"UserName":"cleo","DisplayName":"Cleo"}`, "ValidationException",
			"1 validation error detected: Value null at 'name' failed to satisfy constraint: Member must not be null", "", ""},
		{"two e-mails", "CreateUser", newUser(`,"Emails":[{"Value":"a@x"},{"Value":"b@x"}]`), "ValidationException",
			"1 validation error detected: Value at 'emails' failed to satisfy constraint: Member must have length less than or equal to 1", "", ""},
		{"a space in a user name", "CreateUser", strings.Replace(newUser(""), "cleo", "cle o", 1), "ValidationException",
			`1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\p{L}\p{M}\p{S}\p{N}\p{P}]+`, "", ""},
		{"129 characters", "CreateUser", strings.Replace(newUser(""), "cleo", strings.Repeat("é", 129), 1), "ValidationException",
			"1 validation error detected: Value at 'userName' failed to satisfy constraint: Member must have length less than or equal to 128", "", ""},
		{"an unknown extension", "CreateUser", newUser(`,"Extensions":{"aws:identitystore:other":{}}`), "ValidationException",
			"1 validation error detected: Value 'aws:identitystore:other' at 'extensions.key' failed to satisfy constraint: Member must satisfy enum value set: [aws:identitystore:enterprise]", "", ""},
		{"a photo without a value", "CreateUser", newUser(`,"Photos":[{"Type":"x"}]`), "ValidationException",
			"1 validation error detected: Value null at 'photos.1.member.value' failed to satisfy constraint: Member must not be null", "", ""},
		{"a name that is a number", "CreateUser", strings.Replace(newUser(""), `"cleo"`, "7", 1), "SerializationException", "userName has the wrong type", "", ""},
		{"unknown user", "DescribeUser", `{"UserId":"` + none + `"}`, "ResourceNotFoundException", "USER not found.", "ResourceType", "USER"},
		{"an empty id", "DescribeUser", `{"UserId":""}`, "ValidationException",
			"2 validation errors detected: Value '' at 'userId' failed to satisfy constraint: Member must satisfy regular expression pattern: ([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}; " +
				"Value '' at 'userId' failed to satisfy constraint: Member must have length greater than or equal to 1", "", ""},
		{"delete of an unknown user", "DeleteUser", `{"UserId":"` + none + `"}`, "ResourceNotFoundException", "USER not found.", "ResourceId", none},
		{"group name taken", "CreateGroup", `{"DisplayName":"qs:acme"}`, "ConflictException", "Duplicate GroupDisplayName", "Reason", "UNIQUENESS_CONSTRAINT_VIOLATION"},
		{"group without a name", "CreateGroup", `{"Description":"x"}`, "ValidationException",
			"1 validation error detected: Value null at 'displayName' failed to satisfy constraint: Member must not be null", "", ""},
		{"unknown group", "DeleteGroup", `{"GroupId":"` + none + `"}`, "ResourceNotFoundException", "GROUP not found.", "ResourceType", "GROUP"},
		{"membership there already", "CreateGroupMembership", `{"GroupId":"` + acme + `","MemberId":{"UserId":"` + ana + `"}}`, "ConflictException",
			"Member and Group relationship already exists.", "Reason", "UNIQUENESS_CONSTRAINT_VIOLATION"},
		{"a ghost as a member", "CreateGroupMembership", `{"GroupId":"` + acme + `","MemberId":{"UserId":"` + none + `"}}`, "ResourceNotFoundException", "USER not found.", "ResourceType", "USER"},
		{"a member of no group", "CreateGroupMembership", `{"GroupId":"` + none + `","MemberId":{"UserId":"` + ana + `"}}`, "ResourceNotFoundException", "GROUP not found.", "ResourceType", "GROUP"},
		{"no membership between them", "GetGroupMembershipId", `{"GroupId":"` + acme + `","MemberId":{"UserId":"` + bob + `"}}`, "ResourceNotFoundException", "MEMBERSHIP not found.", "ResourceType", "GROUP_MEMBERSHIP"},
		{"unknown membership", "DeleteGroupMembership", `{"MembershipId":"` + none + `"}`, "ResourceNotFoundException", "MEMBERSHIP not found.", "ResourceType", "GROUP_MEMBERSHIP"},
		{"no members asked about", "IsMemberInGroups", `{"MemberId":{"UserId":"` + ana + `"},"GroupIds":[]}`, "ValidationException",
			"1 validation error detected: Value at 'groupIds' failed to satisfy constraint: Member must have length greater than or equal to 1", "", ""},
		{"a page of 101", "ListUsers", `{"MaxResults":101}`, "ValidationException",
			"1 validation error detected: Value '101' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 100", "", ""},
		{"a page of none", "ListGroups", `{"MaxResults":0}`, "ValidationException",
			"1 validation error detected: Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1", "", ""},
		{"a token of no list", "ListUsers", `{"NextToken":"abcd"}`, "ValidationException", "The token is invalid.", "", ""},
		{"a filter on another attribute", "ListUsers", `{"Filters":[{"AttributePath":"Title","AttributeValue":"x"}]}`, "ValidationException",
			"The attribute path Title can not be filtered on.", "", ""},
		{"members of an unknown group", "ListGroupMemberships", `{"GroupId":"` + none + `"}`, "ResourceNotFoundException", "GROUP not found.", "ResourceType", "GROUP"},
		{"groups of an unknown user", "ListGroupMembershipsForMember", `{"MemberId":{"UserId":"` + none + `"}}`, "ResourceNotFoundException", "USER not found.", "ResourceType", "USER"},
		{"no such name", "GetUserId", `{"AlternateIdentifier":{"UniqueAttribute":{"AttributePath":"userName","AttributeValue":"nobody"}}}`, "ResourceNotFoundException", "USER not found.", "ResourceType", "USER"},
		{"an attribute that is not unique", "GetUserId", `{"AlternateIdentifier":{"UniqueAttribute":{"AttributePath":"title","AttributeValue":"x"}}}`, "ValidationException",
			"The attribute path title does not identify anything.", "", ""},
		{"both alternatives", "GetGroupId", `{"AlternateIdentifier":{"UniqueAttribute":{"AttributePath":"displayName","AttributeValue":"x"},"ExternalId":{"Issuer":"i","Id":"x"}}}`, "ValidationException",
			"AlternateIdentifier must have exactly one of ExternalId and UniqueAttribute.", "", ""},
		{"a status can not be written", "UpdateUser", `{"UserId":"` + ana + `","Operations":[{"AttributePath":"userStatus","AttributeValue":"DISABLED"}]}`, "ValidationException",
			"unknown attribute path element: userStatus", "", ""},
		{"a user name can not be removed", "UpdateUser", `{"UserId":"` + ana + `","Operations":[{"AttributePath":"userName","AttributeValue":null}]}`, "ValidationException",
			"1 validation error detected: Value null at 'userName' failed to satisfy constraint: Member must not be null", "", ""},
		{"a rename to a name that is taken", "UpdateUser", `{"UserId":"` + ana + `","Operations":[{"AttributePath":"userName","AttributeValue":"Bob"}]}`, "ConflictException", "Duplicate UserName", "", ""},
		{"no operations", "UpdateGroup", `{"GroupId":"` + acme + `","Operations":[]}`, "ValidationException",
			"1 validation error detected: Value at 'operations' failed to satisfy constraint: Member must have length greater than or equal to 1", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := roomtest.New(t, people, New)
			status, answer := call(r, tt.operation, tt.body)
			if status != 400 || answer["__type"] != tt.code || answer["Message"] != tt.message {
				t.Errorf("answers %d %v\nwant 400 %s: %s", status, answer, tt.code, tt.message)
			}
			if tt.member != "" && answer[tt.member] != tt.value {
				t.Errorf("%s is %v, want %s", tt.member, answer[tt.member], tt.value)
			}
			if id, _ := answer["RequestId"].(string); len(id) != 36 {
				t.Errorf("RequestId %q is not a UUID", id)
			}
		})
	}
}

func TestStoreRegionAndAccount(t *testing.T) {
	list := "AWSIdentityStore.ListUsers"
	r := roomtest.New(t, people, New)
	if status, a := r.Target(list, `{"IdentityStoreId":"d-0000000000"}`); status != 400 || a["ResourceType"] != "IDENTITY_STORE" ||
		a["Message"] != "IdentityStore not present for IdentityStoreId: d-0000000000" {
		t.Errorf("another store answers %d %v", status, a)
	}
	if _, a := r.Target(list, `{"IdentityStoreId":"1234567890"}`); a["__type"] != "ValidationException" {
		t.Errorf("a malformed store id answers %v", a)
	}
	if _, a := r.Target(list, `{}`); a["Message"] != "1 validation error detected: Value null at 'identityStoreId' failed to satisfy constraint: Member must not be null" {
		t.Errorf("no store id answers %v", a)
	}
	r.Region = "eu-west-1"
	if _, a := call(r, "ListUsers", `{}`); a["ResourceType"] != "IDENTITY_STORE" {
		t.Errorf("another Region answers %v", a)
	}
	member := strings.Replace(people, `"identity_center":{`, `"identity_center":{"owner_account_id":"999900001111",`, 1)
	r = roomtest.New(t, member, New)
	must(r, "ListUsers", `{}`)
	if _, a := call(r, "DeleteUser", `{"UserId":"`+ana+`"}`); a["__type"] != "AccessDeniedException" {
		t.Errorf("a member account may write: %v", a)
	}
}

func TestUserLife(t *testing.T) {
	r := roomtest.New(t, `{"account_id":"111122223333"}`, New)
	created := must(r, "CreateUser", `{"UserName":"Łucja@acme.example","DisplayName":"Łucja","Name":{"GivenName":"Łucja","FamilyName":"Nowak","MiddleName":"M"},
		"Emails":[{"Value":"lucja@acme.example","Type":"work","Primary":true}],"Locale":"pl","Photos":[{"Value":"a"},{"Value":"b"}],
		"Extensions":{"aws:identitystore:enterprise":{"department":"BI"}},"Unknown":1}`)
	id := created["UserId"].(string)
	user := func(more string) map[string]any { return must(r, "DescribeUser", `{"UserId":"`+id+`"`+more+`}`) }

	u := user("")
	if u["UserName"] != "Łucja@acme.example" || u["UserStatus"] != "ENABLED" || u["Extensions"] != nil || u["Unknown"] != nil || u["Locale"] != "pl" {
		t.Errorf("described as %v", u)
	}
	sayJSON(t, u["Name"], `{"FamilyName":"Nowak","GivenName":"Łucja","MiddleName":"M"}`)
	sayJSON(t, u["Emails"], `[{"Primary":true,"Type":"work","Value":"lucja@acme.example"}]`)
	if at, ok := u["CreatedAt"].(float64); !ok || time.Since(time.UnixMilli(int64(at*1000))) > time.Minute {
		t.Errorf("CreatedAt is %v, want seconds since 1970", u["CreatedAt"])
	}
	sayJSON(t, user(`,"Extensions":["aws:identitystore:enterprise"]`)["Extensions"], `{"aws:identitystore:enterprise":{"department":"BI"}}`)

	must(r, "UpdateUser", `{"UserId":"`+id+`","Operations":[
		{"AttributePath":"userName","AttributeValue":"lucja"},{"AttributePath":"name.familyName","AttributeValue":"Kowalska"},
		{"AttributePath":"emails","AttributeValue":[{"value":"lk@acme.example","primary":true}]},{"AttributePath":"locale","AttributeValue":null},
		{"AttributePath":"NickName","AttributeValue":"Lu"},{"AttributePath":"aws:identitystore:enterprise.department","AttributeValue":"HR"}]}`)
	u = user(`,"Extensions":["aws:identitystore:enterprise"]`)
	if u["UserId"] != id || u["UserName"] != "lucja" || u["Locale"] != nil || u["NickName"] != "Lu" {
		t.Errorf("after the update %v", u)
	}
	sayJSON(t, u["Name"], `{"FamilyName":"Kowalska","GivenName":"Łucja","MiddleName":"M"}`)
	sayJSON(t, u["Emails"], `[{"Primary":true,"Value":"lk@acme.example"}]`)
	sayJSON(t, u["Extensions"], `{"aws:identitystore:enterprise":{"department":"HR"}}`)

	// The names that were given up are free, and only they.
	must(r, "CreateUser", `{"UserName":"łucja@ACME.example","DisplayName":"Other","Name":{"GivenName":"O"},"Emails":[{"Value":"lucja@acme.example"}]}`)
	must(r, "UpdateUser", `{"UserId":"`+id+`","Operations":[{"AttributePath":"emails"},{"AttributePath":"userName","AttributeValue":"LUCJA"}]}`)
	if u = user(""); u["Emails"] != nil || u["UserName"] != "LUCJA" {
		t.Errorf("without an e-mail %v", u)
	}
	must(r, "DeleteUser", `{"UserId":"`+id+`"}`)
	if status, _ := call(r, "DescribeUser", `{"UserId":"`+id+`"}`); status != 400 {
		t.Error("a deleted user is still there")
	}
}

// sayJSON compares an answer with JSON text whose members are sorted.
func sayJSON(t *testing.T, got any, want string) {
	t.Helper()
	if b, err := json.Marshal(got); err != nil || string(b) != want {
		t.Errorf("got %s, want %s", b, want)
	}
}

func jsonOf(t *testing.T, value any) string {
	t.Helper()
	b, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestUpdateIsWholeOrNot(t *testing.T) {
	r := roomtest.New(t, people, New)
	call(r, "UpdateUser", `{"UserId":"`+ana+`","Operations":[{"AttributePath":"title","AttributeValue":"Boss"},{"AttributePath":"nonsense","AttributeValue":"x"}]}`)
	if u := must(r, "DescribeUser", `{"UserId":"`+ana+`"}`); u["Title"] != nil {
		t.Errorf("a refused update left the title %v", u["Title"])
	}
}

func TestStatusIsNotTheAPIs(t *testing.T) {
	r := roomtest.New(t, people, New)
	must(r, "CreateUser", `{"UserName":"dora","DisplayName":"D","Name":{"GivenName":"D"},"UserStatus":"DISABLED"}`)
	if u := must(r, "ListUsers", `{"Filters":[{"AttributePath":"UserName","AttributeValue":"dora"}]}`)["Users"].([]any)[0].(map[string]any); u["UserStatus"] != "ENABLED" {
		t.Errorf("CreateUser took a status: %v", u)
	}
	if err := r.World.SetUserStatus("ana", world.PersonDisabled); err != nil {
		t.Fatal(err)
	}
	if u := must(r, "DescribeUser", `{"UserId":"`+ana+`"}`); u["UserStatus"] != "DISABLED" {
		t.Errorf("disabled user shows %v", u["UserStatus"])
	}
	b := world.DefaultBehaviour()
	b.OmitUserStatus = true
	if err := r.World.SetBehaviour(b); err != nil {
		t.Fatal(err)
	}
	if u := must(r, "DescribeUser", `{"UserId":"`+ana+`"}`); u["UserStatus"] != nil {
		t.Errorf("a store that knows no status shows %v", u["UserStatus"])
	}
}

func TestGroupLife(t *testing.T) {
	r := roomtest.New(t, people, New)
	id := must(r, "CreateGroup", `{"DisplayName":"qs:globex","Description":"d"}`)["GroupId"].(string)
	must(r, "UpdateGroup", `{"GroupId":"`+id+`","Operations":[{"AttributePath":"displayName","AttributeValue":"qs:initech"},{"AttributePath":"description","AttributeValue":null}]}`)
	if g := must(r, "DescribeGroup", `{"GroupId":"`+id+`"}`); g["GroupId"] != id || g["DisplayName"] != "qs:initech" || g["Description"] != nil {
		t.Errorf("renamed group %v", g)
	}
	if got := must(r, "GetGroupId", `{"AlternateIdentifier":{"UniqueAttribute":{"AttributePath":"displayName","AttributeValue":"qs:initech"}}}`)["GroupId"]; got != id {
		t.Errorf("found by name %v, want %s", got, id)
	}
	must(r, "CreateGroup", `{"DisplayName":"qs:globex"}`) // the old name is free
	if _, a := call(r, "UpdateGroup", `{"GroupId":"`+id+`","Operations":[{"AttributePath":"displayName","AttributeValue":"qs:acme"}]}`); a["__type"] != "ConflictException" {
		t.Errorf("a rename to a taken name answers %v", a)
	}
}

func TestLookups(t *testing.T) {
	r := roomtest.New(t, people, New)
	for _, alt := range []string{
		`{"UniqueAttribute":{"AttributePath":"userName","AttributeValue":"ana"}}`,
		`{"UniqueAttribute":{"AttributePath":"UserName","AttributeValue":"ANA"}}`,
		`{"UniqueAttribute":{"AttributePath":"emails.value","AttributeValue":"ana@acme.example"}}`,
		`{"ExternalId":{"Issuer":"okta","Id":"00u1"}}`,
	} {
		if got := must(r, "GetUserId", `{"AlternateIdentifier":`+alt+`}`)["UserId"]; got != ana {
			t.Errorf("%s finds %v", alt, got)
		}
	}
}

func TestMemberships(t *testing.T) {
	r := roomtest.New(t, people, New)
	pair := `{"GroupId":"` + acme + `","MemberId":{"UserId":"` + bob + `"}}`
	id := must(r, "CreateGroupMembership", pair)["MembershipId"].(string)
	if got := must(r, "GetGroupMembershipId", pair)["MembershipId"]; got != id {
		t.Errorf("found as %v, want %s", got, id)
	}
	m := must(r, "DescribeGroupMembership", `{"MembershipId":"`+id+`"}`)
	if m["GroupId"] != acme || m["CreatedAt"] == nil {
		t.Errorf("described as %v", m)
	}
	sayJSON(t, m["MemberId"], `{"UserId":"`+bob+`"}`)
	sayJSON(t, must(r, "IsMemberInGroups", `{"MemberId":{"UserId":"`+bob+`"},"GroupIds":["`+none+`","`+acme+`"]}`)["Results"],
		`[{"GroupId":"`+none+`","MemberId":{"UserId":"`+bob+`"},"MembershipExists":false},{"GroupId":"`+acme+`","MemberId":{"UserId":"`+bob+`"},"MembershipExists":true}]`)

	must(r, "DeleteGroupMembership", `{"MembershipId":"`+id+`"}`)
	must(r, "CreateGroupMembership", pair)
	must(r, "DeleteUser", `{"UserId":"`+bob+`"}`)
	if got := must(r, "ListGroupMemberships", `{"GroupId":"`+acme+`"}`)["GroupMemberships"].([]any); len(got) != 1 {
		t.Errorf("a deleted user left %d memberships, want 1", len(got))
	}
	must(r, "DeleteGroup", `{"GroupId":"`+acme+`"}`)
	if got := must(r, "ListGroupMembershipsForMember", `{"MemberId":{"UserId":"`+ana+`"}}`)["GroupMemberships"].([]any); len(got) != 0 {
		t.Errorf("a deleted group left memberships: %v", got)
	}
}

// crowd is a world of n people, all in one group.
func crowd(n int) string {
	var users, members []string
	for i := range n {
		users = append(users, fmt.Sprintf(`{"user_name":"u%06d"}`, i))
		members = append(members, fmt.Sprintf(`"u%06d"`, i))
	}
	return `{"account_id":"111122223333","identity_center":{"users":[` + strings.Join(users, ",") +
		`],"groups":[{"id":"` + acme + `","display_name":"qs:acme","members":[` + strings.Join(members, ",") + `]}]}}`
}

func TestPages(t *testing.T) {
	r := roomtest.New(t, crowd(250), New)
	for _, tt := range []struct {
		operation, member, id, more string
		size                        int
	}{
		{"ListUsers", "Users", "UserId", "", 100},
		{"ListUsers", "Users", "UserId", `,"MaxResults":7`, 7},
		{"ListGroupMemberships", "GroupMemberships", "MembershipId", `,"GroupId":"` + acme + `"`, 100},
	} {
		seen, token, pages := map[string]bool{}, "", 0
		for {
			pages++
			answer := must(r, tt.operation, `{"A":1`+tt.more+token+`}`)
			rows := answer[tt.member].([]any)
			if len(rows) > tt.size {
				t.Fatalf("%s: a page of %d", tt.operation, len(rows))
			}
			for _, row := range rows {
				seen[row.(map[string]any)[tt.id].(string)] = true
			}
			if answer["NextToken"] == nil {
				break
			}
			token = `,"NextToken":"` + answer["NextToken"].(string) + `"`
		}
		if want := (250 + tt.size - 1) / tt.size; len(seen) != 250 || pages != want {
			t.Errorf("%s in pages of %d: %d rows in %d pages, want 250 in %d", tt.operation, tt.size, len(seen), pages, want)
		}
	}
}

func TestTokens(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := roomtest.New(t, crowd(3), New)
		token := must(r, "ListUsers", `{"MaxResults":1}`)["NextToken"].(string)
		if _, a := call(r, "ListGroups", `{"NextToken":"`+token+`"}`); a["Message"] != "The token is invalid." {
			t.Errorf("a token of another list answers %v", a)
		}
		if _, a := call(r, "ListUsers", `{"NextToken":"`+token[:len(token)-4]+`AAAA"}`); a["Message"] != "The token is invalid." {
			t.Errorf("a bent token answers %v", a)
		}
		must(r, "ListUsers", `{"NextToken":"`+token+`"}`)
		time.Sleep(25 * time.Hour)
		if _, a := call(r, "ListUsers", `{"NextToken":"`+token+`"}`); a["__type"] != "ValidationException" {
			t.Errorf("an old token answers %v", a)
		}
	})
}

func TestListsMayBeStale(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := roomtest.New(t, people, New)
		b := world.DefaultBehaviour()
		b.StaleReads = map[string]world.Duration{"identitystore": world.Duration(time.Minute)}
		if err := r.World.SetBehaviour(b); err != nil {
			t.Fatal(err)
		}
		members := func() int {
			return len(must(r, "ListGroupMemberships", `{"GroupId":"`+acme+`"}`)["GroupMemberships"].([]any))
		}
		pair := `{"GroupId":"` + acme + `","MemberId":{"UserId":"` + bob + `"}}`
		id := must(r, "CreateGroupMembership", pair)["MembershipId"].(string)
		if n := members(); n != 1 {
			t.Errorf("a list shows a write at once: %d members", n)
		}
		must(r, "GetGroupMembershipId", pair) // a Get does not lag
		time.Sleep(2 * time.Minute)
		if n := members(); n != 2 {
			t.Errorf("a list shows %d members after two minutes, want 2", n)
		}
		must(r, "DeleteGroupMembership", `{"MembershipId":"`+id+`"}`)
		if n := members(); n != 2 {
			t.Errorf("a list shows a removal at once: %d members", n)
		}
		time.Sleep(2 * time.Minute)
		if n := members(); n != 1 {
			t.Errorf("a list shows %d members after the removal, want 1", n)
		}
	})
}

func BenchmarkListUsersPage(b *testing.B) {
	r := roomtest.New(b, crowd(100_000), New)
	b.ResetTimer()
	for b.Loop() {
		must(r, "ListUsers", `{}`)
	}
}
