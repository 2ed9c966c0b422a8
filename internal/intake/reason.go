package intake

// Reason is why an event gave no hint. The set is closed: Reasons has them all.
type Reason string

// Why an event was dropped: it is in order, and there is nothing to do about it.
const (
	Failed       Reason = "failed"        // the call failed: it has an errorCode
	ReadOnly     Reason = "read-only"     // the call only read
	Echo         Reason = "echo"          // a call of QuickSight's API: our own, most likely
	Unrelated    Reason = "unrelated"     // it concerns no person, group or sign-in role
	OtherAccount Reason = "other-account" // it is about sign-in to another account
	TestEvent    Reason = "test-event"    // the test event of the Lambda console
)

// Unknown is no event that was dropped: it is well-formed, could concern people, and nobody here knows what
// it is, or the ids that it should name are not in it. A pass is asked for.
const Unknown Reason = "unknown"

// Why a message was set aside: no event of AWS's looks like this, or it is not meant for us.
const (
	Empty          Reason = "empty"           // the body is empty
	TooLarge       Reason = "too-large"       // it is longer than MaxBody
	NotJSON        Reason = "not-json"        // broken JSON, invalid UTF-8, a NUL, half a surrogate pair
	TooDeep        Reason = "too-deep"        // its values are nested deeper than MaxDepth
	NotAnEvent     Reason = "not-an-event"    // JSON, and not what EventBridge delivers
	DuplicateKey   Reason = "duplicate-key"   // a field that would have been read is there twice
	Spoofed        Reason = "spoofed"         // the source is not AWS's
	ForeignAccount Reason = "foreign-account" // about another AWS account
	ForeignStore   Reason = "foreign-store"   // about another identity store
	MalformedID    Reason = "malformed-id"    // an id is not in the shape of Identity Center's
	WrappedSNS     Reason = "wrapped-sns"     // a message of SNS that holds no event
	WrappedBatch   Reason = "wrapped-batch"   // several events in one message
	WrappedTwice   Reason = "wrapped-twice"   // JSON in a JSON string
	Compressed     Reason = "compressed"      // gzip, or gzip in base64
)

// reasons has every Reason, and what can be done about those of a message that was set aside.
var reasons = []struct {
	reason Reason
	poison bool
	hint   string
}{
	{Failed, false, ""}, {ReadOnly, false, ""}, {Echo, false, ""}, {Unrelated, false, ""}, {OtherAccount, false, ""}, {TestEvent, false, ""},
	{Unknown, false, ""},
	{Empty, true, "the rule's target must be the queue itself, and its input the matched event"},
	{TooLarge, true, "no event of these sources is so large: who else may send to this queue?"},
	{NotJSON, true, "the rule's target must be the queue itself, without an input transformer"},
	{TooDeep, true, "no event of these sources is so deep: who else may send to this queue?"},
	{NotAnEvent, true, "the rule's target must be the queue itself, and its input the matched event"},
	{DuplicateKey, true, "AWS does not write a field twice: who else may send to this queue?"},
	{Spoofed, true, "no source of AWS's: match the source in the rule, as deploy/events does, and let only EventBridge send to the queue"},
	{ForeignAccount, true, "compare quicksight.account_id with the account whose bus the rule is on"},
	{ForeignStore, true, "compare identity_center.identity_store_id with the events"},
	{MalformedID, true, "AWS writes no such id: who else may send to this queue?"},
	{WrappedSNS, true, "an SNS subscription that wraps: turn on raw message delivery"},
	{WrappedBatch, true, "one message must be one event: send from the rule to the queue directly, or turn on raw message delivery"},
	{WrappedTwice, true, "the event is JSON text within JSON: send it as it is, or turn on raw message delivery"},
	{Compressed, true, "the event is compressed: send it as it is, from the rule to the queue directly"},
}

// Reasons answers every Reason there is, in a fixed order.
func Reasons() []Reason {
	all := make([]Reason, 0, len(reasons))
	for _, r := range reasons {
		all = append(all, r.reason)
	}
	return all
}

// Poison reports whether a message is set aside for this reason.
func (r Reason) Poison() bool {
	for _, known := range reasons {
		if known.reason == r {
			return known.poison
		}
	}
	return false
}

// Hint is what a person can do about messages that are set aside for this reason.
func (r Reason) Hint() string {
	for _, known := range reasons {
		if known.reason == r {
			return known.hint
		}
	}
	return ""
}
