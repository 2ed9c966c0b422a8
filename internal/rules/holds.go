package rules

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The codes of what the rules hold. Each stands for one reason, and its hold names what ends it.
const (
	// Of groups.
	GroupName     tenancy.Code = "group-name"      // looks like a pattern's, with no namespace in it
	NamespaceName tenancy.Code = "namespace-name"  // what it captures cannot be a namespace
	Reserved      tenancy.Code = "reserved"        // the namespace is another group's, by id
	Ambiguous     tenancy.Code = "ambiguous-group" // two rules read two namespaces in the name
	Folding       tenancy.Code = "namespace-case"  // two namespaces differ only by case
	Extends       tenancy.Code = "extends"         // a new namespace only extends another
	Further       tenancy.Code = "new-group"       // wants to join a tenant that exists
	Renamed       tenancy.Code = "renamed-group"   // a bound group bears another tenant's name now
	Rebound       tenancy.Code = "rebound-group"   // a rule gives a bound group to another namespace
	BoundTwice    tenancy.Code = "bound-twice"     // two namespaces bear the group's mark
	GroupGone     tenancy.Code = "group-gone"      // bound, and no longer in the directory
	GroupUnknown  tenancy.Code = "group-unknown"   // a rule names an id that no group has
	NoRule        tenancy.Code = "no-rule"         // bound, and no rule is for it any more
	HouseGroup    tenancy.Code = "house-group"     // bound, and named as the house's
	HouseSpace    tenancy.Code = "house-namespace" // its namespace is the house's
	MirrorName    tenancy.Code = "mirror-name"     // its mirror cannot have that name

	// Of tenants.
	RoleName     tenancy.Code = "role-name"     // the sign-in role's name would be too long
	RoleMissing  tenancy.Code = "role-missing"  // there is no such sign-in role, or more than one
	ReservedRole tenancy.Code = "reserved-role" // permission sets' roles are switched off

	// Of people.
	Spanning      tenancy.Code = "spanning"       // in the groups of two tenants
	HousePerson   tenancy.Code = "house-person"   // the house's, and in a tenant's group
	NoEmail       tenancy.Code = "no-email"       // QuickSight wants an address
	EmailDomain   tenancy.Code = "email-domain"   // not one of the tenant's
	SessionFault  tenancy.Code = "session-name"   // what they are called cannot be a session name
	SamePrincipal tenancy.Code = "same-principal" // two people would be one at sign-in
	UnknownRole   tenancy.Code = "unknown-role"   // QuickSight names a role that tenantry does not know
	FormerUsers   tenancy.Code = "former-users"   // their user of before cannot be replaced without a guess
)

// SharedWithNobody is the code of the note about a share that names a group which no tenant has.
const SharedWithNobody tenancy.Code = "shared-with-nobody"

// RenamedNote is the code of the note about a bound group whose name fits no rule any more.
const RenamedNote tenancy.Code = "renamed"

func ofGroup(code tenancy.Code, g tenancy.GroupID, n, reason, ends string) tenancy.Hold {
	return tenancy.Hold{Code: code, Object: string(g), Namespace: n, Reason: reason, Ends: ends}
}

func heldGroupName(g tenancy.Group, text, rule string) tenancy.Hold {
	return ofGroup(GroupName, g.ID, "",
		fmt.Sprintf("the name of the group %q looks like one for %s, but %q cannot be a namespace (letters, digits, '.', '_', '-')", g.Name, rule, text),
		fmt.Sprintf("rename the group, or add to tenants: {group_id: %s, namespace: NAME}", g.ID))
}

func heldNamespaceName(g tenancy.Group, text string, err error) tenancy.Hold {
	return ofGroup(NamespaceName, g.ID, text,
		fmt.Sprintf("the group %q asks for a namespace that cannot be: %v", g.Name, err),
		fmt.Sprintf("rename the group, or add to tenants: {group_id: %s, namespace: NAME}", g.ID))
}

func heldReserved(g tenancy.Group, n, reserved tenancy.Namespace) tenancy.Hold {
	return ofGroup(Reserved, g.ID, n.String(),
		fmt.Sprintf("the group %q asks by its name for the namespace %s, and a rule with group_id keeps %s for another group", g.Name, n, reserved),
		fmt.Sprintf("if it belongs there, add to tenants: {group_id: %s, namespace: %s}; otherwise rename the group", g.ID, reserved))
}

func heldHouseNamespace(g tenancy.Group, n tenancy.Namespace) tenancy.Hold {
	return ofGroup(HouseSpace, g.ID, n.String(),
		fmt.Sprintf("the group %q asks for the namespace %s, which house.namespaces keeps for the company itself", g.Name, n),
		fmt.Sprintf("rename the group, or take %s out of house.namespaces", n))
}

func heldAmbiguous(b binding, other string) tenancy.Hold {
	return ofGroup(Ambiguous, b.group, b.namespace.String(),
		fmt.Sprintf("the group %q reads as the namespace %s by %s, and as %s by another rule", b.name, b.namespace, b.rule.Text, other),
		fmt.Sprintf("say which: add to tenants: {group_id: %s, namespace: %s} (or %s)", b.group, b.namespace, other))
}

func heldFolding(b binding, alike []string) tenancy.Hold {
	return ofGroup(Folding, b.group, b.namespace.String(),
		fmt.Sprintf("the group %q asks for the namespace %s, and these differ only by case: %s", b.name, b.namespace, strings.Join(alike, ", ")),
		"rename the groups so that they agree, or so that they differ by more than case")
}

func heldExtends(b binding, shorter string) tenancy.Hold {
	return ofGroup(Extends, b.group, b.namespace.String(),
		fmt.Sprintf("the group %q asks for a new namespace %s that only extends %s: it may be a group of that tenant, under a name that no rule expects", b.name, b.namespace, shorter),
		fmt.Sprintf("if %s is a customer of its own, add to tenants: {group_id: %s, namespace: %s}; otherwise rename the group", b.namespace, b.group, b.namespace))
}

func heldFurther(b binding, instead string) tenancy.Hold {
	if instead != "" {
		instead = fmt.Sprintf("if it has come in place of a group that is gone: %s; ", instead)
	}
	return ofGroup(Further, b.group, b.namespace.String(),
		fmt.Sprintf("the group %q wants to join the tenant %s, which exists already without it", b.name, b.namespace),
		instead+fmt.Sprintf("if its members belong there, add to tenants: {group_id: %s, namespace: %s, role: %s}, or set new_groups: allow; otherwise rename the group", b.group, b.namespace, b.rule.Role))
}

func heldRenamed(g tenancy.Group, mirror string, n tenancy.Namespace, other string) tenancy.Hold {
	return ofGroup(Renamed, g.ID, n.String(),
		fmt.Sprintf("the group %q is bound to %s (its mirror is %q), and its name is now that of the tenant %s: nobody moves, and nobody new comes in through it", g.Name, n, mirror, other),
		fmt.Sprintf("give the group its former name, or fix its tenant with {group_id: %s, namespace: %s}", g.ID, n))
}

func heldRebound(g tenancy.Group, n tenancy.Namespace, rule Rule) tenancy.Hold {
	return ofGroup(Rebound, g.ID, n.String(),
		fmt.Sprintf("the group %q is bound to %s, and %s gives it to %s: its people stay where they are", g.Name, n, rule.Text, rule.Namespace),
		fmt.Sprintf("namespace: %s in that rule", n))
}

func heldBoundTwice(account tenancy.AccountID, m tenancy.Mirror, n tenancy.Namespace) tenancy.Hold {
	return ofGroup(BoundTwice, m.Group, n.String(),
		fmt.Sprintf("the group %s is marked in more than one namespace, %s among them", m.Group, n),
		fmt.Sprintf("where it is wrong: aws quicksight update-group --aws-account-id %s --namespace %s --group-name %s --description none", account, n, tenancy.ShellQuote(m.Name)))
}

func heldGroupGone(account tenancy.AccountID, m tenancy.Mirror, n tenancy.Namespace, taking string) tenancy.Hold {
	if taking != "" {
		taking = fmt.Sprintf("if another group has come in its place: %s; ", taking)
	}
	h := ofGroup(GroupGone, m.Group, n.String(),
		fmt.Sprintf("the group behind the mirror %q is no longer in the directory: its %d members stay registered", m.Name, len(m.Members)),
		taking+fmt.Sprintf("if the customer has left: tenantry retire %s; if only this group has gone: aws quicksight delete-group --aws-account-id %s --namespace %s --group-name %s, and the next plan shows who leaves with it",
			n, account, n, tenancy.ShellQuote(m.Name)))
	h.Access = len(m.Members) > 0
	return h
}

func heldGroupUnknown(store tenancy.StoreID, r *Rule) tenancy.Hold {
	return ofGroup(GroupUnknown, r.Group, r.Namespace.String(),
		fmt.Sprintf("%s is for the tenant %s, and the directory has no group of that id", r.Text, r.Namespace),
		fmt.Sprintf("mend the rule, or take it out; these ids there are: aws identitystore list-groups --identity-store-id %s", store))
}

func heldNoRule(g tenancy.Group, n tenancy.Namespace) tenancy.Hold {
	return ofGroup(NoRule, g.ID, n.String(),
		fmt.Sprintf("the group %q is bound to %s, and no rule is for it any more: nothing changes there", g.Name, n),
		fmt.Sprintf("add to tenants: {group_id: %s, namespace: %s, role: ROLE}", g.ID, n))
}

func heldHouseGroup(g tenancy.Group, n tenancy.Namespace) tenancy.Hold {
	return ofGroup(HouseGroup, g.ID, n.String(),
		fmt.Sprintf("the group %q is bound to %s, and house.groups names it as the company's own", g.Name, n),
		fmt.Sprintf("take %q out of house.groups, or rename the group", g.Name))
}

func heldMirrorName(b binding, why, instead string) tenancy.Hold {
	if instead != "" {
		instead = fmt.Sprintf("if it has come in place of the group that is gone: %s; otherwise ", instead)
	}
	return ofGroup(MirrorName, b.group, b.namespace.String(),
		fmt.Sprintf("the QuickSight group for %q would be called %q, which %s", b.name, b.mirror, why),
		instead+fmt.Sprintf("mirror: NAME in %s, which names the QuickSight group", b.rule.Text))
}

func ofPerson(code tenancy.Code, p *tenancy.Person, n, reason, ends string) tenancy.Hold {
	return tenancy.Hold{Code: code, Object: string(p.ID), Namespace: n, Reason: reason, Ends: ends}
}

func heldSpanning(p *tenancy.Person, namespaces []string) tenancy.Hold {
	return ofPerson(Spanning, p, "",
		fmt.Sprintf("%s is in the groups of %s, and a principal lives in one namespace: they stay where they are", who(p), strings.Join(namespaces, " and ")),
		fmt.Sprintf("take %s out of the groups of all but one of them; or give each tenant a sign-in role of its own ({namespace} in sign_in) and set spanning_people: allow", tenancy.Word(p.UserName)))
}

func heldHousePerson(p *tenancy.Person, n tenancy.Namespace) tenancy.Hold {
	return ofPerson(HousePerson, p, n.String(),
		fmt.Sprintf("%s is one of the company's own, and is in a group of the tenant %s", who(p), n),
		fmt.Sprintf("take %s out of the tenant's group, or out of the groups in house.groups", tenancy.Word(p.UserName)))
}

func heldNoEmail(p *tenancy.Person, n tenancy.Namespace) tenancy.Hold {
	return ofPerson(NoEmail, p, n.String(),
		fmt.Sprintf("%s has no e-mail address, and QuickSight registers nobody without one", who(p)),
		fmt.Sprintf("give %s an e-mail address in Identity Center", tenancy.Word(p.UserName)))
}

func heldEmailDomain(p *tenancy.Person, b *binding) tenancy.Hold {
	domain := p.Email[strings.LastIndexByte(p.Email, '@')+1:]
	return ofPerson(EmailDomain, p, b.namespace.String(),
		fmt.Sprintf("%s has an e-mail address at %s, and the group %q is for %s", who(p), tenancy.Word(domain), b.name, strings.Join(b.rule.EmailDomains, ", ")),
		fmt.Sprintf("take %s out of the group, or add the domain to email_domains in %s", tenancy.Word(p.UserName), b.rule.Text))
}

func heldSessionName(p *tenancy.Person, n tenancy.Namespace, err error) tenancy.Hold {
	return ofPerson(SessionFault, p, n.String(),
		fmt.Sprintf("nobody can say as whom %s signs in: %v", who(p), err),
		"give them a user name of 2 to 64 letters, digits and _+=.@- in Identity Center")
}

func heldSamePrincipal(p *tenancy.Person, n tenancy.Namespace, alike []tenancy.PersonID) tenancy.Hold {
	var others []string
	for _, id := range alike {
		if id != p.ID {
			others = append(others, string(id))
		}
	}
	return ofPerson(SamePrincipal, p, n.String(),
		fmt.Sprintf("%s would sign in under a name that differs by case at the most from that of %s", who(p), strings.Join(others, ", ")),
		"give one of them another name in Identity Center")
}

func heldUnknownRole(r *tenancy.Registration, n tenancy.Namespace) tenancy.Hold {
	return tenancy.Hold{
		Code: UnknownRole, Object: string(r.User), Namespace: n.String(),
		Reason: fmt.Sprintf("%s has the role %s, which this version does not know", tenancy.Word(string(r.User)), tenancy.Word(string(r.Role))),
		Ends:   "give the user one of READER, AUTHOR or their PRO kinds (aws quicksight update-user), or update tenantry",
	}
}

// who is how a person is called in a sentence: by their user name, which their administrator knows,
// and their id, which is exact.
func who(p *tenancy.Person) string {
	return fmt.Sprintf("%q (%s)", p.UserName, p.ID)
}

func notedRenamed(g tenancy.Group, mirror string, n tenancy.Namespace) tenancy.Note {
	return tenancy.Note{
		Code: RenamedNote, Object: string(g.ID), Namespace: n.String(),
		Text: fmt.Sprintf("the group %q fits no rule by its name; it is bound to %s since it was called %q, and goes on there", g.Name, n, mirror),
	}
}
