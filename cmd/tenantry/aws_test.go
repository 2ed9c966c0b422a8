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
