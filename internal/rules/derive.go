package rules

import (
	"cmp"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Derived is what the rules make of a directory.
type Derived struct {
	Want tenancy.State
	// Held are people, groups and tenants for whom nothing is decided. They stand in Want as they
	// were read.
	Held []tenancy.Hold
	// Notes are worth a line, and wait for nobody.
	Notes []tenancy.Note
	// Questions must be answered in the State before Derive can decide. Until then what depends on
	// them is held.
	Questions []tenancy.Question
	Counts    Counts
}

// Counts say how many people the rules looked at.
type Counts struct {
	People   int // in the directory
	Disabled int // of them, disabled
	Unmapped int // of them, enabled, not the house's, and in no group that feeds a tenant
	House    int // of them, in a group of the house
}

// Feeds reports whether the members of a group must be read: it is the house's, or bound by its
// mark, or a rule is for it, or it is for custodians.
func (r *Rules) Feeds(g tenancy.Group, have *tenancy.State) bool {
	if r.House.HasGroup(g.Name) || r.fixed(g.ID) != nil {
		return true
	}
	for i := range have.Tenants {
		if have.Tenants[i].Mirror(g.ID) != nil {
			return true
		}
	}
	if _, _, fits := r.Custodians.Capture(g.Name); fits && !r.Custodians.IsZero() {
		return true
	}
	rule, _ := r.match(g.Name)
	return rule != nil
}

// Derive says what QuickSight should hold. roles are the IAM roles that exist under
// SignIn.RolePath. The order of anything in the input does not matter, once it is sorted as its
// types demand.
func Derive(r Rules, dir tenancy.Directory, have tenancy.State, roles []tenancy.RoleARN) Derived {
	d := &deriver{rules: &r, dir: &dir, have: &have, roles: roles, undecided: map[tenancy.PersonID]bool{}, shown: map[string]bool{}, former: map[tenancy.Namespace]*formerUsers{}}
	d.bind()
	d.place()
	d.carryOver()
	d.out.Want.Sort()
	d.custodians()
	d.out.Held = tenancy.SortHolds(d.out.Held)
	slices.SortFunc(d.out.Notes, tenancy.Note.Compare)
	slices.SortFunc(d.out.Questions, func(a, b tenancy.Question) int {
		return cmp.Or(a.Namespace.Compare(b.Namespace), cmp.Compare(a.Kind, b.Kind), cmp.Compare(a.User, b.User))
	})
	d.out.Questions = slices.Compact(d.out.Questions)
	return d.out
}

// deriver holds what the three stages of one Derive hand to each other.
type deriver struct {
	rules *Rules
	dir   *tenancy.Directory
	have  *tenancy.State
	roles []tenancy.RoleARN

	bindings []binding // of groups that feed a tenant, in order of group ids
	asked    map[string]asking
	// undecided are those for whom nothing is decided in some tenant.
	undecided map[tenancy.PersonID]bool
	heirs     *heirs // of groups that are gone; nil where nobody has asked
	held      []heldPerson
	shown     map[string]bool                    // shares by which some group sees something, by their texts
	former    map[tenancy.Namespace]*formerUsers // of tenants that were asked about
	out       Derived
}

func (d *deriver) hold(h tenancy.Hold) { d.out.Held = append(d.out.Held, h) }

// match answers the first rule whose pattern the whole name fits, and what it captures.
func (r *Rules) match(name string) (*Rule, string) {
	for i := range r.Tenants {
		rule := &r.Tenants[i]
		if rule.Pattern.IsZero() {
			continue
		}
		if text, _, fits := rule.Pattern.Capture(name); fits {
			return rule, text
		}
	}
	return nil, ""
}

// fixed answers the rule that names the group by its id.
func (r *Rules) fixed(g tenancy.GroupID) *Rule {
	for i := range r.Tenants {
		if r.Tenants[i].Group == g && g != "" {
			return &r.Tenants[i]
		}
	}
	return nil
}

// reserved answers the namespace that a rule with a group's id names when it is this one but for case:
// otherwise a group of almost that name could keep the rule's own from being bound.
func (r *Rules) reserved(n tenancy.Namespace) (tenancy.Namespace, bool) {
	i := slices.IndexFunc(r.Tenants, func(rule Rule) bool { return rule.Group != "" && rule.Namespace.Fold() == n.Fold() })
	if i < 0 {
		return tenancy.Namespace{}, false
	}
	return r.Tenants[i].Namespace, true
}
