package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
)

// What reads permissions, kind by kind. The links of dashboards are left out: whoever has
// one owns nothing.

func dashboardPermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeDashboardPermissions(ctx, &quicksight.DescribeDashboardPermissionsInput{AwsAccountId: r.account, DashboardId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}

func analysisPermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeAnalysisPermissions(ctx, &quicksight.DescribeAnalysisPermissionsInput{AwsAccountId: r.account, AnalysisId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}

func dataSetPermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeDataSetPermissions(ctx, &quicksight.DescribeDataSetPermissionsInput{AwsAccountId: r.account, DataSetId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}

func dataSourcePermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeDataSourcePermissions(ctx, &quicksight.DescribeDataSourcePermissionsInput{AwsAccountId: r.account, DataSourceId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}

// folderPermissions is the one that has pages.
func folderPermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	get := func(ctx context.Context, token *string) (page[types.ResourcePermission], error) {
		out, err := r.quicksight.DescribeFolderPermissions(ctx, &quicksight.DescribeFolderPermissionsInput{
			AwsAccountId: r.account, FolderId: &id, MaxResults: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.ResourcePermission]{}, err
		}
		return page[types.ResourcePermission]{out.Permissions, out.NextToken}, nil
	}
	return collect(ctx, get, func(p types.ResourcePermission) (types.ResourcePermission, bool) { return p, true })
}

func topicPermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeTopicPermissions(ctx, &quicksight.DescribeTopicPermissionsInput{AwsAccountId: r.account, TopicId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}

// flowPermissions are the same in another type. The API model has no ResourceNotFoundException for flows:
// one that is not there is any InvalidParameterValueException, which is taken for the error that it is.
func flowPermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.GetFlowPermissions(ctx, &quicksight.GetFlowPermissionsInput{AwsAccountId: r.account, FlowId: &id})
	if err != nil {
		return nil, err
	}
	all := make([]types.ResourcePermission, len(out.Permissions))
	for i, p := range out.Permissions {
		all[i] = types.ResourcePermission(p)
	}
	return all, nil
}

func actionConnectorPermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeActionConnectorPermissions(ctx, &quicksight.DescribeActionConnectorPermissionsInput{AwsAccountId: r.account, ActionConnectorId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}

func themePermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeThemePermissions(ctx, &quicksight.DescribeThemePermissionsInput{AwsAccountId: r.account, ThemeId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}

func templatePermissions(ctx context.Context, r regional, id string) ([]types.ResourcePermission, error) {
	out, err := r.quicksight.DescribeTemplatePermissions(ctx, &quicksight.DescribeTemplatePermissionsInput{AwsAccountId: r.account, TemplateId: &id})
	if err != nil {
		return nil, err
	}
	return out.Permissions, nil
}
