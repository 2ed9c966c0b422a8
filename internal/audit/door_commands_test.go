package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// A further canary does not take the place of the first, and never opens a door that is shut for everybody.
func TestCanaryCommandsKeepWhatIsShut(t *testing.T) {
	f := doorOf(t, open, canaryPolicy(t, "author-t0"))
	all, err := f.CanaryCommands([]tenancy.Session{"reader-t0"})
	if err != nil || len(all.Lines) != 1 || !strings.Contains(all.Lines[0], `"*:author-t0","*:reader-t0"`) {
		t.Errorf("%v, %v", all.Lines, err)
	}
	if all, err := f.CanaryCommands([]tenancy.Session{"author-t0"}); err != nil || len(all.Lines) > 0 {
		t.Errorf("%v, %v", all.Lines, err)
	}
	f = doorOf(t, open, policy.SignIn())
	if all, err := f.CanaryCommands([]tenancy.Session{"author-t0"}); err != nil || len(all.Lines) > 0 {
		t.Errorf("it would open again: %v, %v", all.Lines, err)
	}
	if all, err := f.CanaryCommands([]tenancy.Session{"zoe"}); err == nil {
		t.Errorf("somebody who is registered nowhere would be the canary: %v", all.Lines)
	}
}

// What opens the door takes away tenantry's policy where it is, and says where the door is another's.
func TestOpenCommandsTakeAwayTheirOwn(t *testing.T) {
	f := doorOf(t, open, policy.SignIn())
	if all, err := f.OpenCommands(); err != nil || len(all.Lines) > 0 || len(all.Notes) != 1 || !strings.Contains(all.Notes[0], "not by a policy of tenantry's") {
		t.Errorf("of somebody's own policy: %v, %v", all, err)
	}
	f.Identities.All[0].Policies[1].Name = policy.InlineName
	if all, err := f.OpenCommands(); err != nil || len(all.Lines) != 1 || len(all.Notes) > 0 || !LookAtDoor(f).Roles[0].Ours {
		t.Errorf("of tenantry's: %v, %v", all, err)
	}
	if all, err := doorOf(t, open).OpenCommands(); err != nil || len(all.Lines) > 0 || len(all.Notes) > 0 {
		t.Errorf("of a door that is open: %v, %v", all, err)
	}
	f.Identities = nil
	if all, err := f.OpenCommands(); err != nil || len(all.Lines) != 1 || len(all.Notes) != 1 {
		t.Errorf("of a role that could not be read: %v, %v", all, err)
	}
}

// A permission set's document is replaced whole: it must have been read, of the set itself or of its role.
func TestCommandsOfAPermissionSet(t *testing.T) {
	role, err := tenancy.ParseRoleARN("arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_QS_0123456789abcdef")
	if err != nil {
		t.Fatal(err)
	}
	f := doorOf(t, open)
	f.SignIn = []SignInRole{{Role: role, PermissionSet: "QS"}}
	if all, err := f.ShutCommands(); err == nil {
		t.Errorf("nothing was read, and it would put %v", all.Lines)
	}
	inline := `{"Version":"2008-10-17","Id":"mine","Statement":{"Sid":"Mine","Effect":"Allow","Action":"s3:*","Resource":"*"}}`
	f.Sets = map[string]tenancy.Assigned{"QS": {PermissionSet: "arn:aws:sso:::permissionSet/ssoins-1/ps-1", Inline: &inline}}
	all, err := f.ShutCommands()
	if err != nil || len(all.Lines) != 2 || !strings.Contains(all.Lines[0], `"Mine"`) || !strings.Contains(all.Lines[0], `"2008-10-17"`) || !strings.Contains(all.Lines[0], `"Id":"mine"`) {
		t.Errorf("%v, %v", all.Lines, err)
	}
	// The role still has what its permission set has no more: it is provisioned again.
	none := ""
	f.Sets["QS"] = tenancy.Assigned{PermissionSet: "arn:aws:sso:::permissionSet/ssoins-1/ps-1", Inline: &none}
	f.Identities.All[0].Role = role
	f.Identities.All[0].Policies = []tenancy.PolicyDocument{{Name: policy.SetInlineName, Document: policy.SignIn()}}
	if all, err := f.OpenCommands(); err != nil || len(all.Lines) != 1 || !strings.HasPrefix(all.Lines[0], "aws sso-admin provision-permission-set") {
		t.Errorf("%v, %v", all.Lines, err)
	}
	if slices.ContainsFunc(LookAtDoor(f).Roles, func(r DoorRole) bool { return !r.Ours }) {
		t.Error("it is not known for tenantry's")
	}
}
