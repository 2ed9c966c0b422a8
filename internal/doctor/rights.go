package doctor

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// ofRights is the check what tenantry itself may do.
var ofRights = []Check{{
	Name: "rights",
	Looks: "What the role may do that tenantry runs as: each action of `tenantry policy controller`, on its resources, as IAM itself answers (SimulatePrincipalPolicy), and as the role's policies say where IAM " +
		"has not the values of conditions. And what it may do too much: whatever that policy denies, such as to write in `default`.",
	Why:   "Without a right it fails where it comes to it, perhaps half-way; and what it may do too much, whoever takes its place may, too.",
	Mend:  "Give the role the policy that `tenantry policy controller` prints, and no other.",
	After: []string{"account"},
	Judge: judgeRights,
}}

// Ask is an action on a resource, which the policy of a purpose allows or denies.
type Ask struct {
	Action, Resource string
	Deny             bool
	// Given are the values of condition keys with which it is allowed, their names in lower case.
	Given map[string][]string
}

// Rights are what the one may do that tenantry runs as.
type Rights struct {
	// Who is their ARN: of a role, or else as AWS calls the caller.
	Who string
	// Identity is what was read of them, nil for nothing.
	Identity *tenancy.Identity
	Asks     []Ask
	// Answers are IAM's, by AskKey; none where it was not asked.
	Answers map[string]tenancy.Simulated
}

// Key names what is asked of IAM, for Rights.Answers.
func (a Ask) Key() string { return a.Action + " " + a.Of() }

// Of is the resource that IAM is asked about. IAM takes it letter by letter: what is allowed on all of a kind is asked for by the
// same wildcard, and what is denied on all of a kind by one of them.
func (a Ask) Of() string {
	if !a.Deny || a.Resource == "*" {
		return a.Resource
	}
	return strings.ReplaceAll(strings.Replace(a.Resource, ":*:", ":us-east-1:", 1), "*", "tenantry-doctor")
}

// Asks are what a policy document comes to, in its order. A statement that says what it does not mean, by NotAction or
// NotResource, comes to nothing.
func Asks(document string) ([]Ask, error) {
	d, err := policy.Parse(document)
	if err != nil {
		return nil, fmt.Errorf("read the policy of the controller: %w", err)
	}
	var all []Ask
	for i := range d.Statements {
		s := &d.Statements[i]
		given := map[string][]string{}
		for _, c := range s.Conditions {
			given[c.Key] = c.Values[:1]
		}
		for _, resource := range s.Resources {
			for _, action := range s.Actions {
				all = append(all, Ask{action, resource, !s.Allow, given})
			}
		}
	}
	return all, nil
}

func judgeRights(f *Facts) (string, []Trouble) {
	r := &f.Rights
	mend := f.controller()
	if u, failed := f.Unread[Simulation]; failed && u.Absent || !failed && r.Answers == nil {
		return "", []Trouble{{Amber, r.Who, r.Who + " is no role of the account that could be read, and it is not known what they may do", "make a role for tenantry (docs/controller-policy.md, \"The role itself\"), let it run as that, and put the policy in force by the commands that this prints:\n" + mend}}
	}
	if r.Identity == nil && r.Answers == nil {
		return "", f.unread(Simulation)
	}
	var all []Trouble
	lacks, may, unknown := r.sorted()
	if len(lacks) > 0 {
		all = append(all, Trouble{Red, r.Who, fmt.Sprintf("%s may not do what %s needs: %s", r.Who, f.For, listed(lacks)), "put the policy in force by the commands that this prints:\n" + mend})
	}
	if len(may) > 0 {
		all = append(all, Trouble{Amber, r.Who + " too much", fmt.Sprintf("%s may do what %s must not: %s", r.Who, f.For, listed(may)), "take away what else it has, once the policy is in force by the commands that this prints:\n" + mend})
	}
	if len(unknown) > 0 {
		all = append(all, Trouble{Amber, r.Who + " not known", fmt.Sprintf("it is not known whether %s may do what %s needs: %s", r.Who, f.For, listed(unknown)), "put the policy in force by the commands that this prints:\n" + mend})
	}
	all = append(all, f.unread(Simulation)...)
	return fmt.Sprintf("%s may do what %s needs, and nothing of what it must not", r.Who, f.For), all
}

// controller is the command that prints what puts the policy of the purpose in force.
func (f *Facts) controller() string {
	command := "tenantry policy controller --for " + string(f.For)
	if id := f.Rights.Identity; id != nil && !id.Role.IsZero() {
		command += " --role " + id.Role.Name()
	}
	if (f.For == policy.ForServe || f.For == policy.ForAudit) && f.Queue.DeadLetters != "" {
		command += " --dead-letters " + f.Queue.DeadLetters
	}
	return command + " --format commands"
}

// sorted are the actions that are missing, that are too many, and of which it is not known; each once, in order.
func (r *Rights) sorted() (lacks, may, unknown []string) {
	sets := map[bool]map[policy.Answer]map[string]bool{false: {}, true: {}}
	for _, a := range r.Asks {
		answer := r.answer(a)
		if sets[a.Deny][answer] == nil {
			sets[a.Deny][answer] = map[string]bool{}
		}
		sets[a.Deny][answer][a.named()] = true
	}
	in := func(deny bool, answer policy.Answer) []string { return slices.Sorted(maps.Keys(sets[deny][answer])) }
	return in(false, policy.No), in(true, policy.Yes), slices.Concat(in(false, policy.Maybe), in(true, policy.Maybe))
}

// named is an ask in words: what is denied is denied somewhere, and that matters.
func (a Ask) named() string {
	if a.Deny {
		return a.Action + " on " + a.Resource
	}
	return a.Action
}

// answer is IAM's where it could know, and else what the policies say.
func (r *Rights) answer(a Ask) policy.Answer {
	if s, asked := r.Answers[a.Key()]; asked && (s.Allowed || len(s.Missing) == 0) {
		if s.Allowed {
			return policy.Yes
		}
		return policy.No
	}
	if r.Identity == nil {
		return policy.Maybe
	}
	return policy.May(*r.Identity, a.Action, a.Resource, a.Given)
}

// listed are names in a sentence, the first few of many.
func listed(all []string) string {
	const most = 6
	if len(all) > most {
		return strings.Join(all[:most], ", ") + fmt.Sprintf(" and %d more", len(all)-most)
	}
	return strings.Join(all, ", ")
}
