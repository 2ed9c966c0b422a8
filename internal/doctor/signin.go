package doctor

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// ofSignIn are the checks about how people come in.
var ofSignIn = []Check{
	{
		Name:  "sign-in-roles",
		Looks: "Whether each tenant that the rules want has its sign-in role, and whether the role trusts one SAML provider of the account, and nobody besides.",
		Why:   "Without the role a tenant's people are held, and whoever else may assume it becomes anybody who signs in through it.",
		Mend:  "Make the role or the permission set (`tenantry sign-in kit`), or let it trust the SAML provider alone.",
		After: []string{"account", "subscription", "directory"},
		Judge: judgeRoles,
	},
	{
		Name:  "door",
		Looks: "Whether the sign-in roles deny the three actions of just-in-time provisioning, to everybody.",
		Why:   "Through an open door QuickSight registers whoever signs in too early in default, where no API moves them from.",
		Mend:  "Shut it, step by step, with `tenantry door`.",
		After: []string{"account", "subscription", "directory"},
		Judge: judgeDoor,
	},
	{
		Name:  "email-sync",
		Looks: "Where people sign in by a permission set: that QuickSight's e-mail syncing for federated users is off. No API says whether it is.",
		Why:   "With e-mail syncing on, whoever goes from the console of AWS to QuickSight gets an error (Quick user guide, \"Configuring email syncing for federated users\").",
		Mend:  "Look in QuickSight's account settings, turn it off, and accept this with the reason that you have looked.",
		Judge: judgeEmailSync,
	},
	{
		Name:  "scim-token",
		Looks: "When SCIM last wrote, as the trail tells (CloudTrail LookupEvents). A SCIM access token that was made before September 2024 leaves nothing in the trail.",
		Why:   "Events of such a token reach nobody: who joins or leaves in the identity provider is seen by the next pass only.",
		Mend:  "Rotate the access token of automatic provisioning; where people do not come by SCIM, accept this.",
		After: []string{"account"},
		Judge: judgeSCIM,
	},
}

func judgeRoles(f *Facts) (string, []Trouble) {
	if all := f.unread(Namespaces); all != nil {
		return "", all
	}
	var all []Trouble
	for _, h := range f.Held {
		if h.Code == roleMissing {
			all = append(all, Trouble{Red, h.Object, h.Namespace + ": " + h.Reason, h.Ends})
		}
	}
	for i := range f.SignIn {
		all = append(all, f.trust(&f.SignIn[i])...)
	}
	all = append(all, f.unread(Identities)...)
	var names []string
	for i := range f.SignIn {
		names = append(names, f.SignIn[i].Role.Name())
	}
	if names == nil {
		return "no tenant needs a sign-in role yet", all
	}
	return "a SAML provider alone leads into " + listed(names), all
}

// trust is what is wrong with who may become a role.
func (f *Facts) trust(s *SignInRole) []Trouble {
	if s.Identity == nil {
		return nil // that it could not be read is told once
	}
	name, trust := tenancy.Word(s.Role.Name()), policy.TrustOf(*s.Identity)
	trouble := func(l Level, seen string) Trouble { return Trouble{l, s.Role.String(), seen, f.trustAlone(s, trust)} }
	if trust.Unread != "" {
		return []Trouble{trouble(Amber, "the role "+name+": "+trust.Unread)}
	}
	var all []Trouble
	for _, w := range trust.Others(f.Account) {
		all = append(all, trouble(Red, fmt.Sprintf("the role %s can be assumed by %s", name, w)))
	}
	switch n := len(trust.Providers(f.Account)); {
	case n == 0:
		all = append(all, trouble(Red, "the role "+name+" trusts no SAML provider of the account: nobody signs in through it"))
	case n > 1:
		all = append(all, trouble(Red, fmt.Sprintf("the role %s trusts %d SAML providers, each of which says who somebody is", name, n)))
	}
	return all
}

// trustAlone is what lets a role trust one SAML provider only.
func (f *Facts) trustAlone(s *SignInRole, trust policy.Trust) string {
	providers := trust.Providers(f.Account)
	switch {
	case s.Role.Reserved():
		return "nobody can change the trust of a permission set's role but Identity Center: make the permission set anew"
	case len(providers) != 1:
		return "let the role " + s.Role.Name() + " trust one SAML provider, that of Identity Center: tenantry sign-in kit prints its trust policy"
	}
	return fmt.Sprintf("aws iam update-assume-role-policy --role-name %s --policy-document %s", s.Role.Name(), tenancy.ShellQuote(policy.Compact(policy.SAMLTrust(providers[0]))))
}

func judgeDoor(f *Facts) (string, []Trouble) {
	if all := f.unread(Namespaces); all != nil {
		return "", all
	}
	if all := f.unread(Identities); all != nil {
		return "", all
	}
	facts := &audit.DoorFacts{Facts: &audit.Facts{Account: f.Account, Have: f.Have, Identities: &tenancy.Identities{}}}
	for i := range f.SignIn {
		s := &f.SignIn[i]
		facts.SignIn = append(facts.SignIn, audit.SignInRole{Role: s.Role, PermissionSet: s.Role.PermissionSet(), Tenants: s.Tenants})
		if s.Identity != nil {
			facts.Identities.All = append(facts.Identities.All, *s.Identity)
		}
	}
	var all []Trouble
	for _, r := range audit.LookAtDoor(facts).Roles {
		t := Trouble{Red, r.Role.String(), fmt.Sprintf("the door of the role %s is %s", tenancy.Word(r.Role.Name()), r.State), shutDoor(facts, &r)}
		switch r.State {
		case audit.Shut:
			continue
		case audit.ForCanary, audit.Undecided:
			t.Level = Amber
		}
		if r.How != "" {
			t.Seen += " (" + r.How + ")"
		}
		all = append(all, t)
	}
	return "the sign-in roles let nobody register themselves", all
}

// shutDoor are the steps that shut the door of a role.
func shutDoor(facts *audit.DoorFacts, r *audit.DoorRole) string {
	const see = "see who would be locked out, and end that first:\ntenantry door"
	id := facts.Identities.Of(r.Role)
	if id == nil || r.Role.Reserved() {
		return see
	}
	commands, err := policy.TargetOf(facts.Account, *id, tenancy.Assigned{}).Put(policy.SignIn())
	if err != nil {
		return see
	}
	return see + "\nand when nobody would be:\n" + strings.Join(commands, "\n")
}

func judgeEmailSync(f *Facts) (string, []Trouble) {
	if f.PermissionSet == "" {
		return "people sign in by a role of one's own, with which e-mail syncing may be on or off", nil
	}
	return "", []Trouble{{
		Amber, string(f.Account), "people sign in by a permission set, and no API says whether e-mail syncing is off, which breaks the way from the console to QuickSight",
		"look in QuickSight: Manage QuickSight, Single sign-on (IAM federation), Email Syncing for Federated Users; it is to be off\n" + accepting("email-sync", string(f.Account)),
	}}
}

func judgeSCIM(f *Facts) (string, []Trouble) {
	if all := f.unread(SCIM); all != nil {
		return "", all
	}
	if f.Provisioning.Last > 0 {
		return "SCIM writes, and the trail tells of it", nil
	}
	return "", []Trouble{{
		Amber, string(f.Store), fmt.Sprintf("the trail tells of no write by SCIM in the last %d days: there was none, or the access token is older than September 2024", f.Provisioning.Days),
		"where an identity provider writes people by SCIM, rotate its access token: IAM Identity Center, Settings, Automatic provisioning\n" +
			"where nobody does, there is nothing to see\n" + accepting("scim-token", string(f.Store)),
	}}
}
