package sqs

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// ours are the operations that no policy gives to another account (SQS developer guide, "Limitations of Amazon SQS custom
// policies").
var ours = []string{
	"CreateQueue", "DeleteQueue", "ListQueues", "ListQueueTags", "SetQueueAttributes", "TagQueue", "UntagQueue",
}

// permit judges a call by the queue's policy: of its own account it refuses what the policy denies, and of another one what it
// does not allow. Whether the other account lets its caller is not asked.
func (s service) permit(r *wire.Request, q *world.Queue) error {
	action := "sqs:" + strings.TrimSuffix(r.Op.Name, "Batch")
	decided := q.Judge(action, func(p policydoc.Principal) bool {
		return p.Name == "*" || p.NamesAccount(r.Caller.Account) || p.Names(r.Caller.ARN)
	}, map[string][]string{
		"aws:principalarn": {policydoc.RoleOf(r.Caller.ARN)}, "aws:principalaccount": {r.Caller.Account}, "aws:userid": {r.Caller.UserID},
		"aws:principalisawsservice": {"false"}, "aws:requestedregion": {r.Region},
		"aws:securetransport": {"true"}, // the endpoint stands for one of AWS's
	})
	why := "because no resource-based policy allows the " + action + " action"
	switch foreign := r.Caller.Account != s.w.Account; {
	case decided == policydoc.ExplicitDeny:
		why = "with an explicit deny in a resource-based policy"
	case !foreign || decided == policydoc.Allowed && !slices.Contains(ours, r.Op.Name):
		return nil
	}
	return accessDenied("User: %s is not authorized to perform: %s on resource: %s %s", r.Caller.ARN, action, q.ARN(), why)
}
