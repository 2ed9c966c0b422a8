package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// found founds a tenant with one group, of which nobody is yet.
func found(t *testing.T, f *Facts, name, rule string) {
	g := tenancy.Group{ID: tenancy.GroupID("group-" + name), Name: "qs:" + name}
	f.Directory.Groups = append(f.Directory.Groups, g)
	tenant := tenancy.Tenant{Namespace: namespace(t, name), Status: tenancy.Created, Mirrors: []tenancy.Mirror{{Group: g.ID, Name: g.Name}}}
	f.Have.Tenants = append(f.Have.Tenants, tenant)
	tenant.SignIn = f.SignIn[0].Role
	tenant.Mirrors = []tenancy.Mirror{{Group: g.ID, Name: g.Name, Because: tenancy.Because{Rule: rule, Group: g.ID, GroupName: g.Name}}}
	f.Want.Tenants = append(f.Want.Tenants, tenant)
	f.Spaces = append(f.Spaces, tenancy.Space{Namespace: name})
	f.Have.Sort()
	f.Want.Sort()
}

const pattern = `tenants[0] groups "qs:{namespace}"`

func TestISO308(t *testing.T) {
	another := func(id tenancy.GroupID, name string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) {
			f.Directory.Groups = append(f.Directory.Groups, tenancy.Group{ID: id, Name: name})
		}
	}
	planted(t, "ISO308",
		plant{"a namespace that is none of ours looks like a tenant", func(t *testing.T, f *Facts) {
			f.House.Namespaces = append(f.House.Namespaces, "TO")
			f.Have.Foreign = append(f.Have.Foreign, tenancy.Foreign{Name: "TO", Status: tenancy.Created})
		}, 1},
		plant{"a tenant extends another by a pattern", func(t *testing.T, f *Facts) { found(t, f, "t0-author", pattern) }, 1},
		plant{"a tenant extends another, and a rule says that it is one", func(t *testing.T, f *Facts) {
			found(t, f, "t0-author", `tenants[1] group_id "group-t0-author"`)
		}, 0},
		plant{"a tenant whose name begins as another's", func(t *testing.T, f *Facts) { found(t, f, "t00", pattern) }, 0},
		plant{"a group looks like a tenant's, by a letter of another script", another("group-x", "qs:т0"), 1},
		plant{"a group differs from a tenant's by case", another("group-x", "QS:T0"), 1},
		plant{"a group looks like a tenant's, by a capital letter in place of a digit", another("group-x", "qs:tI"), 1},
		plant{"a group that is called otherwise", another("group-x", "qs:t0:readers"), 0},
		plant{"a further group of the same tenant", func(t *testing.T, f *Facts) {
			another("group-x", "QS:t0")(t, f)
			for _, s := range []*tenancy.State{&f.Have, &f.Want} {
				n := s.Tenant(namespace(t, "t0"))
				n.Mirrors = append(n.Mirrors, tenancy.Mirror{Group: "group-x", Name: "QS:t0", Because: tenancy.Because{Rule: pattern}})
			}
		}, 0},
		plant{"two principals of two tenants differ by case", func(t *testing.T, f *Facts) {
			r := tenancy.Registration{User: "QuickSight/Author-T0", Role: tenancy.Reader, Person: "id-Author-T0"}
			f.Directory.People = append(f.Directory.People, tenancy.Person{ID: r.Person, UserName: "Author-T0"})
			enroll(t, &f.Have, "t1", r)
			enroll(t, &f.Want, "t1", r)
		}, 1},
	)
}
