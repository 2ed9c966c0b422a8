package doctor

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Facts are all that was read, and what the configuration says about it. What was asked for and could not be read is in Unread
// under its source; the field is then the zero value.
type Facts struct {
	// By configuration.
	Account        tenancy.AccountID
	IdentityRegion string
	AssetRegions   []string
	Store          tenancy.StoreID
	StoreRegion    string
	// SignInRole and PermissionSet say how people sign in: one of them is set, and may hold {namespace}.
	SignInRole, PermissionSet string
	QueueURL                  string // "" for none
	QueueRegion               string
	Journal                   string // where it is kept: memory, sqlite:PATH or dynamodb:TABLE
	NamespaceQuota            int    // how many the account may have
	// SuspendWith is the profile of leavers.suspend_with, "" for none, and RegisterWith those of custom_permissions, sorted.
	SuspendWith  string
	RegisterWith []string
	Accepted     []Accepted

	// As it was asked for.
	For    policy.Purpose
	Lambda bool // what runs is the two functions of AWS Lambda, and not tenantry serve

	// As it was read.
	Caller       tenancy.Account
	Places       []tenancy.EventPlace // sorted; see tenancy.EventPlace
	Quotas       []tenancy.Quota
	Trails       map[string][]tenancy.EventTrail // by the Region in which they were looked for
	Rules        []tenancy.EventRule             // whose target is the queue, or that stand where something happens
	Queue        tenancy.EventQueue
	DeadLetters  tenancy.EventQueue
	Have, Want   tenancy.State
	Held         []tenancy.Hold
	SignIn       []SignInRole // the sign-in roles that there are, sorted
	Provisioning tenancy.Provisioning
	Profiles     []tenancy.Profile // of custom permissions; read where the configuration names any
	Skew         int64             // seconds by which AWS's clock is ahead, or behind where it is negative
	Table        string            // what is wrong with the journal's table, "" for nothing
	Rights       Rights
	// Probed are what tenantry doctor --probe has left behind, or makes just now, each in words; see Leftover.
	Probed []string

	Unread map[Source]Unread
}

// SignInRole is a role through which tenants' people sign in.
type SignInRole struct {
	Role    tenancy.RoleARN
	Tenants []tenancy.Namespace
	// Identity is what was read of it, nil for nothing.
	Identity *tenancy.Identity
}

// Source is something that is read.
type Source string

// The sources. Those of a Region have its name behind them.
const (
	Caller       Source = "whose the credentials are"
	Subscription Source = "the QuickSight subscription"
	Directory    Source = "the identity store"
	Places       Source = "where events are told"
	Namespaces   Source = "the namespaces and the directory"
	Quotas       Source = "the quotas"
	Trails       Source = "the trails in "
	Rules        Source = "the rules of EventBridge in "
	Queue        Source = "the queue"
	DeadLetters  Source = "the dead-letter queue"
	Identities   Source = "the roles of IAM"
	Profiles     Source = "the profiles of custom permissions"
	SCIM         Source = "what the trail tells of SCIM"
	Clock        Source = "the clock of AWS"
	Table        Source = "the table of the journal"
	Simulation   Source = "what IAM says of these rights"
)

// In is the source of a Region.
func (s Source) In(region string) Source { return s + Source(region) }

// Unread is why something could not be read.
type Unread struct {
	Why  string
	Mend string // such as the action of IAM that is missing
	// Absent says that it is not there: that is no want of rights.
	Absent bool
	// Elsewhere is the Region that AWS names for the account's users, "" where that is not why.
	Elsewhere string
}

// unread is the trouble about a source that could not be read, none where it could.
func (f *Facts) unread(s Source) []Trouble {
	u, failed := f.Unread[s]
	if !failed {
		return nil
	}
	return []Trouble{{Amber, string(s), fmt.Sprintf("%s could not be read: %s", s, u.Why), u.Mend}}
}

// regions are those in which something happens that tenantry is told of, sorted.
func (f *Facts) regions() []string {
	var all []string
	for _, p := range f.Places {
		all = append(all, p.Region)
	}
	slices.Sort(all)
	return slices.Compact(all)
}

// Partition is the partition of AWS that the account is in.
func (f *Facts) Partition() string {
	switch {
	case strings.HasPrefix(f.IdentityRegion, "us-gov-"):
		return "aws-us-gov"
	case strings.HasPrefix(f.IdentityRegion, "cn-"):
		return "aws-cn"
	}
	return "aws"
}

// queueAccount and queueName are of the queue's URL, whose path they are.
func (f *Facts) queueAccount() tenancy.AccountID {
	parts := strings.Split(f.QueueURL, "/")
	return tenancy.AccountID(parts[max(0, len(parts)-2)])
}

func (f *Facts) queueName() string { return f.QueueURL[strings.LastIndexByte(f.QueueURL, '/')+1:] }

// QueueARN is the queue's, as it was read or as its URL says.
func (f *Facts) QueueARN() string {
	if f.QueueURL == "" || f.Queue.ARN != "" {
		return f.Queue.ARN
	}
	return fmt.Sprintf("arn:%s:sqs:%s:%s:%s", f.Partition(), f.QueueRegion, f.queueAccount(), f.queueName())
}
