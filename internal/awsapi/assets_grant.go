package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
)

// What gives permissions, kind by kind. Nothing here takes any away.

func grantDashboard(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateDashboardPermissions(ctx, &quicksight.UpdateDashboardPermissionsInput{
		AwsAccountId: r.account, DashboardId: &id, GrantPermissions: []types.ResourcePermission{to},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func grantAnalysis(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateAnalysisPermissions(ctx, &quicksight.UpdateAnalysisPermissionsInput{
		AwsAccountId: r.account, AnalysisId: &id, GrantPermissions: []types.ResourcePermission{to},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func grantDataSet(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateDataSetPermissions(ctx, &quicksight.UpdateDataSetPermissionsInput{
		AwsAccountId: r.account, DataSetId: &id, GrantPermissions: []types.ResourcePermission{to},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func grantDataSource(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateDataSourcePermissions(ctx, &quicksight.UpdateDataSourcePermissionsInput{
		AwsAccountId: r.account, DataSourceId: &id, GrantPermissions: []types.ResourcePermission{to},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func grantFolder(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateFolderPermissions(ctx, &quicksight.UpdateFolderPermissionsInput{
		AwsAccountId: r.account, FolderId: &id, GrantPermissions: []types.ResourcePermission{to},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func grantTopic(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateTopicPermissions(ctx, &quicksight.UpdateTopicPermissionsInput{
		AwsAccountId: r.account, TopicId: &id, GrantPermissions: []types.ResourcePermission{to},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func grantFlow(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateFlowPermissions(ctx, &quicksight.UpdateFlowPermissionsInput{
		AwsAccountId: r.account, FlowId: &id, GrantPermissions: []types.Permission{types.Permission(to)},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func grantActionConnector(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateActionConnectorPermissions(ctx, &quicksight.UpdateActionConnectorPermissionsInput{
		AwsAccountId: r.account, ActionConnectorId: &id, GrantPermissions: []types.ResourcePermission{to},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func grantTheme(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateThemePermissions(ctx, &quicksight.UpdateThemePermissionsInput{
		AwsAccountId: r.account, ThemeId: &id, GrantPermissions: []types.ResourcePermission{to},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func grantTemplate(ctx context.Context, r regional, id string, to types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateTemplatePermissions(ctx, &quicksight.UpdateTemplatePermissionsInput{
		AwsAccountId: r.account, TemplateId: &id, GrantPermissions: []types.ResourcePermission{to},
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}
