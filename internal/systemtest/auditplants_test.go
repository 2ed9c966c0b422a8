package systemtest

import (
	"slices"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// leak is one thing that breaks isolation, planted in a world in which nothing else does.
type leak struct {
	name string
	code audit.Code
	// plant changes the world, and fault what AWS answers; nil is as it was.
	plant func(s *world.Seed)
	fault awssim.Hook
	rules string // the rows of the house's rules that are given, "" for none
	// beside are the codes of what comes with it: an asset cannot be granted into a namespace that nobody manages without
	// such a namespace.
	beside []audit.Code
}

// granted lets a leak be a grant.
func granted(id, to string, actions ...string) func(s *world.Seed) {
	return func(s *world.Seed) { grantSeed(asset(s, id), to, actions...) }
}

// made lets a leak be another asset.
func made(a world.AssetSeed) func(s *world.Seed) {
	return func(s *world.Seed) { s.QuickSight.Assets = append(s.QuickSight.Assets, a) }
}

func with(a world.AssetSeed, change func(a *world.AssetSeed)) world.AssetSeed {
	change(&a)
	return a
}

// foreignNamespace adds a namespace that is neither a tenant's nor the house's, with somebody in it.
func foreignNamespace(s *world.Seed) {
	s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{
		Name: "partner", Users: []world.UserSeed{{UserName: "paula", Email: "paula@partner.example", Role: "READER"}}, Groups: []world.GroupSeed{{Name: "all"}},
	})
}

// lives adds a user to a namespace.
func lives(namespace string, u world.UserSeed) func(s *world.Seed) {
	return func(s *world.Seed) { space(s, namespace).Users = append(space(s, namespace).Users, u) }
}

// user is a user of a namespace of a seed, by their session.
func user(s *world.Seed, namespace, session string) *world.UserSeed {
	n := space(s, namespace)
	return &n.Users[slices.IndexFunc(n.Users, func(u world.UserSeed) bool { return u.Session == session })]
}

// group is a group of a namespace of a seed.
func groupSeed(s *world.Seed, namespace, name string) *world.GroupSeed {
	n := space(s, namespace)
	return &n.Groups[slices.IndexFunc(n.Groups, func(g world.GroupSeed) bool { return g.Name == name })]
}

// directoryGroup is a group of the directory of a seed.
func directoryGroup(s *world.Seed, name string) *world.DirectoryGroupSeed {
	all := s.IdentityCenter.Groups
	return &all[slices.IndexFunc(all, func(g world.DirectoryGroupSeed) bool { return g.DisplayName == name })]
}

func deniedTo(op string) awssim.Hook {
	return awssim.FailBefore(op, wire.Errorf(401, "AccessDeniedException", "not authorized"))
}

const (
	author0 = "user/t000/QuickSight/author.t000"
	author1 = "user/t001/QuickSight/author.t001"
	reader1 = "user/t001/QuickSight/reader.t001"
	group1  = "group/t001/qs:t001"
)

// shareLeaks are about assets and who has them.
var shareLeaks = []leak{
	{name: "a dashboard to somebody of another tenant", code: "ISO101", plant: granted("board-t000", reader1, "viewer")},
	{name: "a dashboard to another tenant's mirror", code: "ISO101", plant: granted("board-t000", group1, "viewer")},
	{name: "an analysis to another tenant's author", code: "ISO101", plant: granted("work-t000", author1, "viewer")},
	{name: "a data set to another tenant's author", code: "ISO101", plant: granted("data-t000", author1, "viewer")},
	{name: "a data source to another tenant's mirror", code: "ISO101", plant: granted("source-t000", group1, "viewer")},
	{name: "a topic to another tenant's mirror", code: "ISO101", plant: made(with(owned(world.KindTopic, "topic-t000", author0), func(a *world.AssetSeed) { grantSeed(a, group1, "viewer") }))},
	{name: "a theme to another tenant's mirror", code: "ISO101", plant: made(with(owned(world.KindTheme, "theme-t000", author0), func(a *world.AssetSeed) { grantSeed(a, group1, "viewer") }))},
	{name: "a template to another tenant's author", code: "ISO101", plant: made(with(owned(world.KindTemplate, "template-t000", author0), func(a *world.AssetSeed) { grantSeed(a, author1, "viewer") }))},
	{name: "a connector to another tenant's author", code: "ISO101", plant: made(with(owned(world.KindActionConnector, "connector-t000", author0), func(a *world.AssetSeed) { grantSeed(a, author1, "viewer") }))},
	{name: "a flow to another tenant's author", code: "ISO101", plant: made(with(owned(world.KindFlow, idOf(world.KindFlow, 1), author0), func(a *world.AssetSeed) { grantSeed(a, author1, "viewer") }))},
	{name: "an agent to another tenant's author", code: "ISO101", plant: made(with(owned(world.KindAgent, "agent-t000", author0), func(a *world.AssetSeed) { grantSeed(a, author1, "viewer") }))},
	{name: "a space to another tenant's mirror", code: "ISO101", plant: made(with(owned(world.KindSpace, "space-t000", author0), func(a *world.AssetSeed) { grantSeed(a, group1, "viewer") }))},
	{name: "a deleted analysis to another tenant's author", code: "ISO101", plant: made(with(owned(world.KindAnalysis, "bin-t000", author0), func(a *world.AssetSeed) {
		grantSeed(a, author1, "viewer")
		a.RecoverableUntil = far
	}))},
	{name: "a dashboard to another tenant's whole namespace", code: "ISO102", plant: granted("board-t000", "namespace/t001", "viewer")},
	{name: "a dashboard to all of default", code: "ISO103", plant: granted("board-t000", "namespace/default", "viewer")},
	{name: "a dashboard by its link to another tenant", code: "ISO104", plant: func(s *world.Seed) {
		asset(s, "board-t000").LinkPermissions = []world.GrantSeed{{Principal: "namespace/t001", Actions: world.Actions{"viewer"}}}
	}},
	{name: "dashboards can be shared with anybody", code: "ISO105", plant: func(s *world.Seed) { s.QuickSight.PublicSharing = true }},
	{name: "a template to another account", code: "ISO106", plant: made(with(owned(world.KindTemplate, "template-t000", author0), func(a *world.AssetSeed) {
		grantSeed(a, "arn:aws:iam::999988887777:root", "quicksight:DescribeTemplate")
	}))},
	{name: "a folder of the house that spans tenants", code: "ISO107", plant: made(with(owned(world.KindFolder, "folder-span", "user/default/Staff/boss"), func(a *world.AssetSeed) {
		a.SharingModel = "NAMESPACE"
		a.Members = []string{"dashboard/board-t000"}
		grantSeed(a, group1, "viewer")
	}))},
	{name: "a folder that inherits another tenant's group", code: "ISO107", plant: func(s *world.Seed) {
		top := owned(world.KindFolder, "folder-top", "user/default/Staff/boss")
		top.SharingModel = "NAMESPACE"
		grantSeed(&top, group1, "viewer")
		below := owned(world.KindFolder, "folder-below", "user/default/Staff/boss")
		below.SharingModel, below.Parent, below.Members = "NAMESPACE", "folder-top", []string{"dashboard/board-t000"}
		s.QuickSight.Assets = append(s.QuickSight.Assets, top, below)
	}},
	{name: "a tenant's folder of the whole account", code: "ISO108", plant: made(owned(world.KindFolder, "folder-t000", author0))},
	{name: "a data set that nobody owns", code: "ISO109", plant: made(world.AssetSeed{Kind: world.KindDataSet, ID: "orphan"})},
	{name: "a dashboard whose owner is gone", code: "ISO109", plant: made(world.AssetSeed{Kind: world.KindDashboard, ID: "orphan", Permissions: []world.GrantSeed{
		{Principal: "group/t000/qs:t000", Actions: world.Actions{"viewer"}},
	}})},
	{name: "a dashboard that two tenants own", code: "ISO110", plant: granted("board-t000", author1, "owner")},
	{name: "a data source that two tenants own", code: "ISO110", plant: granted("source-t000", author1, "owner")},
	{name: "the house's dashboard to a tenant's author, to change", code: "ISO111", plant: granted("house-board", author0,
		"quicksight:DescribeDashboard", "quicksight:ListDashboardVersions", "quicksight:QueryDashboard", "quicksight:UpdateDashboard")},
	{name: "a dashboard into a namespace that nobody manages", code: "ISO112", beside: []audit.Code{"ISO319"}, plant: func(s *world.Seed) {
		foreignNamespace(s)
		grantSeed(asset(s, "board-t000"), "group/partner/all", "viewer")
	}},
	{name: "a stranger's dashboard that a tenant sees", code: "ISO113", plant: func(s *world.Seed) {
		s.IAM.Roles = append(s.IAM.Roles, world.Role{Name: "Visitor"})
		lives("default", world.UserSeed{RoleARN: "arn:aws:iam::" + account + ":role/Visitor", Session: "sam", Email: "sam@visitor.example", Role: "AUTHOR"})(s)
		board := owned(world.KindDashboard, "board-strange", "user/default/Visitor/sam")
		grantSeed(&board, "group/t000/qs:t000", "viewer")
		s.QuickSight.Assets = append(s.QuickSight.Assets, board)
	}},
	{name: "a dashboard to somebody who is not there", code: "ISO114", plant: granted("board-t000", "user/t000/QuickSight/ghost", "viewer")},
}

// peopleLeaks are about who lives where.
var peopleLeaks = []leak{
	{name: "somebody of a tenant in default", code: "ISO301", plant: func(s *world.Seed) {
		n := space(s, "t001")
		i := slices.IndexFunc(n.Users, func(u world.UserSeed) bool { return u.Session == "reader.t001" })
		moved := n.Users[i]
		moved.Tags, n.Users = nil, slices.Delete(n.Users, i, i+1)
		groupSeed(s, "t001", "qs:t001").Members = nil
		lives("default", moved)(s)
	}},
	{name: "an administrator in a tenant", code: "ISO302", plant: func(s *world.Seed) { user(s, "t000", "author.t000").Role = "ADMIN" }},
	{name: "a principal in two namespaces", code: "ISO303", plant: func(s *world.Seed) {
		lives("default", world.UserSeed{RoleARN: role, Session: "reader.t001", Email: "reader.t001@t001.example", Role: "READER"})(s)
	}},
	{name: "nobody behind a registration", code: "ISO304", plant: lives("t000", world.UserSeed{
		RoleARN: role, Session: "gone.t000", Email: "gone@t000.example", Role: "READER",
		Tags: []world.Tag{{Key: "tenantry-person", Value: "94887428-4081-7042-c3c6-999999999999"}, {Key: "tenantry", Value: store}},
	})},
	{name: "another person behind a registration", code: "ISO305", plant: func(s *world.Seed) {
		user(s, "t000", "reader.t000").Tags[0].Value = user(s, "t001", "reader.t001").Tags[0].Value
	}},
	{name: "somebody who left is registered still", code: "ISO306", plant: func(s *world.Seed) {
		directoryGroup(s, "qs:t000").Members = nil
		groupSeed(s, "t000", "qs:t000").Members = nil
	}},
	{name: "a user by hand in a tenant", code: "ISO307", plant: lives("t000", world.UserSeed{UserName: "handmade", Email: "hand@made.example", Role: "READER"})},
	{name: "a tenant whose name looks like another's", code: "ISO308", plant: func(s *world.Seed) { addApart(s, 60, "t00O") }},
	{name: "a stranger in a tenant's group", code: "ISO309", plant: func(s *world.Seed) {
		g := groupSeed(s, "t000", "qs:t000:authors")
		g.Members = append(g.Members, "QuickSight/reader.t000")
	}},
	{name: "a mark copied into another tenant", code: "ISO310", plant: func(s *world.Seed) {
		n := space(s, "t001")
		n.Groups = append(n.Groups, world.GroupSeed{Name: "copy", Description: groupSeed(s, "t000", "qs:t000").Description})
	}},
	{name: "a mark of a group that is gone", code: "ISO310", plant: func(s *world.Seed) {
		n := space(s, "t000")
		n.Groups = append(n.Groups, world.GroupSeed{Name: "old", Description: "tenantry/1 " + store + " 34887428-4081-7042-c3c6-888888888888"})
	}},
	{name: "a mark of a group that no rule is about", code: "ISO311", plant: func(s *world.Seed) {
		s.IdentityCenter.Groups = append(s.IdentityCenter.Groups, world.DirectoryGroupSeed{ID: "34887428-4081-7042-c3c6-777777777777", DisplayName: "Other"})
		n := space(s, "t000")
		n.Groups = append(n.Groups, world.GroupSeed{Name: "Other", Description: "tenantry/1 " + store + " 34887428-4081-7042-c3c6-777777777777"})
	}},
	{name: "an author without bounds", code: "ISO312", plant: boundless},
	{name: "people who may make themselves more", code: "ISO314", plant: func(s *world.Seed) { space(s, "t000").SelfUpgrade = world.AutoApproval }},
	{name: "a namespace that failed", code: "ISO315", plant: func(s *world.Seed) {
		s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{Name: "t900", Status: "NON_RETRYABLE_FAILURE", Tags: []world.Tag{{Key: "tenantry", Value: store}}})
		add(s, "qs:t900", 1)
	}},
	{name: "a reader who was made an author", code: "ISO316", plant: func(s *world.Seed) {
		u := user(s, "t000", "reader.t000")
		u.Role, u.CustomPermissions = "AUTHOR", "tenant-author"
	}},
	{name: "a leaver who came back by the door", code: "ISO317", plant: lives("default", world.UserSeed{RoleARN: role, Session: "mallory", Email: "mallory@left.example", Role: "READER"})},
	{name: "an administrator of whom the house knows nothing", code: "ISO317", plant: lives("default", world.UserSeed{UserName: "root", Email: "root@left.example", Role: "ADMIN"})},
	{name: "a namespace that nobody manages", code: "ISO319", plant: foreignNamespace},
}

// unreadLeaks are about what could not be read.
var unreadLeaks = []leak{
	{name: "dashboards cannot be listed", code: "ISO901", fault: deniedTo("quicksight:ListDashboards")},
	{name: "folders cannot be listed", code: "ISO901", fault: deniedTo("quicksight:ListFolders")},
	{name: "the permissions of a data source are denied", code: "ISO901", fault: deniedTo("quicksight:DescribeDataSourcePermissions")},
	{name: "what is under dashboards is denied", code: "ISO901", fault: deniedTo("quicksight:DescribeDashboard")},
	{name: "what is under data sets is denied", code: "ISO901", fault: deniedTo("quicksight:DescribeDataSet")},
	{name: "a list of topics breaks off", code: "ISO901", fault: breaksOff("quicksight:ListTopics"), plant: func(s *world.Seed) {
		for i := range 101 {
			s.QuickSight.Assets = append(s.QuickSight.Assets, owned(world.KindTopic, idOf(world.KindTopic, i), author0))
		}
	}},
	{name: "the account's settings are denied", code: "ISO902", fault: deniedTo("quicksight:DescribeAccountSettings")},
	// Nobody knows then what bounds authors, who count as not bounded.
	{name: "the profiles are denied", code: "ISO902", beside: []audit.Code{"ISO312"}, fault: deniedTo("quicksight:ListCustomPermissions")},
	{name: "the list of roles and users is denied", code: "ISO902", fault: awssim.FailBefore("iam:GetAccountAuthorizationDetails", wire.Errorf(403, "AccessDenied", "not authorized"))},
	{name: "the tags of registrations are denied", code: "ISO902", fault: deniedTo("quicksight:ListTagsForResource")},
	{name: "the assignments of policies are denied", code: "ISO902", fault: deniedTo("quicksight:ListIAMPolicyAssignments")},
	{name: "the settings of self-upgrade are denied", code: "ISO902", fault: deniedTo("quicksight:DescribeSelfUpgradeConfiguration")},
}

// breaksOff lets the second page of a list fail.
func breaksOff(op string) awssim.Hook {
	pages := 0
	return func(c awssim.Call) awssim.Fault {
		if c.Phase != awssim.BeforeEffect || c.Op != op {
			return awssim.Fault{}
		}
		if pages++; pages < 2 {
			return awssim.Fault{}
		}
		return awssim.Fault{Err: wire.Errorf(404, "ResourceNotFoundException", "it breaks off")}
	}
}
