package audit

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO901", Severity: High,
	Name:  "assets could not be read",
	Looks: "Assets, parts of assets, and whole kinds of assets in a Region, that could not be read. Where it is more than twenty of a kind in a Region, they are one finding.",
	Why:   "Nobody knows who comes to what was not read.",
	Mend:  "Allow what is missing to the role or user that tenantry runs as, and run the audit again.",
	Find: func(k *Known) (all []Finding) {
		const most = 20
		for unread := k.Inspection.Unread; len(unread) > 0; {
			n := 1
			for n < len(unread) && unread[n].Kind == unread[0].Kind && unread[n].Region == unread[0].Region {
				n++
			}
			if n > most {
				all = append(all, k.notReadAll(unread[:n]))
			} else {
				for _, u := range unread[:n] {
					all = append(all, k.notRead(u))
				}
			}
			unread = unread[n:]
		}
		return all
	},
})

// notRead is the finding about one asset, or one whole kind, that could not be read.
func (k *Known) notRead(u tenancy.Unread) Finding {
	f := Finding{
		Object: u.String(), AssetName: u.Name,
		Seen: fmt.Sprintf("the %s %s of %s could not be read: %s", u.Kind, tenancy.Word(u.ID), u.Region, tenancy.Word(u.Why)),
		Mend: readAgain(u.Kind),
	}
	if u.Whole() {
		f.Object = fmt.Sprintf("%s %s/*", u.Kind, u.Region)
		f.Seen = fmt.Sprintf("the assets of the kind %s of %s could not be listed: %s", u.Kind, u.Region, tenancy.Word(u.Why))
		return f
	}
	ref := u.AssetRef
	f.Asset = &ref
	return f
}

// notReadAll is the finding about many of one kind: what keeps many from being read is not theirs, but the reader's.
func (k *Known) notReadAll(unread []tenancy.Unread) Finding {
	first := unread[0]
	ids := map[string]bool{}
	for _, u := range unread {
		ids[u.ID] = true
	}
	return Finding{
		Object: fmt.Sprintf("%s %s/*", first.Kind, first.Region),
		Seen:   fmt.Sprintf("%d assets of the kind %s of %s could not be read, the first for this: %s", len(ids), first.Kind, first.Region, tenancy.Word(first.Why)),
		Mend:   readAgain(first.Kind),
	}
}

// reads are the actions of IAM by which assets of each kind are read (service authorization reference, Amazon QuickSight).
var reads = map[tenancy.AssetKind][]string{
	tenancy.Dashboard:       {"ListDashboards", "DescribeDashboard", "DescribeDashboardPermissions"},
	tenancy.Analysis:        {"ListAnalyses", "DescribeAnalysis", "DescribeAnalysisPermissions"},
	tenancy.DataSet:         {"ListDataSets", "DescribeDataSet", "DescribeDataSetPermissions"},
	tenancy.DataSource:      {"ListDataSources", "DescribeDataSourcePermissions"},
	tenancy.Folder:          {"ListFolders", "ListFolderMembers", "DescribeFolder", "DescribeFolderPermissions", "DescribeFolderResolvedPermissions"},
	tenancy.Topic:           {"ListTopics", "DescribeTopicPermissions"},
	tenancy.Flow:            {"ListFlows", "GetFlowPermissions"},
	tenancy.ActionConnector: {"ListActionConnectors", "DescribeActionConnectorPermissions"},
	tenancy.Theme:           {"ListThemes", "DescribeThemePermissions"},
	tenancy.Template:        {"ListTemplates", "DescribeTemplatePermissions"},
	tenancy.Agent:           {"ListAgents", "DescribeAgentPermissions"},
	tenancy.WorkSpace:       {"ListSpaces", "DescribeSpacePermissions"},
}

// readAgain is what lets assets of a kind be read.
func readAgain(kind tenancy.AssetKind) string {
	all := "see that the role or user that tenantry runs as is allowed "
	for i, action := range reads[kind] {
		switch {
		case i > 0 && i == len(reads[kind])-1:
			all += " and "
		case i > 0:
			all += ", "
		}
		all += "quicksight:" + action
	}
	if len(reads[kind]) == 0 {
		return "update tenantry: this version does not know the kind " + tenancy.Word(string(kind))
	}
	return all + ", and run the audit again"
}
