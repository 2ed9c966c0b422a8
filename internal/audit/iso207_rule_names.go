package audit

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO207", Severity: Medium,
	Name: "a rule is for nobody, or for somebody else",
	Looks: "Every user and group in the rows of rules that were given (--rls-rules): one that is not there, one that is nothing of this account or of a namespace that nobody manages, " +
		"and in the rules of a tenant's own data, one of another tenant or of default.",
	Why:  "Whoever gets the name next gets the rows; and whoever is named without belonging there has them already.",
	Mend: "Take the rule out of the data set that holds the rules, and refresh it.",
	Find: func(k *Known) (all []Finding) {
		for _, r := range k.ruleds() {
			for _, row := range r.Rows {
				all = append(all, k.strangersIn(r, row)...)
			}
		}
		return all
	},
})

// strangersIn are the findings about whom a row is for.
func (k *Known) strangersIn(r ruled, row []string) (all []Finding) {
	for _, p := range k.principalsOf(r, row) {
		var what string
		var severity Severity
		if len(p.to) == 0 {
			what = "is nobody's name in any tenant"
		}
		for _, g := range p.to {
			what, severity = k.strangeTo(r.data, g)
		}
		if what == "" {
			continue
		}
		f := k.ofRule(r, p)
		f.Severity = severity
		f.Seen = fmt.Sprintf("the rules in %s for %s are for %s, which %s", k.asset(r.rules), named(r.data), ruleName(p.said), what)
		f.Mend = k.refresh(r.rules, "take out the rows for "+ruleName(p.said))
		all = append(all, f)
	}
	return all
}

// strangeTo says what is wrong about a rule for somebody on a data set, "" where nothing is.
func (k *Known) strangeTo(data *tenancy.Inspected, g tenancy.Grantee) (what string, severity Severity) {
	own := k.Whose(data.AssetRef).Tenants
	switch p := k.PartyOf(g); {
	case p.Kind == Nowhere:
		return "is not there", Medium
	case p.Kind == Outside:
		return "is no user or group of this account", High
	case p.Kind == OfOther:
		return "is of a namespace that nobody manages", High
	case len(own) > 0 && p.Kind == OfDefault:
		return "is in default", High
	case len(own) > 0 && p.Kind == OfTenant && own[0] != p.Namespace:
		return "is of " + p.Namespace, High
	}
	return "", ""
}

// ofRule begins a finding about the rules for somebody.
func (k *Known) ofRule(r ruled, p principal) Finding {
	ref := r.rules
	f := Finding{Object: ref.String() + " rule " + ruleName(p.said), Asset: &ref}
	if a := k.assetOf[ref]; a != nil {
		f.AssetName = a.Name
	}
	if len(p.to) == 1 && !isMail(p.said) {
		f.Principal = k.principal(p.to[0])
	}
	if own := k.Whose(r.data.AssetRef).Tenants; len(own) > 0 {
		f.Namespace = own[0]
	}
	return f
}

// ruleName is whom a rule is for, in a sentence. A plain e-mail address, which is nobody's user name, is not repeated.
func ruleName(said string) string {
	if isMail(said) {
		return "an e-mail address"
	}
	return tenancy.Word(said)
}

func isMail(said string) bool { return strings.Contains(said, "@") && !strings.Contains(said, "/") }

// refresh is the command after which a change of a data set's rows counts.
func (k *Known) refresh(data tenancy.AssetRef, edit string) string {
	return fmt.Sprintf("%s in what %s is made from, and where that is in SPICE, load it anew:\naws quicksight create-ingestion --aws-account-id %s --region %s --data-set-id %s --ingestion-id rules-$(date +%%s)",
		edit, k.asset(data), k.Account, data.Region, tenancy.ShellQuote(data.ID))
}
