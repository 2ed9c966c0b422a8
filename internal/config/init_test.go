package config

import (
	"strings"
	"testing"
)

var answers = Answers{
	AccountID: "111122223333", IdentityRegion: "us-east-1", StoreID: "d-1234567890", Region: "eu-west-1",
	Role: "arn:aws:iam::111122223333:role/QuickSight", Schema: "docs/tenantry.schema.json",
}

func TestInitWithAllAnswersIsValid(t *testing.T) {
	withSet := answers
	withSet.PermissionSet = "QuickSight"
	for _, a := range []Answers{answers, withSet} {
		config, problems := Parse("tenantry.yaml", Init(a))
		if config == nil || len(problems) > 0 {
			t.Fatalf("%s", problems)
		}
		if config.Rules.SignIn.PermissionSet != a.PermissionSet {
			t.Errorf("the permission set is %q", config.Rules.SignIn.PermissionSet)
		}
	}
}

func TestInitWithTheHintsTakenUpIsValid(t *testing.T) {
	text := strings.NewReplacer("  # - ", "  - ", "  #   ", "    ", "# rollout", "rollout").Replace(string(Init(answers)))
	config, problems := Parse("tenantry.yaml", []byte(text))
	if config == nil || len(problems) > 0 || len(config.Rules.Tenants) != 3 || len(config.Rollout) != 1 {
		t.Errorf("%s\nin\n%s", problems, text)
	}
}

func TestInitWithoutAnswersNamesWhatIsMissing(t *testing.T) {
	text := string(Init(Answers{}))
	_, problems := Parse("tenantry.yaml", []byte(text))
	if len(problems) != 5 {
		t.Errorf("%s", problems)
	}
	lines := strings.Split(text, "\n")
	for _, p := range problems {
		if !strings.Contains(p.What, "still holds REPLACE-ME") || !strings.Contains(lines[p.Line-1], unfilled) {
			t.Errorf("%s is not about a placeholder", p)
		}
	}
	if strings.Contains(text, "$schema") {
		t.Error("the file points to a schema that nobody named")
	}
}

func TestInitDoesNotLetAnAnswerOutOfItsQuotes(t *testing.T) {
	nasty := "x\"\nallow_admin: true # {{.}} \\"
	text := string(Init(Answers{AccountID: nasty, IdentityRegion: nasty, StoreID: nasty, Region: nasty, PermissionSet: nasty, Role: nasty, Groups: nasty + placeholder, Schema: nasty}))
	_, problems := Parse("tenantry.yaml", []byte(text))
	if !problems.Failed() || strings.Contains(text, "\nallow_admin") {
		t.Errorf("%s\nin\n%s", problems, text)
	}
	for _, p := range problems {
		if strings.Contains(p.What, "not YAML") {
			t.Errorf("%s", p)
		}
	}
}
