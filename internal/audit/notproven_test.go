package audit

import (
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestNotProvenIsDescribed(t *testing.T) {
	seen := map[string]bool{}
	for _, p := range standing {
		for _, text := range []string{p.What, p.Why, p.Do} {
			if text == "" || strings.HasSuffix(text, ".") || strings.ToLower(text[:1]) != text[:1] {
				t.Errorf("not a sentence without a full stop: %q", text)
			}
		}
		if seen[p.What] {
			t.Errorf("twice: %s", p.What)
		}
		seen[p.What] = true
	}
}

// What is not proven is said only where there is something of which it could be said.
func TestNotProvenWhenItMatters(t *testing.T) {
	const registrations, rows, groups = "whose each registration is", "which rows each person sees", "who is in the groups without a mark of tenants' namespaces"
	const simulated, apiece, assigned = "that IAM itself says of the sign-in roles what their policies say", "that tenants who each see the house's data by an asset of their own see their rows alone", "that a policy of IAM which is assigned to a tenant's authors reaches that tenant's data alone"
	const unanswered = "that IAM itself says of every sign-in role what its policies say"
	onOne := func(f *Facts, tenants ...string) {
		put(f, tenancy.DataSet, "all", owner(judy))
		for _, n := range tenants {
			find(f, tenancy.Dashboard, "board-"+n).Uses = []tenancy.AssetRef{ref(tenancy.DataSet, "all")}
		}
	}
	divided := func(f *Facts) {
		find(f, tenancy.DataSet, "data-t0").Rows = tenancy.Rows{Rules: "arn:aws:quicksight:us-east-1:111122223333:dataset/rules", Enabled: true, Version: 1}
	}
	byHand := func(f *Facts) { f.Have.Tenant(namespace(t, "t0")).OtherGroups = []string{"by-hand"} }
	for _, c := range []struct {
		name, what string
		make       func(f *Facts)
		said       bool
	}{
		{"the tags were read", registrations, func(*Facts) {}, false},
		{"the tags were not read", registrations, func(f *Facts) { f.Verified = false }, true},
		{"the rules of all divided rows were given", rows, func(*Facts) {}, false},
		{"rows are divided", rows, divided, true},
		{"rows are divided, and the rules were given", rows, func(f *Facts) {
			divided(f)
			f.RuleRows = append(f.RuleRows, RuleRows{File: "rules.csv", DataSet: "rules"})
		}, false},
		{"rows are divided, and other rules were given", rows, func(f *Facts) {
			divided(f)
			f.RuleRows = append(f.RuleRows, RuleRows{File: "other.csv", DataSet: "other"})
		}, true},
		{"the rules are switched off", rows, func(f *Facts) {
			divided(f)
			find(f, tenancy.DataSet, "data-t0").Rows.Enabled = false
		}, false},
		{"a group was made by hand", groups, byHand, false},
		{"IAM may not be asked", simulated, func(f *Facts) { f.Unasked = []tenancy.RoleARN{f.SignIn[0].Role} }, true},
		{"IAM may not be asked, and so has not failed", unanswered, func(f *Facts) { f.Unasked = []tenancy.RoleARN{f.SignIn[0].Role} }, false},
		{"IAM has not answered", unanswered, func(*Facts) {}, true},
		{"IAM has not answered, and might be asked", simulated, func(*Facts) {}, false},
		{"IAM says that the role is not there", unanswered, func(f *Facts) { f.Gone = []tenancy.RoleARN{f.SignIn[0].Role} }, false},
		{"IAM was asked", simulated, func(f *Facts) { f.Simulated = []tenancy.Simulated{{Role: f.SignIn[0].Role, Action: "sts:AssumeRole"}} }, false},
		{"tenants have dashboards of their own on data of the house's", apiece, func(f *Facts) { onOne(f, "t0", "t1") }, true},
		{"one tenant has", apiece, func(f *Facts) { onOne(f, "t0") }, false},
		{"tenants have, and the data is divided", apiece, func(f *Facts) {
			onOne(f, "t0", "t1")
			find(f, tenancy.DataSet, "all").Rows = find(f, tenancy.DataSet, "house-data").Rows
		}, false},
		{"a policy is assigned to a tenant's authors", assigned, func(f *Facts) {
			f.Spaces[0].Assignments = []tenancy.PolicyAssignment{{Namespace: "t0", Name: "a", Enabled: true, PolicyARN: "arn:aws:iam::111122223333:policy/t0"}}
		}, true},
		{"none is", assigned, func(*Facts) {}, false},
		{"something is granted to a group that was made by hand", groups, func(f *Facts) {
			byHand(f)
			grant(find(f, tenancy.Dashboard, "board-t0"), viewer(group("t0", "by-hand")))
		}, true},
	} {
		f := clean(t, 2)
		f.RuleRows = []RuleRows{{File: "house-rules.csv", DataSet: "house-rules"}}
		c.make(f)
		said := slices.ContainsFunc(Audit(sorted(f)).NotProven, func(n NotProven) bool { return n.What == c.what })
		if said != c.said {
			t.Errorf("%s: %q is said: %v, want %v", c.name, c.what, said, c.said)
		}
	}
}
