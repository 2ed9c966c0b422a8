package policy

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// How many managed policies a role may have: Attached as an account is made, MaxAttached once its quota is raised (IAM user guide,
// "IAM and AWS STS quotas").
const (
	Attached    = 10
	MaxAttached = 20
)

// Inline reports whether documents fit into one role as its inline policies, which it may have nothing else in then.
func Inline(documents []Named) bool {
	n := 0
	for _, d := range documents {
		n += length(d.Document)
	}
	return n <= MaxInline
}

// PutController is the script for a POSIX shell that gives documents of Controller to a role: as its inline policies, or, where
// those would be longer than a role's may be, as managed ones. It can be run again, with other documents: what it puts in is what
// stands there then. Where a command fails the ones behind it are not run, and so does the whole. It leaves a shell open that it is
// pasted into, as set -e would not.
func PutController(role string, g Grounds, documents []Named) string {
	var s script
	if Inline(documents) {
		s.chain(inlineCommands(role, documents)...)
	} else {
		s.WriteString(putManaged(role))
		s.chain(managedCommands(role, g, documents)...)
	}
	return s.String()
}

func inlineCommands(role string, documents []Named) (all []string) {
	for _, d := range documents {
		all = append(all, fmt.Sprintf("aws iam put-role-policy --role-name %s --policy-name %s --policy-document %s", role, d.Name, tenancy.ShellQuote(Compact(d.Document))))
	}
	return all
}

func managedCommands(role string, g Grounds, documents []Named) (all []string) {
	for _, d := range documents {
		name := ManagedName(role, d)
		all = append(all, fmt.Sprintf("tenantry_put %s %s %s", name, g.arn("iam", "", "policy/"+name), tenancy.ShellQuote(Compact(d.Document))))
	}
	return all
}

// ManagedName is the name of the managed policy that has a document for a role. It is the account's once, whatever its case, as is
// the role's (IAM user guide, "IAM identifiers"): what another role has is not touched.
func ManagedName(role string, d Named) string { return d.Name + "-" + role }

// putManaged is a function of the shell: it makes a policy, by its name, ARN and document, or, where it is there, a version that
// stands from then on, and attaches it to the role. A policy has five versions at the most (IAM API reference,
// CreatePolicyVersion): where it has, the oldest goes that does not stand, the fourth from the end of those. Of a policy that
// cannot be looked up it is tried to make it, which fails aloud where it is there.
func putManaged(role string) string {
	return strings.ReplaceAll(`tenantry_put() {
  if aws iam get-policy --policy-arn "$2" >/dev/null 2>&1; then
    oldest=$(aws iam list-policy-versions --policy-arn "$2" --query 'sort_by(Versions[?!IsDefaultVersion], &CreateDate)[-4].VersionId' --output text) &&
      { [ "$oldest" = None ] || aws iam delete-policy-version --policy-arn "$2" --version-id "$oldest"; } &&
      aws iam create-policy-version --policy-arn "$2" --policy-document "$3" --set-as-default >/dev/null
  else
    aws iam create-policy --policy-name "$1" --policy-document "$3" >/dev/null
  fi && aws iam attach-role-policy --role-name ROLE --policy-arn "$2"
}
`, "ROLE", role)
}
