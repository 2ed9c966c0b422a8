package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// twoGroups gives t0 a second group, in which its author alone is.
func twoGroups(t *testing.T, f *Facts) {
	f.Directory.Groups = append(f.Directory.Groups, tenancy.Group{ID: "group-t0-more", Name: "qs:t0:more"})
	f.Directory.Members["group-t0-more"] = []tenancy.PersonID{"id-author-t0"}
	for _, s := range []*tenancy.State{&f.Have, &f.Want} {
		n := s.Tenant(namespace(t, "t0"))
		n.Mirrors = append(n.Mirrors, tenancy.Mirror{Group: "group-t0-more", Name: "more", Members: []tenancy.UserName{"QuickSight/author-t0"}, Because: tenancy.Because{Rule: pattern}})
		s.Sort()
	}
}

func TestISO309(t *testing.T) {
	planted(t, "ISO309",
		plant{"somebody was put into a group by hand", func(t *testing.T, f *Facts) {
			twoGroups(t, f)
			m := f.Have.Tenant(namespace(t, "t0")).Mirror("group-t0-more")
			m.Members = append(m.Members, "QuickSight/reader-t0")
		}, 1},
		plant{"a group that is held has somebody who left it", func(t *testing.T, f *Facts) {
			twoGroups(t, f)
			f.Directory.Members["group-t0-more"] = nil
		}, 1},
		plant{"a user whom nobody manages was put among the custodians", func(t *testing.T, f *Facts) {
			n := f.Have.Tenant(namespace(t, "t0"))
			n.Custodians = tenancy.Mirror{Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName, Members: []tenancy.UserName{"QuickSight/reader-t0"}}
			f.Want.Tenant(n.Namespace).Custodians = tenancy.Mirror{Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName}
		}, 1},
		plant{"the custodians are who they should be", func(t *testing.T, f *Facts) {
			for _, s := range []*tenancy.State{&f.Have, &f.Want} {
				s.Tenant(namespace(t, "t0")).Custodians = tenancy.Mirror{Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName, Members: []tenancy.UserName{"QuickSight/author-t0"}}
			}
		}, 0},
		plant{"somebody is still to be put into a group", func(t *testing.T, f *Facts) {
			twoGroups(t, f)
			f.Have.Tenant(namespace(t, "t0")).Mirror("group-t0-more").Members = nil
		}, 0},
		plant{"the group's members were not read", func(t *testing.T, f *Facts) {
			twoGroups(t, f)
			delete(f.Directory.Members, "group-t0-more")
		}, 0},
	)
}
