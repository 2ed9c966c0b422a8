package config

import (
	"strings"
	"sync"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// kind is what a key's value is.
type kind string

// The kinds of values. Lists are kinds of their own: nothing nests deeper.
const (
	mapping  kind = "mapping"
	mappings kind = "list of mappings"
	text     kind = "text"
	texts    kind = "list of texts"
	prose    kind = "sentence" // text in which line breaks mean nothing
	choice   kind = "word"
	boolean  kind = "true or false"
	integer  kind = "whole number"
	number   kind = "number"
	percent  kind = "percentage"
	date     kind = "date"
	duration kind = "duration"
)

// key is a row of the key table.
type key struct {
	path     string // `[]` stands for each item of a list
	kind     kind
	required bool
	choices  []string // of a choice
	min, max float64  // of numbers and percentages; of a duration, its seconds; of a list, how many items it has
	pattern  string   // what a text looks like; for the schema, and no more than a first sieve
	standard string   // what holds without the key, "" for nothing
	// oneOf are sets of keys inside a mapping, exactly one of which must be there.
	oneOf [][]string
	later bool // no code reads it yet
	doc   string
}

// Patterns for the schema. They are in JavaScript's dialect, which editors use, and as a rule more
// generous than the checks.
const (
	looksNamespace = `^[a-zA-Z0-9._-]{1,64}$`
	looksRegion    = `^[a-z]{2}(-[a-z]+)+-[0-9]$`
	looksRoleARN   = `^arn:(aws|aws-us-gov|aws-cn):iam::[0-9]{12}:role/\S+$`
	looksAsset     = `^[a-zA-Z0-9._-]{1,512}$`
	looksProfile   = `^[a-zA-Z0-9+=,.@_-]{1,64}$`
)

// keys is the key table: every key of the configuration, in the order in which people read them.
var keys = []key{
	{path: "version", kind: integer, required: true, min: 1, max: 1, doc: "the version of this file's format"},

	{path: "quicksight", kind: mapping, required: true, doc: "the QuickSight account that the tenants live in"},
	{path: "quicksight.account_id", kind: text, required: true, pattern: `^[0-9]{12}$`, doc: "the AWS account, as twelve digits in quotes"},
	{path: "quicksight.identity_region", kind: text, required: true, pattern: looksRegion, doc: "the Region where the account's users and namespaces live: the one that was chosen when QuickSight was set up"},
	{path: "quicksight.asset_regions", kind: texts, min: 1, standard: "the identity Region", doc: "the Regions in which people have dashboards, data sets and other assets. What a leaver owns is looked for in each of them, and nowhere else"},
	{path: "quicksight.assume_role", kind: mapping, doc: "a role to assume for the QuickSight account, when the credentials are another account's"},
	{path: "quicksight.assume_role.role_arn", kind: text, required: true, pattern: looksRoleARN, doc: "the role's ARN"},
	{path: "quicksight.assume_role.external_id", kind: text, doc: "the external id that the role's trust policy asks for"},

	{path: "identity_center", kind: mapping, required: true, doc: "the identity store that people and groups come from"},
	{path: "identity_center.identity_store_id", kind: text, required: true, pattern: `^(d-[0-9a-f]{10}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$`, doc: "the identity store, such as d-1234567890 (IAM Identity Center, Settings)"},
	{path: "identity_center.region", kind: text, required: true, pattern: looksRegion, doc: "the Region of IAM Identity Center"},
	{path: "identity_center.assume_role", kind: mapping, doc: "a role to assume for IAM Identity Center, when the credentials are another account's"},
	{path: "identity_center.assume_role.role_arn", kind: text, required: true, pattern: looksRoleARN, doc: "the role's ARN"},
	{path: "identity_center.assume_role.external_id", kind: text, doc: "the external id that the role's trust policy asks for"},

	{path: "sign_in", kind: mapping, required: true, oneOf: [][]string{{"role"}, {"permission_set"}}, doc: "how people sign in to QuickSight: through a role of your own, or through a permission set"},
	{path: "sign_in.role", kind: text, pattern: looksRoleARN, doc: "the ARN of the IAM role that people sign in with. With `{namespace}` in its name, each tenant has a role of its own"},
	{path: "sign_in.permission_set", kind: text, pattern: `^[\w+=,.@{}-]+$`, doc: "the name of the permission set that people sign in with. With `{namespace}` in it, each tenant has one of its own"},
	{path: "sign_in.session_name", kind: choice, choices: []string{"username", "email"}, standard: "username", doc: "what stands behind the role in QuickSight's user names: what your sign-in sends as the role session name"},
	{path: "sign_in.former_roles", kind: texts, standard: "[]", doc: "the roles that people signed in with before: ARNs of IAM roles of the account, or names of permission sets, with `{namespace}` where each tenant had its own. Who is registered under one of them is replaced, once somebody says so (docs/moves.md)"},

	{path: "tenants", kind: mappings, required: true, min: 1, max: maxTenants, oneOf: [][]string{{"groups"}, {"group_id", "namespace"}}, doc: "the rules that turn groups into tenants. The first rule that fits a group counts"},
	{path: "tenants[].groups", kind: text, doc: "a pattern over the whole display name of a group: plain text around one `{namespace}`, which stands for letters, digits, `.`, `_` and `-`. Not a regular expression"},
	{path: "tenants[].group_id", kind: text, pattern: `^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}(-[A-Fa-f0-9]{4}){3}-[A-Fa-f0-9]{12}$`, doc: "one group by its id, which survives every renaming. It needs `namespace`"},
	{path: "tenants[].namespace", kind: text, pattern: looksNamespace, doc: "the namespace of the group in `group_id`"},
	{path: "tenants[].role", kind: choice, choices: roleNames(), standard: "READER", doc: "the QuickSight role of the group's people. Of several, the highest within a tenant counts"},
	{path: "tenants[].max_role", kind: choice, choices: roleNames(), standard: "the role", doc: "the highest role that is left alone when someone raised it by hand"},
	{path: "tenants[].mirror", kind: text, pattern: `^[\u0020-\u00FF]+$`, standard: "the group's display name", doc: "the name of the QuickSight group that stands for this one, when the display name cannot be one. May hold `{namespace}`"},
	{path: "tenants[].custom_permissions", kind: text, pattern: looksProfile, doc: "the custom permissions profile that people are registered with"},
	{path: "tenants[].email_domains", kind: texts, min: 1, standard: "any", doc: "the domains that people's e-mail addresses must be of. Others are held"},
	{path: "tenants[].folder", kind: boolean, standard: "false", doc: "gives each of these tenants a folder of its own, shared with its groups (docs/shares.md)"},

	{path: "tenants[].shares", kind: mappings, max: maxShares, standard: "[]", oneOf: oneAsset, doc: "assets of the company's own that the groups of these tenants are to see (docs/shares.md)"},
	{path: "tenants[].shares[].dashboard", kind: text, pattern: looksAsset, doc: "the id of a dashboard"},
	{path: "tenants[].shares[].folder", kind: text, pattern: looksAsset, doc: "the id of a shared folder: with it goes what is in it, now and later"},
	{path: "tenants[].shares[].analysis", kind: text, pattern: looksAsset, doc: "the id of an analysis"},
	{path: "tenants[].shares[].data_set", kind: text, pattern: looksAsset, doc: "the id of a data set"},
	{path: "tenants[].shares[].region", kind: text, pattern: looksRegion, standard: "the first of `quicksight.asset_regions`", doc: "the Region in which the asset is"},
	{path: "tenants[].shares[].group", kind: text, pattern: `^[\u0020-\u00FF]+$`, standard: "every group of the tenant", doc: "the name of the one QuickSight group that is to see it. May hold `{namespace}`"},
	{path: "tenants[].shares[].as", kind: choice, choices: []string{"viewer"}, standard: "viewer", doc: "what the group may do: look, and nothing else"},

	{path: "all_tenants", kind: mapping, doc: "what holds for every tenant"},
	{path: "all_tenants.folder", kind: boolean, standard: "false", doc: "gives every tenant a folder of its own, shared with its groups (docs/shares.md)"},
	{path: "all_tenants.shares", kind: mappings, max: maxShares, standard: "[]", oneOf: oneAsset, doc: "assets of the company's own that every tenant's groups are to see (docs/shares.md)"},
	{path: "all_tenants.shares[].dashboard", kind: text, pattern: looksAsset, doc: "the id of a dashboard"},
	{path: "all_tenants.shares[].folder", kind: text, pattern: looksAsset, doc: "the id of a shared folder: with it goes what is in it, now and later"},
	{path: "all_tenants.shares[].analysis", kind: text, pattern: looksAsset, doc: "the id of an analysis"},
	{path: "all_tenants.shares[].data_set", kind: text, pattern: looksAsset, doc: "the id of a data set"},
	{path: "all_tenants.shares[].region", kind: text, pattern: looksRegion, standard: "the first of `quicksight.asset_regions`", doc: "the Region in which the asset is"},
	{path: "all_tenants.shares[].group", kind: text, pattern: `^[\u0020-\u00FF]+$`, standard: "every group of the tenant", doc: "the name of the one QuickSight group that is to see it. May hold `{namespace}`"},
	{path: "all_tenants.shares[].as", kind: choice, choices: []string{"viewer"}, standard: "viewer", doc: "what the group may do: look, and nothing else"},

	{path: "allow_admin", kind: boolean, standard: "false", doc: "lets tenants have ADMIN and ADMIN_PRO. QuickSight's admin console does not know namespaces: an ADMIN sees every tenant"},
	{path: "spanning_people", kind: choice, choices: []string{"hold", "allow"}, standard: "hold", doc: "whether a person may be registered in several tenants. `allow` needs a role for each tenant"},
	{path: "new_groups", kind: choice, choices: []string{"hold", "allow"}, standard: "hold", doc: "whether a further group may join a tenant that exists already"},

	{path: "house", kind: mapping, doc: "the company's own people, who are never placed, moved or removed"},
	{path: "house.groups", kind: texts, standard: "[]", doc: "the display names of their groups"},
	{path: "house.sign_in_roles", kind: texts, standard: "[]", doc: "the ARNs of the roles that they sign in with"},
	{path: "house.namespaces", kind: texts, standard: "[default]", doc: "the namespaces that they live in"},

	{path: "rollout", kind: texts, min: 1, standard: "all", doc: "the only namespaces that are written to; the others are shown"},
	{path: "automatic", kind: texts, min: 1, standard: "[]", doc: "what `tenantry serve` and `tenantry lambda` do by themselves, besides what they always do. `replaces-user`: authors who should be readers are registered anew. `grants-asset`: groups that have people get to see what is shared with them from now on"},

	{path: "accept", kind: mappings, standard: "[]", doc: "holds and findings that are known, and are no news until a day"},
	{path: "accept[].code", kind: text, required: true, pattern: `^[A-Za-z0-9][A-Za-z0-9-]{0,63}$`, doc: "the code, as the hold or the finding shows it"},
	{path: "accept[].object", kind: text, required: true, doc: "the object, as the hold or the finding shows it"},
	{path: "accept[].because", kind: prose, required: true, doc: "why it is accepted"},
	{path: "accept[].until", kind: date, required: true, doc: "the last day on which it is: YYYY-MM-DD"},

	{path: "limits", kind: mapping, doc: "ceilings on what happens by itself, and on calls"},
	{path: "limits.additions_per_tenant", kind: percent, min: 0, max: 100, standard: "50%", doc: "how many people a tenant may gain in a day, in percent of those it has. 25 may always be added, so 0% means 25"},
	{path: "limits.new_namespaces_per_day", kind: integer, min: 0, max: 1000, standard: "10", doc: "how many namespaces may be created in a day. 0 means none"},
	{path: "limits.removals_per_tenant", kind: percent, min: 0, max: 100, standard: "10%", doc: "how many of a tenant's people may lose their registration or a group in a day, in percent. 3 always may, so 0% means 3, but for its last person"},
	{path: "limits.removals_per_account", kind: percent, min: 0, max: 100, standard: "5%", doc: "how many of all tenants' people may, likewise. 10 always may"},
	{path: "limits.namespaces", kind: integer, min: 1, max: 100_000, standard: "100, as AWS has it", doc: "how many namespaces AWS lets the account have, where Support has raised it: no API says so. `tenantry doctor` says when there is no more room"},
	{path: "limits.quicksight_rate", kind: number, min: 0.1, max: 1000, standard: "discovered, from 10", doc: "calls a second to QuickSight, at most"},
	{path: "limits.identity_store_rate", kind: number, min: 0.1, max: 1000, standard: "discovered, from 20", doc: "calls a second to the identity store, at most"},

	{path: "journal", kind: text, pattern: `^(memory|sqlite:.+|dynamodb:[a-zA-Z0-9_.-]{3,255})$`, standard: "a file beside this one: tenantry.journal.db for tenantry.yaml", doc: "where the history is kept: `sqlite:PATH`, a file of its own for each configuration, as seen from this one; `dynamodb:TABLE`, which processes on several machines and Lambda functions share; or `memory`, which ends with the process"},

	{path: "leavers", kind: mapping, doc: "what happens to people who leave, before they are taken out"},
	{path: "leavers.grace", kind: duration, min: 0, max: 90 * 24 * 60 * 60, standard: "0: none", doc: "for how long somebody who is disabled in Identity Center is only suspended: out of every group, and registered still. Enabled again by then, they are as they were"},
	{path: "leavers.suspend_with", kind: text, pattern: looksProfile, standard: "none", doc: "the custom permissions profile that people get who leave, for as long as they are registered. It has to exist"},
	{path: "custodians", kind: mapping, doc: "who inherits what leavers owned alone"},
	{path: "custodians.groups", kind: text, standard: "the tenant's groups whose role is AUTHOR or above", doc: "a pattern over the display names of groups, as in `tenants[].groups`. Of a tenant's people those in such a group inherit, as far as their role lets them own anything; the group gives nobody access"},
	{path: "events", kind: mapping, doc: "the queue that brings Identity Center's events to `tenantry serve`"},
	{path: "events.queue_url", kind: text, pattern: `^https?://\S+/[0-9]{12}/[A-Za-z0-9_-]{1,80}$`, standard: "none: passes only", doc: "the URL of the SQS queue that EventBridge sends the events to"},
	{path: "events.pass_every", kind: duration, min: 15 * 60, max: 24 * 60 * 60, standard: "15m", doc: "how often everything is read and put right, whatever the events said"},
	{path: "events.assume_role", kind: mapping, doc: "a role to assume for the queue, when it is another account's"},
	{path: "events.assume_role.role_arn", kind: text, required: true, pattern: looksRoleARN, doc: "the role's ARN"},
	{path: "events.assume_role.external_id", kind: text, doc: "the external id that the role's trust policy asks for"},
	{path: "migrate", kind: mapping, doc: "how `tenantry migrate` moves people who live outside of the tenants, in `default` say"},
	{path: "migrate.keep", kind: duration, min: 0, max: 365 * 24 * 60 * 60, standard: "14d", doc: "for how long somebody who signs in by another role than before keeps the user of before too, once everything that follows is theirs in the tenant. After that the next `tenantry migrate --apply` takes it out"},

	{path: "embedding", kind: mappings, standard: "[]", doc: "the roles through which a program of yours embeds QuickSight for people of some namespaces. `tenantry audit` expects them to be allowed to, and nobody else"},
	{path: "embedding[].role", kind: text, required: true, pattern: looksRoleARN, doc: "the ARN of the role, which is of the QuickSight account"},
	{path: "embedding[].namespaces", kind: texts, required: true, min: 1, doc: "the namespaces for whose people it embeds"},

	{path: "aws", kind: mapping, doc: "what AWS leaves undocumented. `tenantry doctor --probe` finds out, and writes these (docs/probe.md)"},
	{path: "aws.same_principal_in_two_namespaces", kind: boolean, standard: "false", doc: "QuickSight registers the same role and session in two namespaces"},
	{path: "aws.reserved_role_arns", kind: boolean, standard: "true", doc: "QuickSight registers people under the roles of permission sets"},
	{path: "aws.failed_namespace_created_again", kind: boolean, standard: "true", doc: "CreateNamespace is taken again for a namespace whose creation has failed. Otherwise it is not asked for again, and what fails says how it is deleted"},
}

func roleNames() []string {
	var names []string
	for _, r := range tenancy.Roles() {
		names = append(names, string(r))
	}
	return names
}

// name is the key as it is written in its mapping.
func (k *key) name() string { return k.path[strings.LastIndexByte(k.path, '.')+1:] }

// parent is the path of the mapping that the key stands in: "" for the whole file.
func (k *key) parent() string { return k.path[:max(strings.LastIndexByte(k.path, '.'), 0)] }

// inside is the parent of the keys that stand in the value of this one.
func (k *key) inside() string {
	if k.kind == mappings {
		return k.path + "[]"
	}
	return k.path
}

// keysIn are the keys of each mapping, in order.
var keysIn = sync.OnceValue(func() map[string][]*key {
	in := map[string][]*key{}
	for i := range keys {
		in[keys[i].parent()] = append(in[keys[i].parent()], &keys[i])
	}
	return in
})

func findKey(parent, name string) *key {
	for _, k := range keysIn()[parent] {
		if k.name() == name {
			return k
		}
	}
	return nil
}
