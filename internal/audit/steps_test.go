package audit

import "testing"

// The commands of tenantry name the configuration that was read, and nothing else is touched.
func TestReportWith(t *testing.T) {
	mend := "see it:\ntenantry door\nor:\naws iam put-role-policy --role-name R"
	r := Report{Findings: []Finding{{Mend: mend}}, Accepted: []AcceptedFinding{{Finding: Finding{Mend: "tenantry migrate --namespace t0"}}}}
	for config, want := range map[string]string{"tenantry.yaml": "tenantry.yaml", "/etc/my tenants.yaml": "'/etc/my tenants.yaml'", "": "''"} {
		with := r.With(config)
		if have := with.Findings[0].Mend; have != "see it:\ntenantry door -c "+want+"\nor:\naws iam put-role-policy --role-name R" {
			t.Errorf("%q: %s", config, have)
		}
		if have := with.Accepted[0].Mend; have != "tenantry migrate --namespace t0 -c "+want {
			t.Errorf("%q: %s", config, have)
		}
	}
	if r.Findings[0].Mend != mend {
		t.Error("the report itself was changed")
	}
}
