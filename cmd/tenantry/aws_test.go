package main

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// ask sends a request to the script's simulated AWS, and gives the status and the body of the answer.
func ask(ts *testscript.TestScript, method, path, body string, head map[string]string) (int, string) {
	r, err := http.NewRequest(method, ts.Getenv("AWS_ENDPOINT_URL")+path, strings.NewReader(body))
	ts.Check(err)
	for name, value := range head {
		r.Header.Set(name, value)
	}
	resp, err := http.DefaultClient.Do(r)
	ts.Check(err)
	defer resp.Body.Close()
	answer, err := io.ReadAll(resp.Body)
	ts.Check(err)
	return resp.StatusCode, string(answer)
}

// portalCommand takes the credentials of a role from the portal, for aws: portal PERSON ROLE.
func portalCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] portal PERSON ROLE")
	}
	body, err := json.Marshal(map[string]string{"person": args[0], "role": args[1]})
	ts.Check(err)
	status, answer := ask(ts, "POST", "/simulator/console/Portal", string(body), nil)
	if (status == http.StatusOK) == neg {
		ts.Fatalf("the portal answers %d: %s", status, answer)
	}
	var out struct{ AccessKeyId string }
	ts.Check(json.Unmarshal([]byte(answer), &out))
	ts.Setenv("PORTAL_KEY", out.AccessKeyId)
}

// awsCommand calls AWS with the portal's credentials, and says whether it may: [!] aws SERVICE METHOD PATH [BODY]. For iam
// and sts the path is the form. A call that must be refused must be refused for want of a permission.
func awsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 3 && len(args) != 4 {
		ts.Fatalf("usage: [!] aws SERVICE METHOD PATH [BODY]")
	}
	service, method, path, body := args[0], args[1], args[2], strings.Join(args[3:], "")
	head := signed("application/json", "", service)
	delete(head, "X-Amz-Target")
	head["Authorization"] = strings.Replace(head["Authorization"], "AKIASIMULATED0000002", ts.Getenv("PORTAL_KEY"), 1)
	if service == "iam" || service == "sts" {
		form, err := url.ParseQuery(path)
		ts.Check(err)
		head["Content-Type"], path, body = "application/x-www-form-urlencoded", "/", form.Encode()
	}
	status, answer := ask(ts, method, path, body, head)
	denied := strings.Contains(answer, "is not authorized to perform")
	if neg && !denied || !neg && status >= 300 {
		ts.Fatalf("%s %s: %d %s", method, args[2], status, answer)
	}
}

// shellCommand types the commands of the AWS CLI in a file, of iam only, as an administrator: shell FILE.
func shellCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: shell FILE")
	}
	for line := range strings.Lines(ts.ReadFile(args[0])) {
		var words []string
		for i, part := range strings.Split(strings.TrimSpace(line), "'") {
			if i%2 == 1 {
				words = append(words, part) // quoted
			} else {
				words = append(words, strings.Fields(part)...)
			}
		}
		if len(words) < 3 || len(words)%2 == 0 || words[0] != "aws" || words[1] != "iam" {
			ts.Fatalf("no command of iam: %s", line)
		}
		form := url.Values{"Action": {camel(words[2])}, "Version": {"2010-05-08"}}
		for i := 3; i < len(words); i += 2 {
			form.Set(camel(strings.TrimPrefix(words[i], "--")), words[i+1])
		}
		if status, answer := ask(ts, "POST", "/", form.Encode(), signed("application/x-www-form-urlencoded", "", "iam")); status != http.StatusOK {
			ts.Fatalf("%s: %d %s", line, status, answer)
		}
	}
}

// camel is the name in AWS's API of a command or an option: PutRolePolicy of put-role-policy.
func camel(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		b.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return b.String()
}
