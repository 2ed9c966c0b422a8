package rules

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// admit says which of the groups that are not bound yet may be bound now. The others are held.
func (d *deriver) admit(candidates []binding) []binding {
	wanted := map[string]bool{}
	for _, b := range slices.Concat(d.bindings, candidates) {
		wanted[b.namespace.String()] = true
	}
	folds := d.folds(wanted)
	return slices.DeleteFunc(candidates, func(b binding) bool {
		h, held := d.refuse(b, wanted, folds)
		if held {
			d.hold(h)
		}
		return held
	})
}

// folds groups the names of all namespaces, there and wanted, by what is left of them without case.
func (d *deriver) folds(wanted map[string]bool) map[string][]string {
	names := map[string]bool{}
	for name := range wanted {
		names[name] = true
	}
	for i := range d.have.Tenants {
		names[d.have.Tenants[i].Namespace.String()] = true
	}
	for _, f := range d.have.Foreign {
		names[f.Name] = true
	}
	folds := map[string][]string{}
	for name := range names {
		fold := strings.ToLower(name)
		folds[fold] = append(folds[fold], name)
	}
	for _, alike := range folds {
		slices.Sort(alike)
	}
	return folds
}

// refuse answers the hold of a group that may not be bound.
func (d *deriver) refuse(b binding, wanted map[string]bool, folds map[string][]string) (tenancy.Hold, bool) {
	if alike := folds[b.namespace.Fold()]; len(alike) > 1 && !d.exists(b.namespace.String()) {
		return heldFolding(b, alike), true
	}
	if b.rule.Group != "" {
		return tenancy.Hold{}, false // a person has written down both the group and the namespace
	}
	if other := d.otherReading(b, wanted); other != "" {
		return heldAmbiguous(b, other), true
	}
	if t := d.have.Tenant(b.namespace); t != nil {
		return d.refuseFurther(b, t)
	}
	if shorter := d.extends(b.namespace, wanted); shorter != "" && !d.exists(b.namespace.String()) {
		return heldExtends(b, shorter), true
	}
	return tenancy.Hold{}, false
}

// otherReading answers another namespace, wanted or there, that a further rule reads in the group's
// name.
func (d *deriver) otherReading(b binding, wanted map[string]bool) string {
	for i := range d.rules.Tenants {
		p := d.rules.Tenants[i].Pattern
		if p.IsZero() {
			continue
		}
		text, _, fits := p.Capture(b.name)
		if fits && text != b.namespace.String() && (wanted[text] || d.exists(text)) {
			return text
		}
	}
	return ""
}

// refuseFurther holds a group that wants to join a tenant which exists already, unless it is one of
// those that founded it: a founding that was cut off goes on.
func (d *deriver) refuseFurther(b binding, t *tenancy.Tenant) (tenancy.Hold, bool) {
	if d.rules.NewGroups {
		return tenancy.Hold{}, false
	}
	if t.Tags == nil {
		d.out.Questions = append(d.out.Questions, tenancy.Question{Kind: tenancy.NamespaceTags, Namespace: t.Namespace})
		return heldFurther(b, d.insteadOf(t, b.group, b.mirror)), true
	}
	founders, founding := t.Tags[tenancy.TagFounders]
	if founding && tenancy.IsFounder(founders, b.group) || !founding && len(t.Mirrors) == 0 {
		return tenancy.Hold{}, false
	}
	return heldFurther(b, d.insteadOf(t, b.group, b.mirror)), true
}

// extends answers the shortest namespace, there or wanted, that a name only extends. A wanted one
// counts too: a run that was cut off after it made the shorter one would find it there, and the
// outcome must not hang on when that was.
func (d *deriver) extends(n tenancy.Namespace, wanted map[string]bool) string {
	shortest := ""
	consider := func(name string) {
		m, err := tenancy.ParseNamespace(name)
		if err == nil && n.Extends(m) && (shortest == "" || len(name) < len(shortest)) {
			shortest = name
		}
	}
	for i := range len(n.String()) {
		prefix := n.String()[:i]
		if wanted[prefix] || d.exists(prefix) {
			consider(prefix)
		}
	}
	return shortest
}
