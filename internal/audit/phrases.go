package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// grantsBeyond are the findings about grants of tenants' assets to somebody on another side who is there. Several tenants
// may own an asset (ISO110); then it is none of theirs that is beyond.
func (k *Known) grantsBeyond(fits func(p Party, g tenancy.Grant) bool) []Finding {
	var all []Finding
	for i := range k.Inspection.Assets {
		a := &k.Inspection.Assets[i]
		belongs := k.Whose(a.AssetRef)
		if len(belongs.Tenants) == 0 {
			continue
		}
		for _, g := range a.Grants {
			if p := k.PartyOf(g.To); !belongs.Of(p.Namespace) && fits(p, g) {
				all = append(all, k.ofGrant(a, belongs.Tenants[0], p, g))
			}
		}
	}
	return all
}

// ofGrant is the finding about one grant of a tenant's asset.
func (k *Known) ofGrant(a *tenancy.Inspected, namespace string, other Party, g tenancy.Grant) Finding {
	f := k.about(a, " "+k.principal(g.To))
	f.Namespace, f.Other, f.Principal = namespace, other.Namespace, k.principal(g.To)
	f.Seen = fmt.Sprintf("%s, which is %s's, is granted to %s as %s", named(a), namespace, k.who(g.To), asWhat(g))
	f.Mend = k.revoke(a, g.To)
	return f
}

// about begins a finding about an asset. What more its object has tells it from others of the same check and asset.
func (k *Known) about(a *tenancy.Inspected, more string) Finding {
	ref := a.AssetRef
	return Finding{Object: ref.String() + more, Asset: &ref, AssetName: a.Name}
}

// named is an asset in a sentence.
func named(a *tenancy.Inspected) string {
	return fmt.Sprintf("%s %s of %s", a.Kind, tenancy.Word(cmp.Or(a.Name, a.ID)), a.Region)
}

// asset is an asset in a sentence, by what names it.
func (k *Known) asset(ref tenancy.AssetRef) string {
	if a := k.assetOf[ref]; a != nil {
		return named(a)
	}
	return fmt.Sprintf("%s %s of %s", ref.Kind, tenancy.Word(ref.ID), ref.Region)
}

// who is a grantee in a sentence.
func (k *Known) who(g tenancy.Grantee) string {
	switch g.Kind {
	case tenancy.ToOther:
		return tenancy.Word(g.Name) + ", which is nobody of this account"
	case tenancy.ToNamespace:
		return "the whole namespace " + k.inNamespace(g)
	}
	placed := ""
	if n, ok := k.PlacedIn(g); ok && n.String() != g.Namespace {
		placed = ", whom the rules place in " + n.String()
	}
	return fmt.Sprintf("the %s %s of %s%s", g.Kind, tenancy.Word(g.Name), k.inNamespace(g), placed)
}

func (k *Known) inNamespace(g tenancy.Grantee) string {
	if p := k.PartyOf(g); p.Kind == OfOther {
		return p.String()
	}
	return tenancy.Word(g.Namespace)
}

// asWhat says what a grant allows, in a word where there is one.
func asWhat(g tenancy.Grant) string {
	switch {
	case g.May == tenancy.Views, g.May == tenancy.Owns:
		return string(g.May)
	case g.Owner:
		return "owner, with a set of actions of its own"
	case edits(g):
		return "editor, with a set of actions of its own"
	}
	return "viewer, with a set of actions of its own"
}

// sides are parties in a sentence: the first few by name.
func sides(all []Party) string {
	const most = 5
	var names []string
	for _, p := range all {
		names = append(names, p.String())
	}
	if len(names) > most {
		names = append(names[:most:most], fmt.Sprintf("%d more", len(names)-most))
	}
	return and(names)
}

// and joins names as a sentence does.
func and(names []string) string {
	if len(names) < 2 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:len(names)-1], ", ") + " and " + names[len(names)-1]
}

// principal is a grantee as AWS writes it.
func (k *Known) principal(g tenancy.Grantee) string {
	switch g.Kind {
	case tenancy.ToOther:
		return g.Name
	case tenancy.ToNamespace:
		return k.arn("namespace/" + g.Namespace)
	}
	return k.arn(string(g.Kind) + "/" + g.Namespace + "/" + g.Name)
}

func (k *Known) arn(resource string) string { return k.arnIn(k.Region, resource) }

func (k *Known) arnIn(region, resource string) string {
	return fmt.Sprintf("arn:%s:quicksight:%s:%s:%s", partition(region), region, k.Account, resource)
}

// partition is the partition of AWS that a Region is in.
func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	}
	return "aws"
}

// verbs are the words of the AWS CLI for each kind of asset: of the command that changes permissions, and of the option
// that names the asset.
var verbs = map[tenancy.AssetKind]struct{ command, option string }{
	tenancy.Dashboard:       {"update-dashboard-permissions", "--dashboard-id"},
	tenancy.Analysis:        {"update-analysis-permissions", "--analysis-id"},
	tenancy.DataSet:         {"update-data-set-permissions", "--data-set-id"},
	tenancy.DataSource:      {"update-data-source-permissions", "--data-source-id"},
	tenancy.Folder:          {"update-folder-permissions", "--folder-id"},
	tenancy.Topic:           {"update-topic-permissions", "--topic-id"},
	tenancy.Flow:            {"update-flow-permissions", "--flow-id"},
	tenancy.ActionConnector: {"update-action-connector-permissions", "--action-connector-id"},
	tenancy.Theme:           {"update-theme-permissions", "--theme-id"},
	tenancy.Template:        {"update-template-permissions", "--template-id"},
	tenancy.Agent:           {"update-agent-permissions", "--agent-id"},
	tenancy.WorkSpace:       {"update-space-permissions", "--space-id"},
}

// revoke is the command that takes a grant away.
func (k *Known) revoke(a *tenancy.Inspected, to tenancy.Grantee) string {
	return k.permissions(a.AssetRef, "--revoke-permissions", to, a.ActionsOf(to))
}

// lower is the command that leaves somebody only what a viewer of the asset has, as another viewer of it shows what that
// is; where none does, it takes all away.
func (k *Known) lower(a *tenancy.Inspected, to tenancy.Grantee) string {
	for i, g := range a.Grants {
		if g.May != tenancy.Views || i >= len(a.Actions) {
			continue
		}
		var more []string
		for _, action := range a.ActionsOf(to) {
			if !slices.Contains(a.Actions[i], action) {
				more = append(more, action)
			}
		}
		if len(more) > 0 {
			return k.permissions(a.AssetRef, "--revoke-permissions", to, more)
		}
	}
	return k.revoke(a, to)
}

// unlink is the command that takes a dashboard's link away from somebody.
func (k *Known) unlink(a *tenancy.Inspected, at int) string {
	var actions []string
	if at < len(a.LinkActions) {
		actions = a.LinkActions[at]
	}
	return k.permissions(a.AssetRef, "--revoke-link-permissions", a.Links[at].To, actions)
}

// memberTypes are the words of the AWS CLI for what can be in a folder (API model: MemberType).
var memberTypes = map[tenancy.AssetKind]string{
	tenancy.Dashboard: "DASHBOARD", tenancy.Analysis: "ANALYSIS", tenancy.DataSet: "DATASET", tenancy.DataSource: "DATASOURCE", tenancy.Topic: "TOPIC",
}

// takeOut is the command that ends that somebody comes to an asset by a folder: it takes the asset out of it, and from
// a folder, which stays where it is, the grant above that it inherits.
func (k *Known) takeOut(a *tenancy.Inspected, folder tenancy.AssetRef, to tenancy.Grantee) string {
	if kind, ok := memberTypes[a.Kind]; ok {
		return fmt.Sprintf("aws quicksight delete-folder-membership --aws-account-id %s --region %s --folder-id %s --member-id %s --member-type %s",
			k.Account, a.Region, tenancy.ShellQuote(folder.ID), tenancy.ShellQuote(a.ID), kind)
	}
	if up := k.assetOf[k.giver(folder, to)]; up != nil && up.Grant(to) != nil {
		return k.revoke(up, to)
	}
	return fmt.Sprintf("take the grant to %s away from the folder above %s that hands it down", k.who(to), k.asset(folder))
}

// permissions is a command that changes what somebody may do with an asset.
func (k *Known) permissions(a tenancy.AssetRef, option string, to tenancy.Grantee, actions []string) string {
	v := verbs[a.Kind]
	what, _ := json.Marshal([]map[string]any{{"Principal": k.principal(to), "Actions": actions}})
	return fmt.Sprintf("aws quicksight %s --aws-account-id %s --region %s %s %s %s %s",
		v.command, k.Account, a.Region, v.option, tenancy.ShellQuote(a.ID), option, tenancy.ShellQuote(string(what)))
}

// divide is how a data set is given rules. A data set is written as a whole: AWS has no command for its rules alone
// (UpdateDataSet). No rules is that none are there yet.
func (k *Known) divide(a *tenancy.Inspected, rules string) string {
	first := ""
	if rules == "" {
		first = "make a data set with the rules, which name users or groups by their ARNs; then "
		rules = k.arnIn(a.Region, "dataset/the-rules")
	}
	what, _ := json.Marshal(map[string]string{"Arn": rules, "PermissionPolicy": "GRANT_ACCESS", "FormatVersion": "VERSION_2", "Status": "ENABLED"})
	return fmt.Sprintf("%swrite %s anew with aws quicksight update-data-set, whole, as describe-data-set shows it, and with --row-level-permission-data-set %s",
		first, named(a), tenancy.ShellQuote(string(what)))
}
