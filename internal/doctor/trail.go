package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ofTrail is the check about CloudTrail.
var ofTrail = []Check{{
	Name: "trail",
	Looks: "Whether a trail logs the management events that write, in each account and Region whose events tenantry hears: the identity store's, QuickSight's identity Region, " +
		"and the one of IAM. An organization's trail will do. Where the identity store is another account's, its own trails are not seen from here.",
	Why:   "EventBridge is told of no API call without a trail that logs: who joins or leaves a group is seen by the next pass only.",
	Mend:  "Make a trail of all Regions, or start its logging.",
	After: []string{"account"},
	Judge: judgeTrail,
}}

func judgeTrail(f *Facts) (string, []Trouble) {
	all := f.unread(Places)
	for _, p := range f.Places {
		t := f.told(p)
		// What is wrong with one trail, or with one account, is told once, however many places it is of.
		if t != nil && !slices.ContainsFunc(all, func(o Trouble) bool { return o.Object == t.Object }) {
			all = append(all, *t)
		}
	}
	return "a trail logs what writes, in " + strings.Join(f.regions(), ", "), all
}

// told is what is wrong with the trails of a place, nil for nothing.
func (f *Facts) told(p tenancy.EventPlace) *Trouble {
	var asleep, blind, partly *tenancy.EventTrail
	for i := range f.Trails[p.Region] {
		switch t := &f.Trails[p.Region][i]; {
		case !t.Organization && p.Account != "" && accountOf(t.ARN) != p.Account:
		case t.Home != p.Region && !t.MultiRegion:
		case t.Logging && t.Writes && !t.Partly:
			return nil
		case t.Logging && t.Writes:
			partly = t
		case t.Logging:
			blind = t
		default:
			asleep = t
		}
	}
	if t := f.dull(p, asleep, blind, partly); t != nil {
		return t
	}
	if all := f.unread(Trails.In(p.Region)); all != nil {
		return &all[0]
	}
	if !p.Seen {
		return unseen(p, "trail", "a trail logs there", fmt.Sprintf("aws cloudtrail describe-trails --region %s", p.Region))
	}
	return &Trouble{Red, "no trail in " + p.Region, fmt.Sprintf("no trail logs in %s, where %s", p.Region, tells[p.Tells]), f.makeTrail()}
}

// dull is what is wrong with the trail that comes nearest, nil where there is none.
func (f *Facts) dull(p tenancy.EventPlace, asleep, blind, partly *tenancy.EventTrail) *Trouble {
	best := cmp.Or(partly, asleep, blind)
	if best == nil {
		return nil
	}
	t := &Trouble{Level: Red, Object: best.ARN}
	selectors := fmt.Sprintf("aws cloudtrail put-event-selectors --region %s --trail-name %s --event-selectors %s", best.Home, best.ARN,
		tenancy.ShellQuote(`[{"ReadWriteType":"All","IncludeManagementEvents":true}]`))
	switch best {
	case partly:
		t.Level = Amber
		t.Seen = fmt.Sprintf("the trail %s leaves some of the management events out that write, and no other logs them in %s", tenancy.Word(best.Name), p.Region)
		t.Mend = selectors
	case asleep:
		t.Seen = fmt.Sprintf("the trail %s does not log, and no other does in %s, where %s", tenancy.Word(best.Name), p.Region, tells[p.Tells])
		t.Mend = fmt.Sprintf("aws cloudtrail start-logging --region %s --name %s", best.Home, best.ARN)
	default:
		t.Seen = fmt.Sprintf("the trail %s does not log the management events that write, and no other does in %s, where %s", tenancy.Word(best.Name), p.Region, tells[p.Tells])
		t.Mend = selectors
	}
	return t
}

// tells says what happens in a place.
var tells = map[tenancy.Telling]string{
	tenancy.TellsDirectory:  "the directory changes",
	tenancy.TellsQuickSight: "QuickSight registers people by itself",
	tenancy.TellsRoles:      "sign-in roles come about",
}

// accountOf is the account in an ARN.
func accountOf(arn string) tenancy.AccountID {
	if parts := strings.SplitN(arn, ":", 6); len(parts) == 6 {
		return tenancy.AccountID(parts[4])
	}
	return ""
}

// unseen is the trouble about a place of which there are no credentials: somebody has to look there, and say so.
func unseen(p tenancy.EventPlace, check, so, command string) *Trouble {
	object := "account " + string(cmp.Or(p.Account, "of the identity store"))
	return &Trouble{
		Amber, object, fmt.Sprintf("it is in the %s that %s, and it cannot be seen from here whether %s", object, tells[p.Tells], so),
		"see with credentials of that account:\n" + command + "\n" + accepting(check, object),
	}
}

// accepting is the edit that says that somebody has looked.
func accepting(check, object string) string {
	return fmt.Sprintf(`and when it is so, write under accept: {code: %s, object: "%s", because: …, until: …}`, check, object)
}

// makeTrail are the commands that make a trail of all Regions, with a bucket of its own that CloudTrail may write to
// (CloudTrail user guide, "Amazon S3 bucket policy for CloudTrail").
func (f *Facts) makeTrail() string {
	bucket := "tenantry-trail-" + string(f.Account)
	trail := fmt.Sprintf("arn:%s:cloudtrail:%s:%s:trail/tenantry", f.Partition(), f.IdentityRegion, f.Account)
	where := ""
	if f.IdentityRegion != "us-east-1" { // S3 API reference, CreateBucket: it is what holds without a constraint
		where = " --create-bucket-configuration LocationConstraint=" + f.IdentityRegion
	}
	policy := fmt.Sprintf(`{"Version":"2012-10-17","Statement":[`+
		`{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:%[1]s:s3:::%[2]s","Condition":{"StringEquals":{"aws:SourceArn":"%[3]s"}}},`+
		`{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:%[1]s:s3:::%[2]s/AWSLogs/%[4]s/*","Condition":{"StringEquals":{"aws:SourceArn":"%[3]s","s3:x-amz-acl":"bucket-owner-full-control"}}}]}`,
		f.Partition(), bucket, trail, f.Account)
	return strings.Join([]string{
		"where the organization has a trail, let it log this account; otherwise make one:",
		fmt.Sprintf("aws s3api create-bucket --region %s --bucket %s%s", f.IdentityRegion, bucket, where),
		fmt.Sprintf("aws s3api put-bucket-policy --region %s --bucket %s --policy %s", f.IdentityRegion, bucket, tenancy.ShellQuote(policy)),
		fmt.Sprintf("aws cloudtrail create-trail --region %s --name tenantry --s3-bucket-name %s --is-multi-region-trail", f.IdentityRegion, bucket),
		fmt.Sprintf("aws cloudtrail start-logging --region %s --name tenantry", f.IdentityRegion),
	}, "\n")
}
