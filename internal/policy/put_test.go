package policy

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func roleNamed(t *testing.T, arn string) tenancy.RoleARN {
	role, err := tenancy.ParseRoleARN(arn)
	if err != nil {
		t.Fatal(err)
	}
	return role
}

const set = "arn:aws:sso:::permissionSet/ssoins-72233af8ea2d1f14/ps-ae5d1fa1f80b684e"

// Shutting the door of a permission set keeps what else its inline policy says, and opening it brings back just that.
func TestPutKeepsWhatElseThereIs(t *testing.T) {
	const other = `{"Version":"2012-10-17","Statement":{"Sid":"Mine","Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::b/*"}}`
	role := roleNamed(t, "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_QS_0123456789abcdef")
	for _, inline := range []string{"", other} {
		target := TargetOf("111122223333", tenancy.Identity{Role: role, Policies: []tenancy.PolicyDocument{{Name: SetInlineName, Document: inline}}}, tenancy.Assigned{PermissionSet: set})
		put, err := target.Put(SignIn())
		if err != nil || len(put) != 2 || !strings.Contains(put[0], "ssoins-72233af8ea2d1f14 --permission-set-arn "+set) || !strings.Contains(put[1], "--target-id 111122223333") {
			t.Fatalf("%v, %v", put, err)
		}
		target.Inline = documentIn(t, put[0])
		if twice, err := target.Put(SignIn()); err != nil || !slices.Equal(twice, put) {
			t.Errorf("put twice it is\n%v\nand not\n%v, %v", twice, put, err)
		}
		now := tenancy.Identity{ARN: role.String(), Role: role, Policies: []tenancy.PolicyDocument{{Name: SetInlineName, Document: target.Inline}}}
		if Judge(now, "111122223333").OpensDoor() != No || (May(now, "s3:GetObject", "arn:aws:s3:::b/x", nil) == Yes) != (inline != "") {
			t.Errorf("the document is %s", target.Inline)
		}
		open, err := target.Open()
		if err != nil {
			t.Fatal(err)
		}
		if inline == "" {
			if !strings.HasPrefix(open[0], "aws sso-admin delete-inline-policy-from-permission-set") {
				t.Errorf("%v", open)
			}
			continue
		}
		if d := documentIn(t, open[0]); strings.Contains(d, NoSelfProvisioning) || !strings.Contains(d, "Mine") {
			t.Errorf("opened again, it is %s", d)
		}
	}
}

func documentIn(t *testing.T, command string) string {
	_, rest, ok := strings.Cut(command, "--inline-policy '")
	if !ok {
		t.Fatalf("no document in %s", command)
	}
	return strings.TrimSuffix(rest, "'")
}

func TestPutIntoARoleOfOnesOwn(t *testing.T) {
	target := TargetOf("111122223333", tenancy.Identity{Role: roleNamed(t, "arn:aws:iam::111122223333:role/QuickSight")}, tenancy.Assigned{})
	put, err := target.Put(SignIn())
	if err != nil || len(put) != 1 || !strings.HasPrefix(put[0], "aws iam put-role-policy --role-name QuickSight --policy-name "+InlineName) || strings.Contains(put[0], "\n") {
		t.Errorf("%v, %v", put, err)
	}
	if open, err := target.Open(); err != nil || len(open) != 1 || !strings.HasPrefix(open[0], "aws iam delete-role-policy --role-name QuickSight") {
		t.Errorf("%v, %v", open, err)
	}
}

// A document that cannot be read is never replaced.
func TestPutRefusesWhatItCannotRead(t *testing.T) {
	role := roleNamed(t, "arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/AWSReservedSSO_QS_0123456789abcdef")
	target := Target{Account: "111122223333", Role: role, PermissionSet: set, Inline: "{broken"}
	if put, err := target.Put(SignIn()); err == nil {
		t.Errorf("it would put %v", put)
	}
	if open, err := target.Open(); err == nil {
		t.Errorf("it would put %v", open)
	}
}
