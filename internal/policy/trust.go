package policy

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The actions of STS by which somebody becomes a role.
const (
	AssumeRole                = "sts:AssumeRole"
	AssumeRoleWithSAML        = "sts:AssumeRoleWithSAML"
	AssumeRoleWithWebIdentity = "sts:AssumeRoleWithWebIdentity"
)

// Trust is who may become a role.
type Trust struct {
	// Ways are the ways in, in the order of the document's statements; those that are certainly denied are not among them.
	Ways []Way
	// Unread says why the trust policy could not be read, "" where it was, or where the identity is a user's.
	Unread string
}

// Way is a way into a role: who, by which action of STS.
type Way struct {
	Principal Principal
	Action    string // AssumeRole, AssumeRoleWithSAML or AssumeRoleWithWebIdentity
	// Answer is Maybe where a condition must hold too, or where a Deny may apply. Conditions are those of the Allow, in words.
	Answer     Answer
	Conditions []string
	Statement  int // counts from 1
}

// SAML reports whether a way leads through a SAML provider of the account, which says who signs in and by which session name.
// Whoever comes another way chooses the session name, and so who to be.
func (w Way) SAML(account tenancy.AccountID) bool {
	return w.Action == AssumeRoleWithSAML && w.Principal.Kind == "Federated" && strings.Contains(w.Principal.Name, ":iam::"+string(account)+":saml-provider/")
}

// String is the way in words.
func (w Way) String() string {
	if len(w.Conditions) == 0 {
		return fmt.Sprintf("%s by %s", w.Principal, w.Action)
	}
	return fmt.Sprintf("%s by %s if %s", w.Principal, w.Action, strings.Join(w.Conditions, " and "))
}

// Providers are the SAML providers of the account that lead in, each once, in the order of the document.
func (t Trust) Providers(account tenancy.AccountID) []string {
	var all []string
	seen := map[string]bool{}
	for _, w := range t.Ways {
		if w.SAML(account) && !seen[w.Principal.Name] {
			seen[w.Principal.Name] = true
			all = append(all, w.Principal.Name)
		}
	}
	return all
}

// Others are the ways that do not lead through a SAML provider of the account.
func (t Trust) Others(account tenancy.AccountID) []Way {
	var all []Way
	for _, w := range t.Ways {
		if !w.SAML(account) {
			all = append(all, w)
		}
	}
	return all
}

func trustOf(id tenancy.Identity) Trust {
	if id.Role.IsZero() {
		return Trust{} // a user is signed in as itself
	}
	d, err := Parse(id.Trust)
	switch {
	case id.Trust == "":
		return Trust{Unread: "the trust policy could not be read"}
	case err != nil:
		return Trust{Unread: "the trust policy: " + err.Error()}
	}
	var t Trust
	for i := range d.Statements {
		s := &d.Statements[i]
		if !s.Allow {
			continue
		}
		for _, p := range s.trusted() {
			for _, action := range p.calls() {
				if w := d.way(s, p, action, nil); w.Answer > No {
					w.Statement = i + 1
					t.Ways = append(t.Ways, w)
				}
			}
		}
	}
	return t
}

// trusted are those whom an Allow names. NotPrincipal names everybody but some, which is as good as everybody.
func (s *Statement) trusted() []Principal {
	if len(s.NotPrincipals) > 0 {
		return []Principal{{"*", "*"}}
	}
	return s.Principals
}

// calls are the actions by which a principal of its kind becomes a role (IAM user guide, "AWS JSON policy elements: Principal").
func (p Principal) calls() []string {
	switch {
	case p.Kind == "*":
		return []string{AssumeRole, AssumeRoleWithSAML, AssumeRoleWithWebIdentity}
	case p.Kind == "Federated" && p.Name == "*":
		return []string{AssumeRoleWithSAML, AssumeRoleWithWebIdentity}
	case p.Kind == "Federated" && strings.Contains(p.Name, ":saml-provider/"):
		return []string{AssumeRoleWithSAML}
	case p.Kind == "Federated":
		return []string{AssumeRoleWithWebIdentity}
	}
	return []string{AssumeRole}
}

// way is the way in for a principal by an action; its answer is No where the statement does not speak of the action, or where
// it is denied. The context is what is known of who comes.
func (d *Document) way(s *Statement, p Principal, action string, context map[string][]string) Way {
	w := Way{Principal: p, Action: action, Answer: s.speaksOfAction(actions.read(action))}
	for _, c := range s.Conditions {
		w.Conditions = append(w.Conditions, c.String())
		if action == AssumeRoleWithSAML && c.Key == "saml:aud" {
			continue // where the assertion is sent, which is the same for everybody
		}
		w.Answer = min(w.Answer, c.holds(context, d.Variables))
	}
	for i := range d.Statements {
		if deny := &d.Statements[i]; !deny.Allow {
			w.Answer = min(w.Answer, deny.denies(p, action).not())
		}
	}
	return w
}

// denies answers whether a Deny keeps a principal out.
func (s *Statement) denies(p Principal, action string) Answer {
	denied := s.speaksOfAction(actions.read(action))
	if len(s.Conditions) > 0 {
		denied = min(denied, Maybe)
	}
	switch {
	case len(s.NotPrincipals) > 0:
		return min(denied, Maybe)
	case len(s.Principals) == 1 && s.Principals[0].Kind == "*":
		return denied
	}
	for _, q := range s.Principals {
		if q == p {
			return denied
		}
	}
	if p.Kind == "*" || p.Kind == "AWS" { // the one may hold the other: an account all that is in it
		return min(denied, Maybe)
	}
	return No
}

// String is the condition in words.
func (c Condition) String() string {
	return fmt.Sprintf("%s of %s is %s", c.Operator, c.Key, strings.Join(c.Values, " or "))
}
