package audit

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO207(t *testing.T) {
	planted(t, "ISO207",
		plant{"a rule is for a user who is not there", func(t *testing.T, f *Facts) {
			rules(t, f, "UserARN,tenant\n"+arn("user/t0/QuickSight/gone")+",t0\n")
		}, 1},
		plant{"two rules are for one group that is not there", func(t *testing.T, f *Facts) {
			rules(t, f, "GroupARN,tenant\n"+arn("group/t0/gone")+",t0\n"+arn("group/t0/gone")+",t1\n")
		}, 1},
		plant{"a rule is for somebody of another account", func(t *testing.T, f *Facts) {
			rules(t, f, "UserARN,tenant\narn:aws:quicksight:us-east-1:999900001111:user/default/eve,t0\n")
		}, 1},
		plant{"a rule is for somebody of a namespace that nobody manages", func(t *testing.T, f *Facts) {
			lives(f, "partner", "Partner/eve")
			rules(t, f, "UserARN,tenant\n"+arn("user/partner/Partner/eve")+",t0\n")
		}, 1},
		plant{"the rules of a tenant's own data are for another tenant", func(t *testing.T, f *Facts) {
			put(f, tenancy.DataSet, "own-rules", owner(user("t0", "author-t0")))
			find(f, tenancy.DataSet, "data-t0").Rows = tenancy.Rows{Rules: arn("dataset/own-rules"), Enabled: true, Version: 2, Grants: true}
			r, _ := ParseRuleRows("own-rules.csv", []byte("GroupARN,part\n"+arn("group/t1/qs:t1")+",x\n"))
			f.RuleRows = append(f.RuleRows, r)
		}, 1},
		plant{"a name is nobody's in the tenant that alone sees the data", func(t *testing.T, f *Facts) {
			lost(find(f, tenancy.Dashboard, "house-board"), group("t1", "qs:t1"))
			find(f, tenancy.DataSet, "house-data").Rows.Version = 1
			find(f, tenancy.DataSet, "house-data").Rows.Namespace = "t0"
			rules(t, f, "GroupName,tenant\nqs:t9,t0\n")
		}, 1},
		plant{"every rule is for somebody who sees the data", func(t *testing.T, f *Facts) {
			rules(t, f, "UserARN,GroupARN,tenant\n"+arn("user/t0/QuickSight/reader-t0")+",,t0\n,"+arn("group/t1/qs:t1")+",t1\n")
		}, 0},
		plant{"a rule is for one of the house", func(t *testing.T, f *Facts) {
			rules(t, f, "UserARN,tenant\n"+arn("user/default/QuickSightStaff/judy")+",\n")
		}, 0},
		plant{"the file is of another data set", func(t *testing.T, f *Facts) {
			r, _ := ParseRuleRows("others.csv", []byte("GroupName,part\nnobody,x\n"))
			f.RuleRows = append(f.RuleRows, r)
		}, 0},
	)
}

// An address that stands where a name should is personal: it is in no finding.
func TestRuleForAnAddress(t *testing.T) {
	f := clean(t, 2)
	find(f, tenancy.DataSet, "house-data").Rows.Version = 1
	rules(t, f, "UserName,tenant\nana@t0.example,t0\n")
	all := CheckOf("ISO207").Find(Know(sorted(f)))
	if len(all) != 1 {
		t.Errorf("%d findings, want 1", len(all))
	}
	for _, found := range all {
		if text := fmt.Sprint(found); strings.Contains(text, "ana@") {
			t.Errorf("an address is told: %s", text)
		}
	}
}
