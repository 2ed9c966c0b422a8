package audit

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// These build the facts that cases start from: tenants that are apart, each with an author, a reader, a mirror, a folder,
// and a dashboard over a data set over a data source; and a house with a dashboard that all of them see, over data that
// row-level security divides.

const (
	account = tenancy.AccountID("111122223333")
	region  = "us-east-1"
	store   = tenancy.StoreID("d-1234567890")
	signIn  = "arn:aws:iam::111122223333:role/QuickSight"
	staff   = "arn:aws:iam::111122223333:role/QuickSightStaff"
)

func namespace(t testing.TB, name string) tenancy.Namespace {
	t.Helper()
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func user(n, name string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n, Name: "QuickSight/" + name}
}

func group(n, name string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: n, Name: name}
}

func owner(to tenancy.Grantee) tenancy.Grant {
	return tenancy.Grant{To: to, Owner: true, May: tenancy.Owns}
}
func viewer(to tenancy.Grantee) tenancy.Grant { return tenancy.Grant{To: to, May: tenancy.Views} }

// judy is the house's.
var judy = tenancy.Grantee{Kind: tenancy.ToUser, Namespace: "default", Name: "QuickSightStaff/judy"}

func ref(kind tenancy.AssetKind, id string) tenancy.AssetRef {
	return tenancy.AssetRef{Kind: kind, Region: region, ID: id}
}

// put adds an asset with grants, and answers it for more. It is in the facts only after sorted.
func put(f *Facts, kind tenancy.AssetKind, id string, grants ...tenancy.Grant) *tenancy.Inspected {
	a := tenancy.Inspected{Asset: tenancy.Asset{AssetRef: ref(kind, id), Name: id, Grants: grants}}
	for range grants {
		a.Actions = append(a.Actions, []string{"quicksight:Describe"})
	}
	f.Inspection.Assets = append(f.Inspection.Assets, a)
	return &f.Inspection.Assets[len(f.Inspection.Assets)-1]
}

// folder adds a folder with grants and members. What it resolves to is what it was granted: it has none above it.
func folder(f *Facts, id string, grants []tenancy.Grant, members ...tenancy.AssetRef) *tenancy.Inspected {
	a := put(f, tenancy.Folder, id, grants...)
	a.Folder = &tenancy.FolderParts{Type: "SHARED", Sharing: "ACCOUNT", Resolved: slices.Clone(grants), Members: members}
	return a
}

// arn is that of something of QuickSight's in the account.
func arn(resource string) string { return "arn:aws:quicksight:us-east-1:111122223333:" + resource }

// whole is a whole namespace.
func whole(n string) tenancy.Grantee { return tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: n} }

// outside is a principal that is nobody's of the account.
func outside(principal string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToOther, Name: principal}
}

// may is a grant of actions that are neither a viewer's nor an owner's.
func may(to tenancy.Grantee, actions string) tenancy.Grant {
	return tenancy.Grant{To: to, May: tenancy.Access(actions)}
}

// lives adds somebody to a namespace that is no tenant's, and answers them. The namespace is made where it is not there,
// and that nobody manages it is accepted (ISO319): cases are about what its people come to.
func lives(f *Facts, n, name string) tenancy.Grantee {
	i := slices.IndexFunc(f.Have.Foreign, func(g tenancy.Foreign) bool { return g.Name == n })
	if i < 0 {
		i = len(f.Have.Foreign)
		f.Have.Foreign = append(f.Have.Foreign, tenancy.Foreign{Name: n, Status: tenancy.Created})
		known(f, "ISO319", "namespace "+n) // that nobody manages it is another check's
	}
	f.Have.Foreign[i].Users = append(f.Have.Foreign[i].Users, tenancy.Registration{User: tenancy.UserName(name), Role: tenancy.Reader})
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n, Name: name}
}

// link opens a dashboard to somebody by its link.
func link(a *tenancy.Inspected, to tenancy.Grantee) {
	a.Links, a.LinkActions = append(a.Links, viewer(to)), append(a.LinkActions, []string{"quicksight:DescribeDashboard"})
}

// rules gives the rows of the house's rules.
func rules(t testing.TB, f *Facts, text string) {
	t.Helper()
	r, err := ParseRuleRows("house-rules=rules.csv", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	f.RuleRows = append(f.RuleRows, r)
}

// lost removes a grant.
func lost(a *tenancy.Inspected, to tenancy.Grantee) {
	i := slices.IndexFunc(a.Grants, func(g tenancy.Grant) bool { return g.To == to })
	a.Grants, a.Actions = slices.Delete(a.Grants, i, i+1), slices.Delete(a.Actions, i, i+1)
}

// find is an asset of the facts.
func find(f *Facts, kind tenancy.AssetKind, id string) *tenancy.Inspected {
	i := slices.IndexFunc(f.Inspection.Assets, func(a tenancy.Inspected) bool { return a.AssetRef == ref(kind, id) })
	return &f.Inspection.Assets[i]
}

// grant adds a grant to an asset.
func grant(a *tenancy.Inspected, g tenancy.Grant) {
	a.Grants, a.Actions = append(a.Grants, g), append(a.Actions, []string{"quicksight:Describe"})
}

// signsIn is a role that the SAML provider alone can assume, and that allows nothing.
func signsIn(role tenancy.RoleARN) tenancy.Identity {
	return tenancy.Identity{ARN: role.String(), Role: role, Trust: policy.SAMLTrust("arn:aws:iam::111122223333:saml-provider/idc"),
		Policies: []tenancy.PolicyDocument{{Name: policy.InlineName, Document: policy.SignIn()}}}
}

// clean are the facts of an account whose tenants t0, t1 and so on are apart.
func clean(t testing.TB, tenants int) *Facts {
	t.Helper()
	role, err := tenancy.ParseRoleARN(signIn)
	if err != nil {
		t.Fatal(err)
	}
	house, _ := tenancy.ParseRoleARN(staff)
	f := &Facts{
		Account: account, Region: region, AssetRegions: []string{region}, Verified: true,
		House:      tenancy.House{Namespaces: []string{"default"}, Roles: []string{"QuickSightStaff"}, Sessions: []string{"judy"}},
		HouseRoles: []tenancy.RoleARN{house}, Settings: &tenancy.Settings{DefaultNamespace: "default"},
		Profiles:   []tenancy.Profile{{Name: "tenant-author", Denied: []string{"CreateAndUpdateDataSources", "CreateAndUpdateDatasets"}}},
		Identities: &tenancy.Identities{All: []tenancy.Identity{signsIn(role), signsIn(house)}},
	}
	f.Directory.Store = store
	f.Directory.Members = map[tenancy.GroupID][]tenancy.PersonID{}
	f.Have.Foreign = []tenancy.Foreign{{Name: "default", Status: tenancy.Created, Users: []tenancy.Registration{{User: "QuickSightStaff/judy", Role: tenancy.Admin, Email: "judy@host.example"}}}}
	signs := SignInRole{Role: role}
	put(f, tenancy.Template, "house-template", owner(judy))
	put(f, tenancy.DataSource, "house-source", owner(judy))
	put(f, tenancy.DataSet, "house-rules", owner(judy)).Uses = []tenancy.AssetRef{ref(tenancy.DataSource, "house-source")}
	divided := put(f, tenancy.DataSet, "house-data", owner(judy))
	divided.Uses = []tenancy.AssetRef{ref(tenancy.DataSource, "house-source")}
	divided.Rows = tenancy.Rows{Rules: arn("dataset/house-rules"), Enabled: true, Version: 2, Grants: true}
	shown := tenancy.Inspected{Asset: tenancy.Asset{AssetRef: ref(tenancy.Dashboard, "house-board"), Name: "house-board"}, Uses: []tenancy.AssetRef{ref(tenancy.DataSet, "house-data")}}
	grant(&shown, owner(judy))
	for i := range tenants {
		name := fmt.Sprintf("t%d", i)
		n := namespace(t, name)
		signs.Tenants = append(signs.Tenants, n)
		g := tenancy.GroupID("group-" + name)
		authors, readers := "author-"+name, "reader-"+name
		f.Directory.Groups = append(f.Directory.Groups, tenancy.Group{ID: g, Name: "qs:" + name})
		for _, who := range []string{authors, readers} {
			f.Directory.People = append(f.Directory.People, tenancy.Person{ID: tenancy.PersonID("id-" + who), UserName: who, Email: who + "@" + name + ".example"})
			f.Directory.Members[g] = append(f.Directory.Members[g], tenancy.PersonID("id-"+who))
		}
		tenant := tenancy.Tenant{
			Namespace: n, Status: tenancy.Created, SignIn: role,
			Registrations: []tenancy.Registration{
				{User: tenancy.UserName("QuickSight/" + authors), Role: tenancy.Author, Email: authors + "@" + name + ".example", CustomPermissions: "tenant-author", Person: tenancy.PersonID("id-" + authors)},
				{User: tenancy.UserName("QuickSight/" + readers), Role: tenancy.Reader, Email: readers + "@" + name + ".example", Person: tenancy.PersonID("id-" + readers)},
			},
			Mirrors: []tenancy.Mirror{{Group: g, Name: "qs:" + name, Members: []tenancy.UserName{tenancy.UserName("QuickSight/" + authors), tenancy.UserName("QuickSight/" + readers)}}},
		}
		f.Have.Tenants = append(f.Have.Tenants, tenant)
		tenant.Registrations, tenant.Mirrors = slices.Clone(tenant.Registrations), slices.Clone(tenant.Mirrors)
		tenant.Mirrors[0].Because = tenancy.Because{Rule: `tenants[0] groups "qs:{namespace}"`, Group: g, GroupName: "qs:" + name}
		f.Want.Tenants = append(f.Want.Tenants, tenant)
		put(f, tenancy.DataSource, "source-"+name, owner(user(name, authors)))
		put(f, tenancy.DataSet, "data-"+name, owner(user(name, authors))).Uses = []tenancy.AssetRef{ref(tenancy.DataSource, "source-"+name)}
		put(f, tenancy.Dashboard, "board-"+name, owner(user(name, authors)), viewer(group(name, "qs:"+name))).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "data-"+name)}
		folder(f, tenancy.FolderID(n), []tenancy.Grant{owner(user(name, authors)), viewer(group(name, "qs:"+name))}, ref(tenancy.Dashboard, "board-"+name))
		grant(&shown, viewer(group(name, "qs:"+name)))
		f.Spaces = append(f.Spaces, tenancy.Space{Namespace: name})
	}
	f.Inspection.Assets = append(f.Inspection.Assets, shown)
	f.SignIn = []SignInRole{signs}
	return sorted(f)
}

// sorted puts the facts in the order that they have when they were read.
func sorted(f *Facts) *Facts {
	f.Have.Sort()
	f.Want.Sort()
	f.Directory.Sort()
	f.Inspection.Sort()
	return f
}

// A plant is a leak in an otherwise clean account of two tenants, t0 and t1.
type plant struct {
	name  string
	leak  func(t *testing.T, f *Facts)
	wants int // how many findings of the check's; the audit has no others
}

// planted runs the cases of one check. A case that wants none is a near miss: it looks alike and is no leak.
func planted(t *testing.T, code Code, cases ...plant) {
	t.Helper()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := clean(t, 2)
			c.leak(t, f)
			r := Audit(sorted(f))
			acceptable(t, c, r)
			found := 0
			for _, finding := range r.Findings {
				if finding.Code != code {
					t.Errorf("it also finds %s %s: %s", finding.Code, finding.Object, finding.Seen)
					continue
				}
				found++
				if finding.Object == "" || finding.Seen == "" || finding.Mend == "" {
					t.Errorf("the finding lacks something: %+v", finding)
				}
				canBePasted(t, finding)
			}
			if found != c.wants {
				t.Errorf("%d findings of %s, want %d: %+v", found, code, c.wants, r.Findings)
			}
			mended(t, f, r)
		})
	}
}

// Tenants that are apart give no finding.
func TestCleanAccount(t *testing.T) {
	for _, tenants := range []int{0, 1, 2, 50, 1000} {
		if r := Audit(clean(t, tenants)); len(r.Findings) > 0 {
			t.Errorf("%d tenants: %+v", tenants, r.Findings)
		}
	}
}
