package deploy

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseRefusesWhatIsReadDifferently(t *testing.T) {
	for text, want := range map[string]string{
		"Resources: {A: {Type: x}, A: {Type: y}}":         "twice",
		"Resources: {A: &a {Type: x}, B: *a}":             "aliases",
		"Resources: {A: {Version: 2012-10-17}}":           "quote it",
		"Resources: {A: {Value: ~}}":                      "quote it",
		"Resource: {}":                                    "no section",
		"[]":                                              "no mapping",
		"Resources: {A: {Type: x}}\n---\nResources: {}\n": "document",
		"Resources: {A: [":                                "",
	} {
		if _, err := Parse([]byte(text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want something with %q", text, err, want)
		}
	}
}

// problems are those of a template.
func problems(t *testing.T, text string) []string {
	t.Helper()
	template, err := Parse([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return template.Problems()
}

func TestProblemsAreFound(t *testing.T) {
	got := problems(t, `
Parameters: {Used: {Type: String}, Unused: {Type: String}}
Conditions: {Is: !Equals [!Ref Used, 'yes'], Never: !Equals [!Ref Gone, '']}
Resources:
  A:
    Type: AWS::SQS::Queue
    Condition: Nowhere
    DependsOn: [B]
    Properties:
      QueueName: !Sub '${Used}-${Lost}-${C.Arn}-${AWS::Region}-${AWS::Continent}'
      Tags: [!If [Is, !GetAtt D.Arn, plain], !Sub 'nothing', !Sub ['${Own}', {Own: !Ref E}]]
Outputs: {O: {Value: !Ref A}}
`)
	want := []string{
		"Conditions.Never refers to Gone, and there is no such name in Parameters or Resources",
		"Resources.A refers to AWS::Continent, and there is no such name in Parameters or Resources",
		"Resources.A refers to B, and there is no such name in Resources",
		"Resources.A refers to C, and there is no such name in Resources",
		"Resources.A refers to D, and there is no such name in Resources",
		"Resources.A refers to E, and there is no such name in Parameters or Resources",
		"Resources.A refers to Lost, and there is no such name in Parameters or Resources",
		"Resources.A refers to Nowhere, and there is no such name in Conditions",
		`Resources.A substitutes nothing in "nothing"`,
		"nothing refers to Conditions.Never",
		"nothing refers to Parameters.Unused",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFunctionsAnswerAsCloudFormationDoes(t *testing.T) {
	template, err := Parse([]byte(`
Parameters: {On: {Type: String, Default: 'yes'}, List: {Type: CommaDelimitedList, Default: 'a, b'}, Name: {Type: String, Default: q}}
Conditions:
  Is: !Equals [!Ref On, 'yes']
  Not: !Not [!Condition Is]
  Both: !And [!Condition Is, !Condition Not]
  Either: !Or [!Condition Not, !Condition Is]
Resources:
  Q: {Type: AWS::SQS::Queue, DeletionPolicy: Retain, UpdateReplacePolicy: Retain, Properties: {QueueName: !Ref Name, Gone: !If [Not, x, !Ref AWS::NoValue], List: !Ref List}}
  N: {Type: AWS::SQS::Queue, Condition: Not}
  B: {Type: AWS::SQS::Queue, Condition: Both}
  E: {Type: AWS::Events::Rule, Condition: Either, Properties: {Name: r, EventBusName: bus, Kept: !Sub '${!literal} ${Q.Arn}'}}
Outputs:
  URL: {Value: !Ref Q}
  Rule: {Value: !GetAtt E.Arn}
  Joined: {Value: !Join ['+', !Ref List]}
`))
	if err != nil {
		t.Fatal(err)
	}
	s, err := template.Make(Place{Partition: "aws", Account: here, Region: region, Stack: "one"})
	if err != nil {
		t.Fatal(err)
	}
	want := &Stack{
		Resources: map[string]Resource{
			"Q": {Type: "AWS::SQS::Queue", Keeps: true, Properties: map[string]any{"QueueName": "q", "List": []any{"a", "b"}}},
			"E": {Type: "AWS::Events::Rule", Properties: map[string]any{"Name": "r", "EventBusName": "bus", "Kept": "${literal} arn:aws:sqs:" + region + ":" + here + ":q"}},
		},
		Outputs: map[string]any{"URL": "https://sqs." + region + ".amazonaws.com/" + here + "/q", "Rule": ruleARN + "bus/r", "Joined": "a+b"},
	}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Errorf("(-want +have):\n%s", diff)
	}
	if queues := s.Of("AWS::SQS::Queue"); !slices.Equal(queues, []string{"Q"}) || len(slices.Collect(maps.Keys(s.Resources))) != 2 {
		t.Errorf("the queues are %q", queues)
	}
}
