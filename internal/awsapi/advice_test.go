package awsapi_test

import (
	"context"
	"errors"
	"net/http"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/iam"
	"github.com/aws/aws-sdk-go-v2/service/quicksight"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// advice are the commands that advice is made of: of the findings of an audit, and of the doctor's.
func advice() ([]byte, error) {
	findings, err := os.ReadFile("../audit/testdata/commands.txt")
	doctor, err2 := os.ReadFile("../doctor/testdata/commands.txt")
	return append(findings, doctor...), errors.Join(err, err2)
}

// notLinked are the commands of services whose SDK tenantry does not have, with those of their options that there are and are used,
// and the ones that are needed marked by a * (AWS CLI command reference, s3api; S3 API reference).
var notLinked = map[string]string{
	"s3api create-bucket":     "--region --bucket* --create-bucket-configuration",
	"s3api put-bucket-policy": "--region --bucket* --policy*",
}

// linkless holds a command of a service that is not linked to the table.
func linkless(t *testing.T, words []string) (is bool) {
	t.Helper()
	options, is := notLinked[strings.Join(words[1:3], " ")]
	has := strings.Fields(strings.ReplaceAll(options, "*", ""))
	for _, option := range words[3:] {
		if is && !slices.Contains(has, option) {
			t.Errorf("%s %s has no %s", words[1], words[2], option)
		}
	}
	for option := range strings.FieldsSeq(options) {
		if needed, must := strings.CutSuffix(option, "*"); must && !slices.Contains(words, needed) {
			t.Errorf("%s %s needs %s", words[1], words[2], needed)
		}
	}
	return is
}

// The commands that advice is made of are AWS's: each is an operation that the SDK has, and each option one
// of its parameters. The AWS CLI calls them by the same names, in words (AWS CLI user guide, "Command structure").
func TestAdvisedCommandsAreThere(t *testing.T) {
	text, err := advice()
	if err != nil {
		t.Fatal(err)
	}
	nowhere := clientFunc(func(*http.Request) (*http.Response, error) { return nil, errors.New("nothing is sent") })
	clients := map[string]reflect.Value{
		"quicksight": reflect.ValueOf(quicksight.New(quicksight.Options{Region: "us-east-1", HTTPClient: nowhere, Retryer: aws.NopRetryer{}})),
		"iam":        reflect.ValueOf(iam.New(iam.Options{Region: "us-east-1", HTTPClient: nowhere, Retryer: aws.NopRetryer{}})),
		"events":     reflect.ValueOf(eventbridge.New(eventbridge.Options{Region: "us-east-1", HTTPClient: nowhere, Retryer: aws.NopRetryer{}})),
		"sqs":        reflect.ValueOf(sqs.New(sqs.Options{Region: "us-east-1", HTTPClient: nowhere, Retryer: aws.NopRetryer{}})),
		"cloudtrail": reflect.ValueOf(cloudtrail.New(cloudtrail.Options{Region: "us-east-1", HTTPClient: nowhere, Retryer: aws.NopRetryer{}})),
	}
	seen := 0
	for line := range strings.Lines(string(text)) {
		words := strings.Fields(line)
		if len(words) < 3 || words[0] != "aws" {
			continue
		}
		if seen++; linkless(t, words) {
			continue
		}
		operation, is := methodOf(clients[words[1]], words[2])
		if !is {
			t.Errorf("%s has no operation %s", words[1], words[2])
			continue
		}
		input := operation.Type.In(2).Elem()
		for _, option := range words[3:] {
			if option != "--region" && !hasParameter(input, option) {
				t.Errorf("%s %s has no %s", words[1], words[2], option)
			}
		}
		for _, option := range needed(clients[words[1]], operation) {
			if !slices.Contains(words, option) {
				t.Errorf("%s %s needs %s", words[1], words[2], option)
			}
		}
	}
	if seen < 20 {
		t.Errorf("only %d commands were looked at", seen)
	}
}

var capital = regexp.MustCompile(`([a-z0-9])([A-Z])`)

// kebab is a name of the API as the CLI writes it.
func kebab(name string) string {
	return strings.ToLower(capital.ReplaceAllString(strings.NewReplacer("IAM", "Iam", "ARN", "Arn").Replace(name), "$1-$2"))
}

func methodOf(client reflect.Value, command string) (reflect.Method, bool) {
	if !client.IsValid() {
		return reflect.Method{}, false
	}
	for i := range client.NumMethod() {
		m := client.Type().Method(i)
		if kebab(m.Name) == command && m.Type.NumIn() == 4 {
			return m, true
		}
	}
	return reflect.Method{}, false
}

var missing = regexp.MustCompile(`missing required field, \w+Input\.(\w+)`)

// needed are the options without which an operation is refused: the SDK says so before it sends anything.
func needed(client reflect.Value, operation reflect.Method) (all []string) {
	out := operation.Func.Call([]reflect.Value{client, reflect.ValueOf(context.Background()), reflect.New(operation.Type.In(2).Elem())})
	for _, m := range missing.FindAllStringSubmatch(out[1].Interface().(error).Error(), -1) {
		all = append(all, "--"+kebab(m[1]))
	}
	return all
}

// fields are the parameters of an operation, as the CLI writes them.
func fields(input reflect.Type) map[string]bool {
	all := map[string]bool{}
	for i := range input.NumField() {
		all[kebab(input.Field(i).Name)] = input.Field(i).Type.Kind() == reflect.Bool
	}
	return all
}

// hasParameter finds an option among an operation's parameters: a truth value has one that says no, too.
func hasParameter(input reflect.Type, option string) bool {
	all := fields(input)
	name := strings.TrimPrefix(option, "--")
	if _, is := all[name]; is {
		return true
	}
	name, no := strings.CutPrefix(name, "no-")
	return no && all[name]
}
