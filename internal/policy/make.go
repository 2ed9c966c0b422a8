package policy

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// MaxInline is how many characters, white space not counted, the inline policies of a role may have together (IAM user guide,
// "IAM and AWS STS quotas").
const MaxInline = 10240

// Sids of the statements that are made here.
const (
	NoSelfProvisioning = "NoSelfProvisioning"
	SignInThroughSAML  = "SignInThroughSAML"

	SignInThroughAccess = "SignInThroughAccountAccess"
)

type madeDocument struct {
	Version   string
	Statement []madeStatement
}

type madeStatement struct {
	Sid       string
	Effect    string
	Principal map[string]string `json:",omitempty"`
	Action    []string
	Resource  madeResource                   `json:",omitempty"`
	Condition map[string]map[string][]string `json:",omitempty"`

	NotResource madeResource `json:",omitempty"`
}

// madeResource is the ARNs that a statement is on. A single one is written without a list.
type madeResource []string

// MarshalJSON writes them.
func (r madeResource) MarshalJSON() ([]byte, error) {
	if len(r) == 1 {
		return json.Marshal(r[0])
	}
	return json.Marshal([]string(r))
}

// SignIn is the least policy of a role through which registered people sign in: it denies the three actions of just-in-time
// provisioning and allows nothing, as indented JSON. That somebody who is registered needs no permission at all to sign in is
// not documented: whoever puts it in place tries it on one person first, with Canary.
func SignIn() string { return made(denyDoor(nil)) }

// Canary is SignIn for some sessions of a role only, so that it can be tried before everybody has it. It fails where it is
// longer than a role's inline policies may be.
func Canary(sessions []tenancy.Session) (string, error) {
	var userIDs []string
	for _, s := range sessions {
		// aws:userid of a role's session is the role's id, a colon, and the session's name (IAM user guide, "IAM policy
		// elements: Variables and tags").
		userIDs = append(userIDs, "*:"+string(s))
	}
	slices.Sort(userIDs)
	userIDs = slices.Compact(userIDs)
	text := made(denyDoor(map[string]map[string][]string{"StringLike": {"aws:userid": userIDs}}))
	if n := length(text); n > MaxInline {
		return "", fmt.Errorf("a policy for %d people has %d characters, and a role's have at most %d", len(userIDs), n, MaxInline)
	}
	return text, nil
}

func denyDoor(condition map[string]map[string][]string) madeStatement {
	s := madeStatement{Sid: NoSelfProvisioning, Effect: "Deny", Resource: madeResource{"*"}, Condition: condition}
	for _, d := range door {
		s.Action = append(s.Action, d.action)
	}
	slices.Sort(s.Action)
	return s
}

// SAMLTrust is the trust policy of a role through which people sign in by a SAML provider: by its ARN, and with what it says
// of them as tags of the session, as e-mail syncing needs.
func SAMLTrust(provider string) string {
	return made(madeStatement{
		Sid: SignInThroughSAML, Effect: "Allow", Principal: map[string]string{"Federated": provider},
		Action:    []string{AssumeRoleWithSAML, "sts:TagSession"},
		Condition: map[string]map[string][]string{"StringEquals": {"SAML:aud": {audiences[partitionOf(provider)]}}},
	})
}

// audiences are where a partition takes SAML assertions (IAM user guide, "Create a role for SAML 2.0 federation").
var audiences = map[string]string{
	"aws":        "https://signin.aws.amazon.com/saml",
	"aws-us-gov": "https://signin.amazonaws-us-gov.com/saml",
	"aws-cn":     "https://signin.amazonaws.cn/saml",
}

// made is a document of some statements, as indented JSON.
func made(statements ...madeStatement) string {
	text, err := json.MarshalIndent(madeDocument{"2012-10-17", statements}, "", "  ")
	if err != nil {
		panic(err) // it is made of texts alone
	}
	return string(text) + "\n"
}

// length counts what IAM counts of a document.
func length(text string) int {
	return len(text) - strings.Count(text, " ") - strings.Count(text, "\n")
}
