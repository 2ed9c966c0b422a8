package deploy

import (
	"maps"
	"strings"
	"testing"
)

// here is the QuickSight account, with Identity Center beside it, and there another account that has it.
const (
	here, there = "444455556666", "777788889999"
	region      = "eu-central-1"
)

// stack makes the main stack as most would, but for the parameters that are given, as NAME=VALUE.
func stack(t testing.TB, parameters ...string) *Stack {
	t.Helper()
	return made(t, "tenantry.yaml", Place{Partition: "aws", Account: here, Region: region, Stack: "one", Parameters: map[string]string{
		"CodeBucket": "code", "CodeKey": "tenantry.zip", "AuditCodeKey": "audit.zip",
		"IdentityStore": "d-1234567890", "IdentityStoreAccount": there,
		"DirectoryHere": "yes", "Forwarders": there, "SignInRoles": "arn:aws:iam::" + here + ":role/BI-*", "SignInRolePrefix": "BI-",
		"PageEmail": "night@example.com", "TicketEmail": "day@example.com",
		"AuditPrincipals": "arn:aws:iam::" + here + ":role/Auditors", "OperatorPrincipals": "arn:aws:iam::" + here + ":role/Operators",
		"MigratePrincipals": "arn:aws:iam::" + here + ":role/Operators",
	}}, parameters...)
}

// forward makes the stack that forwards, in another account.
func forward(t testing.TB, parameters ...string) *Stack {
	t.Helper()
	return made(t, "forward.yaml", Place{Partition: "aws", Account: there, Region: "eu-west-1", Stack: "two", Parameters: map[string]string{
		"Bus": "arn:aws:events:" + region + ":" + here + ":event-bus/tenantry-forwarded", "QuickSightAccount": here,
		"SignIns": "yes", "SignInRolePrefix": "BI-",
	}}, parameters...)
}

func made(t testing.TB, template string, p Place, parameters ...string) *Stack {
	t.Helper()
	p.Parameters = maps.Clone(p.Parameters)
	for _, given := range parameters {
		name, value, _ := strings.Cut(given, "=")
		p.Parameters[name] = value
	}
	s, err := read(t, template).Make(p)
	if err != nil {
		t.Fatalf("deploy/%s with %q: %v", template, parameters, err)
	}
	return s
}

// Every choice that the parameters leave makes a stack, in every partition.
func TestEveryChoiceMakesAStack(t *testing.T) {
	choices := [][]string{
		{}, {"Running=yes"}, {"Stores=keep"}, {"EvidenceLockDays=365"}, {"AuditCodeKey="}, {"PageEmail=", "TicketEmail="},
		{"DirectoryHere=no"}, {"Forwarders="}, {"Forwarders=" + there + ", " + here},
		{"AuditPrincipals=", "OperatorPrincipals=", "MigratePrincipals="},
		{"Stores=keep", "AuditCodeKey=", "DirectoryHere=no"},
	}
	for _, parameters := range choices {
		stack(t, parameters...)
	}
	forward(t, "Directory=no")
	forward(t, "SignIns=no")
}

func TestNoEventsFromAnywhereIsRefused(t *testing.T) {
	_, err := read(t, "tenantry.yaml").Make(Place{Partition: "aws", Account: here, Region: region, Stack: "one", Parameters: map[string]string{
		"CodeBucket": "code", "CodeKey": "k", "IdentityStore": "d-1234567890", "IdentityStoreAccount": there, "SignInRoles": "x",
	}})
	if err == nil || !strings.Contains(err.Error(), "forwards its events") {
		t.Errorf("a stack to which no event comes: %v", err)
	}
}

func TestParametersAreChecked(t *testing.T) {
	for parameter, value := range map[string]string{
		"Name": "Tenantry", "IdentityStore": "d-123", "IdentityStoreAccount": "12", "Forwarders": there + ",12", "Running": "maybe", "Configuration": "tenantry", "Unknown": "x",
	} {
		p := Place{Partition: "aws", Account: here, Region: region, Stack: "one", Parameters: map[string]string{
			"CodeBucket": "code", "CodeKey": "k", "IdentityStore": "d-1234567890", "IdentityStoreAccount": there, "SignInRoles": "x", "DirectoryHere": "yes",
		}}
		p.Parameters[parameter] = value
		if _, err := read(t, "tenantry.yaml").Make(p); err == nil || !strings.Contains(err.Error(), parameter) {
			t.Errorf("%s=%s: %v", parameter, value, err)
		}
	}
}

// at is what stands in a value under names and numbers of lists, nil for nothing.
func at(value any, path ...any) any {
	for _, step := range path {
		switch step := step.(type) {
		case string:
			all, _ := value.(map[string]any)
			value = all[step]
		case int:
			list, _ := value.([]any)
			if step >= len(list) {
				return nil
			}
			value = list[step]
		}
	}
	return value
}

// property is a property of a resource, by its path.
func (s *Stack) property(t testing.TB, name string, path ...any) any {
	t.Helper()
	r, ok := s.Resources[name]
	if !ok {
		t.Fatalf("the stack has no %s", name)
	}
	return at(r.Properties, path...)
}
