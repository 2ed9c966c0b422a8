package awsapi

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
)

// What gives and takes away permissions, kind by kind. A list that is nil is left out: not all kinds take an empty
// one. One call takes 100 entries of each list, or 64, according to the kind (API model:
// UpdateResourcePermissionList and ResourcePermissionList), with 20 actions each; this package sends one or two.

func updateDashboard(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateDashboardPermissions(ctx, &quicksight.UpdateDashboardPermissionsInput{
		AwsAccountId: r.account, DashboardId: &id, GrantPermissions: grant, RevokePermissions: revoke,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func updateAnalysis(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateAnalysisPermissions(ctx, &quicksight.UpdateAnalysisPermissionsInput{
		AwsAccountId: r.account, AnalysisId: &id, GrantPermissions: grant, RevokePermissions: revoke,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func updateDataSet(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateDataSetPermissions(ctx, &quicksight.UpdateDataSetPermissionsInput{
		AwsAccountId: r.account, DataSetId: &id, GrantPermissions: grant, RevokePermissions: revoke,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func updateDataSource(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateDataSourcePermissions(ctx, &quicksight.UpdateDataSourcePermissionsInput{
		AwsAccountId: r.account, DataSourceId: &id, GrantPermissions: grant, RevokePermissions: revoke,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func updateFolder(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateFolderPermissions(ctx, &quicksight.UpdateFolderPermissionsInput{
		AwsAccountId: r.account, FolderId: &id, GrantPermissions: grant, RevokePermissions: revoke,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func updateTopic(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateTopicPermissions(ctx, &quicksight.UpdateTopicPermissionsInput{
		AwsAccountId: r.account, TopicId: &id, GrantPermissions: grant, RevokePermissions: revoke,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func updateFlow(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateFlowPermissions(ctx, &quicksight.UpdateFlowPermissionsInput{
		AwsAccountId: r.account, FlowId: &id, GrantPermissions: ofFlow(grant), RevokePermissions: ofFlow(revoke),
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func updateActionConnector(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateActionConnectorPermissions(ctx, &quicksight.UpdateActionConnectorPermissionsInput{
		AwsAccountId: r.account, ActionConnectorId: &id, GrantPermissions: grant, RevokePermissions: revoke,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func updateTheme(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateThemePermissions(ctx, &quicksight.UpdateThemePermissionsInput{
		AwsAccountId: r.account, ThemeId: &id, GrantPermissions: grant, RevokePermissions: revoke,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

func updateTemplate(ctx context.Context, r regional, id string, grant, revoke []types.ResourcePermission) (string, error) {
	out, err := r.changes.UpdateTemplatePermissions(ctx, &quicksight.UpdateTemplatePermissionsInput{
		AwsAccountId: r.account, TemplateId: &id, GrantPermissions: grant, RevokePermissions: revoke,
	})
	if err != nil {
		return "", err
	}
	return aws.ToString(out.RequestId), nil
}

// ofFlow are the same permissions in the type that flows have.
func ofFlow(all []types.ResourcePermission) []types.Permission {
	var flow []types.Permission
	for _, p := range all {
		flow = append(flow, types.Permission(p))
	}
	return flow
}
