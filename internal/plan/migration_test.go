package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// stranded is a migration that is being put together: people of two tenants in default, the house beside them.
type stranded struct {
	plan.Migration
	signIn tenancy.RoleARN
}

var twoTenants = []string{"acme", "globex"}

// strandedWorld has the tenants' groups, and nobody yet.
func strandedWorld() *stranded {
	role, err := tenancy.ParseRoleARN(shared)
	if err != nil {
		panic(err)
	}
	s := &stranded{signIn: role}
	s.Store, s.Formerly = store, func(name string) bool { return name == "Old" }
	s.House = tenancy.House{Namespaces: []string{tenancy.DefaultNamespace}, Roles: []string{"Staff"}}
	s.Have.Foreign = []tenancy.Foreign{{Name: tenancy.DefaultNamespace, Status: tenancy.Created}}
	for _, name := range twoTenants {
		n, _ := tenancy.ParseNamespace(name)
		mirror := tenancy.Mirror{Group: tenancy.GroupID("g-" + name), Name: "qs:" + name, Because: tenancy.Because{Rule: "tenants[0]", Group: tenancy.GroupID("g-" + name), Role: tenancy.Author}}
		s.Want.Tenants = append(s.Want.Tenants, tenancy.Tenant{Namespace: n, Status: tenancy.Created, SignIn: role, Mirrors: []tenancy.Mirror{mirror}})
		mirror.Because = tenancy.Because{}
		s.Have.Tenants = append(s.Have.Tenants, tenancy.Tenant{Namespace: n, Status: tenancy.Created, Mirrors: []tenancy.Mirror{mirror}})
	}
	return s
}

// person wants somebody in a tenant, and puts their user into default under a role.
func (s *stranded) person(tenant, session, under string, as tenancy.Role) tenancy.UserName {
	user := tenancy.UserName("QuickSight/" + session)
	for i := range s.Want.Tenants {
		if t := &s.Want.Tenants[i]; t.Namespace.String() == tenant {
			t.Registrations = append(t.Registrations, tenancy.Registration{User: user, Role: as, Email: session + "@example.com", Person: tenancy.PersonID("p-" + session), MaxRole: as})
			t.Mirrors[0].Members = append(t.Mirrors[0].Members, user)
		}
	}
	return s.user(under, session, as)
}

// user puts a user into default.
func (s *stranded) user(under, session string, as tenancy.Role) tenancy.UserName {
	user := tenancy.UserName(under + "/" + session)
	s.Have.Foreign[0].Users = append(s.Have.Foreign[0].Users, tenancy.Registration{User: user, Role: as, Email: session + "@example.com"})
	return user
}

func inDefault(user tenancy.UserName) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: tenancy.DefaultNamespace, Name: string(user)}
}

func ownedBy(who ...tenancy.Grantee) (grants []tenancy.Grant) {
	for _, to := range who {
		grants = append(grants, tenancy.Grant{To: to, Owner: true, May: tenancy.Owns})
	}
	return grants
}

func seenBy(who ...tenancy.Grantee) (grants []tenancy.Grant) {
	for _, to := range who {
		grants = append(grants, tenancy.Grant{To: to, May: tenancy.Views})
	}
	return grants
}

// asset adds an asset.
func (s *stranded) asset(kind tenancy.AssetKind, id string, grants ...[]tenancy.Grant) tenancy.AssetRef {
	ref := tenancy.AssetRef{Kind: kind, Region: "us-east-1", ID: id}
	a := tenancy.Asset{AssetRef: ref, Name: "the " + id, Grants: slices.Concat(grants...)}
	a.Sort()
	s.Assets.Assets = append(s.Assets.Assets, a)
	return ref
}

// planned sorts everything and plans.
func (s *stranded) planned() plan.Migrating {
	s.Want.Sort()
	s.Have.Sort()
	s.Assets.Sort()
	s.Diff = plan.Diff(store, s.Want, s.Have, false)
	return s.Migration.Plan()
}

// migrationCases are what keeps somebody where they are, and what lets them go; each is a world with ann of acme in it, an
// author, and what is to become of her: a code, or "" for nothing.
var migrationCases = map[string]struct {
	world func(s *stranded, ann tenancy.Grantee)
	allow []tenancy.Code
	held  tenancy.Code
	says  string // by the hold
	ends  string
}{
	"nothing": {world: func(*stranded, tenancy.Grantee) {}},
	"what she alone owns follows": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Dashboard, "d", ownedBy(ann))
		s.asset(tenancy.DataSource, "c", ownedBy(ann))
	}},
	"a colleague sees it": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Dashboard, "d", ownedBy(ann), seenBy(inDefault(s.person("acme", "ben", "QuickSight", tenancy.Reader))))
	}},
	"another customer sees what she alone owns": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Dashboard, "d", ownedBy(ann), seenBy(inDefault(s.person("globex", "gus", "QuickSight", tenancy.Reader))))
	}, held: plan.SpansTenants, says: "alone owns what cannot come along"},
	"and no word helps": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Dashboard, "d", ownedBy(ann), seenBy(inDefault(s.person("globex", "gus", "QuickSight", tenancy.Reader))))
	}, allow: []tenancy.Code{plan.SpansTenants, plan.SeesLess}, held: plan.SpansTenants, says: "shared with globex"},
	"another customer's author owns it too, and would leave it as well": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Analysis, "a", ownedBy(ann, inDefault(s.person("globex", "gus", "QuickSight", tenancy.Author))))
	}, allow: []tenancy.Code{plan.SpansTenants}, held: plan.SpansTenants, says: "alone owns"},
	"another customer's author and the house own it too": {world: func(s *stranded, ann tenancy.Grantee) {
		s.shared(ann)
	}, held: plan.SpansTenants, says: "stays with others"},
	"and it may stay with them": {world: func(s *stranded, ann tenancy.Grantee) {
		s.shared(ann)
	}, allow: []tenancy.Code{plan.SpansTenants}},
	"somebody without a place sees it": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Analysis, "a", ownedBy(ann), seenBy(inDefault(s.user("QuickSight", "zoe", tenancy.Reader))))
	}, held: plan.SpansTenants, says: "QuickSight/zoe of default"},
	"a group of default with people of two customers sees it": {world: func(s *stranded, ann tenancy.Grantee) {
		gus := s.person("globex", "gus", "QuickSight", tenancy.Reader)
		s.Groups = append(s.Groups, plan.OutsideGroup{Namespace: "default", Name: "all", Members: []tenancy.UserName{"QuickSight/ann", gus}})
		s.asset(tenancy.Analysis, "a", ownedBy(ann), seenBy(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "default", Name: "all"}))
	}, held: plan.SpansTenants, says: "globex"},
	"a group of default with her customer's people sees it": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Groups = append(s.Groups, plan.OutsideGroup{Namespace: "default", Name: "ours", Members: []tenancy.UserName{"QuickSight/ann"}})
		s.asset(tenancy.Dashboard, "d", ownedBy(ann), seenBy(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "default", Name: "ours"}))
	}},
	"the house's dashboard": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(ann, inDefault(s.person("globex", "gus", "QuickSight", tenancy.Reader))))
	}},
	"the house's data source": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.DataSource, "c", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(ann))
	}, held: plan.SpansTenants, says: "a data source of the house's"},
	"a dashboard through a group": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Groups = append(s.Groups, plan.OutsideGroup{Namespace: "default", Name: "ours", Members: []tenancy.UserName{"QuickSight/ann"}})
		s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "default", Name: "ours"}))
	}, held: plan.SeesLess, says: `"the d"`},
	"a dashboard through the whole namespace": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: "default"}))
	}, held: plan.SeesLess},
	"a dashboard in a folder": {world: func(s *stranded, ann tenancy.Grantee) {
		sue := inDefault(s.user("Staff", "sue", tenancy.Author))
		d := s.asset(tenancy.Dashboard, "d", ownedBy(sue))
		f := s.asset(tenancy.Folder, "f", ownedBy(sue), seenBy(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "default", Name: "ours"}))
		s.Groups = append(s.Groups, plan.OutsideGroup{Namespace: "default", Name: "ours", Members: []tenancy.UserName{"QuickSight/ann"}})
		s.Beneath = map[tenancy.AssetRef][]tenancy.AssetRef{f: {d}}
	}, held: plan.SeesLess},
	"which she may do without": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: "default"}))
	}, allow: []tenancy.Code{plan.SeesLess}},
	"the group is mapped": {world: func(s *stranded, ann tenancy.Grantee) {
		old := tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "default", Name: "ours"}
		s.Groups = append(s.Groups, plan.OutsideGroup{Namespace: "default", Name: "ours", Members: []tenancy.UserName{"QuickSight/ann"}})
		s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(old))
		s.Shares = []plan.GroupMap{{Namespace: "default", Group: "ours", Mirror: "qs:{namespace}"}}
	}},
	"it is shared with the tenant": {world: func(s *stranded, ann tenancy.Grantee) {
		d := s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: "default"}))
		s.shareWithAcme(d, "")
	}},
	"what it is to be shared with the tenant for is held": {world: func(s *stranded, ann tenancy.Grantee) {
		d := s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: "default"}))
		s.shareWithAcme(d, plan.UndividedData)
	}, held: plan.SeesLess},
	"another address, and she would see less": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Have.Foreign[0].Users[0].Email = "ann@elsewhere.example"
		s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: "default"}))
	}, held: plan.OtherEmail, ends: "--allow sees-less,other-email"},
	"what keeps her is allowed at once": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: "default"}))
		s.shared(ann)
	}, held: plan.SpansTenants, ends: "--allow sees-less,spans-tenants"},
	"the house's dashboard, with other permissions than a viewer's": {world: func(s *stranded, ann tenancy.Grantee) {
		odd := []tenancy.Grant{{To: ann, May: "quicksight:DescribeDashboard"}}
		s.asset(tenancy.Dashboard, "d", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), odd)
	}, held: plan.SpansTenants, says: "neither a viewer's nor an owner's"},
	"what she alone owns, with other permissions than an owner's": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.Dashboard, "d", []tenancy.Grant{{To: ann, Owner: true, May: "quicksight:DescribeDashboard quicksight:UpdateDashboardPermissions"}})
	}},
	"her tenant cannot be made": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Ready = []plan.Step{{Change: plan.CreateNamespace{Namespace: s.Want.Tenants[0].Namespace}, Held: "new-namespaces"}}
	}, held: "new-namespaces"},
	"rows by rules": {world: func(s *stranded, ann tenancy.Grantee) {
		s.rows(ann)
	}, held: plan.RLSNames, says: `"the rows"`},
	"whose names were mended": {world: func(s *stranded, ann tenancy.Grantee) {
		s.rows(ann)
	}, allow: []tenancy.Code{plan.RLSNames}},
	"she owns a data set with rows by rules": {world: func(s *stranded, ann tenancy.Grantee) {
		s.asset(tenancy.DataSet, "rows", ownedBy(ann))
		s.Assets.Assets[len(s.Assets.Assets)-1].RowLevel = true
	}, allow: []tenancy.Code{plan.SpansTenants}, held: plan.SpansTenants, says: "row-level security"},
	"her dashboard stands on another customer's data": {world: func(s *stranded, ann tenancy.Grantee) {
		s.standing(ann)
	}, held: plan.SpansTenants, says: "it stands on the data-set"},
	"and comes along by a word": {world: func(s *stranded, ann tenancy.Grantee) {
		s.standing(ann)
	}, allow: []tenancy.Code{plan.SpansTenants}},
	"an administrator": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Have.Foreign[0].Users[0].Role = tenancy.Admin
	}, held: plan.AdminRegistration},
	"another address": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Have.Foreign[0].Users[0].Email = "ann@elsewhere.example"
	}, held: plan.OtherEmail},
	"which is hers": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Have.Foreign[0].Users[0].Email = "ann@elsewhere.example"
	}, allow: []tenancy.Code{plan.OtherEmail}},
	"two users of before": {world: func(s *stranded, ann tenancy.Grantee) {
		s.user("Old", "ann", tenancy.Author)
	}, held: plan.TwoRegistrations, says: "Old/ann of default and QuickSight/ann of default"},
	"likeness is nothing": {world: func(s *stranded, ann tenancy.Grantee) {
		s.user("Old", "Ann", tenancy.Author)
		s.user("Other", "ann", tenancy.Author)
		s.user("Staff", "ann", tenancy.Author)
	}},
	"the themes could not be read": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Assets.Unread = []tenancy.Unread{{AssetRef: tenancy.AssetRef{Kind: tenancy.Theme, Region: "us-east-1"}, Why: "denied"}}
	}, held: plan.UnreadAssets},
	"she will be a reader, and owns something alone": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Want.Tenants[0].Registrations[0].Role = tenancy.Reader
		s.asset(tenancy.Dashboard, "d", ownedBy(ann))
	}, held: plan.OwnsAsReader},
	"she will be a reader, and owns something with a colleague": {world: func(s *stranded, ann tenancy.Grantee) {
		s.Want.Tenants[0].Registrations[0].Role = tenancy.Reader
		s.asset(tenancy.Dashboard, "d", ownedBy(ann, inDefault(s.person("acme", "ben", "QuickSight", tenancy.Author))))
	}},
}

// shareWithAcme shares an asset with the group of acme before anybody is moved, unless that is held.
func (s *stranded) shareWithAcme(ref tenancy.AssetRef, held tenancy.Code) {
	s.Want.Tenants[0].Shares = []tenancy.Share{{Asset: ref, Group: "g-acme", Mirror: "qs:acme"}}
	s.Ready = []plan.Step{{Change: plan.Share{Namespace: s.Want.Tenants[0].Namespace, Group: "g-acme", Mirror: "qs:acme", Asset: ref}, Held: held}}
}

// shared is an analysis that two customers' authors own with somebody of the house.
func (s *stranded) shared(ann tenancy.Grantee) {
	s.asset(tenancy.Analysis, "a", ownedBy(ann, inDefault(s.person("globex", "gus", "QuickSight", tenancy.Author)), inDefault(s.user("Staff", "sue", tenancy.Author))))
}

// rows are a dashboard of the house's on a data set with rules.
func (s *stranded) rows(ann tenancy.Grantee) {
	sue := inDefault(s.user("Staff", "sue", tenancy.Author))
	rows := s.asset(tenancy.DataSet, "rows", ownedBy(sue))
	s.Assets.Assets[len(s.Assets.Assets)-1].RowLevel = true
	s.Assets.Assets[len(s.Assets.Assets)-1].RowRules = []string{"arn:rules"}
	d := s.asset(tenancy.Dashboard, "d", ownedBy(sue), seenBy(ann))
	s.Beneath = map[tenancy.AssetRef][]tenancy.AssetRef{d: {rows}}
}

// standing is a dashboard that ann alone owns, on a data set that somebody of globex has too.
func (s *stranded) standing(ann tenancy.Grantee) {
	gus := inDefault(s.person("globex", "gus", "QuickSight", tenancy.Author))
	rows := s.asset(tenancy.DataSet, "rows", ownedBy(gus))
	d := s.asset(tenancy.Dashboard, "d", ownedBy(ann))
	s.Beneath = map[tenancy.AssetRef][]tenancy.AssetRef{d: {rows}}
}

func TestMigrationCases(t *testing.T) {
	for name, c := range migrationCases {
		t.Run(name, func(t *testing.T) {
			s := strandedWorld()
			ann := inDefault(s.person("acme", "ann", "QuickSight", tenancy.Author))
			c.world(s, ann)
			s.Allow = c.allow
			m := s.planned()
			i := slices.IndexFunc(m.Migrants, func(g plan.Migrant) bool { return g.Person == "p-ann" })
			if i < 0 {
				t.Fatalf("she is not among the migrants: %+v", m.Migrants)
			}
			g := &m.Migrants[i]
			if g.Held() != c.held || (g.Held() == "") != (len(g.Steps) > 0) {
				t.Fatalf("held %q with %d steps, want %q; holds: %v", g.Codes, len(g.Steps), c.held, m.Holds)
			}
			if c.held != "" && c.held != "new-namespaces" && !slices.ContainsFunc(m.Holds, func(h tenancy.Hold) bool {
				return h.Code == c.held && h.Object == "p-ann" && strings.Contains(h.Reason, c.says) && h.Ends != "" && strings.Contains(h.Ends, c.ends)
			}) {
				t.Errorf("no hold that says %q: %v", c.says, m.Holds)
			}
		})
	}
}

// TestMigrationListsGroups: what a group of default has, and does not come along, is told for each customer who has people
// in it; what is mapped is not.
func TestMigrationListsGroups(t *testing.T) {
	for name, c := range map[string]struct {
		shares []plan.GroupMap
		told   []string
	}{
		"not mapped":     {nil, []string{"acme", "globex"}},
		"mapped for one": {[]plan.GroupMap{{Namespace: "default", Group: "all", Mirror: "qs:acme"}}, []string{"globex"}},
		"mapped for all": {[]plan.GroupMap{{Namespace: "default", Group: "all", Mirror: "qs:{namespace}"}}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			s := strandedWorld()
			ann, gus := s.person("acme", "ann", "QuickSight", tenancy.Author), s.person("globex", "gus", "QuickSight", tenancy.Author)
			s.Groups = []plan.OutsideGroup{{Namespace: "default", Name: "all", Members: []tenancy.UserName{ann, gus}}, {Namespace: "default", Name: "nothing", Members: []tenancy.UserName{ann}}}
			s.asset(tenancy.Analysis, "a", ownedBy(inDefault(s.user("Staff", "sue", tenancy.Author))), seenBy(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "default", Name: "all"}))
			s.Shares = c.shares
			var told []string
			for _, n := range s.planned().Notes {
				if n.Code != plan.NotMapped || n.Object != "default/all" || !strings.Contains(n.Text, `"the a"`) {
					t.Errorf("%+v", n)
				}
				told = append(told, n.Namespace)
			}
			if !slices.Equal(told, c.told) {
				t.Errorf("told of %q, want %q", told, c.told)
			}
		})
	}
}

// TestMigrationAsks: what is in a folder leads to what that stands on; and what a group gets to see by a group map is asked
// about, though nobody of those who are moved is in the group. Nothing is asked twice.
func TestMigrationAsks(t *testing.T) {
	s := strandedWorld()
	ann := inDefault(s.person("acme", "ann", "QuickSight", tenancy.Author))
	sue := inDefault(s.user("Staff", "sue", tenancy.Author))
	rows := s.asset(tenancy.DataSet, "rows", ownedBy(sue))
	s.Assets.Assets[0].RowLevel, s.Assets.Assets[0].RowRules = true, []string{"arn:rules"}
	in := s.asset(tenancy.Dashboard, "in", ownedBy(sue))
	folder := s.asset(tenancy.Folder, "folder", ownedBy(sue), seenBy(ann))
	mapped := s.asset(tenancy.Dashboard, "mapped", ownedBy(sue), seenBy(tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "default", Name: "all"}))
	s.asset(tenancy.Dashboard, "nobody's", ownedBy(sue))
	s.Groups = []plan.OutsideGroup{{Namespace: "default", Name: "all"}}
	s.Shares = []plan.GroupMap{{Namespace: "default", Group: "all", Mirror: "qs:acme"}}
	s.planned() // which sorts
	for round, want := range [][]tenancy.AssetRef{{mapped, folder}, {in}, nil} {
		if got := s.Migration.Asks().Beneath; !slices.Equal(got, want) {
			t.Fatalf("round %d: %v, want %v", round, got, want)
		}
		switch round {
		case 0:
			s.Beneath = map[tenancy.AssetRef][]tenancy.AssetRef{mapped: nil, folder: {in, folder}}
		case 1:
			s.Beneath[in] = []tenancy.AssetRef{rows}
		}
	}
	if m := s.planned(); m.Migrants[0].Held() != plan.RLSNames {
		t.Errorf("held by %v", m.Migrants[0].Codes)
	}
}

// ledger is who may do what, as steps change it.
type ledger map[tenancy.AssetRef]map[tenancy.Grantee]tenancy.Access

func (l ledger) of(a *tenancy.Catalogue) {
	for _, asset := range a.Assets {
		l[asset.AssetRef] = map[tenancy.Grantee]tenancy.Access{}
		for _, g := range asset.Grants {
			l[asset.AssetRef][g.To] = g.May
		}
	}
}

// do makes a step so.
func (l ledger) do(c plan.Change) {
	group := func(n tenancy.Namespace, p tenancy.PersonID) tenancy.Grantee {
		return tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: n.String(), Name: tenancy.MoveName(p)}
	}
	switch c := c.(type) {
	case plan.Park:
		l[c.Asset][group(c.Namespace, c.Person)] = c.Access
	case plan.GiveBack:
		l[c.Asset][tenancy.Grantee{Kind: tenancy.ToUser, Namespace: c.Namespace.String(), Name: string(c.User)}] = c.Access
	case plan.Unpark:
		delete(l[c.Asset], group(c.Namespace, c.Person))
	case plan.Share:
		l[c.Asset][tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: c.Namespace.String(), Name: c.Mirror}] = tenancy.Views
	case plan.Evict:
		for _, who := range l {
			delete(who, tenancy.Grantee{Kind: tenancy.ToUser, Namespace: c.From, Name: string(c.User)})
		}
	}
}

func (l ledger) owners(ref tenancy.AssetRef) (n int) {
	for _, may := range l[ref] {
		if may == tenancy.Owns {
			n++
		}
	}
	return n
}

// tenantsOf are the tenants whose users or groups have something of an asset.
func (l ledger) tenantsOf(ref tenancy.AssetRef) []string {
	all := map[string]bool{}
	for who := range l[ref] {
		if who.Namespace != tenancy.DefaultNamespace {
			all[who.Namespace] = true
		}
	}
	return slices.Sorted(maps.Keys(all))
}

// TestMigrationKeepsApart: whatever people have and share, after a migration no asset is two tenants' that nobody of the
// house owns alone; nothing is ever without an owner, at no step; who was moved has what follows them, and nobody of the
// house is touched.
func TestMigrationKeepsApart(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := drawStranded(t)
		m := s.planned()
		l := ledger{}
		l.of(&s.Assets)
		owned := map[tenancy.AssetRef]bool{}
		for ref := range l {
			owned[ref] = l.owners(ref) > 0
		}
		steps := slices.Clone(m.Shares)
		for _, g := range m.Migrants {
			steps = append(steps, g.Steps...)
		}
		for i, step := range steps {
			if e, is := step.Change.(plan.Evict); is && (strings.HasPrefix(string(e.User), "Staff/") || e.Role.IsAdmin()) {
				t.Fatalf("%s of the house is taken out", e.User)
			}
			l.do(step.Change)
			for ref := range l {
				if owned[ref] && l.owners(ref) == 0 {
					t.Fatalf("step %d (%s) leaves %s without an owner", i, step.Change.Kind(), ref)
				}
			}
		}
		for i := range s.Assets.Assets {
			ref := s.Assets.Assets[i].AssetRef
			if in := l.tenantsOf(ref); len(in) > 1 && !s.houses(&s.Assets.Assets[i]) {
				t.Fatalf("%s is of %q", ref, in)
			}
		}
		for i := range m.Migrants {
			g := &m.Migrants[i]
			for _, item := range g.Items {
				theirs := tenancy.Grantee{Kind: tenancy.ToUser, Namespace: g.To.String(), Name: string(g.As)}
				if len(g.Steps) > 0 && item.Follows && l[item.Asset][theirs] != item.Gets {
					t.Fatalf("%s has %q of %s, and should have %q", g.As, l[item.Asset][theirs], item.Asset, item.Gets)
				}
				if len(g.Steps) == 0 && l[item.Asset][g.Mine()] != item.May {
					t.Fatalf("%s is held, and has lost %s", g.From.User, item.Asset)
				}
			}
		}
	})
}

// houses reports whether the house alone owns an asset: its people, or a group of default with nobody else in it.
func (s *stranded) houses(a *tenancy.Asset) bool {
	return !slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool {
		ours := strings.HasPrefix(g.To.Name, "Staff/") || g.To.Kind == tenancy.ToGroup && slices.ContainsFunc(s.Groups, func(o plan.OutsideGroup) bool {
			return o.Name == g.To.Name && !slices.ContainsFunc(o.Members, func(u tenancy.UserName) bool { return u.RoleName() != "Staff" })
		})
		return g.Owner && !ours
	})
}

// drawStranded draws a world.
func drawStranded(t *rapid.T) *stranded {
	s := strandedWorld()
	var who []tenancy.Grantee
	for i := range rapid.IntRange(1, 6).Draw(t, "people") {
		role := pick(t, []tenancy.Role{tenancy.Reader, tenancy.Author, tenancy.Author, tenancy.Admin}, "role")
		under := pick(t, []string{"QuickSight", "QuickSight", "Old"}, "under")
		user := s.person(pick(t, twoTenants, "tenant"), fmt.Sprintf("p%d", i), under, role)
		if one(t, 4, "another role in the tenant") {
			for j := range s.Want.Tenants {
				for k := range s.Want.Tenants[j].Registrations {
					if r := &s.Want.Tenants[j].Registrations[k]; r.User.SessionName() == user.SessionName() {
						r.Role = tenancy.Reader
					}
				}
			}
		}
		who = append(who, inDefault(user))
	}
	who = append(who, inDefault(s.user("Staff", "sue", tenancy.Author)), inDefault(s.user("QuickSight", "zoe", tenancy.Reader)))
	for i, name := range []string{"one", "two"} {
		g := plan.OutsideGroup{Namespace: tenancy.DefaultNamespace, Name: name}
		for _, w := range who {
			if one(t, 2+i, "in "+name) {
				g.Members = append(g.Members, tenancy.UserName(w.Name))
			}
		}
		slices.Sort(g.Members)
		s.Groups = append(s.Groups, g)
		who = append(who, tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: tenancy.DefaultNamespace, Name: name})
	}
	who = append(who, tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: tenancy.DefaultNamespace})
	s.Beneath = map[tenancy.AssetRef][]tenancy.AssetRef{}
	for i := range rapid.IntRange(0, 6).Draw(t, "assets") {
		kind := pick(t, []tenancy.AssetKind{tenancy.Dashboard, tenancy.Dashboard, tenancy.DataSet, tenancy.DataSource, tenancy.Folder, tenancy.Theme}, "kind")
		grants := ownedBy(pick(t, who, "owner")) // few have something of it: much is shared with nobody, or within a tenant
		for range rapid.IntRange(0, 2).Draw(t, "more") {
			w := pick(t, who, "who")
			if slices.ContainsFunc(grants, func(g tenancy.Grant) bool { return g.To == w }) {
				continue
			}
			if rapid.Bool().Draw(t, "owns") {
				grants = append(grants, tenancy.Grant{To: w, Owner: true, May: tenancy.Owns})
			} else {
				grants = append(grants, tenancy.Grant{To: w, May: tenancy.Views})
			}
		}
		ref := s.asset(kind, fmt.Sprint(i), grants)
		if kind == tenancy.DataSet && one(t, 3, "rows") {
			s.Assets.Assets[len(s.Assets.Assets)-1].RowLevel = true
		}
		if i > 0 && (kind == tenancy.Dashboard || kind == tenancy.Folder) {
			s.Beneath[ref] = []tenancy.AssetRef{s.Assets.Assets[rapid.IntRange(0, i-1).Draw(t, "on")].AssetRef}
		}
	}
	if one(t, 2, "mapped") {
		s.Shares = []plan.GroupMap{{Namespace: tenancy.DefaultNamespace, Group: "one", Mirror: "qs:{namespace}"}}
	}
	for _, code := range plan.MigrationAllows() {
		if one(t, 2, "allow") {
			s.Allow = append(s.Allow, code)
		}
	}
	s.Finish = rapid.Bool().Draw(t, "finish")
	return s
}
