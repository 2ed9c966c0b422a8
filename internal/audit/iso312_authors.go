package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO312", Severity: High,
	Name:      "authors of a tenant may query whatever QuickSight's service role reads",
	Looks:     "Authors of a tenant's namespace who may create data sources or data sets: the profile of custom permissions that is in force for them (their own; where they have none, their role's; where that has none, the account's) does not deny both, and no IAM policy is assigned to them, or to a group of theirs, in their namespace. A policy that AWS manages knows no tenant, and is not counted.",
	Why:       "An author makes a data source of anything that QuickSight's service role can read, another tenant's data too. What is in no asset yet, no grant protects.",
	Mend:      "Give them a profile of custom permissions that denies both, or assign an IAM policy to the tenant's group that reaches the tenant's data alone.",
	Everybody: true,
	Find: func(k *Known) (all []Finding) {
		for i := range k.Have.Tenants {
			if f, is := k.unbounded(&k.Have.Tenants[i]); is {
				all = append(all, f)
			}
		}
		return all
	},
})

// bounding are the capabilities that a profile must deny, so that nobody makes a way of their own to data (API model:
// Capabilities).
var bounding = []string{"CreateAndUpdateDataSources", "CreateAndUpdateDatasets"}

// unbounded is the finding about a tenant's authors: one for all of them, since one profile bounds them all.
func (k *Known) unbounded(t *tenancy.Tenant) (Finding, bool) {
	n := t.Namespace.String()
	space := k.space(n)
	var who []string
	authors := 0
	for i := range t.Registrations {
		r := &t.Registrations[i]
		if r.Role != tenancy.Author && r.Role != tenancy.AuthorPro || k.leaving(t, r.User) {
			continue
		}
		authors++
		if !k.deniesData(k.profileOf(space, r)) && !assigned(space, t, r.User) {
			who = append(who, tenancy.Word(string(r.User)))
		}
	}
	if len(who) == 0 {
		return Finding{}, false
	}
	return Finding{
		Object: "namespace " + n, Namespace: n,
		Seen: fmt.Sprintf("%d of the %d authors of %s may create data sources or data sets, and no policy of IAM is assigned to them there: %s", len(who), authors, n, fewOf(who)),
		Mend: k.bound(t),
	}, true
}

// boundProfile is how the profile is called that denies authors both, where there is none.
const boundProfile = "no-data-of-their-own"

// bound is how the authors of a tenant are given a profile that denies both. Whether one is there is seen by itself, or it
// is made first. A profile takes the place of the one that somebody had: what that denied, the other has to deny too.
func (k *Known) bound(t *tenancy.Tenant) string {
	profile, first := boundProfile, ""
	i := slices.IndexFunc(k.Profiles, func(p tenancy.Profile) bool { return k.deniesData(p.Name) })
	if i >= 0 {
		profile = k.Profiles[i].Name
	} else {
		first = fmt.Sprintf("where there is no profile %s yet:\naws quicksight create-custom-permissions --aws-account-id %s --region %s --custom-permissions-name %s --capabilities %s\n",
			boundProfile, k.Account, k.Region, boundProfile, tenancy.ShellQuote(`{"`+strings.Join(bounding, `":"DENY","`)+`":"DENY"}`))
	}
	return fmt.Sprintf("%swrite custom_permissions: %s into the rules that make somebody of %s an author (whoever has another profile: let that one deny %s, too), and then:\ntenantry apply --namespace %s",
		first, profile, t.Namespace, strings.Join(bounding, " and "), t.Namespace)
}

// fewOf are the first few of many names.
func fewOf(names []string) string {
	const most = 3
	if len(names) <= most {
		return strings.Join(names, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(names[:most], ", "), len(names)-most)
}

// space is what was read of a namespace, nil where nothing was.
func (k *Known) space(namespace string) *tenancy.Space {
	i := slices.IndexFunc(k.Spaces, func(s tenancy.Space) bool { return s.Namespace == namespace })
	if i < 0 {
		return nil
	}
	return &k.Spaces[i]
}

// leaving reports whether somebody is disabled, and suspended for a while.
func (k *Known) leaving(t *tenancy.Tenant, user tenancy.UserName) bool {
	w := k.decided(t)
	if w == nil {
		return false
	}
	r := w.Registration(user)
	return r != nil && r.Leaving
}

// profileOf is the name of the profile that is in force for a user, "" for none: a user's own takes the place of their
// role's, and that of the account's, and none adds to another (Quick user guide, "Creating a custom permissions profile").
func (k *Known) profileOf(space *tenancy.Space, r *tenancy.Registration) string {
	ofRole, ofAccount := "", ""
	if space != nil {
		ofRole = space.Roles[r.Role]
	}
	if k.Settings != nil {
		ofAccount = k.Settings.CustomPermissions
	}
	return cmp.Or(r.CustomPermissions, ofRole, ofAccount)
}

// deniesData reports whether a profile denies both ways to data. One that was not read denies nothing.
func (k *Known) deniesData(profile string) bool {
	i := slices.IndexFunc(k.Profiles, func(p tenancy.Profile) bool { return p.Name == profile })
	return i >= 0 && !slices.ContainsFunc(bounding, func(c string) bool { return !k.Profiles[i].Denies(c) })
}

// assigned reports whether an IAM policy is assigned to a user, or to a marked group of theirs: what it allows is then used
// when they create a data source (API reference, CreateIAMPolicyAssignment). Who is in other groups is not read.
func assigned(space *tenancy.Space, t *tenancy.Tenant, user tenancy.UserName) bool {
	if space == nil {
		return false
	}
	return slices.ContainsFunc(space.Assignments, func(a tenancy.PolicyAssignment) bool {
		if !a.Enabled || a.PolicyARN == "" || strings.Contains(a.PolicyARN, ":iam::aws:policy/") {
			return false
		}
		return slices.Contains(a.Users, string(user)) || slices.ContainsFunc(a.Groups, func(g string) bool { return isIn(t, g, user) })
	})
}

func isIn(t *tenancy.Tenant, group string, user tenancy.UserName) bool {
	if t.Custodians.Name == group && t.Custodians.Has(user) {
		return true
	}
	return slices.ContainsFunc(t.Mirrors, func(m tenancy.Mirror) bool { return m.Name == group && m.Has(user) })
}
