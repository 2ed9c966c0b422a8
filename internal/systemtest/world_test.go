package systemtest

import (
	"fmt"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/config"
)

// What every world and every configuration here agree on.
const (
	account = "111122223333"
	store   = "d-1234567890"
	region  = "us-east-1"
	role    = "arn:aws:iam::111122223333:role/QuickSight"
)

// settings are a configuration, as far as tests differ in it.
type settings struct {
	role    string // sign_in.role; "" is the one role
	set     string // sign_in.permission_set, instead of a role
	former  string // sign_in.former_roles, as YAML; "" is none
	tenants string // the rules; "" is readers and authors by pattern
	more    string // further keys
	assets  string // quicksight.asset_regions; "" is the identity Region
}

func (s settings) yaml() string {
	if s.role == "" {
		s.role = role
	}
	if s.tenants == "" {
		s.tenants = `
  - groups: "qs:{namespace}:authors"
    role: AUTHOR
  - groups: "qs:{namespace}"
    role: READER
`
	}
	if s.more == "" {
		s.more = "limits: {new_namespaces_per_day: 1000}"
	}
	if s.assets == "" {
		s.assets = region
	}
	through := "role: " + s.role
	if s.set != "" {
		through = "permission_set: " + s.set
	}
	if s.former != "" {
		through += "\n  former_roles: " + s.former
	}
	return fmt.Sprintf(`version: 1
quicksight:
  account_id: "%s"
  identity_region: %s
  asset_regions: [%s]
identity_center:
  identity_store_id: %s
  region: %s
sign_in:
  %s
  session_name: username
tenants:%s
%s
`, account, region, s.assets, store, region, through, s.tenants, s.more)
}

func (s settings) parse(t tb) *config.Config {
	c, problems := config.Parse("tenantry.yaml", []byte(s.yaml()))
	if c == nil {
		t.Fatalf("the configuration is refused: %v", problems)
	}
	return c
}

// empty is a world with nobody in it: an account with the default namespace, an identity store, and
// the sign-in role.
func empty() world.Seed {
	b := world.DefaultBehaviour()
	return world.Seed{
		AccountID:      account,
		QuickSight:     world.QuickSightSeed{IdentityRegion: region},
		IdentityCenter: world.DirectorySeed{IdentityStoreID: store},
		IAM:            world.IAMSeed{Roles: []world.Role{{Name: "QuickSight"}}},
		Behaviour:      &b,
	}
}

// tenants is a world of n customers with p people each, in one group a customer. Nothing of it is in
// QuickSight yet.
func tenants(n, p int) world.Seed {
	seed := empty()
	seed.Behaviour.NamespaceLimit = max(100, 2*n)
	for i := range n {
		add(&seed, fmt.Sprintf("qs:t%03d", i), p)
	}
	return seed
}

// add puts a group with p new people into a world. Their names are those of the group.
func add(seed *world.Seed, group string, p int) {
	g := world.DirectoryGroupSeed{DisplayName: group}
	for i := range p {
		name := fmt.Sprintf("%s.%03d", nameOf(group), i)
		g.Members = append(g.Members, name)
		seed.IdentityCenter.Users = append(seed.IdentityCenter.Users, world.Person{UserName: name, Email: name + "@example.com"})
	}
	seed.IdentityCenter.Groups = append(seed.IdentityCenter.Groups, g)
}

// nameOf makes a user name's beginning of a group's name: t001 of qs:t001, t001-a of qs:t001:authors.
func nameOf(group string) string {
	if n, r := tenantOf(group); n != "" {
		if r == "AUTHOR" {
			return n + "-a"
		}
		return n
	}
	return "someone"
}

func TestWorldsAndSettings(t *testing.T) {
	t.Parallel()
	settings{}.parse(t)
	if seed := tenants(3, 4); len(seed.IdentityCenter.Users) != 12 || len(seed.IdentityCenter.Groups) != 3 {
		t.Errorf("3 tenants of 4 are %d people in %d groups", len(seed.IdentityCenter.Users), len(seed.IdentityCenter.Groups))
	}
}
