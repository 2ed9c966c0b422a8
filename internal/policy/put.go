package policy

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// InlineName is the name of the inline policy that shuts the door of a role of one's own.
const InlineName = "tenantry-no-self-provisioning"

// SetInlineName is how the inline policy of a permission set is called in its role.
const SetInlineName = "AwsSSOInlinePolicy"

// Target is where the policy of a sign-in role is put: into a role of one's own, or into the permission set whose role it
// is, which has one inline policy for all that it says.
type Target struct {
	Account       tenancy.AccountID
	Role          tenancy.RoleARN
	PermissionSet string // its ARN, "" for a role of one's own, or where it is not known
	Inline        string // of a permission set: the document that it has now, "" for none
	beside        int    // of a role of one's own: how many characters its other inline policies have
	ours          bool
}

// TargetOf is the target of a role that was read, and of its permission set, as far as that was read. Where the permission
// set's own document was not, it is taken to be what its role has.
func TargetOf(account tenancy.AccountID, id tenancy.Identity, set tenancy.Assigned) Target {
	t := Target{Account: account, Role: id.Role, PermissionSet: set.PermissionSet}
	for _, p := range id.Policies {
		switch {
		case p.ARN != "":
		case id.Role.Reserved():
			if p.Name == SetInlineName {
				t.Inline, t.ours = p.Document, isOurs(p.Document)
			}
		case p.Name == InlineName:
			t.ours = true
		default:
			t.beside += length(p.Document)
		}
	}
	if set.Inline != nil {
		t.Inline = *set.Inline
		t.ours = t.ours || isOurs(t.Inline)
	}
	return t
}

// Ours reports whether a document of Put's is there, in the permission set or still in its role.
func (t Target) Ours() bool { return t.ours }

// isOurs reports whether a document has a statement that is made here.
func isOurs(document string) bool {
	all, err := statementsOf(document)
	return err == nil && slices.ContainsFunc(all, ourStatement)
}

func ourStatement(raw json.RawMessage) bool {
	var s struct{ Sid string }
	return json.Unmarshal(raw, &s) == nil && s.Sid == NoSelfProvisioning
}

// Put are the commands that put a document of SignIn or Canary in force. What a permission set says besides is kept. It
// fails where its document cannot be read, or would be too long.
func (t Target) Put(document string) ([]string, error) {
	if !t.Role.Reserved() {
		if n := length(document) + t.beside; n > MaxInline {
			return nil, fmt.Errorf("the inline policies of the role would have %d characters together, and may have %d", n, MaxInline)
		}
		return []string{fmt.Sprintf("aws iam put-role-policy --role-name %s --policy-name %s --policy-document %s",
			t.Role.Name(), InlineName, tenancy.ShellQuote(Compact(document)))}, nil
	}
	statements, err := t.others()
	if err != nil {
		return nil, err
	}
	ours, err := statementsOf(document)
	if err != nil {
		return nil, err
	}
	return t.putInline(append(statements, ours...))
}

// Open are the commands that take such a document away again, and leave what else there is.
func (t Target) Open() ([]string, error) {
	if !t.Role.Reserved() {
		return []string{fmt.Sprintf("aws iam delete-role-policy --role-name %s --policy-name %s", t.Role.Name(), InlineName)}, nil
	}
	statements, err := t.others()
	switch {
	case err != nil:
		return nil, err
	case t.Inline == "":
		return []string{t.provision()}, nil // it is taken away, but for the role
	case len(statements) == 0:
		return []string{"aws sso-admin delete-inline-policy-from-permission-set " + t.set(), t.provision()}, nil
	}
	return t.putInline(statements)
}

// putInline puts statements into the permission set's document, whose version stays what it is: it says how variables
// are read.
func (t Target) putInline(statements []json.RawMessage) ([]string, error) {
	whole := map[string]any{"Version": "2012-10-17"}
	if t.Inline != "" {
		whole = map[string]any{}
		if err := json.Unmarshal([]byte(t.Inline), &whole); err != nil {
			return nil, fmt.Errorf("read the inline policy of the permission set: %w", err)
		}
	}
	whole["Statement"] = statements
	document, err := json.Marshal(whole)
	if err != nil {
		return nil, fmt.Errorf("write the inline policy of the permission set: %w", err)
	}
	if n := length(string(document)); n > MaxInline {
		return nil, fmt.Errorf("the permission set's inline policy would have %d characters, and may have %d", n, MaxInline)
	}
	return []string{"aws sso-admin put-inline-policy-to-permission-set " + t.set() + " --inline-policy " + tenancy.ShellQuote(string(document)), t.provision()}, nil
}

// set names the permission set to the AWS CLI. Its ARN has the id of its instance.
func (t Target) set() string {
	parts := strings.Split(t.PermissionSet, "/")
	instance := "INSTANCE-ARN"
	if len(parts) == 3 {
		instance = strings.Replace(parts[0], ":permissionSet", ":instance", 1) + "/" + parts[1]
	}
	set := t.PermissionSet
	if set == "" {
		set = "PERMISSION-SET-ARN"
	}
	return "--instance-arn " + instance + " --permission-set-arn " + set
}

// provision is the command that takes a permission set's change to the role (IAM Identity Center user guide).
func (t Target) provision() string {
	return "aws sso-admin provision-permission-set " + t.set() + " --target-type AWS_ACCOUNT --target-id " + string(t.Account)
}

// others are the statements of the permission set's inline policy that are not made here.
func (t Target) others() ([]json.RawMessage, error) {
	if t.Inline == "" {
		return nil, nil
	}
	all, err := statementsOf(t.Inline)
	if err != nil {
		return nil, fmt.Errorf("read the inline policy of the permission set: %w", err)
	}
	return slices.DeleteFunc(all, ourStatement), nil
}

// statementsOf are the statements of a document, as they are written.
func statementsOf(document string) ([]json.RawMessage, error) {
	if _, err := Parse(document); err != nil {
		return nil, err
	}
	var d struct{ Statement json.RawMessage }
	if err := json.Unmarshal([]byte(document), &d); err != nil {
		return nil, err
	}
	var many []json.RawMessage
	if json.Unmarshal(d.Statement, &many) == nil {
		return many, nil
	}
	return []json.RawMessage{d.Statement}, nil
}

// Compact is a document on one line.
func Compact(document string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(document)) != nil {
		return document
	}
	return b.String()
}
