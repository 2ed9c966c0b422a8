package cloudtrail

import (
	"slices"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// named are the two names of the member that names a trail.
type named struct{ Name, TrailName string }

func (n named) trail() string {
	if n.Name != "" {
		return n.Name
	}
	return n.TrailName
}

// resource is the ARN of the trail that r names. It is called without the lock: what the world has is not looked at.
func (s service) resource(r *wire.Request) string {
	var in named
	if r.Decode(&in) != nil || in.trail() == "" {
		return "*"
	}
	t := world.CloudTrail{Name: in.trail(), Account: r.Caller.Account, Region: r.Region}
	if t.Account == "" {
		t.Account = s.w.Account
	}
	if len(t.Name) > 4 && t.Name[:4] == "arn:" {
		return t.Name
	}
	return t.ARN(s.w)
}

// onTrail makes an operation of one that is about a trail: it finds it first.
func onTrail(serve func(service, *wire.Request, world.CloudTrail) (any, error)) func(service, *wire.Request) (any, error) {
	return func(s service, r *wire.Request) (any, error) {
		var in named
		if err := r.Decode(&in); err != nil {
			return nil, err
		}
		for t := range s.w.Trails() {
			if s.isNamed(r, t, in.trail()) {
				return serve(s, r, t)
			}
		}
		return nil, unknown(r, in.trail())
	}
}

func unknown(r *wire.Request, name string) error {
	return wire.Errorf(400, "TrailNotFoundException", "Unknown trail: %s for the user: %s", name, r.Caller.Account)
}

// isNamed reports whether a name or an ARN is that of a trail, for the caller: a shadow has no name but its ARN.
func (s service) isNamed(r *wire.Request, t world.CloudTrail, name string) bool {
	home := t.Account == r.Caller.Account && t.Region == r.Region
	return t.SeenIn(r.Caller.Account, r.Region) && name == t.ARN(s.w) || home && name == t.Name
}

func (s service) describeTrails(r *wire.Request) (any, error) {
	var in struct {
		TrailNameList       []string `json:"trailNameList"`
		IncludeShadowTrails *bool    `json:"includeShadowTrails"`
	}
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	shadows := in.IncludeShadowTrails == nil || *in.IncludeShadowTrails
	list := []map[string]any{}
	for t := range s.w.Trails() {
		home := t.Account == r.Caller.Account && t.Region == r.Region
		asked := slices.ContainsFunc(in.TrailNameList, func(name string) bool { return s.isNamed(r, t, name) })
		if t.SeenIn(r.Caller.Account, r.Region) && (home || shadows) && (len(in.TrailNameList) == 0 || asked) {
			list = append(list, s.view(t))
		}
	}
	return map[string]any{"trailList": list}, nil
}

// view is a trail as the API shows it.
func (s service) view(t world.CloudTrail) map[string]any {
	return map[string]any{
		"Name": t.Name, "TrailARN": t.ARN(s.w), "HomeRegion": t.Region, "S3BucketName": "simulated-trail",
		"IsMultiRegionTrail": t.MultiRegion, "IncludeGlobalServiceEvents": true, "IsOrganizationTrail": t.Organization,
		"LogFileValidationEnabled": false, "HasCustomEventSelectors": t.Advanced || t.Management != "All", "HasInsightSelectors": false,
	}
}

func (s service) getTrail(_ *wire.Request, t world.CloudTrail) (any, error) {
	return map[string]any{"Trail": s.view(t)}, nil
}

func (s service) getTrailStatus(_ *wire.Request, t world.CloudTrail) (any, error) {
	return map[string]any{"IsLogging": !t.Stopped}, nil
}

func (s service) getEventSelectors(_ *wire.Request, t world.CloudTrail) (any, error) {
	answer := map[string]any{"TrailARN": t.ARN(s.w)}
	if !t.Advanced {
		kind := t.Management
		if kind == "None" {
			kind = "All"
		}
		answer["EventSelectors"] = []map[string]any{{
			"ReadWriteType": kind, "IncludeManagementEvents": t.Management != "None", "DataResources": []any{}, "ExcludeManagementEventSources": []any{},
		}}
		return answer, nil
	}
	field := func(name, value string) map[string]any {
		return map[string]any{"Field": name, "Equals": []string{value}}
	}
	category := "Management"
	if t.Management == "None" {
		category = "Data"
	}
	fields := []map[string]any{field("eventCategory", category)}
	switch t.Management {
	case "WriteOnly":
		fields = append(fields, field("readOnly", "false"))
	case "ReadOnly":
		fields = append(fields, field("readOnly", "true"))
	}
	answer["AdvancedEventSelectors"] = []map[string]any{{"Name": "simulated", "FieldSelectors": fields}}
	return answer, nil
}

func (s service) startLogging(r *wire.Request, t world.CloudTrail) (any, error) {
	return s.log(r, t, true)
}

func (s service) stopLogging(r *wire.Request, t world.CloudTrail) (any, error) {
	return s.log(r, t, false)
}

func (s service) log(r *wire.Request, t world.CloudTrail, on bool) (any, error) {
	switch {
	case t.Account != r.Caller.Account:
		return nil, wire.Errorf(400, "NotOrganizationMasterAccountException", "This trail is that of another account.")
	case t.Region != r.Region:
		return nil, wire.Errorf(400, "InvalidHomeRegionException", "Trail %s must be updated from its home region: %s", t.ARN(s.w), t.Region)
	case !s.w.Log(t.ARN(s.w), on):
		return nil, wire.Errorf(400, "UnsupportedOperationException", "The trail %s is there because the world has a trail; name trails in the world file.", t.Name)
	}
	return map[string]any{}, nil
}
