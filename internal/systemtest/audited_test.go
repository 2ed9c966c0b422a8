package systemtest

import (
	"context"
	"fmt"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/policy"
)

// apartRules are the rules of a world of apart.
const apartRules = `
  - groups: "qs:{namespace}:authors"
    role: AUTHOR
    custom_permissions: tenant-author
  - groups: "qs:{namespace}"
    role: READER
`

// apartSettings are the configuration for it: default is the house's, and some of it sign in by a role of their own.
var apartSettings = settings{tenants: apartRules, more: `limits: {new_namespaces_per_day: 1000}
house: {sign_in_roles: ["` + houseRole + `"]}
embedding: [{role: "arn:aws:iam::` + account + `:role/Portal", namespaces: [t000]}]
`}

const samlProvider = "arn:aws:iam::" + account + ":saml-provider/IdentityCenter"

// apart is a world of n tenants that are apart, all as it should be. Each has an author, a reader, a group of each, and a
// dashboard and an analysis over a data set over a data source. The house has a dashboard that all see, over a data set whose
// rows are divided.
func apart(n int) world.Seed {
	seed := empty()
	seed.Behaviour.NamespaceLimit = 2*n + 2
	seed.IAM.Roles = []world.Role{
		{Name: "QuickSight", Trust: policy.SAMLTrust(samlProvider), Policies: map[string]string{"sign-in": policy.SignIn()}},
		{Name: "Staff", Trust: policy.SAMLTrust(samlProvider), Policies: map[string]string{"sign-in": policy.SignIn()}},
	}
	seed.QuickSight.CustomPermissions = []world.ProfileSeed{{Name: "tenant-author", Capabilities: map[string]string{
		"CreateAndUpdateDataSources": "DENY", "CreateAndUpdateDatasets": "DENY",
	}}}
	seed.QuickSight.Namespaces = []world.NamespaceSeed{{Name: "default", Users: []world.UserSeed{
		{RoleARN: houseRole, Session: "boss", Email: "boss@example.com", Role: "ADMIN"},
	}}}
	shown := houseAssets(&seed)
	for i := range n {
		addApart(&seed, i, tenantName(i))
		grantSeed(asset(&seed, shown), "group/"+tenantName(i)+"/qs:"+tenantName(i), "viewer")
		grantSeed(asset(&seed, shown), "group/"+tenantName(i)+"/qs:"+tenantName(i)+":authors", "viewer")
	}
	return seed
}

func tenantName(i int) string { return fmt.Sprintf("t%03d", i) }

// houseAssets adds what the house has, and answers the id of the dashboard that tenants see.
func houseAssets(seed *world.Seed) string {
	const boss = "user/default/Staff/boss"
	seed.QuickSight.Assets = append(seed.QuickSight.Assets,
		owned(world.KindDataSource, "house-source", boss),
		owned(world.KindDataSet, "house-rules", boss, "house-source"),
		owned(world.KindDataSet, "house-data", boss, "house-source"),
		owned(world.KindDashboard, "house-board", boss, "house-data"))
	data := asset(seed, "house-data")
	data.RowLevelRules, data.RowLevel = "house-rules", world.RowLevel{Policy: "GRANT_ACCESS", Format: "VERSION_2", Status: "ENABLED"}
	return "house-board"
}

func owned(kind world.AssetKind, id, owner string, uses ...string) world.AssetSeed {
	return world.AssetSeed{Kind: kind, ID: id, Uses: uses, Permissions: []world.GrantSeed{{Principal: owner, Actions: world.Actions{"owner"}}}}
}

// addApart adds the i-th tenant to the directory and to QuickSight.
func addApart(seed *world.Seed, i int, name string) {
	space := world.NamespaceSeed{Name: name, Tags: []world.Tag{{Key: "tenantry", Value: store}}}
	for j, part := range []struct{ group, person, role, profile string }{
		{"qs:" + name + ":authors", "author." + name, "AUTHOR", "tenant-author"}, {"qs:" + name, "reader." + name, "READER", ""},
	} {
		number := 2*i + j
		person := fmt.Sprintf("94887428-4081-7042-c3c6-%012d", number)
		group := world.DirectoryGroupSeed{ID: fmt.Sprintf("34887428-4081-7042-c3c6-%012d", number), DisplayName: part.group, Members: []string{part.person}}
		email := part.person + "@" + name + ".example"
		seed.IdentityCenter.Users = append(seed.IdentityCenter.Users, world.Person{ID: person, UserName: part.person, Email: email})
		seed.IdentityCenter.Groups = append(seed.IdentityCenter.Groups, group)
		space.Users = append(space.Users, world.UserSeed{
			RoleARN: role, Session: part.person, Email: email, Role: part.role, CustomPermissions: part.profile,
			Tags: []world.Tag{{Key: "tenantry-person", Value: person}, {Key: "tenantry", Value: store}},
		})
		space.Groups = append(space.Groups, world.GroupSeed{
			Name: part.group, Description: "tenantry/1 " + store + " " + group.ID, Members: []string{"QuickSight/" + part.person},
		})
	}
	seed.QuickSight.Namespaces = append(seed.QuickSight.Namespaces, space)
	author := "user/" + name + "/QuickSight/author." + name
	seed.QuickSight.Assets = append(seed.QuickSight.Assets,
		owned(world.KindDataSource, "source-"+name, author),
		owned(world.KindDataSet, "data-"+name, author, "source-"+name),
		owned(world.KindAnalysis, "work-"+name, author, "data-"+name),
		owned(world.KindDashboard, "board-"+name, author, "data-"+name))
	grantSeed(asset(seed, "board-"+name), "group/"+name+"/qs:"+name, "viewer")
}

// asset is an asset of a seed.
func asset(seed *world.Seed, id string) *world.AssetSeed {
	for i := range seed.QuickSight.Assets {
		if seed.QuickSight.Assets[i].ID == id {
			return &seed.QuickSight.Assets[i]
		}
	}
	panic("no asset " + id)
}

// grantSeed gives somebody something of an asset of a seed.
func grantSeed(a *world.AssetSeed, principal string, actions ...string) {
	a.Permissions = append(a.Permissions, world.GrantSeed{Principal: principal, Actions: actions})
}

// space is a namespace of a seed.
func space(seed *world.Seed, name string) *world.NamespaceSeed {
	for i := range seed.QuickSight.Namespaces {
		if seed.QuickSight.Namespaces[i].Name == name {
			return &seed.QuickSight.Namespaces[i]
		}
	}
	panic("no namespace " + name)
}

// audited reads a world as `tenantry audit --verify` does, and judges it. rows are those of the house's rules of row-level
// security, as CSV, "" where none are given.
func (r *rig) audited(rows string) audit.Report {
	r.Helper()
	facts, err := app.Audit(context.Background(), r.fast().as(policy.ForAudit).app, r.config, true, nil)
	if err != nil {
		r.Fatalf("reading for an audit: %v", err)
	}
	if rows != "" {
		given, err := audit.ParseRuleRows("house-rules=rules.csv", []byte(rows))
		if err != nil {
			r.Fatalf("the rows of the rules: %v", err)
		}
		facts.RuleRows = []audit.RuleRows{given}
	}
	return audit.Audit(facts)
}
