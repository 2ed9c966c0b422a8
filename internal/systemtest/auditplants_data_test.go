package systemtest

import "github.com/tenantry/tenantry/internal/awssim/world"

// houseData lets a leak be about the one data set that the house shows to all.
func houseData(change func(a *world.AssetSeed)) func(s *world.Seed) {
	return func(s *world.Seed) { change(asset(s, "house-data")) }
}

// byName are rules with the names of users and groups, as they look in one namespace.
func byName(s *world.Seed) {
	data := asset(s, "house-data")
	data.RowLevel.Format, data.RowLevel.Namespace = "VERSION_1", "t000"
}

// groupRule is the principal of a rule for a tenant's group.
func groupRule(namespace, name string) string {
	return "arn:aws:quicksight:" + region + ":" + account + ":group/" + namespace + "/" + name
}

// dataLeaks are about the data under what tenants see, and how its rows are divided.
var dataLeaks = []leak{
	{name: "a tenant's dashboard stands on another's data", code: "ISO201", plant: func(s *world.Seed) { asset(s, "board-t000").Uses = []string{"data-t001"} }},
	{name: "a tenant's data set stands on another's data source", code: "ISO201", plant: func(s *world.Seed) { asset(s, "data-t000").Uses = []string{"source-t001"} }},
	{name: "the house shows a tenant's data to all", code: "ISO201", plant: func(s *world.Seed) { asset(s, "house-data").Uses = []string{"source-t000"} }},
	{name: "what the house shows has no row-level security", code: "ISO202", plant: houseData(func(a *world.AssetSeed) { a.RowLevelRules, a.RowLevel = "", world.RowLevel{} })},
	{name: "row-level security is switched off", code: "ISO203", plant: houseData(func(a *world.AssetSeed) { a.RowLevel.Status = world.Disabled })},
	{name: "row-level security of the newer preparation is switched off", code: "ISO203", plant: houseData(func(a *world.AssetSeed) {
		a.RowLevel.Status, a.RowLevel.Prepared = world.Disabled, true
	})},
	{name: "names in rules are looked up in one tenant", code: "ISO204", plant: byName},
	{name: "rules by ARN have a namespace", code: "ISO204", plant: houseData(func(a *world.AssetSeed) { a.RowLevel.Namespace = "t000" })},
	{name: "only rules by tags divide the rows", code: "ISO205", plant: houseData(func(a *world.AssetSeed) {
		a.RowLevelRules, a.RowLevel, a.RowLevelTags = "", world.RowLevel{}, map[string]string{"tenant": "tenant"}
	})},
	{name: "a tenant's author reads the rules", code: "ISO206", plant: granted("house-rules", author0, "viewer")},
	{name: "a rule is for a group that is not there", code: "ISO207", rules: "GroupARN,tenant\n" + groupRule("t000", "qs:t000") + ",t000\n" + groupRule("t001", "ghosts") + ",t001\n"},
	{name: "a rule is for somebody of another account", code: "ISO207", rules: "UserARN,tenant\narn:aws:quicksight:us-east-1:999988887777:user/default/eve,t000\n"},
	{name: "a name in the rules is two tenants'", code: "ISO208", rules: "GroupName,tenant\nreaders,t000\n", plant: func(s *world.Seed) {
		byName(s)
		for _, n := range []string{"t000", "t001"} {
			space(s, n).Groups = append(space(s, n).Groups, world.GroupSeed{Name: "readers"})
		}
	}},
	{name: "a rule gives a tenant all rows", code: "ISO209", rules: "GroupARN,tenant\n" + groupRule("t000", "qs:t000") + ",\n" + groupRule("t001", "qs:t001") + ",t001\n"},
	{name: "a tenant's author may query the house's data source", code: "ISO210", plant: granted("house-source", author0, "viewer")},
	{name: "rules deny instead of granting", code: "ISO211", plant: houseData(func(a *world.AssetSeed) { a.RowLevel.Policy = "DENY_ACCESS" })},
	{name: "the data set with the rules is gone", code: "ISO212", plant: houseData(func(a *world.AssetSeed) { a.RowLevelRules = "gone" })},
}
