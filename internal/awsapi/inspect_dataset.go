//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// dataSetUses reads what a data set stands on, and how its rows are divided (QuickSight DescribeDataSet). The queries that
// are in the answer, too, are passed over.
func dataSetUses(ctx context.Context, r regional, a *tenancy.Inspected) error {
	out, err := r.quicksight.DescribeDataSet(ctx, &quicksight.DescribeDataSetInput{AwsAccountId: r.account, DataSetId: &a.ID})
	switch {
	case err != nil:
		return err
	case out.DataSet == nil:
		return errors.New("an answer without a data set")
	}
	r.uses(a, underDataSet(out.DataSet))
	a.Rows = rowsOf(out.DataSet)
	return nil
}

// underDataSet are the ARNs of a data set's sources: the data sources of its physical tables, and the data sets that it is
// made of, in the older preparation of data and in the newer.
func underDataSet(d *types.DataSet) []string {
	var arns []string
	for _, table := range d.PhysicalTableMap {
		switch t := table.(type) {
		case *types.PhysicalTableMemberCustomSql:
			arns = append(arns, aws.ToString(t.Value.DataSourceArn))
		case *types.PhysicalTableMemberRelationalTable:
			arns = append(arns, aws.ToString(t.Value.DataSourceArn))
		case *types.PhysicalTableMemberS3Source:
			arns = append(arns, aws.ToString(t.Value.DataSourceArn))
		case *types.PhysicalTableMemberSaaSTable:
			arns = append(arns, aws.ToString(t.Value.DataSourceArn))
		default:
			arns = append(arns, "a physical table of a kind that is not known")
		}
	}
	for _, table := range d.LogicalTableMap {
		if table.Source != nil && table.Source.DataSetArn != nil {
			arns = append(arns, *table.Source.DataSetArn)
		}
	}
	if p := d.DataPrepConfiguration; p != nil {
		for _, table := range p.SourceTableMap {
			if table.DataSet != nil && table.DataSet.DataSetArn != nil {
				arns = append(arns, *table.DataSet.DataSetArn)
			}
		}
	}
	return arns
}

// rowsOf says how a data set's rows are divided. Of several tables that are divided each for itself, the rules are those of
// the first that are not in force, else of the first, by the tables' names.
func rowsOf(d *types.DataSet) tenancy.Rows {
	rules, tags := d.RowLevelPermissionDataSet, d.RowLevelPermissionTagConfiguration
	if m := d.SemanticModelConfiguration; m != nil {
		for _, name := range slices.Sorted(maps.Keys(m.TableMap)) {
			c := m.TableMap[name].RowLevelPermissionConfiguration
			if c == nil {
				continue
			}
			if s := c.RowLevelPermissionDataSet; s != nil && (rules == nil || enabled(rules.Status) && !enabled(s.Status)) {
				rules = s
			}
			if t := c.TagConfiguration; t != nil && (tags == nil || !enabled(tags.Status)) {
				tags = t
			}
		}
	}
	rows := tenancy.Rows{Columns: len(d.ColumnLevelPermissionRules) > 0}
	if rules != nil {
		rows.Rules, rows.Enabled = aws.ToString(rules.Arn), enabled(rules.Status)
		rows.Namespace, rows.Version = aws.ToString(rules.Namespace), versions[rules.FormatVersion]
		rows.Grants = rules.PermissionPolicy == types.RowLevelPermissionPolicyGrantAccess
	}
	if tags != nil {
		rows.Tags, rows.TagsEnabled = true, enabled(tags.Status)
	}
	return rows
}

// versions are those of the format of rules (API model: RowLevelPermissionFormatVersion).
var versions = map[types.RowLevelPermissionFormatVersion]int{
	types.RowLevelPermissionFormatVersionVersion1: 1, types.RowLevelPermissionFormatVersionVersion2: 2,
}
