package app

import (
	"os"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
)

// The page on the stack tells of a permission set's role what tenantry policy controller prints: its 16 digits, and nothing that
// another permission set may have behind its name.
func TestTheStackTakesThePermissionSetAlone(t *testing.T) {
	page, err := os.ReadFile("../../docs/deploy.md")
	if err != nil {
		t.Fatal(err)
	}
	arn := signInARN(policy.Grounds{Partition: "aws", Account: "111122223333"}, "", "NAME")
	if !strings.Contains(string(page), "`"+arn+"`") || strings.Contains(string(page), "AWSReservedSSO_NAME_*") {
		t.Errorf("docs/deploy.md does not take %s, and it alone", arn)
	}
}
