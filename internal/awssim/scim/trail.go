package scim

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// hidden is what stands in trails in the place of what people are called.
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// tell puts a call on the trail, in the shape of the user guide's samples.
func (s service) tell(r *wire.Request, a answer, err error) {
	d := s.w.Directory
	activity := world.Activity{
		Source: "identitystore-scim.amazonaws.com", Name: r.Op.Name, Region: d.Region, ReadOnly: r.Op.ReadOnly,
		Identity: map[string]any{"type": "WebIdentityUser", "accountId": d.OwnerAccount, "accessKeyId": s.tokenID()},
		Request:  s.request(r),
	}
	switch {
	case err != nil:
		e := wire.AsError(wire.SCIM, err)
		activity.ErrorCode, activity.ErrorMessage = e.Code, e.Message
	case a.resource != nil && !r.Op.ReadOnly:
		activity.Response = resourceTold(a.resource)
	}
	s.told(activity)
}

// request gives the parameters of a call as the trail shows them.
func (s service) request(r *wire.Request) map[string]any {
	out := map[string]any{"tenantId": s.w.Directory.StoreID}
	if id := r.Path["id"]; id != "" {
		out["id"] = id
	}
	var doc map[string]any
	if json.Unmarshal(r.Body, &doc) != nil || doc == nil {
		return out
	}
	if r.Method == "PATCH" {
		out["httpBody"] = patchTold(doc)
	} else {
		out["httpBody"] = resourceTold(doc)
	}
	return out
}

// patchTold shows what a PATCH does, and hides with what.
func patchTold(doc map[string]any) map[string]any {
	told := []any{}
	operations, _ := member(doc, "Operations")
	for _, o := range list(operations) {
		in, _ := o.(map[string]any)
		out := map[string]any{}
		if op, ok := in["op"].(string); ok {
			out["op"] = strings.ToUpper(op)
		}
		if path, ok := in["path"].(string); ok {
			out["path"] = pathTold(path)
		}
		if _, ok := in["value"]; ok {
			out["value"] = hidden
		}
		told = append(told, out)
	}
	return map[string]any{"operations": told, "schemas": []any{hidden}}
}

// pathTold shows a path without the value that it may hold.
func pathTold(path string) string {
	before, rest, filtered := strings.Cut(path, "[")
	if !filtered {
		return path
	}
	_, after, _ := strings.Cut(rest, "]")
	return before + "[" + hidden + "]" + after
}

// resourceTold shows of a resource its id, its schemas, its times and its flags, and hides what people are called.
func resourceTold(resource map[string]any) map[string]any {
	out := map[string]any{}
	for name, value := range resource {
		switch name {
		case "id", "schemas":
			out[name] = value
		case "meta":
			out[name] = metaTold(value)
		default:
			out[name] = hide(value)
		}
	}
	return out
}

// hide replaces every text and number below value, and leaves flags.
func hide(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, inner := range v {
			out[name] = hide(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = hide(inner)
		}
		return out
	case bool, nil:
		return v
	}
	return hidden
}

// metaTold writes times as the trail does: "Oct 10, 2024, 1:23:45 PM".
func metaTold(value any) any {
	in, _ := value.(map[string]any)
	out := map[string]any{}
	for name, v := range in {
		text, _ := v.(string)
		switch t, err := time.Parse(time.RFC3339, text); {
		case err == nil:
			out[name] = t.Format("Jan 2, 2006, 3:04:05 PM")
		case text == "User" || text == "Group":
			out[name] = text
		default:
			out[name] = hidden
		}
	}
	return out
}
