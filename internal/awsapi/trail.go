//go:build !tenantry.lambda

package awsapi

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// maxTrailPages is how many pages of one kind of event are read in one Region: at 50 events a page and two calls a
// second (CloudTrail API reference, LookupEvents) more than a minute. Events come newest first, so what is left out is old.
const maxTrailPages = 150

// regions are where events of sign-ins are looked for. IAM's, and those of sign-ins through the global endpoints, are
// recorded in one Region of each partition (CloudTrail user guide, "About global service events"); QuickSight's in the
// identity Region; the others in the Region whose endpoint was used.
func (s *SignIns) regions() []string {
	all := []string{globalRegion(s.aws.region), s.aws.region, s.aws.storeIn}
	slices.Sort(all)
	return slices.Compact(all)
}

// globalRegion is where the events of global services are recorded, in the partition of a Region.
func globalRegion(region string) string {
	switch partitionOf(region) {
	case "aws-us-gov":
		return "us-gov-west-1"
	case "aws-cn":
		return "cn-north-1"
	}
	return "us-east-1"
}

// record is an event of the trail, as far as it is read.
type record struct {
	EventTime         time.Time       `json:"eventTime"`
	ErrorCode         string          `json:"errorCode"`
	ResponseElements  json.RawMessage `json:"responseElements"`
	RequestParameters json.RawMessage `json:"requestParameters"`
	UserIdentity      struct {
		ARN string `json:"arn"`
	} `json:"userIdentity"`
	ServiceEventDetails struct {
		EventRequestDetails struct {
			UserName string `json:"userName"`
		} `json:"eventRequestDetails"`
	} `json:"serviceEventDetails"`
}

// telling is a kind of event, and what is made of one. Which sign-ins leave which event is not documented in one place:
// SAML federation leaves AssumeRoleWithSAML (STS), opening the console ConsoleLogin (AWS sign-in), and just-in-time
// provisioning CreateUser (QuickSight), of a shape that AWS's own samples rely on.
type telling struct {
	event string
	put   func(t *collected, r *record)
}

var tellings = []telling{
	{"AssumeRoleWithSAML", func(t *collected, r *record) {
		var asked struct{ RoleARN, RoleSessionName string }
		if json.Unmarshal(r.RequestParameters, &asked) == nil && r.ErrorCode == "" {
			t.signIn(t.signIns, asked.RoleARN[strings.LastIndexByte(asked.RoleARN, '/')+1:], asked.RoleSessionName, r)
		}
	}},
	{"ConsoleLogin", func(t *collected, r *record) {
		var answered struct{ ConsoleLogin string } // a login that failed has no errorCode
		_ = json.Unmarshal(r.ResponseElements, &answered)
		if parts := strings.Split(r.UserIdentity.ARN, "/"); len(parts) == 3 && r.ErrorCode == "" && answered.ConsoleLogin != "Failure" {
			t.signIn(t.signIns, parts[1], parts[2], r)
		}
	}},
	{"CreateUser", func(t *collected, r *record) {
		if role, session, ok := strings.Cut(r.ServiceEventDetails.EventRequestDetails.UserName, ":"); ok && r.ErrorCode == "" {
			t.signIn(t.provisioned, role, session, r)
		}
	}},
	// Identity Center changes the roles of permission sets by the same calls (its service-linked role may make no others).
	{"PutRolePolicy", changed}, {"DeleteRolePolicy", changed}, {"AttachRolePolicy", changed}, {"DetachRolePolicy", changed},
}

func changed(t *collected, r *record) {
	var asked struct{ RoleName string }
	if json.Unmarshal(r.RequestParameters, &asked) == nil && r.ErrorCode == "" && t.roles[asked.RoleName] {
		t.changed[asked.RoleName] = max(t.changed[asked.RoleName], r.EventTime.Unix())
	}
}

// session is a session of a role.
type session struct{ role, name string }

// collected is what the trail has told so far, the last time of each session.
type collected struct {
	roles                map[string]bool
	signIns, provisioned map[session]int64
	changed              map[string]int64
}

func (t *collected) signIn(into map[session]int64, role, name string, r *record) {
	if s := (session{role, name}); t.roles[role] && name != "" {
		into[s] = max(into[s], r.EventTime.Unix())
	}
}

// Trail reads what the trail tells of sign-ins through roles, given by their names, since a time (CloudTrail
// LookupEvents, which has the last 90 days), or as far back as it can be read in a few minutes: Trail.Since says.
func (s *SignIns) Trail(ctx context.Context, roles []string, since time.Time) (tenancy.Trail, error) {
	t := &collected{map[string]bool{}, map[session]int64{}, map[session]int64{}, map[string]int64{}}
	for _, r := range roles {
		t.roles[r] = true
	}
	back := since.Unix()
	for _, region := range s.regions() {
		for _, kind := range tellings {
			reached, err := s.lookUp(ctx, region, kind, since, t)
			if err != nil {
				return tenancy.Trail{}, failure(err, fmt.Sprintf("look up the %s events of the trail in %s", kind.event, region))
			}
			back = max(back, reached)
		}
	}
	return tenancy.Trail{Since: back, From: day(back), SignIns: sessions(t.signIns), Provisioned: sessions(t.provisioned), Changed: t.changed}, nil
}

// lookUp reads the events of a kind in a Region, and answers how far back it came.
func (s *SignIns) lookUp(ctx context.Context, region string, kind telling, since time.Time, t *collected) (int64, error) {
	oldest := time.Now()
	in := &cloudtrail.LookupEventsInput{StartTime: &since, MaxResults: aws.Int32(50), LookupAttributes: []types.LookupAttribute{
		{AttributeKey: types.LookupAttributeKeyEventName, AttributeValue: &kind.event},
	}}
	for range maxTrailPages {
		out, err := s.trails[region].trail.LookupEvents(ctx, in)
		if err != nil {
			return 0, err
		}
		for _, e := range out.Events {
			oldest = aws.ToTime(e.EventTime)
			r := record{EventTime: oldest}
			if err := json.Unmarshal([]byte(aws.ToString(e.CloudTrailEvent)), &r); err != nil {
				continue // a form that is not known says nothing
			}
			kind.put(t, &r)
		}
		if in.NextToken = out.NextToken; aws.ToString(out.NextToken) == "" {
			return since.Unix(), nil
		}
	}
	return oldest.Unix(), nil
}

func sessions(of map[session]int64) []tenancy.SignIn {
	var all []tenancy.SignIn
	for s, at := range of {
		all = append(all, tenancy.SignIn{Role: s.role, Session: s.name, At: at, Day: day(at)})
	}
	slices.SortFunc(all, func(a, b tenancy.SignIn) int {
		return cmp.Or(strings.Compare(a.Role, b.Role), strings.Compare(a.Session, b.Session))
	})
	return all
}

func day(at int64) string { return time.Unix(at, 0).UTC().Format(time.DateOnly) }
