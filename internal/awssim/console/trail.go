package console

import (
	"time"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// hidden is what stands in trails in the place of what people are called.
const hidden = "HIDDEN_DUE_TO_SECURITY_REASONS"

// tell puts a call on the trail, in the shape of captured events of the console.
func (s service) tell(r *wire.Request, in input, out result, err error) {
	activity := world.Activity{
		Source: "sso-directory.amazonaws.com", Name: r.Op.Name, Region: r.Region,
		Identity: map[string]any{"type": "AssumedRole", "principalId": r.Caller.UserID, "arn": r.Caller.ARN,
			"accountId": r.Caller.Account, "accessKeyId": r.Caller.AccessKey},
		Request: s.request(r.Op.Name, in), Response: out.event,
	}
	if err != nil {
		e := wire.AsError(wire.RESTJSON, err)
		activity.ErrorCode, activity.ErrorMessage = e.Code, e.Message
	}
	s.told(activity)
}

// request gives the parameters of a call as the trail shows them: all ids, and that there were names.
func (s service) request(action string, in input) map[string]any {
	out := map[string]any{"identityStoreId": s.w.Directory.StoreID}
	for name, id := range map[string]string{"groupId": in.GroupID, "userId": in.UserID} {
		if id != "" {
			out[name] = id
		}
	}
	switch {
	case in.MemberID == "":
	case action == "AddMemberToGroup":
		out["member"] = map[string]any{"memberId": in.MemberID}
	default:
		out["memberId"] = in.MemberID
	}
	for name, value := range map[string]*string{"userName": in.UserName, "displayName": in.DisplayName} {
		if value != nil {
			out[name] = hidden
		}
	}
	return out
}

// meta is when and by whom something was stored, with times as the trail writes them.
func (s service) meta(created, updated time.Time) map[string]any {
	const form = "Jan 2, 2006 3:04:05 PM"
	return map[string]any{"createdAt": created.UTC().Format(form), "updatedAt": updated.UTC().Format(form),
		"createdBy": s.administrator(), "updatedBy": s.administrator()}
}
