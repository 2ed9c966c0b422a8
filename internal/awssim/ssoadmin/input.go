package ssoadmin

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
)

// input is what the operations take, each its part of it.
type input struct {
	InstanceArn                        *string
	PermissionSetArn                   *string
	Name                               *string
	Description                        *string
	SessionDuration                    *string
	RelayState                         *string
	Tags                               []tag
	InlinePolicy                       *string
	AccountID                          *string `json:"AccountId"`
	TargetID                           *string `json:"TargetId"`
	TargetType                         *string
	PrincipalID                        *string `json:"PrincipalId"`
	PrincipalType                      *string
	ProvisioningStatus                 *string
	AccountAssignmentCreationRequestID *string `json:"AccountAssignmentCreationRequestId"`
	AccountAssignmentDeletionRequestID *string `json:"AccountAssignmentDeletionRequestId"`
	ProvisionPermissionSetRequestID    *string `json:"ProvisionPermissionSetRequestId"`
	MaxResults                         *int
	NextToken                          *string
}

type tag struct{ Key, Value *string }

// What the API model says about the strings of the API.
var (
	requestRule = constraint.Text{Min: 36, Max: 36}.Pattern(`\b[0-9a-f]{8}\b-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-\b[0-9a-f]{12}\b`)
	accountRule = constraint.Text{Min: 12, Max: 12}.Pattern(`\d{12}`)
	tagKey      = constraint.Text{Min: 1, Max: 128}.Pattern(`([\p{L}\p{Z}\p{N}_.:/=+\-@]*)`)
	tagValue    = constraint.Text{Max: 256}.Pattern(`([\p{L}\p{Z}\p{N}_.:/=+\-@]*)`)
)

const (
	latest    = "LATEST_PERMISSION_SET_PROVISIONED"
	notLatest = "LATEST_PERMISSION_SET_NOT_PROVISIONED"
)

// durationRule is the model's without its look-ahead, which Go does not have: a bare P passes here.
var durationRule = constraint.Text{Min: 1, Max: 100}.Pattern(
	`(-?)P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)([DW]))?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?`)

// member is one string of the input with its rule, in the order in which breaches are told.
type member struct {
	name string
	of   func(*input) *string
	rule constraint.Text
}

var members = []member{
	{"InstanceArn", func(i *input) *string { return i.InstanceArn },
		constraint.Text{Min: 10, Max: 1224}.Pattern(`arn:aws(-[a-z]{1,5}){0,3}:sso:::instance/(sso)?ins-[a-zA-Z0-9-.]{16}`)},
	{"PermissionSetArn", func(i *input) *string { return i.PermissionSetArn },
		constraint.Text{Min: 10, Max: 1224}.Pattern(`arn:aws(-[a-z]{1,5}){0,3}:sso:::permissionSet/(sso)?ins-[a-zA-Z0-9-.]{16}/ps-[a-zA-Z0-9-./]{16}`)},
	{"Name", func(i *input) *string { return i.Name }, constraint.Text{Min: 1, Max: 32}.Pattern(`[\w+=,.@-]+`)},
	{"Description", func(i *input) *string { return i.Description },
		constraint.Text{Min: 1, Max: 700}.Pattern(`[\u0009\u000A\u000D\u0020-\u007E\u00A1-\u00FF]*`)},
	{"SessionDuration", func(i *input) *string { return i.SessionDuration }, durationRule},
	{"RelayState", func(i *input) *string { return i.RelayState },
		constraint.Text{Min: 1, Max: 240}.Pattern(`[a-zA-Z0-9&$@#\\\/%?=~\-_'"|!:,.;*+\[\]\ \(\)\{\}]+`)},
	{"InlinePolicy", func(i *input) *string { return i.InlinePolicy },
		constraint.Text{Min: 1, Max: 32768, Sensitive: true}.Pattern(`[\u0009\u000A\u000D\u0020-\u00FF]+`)},
	{"AccountId", func(i *input) *string { return i.AccountID }, accountRule},
	{"TargetId", func(i *input) *string { return i.TargetID }, accountRule},
	{"TargetType", func(i *input) *string { return i.TargetType }, constraint.Text{Enum: []string{"AWS_ACCOUNT", "ALL_PROVISIONED_ACCOUNTS"}}},
	{"PrincipalType", func(i *input) *string { return i.PrincipalType }, constraint.Text{Enum: []string{"USER", "GROUP"}}},
	{"PrincipalId", func(i *input) *string { return i.PrincipalID },
		constraint.Text{Min: 1, Max: 47}.Pattern(`([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}`)},
	{"ProvisioningStatus", func(i *input) *string { return i.ProvisioningStatus }, constraint.Text{Enum: []string{latest, notLatest}}},
	{"AccountAssignmentCreationRequestId", func(i *input) *string { return i.AccountAssignmentCreationRequestID }, requestRule},
	{"AccountAssignmentDeletionRequestId", func(i *input) *string { return i.AccountAssignmentDeletionRequestID }, requestRule},
	{"ProvisionPermissionSetRequestId", func(i *input) *string { return i.ProvisionPermissionSetRequestID }, requestRule},
	{"NextToken", func(i *input) *string { return i.NextToken }, constraint.Text{Max: 2048}.Pattern(`[-a-zA-Z0-9+=/_]*`)},
}

// judge judges the input of an operation that requires some of its members.
func (in input) judge(required []string) error {
	var c constraint.Check
	for _, m := range members {
		at := strings.ToLower(m.name[:1]) + m.name[1:]
		if slices.Contains(required, m.name) {
			c.Required(at, m.of(&in), m.rule)
		} else {
			c.Text(at, m.of(&in), m.rule)
		}
	}
	c.Number("maxResults", in.MaxResults, 1, pageMax)
	c.List("tags", len(in.Tags), 0, 75)
	for i, t := range in.Tags {
		c.Required(fmt.Sprintf("tags.%d.member.key", i+1), t.Key, tagKey)
		c.Required(fmt.Sprintf("tags.%d.member.value", i+1), t.Value, tagValue)
	}
	if !c.OK() {
		return invalid("%s", c.Message())
	}
	return nil
}

// valueOf gives a string that may be missing.
func valueOf(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
