//go:build !tenantry.lambda

package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const exists = "ResourceExistsException" // QuickSight's, for a name that is taken

// said is an answer in words.
func said(a tenancy.ProbeAnswer) string {
	switch {
	case a.Took:
		return "taken"
	case a.Message == "":
		return "refused: " + a.Code
	}
	return "refused: " + a.Code + ": " + a.Message
}

// Twice is what became of one principal in two namespaces.
type Twice struct {
	First, Second tenancy.ProbeAnswer // of RegisterUser
	InFirst, In   bool                // afterwards, that the user is in the first and in the second
}

// JudgeSamePrincipal says whether a principal may be in two namespaces. Only that the name is taken counts as a no.
func JudgeSamePrincipal(t Twice) Outcome {
	o := Outcome{Trial: TrialSamePrincipal, Verdict: NotKnown}
	switch {
	case !t.First.Took:
		o.Seen = "the throwaway role cannot be registered at all: " + said(t.First)
	case t.Second.Refused(exists):
		o.Verdict, o.Seen = No, "the second registration was "+said(t.Second)
	case !t.Second.Took:
		o.Seen = "the second registration was " + said(t.Second)
	case !t.InFirst && t.In:
		o.Verdict, o.Seen = No, "the second registration was taken, and the first is gone by it"
	case !t.In || !t.InFirst:
		o.Seen = "the second registration was taken, and the users are not there"
	default:
		o.Verdict, o.Seen = Yes, "both registrations were taken, and are there"
	}
	return o
}

// Reserved is what became of a registration under the role of a permission set.
type Reserved struct {
	Role    tenancy.RoleARN
	Control tenancy.ProbeAnswer // RegisterUser under the throwaway role
	Answer  tenancy.ProbeAnswer // and under Role
	Want    tenancy.UserName    // the name that tenantry expects
	There   bool                // the user is found by it
}

// JudgeReservedRole says whether QuickSight registers people under roles of permission sets, as whom tenantry expects.
func JudgeReservedRole(r Reserved) Outcome {
	o := Outcome{Trial: TrialReservedRole, Verdict: NotKnown}
	switch {
	case r.Role.IsZero():
		o.Seen = "no role of a permission set is known: name one with --reserved-role ARN"
	case !r.Control.Took:
		o.Seen = "the throwaway role cannot be registered either: " + said(r.Control)
	case r.Answer.Took && tenancy.UserName(r.Answer.Name) != r.Want:
		o.Verdict, o.Seen = No, fmt.Sprintf("the registration was taken by the name %s, and tenantry expects %s", r.Answer.Name, r.Want)
	case r.Answer.Took && r.There:
		o.Verdict, o.Seen = Yes, fmt.Sprintf("the registration was taken, by the name %s", r.Want)
	case r.Answer.Took:
		o.Seen = "the registration was taken, and the user is not there"
	case r.Answer.Code == "InvalidParameterValueException":
		o.Verdict, o.Seen = No, fmt.Sprintf("a registration under %s was %s; the throwaway role was taken", r.Role.Name(), said(r.Answer))
	default:
		o.Seen = "the registration was " + said(r.Answer)
	}
	return o
}

// Pair are two names of a kind that differ only by case.
type Pair struct {
	Kind        string              // "namespaces", "groups", "users"
	First, Twin tenancy.ProbeAnswer // of making them, one after the other
	Both        bool                // afterwards, that both are there by their own names
}

func (p Pair) judge() (Verdict, string) {
	switch {
	case p.First.Took && p.Twin.Took && p.Both:
		return Yes, p.Kind + " stand beside each other"
	case p.First.Took && p.Twin.Refused(exists):
		return No, p.Kind + " do not: " + said(p.Twin)
	case p.First.Took && p.Twin.Took:
		return No, p.Kind + " do not: both were taken, and are not there by two names"
	case p.First.Took:
		return NotKnown, "of " + p.Kind + " it is not known: " + said(p.Twin)
	}
	return NotKnown, "of " + p.Kind + " it is not known: " + said(p.First)
}

// JudgeNameCase says whether names that differ only by case stand beside each other, of every kind.
func JudgeNameCase(pairs []Pair) Outcome {
	var verdicts []Verdict
	var seen []string
	for _, p := range pairs {
		v, text := p.judge()
		verdicts, seen = append(verdicts, v), append(seen, text)
	}
	return Outcome{TrialNameCase, worst(verdicts), strings.Join(seen, "; ")}
}

// worst is No where one is, and Yes where all are.
func worst(all []Verdict) Verdict {
	switch {
	case slices.Contains(all, No):
		return No
	case len(all) == 0 || slices.Contains(all, NotKnown):
		return NotKnown
	}
	return Yes
}

// Profiled is what became of custom permissions profiles.
type Profiled struct {
	User             tenancy.ProbeAnswer // RegisterUser without any
	Register, Update tenancy.ProbeAnswer // with a profile that there is not
	// Configured is the profile of the suspended, "" for none, and Given what became of giving it.
	Configured string
	Given      tenancy.ProbeAnswer
	Has        bool // the user has it afterwards
}

// JudgeProfile says whether a profile is refused that there is not, and of the configured one, whether it is taken.
func JudgeProfile(p Profiled) Outcome {
	o := Outcome{Trial: TrialUnknownProfile, Verdict: NotKnown}
	switch {
	case !p.User.Took:
		o.Seen = "nobody can be registered to try it with: " + said(p.User)
		return o
	case p.Register.Took || p.Update.Took:
		o.Verdict = No
	default:
		o.Verdict = Yes
	}
	o.Seen = fmt.Sprintf("a profile that there is not was %s (RegisterUser), and %s (UpdateUserCustomPermission)", said(p.Register), said(p.Update))
	switch {
	case p.Configured == "":
	case p.Given.Took && p.Has:
		o.Seen += fmt.Sprintf("; leavers.suspend_with, %s, was taken", p.Configured)
	case p.Given.Took:
		o.Seen += fmt.Sprintf("; leavers.suspend_with, %s, was taken, and the user does not have it", p.Configured)
	default:
		o.Seen += fmt.Sprintf("; leavers.suspend_with, %s, was %s", p.Configured, said(p.Given))
	}
	return o
}

// JudgeFailed says how a namespace is retried whose creation has failed. failed says that there was one.
func JudgeFailed(failed bool, again tenancy.ProbeAnswer) Outcome {
	o := Outcome{Trial: TrialFailedNamespace, Verdict: NotKnown}
	switch {
	case !failed:
		o.Seen = "no creation has failed"
	case again.Took:
		o.Verdict, o.Seen = Yes, "the second CreateNamespace was taken"
	case again.Refused(exists):
		o.Verdict, o.Seen = No, "the second CreateNamespace was "+said(again)
	default:
		o.Seen = "the second CreateNamespace was " + said(again)
	}
	return o
}

// JudgeSearch says whether a search by a user who is deleted is answered.
func JudgeSearch(user, leaving, search tenancy.ProbeAnswer) Outcome {
	o := Outcome{Trial: TrialDeletedSearch, Verdict: NotKnown}
	switch {
	case !user.Took || !leaving.Took:
		o.Seen = "nobody could be registered and deleted to try it with: " + said(user) + ", " + said(leaving)
	case search.Took:
		o.Verdict, o.Seen = Yes, "SearchDashboards was answered"
	default:
		o.Verdict, o.Seen = No, "SearchDashboards was "+said(search)
	}
	return o
}

// Visit is what happened when somebody signed in.
type Visit struct {
	User      tenancy.UserName
	Namespace string // the one in which they are registered; "" where that is not exactly one besides default
	Before    bool   // they were in default before
	Default   bool   // they are in default now
	Federated bool   // the trail tells of a sign-in through the role since
	// Door is whether they could have registered themselves before they were asked to sign in; Why says why that is not known.
	Door policy.Answer
	Why  string
	// Says is what the person says: whether QuickSight has let them in; NotKnown where nobody answered.
	Says Verdict
}

// JudgeSignIn says whether somebody who is registered gets in while the door is shut.
func JudgeSignIn(v Visit) Outcome {
	o := Outcome{Trial: TrialSignIn, Verdict: NotKnown}
	trail := "the trail tells of the sign-in"
	if !v.Federated {
		trail = "the trail does not tell of the sign-in (yet)"
	}
	switch {
	case v.User == "":
		o.Seen = "nobody is named: --visitor Role/session"
	case v.Before || v.Namespace == "":
		o.Seen = string(v.User) + " has to be registered in just one namespace, and not in default"
	case v.Door == policy.Yes:
		o.Seen = fmt.Sprintf("the door is open for %s: whether they get in says nothing, and nobody was asked to; shut it for them first (tenantry door canary %s)", v.User, tenancy.ShellQuote(v.User.SessionName()))
	case v.Default:
		o.Verdict, o.Seen = No, "signing in has registered them in default: the door is open, and QuickSight did not see the registration in "+v.Namespace
	case v.Says == No:
		o.Verdict, o.Seen = No, "QuickSight did not let them in; "+trail
	case v.Says == Yes && v.Door == policy.Maybe:
		o.Seen = "QuickSight let them in, and it is not known whether the door was shut for them: " + v.Why + "; " + trail
	case v.Says == Yes:
		o.Verdict, o.Seen = Yes, "QuickSight let them in, and they are not in default; "+trail
	default:
		o.Seen = "nobody has said whether QuickSight let them in; " + trail
	}
	return o
}
