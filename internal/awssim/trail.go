package awssim

import (
	"encoding/json"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// told is how a service's calls stand on the trail.
type told struct {
	source string // eventSource
	// shown says which texts stand as they are, by the names of their members; nil: all. The identity store's API
	// model marks every other text as sensitive, and CloudTrail hides those.
	shown func(member string) bool
	// left are members that AWS leaves out of responseElements, as far as its samples tell.
	left []string
	// region is where the service tells what happens; empty: where it was called.
	region string
}

// tellers are the services whose calls are told of, by signing name. CloudTrail tells of others, too, which nobody
// here has asked for.
var tellers = map[string]told{
	"identitystore": {source: "identitystore.amazonaws.com", shown: identifying},
	"sso":           {source: "sso.amazonaws.com", left: []string{"createdDate"}},
	"iam":           {source: "iam.amazonaws.com", region: world.GlobalRegion},
	"quicksight":    {source: "quicksight.amazonaws.com"},
}

// identifying reports whether a member of the identity store's requests is no personal data.
func identifying(member string) bool {
	switch member {
	case "identityStoreId", "userId", "groupId", "membershipId", "attributePath", "nextToken":
		return true
	}
	return false
}

// tell puts r, which has been answered by resp or err, on the trail. The world is locked.
func (s *Sim) tell(room wire.Service, r *wire.Request, resp wire.Response, err error) {
	t, ok := tellers[r.Service]
	if !ok || !s.world.Tells(r.Op.ReadOnly) {
		return
	}
	a := world.Activity{
		Source: t.source, Name: r.Op.Name, Region: r.Region, ReadOnly: r.Op.ReadOnly,
		Identity: identity(r.Caller), Request: t.request(room, r), RequestID: r.ID, UserAgent: r.Header.Get("User-Agent"),
	}
	if t.region != "" {
		a.Region = t.region
	}
	if err != nil {
		e := wire.AsError(room.Protocol(), err)
		a.ErrorCode, a.ErrorMessage = e.Code, e.Message
	} else if !a.ReadOnly {
		a.Response = t.response(resp.Body)
	}
	s.world.Happened(a)
}

// identity is the userIdentity of who signed a call.
func identity(c wire.Caller) map[string]any {
	id := map[string]any{"type": "IAMUser", "principalId": c.UserID, "arn": c.ARN, "accountId": c.Account, "accessKeyId": c.AccessKey}
	_, role, assumed := strings.Cut(c.ARN, ":assumed-role/")
	if !assumed {
		return id
	}
	partition, _, _ := strings.Cut(strings.TrimPrefix(c.ARN, "arn:"), ":")
	id["type"] = "AssumedRole"
	name, _, _ := strings.Cut(role, "/")
	principal, _, _ := strings.Cut(c.UserID, ":")
	id["sessionContext"] = map[string]any{"sessionIssuer": map[string]any{
		"type": "Role", "principalId": principal, "userName": name, "accountId": c.Account,
		"arn": "arn:" + partition + ":iam::" + c.Account + ":role/" + name,
	}}
	return id
}

// request gives requestParameters: the members of the path, of the URL's query, and of the body.
func (t told) request(room wire.Service, r *wire.Request) map[string]any {
	in := make(map[string]any)
	if room.Protocol() == wire.Query {
		form, err := r.Form()
		if err != nil {
			return nil
		}
		form.Del("Action")
		form.Del("Version")
		for name := range form {
			in[name] = form.Get(name)
		}
	} else if len(r.Body) > 0 && json.Unmarshal(r.Body, &in) != nil {
		return nil
	}
	for name, value := range r.Path {
		in[name] = value
	}
	return t.members(in)
}

// response gives responseElements: nil for an empty answer, and for one that is not JSON.
func (t told) response(body []byte) map[string]any {
	var out map[string]any
	if json.Unmarshal(body, &out) != nil || len(out) == 0 {
		return nil
	}
	shown := t.members(out)
	for _, v := range shown {
		if m, ok := v.(map[string]any); ok {
			t.leave(m)
		}
	}
	return shown
}

func (t told) leave(m map[string]any) {
	for _, name := range t.left {
		delete(m, name)
	}
}

// members gives m with its names as CloudTrail writes them, and with what AWS hides hidden.
func (t told) members(m map[string]any) map[string]any {
	out := make(map[string]any, len(m))
	for name, v := range m {
		name = lowerCamel(name)
		out[name] = t.value(name, v)
	}
	return out
}

// value gives the value of a member of that name.
func (t told) value(name string, v any) any {
	switch v := v.(type) {
	case string:
		if t.shown != nil && !t.shown(name) {
			return world.Hidden
		}
	case map[string]any:
		return t.members(v)
	case []any:
		list := make([]any, len(v))
		for i, e := range v {
			list[i] = t.value(name, e)
		}
		return list
	}
	return v
}

// lowerCamel gives the name of a member as CloudTrail writes it: UserId as userId.
func lowerCamel(name string) string {
	first, size := utf8.DecodeRuneInString(name)
	return string(unicode.ToLower(first)) + name[size:]
}
