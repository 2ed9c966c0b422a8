package policy

import "slices"

// door are the actions of just-in-time provisioning (Quick user guide, "Provisioning users": the permission makes whoever has
// it register themselves at their first sign-in).
var door = []row{
	{"quicksight:CreateReader", true, "whoever signs in without a registration makes themselves a reader in default"},
	{"quicksight:CreateUser", true, "whoever signs in without a registration makes themselves an author in default"},
	{"quicksight:CreateAdmin", true, "whoever signs in without a registration makes themselves an administrator, who sees every namespace"},
}

// row is a class of actions that signing in does not need.
type row struct {
	action   string
	critical bool
	why      string
}

// beyond are the classes, the more particular first: an action belongs to the first that has it.
var beyond = []row{
	{"quicksight:RegisterUser", true, "it registers anybody in any namespace"},
	{"quicksight:UpdateUser", true, "it makes anybody an administrator"},
}

// services are the services of which the rows have everything.
var services = []string{"quicksight:*"}

// allowed judges one row.
func (g grants) allowed(r row, resource string) Allowed {
	return g.judged(r, class{action: r.action}, resource)
}

func (g grants) judged(r row, c class, resource string) Allowed {
	a := Allowed{Action: r.action, Critical: r.critical, Why: r.why}
	var at place
	if a.Answer, at = g.any(c, resource, nil); a.Answer == No {
		return a
	}
	s := g.policies[at.source]
	a.Policy, a.Statement, a.How = s.name, at.statement, Unknown
	if at.statement > 0 {
		a.How = s.Statements[at.statement-1].how(r.action)
	}
	return a
}

// beyond judges all rows, and then what is in none.
func (g grants) beyond() []Allowed {
	var all []Allowed
	var before []string
	for _, d := range door {
		before = append(before, d.action)
	}
	for _, r := range beyond {
		if a := g.judged(r, class{r.action, slices.Clone(before)}, "*"); a.Answer > No {
			all = append(all, a)
		}
		before = append(before, r.action)
	}
	return all
}
