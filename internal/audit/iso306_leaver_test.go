package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// leave takes somebody out of their tenant's group, and out of what is wanted.
func leave(t *testing.T, f *Facts, in, who string) {
	w := f.Want.Tenant(namespace(t, in))
	user := tenancy.UserName("QuickSight/" + who)
	keep := w.Registrations[:0]
	for _, r := range w.Registrations {
		if r.User != user {
			keep = append(keep, r)
		}
	}
	w.Registrations = keep
	w.Mirrors[0].Members = without(w.Mirrors[0].Members, user)
	g := w.Mirrors[0].Group
	f.Directory.Members[g] = without(f.Directory.Members[g], tenancy.PersonID("id-"+who))
}

func without[T comparable](all []T, one T) []T {
	var rest []T
	for _, a := range all {
		if a != one {
			rest = append(rest, a)
		}
	}
	return rest
}

// disable is that somebody was disabled in the directory.
func disable(f *Facts, id tenancy.PersonID) {
	for i := range f.Directory.People {
		if f.Directory.People[i].ID == id {
			f.Directory.People[i].Disabled = true
		}
	}
}

func TestISO306(t *testing.T) {
	planted(t, "ISO306",
		plant{"somebody was taken out of the group", func(t *testing.T, f *Facts) { leave(t, f, "t0", "reader-t0") }, 1},
		plant{"the tags were not read", func(t *testing.T, f *Facts) {
			leave(t, f, "t0", "reader-t0")
			become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Person = "" })
		}, 1},
		plant{"somebody is disabled, and their time is over", func(t *testing.T, f *Facts) {
			leave(t, f, "t0", "reader-t0")
			disable(f, "id-reader-t0")
		}, 1},
		plant{"somebody is suspended, and may be back", func(t *testing.T, f *Facts) {
			disable(f, "id-reader-t0")
			n := namespace(t, "t0")
			become(t, f, "QuickSight/reader-t0", func(r *tenancy.Registration) { r.Suspended.Since = 1 })
			f.Want.Tenant(n).Registration("QuickSight/reader-t0").Leaving = true
			for _, s := range []*tenancy.State{&f.Have, &f.Want} {
				s.Tenant(n).Mirrors[0].Members = without(s.Tenant(n).Mirrors[0].Members, "QuickSight/reader-t0")
			}
		}, 0},
		plant{"somebody is held, and stays as they are", func(t *testing.T, f *Facts) {
			f.Held = []tenancy.Hold{{Code: "email-domain", Object: "id-reader-t0", Namespace: "t0"}}
		}, 0},
	)
}

func TestWhoWentToAnotherTenantIsWorse(t *testing.T) {
	f := clean(t, 2)
	leave(t, f, "t0", "reader-t0")
	role := f.SignIn[0].Role.Name()
	enroll(t, &f.Want, "t1", tenancy.Registration{User: tenancy.UserName(role + "/reader-t0"), Role: tenancy.Reader, Person: "id-reader-t0"})
	for _, found := range Audit(sorted(f)).Findings {
		if found.Code == "ISO306" && found.Severity == Critical && found.Other == "t1" {
			return
		}
	}
	t.Error("somebody of t1 who is still registered in t0 is not critical")
}
