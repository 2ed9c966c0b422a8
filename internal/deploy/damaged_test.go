package deploy

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// damagedFolder is the variable of the environment that names a copy of deploy, which is looked at instead of it.
const damagedFolder = "TENANTRY_DAMAGED_DEPLOY"

// damage is what becomes of a file of deploy when somebody edits it in a hurry. The first place of a text is meant.
type damage struct {
	what     string
	file     string
	was, is  string
	behind   string // where the text stands behind another one
	foundBy  string // the test that refuses it
	promised string // what it would break
}

var damages = []damage{
	{"a deny that is dropped", "tenantry.yaml", "Effect: Deny", "Effect: Allow", "Sid: NothingInDefault\n", "TestRolesMayDoWhatIsPrinted", "S3"},
	{"a right that is not printed", "tenantry.yaml", "- quicksight:RegisterUser\n", "- quicksight:RegisterUser\n                  - quicksight:DeleteNamespace\n", "Sid: RegisterThroughSignInRoles\n", "TestRolesMayDoWhatIsPrinted", "T10"},
	{"a pin that is dropped", "tenantry.yaml", "quicksight:IamArn", "aws:PrincipalArn", "Sid: RegisterThroughSignInRoles\n", "TestRolesMayDoWhatIsPrinted", "T10"},
	{"a managed policy besides", "tenantry.yaml", "Description: tenantry serves, in", "ManagedPolicyArns: ['arn:aws:iam::aws:policy/AdministratorAccess']\n      Description: tenantry serves, in", "", "TestNobodyMayDoMore", "T10"},
	{"a policy besides", "tenantry.yaml", "Resources:\n", "Resources:\n\n  More:\n    Type: AWS::IAM::Policy\n    Properties: {PolicyName: more}\n", "", "TestNobodyMayDoMore", "T10"},
	{"whoever audits may operate", "tenantry.yaml", "!Ref OperatorPrincipals", "!Ref AuditPrincipals", "Principal: {AWS: !Ref AuditPrincipals}", "TestWhoMayAssumeTheRoles", "T10"},
	{"anybody may assume a role", "tenantry.yaml", "Principal: {Service: lambda.amazonaws.com}", "Principal: '*'", "ServeRole:\n", "TestWhoMayAssumeTheRoles", "T10"},
	{"a function in another's role", "tenantry.yaml", "!GetAtt ServeRole.Arn", "!GetAtt AuditFunctionRole.Arn", "  Hints:\n", "TestWhoMayAssumeTheRoles", "T10"},

	{"a name that is nobody's", "tenantry.yaml", "!GetAtt ServeRole.Arn", "!GetAtt ServiceRole.Arn", "  Hints:\n", "TestEveryNameRefersToSomething", "L4"},
	{"a condition that is nobody's", "forward.yaml", "Condition: OfDirectory", "Condition: OfDirectories", "", "TestEveryNameRefersToSomething", "L4"},

	{"a source that is left out of a pattern", "tenantry.yaml", "            - identitystore-scim.amazonaws.com\n", "", "", "TestRulesHaveThePatternsOfTheFolder", "F15"},
	{"a pattern of another account's events", "tenantry.yaml", "account: !Ref Forwarders", "account: ['123412341234']", "", "TestRulesHaveThePatternsOfTheFolder", "T9"},
	{"whatever the source, in the folder", "events/directory.json", `"aws."`, `""`, "", "TestGeneratedPartsAreCurrent", "T8"},
	{"a rule that is disabled", "tenantry.yaml", "State: ENABLED", "State: DISABLED", "  DirectoryRule:\n", "TestRulesDeliverTheEventAsItIs", "F15"},
	{"a rule that hears of no refusal", "tenantry.yaml", "State: ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS", "State: ENABLED", "", "TestRulesDeliverTheEventAsItIs", "F15"},
	{"an event that is altered", "tenantry.yaml", "- Id: queue\n", "- Id: queue\n          InputPath: $.detail\n", "", "TestRulesDeliverTheEventAsItIs", "F17"},
	{"an event that is lost where it cannot be delivered", "tenantry.yaml", "          DeadLetterConfig: {Arn: !GetAtt DeadLetters.Arn}\n", "", "  DirectoryRule:\n", "TestRulesDeliverTheEventAsItIs", "F15"},
	{"a rule that forwards nowhere", "forward.yaml", "Arn: !Ref Bus, RoleArn", "Arn: !GetAtt Role.Arn, RoleArn", "", "TestRulesDeliverTheEventAsItIs", "F15"},

	{"a queue that is not encrypted", "tenantry.yaml", "SqsManagedSseEnabled: true", "SqsManagedSseEnabled: false", "  DeadLetters:\n", "TestTheQueueFitsItsFunction", "T7"},
	{"rules of any account may send", "tenantry.yaml", "              StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId}\n", "", "  QueuePolicy:\n", "TestOnlyTheRulesMaySend", "T7"},
	{"any rule may send", "tenantry.yaml", "ArnEquals:\n                aws:SourceArn:\n", "ArnLike:\n                aws:SourceArn:\n                  - '*'\n", "  QueuePolicy:\n", "TestOnlyTheRulesMaySend", "T7"},
	{"everybody may send", "tenantry.yaml", "Principal: {Service: events.amazonaws.com}", "Principal: '*'", "  DeadLettersPolicy:\n", "TestOnlyTheRulesMaySend", "T7"},
	{"what is sent in the clear is taken", "tenantry.yaml", "'aws:SecureTransport': 'false'", "'aws:SecureTransport': 'no'", "  QueuePolicy:\n", "TestOnlyTheRulesMaySend", "T7"},
	{"the bus takes from everybody", "tenantry.yaml", "Principal: {AWS: !Ref Forwarders}", "Principal: '*'", "  BusPolicyForRules:\n", "TestOnlyForwardersMaySendToTheBus", "T9"},
	{"the role that forwards is anybody's rule's", "forward.yaml", "'aws:SourceAccount'", "'aws:PrincipalAccount'", "", "TestOnlyForwardersMaySendToTheBus", "T9"},
	{"the role that forwards sends anywhere", "forward.yaml", "Resource: !Ref Bus", "Resource: '*'", "", "TestOnlyForwardersMaySendToTheBus", "T9"},
	{"anybody speaks as an alarm", "tenantry.yaml", "              StringEquals: {'aws:SourceAccount': !Ref AWS::AccountId}\n", "", "  TopicPolicy:\n", "TestOnlyAlarmsSpeak", "T7"},

	{"a message that comes again too soon", "tenantry.yaml", "VisibilityTimeout: 1800", "VisibilityTimeout: 300", "", "TestTheQueueFitsItsFunction", "F49"},
	{"a batch of which all is done or none", "tenantry.yaml", "      FunctionResponseTypes: [ReportBatchItemFailures]\n", "", "", "TestTheQueueFitsItsFunction", "S18"},
	{"dead letters that die first", "tenantry.yaml", "MessageRetentionPeriod: 1209600", "MessageRetentionPeriod: 345600", "", "TestTheQueueFitsItsFunction", "S18"},
	{"two at once", "tenantry.yaml", "ReservedConcurrentExecutions: 1", "ReservedConcurrentExecutions: 2", "", "TestFunctionsAreAsThePageSays", "S20"},
	{"a function of another processor", "tenantry.yaml", "Architectures: [arm64]", "Architectures: [x86_64]", "", "TestFunctionsAreAsThePageSays", "L4"},
	{"anybody's rule makes passes", "tenantry.yaml", "      SourceArn: !GetAtt PassesSchedule.Arn\n", "", "", "TestSchedulesInvokeTheirFunctions", "T9"},
	{"it runs as soon as it is there", "tenantry.yaml", "Enabled: !If [Runs, true, false]", "Enabled: true", "", "TestRunningTurnsEverythingOnAndOff", "S17"},
	{"a variable that is misspelt", "tenantry.yaml", "TENANTRY_EVIDENCE:", "TENANTRY_EVIDENCES:", "", "TestTheProgramReadsItsEnvironment", "T17"},
	{"the configuration as it happens to be", "tenantry.yaml", "'ssm:${Configuration}:${ConfigurationVersion}'", "'ssm:${Configuration}'", "", "TestTheProgramReadsItsEnvironment", "F30"},

	{"a journal that goes with the stack", "tenantry.yaml", "DeletionPolicy: Retain", "DeletionPolicy: Delete", "  Journal:\n", "TestNothingOfTheHistoryGoesWithTheStack", "F26"},
	{"a journal that can be deleted", "tenantry.yaml", "DeletionProtectionEnabled: true", "DeletionProtectionEnabled: false", "", "TestTheJournalIsSafe", "F26"},
	{"a journal that cannot be brought back", "tenantry.yaml", "PointInTimeRecoveryEnabled: true", "PointInTimeRecoveryEnabled: false", "", "TestTheJournalIsSafe", "F26"},
	{"a journal that tenantry cannot use", "tenantry.yaml", "{AttributeName: row, KeyType: RANGE}", "{AttributeName: key, KeyType: RANGE}", "", "TestTheJournalIsSafe", "F26"},
	{"evidence that everybody reads", "tenantry.yaml", "BlockPublicPolicy: true", "BlockPublicPolicy: false", "", "TestTheEvidenceIsSafe", "T17"},
	{"evidence that is written over", "tenantry.yaml", "VersioningConfiguration: {Status: Enabled}", "VersioningConfiguration: {Status: Suspended}", "", "TestTheEvidenceIsSafe", "T17"},
	{"evidence in the clear on its way", "tenantry.yaml", "Effect: Deny", "Effect: Allow", "  EvidencePolicy:\n", "TestTheEvidenceIsSafe", "T17"},
	{"evidence in the clear where it lies", "tenantry.yaml", "          - ServerSideEncryptionByDefault: {SSEAlgorithm: AES256}\n", "          - BucketKeyEnabled: true\n", "", "TestTheEvidenceIsSafe", "T17"},
	{"evidence that is whoever's who wrote it", "tenantry.yaml", "ObjectOwnership: BucketOwnerEnforced", "ObjectOwnership: ObjectWriter", "", "TestTheEvidenceIsSafe", "T17"},
	{"a lock that anybody opens", "tenantry.yaml", "Days: !Ref EvidenceLockDays", "Years: 1", "", "TestTheEvidenceIsSafe", "T17"},
	{"logs that are kept for ever", "tenantry.yaml", "      RetentionInDays: !Ref LogDays\n", "", "  PassesLog:\n", "TestLogsAreKeptForSoLong", "T22"},

	{"an alarm that wakes nobody", "tenantry.yaml", "AlarmActions: [!Ref PageTopic]", "AlarmActions: [!Ref TicketTopic]", "  AccessHeldAlarm:\n", "TestAlarmsTellWhomTheyShould", "L8"},
	{"an alarm that looks at nothing", "tenantry.yaml", "MetricName: HeldWithAccess\n", "MetricName: HeldAccess\n", "", "TestAlarmsHaveTheirMetrics", "L8"},
	{"an alarm that takes silence for well", "tenantry.yaml", "TreatMissingData: !If [Runs, breaching, notBreaching]", "TreatMissingData: notBreaching", "", "TestAlarmsWaitForAsLongAsTheySay", "L1"},
	{"an alarm that rang before anybody could hear it", "tenantry.yaml", "TreatMissingData: !If [Runs, breaching, notBreaching]", "TreatMissingData: breaching", "", "TestRunningTurnsEverythingOnAndOff", "L1"},
	{"silence of another rule", "tenantry.yaml", "Value: !Sub '${Name}-forwarded-directory'", "Value: !Sub '${Name}-forwarded-denied'", "  NoDirectoryEventAlarm:\n", "TestTheAlarmOnSilenceLooksAtTheRightRule", "F15"},
	{"an alert on what nobody measures", "alerts.yaml", "tenantry_last_pass_timestamp_seconds", "tenantry_last_pass_timestamp", "", "TestAlertsAskForMetricsThatAreThere", "L1"},
}

// TestDamagedTemplatesAreRefused: the tests of this package are only as good as what they refuse. Each damage is done to a copy of
// deploy, and the test that is named has to fail there.
func TestDamagedTemplatesAreRefused(t *testing.T) {
	for _, d := range damages {
		t.Run(d.what, func(t *testing.T) {
			t.Parallel()
			cmd := exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^"+d.foundBy+"$", "-test.v")
			cmd.Env = append(os.Environ(), damagedFolder+"="+d.done(t))
			out, err := cmd.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: "+d.foundBy) {
				t.Errorf("%s: %s lets it pass: %v\n%s", d.promised, d.foundBy, err, out)
			}
		})
	}
}

// done is a copy of deploy with the damage done to it.
func (d damage) done(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(folder)); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, filepath.FromSlash(d.file))
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	before, after, is := strings.Cut(string(data), d.behind)
	if d.behind == "" {
		before, after, is = "", string(data), true
	}
	if !is || !strings.Contains(after, d.was) {
		t.Fatalf("the list is stale: deploy/%s has no %q behind %q", d.file, d.was, d.behind)
	}
	if err := os.WriteFile(file, []byte(before+d.behind+strings.Replace(after, d.was, d.is, 1)), 0o600); err != nil {
		t.Fatal(err)
	}
	return dir
}
