package deploy

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// What outlives the stack is kept when the stack is deleted, and when an update would replace it.
func TestNothingOfTheHistoryGoesWithTheStack(t *testing.T) {
	s, n := stack(t), 0
	for _, kind := range []string{"AWS::DynamoDB::Table", "AWS::S3::Bucket", "AWS::S3::BucketPolicy", "AWS::Logs::LogGroup"} {
		for _, name := range s.Of(kind) {
			n++
			if !s.Resources[name].Keeps {
				t.Errorf("%s goes with the stack", name)
			}
		}
	}
	if n != 6 {
		t.Errorf("%d resources keep something", n)
	}
}

// A stack that takes what an earlier one has left makes none of it, and names the same.
func TestAStackTakesWhatIsLeft(t *testing.T) {
	makes, keeps := stack(t), stack(t, "Stores=keep")
	for name, r := range makes.Resources {
		if _, kept := keeps.Resources[name]; kept == r.Keeps {
			t.Errorf("%s: made by Stores=make, and by Stores=keep: %v", name, kept)
		}
	}
	for _, name := range makes.Of("AWS::Logs::MetricFilter") {
		if have, want := keeps.property(t, name, "LogGroupName"), makes.property(t, name, "LogGroupName"); have != want {
			t.Errorf("%s reads the log group %v, and not %v", name, have, want)
		}
	}
}

// Every function writes to a log group that the stack makes, for as long as the parameter says.
func TestLogsAreKeptForSoLong(t *testing.T) {
	s := stack(t, "LogDays=90")
	var groups []string
	for _, name := range s.Of("AWS::Logs::LogGroup") {
		groups = append(groups, s.property(t, name, "LogGroupName").(string))
		if days := s.property(t, name, "RetentionInDays"); days != "90" {
			t.Errorf("%s keeps what is in it for %v days", name, days)
		}
	}
	for _, name := range s.Of("AWS::Lambda::Function") {
		if group := s.property(t, name, "LoggingConfig", "LogGroup").(string); !slices.Contains(groups, group) {
			t.Errorf("%s writes to %s, which nobody makes", name, group)
		}
	}
}

func TestTheJournalIsSafe(t *testing.T) {
	s := stack(t)
	for path, want := range map[string]any{"BillingMode": "PAY_PER_REQUEST", "DeletionProtectionEnabled": true} {
		if have := s.property(t, "Journal", path); have != want {
			t.Errorf("the journal's %s is %v", path, have)
		}
	}
	// The keys are those that awsapi looks for (hasKeys): another table is none of a journal's.
	keys := map[string]any{
		"KeySchema":            []any{map[string]any{"AttributeName": "journal", "KeyType": "HASH"}, map[string]any{"AttributeName": "row", "KeyType": "RANGE"}},
		"AttributeDefinitions": []any{map[string]any{"AttributeName": "journal", "AttributeType": "S"}, map[string]any{"AttributeName": "row", "AttributeType": "S"}},
	}
	for path, want := range keys {
		if diff := cmp.Diff(want, s.property(t, "Journal", path)); diff != "" {
			t.Errorf("the journal's %s (-want +have):\n%s", path, diff)
		}
	}
	if s.property(t, "Journal", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") != true {
		t.Error("the journal cannot be brought back to a point in time")
	}
	if place, table := s.Outputs["JournalPlace"], s.property(t, "Journal", "TableName"); place != "dynamodb:"+table.(string) {
		t.Errorf("the output says %v, and the table is %v", place, table)
	}
}

func TestTheEvidenceIsSafe(t *testing.T) {
	s := stack(t)
	if s.property(t, "Evidence", "VersioningConfiguration", "Status") != "Enabled" {
		t.Error("an evidence can be overwritten")
	}
	for _, what := range []string{"BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"} {
		if s.property(t, "Evidence", "PublicAccessBlockConfiguration", what) != true {
			t.Errorf("%s is not set", what)
		}
	}
	if s.property(t, "Evidence", "BucketEncryption", "ServerSideEncryptionConfiguration", 0, "ServerSideEncryptionByDefault", "SSEAlgorithm") == nil {
		t.Error("it is not encrypted where it lies")
	}
	if who := s.property(t, "Evidence", "OwnershipControls", "Rules", 0, "ObjectOwnership"); who != "BucketOwnerEnforced" {
		t.Errorf("an evidence is whose the %v is", who)
	}
	bucketARN := "arn:aws:s3:::" + s.property(t, "Evidence", "BucketName").(string)
	inTheClear := []any{map[string]any{
		"Sid": "NothingInTheClear", "Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": []any{bucketARN, bucketARN + "/*"},
		"Condition": map[string]any{"Bool": map[string]any{"aws:SecureTransport": "false"}},
	}}
	if diff := cmp.Diff(any(inTheClear), s.property(t, "EvidencePolicy", "PolicyDocument", "Statement")); diff != "" {
		t.Errorf("the bucket's policy (-want +have):\n%s", diff)
	}
	if s.property(t, "Evidence", "ObjectLockEnabled") != nil {
		t.Error("there is a lock that nobody asked for")
	}
	locked := stack(t, "EvidenceLockDays=365")
	if days := locked.property(t, "Evidence", "ObjectLockConfiguration", "Rule", "DefaultRetention", "Days"); days != "365" || locked.property(t, "Evidence", "ObjectLockEnabled") != true {
		t.Errorf("the evidence is locked for %v days", days)
	}
	if bucket := s.Outputs["EvidenceBucket"]; bucket != s.property(t, "Evidence", "BucketName") {
		t.Errorf("the output says %v", bucket)
	}
}

// What a person may believe of the lock is what it is: governance mode has a key, and a bucket that the stack does not make gets
// no lock from it.
func TestWhatIsSaidOfTheLockIsSo(t *testing.T) {
	locked := stack(t, "EvidenceLockDays=365")
	if mode := locked.property(t, "Evidence", "ObjectLockConfiguration", "Rule", "DefaultRetention", "Mode"); mode != "GOVERNANCE" {
		t.Fatalf("the mode is %v: say what it is", mode)
	}
	if s := stack(t, "EvidenceLockDays=365", "Stores=keep"); slices.Contains(s.Of("AWS::S3::Bucket"), "Evidence") {
		t.Fatal("a bucket is made with Stores=keep: say so")
	}
	for _, file := range []string{"deploy/tenantry.yaml", "docs/deploy.md"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		told := 0
		for line := range strings.Lines(string(text)) {
			if !strings.Contains(line, "S3 Object Lock") {
				continue
			}
			told++
			for _, part := range []string{"governance mode", "s3:BypassGovernanceRetention", "Stores=keep"} {
				if !strings.Contains(line, part) {
					t.Errorf("%s says nothing of %s where it tells of the lock: %s", file, part, line)
				}
			}
		}
		if told == 0 {
			t.Errorf("%s tells nothing of the lock", file)
		}
	}
}
