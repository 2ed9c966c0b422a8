package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// What quotas are called (tenancy.Quota).
const (
	namespaces     = "namespaces"
	roles          = "roles"
	permissionSets = "permission sets"
	setsOfAccount  = "permission sets of the account" // that are provisioned to QuickSight's
)

// ofQuotas are the checks whether there is room for what the configuration will need.
var ofQuotas = []Check{
	{
		Name:  "quota-namespaces",
		Looks: "Whether there is room for the namespaces of all tenants that the rules want and that are not there yet. AWS has no API that says how many there may be: `limits.namespaces` says it, or else it is taken to be 100. Whether AWS counts `default` among them is not documented, and it is counted.",
		Why:   "The next customer would get no namespace, and their people would wait.",
		Mend:  "Ask AWS Support for more namespaces, and write what they have raised it to.",
		After: []string{"subscription"},
		Judge: func(f *Facts) (string, []Trouble) {
			return f.room(namespaces, f.coming(), f.NamespaceQuota, "ask AWS Support for a higher quota of namespaces, and then write how many under limits: namespaces:")
		},
	},
	{
		Name:  "quota-roles",
		Looks: "Where each tenant has a sign-in role of its own: whether IAM has room for the roles of the tenants that the rules want and that have none yet (IAM GetAccountSummary).",
		Why:   "The people of the next customer could not sign in.",
		Mend:  "Raise IAM's quota of roles, or let tenants share a role.",
		After: []string{"account"},
		Judge: func(f *Facts) (string, []Trouble) {
			return f.room(roles, f.unborn(f.SignInRole), 0, "ask for a higher quota of IAM roles in Service Quotas, or let all tenants have one sign-in role (sign_in.role without {namespace})")
		},
	},
	{
		Name:  "quota-permission-sets",
		Looks: "Where each tenant has a permission set of its own: whether Identity Center has room for those of the tenants that the rules want and that have none yet, in all and in QuickSight's account. How many there may be is not asked: it is taken to be the lower of what AWS has documented over the years, 2,000 and 250, and what is beyond is amber, since AWS may have raised it.",
		Why:   "The people of the next customer could not sign in.",
		Mend:  "Raise Identity Center's quota of permission sets, or let tenants share one.",
		After: []string{"account"},
		Judge: func(f *Facts) (string, []Trouble) {
			const mend = "see in Service Quotas how many permission sets there may be, and ask for more where they do not suffice, or let all tenants have one (sign_in.permission_set without {namespace})"
			more := f.unborn(f.PermissionSet)
			said, all := f.room(permissionSets, more, 0, mend)
			if more == 0 || len(all) > 0 {
				return said, all
			}
			ours, besides := f.room(setsOfAccount, more, 0, mend)
			return said + "; " + ours, besides
		},
	},
}

// room says whether there is room for some more of something: up to most, or what AWS says where that is 0.
func (f *Facts) room(what string, more, most int, mend string) (string, []Trouble) {
	if what != namespaces && more == 0 {
		return "the configuration needs no further " + what, nil // how many there are does not matter
	}
	if all := f.unread(Namespaces); all != nil {
		return "", all
	}
	i := slices.IndexFunc(f.Quotas, func(q tenancy.Quota) bool { return q.What == what })
	if i < 0 {
		if all := f.unread(Quotas); all != nil {
			return "", all
		}
		return "", []Trouble{{Amber, what, "AWS did not say how many " + what + " there are", mend}}
	}
	q := f.Quotas[i]
	raised := false // whether it may have been, and nobody has said so
	if most == 0 {
		most, raised = q.Most, q.Default
	}
	if most == 0 {
		return "", []Trouble{{Amber, what, fmt.Sprintf("of %s there are %d, and %d more are wanted, and AWS did not say how many there may be", what, q.Used, more), "see in Service Quotas how many " + what + " there may be"}}
	}
	need := q.Used + more
	said := fmt.Sprintf("of %d %s there are %d, and %d more are wanted", most, what, q.Used, more)
	switch uncounted := overcount(what); {
	case need-uncounted > most && raised:
		return "", []Trouble{{Amber, what, said + ": too few, unless AWS has raised it", mend}}
	case need-uncounted > most:
		return "", []Trouble{{Red, what, said, mend}}
	case need > most:
		return "", []Trouble{{Amber, what, said + ", if AWS counts default among them", mend}}
	case need*10 >= most*9:
		return "", []Trouble{{Amber, what, said + ": that leaves little", mend}}
	}
	return said, nil
}

// overcount is how many may be counted that AWS does not count: whether default is a namespace of the quota is not documented.
func overcount(what string) int {
	if what == namespaces {
		return 1
	}
	return 0
}

// coming is how many namespaces are wanted that are not there. What is held counts: whoever ends the hold founds it.
func (f *Facts) coming() int {
	wanted := map[tenancy.Namespace]bool{}
	for i := range f.Want.Tenants {
		wanted[f.Want.Tenants[i].Namespace] = true
	}
	for _, h := range f.Held {
		if n, err := tenancy.ParseNamespace(h.Namespace); err == nil {
			wanted[n] = true
		}
	}
	for n := range wanted {
		if f.Have.Tenant(n) != nil || f.Have.ForeignNamed(n.String()) != nil {
			delete(wanted, n)
		}
	}
	return len(wanted)
}

// roleMissing is the code of the holds of tenants without a sign-in role (rules.RoleMissing).
const roleMissing tenancy.Code = "role-missing"

// unborn is how many tenants have no sign-in role, where each is to have one by a template.
func (f *Facts) unborn(template string) int {
	if !strings.Contains(template, "{namespace}") {
		return 0
	}
	n := 0
	for _, h := range f.Held {
		if h.Code == roleMissing {
			n++
		}
	}
	return n
}
