package awsapi

import (
	"context"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Remnants reads what nothing else asks for: all that might still hang on a namespace whose customer has left.
type Remnants struct{ aws *AWS }

// NewRemnants makes those of an AWS.
func NewRemnants(a *AWS) *Remnants { return &Remnants{a} }

// Users lists the names of all users of a namespace, by whomever they were registered (QuickSight ListUsers): those
// whom QuickSight calls "N/A" are among them.
func (d *Remnants) Users(ctx context.Context, n tenancy.Namespace) ([]string, error) {
	get := func(ctx context.Context, token *string) (page[types.User], error) {
		out, err := d.aws.quicksight.ListUsers(ctx, &quicksight.ListUsersInput{
			AwsAccountId: d.aws.accountID(), Namespace: aws.String(n.String()), MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.User]{}, err
		}
		return page[types.User]{out.UserList, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(u types.User) (string, bool) { return aws.ToString(u.UserName), true })
	if err != nil {
		return nil, failure(err, fmt.Sprintf("list the users of namespace %q", n))
	}
	slices.Sort(all)
	return all, nil
}

// Assets lists every asset of a Region, of every kind, sorted, with everybody's grants; those of the links of
// dashboards too, which can be shared with a whole namespace. It is complete, or an error that names the kind.
func (d *Remnants) Assets(ctx context.Context, region string) ([]tenancy.Asset, error) {
	assets := d.aws.Assets()
	var all []tenancy.Asset
	for _, kind := range tenancy.AssetKinds() {
		list := assetLists[kind]
		if list == nil {
			list = assetKinds[kind].list
		}
		if list == nil {
			return nil, fmt.Errorf("list the assets, kind %s: there is no list of them", kind)
		}
		found, err := assets.whole(ctx, listing{kind: kind, region: region, doing: "list the assets", get: list})
		if err != nil {
			return nil, err
		}
		if kind == tenancy.Dashboard {
			if err := d.addLinks(ctx, region, found); err != nil {
				return nil, err
			}
		}
		all = append(all, found...)
	}
	return sorted(all), nil
}

// addLinks adds to dashboards what is granted by their links.
func (d *Remnants) addLinks(ctx context.Context, region string, dashboards []tenancy.Asset) error {
	_, r, err := d.aws.assets(tenancy.Dashboard, region)
	if err != nil {
		return err
	}
	for i := range dashboards {
		a := &dashboards[i]
		out, err := r.quicksight.DescribeDashboardPermissions(ctx, &quicksight.DescribeDashboardPermissionsInput{AwsAccountId: r.account, DashboardId: &a.ID})
		switch {
		case isNotFound(err):
			continue // it has gone meanwhile, with its link
		case err != nil:
			return failure(err, "read the link of "+a.String())
		case out.LinkSharingConfiguration == nil:
			continue
		}
		addLink(a, tenancy.AccountID(*r.account), out.LinkSharingConfiguration.Permissions)
	}
	return nil
}

// assetLists list all assets of the kinds that are searched elsewhere.
var assetLists = map[tenancy.AssetKind]func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error){
	tenancy.Dashboard: func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
		out, err := r.quicksight.ListDashboards(ctx, &quicksight.ListDashboardsInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[tenancy.Asset]{}, err
		}
		return summaries(out.DashboardSummaryList, out.NextToken, func(s types.DashboardSummary) tenancy.Asset { return asset(s.DashboardId, s.Name) }), nil
	},
	// Those that were deleted and can be brought back are among them (API model: ResourceStatus), with their permissions.
	tenancy.Analysis: func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
		p, err := listAnalyses(ctx, r, token)
		return rows(p, func(s types.AnalysisSummary) tenancy.Asset { return asset(s.AnalysisId, s.Name) }), err
	},
	tenancy.DataSet: func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
		out, err := r.quicksight.ListDataSets(ctx, &quicksight.ListDataSetsInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[tenancy.Asset]{}, err
		}
		return summaries(out.DataSetSummaries, out.NextToken, func(s types.DataSetSummary) tenancy.Asset {
			a := asset(s.DataSetId, s.Name)
			a.RowLevel, a.RowRules = rowLevel(s), rowRules(s)
			return a
		}), nil
	},
	tenancy.DataSource: func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
		out, err := r.quicksight.ListDataSources(ctx, &quicksight.ListDataSourcesInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[tenancy.Asset]{}, err
		}
		return summaries(out.DataSources, out.NextToken, func(s types.DataSource) tenancy.Asset { return asset(s.DataSourceId, s.Name) }), nil
	},
	tenancy.Folder: func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
		p, err := listFolders(ctx, r, token)
		return rows(p, func(s types.FolderSummary) tenancy.Asset { return asset(s.FolderId, s.Name) }), err
	},
	tenancy.Topic: func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
		out, err := r.quicksight.ListTopics(ctx, &quicksight.ListTopicsInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[tenancy.Asset]{}, err
		}
		return summaries(out.TopicsSummaries, out.NextToken, func(s types.TopicSummary) tenancy.Asset { return asset(s.TopicId, s.Name) }), nil
	},
	tenancy.Flow: func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
		out, err := r.quicksight.ListFlows(ctx, &quicksight.ListFlowsInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[tenancy.Asset]{}, err
		}
		return summaries(out.FlowSummaryList, out.NextToken, func(s types.FlowSummary) tenancy.Asset { return asset(s.FlowId, s.Name) }), nil
	},
	tenancy.ActionConnector: func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
		out, err := r.quicksight.ListActionConnectors(ctx, &quicksight.ListActionConnectorsInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[tenancy.Asset]{}, err
		}
		return summaries(out.ActionConnectorSummaries, out.NextToken, func(s types.ActionConnectorSummary) tenancy.Asset { return asset(s.ActionConnectorId, s.Name) }), nil
	},
}

func listAnalyses(ctx context.Context, r regional, token *string) (page[types.AnalysisSummary], error) {
	out, err := r.quicksight.ListAnalyses(ctx, &quicksight.ListAnalysesInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
	if err != nil {
		return page[types.AnalysisSummary]{}, err
	}
	return page[types.AnalysisSummary]{out.AnalysisSummaryList, out.NextToken}, nil
}

func listFolders(ctx context.Context, r regional, token *string) (page[types.FolderSummary], error) {
	out, err := r.quicksight.ListFolders(ctx, &quicksight.ListFoldersInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
	if err != nil {
		return page[types.FolderSummary]{}, err
	}
	return page[types.FolderSummary]{out.FolderSummaryList, out.NextToken}, nil
}
