//go:build !tenantry.lambda

package doctor

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Trial is something that AWS does not document, and that is tried in the user's own account. Nothing here does it: the
// engine does, and what was answered is judged in judge.go.
type Trial struct {
	Name string
	Asks string // what it finds out, as a question
	// Makes says what is made for it, besides the throwaway namespaces and role that it needs.
	Makes   string
	Calls   []string // of AWS, as IAM names them, besides those that make and remove the throwaways
	Yes, No string   // what the answers mean
	// Switch is the key that the answer sets, yes to true and no to false; "" where nothing of tenantry hangs on it.
	Switch string
	// Namespaces are the throwaway namespaces that have to be there first, and Role says that the throwaway role has to be.
	Namespaces []tenancy.ProbePlace
	Role       bool
	// Person says that it needs somebody who signs in.
	Person bool
}

// The names of the trials.
const (
	TrialSamePrincipal   = "same-principal"
	TrialReservedRole    = "reserved-role"
	TrialNameCase        = "name-case"
	TrialUnknownProfile  = "suspension-profile"
	TrialFailedNamespace = "failed-namespace"
	TrialDeletedSearch   = "search-after-delete"
	TrialSignIn          = "sign-in"
)

// The switches, as the configuration calls them.
const (
	SwitchSamePrincipal = "aws.same_principal_in_two_namespaces"
	SwitchReservedRoles = "aws.reserved_role_arns"
	SwitchCreateAgain   = "aws.failed_namespace_created_again"
)

var (
	inOne = []tenancy.ProbePlace{tenancy.ProbeFirst}
	inTwo = []tenancy.ProbePlace{tenancy.ProbeFirst, tenancy.ProbeSecond}
)

// Trials are all of them, in the order in which they are made.
var Trials = []Trial{
	{
		Name: TrialSamePrincipal, Namespaces: inTwo, Role: true, Switch: SwitchSamePrincipal,
		Asks:  "may one role and session be registered in two namespaces?",
		Makes: "a reader in each of two namespaces",
		Calls: []string{"quicksight:RegisterUser", "quicksight:DescribeUser"},
		Yes:   "it may; AWS does not say into which of the two it then signs in",
		No:    "one principal, one namespace: who is to move is taken out before they are registered",
	},
	{
		Name: TrialReservedRole, Namespaces: inOne, Role: true, Switch: SwitchReservedRoles,
		Asks:  "does QuickSight register people under the role of a permission set, and by what name?",
		Makes: "a reader under the role of a permission set that is there, by a session that nobody has, and one under the throwaway role to compare it with",
		Calls: []string{"iam:ListRoles", "quicksight:RegisterUser", "quicksight:DescribeUser"},
		Yes:   "it does, and their names are Role/session, as tenantry expects",
		No:    "it does not, or by another name: people have to sign in through a role of your own (sign_in.role)",
	},
	{
		Name: TrialNameCase, Namespaces: inOne, Role: true,
		Asks:  "do namespaces, groups and users that differ only by case stand beside each other?",
		Makes: "two groups and two readers in one namespace, and a further namespace, all of them of names that differ only by case",
		Calls: []string{"quicksight:RegisterUser", "quicksight:DescribeUser", "quicksight:CreateGroup", "quicksight:DescribeGroup"},
		Yes:   "they do. tenantry holds such names all the same: people cannot tell them apart",
		No:    "not all of them do. tenantry holds such names, and so never comes to it",
	},
	{
		Name: TrialUnknownProfile, Namespaces: inOne, Role: true,
		Asks:  "is a custom permissions profile refused that there is not, and is the one of the suspended taken?",
		Makes: "two readers; one of them gets the profile of leavers.suspend_with, if there is one",
		Calls: []string{"quicksight:RegisterUser", "quicksight:DescribeUser", "quicksight:UpdateUserCustomPermission"},
		Yes:   "it is refused: a profile that is misspelt shows as a step that fails",
		No:    "it is taken without a word: a profile that is misspelt restricts nobody, so compare leavers.suspend_with and custom_permissions with what QuickSight has",
	},
	{
		Name: TrialFailedNamespace, Namespaces: inOne, Switch: SwitchCreateAgain,
		Asks:  "is a namespace whose creation has failed (RETRYABLE_FAILURE) created again, or has it to be deleted first?",
		Makes: "nothing more. It cannot be brought about: there is an answer only if the creation of a throwaway namespace happens to fail",
		Calls: []string{"quicksight:CreateNamespace"},
		Yes:   "CreateNamespace is taken again",
		No:    "it has to be deleted first: tenantry does not ask again, and says so",
	},
	{
		Name: TrialDeletedSearch, Namespaces: inOne, Role: true,
		Asks:  "is a search answered that is by the ARN of a user who is deleted?",
		Makes: "a reader, who is deleted again",
		Calls: []string{"quicksight:RegisterUser", "quicksight:DeleteUser", "quicksight:DescribeUser", "quicksight:SearchDashboards"},
		Yes:   "it is answered; whether it finds what they owned is not tried. tenantry searches before it deletes anybody",
		No:    "it is refused. tenantry searches before it deletes anybody",
	},
	{
		Name: TrialSignIn, Person: true,
		Asks:  "does somebody who is registered get in while the door of just-in-time provisioning is shut for them?",
		Makes: "nothing. Somebody signs in, whom you name with --visitor; shut the door for them first (tenantry door canary). Where it is open for them nobody is asked",
		Calls: []string{
			"quicksight:ListNamespaces", "quicksight:DescribeUser", "iam:ListRoles", "iam:GetRole", "iam:ListRolePolicies", "iam:GetRolePolicy",
			"iam:ListAttachedRolePolicies", "iam:GetPolicy", "iam:GetPolicyVersion", "cloudtrail:LookupEvents",
		},
		Yes: "they get in: shut the door for everybody (tenantry door shut --signed-in)",
		No:  "they are turned away, or registered in default: do not shut the door (tenantry door open)",
	},
}

// Needs reports whether the trial needs a throwaway namespace. One that is about the failing of creations needs any.
func (t Trial) Needs(at tenancy.ProbePlace) bool { return slices.Contains(t.Namespaces, at) }

// Invitation asks somebody to sign in, and what became of it, in several lines.
func Invitation(store tenancy.StoreID, user tenancy.UserName, namespace string) string {
	return fmt.Sprintf(`Let %s sign in now, who is registered in %s, in a window without an earlier session:
  through the access portal, https://%s.awsapps.com/start (or the one that your company uses), and there by the
  application or the role that leads to QuickSight; or, with a session of the role, https://quicksight.aws.amazon.com
Has QuickSight let them in? (y or n, and Enter once it is clear)`, tenancy.Word(string(user)), tenancy.Word(namespace), tenancy.Word(string(store)))
}

// TrialNamed is the trial of a name, and whether there is one.
func TrialNamed(name string) (Trial, bool) {
	i := slices.IndexFunc(Trials, func(t Trial) bool { return t.Name == name })
	if i < 0 {
		return Trial{}, false
	}
	return Trials[i], true
}

// Verdict is what a trial came to.
type Verdict string

// The verdicts.
const (
	Yes      Verdict = "yes"
	No       Verdict = "no"
	NotKnown Verdict = "not known"
)

// Outcome is what a trial came to, and by what.
type Outcome struct {
	Trial   string  `json:"trial"`
	Verdict Verdict `json:"verdict"`
	Seen    string  `json:"seen"` // what AWS answered, or why it is not known
}

// Setting is a switch of the configuration and its value.
type Setting struct {
	Key   string // such as aws.reserved_role_arns
	Value bool
}

// Settings are the switches that outcomes set, in the order of the trials.
func Settings(outcomes []Outcome) (all []Setting) {
	for _, o := range outcomes {
		if t, is := TrialNamed(o.Trial); is && t.Switch != "" && o.Verdict != NotKnown {
			all = append(all, Setting{t.Switch, o.Verdict == Yes})
		}
	}
	return all
}
