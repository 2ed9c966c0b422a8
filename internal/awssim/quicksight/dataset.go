package quicksight

import (
	"slices"
	"strconv"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// dataSetParts is what is kept of the body of CreateDataSet and UpdateDataSet. What stands under a data set, and its
// row-level security, are in one place for data sets of the legacy data preparation experience, and in another for those
// of the new one.
type dataSetParts struct {
	PhysicalTableMap map[string]map[string]struct{ DataSourceArn string }
	LogicalTableMap  map[string]struct{ Source struct{ DataSetArn string } }
	ImportMode       *string
	UseAs            *string

	RowLevelPermissionDataSet          *rules
	RowLevelPermissionTagConfiguration *tagRules
	ColumnLevelPermissionRules         []columnRule

	DataPrepConfiguration *struct {
		SourceTableMap map[string]struct{ DataSet struct{ DataSetArn string } }
	}
	SemanticModelConfiguration *struct {
		TableMap map[string]struct{ RowLevelPermissionConfiguration rowLevel }
	}
}

// rowLevel is a RowLevelPermissionConfiguration.
type rowLevel struct {
	TagConfiguration          *tagRules
	RowLevelPermissionDataSet *rules
}

// rules is a RowLevelPermissionDataSet.
type rules struct{ Namespace, Arn, PermissionPolicy, FormatVersion, Status *string }

// tagRules is a RowLevelPermissionTagConfiguration.
type tagRules struct {
	Status   *string
	TagRules []struct{ TagKey, ColumnName *string }
}

// columnRule is a ColumnLevelPermissionRule.
type columnRule struct{ Principals, ColumnNames []string }

var (
	statusRule = constraint.Text{Enum: []string{"ENABLED", world.Disabled}}
	policyRule = constraint.Text{Enum: []string{"GRANT_ACCESS", "DENY_ACCESS"}}
	formatRule = constraint.Text{Enum: []string{"VERSION_1", "VERSION_2"}}
)

func checkDataSet(in creation, check *constraint.Check) { in.check(check) }

func (d dataSetParts) check(check *constraint.Check) {
	if d.PhysicalTableMap == nil {
		check.Missing("physicalTableMap")
	}
	check.List("physicalTableMap", len(d.PhysicalTableMap), 0, 32)
	if d.LogicalTableMap != nil {
		check.List("logicalTableMap", len(d.LogicalTableMap), 1, 64)
	}
	check.Required("importMode", d.ImportMode, constraint.Text{Enum: []string{"SPICE", "DIRECT_QUERY"}})
	check.Text("useAs", d.UseAs, constraint.Text{Enum: []string{"RLS_RULES"}})
	rowLevel{d.RowLevelPermissionTagConfiguration, d.RowLevelPermissionDataSet}.check(check, "rowLevelPermissionTagConfiguration", "rowLevelPermissionDataSet")
	for i, r := range d.ColumnLevelPermissionRules {
		at := "columnLevelPermissionRules." + strconv.Itoa(i+1) + ".member."
		check.List(at+"principals", len(r.Principals), 1, 100)
		check.List(at+"columnNames", len(r.ColumnNames), 1, 0)
	}
	if s := d.SemanticModelConfiguration; s != nil {
		check.List("semanticModelConfiguration.tableMap", len(s.TableMap), 1, 1)
		for name, table := range s.TableMap {
			at := "semanticModelConfiguration.tableMap." + name + ".member.rowLevelPermissionConfiguration."
			table.RowLevelPermissionConfiguration.check(check, at+"tagConfiguration", at+"rowLevelPermissionDataSet")
		}
	}
}

func (r rowLevel) check(check *constraint.Check, atTags, atRules string) {
	if s := r.RowLevelPermissionDataSet; s != nil {
		check.Text(atRules+".namespace", s.Namespace, namespaceRule)
		check.Required(atRules+".arn", s.Arn, anyRule)
		check.Required(atRules+".permissionPolicy", s.PermissionPolicy, policyRule)
		check.Text(atRules+".formatVersion", s.FormatVersion, formatRule)
		check.Text(atRules+".status", s.Status, statusRule)
	}
	if c := r.TagConfiguration; c != nil {
		check.Text(atTags+".status", c.Status, statusRule)
		check.List(atTags+".tagRules", len(c.TagRules), 1, 50)
		for i, rule := range c.TagRules {
			at := atTags + ".tagRules." + strconv.Itoa(i+1) + ".member."
			check.Required(at+"tagKey", rule.TagKey, tagKeyRule)
			check.Required(at+"columnName", rule.ColumnName, anyRule)
		}
	}
}

// mayMake says why there can not be such a data set.
func (d dataSetParts) mayMake() error {
	r, _ := d.rowLevel()
	if s := r.RowLevelPermissionDataSet; s != nil && str(s.FormatVersion) == "VERSION_2" && s.Namespace != nil {
		return invalid("Namespace must not exist when FormatVersion is VERSION_2")
	}
	return nil
}

// rowLevel gives the row-level security, and whether it is that of the new data preparation experience.
func (d dataSetParts) rowLevel() (r rowLevel, prepared bool) {
	if s := d.SemanticModelConfiguration; s != nil {
		for _, table := range s.TableMap {
			return table.RowLevelPermissionConfiguration, true
		}
	}
	return rowLevel{d.RowLevelPermissionTagConfiguration, d.RowLevelPermissionDataSet}, d.DataPrepConfiguration != nil
}

func readDataSet(in creation, a *world.Asset) { in.read(a) }

// read replaces what a has of all that the parts say: what they leave out, it has no more.
func (d dataSetParts) read(a *world.Asset) {
	a.Type, a.UseAs, a.Uses = *d.ImportMode, str(d.UseAs), d.under()
	a.RowLevelRules, a.RowLevelTags, a.ColumnRules = "", nil, nil
	r, prepared := d.rowLevel()
	a.RowLevel = world.RowLevel{Prepared: prepared}
	if s := r.RowLevelPermissionDataSet; s != nil {
		a.RowLevelRules, a.RowLevel.Namespace = *s.Arn, str(s.Namespace)
		a.RowLevel.Policy, a.RowLevel.Format, a.RowLevel.Status = str(s.PermissionPolicy), str(s.FormatVersion), str(s.Status)
	}
	if c := r.TagConfiguration; c != nil {
		a.RowLevelTags, a.RowLevel.TagsStatus = make(map[string]string), str(c.Status)
		for _, rule := range c.TagRules {
			a.RowLevelTags[*rule.TagKey] = *rule.ColumnName
		}
	}
	for _, c := range d.ColumnLevelPermissionRules {
		a.ColumnRules = append(a.ColumnRules, world.ColumnRule{Principals: c.Principals, Columns: c.ColumnNames})
	}
}

// under gives the data sources and the data sets that the parts stand on.
func (d dataSetParts) under() []string {
	var all []string
	for _, table := range d.PhysicalTableMap {
		for _, source := range table {
			all = append(all, source.DataSourceArn)
		}
	}
	for _, table := range d.LogicalTableMap {
		all = append(all, table.Source.DataSetArn)
	}
	if d.DataPrepConfiguration != nil {
		for _, table := range d.DataPrepConfiguration.SourceTableMap {
			all = append(all, table.DataSet.DataSetArn)
		}
	}
	return distinct(slices.DeleteFunc(all, func(arn string) bool { return arn == "" }))
}

// updateDataSet replaces a data set: what the request leaves out it has no more. Who it is shared with stays.
func updateDataSet(c *call) (members, error) {
	var in struct {
		Name *string
		dataSetParts
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	k, _ := kindOf(world.KindDataSet)
	var check constraint.Check
	check.Required("name", in.Name, k.nameRule)
	in.check(&check)
	if err := breach(&check); err != nil {
		return nil, err
	}
	if err := in.mayMake(); err != nil {
		return nil, err
	}
	a, err := c.asset(k, world.View{})
	if err != nil {
		return nil, err
	}
	useAs := a.UseAs // UpdateDataSet has no such member
	in.read(&a)
	a.Name, a.UseAs, a.Updated = *in.Name, useAs, c.w.Now()
	c.qs.PutAsset(a)
	return members{"Arn": c.qs.AssetARN(a), k.id: a.ID}, nil
}
