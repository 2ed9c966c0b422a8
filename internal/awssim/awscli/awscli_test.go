package awscli

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	got, err := commandsOf(`aws  iam a --b 'c d' --e 'it'\''s' && aws sts f ''`, nil)
	want := [][]string{{"aws", "iam", "a", "--b", "c d", "--e", "it's"}, {"aws", "sts", "f", ""}}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	for _, line := range []string{"aws 'open", `aws "open`} {
		if _, err := commandsOf(line, nil); !errors.Is(err, errQuote) {
			t.Errorf("%s: %v", line, err)
		}
	}
	words, err := wordsOf(`--a "$SET" --b '{"c":"'"$SET"'"}' --d "e's" --f '"$SET"' --g [{"h":"i"}]`, map[string]string{"SET": "x y"})
	if !reflect.DeepEqual(words, []string{"--a", "x y", "--b", `{"c":"x y"}`, "--d", "e's", "--f", `"$SET"`, "--g", `[{"h":"i"}]`}) || err != nil {
		t.Errorf("%q, %v", words, err)
	}
	for _, line := range []string{`"$NONE"`, `"a $SET"`, "\"`id`\""} {
		if _, err := wordsOf(line, map[string]string{"SET": "x"}); err == nil {
			t.Errorf("%s is read", line)
		}
	}
}

// Each service gets its commands in its own protocol.
func TestRequests(t *testing.T) {
	for line, want := range map[string]string{
		`aws quicksight update-data-set-permissions --aws-account-id 1 --region eu-west-1 --data-set-id 'a b' --revoke-permissions '[{"Principal":"p"}]'`: `POST /accounts/1/data-sets/a%20b/permissions eu-west-1/quicksight {"RevokePermissions":[{"Principal":"p"}]}`,
		`aws quicksight delete-group-membership --aws-account-id 1 --namespace n --group-name qs:g --member-name QuickSight/ana`:                          `DELETE /accounts/1/namespaces/n/groups/qs:g/members/QuickSight%2Fana us-east-1/quicksight `,
		`aws quicksight update-public-sharing-settings --aws-account-id 1 --no-public-sharing-enabled`:                                                    `PUT /accounts/1/public-sharing-settings us-east-1/quicksight {"PublicSharingEnabled":false}`,
		`aws iam put-role-policy --role-name R --policy-document '{"a": 1}'`:                                                                              `POST / us-east-1/iam Action=PutRolePolicy&PolicyDocument=%7B%22a%22%3A+1%7D&RoleName=R&Version=2010-05-08`,
		`aws events put-rule --name r --event-pattern '{"a": ["1"]}'`:                                                                                     `POST / us-east-1/events AWSEvents.PutRule {"EventPattern":"{\"a\": [\"1\"]}","Name":"r"}`,
		`aws events put-targets --rule r --targets '[{"Id":"q"}]'`:                                                                                        `POST / us-east-1/events AWSEvents.PutTargets {"Rule":"r","Targets":[{"Id":"q"}]}`,
		`aws s3api list-objects-v2 --bucket b --prefix audits/`:                                                                                           `GET /b?list-type=2&prefix=audits%2F us-east-1/s3 `,
		`aws cloudtrail start-logging --name t`:                                                                                                           `POST / us-east-1/cloudtrail CloudTrail_20131101.StartLogging {"Name":"t"}`,
		`aws sso-admin put-inline --inline-policy '{"a": 1}'`:                                                                                             `POST / us-east-1/sso SWBExternalService.PutInline {"InlinePolicy":"{\"a\": 1}"}`,
		`aws sso-admin create-permission-set --name n --cli-input-json '{"Name":"m","RelayState":"https://a.example"}'`:                                   `POST / us-east-1/sso SWBExternalService.CreatePermissionSet {"Name":"n","RelayState":"https://a.example"}`,
		`aws sso-admin provision-permission-set --target-type AWS_ACCOUNT`:                                                                                `POST / us-east-1/sso SWBExternalService.ProvisionPermissionSet {"TargetType":"AWS_ACCOUNT"}`,
	} {
		var got string
		cli := CLI{Key: "AKIA", Region: "us-east-1", Client: &http.Client{Transport: answers(func(r *http.Request) (int, string) {
			var body []byte
			if r.Body != nil {
				body, _ = io.ReadAll(r.Body)
			}
			_, scope, _ := strings.Cut(r.Header.Get("Authorization"), "/20260101/")
			scope, _, _ = strings.Cut(scope, "/aws4_request")
			got = r.Method + " " + r.URL.RequestURI() + " " + scope + " "
			if target := r.Header.Get("X-Amz-Target"); target != "" {
				got += target + " "
			}
			got += string(body)
			return 200, `{"x": 1}`
		})}}
		if answer, err := cli.Run(t.Context(), line); err != nil || answer != `{"x": 1}` || got != want {
			t.Errorf("%s\nasks  %s\nwants %s\n%s, %v", line, got, want, answer, err)
		}
	}
}

// What is refused ends the line, and is told in AWS's words; what is not known is an error, and no request.
func TestRefused(t *testing.T) {
	asked := 0
	body := `{"Message": "no"}`
	cli := CLI{Client: &http.Client{Transport: answers(func(*http.Request) (int, string) { asked++; return 403, body })}}
	line := "aws iam delete-role-policy --role-name R"
	for _, body = range []string{`{"Message": "no"}`, `<Error><Message>no</Message></Error>`, "no"} {
		var refused *Refused
		if _, err := cli.Run(t.Context(), line+" && "+line); !errors.As(err, &refused) || refused.Message != "no" || refused.Status != 403 {
			t.Errorf("%s: %v", body, err)
		}
	}
	if asked != 3 {
		t.Errorf("asked %d times", asked)
	}
	for _, line := range []string{
		"tenantry plan -c x", "aws s3 ls x", "aws s3api list-objects-v2 --prefix p", "aws s3api list-objects-v2 --bucket b --delimiter x", "aws s3api list-buckets --bucket b", "aws iam delete-role-policy R", "aws quicksight delete-everything --aws-account-id 1",
		"aws sts a --output json", "aws sts a --output text", "aws sts a --query b", "aws sso-admin a --relay-state https://a.example", "aws sso-admin a --cli-input-json x",
		"aws quicksight delete-user --aws-account-id 1", "aws quicksight list-namespaces --aws-account-id 1 --max-results 3",
	} {
		if _, err := cli.Run(t.Context(), line); err == nil || errors.As(err, new(*Refused)) {
			t.Errorf("%s: %v", line, err)
		}
	}
	if asked != 3 {
		t.Errorf("asked %d times for what is not known", asked)
	}
	if raw, ok := value("x", `{"a"`).(json.RawMessage); ok {
		t.Errorf("%s is taken for JSON", raw)
	}
}

// A script keeps what it is answered, and hands it on; it stops at the first that fails.
func TestScript(t *testing.T) {
	var got []string
	cli := CLI{Client: &http.Client{Transport: answers(func(r *http.Request) (int, string) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Header.Get("X-Amz-Target")+" "+string(body))
		return 200, `{"Instances": [{"Id": "a", "Arn": "one"}, {"Id": "b", "Arn": "two"}], "Set": {"Arn": "three"}}`
	})}}
	err := cli.Script(t.Context(), `# what it does

INSTANCE=$(aws sso-admin list-instances --query "Instances[?Id=='b'].Arn" --output text) &&
SET=$(aws sso-admin make --instance-arn "$INSTANCE" --query Set.Arn --output text) &&
aws sso-admin use --set "$SET"
OTHER=four
aws sso-admin use --set "$OTHER"
`)
	want := []string{
		`SWBExternalService.ListInstances {}`, `SWBExternalService.Make {"InstanceArn":"two"}`,
		`SWBExternalService.Use {"Set":"three"}`, `SWBExternalService.Use {"Set":"four"}`,
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%q, %v", got, err)
	}
	for _, line := range []string{
		`X=$(aws sso-admin a --query Instances --output text)`, `X=$(aws sso-admin a --query "Instances[?Id=='c'].Arn" --output text)`,
		`X=$(aws sso-admin a --query 'Instances[0].Arn' --output text)`, `aws sso-admin a --b "$X"`, "rm x", "X=$(id)",
	} {
		if err := cli.Script(t.Context(), line+"\naws sso-admin never"); err == nil || strings.Contains(strings.Join(got, ""), "Never") {
			t.Errorf("%s: %v", line, err)
		}
	}
}

// answers answers requests in a test.
type answers func(*http.Request) (int, string)

func (a answers) RoundTrip(r *http.Request) (*http.Response, error) {
	status, body := a(r)
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
}
