package awsapi_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var notYours = wire.Errorf(400, "AccessDeniedException", "not authorized")

// withSets adds permission sets to a world, the last of which is assigned to n people and a group.
func withSets(n int) func(*world.Seed) {
	return func(seed *world.Seed) {
		last := world.PermissionSetSeed{Name: "QS", InlinePolicy: `{"Version":"2012-10-17","Statement":[]}`, Assignments: []world.AssignmentSeed{{Group: "all"}}}
		for i := range n {
			name := fmt.Sprintf("person%03d", i)
			seed.IdentityCenter.Users = append(seed.IdentityCenter.Users, world.Person{UserName: name})
			last.Assignments = append(last.Assignments, world.AssignmentSeed{User: name})
		}
		seed.IdentityCenter.Groups = append(seed.IdentityCenter.Groups, world.DirectoryGroupSeed{DisplayName: "all"})
		seed.PermissionSets = []world.PermissionSetSeed{{Name: "Other", Assignments: []world.AssignmentSeed{{User: "person000"}}}, last}
	}
}

// TestAssigned: everybody who is assigned, on however many pages, to the set of that name and no other.
func TestAssigned(t *testing.T) { synctest.Test(t, testAssigned) }

func testAssigned(t *testing.T) {
	r := newRig(t, withSets(230))
	s := awsapi.NewSignIns(r.AWS)
	of, err := s.Assigned(context.Background(), "QS")
	if err != nil || len(of.People) != 230 || len(of.Groups) != 1 || !slices.IsSorted(of.People) || of.Inline == nil || *of.Inline == "" || of.PermissionSet == "" {
		t.Errorf("%d people, %d groups, %+v, %v", len(of.People), len(of.Groups), of.Inline, err)
	}
	if of, err := s.Assigned(context.Background(), "Other"); err != nil || len(of.People) != 1 || of.Inline == nil || *of.Inline != "" {
		t.Errorf("%+v, %v", of, err)
	}
	if _, err := s.Assigned(context.Background(), "Nothing"); !errors.Is(err, plan.ErrNotFound) {
		t.Errorf("of a permission set that is not there: %v", err)
	}
}

// TestAssignedWhereItIsDenied: who is denied what is said, and that one document is missing keeps nobody from the rest.
func TestAssignedWhereItIsDenied(t *testing.T) { synctest.Test(t, testAssignedWhereItIsDenied) }

func testAssignedWhereItIsDenied(t *testing.T) {
	r := newRig(t, withSets(2))
	s := awsapi.NewSignIns(r.AWS)
	for _, call := range []string{"ListInstances", "ListPermissionSetsProvisionedToAccount", "DescribePermissionSet", "ListAccountAssignments"} {
		r.fault = awssim.FailBefore("sso:"+call, notYours)
		_, err := s.Assigned(context.Background(), "QS")
		var denied *awsapi.DeniedError
		if !errors.Is(err, plan.ErrDenied) || !errors.As(err, &denied) || denied.Action != "sso:"+call {
			t.Errorf("%s: %v", call, err)
		}
	}
	r.fault = awssim.FailBefore("sso:GetInlinePolicyForPermissionSet", notYours)
	if of, err := s.Assigned(context.Background(), "QS"); err != nil || of.Inline != nil || len(of.People) != 2 {
		t.Errorf("%+v, %v", of, err)
	}
	// Credentials that are no longer accepted are no denial of one call: nothing more can be read.
	r.fault = awssim.FailBefore("sso:GetInlinePolicyForPermissionSet", awssim.ExpiredToken())
	if _, err := s.Assigned(context.Background(), "QS"); !errors.Is(err, plan.ErrCredentials) {
		t.Errorf("with credentials that have expired: %v", err)
	}
}

// trailEvent is an event of the trail, some minutes ago.
func trailEvent(name string, minutesAgo int, rest string) string {
	at := time.Now().Add(-time.Duration(minutesAgo) * time.Minute).UTC().Format(time.RFC3339)
	return fmt.Sprintf(`{"eventVersion": "1.10", "eventID": "%s-%d", "eventName": %q, "eventSource": "x.amazonaws.com", "awsRegion": "us-east-1", "recipientAccountId": "111122223333", "eventTime": %q, %s}`, name, minutesAgo, name, at, rest)
}

func signedInAs(role, session string) string {
	return fmt.Sprintf(`"requestParameters": {"roleArn": "arn:aws:iam::111122223333:role/%s", "roleSessionName": %q}`, role, session)
}

func provisionedAs(user string) string {
	return fmt.Sprintf(`"serviceEventDetails": {"eventRequestDetails": {"userName": %q}}`, user)
}

// TestTrail: the last sign-in of each session of the roles that are asked about, whom QuickSight has registered, and when
// the policies of the roles were changed. What failed, what is another role's, and what is of no form that is known, is not.
func TestTrail(t *testing.T) { synctest.Test(t, testTrail) }

func testTrail(t *testing.T) {
	failed := `, "errorCode": "AccessDenied"`
	events := []string{
		trailEvent("AssumeRoleWithSAML", 90, signedInAs("QuickSight", "ana")),
		trailEvent("AssumeRoleWithSAML", 80, signedInAs("path/QuickSight", "ben")),
		trailEvent("AssumeRoleWithSAML", 70, signedInAs("Other", "cleo")),
		trailEvent("AssumeRoleWithSAML", 60, signedInAs("QuickSight", "dora")+failed),
		trailEvent("AssumeRoleWithSAML", 59, `"requestParameters": null`),
		trailEvent("AssumeRoleWithSAML", 57, `"requestParameters": {"roleArn": 7}`),
		trailEvent("ConsoleLogin", 50, `"userIdentity": {"arn": "arn:aws:sts::111122223333:assumed-role/QuickSight/emil"}, "responseElements": {"ConsoleLogin": "Success"}`),
		trailEvent("ConsoleLogin", 49, `"userIdentity": {"arn": "arn:aws:sts::111122223333:assumed-role/QuickSight/finn"}, "responseElements": {"ConsoleLogin": "Failure"}`),
		trailEvent("ConsoleLogin", 48, `"userIdentity": {"arn": "arn:aws:iam::111122223333:root"}`),
		trailEvent("CreateUser", 40, provisionedAs("QuickSight:gita")),
		trailEvent("CreateUser", 39, provisionedAs("QuickSight:hugo")+failed),
		trailEvent("CreateUser", 38, provisionedAs("Other:iris")),
		trailEvent("CreateUser", 37, provisionedAs("judy")),
		trailEvent("PutRolePolicy", 30, `"requestParameters": {"roleName": "QuickSight"}`),
		trailEvent("PutRolePolicy", 20, `"requestParameters": {"roleName": "QuickSight"}`+failed),
		trailEvent("DetachRolePolicy", 10, `"requestParameters": {"roleName": "Other"}`),
		trailEvent("AssumeRoleWithSAML", 5, signedInAs("QuickSight", "ana")),
	}
	r := newRig(t, func(seed *world.Seed) { seed.Behaviour.Trail, seed.History = &world.Trail{}, events })
	since := time.Now().Add(-85 * time.Minute)
	trail, err := awsapi.NewSignIns(r.AWS).Trail(context.Background(), []string{"QuickSight"}, since)
	if err != nil {
		t.Fatal(err)
	}
	if have := sessionsOf(trail.SignIns); !slices.Equal(have, []string{"ana 5", "ben 80", "emil 50"}) {
		t.Errorf("signed in are %v", have)
	}
	if have := sessionsOf(trail.Provisioned); !slices.Equal(have, []string{"gita 40"}) {
		t.Errorf("provisioned are %v", have)
	}
	if len(trail.Changed) != 1 || minutesAgo(trail.Changed["QuickSight"]) != 30 {
		t.Errorf("changed are %v", trail.Changed)
	}
	if trail.Since != since.Unix() || trail.From != since.UTC().Format(time.DateOnly) {
		t.Errorf("it was read since %d, %s", trail.Since, trail.From)
	}
}

func sessionsOf(all []tenancy.SignIn) (names []string) {
	for _, s := range all {
		names = append(names, fmt.Sprintf("%s %d", s.Session, minutesAgo(s.At)))
	}
	return names
}

func minutesAgo(at int64) int {
	return int((time.Since(time.Unix(at, 0)) + 30*time.Second) / time.Minute)
}

// TestTrailOfManyPages: of as many pages as are read, and where there are more, since when it was read is said.
func TestTrailOfManyPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		manyPages(t, 120)
		manyPages(t, 50*pagesRead+25)
	})
}

// pagesRead is how many pages of a kind of event are read.
const pagesRead = 150

func manyPages(t *testing.T, n int) {
	t.Helper()
	var events []string
	for i := range n {
		events = append(events, trailEvent("AssumeRoleWithSAML", n-i, signedInAs("QuickSight", fmt.Sprintf("s%05d", i))))
	}
	r := newRig(t, func(seed *world.Seed) { seed.Behaviour.Trail, seed.History = &world.Trail{}, events })
	now, since := time.Now(), time.Now().Add(-30*24*time.Hour)
	trail, err := awsapi.NewSignIns(r.AWS).Trail(context.Background(), []string{"QuickSight"}, since)
	if err != nil || len(trail.SignIns) != min(n, 50*pagesRead) {
		t.Errorf("of %d sign-ins %d were read, %v", n, len(trail.SignIns), err)
	}
	want := since.Unix()
	if n > 50*pagesRead {
		want = now.Add(-50 * pagesRead * time.Minute).Unix()
	}
	if trail.Since != want {
		t.Errorf("of %d sign-ins: read since %d, and not %d", n, trail.Since, want)
	}
}

func TestTrailDenied(t *testing.T) {
	r := newRig(t, func(seed *world.Seed) { seed.Behaviour.Trail = &world.Trail{} })
	r.fault = awssim.FailBefore("cloudtrail:LookupEvents", notYours)
	var denied *awsapi.DeniedError
	if _, err := awsapi.NewSignIns(r.AWS).Trail(context.Background(), nil, time.Now()); !errors.As(err, &denied) || denied.Action != "cloudtrail:LookupEvents" {
		t.Errorf("%v", err)
	}
}
