package tenancy

// What stands around QuickSight, and must be in order for tenantry to do its work: nobody reads it but the doctor and the
// audit of a day. Durations are in seconds, times in seconds since 1970.

// EventTrail is a trail of CloudTrail's. Without one that logs, EventBridge is told of no API call (EventBridge user guide,
// "AWS service events delivered via AWS CloudTrail").
type EventTrail struct {
	Name, ARN   string
	Home        string // its home Region
	MultiRegion bool
	// Organization says that it is one of the whole organization: it tells of this account too, whoever owns it.
	Organization bool
	Logging      bool
	// Writes says that it logs management events that write, and Partly that it leaves some of them out.
	Writes, Partly bool
}

// EventPlace is an account and a Region in which something happens that tenantry must be told of, by a trail and by rules
// of that very account and Region.
type EventPlace struct {
	Account AccountID // "" where AWS does not tell whose the identity store is
	Region  string
	// Tells says what happens there.
	Tells Telling
	// Seen says that there are credentials of that account: without them nothing of it can be read.
	Seen bool
}

// Telling is what events tell of.
type Telling string

// What events tell of: sign-ups in QuickSight, IAM roles, and the identity store with its permission sets.
const (
	TellsQuickSight Telling = "quicksight"
	TellsRoles      Telling = "roles"
	TellsDirectory  Telling = "directory"
)

// EventRule is a rule of EventBridge's.
type EventRule struct {
	Name, ARN string
	Bus       string // "default", or another's name
	Region    string
	Enabled   bool
	Pattern   string // JSON; "" for a schedule
	Schedule  string // such as "rate(15 minutes)", "" for none
	Targets   []RuleTarget
}

// RuleTarget is where a rule sends what it matches.
type RuleTarget struct {
	ID, ARN string
	// Altered says that it sends something else than the event as it is: an input, an input path, or a transformer.
	Altered bool
	// DeadLetters is the ARN of the queue for what cannot be delivered, "" for none.
	DeadLetters string
}

// EventQueue is a queue of SQS's as it is set up.
type EventQueue struct {
	URL, ARN  string
	Policy    string // JSON, "" for none
	Encrypted bool
	// Key is the KMS key that it is encrypted with, "" for SQS's own. EventBridge cannot send to a queue with the key
	// alias/aws/sqs, whose policy nobody can change (SQS developer guide, "Key management").
	Key         string
	DeadLetters string // the ARN of its dead-letter queue, "" for none
	MaxReceives int    // before a message goes there
	Visibility  int64
	Retention   int64
	// Waiting and InFlight are how it stands, as far as SQS tells (approximate numbers).
	Waiting, InFlight int
}

// Quota is how much of something an account has, and may have.
type Quota struct {
	What string // "namespaces", "roles", "permission sets", "permission sets of the account"
	Used int
	Most int // 0 where AWS does not tell and nobody has said
	// Default says that Most is what AWS documents for every account, and that this one may have been given more.
	Default bool
}

// Provisioning is what the trail tells of SCIM: when it last wrote, 0 for never within the days that were read.
type Provisioning struct {
	Last int64
	Days int // how far back was read
}
