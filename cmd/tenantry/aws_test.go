package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tenantry/tenantry/internal/awssim/awscli"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// administrator is the access key of whoever may do everything.
const administrator = "AKIASIMULATED0000001"

// cliOf is the AWS CLI of whoever has an access key, before the script's simulated AWS.
func cliOf(ts *testscript.TestScript, key string) awscli.CLI {
	return awscli.CLI{Client: accountOf(ts).sim.Client(), Key: key, Region: "us-east-1"}
}

// atConsole posts to the stand-in for the console, and gives the status and the body of the answer.
func atConsole(ts *testscript.TestScript, action string, in map[string]string) (int, string) {
	body, err := json.Marshal(in)
	ts.Check(err)
	resp, err := http.Post(ts.Getenv("AWS_ENDPOINT_URL")+"/simulator/console/"+action, "application/json", strings.NewReader(string(body)))
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
	status, answer := atConsole(ts, "Portal", map[string]string{"person": args[0], "role": roleName(ts, args[1])})
	if (status == http.StatusOK) == neg {
		ts.Fatalf("the portal answers %d: %s", status, answer)
	}
	var out struct{ AccessKeyId string }
	ts.Check(json.Unmarshal([]byte(answer), &out))
	ts.Setenv("PORTAL_KEY", out.AccessKeyId)
}

// signinCommand has somebody sign in to QuickSight, and prints what they come to: signin SESSION ROLE. With !, that they are
// turned away.
func signinCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: [!] signin SESSION ROLE")
	}
	status, answer := atConsole(ts, "SignIn", map[string]string{"session": args[0], "role": roleName(ts, args[1]), "email": args[0] + "@example.com"})
	if neg && status != http.StatusForbidden || !neg && status != http.StatusOK {
		ts.Fatalf("signing in, %s is answered %d: %s", args[0], status, answer)
	}
	fmt.Fprintln(ts.Stdout(), answer)
}

// awsCommand calls AWS as the AWS CLI does, with the portal's credentials, and prints what AWS answers: [!] aws SERVICE
// OPERATION [--OPTION VALUE]... With !, it must be refused for want of a permission.
func awsCommand(ts *testscript.TestScript, neg bool, args []string) {
	cli := cliOf(ts, ts.Getenv("PORTAL_KEY"))
	answer, err := cli.Do(context.Background(), append([]string{"aws"}, args...)...)
	if refused := (*awscli.Refused)(nil); neg && errors.As(err, &refused) && strings.Contains(refused.Message, "is not authorized to perform") {
		fmt.Fprintln(ts.Stderr(), refused.Message)
		return
	}
	if neg || err != nil {
		ts.Fatalf("%s: %v, %s", strings.Join(args, " "), err, answer)
	}
	fmt.Fprintln(ts.Stdout(), answer)
}

// roleName is a role's name, or the one of that beginning where it ends in *: that of a permission set ends in digits.
func roleName(ts *testscript.TestScript, name string) string {
	prefix, part := strings.CutSuffix(name, "*")
	if !part {
		return name
	}
	w := accountOf(ts).sim.World()
	w.Lock()
	defer w.Unlock()
	var found []string
	for n := range w.IAM.Roles.Prefix(prefix, "", world.View{}) {
		found = append(found, n)
	}
	if len(found) != 1 {
		ts.Fatalf("these roles are called %s: %v", name, found)
	}
	return found[0]
}

// scriptCommand runs a script of commands of the AWS CLI, as an administrator: script FILE.
func scriptCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: script FILE")
	}
	ts.Check(cliOf(ts, administrator).Script(context.Background(), ts.ReadFile(args[0])))
}

// shellCommand types the commands of the AWS CLI in a file, as an administrator: shell FILE.
func shellCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: shell FILE")
	}
	eachOnce(ts, linesOf(ts.ReadFile(args[0])))
}

// followCommand types the commands that mend the findings of an audit in JSON, as an administrator, each once: follow AUDIT
// CODE... Each of the codes must have been found, and have a command; what its advice says besides is for a person.
func followCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: follow AUDIT CODE...")
	}
	eachOnce(ts, mends(ts, ts.ReadFile(args[0]), args[1:]))
}

// typed types a command as it is printed: one for the AWS CLI as an administrator, whose answer is in the script's log, and any
// other as whoever runs tenantry.
func typed(ts *testscript.TestScript, line string) error {
	if strings.HasPrefix(line, "aws ") {
		answer, err := cliOf(ts, administrator).Run(context.Background(), line)
		ts.Logf("$ %s\n%s", line, answer)
		return err
	}
	if strings.ContainsAny(line, `'"$`) {
		return ts.Exec("sh", "-c", line)
	}
	words := strings.Fields(line)
	return ts.Exec(words[0], words[1:]...)
}

// eachOnce types commands for the AWS CLI, each once, whether or not they are chained.
func eachOnce(ts *testscript.TestScript, lines []string) {
	done := map[string]bool{}
	for _, line := range lines {
		line = strings.TrimSuffix(line, " &&")
		if !strings.HasPrefix(line, "aws ") {
			ts.Fatalf("this is no command for the AWS CLI: %s", line)
		}
		if !done[line] {
			ts.Check(typed(ts, line))
		}
		done[line] = true
	}
}

func linesOf(text string) []string { return strings.Split(strings.TrimSpace(text), "\n") }

func mends(ts *testscript.TestScript, audit string, codes []string) (all []string) {
	var doc struct {
		Findings []struct{ Code, Mend string }
	}
	ts.Check(json.Unmarshal([]byte(audit), &doc))
	for _, code := range codes {
		before := len(all)
		for _, f := range doc.Findings {
			if f.Code == code {
				all = append(all, slices.DeleteFunc(strings.Split(f.Mend, "\n"), func(step string) bool { return !strings.HasPrefix(step, "aws ") })...)
			}
		}
		if len(all) == before {
			ts.Fatalf("%s has found nothing that a command mends", code)
		}
	}
	return all
}
