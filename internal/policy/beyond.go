package policy

import "slices"

// row is an action, or a class of them.
type row struct {
	action   string
	critical bool
	why      string
}

// door are the actions of just-in-time provisioning (Quick user guide, "Provisioning users": the permission makes whoever has
// it register themselves at their first sign-in).
var door = []row{
	{"quicksight:CreateReader", true, "whoever signs in without a registration makes themselves a reader in default"},
	{"quicksight:CreateUser", true, "whoever signs in without a registration makes themselves an author in default"},
	{"quicksight:CreateAdmin", true, "whoever signs in without a registration makes themselves an administrator, who sees every namespace"},
}

// beyond are the classes of actions that signing in does not need, the more particular first: an action belongs to the first
// that has it (Service Authorization Reference, "Actions, resources, and condition keys for Amazon QuickSight"). IAM knows
// accounts and not namespaces: whatever is allowed on one tenant's things is allowed on all, unless Resource says otherwise.
var beyond = []row{
	{"quicksight:RegisterUser", true, "it registers anybody in any namespace, with any role"},
	{"quicksight:UpdateUser", true, "it makes anybody an administrator"},
	{"quicksight:DeleteUser*", true, "it deletes anybody's registration"},
	{"quicksight:CreateGroupMembership", true, "it puts anybody into any group of their namespace, and so gives them what the group has"},
	{"quicksight:CreateRoleMembership", true, "it gives a role to a group"},
	{"quicksight:Update*Permissions", true, "it grants any asset to anybody"},
	{"quicksight:UpdateUserCustomPermission", true, "it lifts what custom permissions deny somebody"},
	{"quicksight:DeleteUserCustomPermission", true, "it lifts what custom permissions deny somebody"},
	{"quicksight:UpdateRoleCustomPermission", true, "it lifts what custom permissions deny everybody with a role"},
	{"quicksight:DeleteRoleCustomPermission", true, "it lifts what custom permissions deny everybody with a role"},
	{"quicksight:UpdateAccountCustomPermission", true, "it lifts what custom permissions deny everybody"},
	{"quicksight:DeleteAccountCustomPermission", true, "it lifts what custom permissions deny everybody"},
	{"quicksight:CreateIAMPolicyAssignment", true, "it changes what a namespace's people may query AWS with"},
	{"quicksight:UpdateIAMPolicyAssignment", true, "it changes what a namespace's people may query AWS with"},
	{"quicksight:DeleteIAMPolicyAssignment", true, "it changes what a namespace's people may query AWS with"},
	{"quicksight:GenerateEmbedUrl*", true, "it opens dashboards as anybody else"},
	{"quicksight:Get*EmbedUrl", true, "it opens dashboards as anybody else"},
	{"quicksight:GetIdentityContext", true, "it makes a context of anybody else, with which services take one for them"},
	{"quicksight:GetAuthCode", true, "it makes a code with which somebody signs in"},
	{"quicksight:StartAssetBundle*", true, "it takes any asset out of the account, or puts one over another"},
	{"quicksight:StartDashboardSnapshotJob*", true, "it takes the data of any dashboard out of the account"},
	{"quicksight:PassDataSet", true, "it builds on any data set"},
	{"quicksight:PassDataSource", true, "it builds on any data source"},
	{"quicksight:CreateNamespace", false, "it makes namespaces"},
	{"quicksight:DeleteNamespace", true, "it deletes a tenant's namespace, with everybody in it"},
	{"quicksight:DeleteGroupMembership", false, "it takes anybody out of a group"},
	{"quicksight:DeleteRoleMembership", false, "it takes a role from a group"},
	{"quicksight:CreateGroup", false, "it makes groups in any namespace"},
	{"quicksight:UpdateGroup", false, "it changes the groups of any namespace"},
	{"quicksight:DeleteGroup", false, "it deletes the groups of any namespace"},
	{"quicksight:Describe*", false, "it reads the assets and people of every tenant"},
	{"quicksight:List*", false, "it lists the assets and people of every tenant"},
	{"quicksight:Search*", false, "it finds the assets and groups of every tenant"},
	{"quicksight:Get*", false, "it reads what belongs to every tenant"},
	{"quicksight:Create*", false, "it makes things that no namespace bounds"},
	{"quicksight:Update*", false, "it changes the assets of every tenant"},
	{"quicksight:Delete*", false, "it deletes the assets of every tenant"},
	{"quicksight:*", false, "it does more in QuickSight than signing in"},
	{"sts:AssumeRole*", true, "it becomes any role that trusts the account, under any session name"},
	{"sts:*", false, "it does more than signing in"},
	{"iam:Get*", false, "it reads who may do what"},
	{"iam:List*", false, "it reads who may do what"},
	{"iam:*", true, "it can give itself every other right"},
	{"sso:Describe*", false, "it reads who may sign in, and as whom"},
	{"sso:Get*", false, "it reads who may sign in, and as whom"},
	{"sso:List*", false, "it reads who may sign in, and as whom"},
	{"sso:*", true, "it changes who may sign in, and as whom"},
	{"sso-directory:Describe*", false, "it reads who is in the groups of every tenant"},
	{"sso-directory:List*", false, "it reads who is in the groups of every tenant"},
	{"sso-directory:Search*", false, "it reads who is in the groups of every tenant"},
	{"sso-directory:*", true, "it changes who is in the groups by which tenants are told apart"},
	{"identitystore:Describe*", false, "it reads who is in the groups of every tenant"},
	{"identitystore:Get*", false, "it reads who is in the groups of every tenant"},
	{"identitystore:Is*", false, "it reads who is in the groups of every tenant"},
	{"identitystore:List*", false, "it reads who is in the groups of every tenant"},
	{"identitystore:*", true, "it changes who is in the groups by which tenants are told apart"},
	{"cloudtrail:Describe*", false, "it reads what everybody did"},
	{"cloudtrail:Get*", false, "it reads what everybody did"},
	{"cloudtrail:List*", false, "it reads what everybody did"},
	{"cloudtrail:Lookup*", false, "it reads what everybody did"},
	{"cloudtrail:*", true, "it hides what was done"},
}

// known are the services that have rows for everything in them, so that a pattern within one needs no row of its own.
var known = []glob{
	actions.read("quicksight:*"), actions.read("sts:*"), actions.read("iam:*"), actions.read("sso:*"),
	actions.read("sso-directory:*"), actions.read("identitystore:*"), actions.read("cloudtrail:*"),
}

// classes are those of the rows: what fits a row, and neither the door nor a row before.
var classes = classesOf(beyond)

func classesOf(rows []row) []class {
	var before []glob
	for _, d := range door {
		before = append(before, actions.read(d.action))
	}
	var all []class
	for _, r := range rows {
		c := classOf(r.action)
		c.except = slices.DeleteFunc(slices.Clone(before), func(b glob) bool { return !overlap(b, c.action) })
		all = append(all, c)
		before = append(before, c.action)
	}
	return all
}

// judged judges an action or a class of them on a resource.
func (g grants) judged(r row, c class, resource string, context map[string][]string) Allowed {
	a := Allowed{Action: r.action, Critical: r.critical, Why: r.why}
	var at place
	if a.Answer, at = g.any(c, resource, context); a.Answer == No {
		return a
	}
	s := g.policies[at.source]
	a.Policy, a.ARN, a.Statement, a.How = s.name, s.arn, at.statement, Unknown
	if at.statement > 0 {
		a.How = s.Statements[at.statement-1].how(c)
	}
	return a
}

// beyond judges all rows, and then whatever else a policy allows, as it is written there. What a policy that could not be read
// may allow is not among it.
func (g grants) beyond() []Allowed {
	var all []Allowed
	add := func(r row, c class) {
		if a := g.judged(r, c, "*", nil); a.Answer > No && a.How != Unknown {
			all = append(all, a)
		}
	}
	for i, r := range beyond {
		add(r, classes[i])
	}
	for _, p := range g.others() {
		add(row{p, p == "*" || p == "*:*", "it has nothing to do with signing in"}, classOf(p))
	}
	return all
}

// others are the patterns of actions that policies allow and that reach beyond the rows, each once.
func (g grants) others() []string {
	var all []string
	for _, s := range g.policies {
		for i := range s.Statements {
			if st := &s.Statements[i]; st.Allow {
				all = append(all, st.beyondRows()...)
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}

func (s *Statement) beyondRows() []string {
	if len(s.NotActions) > 0 {
		return []string{"*"}
	}
	var all []string
	for i, p := range s.actions {
		if !within(p, known) {
			all = append(all, s.Actions[i])
		}
	}
	return all
}
