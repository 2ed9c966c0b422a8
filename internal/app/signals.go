package app

// Line is the message of a log line on which an alarm stands. Lines are JSON: serve has the message as "msg", the Lambda
// functions as "message". A line is never worded anew: metric filters look for it.
type Line string

// The lines.
const (
	LinePass      Line = "pass complete"
	LineAudit     Line = "audit complete"
	LineKept      Line = "audit kept"
	LineDenied    Line = "a sign-in was denied"
	LineInDefault Line = "just-in-time provisioning registered somebody in default"
	LineBrake     Line = "the brake is pulled"
	LineForeign   Line = "a write to QuickSight that is not in the journal"
)

// The fields of lines on which alarms stand.
const (
	FieldHolds          = "holds"            // of LinePass: what waits for a person
	FieldHeldWithAccess = "held_with_access" // of LinePass: of them, those by which somebody has had an access for 15 min or more that they should not have
	FieldInDefault      = "in_default"       // of LinePass: people of tenants who are users of default
	FieldCritical       = "critical"         // of LineAudit: findings
)

// Signal is what an alarm stands on.
type Signal struct {
	// Alarm is its name, and the anchor of its section in docs/runbook.md.
	Alarm string
	// Pages says that it wakes somebody; another one makes a ticket.
	Pages bool
	// Line is the log line that it stands on, "" where it stands on a metric of AWS's own.
	Line Line
	// Field is the number in the line that must not be above 0; "" where the line itself is the news, or its absence.
	Field string
	// Metric is what it stands on for whoever scrapes tenantry serve, as Prometheus has it, or AWS's own metric.
	Metric string
}

// Signals are all alarms there are, those that page first. What deploys them and the runbook are held to it by tests.
var Signals = []Signal{
	{"no-complete-pass", true, LinePass, "", "tenantry_last_pass_timestamp_seconds"},
	{"critical-finding", true, LineAudit, FieldCritical, ""},
	{"access-held", true, LinePass, FieldHeldWithAccess, "tenantry_held_with_access"},
	{"denied-sign-ins", true, LineDenied, "", "tenantry_denied_sign_ins_total"},
	{"dead-letters", false, "", "", "AWS/SQS ApproximateNumberOfMessagesVisible"},
	{"holds", false, LinePass, FieldHolds, "tenantry_holds"},
	{"in-default", false, LineInDefault, "", "tenantry_in_default"},
	{"no-directory-event", false, "", "", "AWS/Events MatchedEvents"},
	{"no-audit", false, LineKept, "", ""},
	{"brake", false, LineBrake, "", "tenantry_brake"},
	{"foreign-write", false, LineForeign, "", "tenantry_foreign_writes_total"},
}
