package policy

import (
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// How says through what a policy allows an action.
type How string

// The ways.
const (
	Directly    How = "directly"
	ByWildcard  How = "by wildcard"
	ByNotAction How = "by NotAction"
	// Unknown is the way of a policy that could not be read.
	Unknown How = "by what could not be read"
)

// Allowed is an action, or a class of them such as quicksight:Describe*, and whether an identity may do it.
type Allowed struct {
	Action string // as in IAM, quicksight:CreateReader; a class holds *
	Answer Answer
	// How, Policy and Statement say through what; they are empty where the answer is No. Statement counts from 1, and is 0
	// for a policy that could not be read.
	How       How
	Policy    string // its name, as in tenancy.PolicyDocument
	ARN       string // of a managed policy, "" for an inline one
	Statement int
	// Critical says that whoever may do it can get at other tenants, or become anybody, at once.
	Critical bool
	Why      string // why it matters: one sentence, without a full stop
}

// Judgement is what an identity's documents say.
type Judgement struct {
	// Door are the three actions of just-in-time provisioning, each with its answer.
	Door []Allowed
	// Beyond are the actions that signing in does not need, and that are not certainly denied; but not what only a policy that
	// could not be read may allow.
	Beyond []Allowed
	Trust  Trust
	// Unread are the policies that could not be read, each with why.
	Unread []string
}

// OpensDoor answers whether somebody who signs in through the role can register themselves.
func (j Judgement) OpensDoor() Answer {
	opens := No
	for _, a := range j.Door {
		opens = max(opens, a.Answer)
	}
	return opens
}

// Judge says what an identity of QuickSight's account allows.
func Judge(id tenancy.Identity, account tenancy.AccountID) Judgement {
	g := grantsOf(id)
	j := Judgement{Trust: trustOf(id), Unread: g.unread()}
	resource := Self(partitionOf(id.ARN), account)
	for _, d := range door {
		j.Door = append(j.Door, g.opens(d, resource))
	}
	j.Beyond = g.beyond()
	return j
}

// opens judges one of the door's actions. It is open where it is for anybody: what denies it to some, by their names, shuts it
// for them alone.
func (g grants) opens(d row, resource string) Allowed {
	a := g.judged(d, classOf(d.action), resource, nil)
	if a.Answer != Maybe {
		return a
	}
	if open := g.judged(d, classOf(d.action), resource, anybody); open.Answer == Yes {
		return open
	}
	return a
}

// anybody is the context of a session of which only the name is known, and the name is nobody's.
var anybody = map[string][]string{"aws:userid": {"${role:id}:" + filler}}

// May answers whether an identity may do an action on a resource. Both may hold * and ?, and then stand for any that fits:
// the answer is Yes where one of them is allowed. The context has the values of condition keys, its names in lower case; a
// key without values is known to be absent, and one that is not in it is not known.
func May(id tenancy.Identity, action, resource string, context map[string][]string) Answer {
	answer, _ := grantsOf(id).any(classOf(action), resource, context)
	return answer
}

// Holds judges single actions and classes of them, on whatever resource: those that are not certainly denied. What only a policy
// that could not be read may allow is not among them.
func Holds(id tenancy.Identity, actions []string) []Allowed {
	g := grantsOf(id)
	var all []Allowed
	for _, action := range actions {
		if a := g.judged(row{action: action}, classOf(action), "*", nil); a.Answer > No && a.How != Unknown {
			all = append(all, a)
		}
	}
	return all
}

// Unread names the policies of an identity that could not be read, each with why.
func Unread(id tenancy.Identity) []string { return grantsOf(id).unread() }

// Self is the resource of just-in-time provisioning: whoever signs in, as themselves (Quick user guide, "IAM policy examples":
// arn:aws:quicksight::<account>:user/${aws:userid}, without a Region).
func Self(partition string, account tenancy.AccountID) string {
	return "arn:" + partition + ":quicksight::" + string(account) + ":user/${aws:userid}"
}

// partitionOf is the partition of an ARN.
func partitionOf(arn string) string {
	if parts := strings.SplitN(arn, ":", 3); len(parts) == 3 && parts[0] == "arn" {
		return parts[1]
	}
	return "aws"
}
