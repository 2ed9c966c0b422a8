package identitystore

import "github.com/tenantry/tenantry/internal/awssim/constraint"

// What the API model says about the strings and lists of the API.
var (
	storeIDRule = constraint.Text{Min: 1, Max: 36}.Pattern(
		`d-[0-9a-f]{10}$|^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}`)
	resourceIDRule = constraint.Text{Min: 1, Max: 47}.Pattern(
		`([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}`)
	externalRule      = constraint.Text{Min: 1, Max: 256, Sensitive: true}.Pattern(`[\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	tokenRule         = constraint.Text{Min: 1, Max: 65535}.Pattern(`[-a-zA-Z0-9+=/:_]*`)
	extensionRule     = constraint.Text{Min: 1, Max: 50}.Pattern(`aws:identitystore:[a-z]{1,20}`)
	attributePathRule = constraint.Text{Min: 1, Max: 255}.Pattern(
		`(?:\p{L}+:\p{L}+:\p{L}+(?:\.\p{L}+){0,3}|\p{L}+(?:\.\p{L}+){0,2})`)
)

const pageMax = 100

// judgeStore judges the member that every request has.
func judgeStore(c *constraint.Check, id *string) { c.Required("identityStoreId", id, storeIDRule) }

// memberID is the union that names a member of a group.
type memberID struct {
	UserID *string `json:"UserId,omitempty"`
}

func judgeMember(c *constraint.Check, m *memberID) {
	if m == nil {
		c.Missing("memberId")
		return
	}
	c.Required("memberId.userId", m.UserID, resourceIDRule)
}
