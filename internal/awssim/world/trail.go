package world

// Activity is a call of an API, as CloudTrail tells of it. Names of people and groups are hidden in it
// already, as AWS hides them.
type Activity struct {
	Source       string         // "identitystore.amazonaws.com"
	Name         string         // "CreateGroupMembership"
	Region       string         // where it happened
	ReadOnly     bool           //
	Identity     map[string]any // userIdentity; nil: the caller's, as an assumed role
	Request      map[string]any // requestParameters; nil for null
	Response     map[string]any // responseElements; nil for null
	ErrorCode    string         // of a call that failed
	ErrorMessage string
	Service      map[string]any // serviceEventDetails: it is no call but an event of the service itself
}

// Happened puts an activity on the trail. The lock must be held.
func (w *World) Happened(a Activity) {}
