//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// inspection is how all assets of a kind are found, and what is read of each.
type inspection struct {
	list  fetchIn[tenancy.Inspected]
	parts []part
}

// fetchIn reads one page of a list of a Region.
type fetchIn[T any] func(ctx context.Context, r regional, token *string) (page[T], error)

// part is one read about an asset, into it.
type part struct {
	what string // for errors: "the permissions of"
	of   func(ctx context.Context, r regional, a *tenancy.Inspected) error
}

// inspections has every kind of tenancy.InspectedKinds. The first part of each is its permissions.
var inspections = map[tenancy.AssetKind]inspection{
	tenancy.Dashboard:       {closely(tenancy.Dashboard), []part{{"the permissions of", dashboardWays}, {"which data sets are under", dashboardUses}}},
	tenancy.Analysis:        {listAnalysesClosely, []part{ways(tenancy.Analysis), {"which data sets are under", analysisUses}}},
	tenancy.DataSet:         {closely(tenancy.DataSet), []part{ways(tenancy.DataSet), {"the tables and the row-level security of", dataSetUses}}},
	tenancy.DataSource:      {closely(tenancy.DataSource), []part{ways(tenancy.DataSource)}},
	tenancy.Folder:          {listFoldersClosely, []part{ways(tenancy.Folder), {"the resolved permissions of", folderResolved}, {"what is in the", folderMembers}}},
	tenancy.Topic:           {closely(tenancy.Topic), []part{ways(tenancy.Topic)}},
	tenancy.Flow:            {closely(tenancy.Flow), []part{ways(tenancy.Flow)}},
	tenancy.ActionConnector: {closely(tenancy.ActionConnector), []part{ways(tenancy.ActionConnector)}},
	tenancy.Theme:           {closely(tenancy.Theme), []part{ways(tenancy.Theme)}},
	tenancy.Template:        {closely(tenancy.Template), []part{ways(tenancy.Template)}},
	tenancy.Agent:           {closely(tenancy.Agent), []part{ways(tenancy.Agent)}},
	tenancy.WorkSpace:       {closely(tenancy.WorkSpace), []part{ways(tenancy.WorkSpace)}},
}

// closely is the list of a kind that tells no more than anybody needs.
func closely(kind tenancy.AssetKind) fetchIn[tenancy.Inspected] {
	list := assetLists[kind]
	if list == nil {
		list = inspectedKind(kind).list
	}
	return func(ctx context.Context, r regional, token *string) (page[tenancy.Inspected], error) {
		p, err := list(ctx, r, token)
		return rows(p, func(a tenancy.Asset) tenancy.Inspected { return tenancy.Inspected{Asset: a} }), err
	}
}

// listAnalysesClosely says which were deleted.
func listAnalysesClosely(ctx context.Context, r regional, token *string) (page[tenancy.Inspected], error) {
	p, err := listAnalyses(ctx, r, token)
	return rows(p, func(s types.AnalysisSummary) tenancy.Inspected {
		return tenancy.Inspected{Asset: asset(s.AnalysisId, s.Name), Deleted: s.Status == types.ResourceStatusDeleted}
	}), err
}

// listFoldersClosely says for whom they are.
func listFoldersClosely(ctx context.Context, r regional, token *string) (page[tenancy.Inspected], error) {
	p, err := listFolders(ctx, r, token)
	return rows(p, func(s types.FolderSummary) tenancy.Inspected {
		return tenancy.Inspected{Asset: asset(s.FolderId, s.Name), Folder: &tenancy.FolderParts{Type: string(s.FolderType), Sharing: string(s.SharingModel)}}
	}), err
}

// ways reads the permissions of an asset of a kind.
func ways(kind tenancy.AssetKind) part {
	return part{"the permissions of", func(ctx context.Context, r regional, a *tenancy.Inspected) error {
		k := inspectedKind(kind)
		given, err := k.permissions(ctx, r, a.ID)
		if err != nil {
			return err
		}
		a.Grants, a.Actions = k.waysOf(r.merged(given))
		return nil
	}}
}

// dashboardWays reads the permissions of a dashboard, and those of its link.
func dashboardWays(ctx context.Context, r regional, a *tenancy.Inspected) error {
	out, err := r.quicksight.DescribeDashboardPermissions(ctx, &quicksight.DescribeDashboardPermissionsInput{AwsAccountId: r.account, DashboardId: &a.ID})
	if err != nil {
		return err
	}
	k := assetKinds[tenancy.Dashboard]
	a.Grants, a.Actions = k.waysOf(r.merged(out.Permissions))
	if out.LinkSharingConfiguration != nil {
		a.Links, a.LinkActions = k.waysOf(r.merged(out.LinkSharingConfiguration.Permissions))
	}
	return nil
}

// waysOf are what everybody may do, sorted, and the actions of each.
func (k assetKind) waysOf(given map[tenancy.Grantee]map[string]bool) ([]tenancy.Grant, [][]string) {
	grants := k.grants(given)
	actions := make([][]string, len(grants))
	for i, g := range grants {
		actions[i] = slices.Sorted(maps.Keys(given[g.To]))
	}
	return grants, actions
}

func dashboardUses(ctx context.Context, r regional, a *tenancy.Inspected) error {
	arns, err := underDashboard(ctx, r, a.ID)
	if err != nil {
		return err
	}
	r.uses(a, arns)
	return nil
}

func analysisUses(ctx context.Context, r regional, a *tenancy.Inspected) error {
	arns, err := underAnalysis(ctx, r, a.ID)
	if err != nil {
		return err
	}
	r.uses(a, arns)
	return nil
}

// uses takes down what stands under an asset.
func (r regional) uses(a *tenancy.Inspected, arns []string) {
	for _, arn := range arns {
		if ref, ok := tenancy.ParseAsset(tenancy.AccountID(*r.account), arn); ok {
			a.Uses = append(a.Uses, ref)
		} else {
			a.UsesOthers = append(a.UsesOthers, arn)
		}
	}
	slices.SortFunc(a.Uses, tenancy.AssetRef.Compare)
	slices.Sort(a.UsesOthers)
	a.Uses, a.UsesOthers = slices.Compact(a.Uses), slices.Compact(a.UsesOthers)
}

// folderResolved reads what everybody may do with a folder, by itself and by those above it (QuickSight
// DescribeFolderResolvedPermissions: "permissions inherited from any parent folders").
func folderResolved(ctx context.Context, r regional, a *tenancy.Inspected) error {
	get := func(ctx context.Context, token *string) (page[types.ResourcePermission], error) {
		out, err := r.quicksight.DescribeFolderResolvedPermissions(ctx, &quicksight.DescribeFolderResolvedPermissionsInput{
			AwsAccountId: r.account, FolderId: &a.ID, MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.ResourcePermission]{}, err
		}
		return page[types.ResourcePermission]{out.Permissions, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(p types.ResourcePermission) (types.ResourcePermission, bool) { return p, true })
	if err != nil {
		return err
	}
	a.Folder.Resolved = assetKinds[tenancy.Folder].grants(r.merged(all))
	return nil
}

func folderMembers(ctx context.Context, r regional, a *tenancy.Inspected) (err error) {
	a.Folder.Members, err = inFolder(ctx, r, a.AssetRef)
	return err
}
