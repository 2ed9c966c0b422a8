package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO209(t *testing.T) {
	planted(t, "ISO209",
		plant{"a rule for a tenant's group has no value at all", func(t *testing.T, f *Facts) {
			rules(t, f, "GroupARN,tenant,region\n"+arn("group/t0/qs:t0")+",,\n"+arn("group/t1/qs:t1")+",t1,\n")
		}, 1},
		plant{"a rule has a value, but none that tells tenants apart", func(t *testing.T, f *Facts) {
			rules(t, f, "GroupARN,tenant,region\n"+arn("group/t0/qs:t0")+",t0,\n"+arn("group/t1/qs:t1")+",t1,\n"+arn("user/t0/QuickSight/reader-t0")+",,EMEA\n")
		}, 1},
		plant{"the file has no column but whom the rules are for", func(t *testing.T, f *Facts) {
			rules(t, f, "GroupARN\n"+arn("group/t0/qs:t0")+"\n")
		}, 1},
		plant{"a rule for one of the house has no value", func(t *testing.T, f *Facts) {
			rules(t, f, "UserARN,tenant\n"+arn("user/default/QuickSightStaff/judy")+",\n"+arn("user/t0/QuickSight/reader-t0")+",t0\n")
		}, 0},
		plant{"a rule has no value in a column that does not tell tenants apart", func(t *testing.T, f *Facts) {
			rules(t, f, "GroupARN,tenant,region\n"+arn("group/t0/qs:t0")+",t0,\n"+arn("group/t1/qs:t1")+",\"t1,t1b\",EMEA\n")
		}, 0},
		plant{"one tenant alone sees the data", func(t *testing.T, f *Facts) {
			lost(find(f, tenancy.Dashboard, "house-board"), group("t1", "qs:t1"))
			rules(t, f, "GroupARN,tenant\n"+arn("group/t0/qs:t0")+",\n")
		}, 0},
	)
}
