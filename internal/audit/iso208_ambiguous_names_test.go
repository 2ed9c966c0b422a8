package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO208(t *testing.T) {
	planted(t, "ISO208",
		plant{"a group in the rules is there in two tenants", func(t *testing.T, f *Facts) {
			f.Have.Tenants[0].OtherGroups, f.Have.Tenants[1].OtherGroups = []string{"readers"}, []string{"readers"}
			find(f, tenancy.DataSet, "house-data").Rows.Version = 1
			find(f, tenancy.DataSet, "house-data").Rows.Namespace = "t0"
			rules(t, f, "GroupName,tenant\nreaders,t0\n")
		}, 1},
		plant{"another tenant has a group made by hand that is called as one in the rules", func(t *testing.T, f *Facts) {
			f.Have.Tenants[1].OtherGroups = []string{"qs:t0"}
			find(f, tenancy.DataSet, "house-data").Rows.Version = 1
			find(f, tenancy.DataSet, "house-data").Rows.Namespace = "t0"
			rules(t, f, "GroupName,tenant\nqs:t0,t0\n")
		}, 1},
		plant{"the rules have ARNs", func(t *testing.T, f *Facts) {
			f.Have.Tenants[0].OtherGroups, f.Have.Tenants[1].OtherGroups = []string{"readers"}, []string{"readers"}
			rules(t, f, "GroupARN,tenant\n"+arn("group/t0/readers")+",t0\n")
		}, 0},
	)
}
