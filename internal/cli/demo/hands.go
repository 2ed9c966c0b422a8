package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
)

// way is one of the ways in which an administrator changes Identity Center. What is made is answered
// by its id.
type way struct {
	name   string
	person func(ctx context.Context, name string) (id string, err error)
	group  func(ctx context.Context, name string) (id string, err error)
	join   func(ctx context.Context, group, person string) error
}

// object is a JSON object.
type object = map[string]any

// hands are the three ways.
func (st *story) hands() []way {
	send := sender{st.sim.Client()}
	return []way{console(send), api(send), scim(send)}
}

func nameOf(user string) (given, family, email string) {
	given = strings.ToUpper(user[:1]) + user[1:]
	return given, "Newman", user + "@example.com"
}

// console is somebody at the console, or rather the simulator's stand-in for it.
func console(send sender) way {
	do := func(ctx context.Context, action string, in object) (object, error) {
		return send.post(ctx, "/simulator/console/"+action, nil, in)
	}
	return way{
		name: "in the console",
		person: func(ctx context.Context, name string) (string, error) {
			given, family, email := nameOf(name)
			return id("userId")(do(ctx, "CreateUser", object{"userName": name, "givenName": given, "familyName": family, "email": email}))
		},
		group: func(ctx context.Context, name string) (string, error) {
			return id("groupId")(do(ctx, "CreateGroup", object{"displayName": name}))
		},
		join: func(ctx context.Context, group, person string) error {
			_, err := do(ctx, "AddMemberToGroup", object{"groupId": group, "memberId": person})
			return err
		},
	}
}

const store = "d-1234567890"

// api is the Identity Store API, as the AWS CLI and Terraform use it.
func api(send sender) way {
	do := func(ctx context.Context, operation string, in object) (object, error) {
		in["IdentityStoreId"] = store
		return send.post(ctx, "/", http.Header{
			"Content-Type":  {"application/x-amz-json-1.1"},
			"X-Amz-Target":  {"AWSIdentityStore." + operation},
			"Authorization": {"AWS4-HMAC-SHA256 Credential=AKIASIMULATED0000002/20260101/us-east-1/identitystore/aws4_request, SignedHeaders=host, Signature=simulated"},
		}, in)
	}
	return way{
		name: "by the API",
		person: func(ctx context.Context, name string) (string, error) {
			given, family, email := nameOf(name)
			return id("UserId")(do(ctx, "CreateUser", object{
				"UserName": name, "DisplayName": given + " " + family, "Name": object{"GivenName": given, "FamilyName": family},
				"Emails": []object{{"Value": email, "Primary": true}},
			}))
		},
		group: func(ctx context.Context, name string) (string, error) {
			return id("GroupId")(do(ctx, "CreateGroup", object{"DisplayName": name}))
		},
		join: func(ctx context.Context, group, person string) error {
			_, err := do(ctx, "CreateGroupMembership", object{"GroupId": group, "MemberId": object{"UserId": person}})
			return err
		},
	}
}

// scim is another identity provider, such as Entra or Okta.
func scim(send sender) way {
	const schemas = "urn:ietf:params:scim:schemas:core:2.0:"
	do := func(ctx context.Context, method, path string, in object) (object, error) {
		return send.do(ctx, method, "/"+store+"/scim/v2/"+path, http.Header{
			"Content-Type": {"application/scim+json"}, "Authorization": {"Bearer simulated-scim-token"},
		}, in)
	}
	return way{
		name: "by SCIM",
		person: func(ctx context.Context, name string) (string, error) {
			given, family, email := nameOf(name)
			return id("id")(do(ctx, "POST", "Users", object{
				"schemas": []string{schemas + "User"}, "userName": name, "displayName": given + " " + family, "active": true,
				"name":   object{"givenName": given, "familyName": family},
				"emails": []object{{"value": email, "type": "work", "primary": true}},
			}))
		},
		group: func(ctx context.Context, name string) (string, error) {
			return id("id")(do(ctx, "POST", "Groups", object{"schemas": []string{schemas + "Group"}, "displayName": name}))
		},
		join: func(ctx context.Context, group, person string) error {
			_, err := do(ctx, "PATCH", "Groups/"+group, object{
				"schemas":    []string{"urn:ietf:params:scim:api:messages:2.0:PatchOp"},
				"Operations": []object{{"op": "add", "path": "members", "value": []object{{"value": person}}}},
			})
			return err
		},
	}
}

// id takes the id out of an answer.
func id(member string) func(object, error) (string, error) {
	return func(answer object, err error) (string, error) {
		text, _ := answer[member].(string)
		return text, err
	}
}

// sender sends requests to the simulated AWS.
type sender struct{ client *http.Client }

// refusal is an answer that refuses what was asked for.
type refusal struct {
	status int
	text   string
}

func (r *refusal) Error() string { return r.text }

func (s sender) post(ctx context.Context, path string, head http.Header, in object) (object, error) {
	return s.do(ctx, "POST", path, head, in)
}

func (s sender) do(ctx context.Context, method, path string, head http.Header, in object) (object, error) {
	body, err := json.Marshal(in)
	if err != nil {
		return nil, err
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://simulator.local"+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	if head != nil {
		r.Header = head
	}
	resp, err := s.client.Do(r)
	if err != nil {
		return nil, fmt.Errorf("the demo's administrator: %w", err)
	}
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return nil, fmt.Errorf("the demo's administrator: %s %s: %w", method, path, err)
	case resp.StatusCode >= 300:
		return nil, &refusal{resp.StatusCode, fmt.Sprintf("the demo's administrator: %s %s: %s, %s", method, path, resp.Status, data)}
	case len(data) == 0:
		return nil, nil
	}
	var out object
	if err := json.Unmarshal(data, &out); err != nil {
		return nil, fmt.Errorf("the demo's administrator: %s %s: %w", method, path, err)
	}
	return out, nil
}
