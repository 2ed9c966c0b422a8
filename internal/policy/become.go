package policy

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TrustOf says who may become a role, all of them; nobody becomes a user.
func TrustOf(id tenancy.Identity) Trust { return trustOf(id) }

// Becomes is how sessions of one role of an account may become another by that one's trust policy alone: it names the role,
// one of its sessions, or everybody. A trust policy that names the account leaves it to the role's own policies, which Judge
// judges (IAM user guide, "Policy evaluation for requests within a single account": what a resource's policy allows a role
// needs no policy of the role's). The answer is that of the likeliest way, and No where there is none.
func Becomes(from, to tenancy.Identity) Way {
	d, err := Parse(to.Trust)
	if err != nil || from.Role.IsZero() || to.Role.IsZero() {
		return Way{}
	}
	context := map[string][]string{"aws:principalarn": {from.ARN}, "aws:principalaccount": {string(from.Role.Account())}, "aws:principaltype": {"AssumedRole"}}
	denied := request{actions.read(AssumeRole), asking(nil).read(to.ARN), nil}
	var likeliest Way
	for i := range d.Statements {
		s := &d.Statements[i]
		if !s.Allow {
			continue
		}
		for _, p := range s.trusted() {
			if !p.holds(from.Role) {
				continue
			}
			w := d.way(s, p, AssumeRole, context)
			for _, own := range grantsOf(from).policies {
				w.Answer = min(w.Answer, own.applies(denied, false, nil).not())
			}
			if w.Answer > likeliest.Answer {
				w.Statement = i + 1
				likeliest = w
			}
		}
	}
	return likeliest
}

// holds reports whether a principal is a role as such, one of its sessions, or everybody.
func (p Principal) holds(role tenancy.RoleARN) bool {
	sessions := fmt.Sprintf("arn:%s:sts::%s:assumed-role/%s/", partitionOf(role.String()), role.Account(), role.Name())
	return p.Kind == "*" || p.Kind == "AWS" && (p.Name == role.String() || strings.HasPrefix(p.Name, sessions))
}
