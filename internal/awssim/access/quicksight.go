package access

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// assetKind is how operations and calls speak of a kind of asset.
type assetKind struct {
	kind string // in ARNs
	many string // in the names of operations
	id   string // the member with its id
}

// assetKinds are the kinds of assets, by their names in operations.
var assetKinds = map[string]assetKind{
	"Dashboard":       {"dashboard", "Dashboards", "DashboardId"},
	"Analysis":        {"analysis", "Analyses", "AnalysisId"},
	"DataSet":         {"dataset", "DataSets", "DataSetId"},
	"DataSource":      {"datasource", "DataSources", "DataSourceId"},
	"Folder":          {"folder", "Folders", "FolderId"},
	"Topic":           {"topic", "Topics", "TopicId"},
	"Flow":            {"flow", "Flows", "FlowId"},
	"ActionConnector": {"action-connector", "ActionConnectors", "ActionConnectorId"},
	"Theme":           {"theme", "Themes", "ThemeId"},
	"Template":        {"template", "Templates", "TemplateId"},
}

// quickSight finds the resources of a kind in a call of QuickSight.
func (c call) quickSight(kind string) []string {
	home, namespace := c.w.QuickSight.IdentityRegion(), c.or("Namespace")
	switch kind {
	case "user":
		return []string{c.user(home, namespace)}
	case "group":
		return []string{c.w.ARN("quicksight", home, "group/"+namespace+"/"+c.or("GroupName"))}
	case "namespace":
		return []string{c.w.ARN("quicksight", home, "namespace/"+namespace)}
	case "profile":
		return []string{c.w.ARN("quicksight", home, "custompermissions/"+c.or("CustomPermissionsName"))}
	case "agent":
		return []string{c.w.ARN("quicksight", c.Region, "agent/"+c.or("AgentId"))}
	case "space":
		return []string{c.w.ARN("quicksight", c.Region, "space/"+c.or("SpaceId"))}
	case "account":
		return []string{c.w.ARN("quicksight", c.Region, "account/"+c.or("AwsAccountId"))}
	case "named":
		return []string{c.or("ResourceArn")}
	case "member":
		return []string{c.w.ARN("quicksight", c.Region, strings.ToLower(c.or("MemberType"))+"/"+c.or("MemberId"))}
	case "assignment": // it has no Region
		return []string{c.w.ARN("quicksight", "", "assignment/"+namespace+"/"+c.or("AssignmentName"))}
	case "named-sources":
		return c.named("DataSourceArn")
	case "sources":
		return c.under("DataSourceArn", "datasource")
	case "sets":
		return c.under("DatasetArn", "dataset")
	case "embedded":
		return c.under("AuthorizedResourceArns", "dashboard")
	}
	return []string{c.w.ARN("quicksight", c.Region, kind+"/"+c.or(idOf(kind)))}
}

func idOf(kind string) string {
	for _, k := range assetKinds {
		if k.kind == kind {
			return k.id
		}
	}
	return ""
}

// user is the user that a call is about: named by an ARN, by a name, by the principal that is registered, or by its id.
func (c call) user(region, namespace string) string {
	name := c.or("UserName")
	switch {
	case c.in["UserArn"] != "":
		return c.in["UserArn"]
	case c.Op.Name == "RegisterUser" && c.in["IamArn"] != "":
		name = world.PrincipalName(c.in["IamArn"], c.in["SessionName"])
	case c.in["PrincipalId"] != "":
		n, _ := c.w.QuickSight.Namespaces().Get(namespace)
		if n.Contents == nil {
			break
		}
		for _, u := range n.Contents.Users.All() {
			if u.PrincipalID == c.in["PrincipalId"] {
				name = u.UserName
			}
		}
	}
	return c.w.ARN("quicksight", region, "user/"+namespace+"/"+name)
}

// under is named, or the ARN of all of a kind where the call names none.
func (c call) under(member, kind string) []string {
	if found := c.named(member); len(found) > 0 {
		return found
	}
	return []string{c.w.ARN("quicksight", c.Region, kind+"/*")}
}

// named gives the ARNs that a call's body has under a member of that name, however deep, each once.
func (c call) named(member string) []string {
	var body any
	_ = json.Unmarshal(c.Body, &body) // what is no JSON names nothing
	return slices.Compact(slices.Sorted(slices.Values(named(body, member))))
}

func named(v any, member string) (found []string) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			found = append(found, named(e, member)...)
		}
	case map[string]any:
		for _, name := range slices.Sorted(maps.Keys(v)) {
			if name == member {
				found = append(found, texts(v[name])...)
			} else {
				found = append(found, named(v[name], member)...)
			}
		}
	}
	return found
}

// texts gives a string, or the strings of a list.
func texts(v any) (all []string) {
	switch v := v.(type) {
	case string:
		return []string{v}
	case []any:
		for _, e := range v {
			all = append(all, texts(e)...)
		}
	}
	return all
}
