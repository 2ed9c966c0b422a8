//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Trails lists the trails that are seen in a Region, sorted by ARN, those of other Regions that reach into it and those of the
// organization among them (CloudTrail DescribeTrails, GetTrailStatus, GetEventSelectors). One of which it could not be read
// whether it logs is left out, and is the error.
func (s *Surroundings) Trails(ctx context.Context, region string) ([]tenancy.EventTrail, error) {
	var all []tenancy.EventTrail
	var errs []error
	for _, w := range s.sides(region) {
		out, err := w.trail.DescribeTrails(ctx, &cloudtrail.DescribeTrailsInput{IncludeShadowTrails: aws.Bool(true)})
		if err != nil {
			errs = append(errs, failure(err, "list the trails of "+region))
			continue
		}
		for _, t := range out.TrailList {
			trail, err := w.eventTrail(ctx, t)
			if err != nil {
				errs = append(errs, err)
				continue
			}
			all = append(all, trail)
		}
	}
	return byARN(all, func(t tenancy.EventTrail) string { return t.ARN }), errors.Join(errs...)
}

// eventTrail asks whether a trail logs, and what. It is named by its ARN, as a shadow trail and one of the organization must be
// (CloudTrail API reference, GetTrailStatus).
func (w watch) eventTrail(ctx context.Context, t types.Trail) (tenancy.EventTrail, error) {
	trail := tenancy.EventTrail{
		Name: aws.ToString(t.Name), ARN: aws.ToString(t.TrailARN), Home: aws.ToString(t.HomeRegion),
		MultiRegion: aws.ToBool(t.IsMultiRegionTrail), Organization: aws.ToBool(t.IsOrganizationTrail),
	}
	status, err := w.trail.GetTrailStatus(ctx, &cloudtrail.GetTrailStatusInput{Name: t.TrailARN})
	if err != nil {
		return trail, failure(err, fmt.Sprintf("read whether the trail %s logs", trail.ARN))
	}
	trail.Logging = aws.ToBool(status.IsLogging)
	selected, err := w.trail.GetEventSelectors(ctx, &cloudtrail.GetEventSelectorsInput{TrailName: t.TrailARN})
	if err != nil {
		return trail, failure(err, fmt.Sprintf("read what the trail %s logs", trail.ARN))
	}
	trail.Writes, trail.Partly = writes(selected)
	return trail, nil
}

// writes reports whether a trail logs management events that write, and whether its selectors leave some of them out. What is
// left out of QuickSight's, IAM's and Identity Center's, they can only say with advanced selectors (CloudTrail API reference,
// EventSelector and AdvancedFieldSelector).
func writes(out *cloudtrail.GetEventSelectorsOutput) (some, partly bool) {
	whole := false
	for _, e := range out.EventSelectors {
		if e.IncludeManagementEvents == nil || *e.IncludeManagementEvents {
			whole = whole || e.ReadWriteType != types.ReadWriteTypeReadOnly
		}
	}
	for _, e := range out.AdvancedEventSelectors {
		management, written, others := advanced(e)
		some = some || management && written
		whole = whole || management && written && !others
	}
	return some || whole, some && !whole
}

// advanced reads an advanced selector: whether it selects management events, those that write, and whether it asks for more of
// them than that, but for the two services that every selector may leave out.
func advanced(e types.AdvancedEventSelector) (management, written, others bool) {
	written = true
	for _, f := range e.FieldSelectors {
		switch aws.ToString(f.Field) {
		case "eventCategory":
			management = slices.Contains(f.Equals, "Management")
		case "readOnly":
			written = slices.Contains(f.Equals, "false")
		case "eventSource":
			for _, source := range f.NotEquals {
				others = others || source != "kms.amazonaws.com" && source != "rdsdata.amazonaws.com"
			}
			others = others || len(f.NotEquals) == 0
		default:
			others = true
		}
	}
	return management, written, others
}

// scimSource is the event source of SCIM's calls (IAM Identity Center user guide, "Logging IAM Identity Center SCIM API calls
// with AWS CloudTrail").
const scimSource = "identitystore-scim.amazonaws.com"

// Provisioned reads when SCIM last wrote to the identity store, as far back as days (CloudTrail LookupEvents, which has 90 of
// them). Where it is recorded in an account that these credentials are not of, the error is an *UnseenError.
func (s *Surroundings) Provisioned(ctx context.Context, days int) (tenancy.Provisioning, error) {
	const doing = "read when SCIM last wrote"
	side, unseen, err := s.storeSide(ctx, doing)
	if err != nil {
		return tenancy.Provisioning{}, err
	}
	p := tenancy.Provisioning{Days: min(days, 90)}
	in := &cloudtrail.LookupEventsInput{
		StartTime: aws.Time(time.Now().AddDate(0, 0, -p.Days)), MaxResults: aws.Int32(50),
		LookupAttributes: []types.LookupAttribute{{AttributeKey: types.LookupAttributeKeyEventSource, AttributeValue: aws.String(scimSource)}},
	}
	get := func(ctx context.Context, token *string) (page[types.Event], error) {
		in.NextToken = token
		out, err := side.past.trail.LookupEvents(ctx, in)
		if err != nil {
			return page[types.Event]{}, err
		}
		return page[types.Event]{out.Events, out.NextToken}, nil
	}
	err = walk(ctx, get, func() {}, func(events []types.Event) bool { // the newest come first
		i := slices.IndexFunc(events, wrote)
		if i >= 0 {
			p.Last = aws.ToTime(events[i].EventTime).Unix()
		}
		return i < 0
	})
	if err != nil {
		return tenancy.Provisioning{}, failure(err, doing)
	}
	if p.Last == 0 && unseen != nil {
		return tenancy.Provisioning{}, unseen
	}
	return p, nil
}

// storeSide is the side that sees the account of the identity store. Where it is not known whose that is, it is the one that is
// likely, and unseen is what an empty list means.
func (s *Surroundings) storeSide(ctx context.Context, doing string) (found watch, unseen, err error) {
	center, region := s.center.in(s.aws.storeIn), s.aws.storeIn
	owner, why := s.owner(ctx)
	if owner == "" {
		return center, errors.Join(&UnseenError{What: doing}, why), nil
	}
	account, err := s.center.account(ctx)
	if err != nil || account == owner {
		return center, nil, err
	}
	if account, err = s.home.account(ctx); err != nil || account == owner {
		return s.home.in(region), nil, err
	}
	return center, nil, &UnseenError{What: doing, Account: owner}
}

// wrote reports whether an event is a call that wrote, and did not fail.
func wrote(e types.Event) bool {
	var r struct {
		ErrorCode string `json:"errorCode"`
	}
	if json.Unmarshal([]byte(aws.ToString(e.CloudTrailEvent)), &r) != nil {
		return false // a form that is not known says nothing
	}
	return aws.ToString(e.ReadOnly) == "false" && r.ErrorCode == ""
}
