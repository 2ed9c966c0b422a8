// Package attributes knows the attributes of the people and groups of an identity store: what they may be, and how they
// are kept in the world. The services of the simulated AWS through which people are changed share it, so that a name
// that one refuses is no name for another.
//
// A user has some twenty attributes, most of them lists of structures, and they are changed by path. So an attribute
// tree is a JSON document here, spelled as the Identity Store API spells it (UserName, Emails), and a [Shape] says
// what the document may be. Documents in another spelling are adopted: SCIM's userName is the same attribute.
//
// The rules are those of the API model of the Identity Store API, version 2020-06-15. What must be unique is a matter
// of [world.Directory].
package attributes

import "github.com/tenantry/tenantry/internal/awssim/constraint"

// What the API model says about strings that people write: display names of groups, and everything else.
var (
	userNameRule  = constraint.Text{Min: 1, Max: 128, Sensitive: true}.Pattern(`[\p{L}\p{M}\p{S}\p{N}\p{P}]+`)
	GroupNameRule = constraint.Text{Min: 1, Max: 1024, Sensitive: true}.Pattern("[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r \u00a0]+")
	PlainRule     = constraint.Text{Min: 1, Max: 1024, Sensitive: true}.Pattern("[\\p{L}\\p{M}\\p{S}\\p{N}\\p{P}\\t\\n\\r \u00a0\u3000]+")
)

// Enterprise is the only extension that the reference names.
const Enterprise = "aws:identitystore:enterprise"
