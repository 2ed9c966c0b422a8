package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// loseGroup is that a group was deleted in the directory: its mirror is wanted as it is.
func loseGroup(t *testing.T, f *Facts, in string) {
	n := namespace(t, in)
	w := f.Want.Tenant(n)
	f.Directory.Groups = without(f.Directory.Groups, *f.Directory.Group(w.Mirrors[0].Group))
	delete(f.Directory.Members, w.Mirrors[0].Group)
	w.Mirrors[0].Gone, w.Mirrors[0].Because = true, tenancy.Because{}
}

func TestISO310(t *testing.T) {
	planted(t, "ISO310",
		plant{"the group was deleted", func(t *testing.T, f *Facts) { loseGroup(t, f, "t0") }, 1},
		plant{"the group of a tenant about which nothing is decided was deleted", func(t *testing.T, f *Facts) {
			loseGroup(t, f, "t0")
			*f.Want.Tenant(namespace(t, "t0")) = *f.Have.Tenant(namespace(t, "t0"))
			f.Want.Tenant(namespace(t, "t0")).SignIn = tenancy.RoleARN{}
			f.Held = []tenancy.Hold{{Code: "group-gone", Object: "group-t0", Namespace: "t0", Access: true}}
		}, 1},
		plant{"a mark was copied to a second group", func(t *testing.T, f *Facts) {
			for _, s := range []*tenancy.State{&f.Have, &f.Want} {
				n := s.Tenant(namespace(t, "t0"))
				n.Mirrors = append(n.Mirrors, tenancy.Mirror{Group: "group-t0", Name: "copy", Because: tenancy.Because{Rule: pattern}})
			}
		}, 2},
		plant{"a mark was copied to another tenant", func(t *testing.T, f *Facts) {
			for _, s := range []*tenancy.State{&f.Have, &f.Want} {
				n := s.Tenant(namespace(t, "t1"))
				n.Mirrors = append(n.Mirrors, tenancy.Mirror{Group: "group-t0", Name: "copy", Because: tenancy.Because{Rule: pattern}})
			}
		}, 2},
		plant{"the group was renamed", func(t *testing.T, f *Facts) { f.Directory.Group("group-t0").Name = "qs:zero" }, 0},
		plant{"the custodians, and somebody's move, stand for no group", func(t *testing.T, f *Facts) {
			for _, s := range []*tenancy.State{&f.Have, &f.Want} {
				n := s.Tenant(namespace(t, "t0"))
				n.Custodians = tenancy.Mirror{Group: tenancy.CustodiansGroup, Name: tenancy.CustodiansName, Members: []tenancy.UserName{"QuickSight/author-t0"}}
				n.Parked = []tenancy.Parking{{Person: "id-reader-t0"}}
			}
		}, 0},
	)
}
