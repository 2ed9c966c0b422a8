package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// share lets a mirror see an asset: it gives the group what a viewer of that kind may do, and no other set of actions.
// A group that may do something else with it is left with plan.ErrDiffers.
func (w *Writer) share(c plan.Share) (job, error) {
	if c.Mirror == "" {
		return job{}, fmt.Errorf("%w: what is shared with no group", errRefused)
	}
	return w.give(gift{
		asset: c.Asset, to: groupOf(c.Namespace, c.Mirror), may: tenancy.Views, beside: true,
		doing: fmt.Sprintf("let a group of namespace %q view", c.Namespace),
	})
}

// Undivided says which of the data that is seen through an asset is the same for everybody who sees it, in words,
// sorted: of a dashboard (its published version), an analysis or a data set. What cannot be looked into is the same for
// everybody: a folder, whose contents change. It costs a call for a dashboard or an analysis, and a list of the Region's
// data sets: DescribeDataSet would tell it, too, with the data set's queries, which tenantry does not want to see.
func (a *Assets) Undivided(ctx context.Context, ref tenancy.AssetRef) ([]string, error) {
	_, r, err := a.aws.assets(ref.Kind, ref.Region)
	if err != nil {
		return nil, fmt.Errorf("read the data of %s: %w", ref, err)
	}
	var under []string
	switch ref.Kind {
	case tenancy.Dashboard:
		under, err = underDashboard(ctx, r, ref.ID)
	case tenancy.Analysis:
		under, err = underAnalysis(ctx, r, ref.ID)
	case tenancy.DataSet:
		under = []string{ref.ID}
	default:
		return []string{fmt.Sprintf("what is in the %s is not looked into", ref.Kind)}, nil
	}
	if err != nil {
		return nil, failure(err, "read which data sets are under "+ref.String())
	}
	if len(under) == 0 {
		return []string{"no data set is named under it"}, nil
	}
	divided, err := dividedDataSets(ctx, r)
	if err != nil {
		return nil, failure(err, "list the data sets under "+ref.String())
	}
	var undivided []string
	for _, id := range idsOf(under) {
		if is, found := divided[id]; !found {
			undivided = append(undivided, fmt.Sprintf("the data set %s is not in the list of data sets", id))
		} else if !is {
			undivided = append(undivided, fmt.Sprintf("the data set %s has no row-level security", id))
		}
	}
	slices.Sort(undivided)
	return slices.Compact(undivided), nil
}

// underDashboard are the ARNs of the data sets under a dashboard's published version.
func underDashboard(ctx context.Context, r regional, id string) ([]string, error) {
	out, err := r.quicksight.DescribeDashboard(ctx, &quicksight.DescribeDashboardInput{AwsAccountId: r.account, DashboardId: &id})
	switch {
	case err != nil:
		return nil, err
	case out.Dashboard == nil || out.Dashboard.Version == nil:
		return nil, errors.New("an answer without a version of the dashboard")
	}
	return out.Dashboard.Version.DataSetArns, nil
}

func underAnalysis(ctx context.Context, r regional, id string) ([]string, error) {
	out, err := r.quicksight.DescribeAnalysis(ctx, &quicksight.DescribeAnalysisInput{AwsAccountId: r.account, AnalysisId: &id})
	switch {
	case err != nil:
		return nil, err
	case out.Analysis == nil:
		return nil, errors.New("an answer without an analysis")
	}
	return out.Analysis.DataSetArns, nil
}

// idsOf are the ids of assets by their ARNs.
func idsOf(arns []string) []string {
	var ids []string
	for _, arn := range arns {
		ids = append(ids, arn[strings.LastIndexByte(arn, '/')+1:])
	}
	return ids
}

// dividedDataSets are the data sets of a Region, and whether each person sees their own rows of them only.
func dividedDataSets(ctx context.Context, r regional) (map[string]bool, error) {
	get := func(ctx context.Context, token *string) (page[types.DataSetSummary], error) {
		out, err := r.quicksight.ListDataSets(ctx, &quicksight.ListDataSetsInput{AwsAccountId: r.account, MaxResults: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[types.DataSetSummary]{}, err
		}
		return page[types.DataSetSummary]{out.DataSetSummaries, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(s types.DataSetSummary) (types.DataSetSummary, bool) { return s, true })
	if err != nil {
		return nil, err
	}
	divided := make(map[string]bool, len(all))
	for _, s := range all {
		divided[aws.ToString(s.DataSetId)] = divides(s)
	}
	return divided, nil
}

// enabled reports whether row-level security is in force: it is, "by default", where no status is said (API model:
// RowLevelPermissionDataSet, Status).
func enabled(s types.Status) bool { return s != types.StatusDisabled }

// divides reports whether rules that are switched on say who sees which rows of a data set; of one with several tables,
// of all for which there are any. It is stricter than rowLevel, which must not overlook any: rules by tags are for those
// who are nobody's users (API model: RowLevelPermissionTagConfiguration, "anonymous embedding"), and tell users nothing.
func divides(s types.DataSetSummary) bool {
	if r := s.RowLevelPermissionDataSet; r != nil {
		return enabled(r.Status)
	}
	for _, r := range s.RowLevelPermissionDataSetMap {
		if !enabled(r.Status) {
			return false
		}
	}
	return len(s.RowLevelPermissionDataSetMap) > 0
}
