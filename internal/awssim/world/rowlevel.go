package world

import (
	"fmt"
	"slices"
)

// RowLevel are the terms of a data set's row-level security, besides the data
// set of its rules and the tags. Left out is what AWS takes for left out.
type RowLevel struct {
	Namespace  string `json:"row_level_namespace,omitempty"`   // in which the rules' names are looked up
	Policy     string `json:"row_level_policy,omitempty"`      // GRANT_ACCESS; or DENY_ACCESS
	Format     string `json:"row_level_format,omitempty"`      // VERSION_1; or VERSION_2
	Status     string `json:"row_level_status,omitempty"`      // ENABLED; or DISABLED
	TagsStatus string `json:"row_level_tags_status,omitempty"` // ENABLED; or DISABLED
	// Prepared says that the data set was made in the new data preparation
	// experience, whose API model has all of this somewhere else.
	Prepared bool `json:"prepared,omitempty"`
}

// ColumnRule says that only some principals see some columns of a data set.
type ColumnRule struct {
	Principals []string `json:"principals,omitempty"` // ARNs
	Columns    []string `json:"columns,omitempty"`    // names
}

// Disabled is the Status of rules that are switched off.
const Disabled = "DISABLED"

// RowLevelSecurity reports whether not everybody sees every row of the data set.
func (a Asset) RowLevelSecurity() bool { return a.RulesApply() || a.TagsApply() }

// RulesApply reports whether there are rules, and they are switched on.
func (a Asset) RulesApply() bool { return a.RowLevelRules != "" && a.RowLevel.Status != Disabled }

// TagsApply reports whether there are rules by tags, and they are switched on.
func (a Asset) TagsApply() bool { return len(a.RowLevelTags) > 0 && a.RowLevel.TagsStatus != Disabled }

func (r RowLevel) check() error {
	for _, v := range []struct {
		name, value string
		words       []string
	}{
		{"row_level_policy", r.Policy, []string{"GRANT_ACCESS", "DENY_ACCESS"}},
		{"row_level_format", r.Format, []string{"VERSION_1", "VERSION_2"}},
		{"row_level_status", r.Status, []string{"ENABLED", Disabled}},
		{"row_level_tags_status", r.TagsStatus, []string{"ENABLED", Disabled}},
	} {
		if v.value != "" && !slices.Contains(v.words, v.value) {
			return fmt.Errorf("%s %q: want one of %v", v.name, v.value, v.words)
		}
	}
	return nil
}
