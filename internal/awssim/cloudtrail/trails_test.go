package cloudtrail_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/cloudtrail"
	"github.com/tenantry/tenantry/internal/awssim/roomtest"
)

const trails = `{"account_id": "111122223333", "trails": [
	{"name": "all", "region": "eu-west-1", "multi_region": true, "management": "WriteOnly"},
	{"name": "here", "stopped": true, "management": "None"},
	{"name": "org", "account": "999988887777", "organization": true, "multi_region": true, "advanced": true, "management": "ReadOnly"},
	{"name": "theirs", "account": "999988887777"}]}`

// listed are the names of the trails of an answer.
func listed(m map[string]any) string {
	var all []string
	list, _ := m["trailList"].([]any)
	for _, t := range list {
		all = append(all, fmt.Sprint(t.(map[string]any)["Name"]))
	}
	return strings.Join(all, " ")
}

func TestDescribeTrailsOfTheFile(t *testing.T) {
	r := roomtest.New(t, trails, cloudtrail.New)
	for body, want := range map[string]string{
		`{}`: "all here org", `{"includeShadowTrails": false}`: "here", `{"trailNameList": ["here", "all"]}`: "here", // a shadow goes by its ARN
		`{"trailNameList": ["arn:aws:cloudtrail:eu-west-1:111122223333:trail/all"]}`: "all", `{"trailNameList": ["theirs"]}`: "",
	} {
		if status, m := r.Target(target+"DescribeTrails", body); status != 200 || listed(m) != want {
			t.Errorf("%s: %d %v, want %s", body, status, m, want)
		}
	}
	r.Region = "eu-west-1"
	if _, m := r.Target(target+"DescribeTrails", `{"includeShadowTrails": false}`); listed(m) != "all" {
		t.Errorf("at home: %v", m)
	}
}

func TestATrail(t *testing.T) {
	r := roomtest.New(t, trails, cloudtrail.New)
	call := func(op, name string) string {
		status, m := r.Target(target+op, fmt.Sprintf(`{"Name": %q, "TrailName": %q}`, name, name))
		if status != 200 {
			return fmt.Sprint(m["__type"])
		}
		return fmt.Sprint(m)
	}
	const all, org = "arn:aws:cloudtrail:eu-west-1:111122223333:trail/all", "arn:aws:cloudtrail:us-east-1:999988887777:trail/org"
	for _, row := range [][3]string{
		{"GetTrailStatus", "here", "map[IsLogging:false]"}, {"GetTrailStatus", all, "map[IsLogging:true]"}, {"GetTrailStatus", org, "map[IsLogging:true]"},
		{"GetTrailStatus", "all", "TrailNotFoundException"}, {"GetTrailStatus", "org", "TrailNotFoundException"}, {"GetTrailStatus", "theirs", "TrailNotFoundException"},
		{"GetEventSelectors", all, "map[EventSelectors:[map[DataResources:[] ExcludeManagementEventSources:[] IncludeManagementEvents:true ReadWriteType:WriteOnly]] TrailARN:" + all + "]"},
		{"GetEventSelectors", "here", "map[EventSelectors:[map[DataResources:[] ExcludeManagementEventSources:[] IncludeManagementEvents:false ReadWriteType:All]] TrailARN:arn:aws:cloudtrail:us-east-1:111122223333:trail/here]"},
		{"GetEventSelectors", org, "map[AdvancedEventSelectors:[map[FieldSelectors:[map[Equals:[Management] Field:eventCategory] map[Equals:[true] Field:readOnly]] Name:simulated]] TrailARN:" + org + "]"},
		{"StartLogging", "here", "map[]"}, {"GetTrailStatus", "here", "map[IsLogging:true]"}, {"StopLogging", "here", "map[]"}, {"GetTrailStatus", "here", "map[IsLogging:false]"},
		{"StopLogging", all, "InvalidHomeRegionException"}, {"StopLogging", org, "NotOrganizationMasterAccountException"},
	} {
		if got := call(row[0], row[1]); got != row[2] {
			t.Errorf("%s %s: %s, want %s", row[0], row[1], got, row[2])
		}
	}
	if got := call("GetTrail", all); !strings.Contains(got, "HomeRegion:eu-west-1") || !strings.Contains(got, "IsMultiRegionTrail:true") {
		t.Error(got)
	}
}
