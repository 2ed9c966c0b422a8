package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestPartyOf(t *testing.T) {
	f := clean(t, 2)
	f.House.Anybody = true
	for _, name := range []string{"Console/ken", "QuickSight/author-t0", "Before/Author-T0", "QuickSightStaff/author-t1"} {
		lives(f, "default", name)
	}
	lives(f, "partner", "Partner/eve")
	f.Have.Tenants[0].OtherGroups = []string{"mine"}
	k := Know(sorted(f))
	in := func(name string) tenancy.Grantee {
		return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: "default", Name: name}
	}
	for _, c := range []struct {
		name string
		who  tenancy.Grantee
		want Party
	}{
		{"one of the house, where anybody is", in("Console/ken"), Party{OfHouse, "default"}},
		{"a tenant's person who landed in default", in("QuickSight/author-t0"), Party{OfDefault, "default"}},
		{"likewise under a role of before, in other case", in("Before/Author-T0"), Party{OfDefault, "default"}},
		{"a tenant's person who signs in through the house's role", in("QuickSightStaff/author-t1"), Party{OfHouse, "default"}},
		{"somebody who is not there", in("Console/gone"), Party{Kind: Nowhere}},
		{"all of default, where anybody is of the house", whole("default"), Party{OfDefault, "default"}},
		{"a group made by hand in a tenant", group("t0", "mine"), Party{OfTenant, "t0"}},
		{"a group of a tenant that is not there", group("t0", "gone"), Party{Kind: Nowhere}},
		{"a whole tenant", whole("t0"), Party{OfTenant, "t0"}},
		{"a group of a namespace that nobody manages", group("partner", "all"), Party{OfOther, "partner"}},
		{"a namespace that is gone", whole("t9"), Party{Kind: Nowhere}},
		{"the account itself", outside("arn:aws:iam::111122223333:root"), Party{Kind: OfHouse}},
		{"another account", outside("arn:aws:iam::999900001111:root"), Party{Kind: Outside}},
	} {
		if have := k.PartyOf(c.who); have != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, have, c.want)
		}
	}
}
