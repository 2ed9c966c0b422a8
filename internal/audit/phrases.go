package audit

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ofGrant is the finding about one grant of an asset.
func (k *Known) ofGrant(a *tenancy.Inspected, namespace string, other Party, g tenancy.Grant, seen string) Finding {
	ref := a.AssetRef
	return Finding{
		Object: ref.String() + " " + k.principal(g.To), Namespace: namespace, Other: other.Namespace,
		Asset: &ref, AssetName: a.Name, Principal: k.principal(g.To), Seen: seen, Mend: k.revoke(a, g.To),
	}
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

func (k *Known) arn(resource string) string {
	return fmt.Sprintf("arn:%s:quicksight:%s:%s:%s", partition(k.Region), k.Region, k.Account, resource)
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
}

// revoke is the command that takes a grant away.
func (k *Known) revoke(a *tenancy.Inspected, to tenancy.Grantee) string {
	return k.permissions(a.AssetRef, "--revoke-permissions", to, a.ActionsOf(to))
}

// permissions is a command that changes what somebody may do with an asset.
func (k *Known) permissions(a tenancy.AssetRef, option string, to tenancy.Grantee, actions []string) string {
	v := verbs[a.Kind]
	what, _ := json.Marshal([]map[string]any{{"Principal": k.principal(to), "Actions": actions}})
	return fmt.Sprintf("aws quicksight %s --aws-account-id %s --region %s %s %s %s %s",
		v.command, k.Account, a.Region, v.option, a.ID, option, tenancy.ShellQuote(string(what)))
}
