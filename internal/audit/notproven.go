package audit

import (
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// notProven is what this audit cannot show.
func notProven(k *Known) []NotProven {
	var all []NotProven
	for _, p := range standing {
		if p.when == nil || p.when(k) {
			all = append(all, p.NotProven)
		}
	}
	return all
}

// standing are the things that no audit shows, each with when it is worth a word; nil is always. What the API has is by its
// model of 2018-04-01 (aws-sdk-go-v2, service/quicksight v1.113.0): a kind of thing stands here where no operation
// answers who may come to it, or where this version calls none of those that do.
var standing = []struct {
	NotProven
	when func(*Known) bool
}{
	{NotProven{
		"who can open what an export, an e-mail report, an alert or a snapshot has carried out of QuickSight",
		"no API lists the recipients of reports and alerts, nor who has a file",
		"deny exports, e-mail reports and alerts in the tenants' custom permissions, where that matters",
	}, nil},
	{NotProven{
		"who holds the address of an embedding session that was handed out, or a session that is still open",
		"no API lists sessions; an address for embedding is good for five minutes and its session for up to ten hours, and what was taken away may work for up to five minutes more",
		"let nobody but the roles under embedding: in the configuration make such addresses, and run the audit again a day after a change",
	}, nil},
	{NotProven{
		"who comes to what has been uploaded to agents and spaces, and to chats and their history",
		"no API shows whose uploaded files, knowledge bases and chats are; of agents and spaces as such the permissions are read",
		"deny chats and uploads in the tenants' custom permissions, where that matters",
	}, nil},
	{NotProven{
		"what is in people's own folders, bookmarks, stories and drafts, and whom they have shown it to",
		"no API lists them; they show nothing that somebody may not see otherwise, but a copy of a view may have been shared",
		"deny sharing in the tenants' custom permissions, where that matters",
	}, nil},
	{NotProven{
		"which data sources use which VPC connection, brand, OAuth client or refresh property of the account, and that they reach one tenant's data alone",
		"these belong to the whole account; the API shows no permissions for them, and who may use them is whoever may make a data source",
		"deny making data sources to tenants' people (ISO312), and keep a connection, with its credentials, for each tenant",
	}, func(k *Known) bool { return k.has(tenancy.DataSource) }},
	{NotProven{
		"that each data source of a tenant reads that tenant's data alone",
		"what stands in a database, and what its credentials may read, is outside of QuickSight",
		"let each tenant's data sources have credentials of their own, and look at what those may read",
	}, func(k *Known) bool { return k.has(tenancy.DataSource) }},
	{NotProven{
		"what QuickSight's service role may read beyond what its own policies say",
		"buckets, keys, catalogues and databases have policies of their own, in this account and in others, which IAM's documents do not show",
		"look at the resource policies of what holds tenants' data for the role aws-quicksight-service-role-v0, or for the role that was chosen in its place",
	}, nil},
	{NotProven{
		"that what IAM's documents deny is all that is denied, and that what they allow is in force",
		"service control policies, resource control policies, session policies and resource policies are not among them",
		"where a finding about a role rests on what such a policy denies, say so under accept: in the configuration",
	}, nil},
	{NotProven{
		"which rows each person sees",
		"the rows of the rules of row-level security cannot be read through the API, and they were not given for every data set that has them",
		"export the rules, and give them to tenantry audit with --rls-rules FILE.csv",
	}, (*Known).rulesUnread},
	{NotProven{
		"whose each registration is",
		"a user's name says whose session it is, and its tag which person it was made for; the tags were not read",
		"tenantry audit --verify reads the tag of every registration, by one call for each",
	}, func(k *Known) bool { return !k.Verified && len(k.Have.Tenants) > 0 }},
	{NotProven{
		"who is in the groups without a mark of tenants' namespaces",
		"tenantry does not manage them, and does not read who is in them; nobody can be but users of the same namespace",
		"share with the marked groups, and delete the others",
	}, (*Known).grantedToOthers},
	{NotProven{
		"that nobody else in Identity Center can become one of a tenant's people",
		"whoever may edit groups or user names there decides who is whose; the audit takes the directory for true",
		"keep the administrators of Identity Center few, and use email_domains and new_groups: hold in the configuration",
	}, nil},
}

// has reports whether there is an asset of a kind.
func (k *Known) has(kind tenancy.AssetKind) bool {
	return slices.ContainsFunc(k.Inspection.Assets, func(a tenancy.Inspected) bool { return a.Kind == kind })
}

// rulesUnread reports whether a data set has rules of row-level security in force of which nobody has given the rows.
func (k *Known) rulesUnread() bool {
	return slices.ContainsFunc(k.Inspection.Assets, func(a tenancy.Inspected) bool {
		if a.Rows.Rules == "" || !a.Rows.Enabled {
			return false
		}
		ref, ok := tenancy.ParseAsset(k.Account, a.Rows.Rules)
		return !ok || !slices.ContainsFunc(k.RuleRows, func(r RuleRows) bool { return r.DataSet == ref.ID })
	})
}

// grantedToOthers reports whether something is granted to a group without a mark of a tenant's.
func (k *Known) grantedToOthers() bool {
	return slices.ContainsFunc(k.Inspection.Assets, func(a tenancy.Inspected) bool {
		return slices.ContainsFunc(a.Grants, func(g tenancy.Grant) bool {
			t := k.Tenant(g.To.Namespace)
			return t != nil && g.To.Kind == tenancy.ToGroup && slices.Contains(t.OtherGroups, g.To.Name)
		})
	})
}
