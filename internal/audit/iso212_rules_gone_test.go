package audit

import (
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO212(t *testing.T) {
	planted(t, "ISO212",
		plant{"the data set with the rules has been deleted", func(t *testing.T, f *Facts) {
			f.Inspection.Assets = slices.DeleteFunc(f.Inspection.Assets, func(a tenancy.Inspected) bool { return a.ID == "house-rules" })
		}, 1},
		plant{"the rules are another account's", func(t *testing.T, f *Facts) {
			find(f, tenancy.DataSet, "house-data").Rows.Rules = "arn:aws:quicksight:us-east-1:999900001111:dataset/rules"
		}, 1},
	)
}

// What could not be read may be there.
func TestUnreadRulesAreNotGone(t *testing.T) {
	f := clean(t, 2)
	f.Inspection.Assets = slices.DeleteFunc(f.Inspection.Assets, func(a tenancy.Inspected) bool { return a.ID == "house-rules" })
	f.Inspection.Unread = append(f.Inspection.Unread, tenancy.Unread{AssetRef: ref(tenancy.DataSet, "house-rules"), Why: "denied"})
	if found := CheckOf("ISO212").Find(Know(sorted(f))); len(found) > 0 {
		t.Errorf("found: %+v", found)
	}
}
