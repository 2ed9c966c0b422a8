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

// The searches for what somebody has directly: no folder and no group counts. Each of them takes one filter, in a
// type of its own.

// filter is the one by which a search finds: a name, and the ARN of a user or a group.
type filter struct{ name, principal string }

// The filters by somebody's direct permissions. Every kind that has a search has both (API model: FilterAttribute
// of each kind).
const (
	owned = "DIRECT_QUICKSIGHT_OWNER"
	had   = "DIRECT_QUICKSIGHT_VIEWER_OR_OWNER"
)

// summaries are a page of assets, made of the kind's own summaries.
func summaries[S any](all []S, next *string, of func(S) tenancy.Asset) page[tenancy.Asset] {
	return rows(page[S]{all, next}, of)
}

func asset(id, name *string) tenancy.Asset {
	return tenancy.Asset{AssetRef: tenancy.AssetRef{ID: aws.ToString(id)}, Name: aws.ToString(name)}
}

func searchDashboards(ctx context.Context, r regional, by filter, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.SearchDashboards(ctx, &quicksight.SearchDashboardsInput{
		AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token,
		Filters: []types.DashboardSearchFilter{{Name: types.DashboardFilterAttribute(by.name), Operator: types.FilterOperatorStringEquals, Value: &by.principal}},
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.DashboardSummaryList, out.NextToken, func(s types.DashboardSummary) tenancy.Asset { return asset(s.DashboardId, s.Name) }), nil
}

func searchAnalyses(ctx context.Context, r regional, by filter, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.SearchAnalyses(ctx, &quicksight.SearchAnalysesInput{
		AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token,
		Filters: []types.AnalysisSearchFilter{{Name: types.AnalysisFilterAttribute(by.name), Operator: types.FilterOperatorStringEquals, Value: &by.principal}},
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.AnalysisSummaryList, out.NextToken, func(s types.AnalysisSummary) tenancy.Asset { return asset(s.AnalysisId, s.Name) }), nil
}

func searchDataSets(ctx context.Context, r regional, by filter, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.SearchDataSets(ctx, &quicksight.SearchDataSetsInput{
		AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token,
		Filters: []types.DataSetSearchFilter{{Name: types.DataSetFilterAttribute(by.name), Operator: types.FilterOperatorStringEquals, Value: &by.principal}},
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.DataSetSummaries, out.NextToken, func(s types.DataSetSummary) tenancy.Asset {
		a := asset(s.DataSetId, s.Name)
		a.RowLevel = rowLevel(s)
		return a
	}), nil
}

// rowLevel reports whether a data set has row-level security that is not switched off: by the rules of
// another data set, for all of it or for one of its tables, or by tags. DescribeDataSet tells it, too; but
// whoever may call that sees the data set's queries, and its answers cost the program 0.4 MB.
func rowLevel(s types.DataSetSummary) bool {
	return s.RowLevelPermissionTagConfigurationApplied || len(ruling(s)) > 0
}

// rowRules are the ARNs of the data sets that hold a data set's rules, sorted.
func rowRules(s types.DataSetSummary) []string {
	var arns []string
	for _, r := range ruling(s) {
		arns = append(arns, aws.ToString(r.Arn))
	}
	slices.Sort(arns)
	return slices.Compact(arns)
}

// ruling are the rules of other data sets that are not switched off.
func ruling(s types.DataSetSummary) []types.RowLevelPermissionDataSet {
	rules := slices.Collect(maps.Values(s.RowLevelPermissionDataSetMap))
	if s.RowLevelPermissionDataSet != nil {
		rules = append(rules, *s.RowLevelPermissionDataSet)
	}
	return slices.DeleteFunc(rules, func(r types.RowLevelPermissionDataSet) bool { return r.Status == types.StatusDisabled })
}

func searchDataSources(ctx context.Context, r regional, by filter, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.SearchDataSources(ctx, &quicksight.SearchDataSourcesInput{
		AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token,
		Filters: []types.DataSourceSearchFilter{{Name: types.DataSourceFilterAttribute(by.name), Operator: types.FilterOperatorStringEquals, Value: &by.principal}},
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.DataSourceSummaries, out.NextToken, func(s types.DataSourceSummary) tenancy.Asset { return asset(s.DataSourceId, s.Name) }), nil
}

func searchFolders(ctx context.Context, r regional, by filter, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.SearchFolders(ctx, &quicksight.SearchFoldersInput{
		AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token,
		Filters: []types.FolderSearchFilter{{Name: types.FolderFilterAttribute(by.name), Operator: types.FilterOperatorStringEquals, Value: &by.principal}},
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.FolderSummaryList, out.NextToken, func(s types.FolderSummary) tenancy.Asset { return asset(s.FolderId, s.Name) }), nil
}

func searchTopics(ctx context.Context, r regional, by filter, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.SearchTopics(ctx, &quicksight.SearchTopicsInput{
		AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token,
		Filters: []types.TopicSearchFilter{{Name: types.TopicFilterAttribute(by.name), Operator: types.TopicFilterOperatorStringEquals, Value: &by.principal}},
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.TopicSummaryList, out.NextToken, func(s types.TopicSummary) tenancy.Asset { return asset(s.TopicId, s.Name) }), nil
}

func searchFlows(ctx context.Context, r regional, by filter, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.SearchFlows(ctx, &quicksight.SearchFlowsInput{
		AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token,
		Filters: []types.SearchFlowsFilter{{Name: types.FieldName(by.name), Operator: types.SearchFilterOperatorStringEquals, Value: &by.principal}},
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.FlowSummaryList, out.NextToken, func(s types.FlowSummary) tenancy.Asset { return asset(s.FlowId, s.Name) }), nil
}

func searchActionConnectors(ctx context.Context, r regional, by filter, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.SearchActionConnectors(ctx, &quicksight.SearchActionConnectorsInput{
		AwsAccountId: r.account, MaxResults: pageSize, NextToken: token,
		Filters: []types.ActionConnectorSearchFilter{{Name: types.ActionConnectorSearchFilterNameEnum(by.name), Operator: types.FilterOperatorStringEquals, Value: &by.principal}},
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.ActionConnectorSummaries, out.NextToken, func(s types.ActionConnectorSummary) tenancy.Asset { return asset(s.ActionConnectorId, s.Name) }), nil
}

// The lists of what has no search.

// listThemes leaves out the themes that QuickSight brings along, which are nobody's.
func listThemes(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.ListThemes(ctx, &quicksight.ListThemesInput{
		AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token, Type: types.ThemeTypeCustom,
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.ThemeSummaryList, out.NextToken, func(s types.ThemeSummary) tenancy.Asset { return asset(s.ThemeId, s.Name) }), nil
}

func listTemplates(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
	out, err := r.quicksight.ListTemplates(ctx, &quicksight.ListTemplatesInput{
		AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token,
	})
	if err != nil {
		return page[tenancy.Asset]{}, err
	}
	return summaries(out.TemplateSummaryList, out.NextToken, func(s types.TemplateSummary) tenancy.Asset { return asset(s.TemplateId, s.Name) }), nil
}
