package rules

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// folder is the folder of its own that a tenant is to have, if any rule of its groups asks for one: the groups of authors
// own it, so that their people can put something in, and the others view it. A group into which nobody new comes neither
// asks for it nor sees it.
func (d *deriver) folder(bindings []binding) tenancy.OwnFolder {
	var f tenancy.OwnFolder
	asks := func(b *binding) bool { return b.grants == free && (d.rules.Folder || b.rule.Folder) }
	for i := range bindings {
		if b := &bindings[i]; f.Region == "" && asks(b) {
			f.Region, f.Because = d.rules.FolderRegion, b.because()
		}
	}
	if f.Region == "" {
		return f
	}
	for i := range bindings {
		b := &bindings[i]
		if b.grants != free {
			continue
		}
		o := tenancy.Opening{Group: b.group, Mirror: b.mirror, May: tenancy.Views, Because: b.because()}
		if !b.rule.Role.IsReader() {
			o.May = tenancy.Owns
		}
		f.Openings = append(f.Openings, o)
	}
	slices.SortStableFunc(f.Openings, tenancy.Opening.Compare)
	return f
}
