package systemtest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// porter is an administrator at the door: what they ask tenantry, and what they type.
type porter struct {
	*rig
	asked app.DoorQuestion
	comes string // the role through which those come who are registered nowhere
}

// facts are those of `tenantry door`, some seconds later.
func (p *porter) facts() *audit.DoorFacts {
	p.Helper()
	time.Sleep(2 * time.Second)
	q := p.asked
	q.Back = 14 * 24 * time.Hour
	f, err := app.LookAtDoor(context.Background(), p.start().as(policy.ForAudit).app, p.config, q, func(string) {})
	if err != nil {
		p.Fatalf("looking at the door: %v", err)
	}
	time.Sleep(2 * time.Second)
	return f
}

// stands looks at the door, whose next step must be this.
func (p *porter) stands(next string) audit.Door {
	p.Helper()
	d := audit.LookAtDoor(p.facts())
	if d.Next != next {
		p.Errorf("the next step is %q, and should be %q: %+v, locked out are %+v", d.Next, next, d.Steps, d.LockedOut)
	}
	return d
}

// run types commands that were printed.
func (p *porter) run(all audit.DoorCommands, err error) {
	p.Helper()
	if err != nil || len(all.Lines) == 0 {
		p.Fatalf("no commands: %v, %v", all.Notes, err)
	}
	for _, line := range all.Lines {
		p.types(line)
	}
	time.Sleep(2 * time.Second)
}

// types runs one command of the AWS CLI: iam or sso-admin, an operation, and options with a value each.
func (p *porter) types(line string) {
	p.Helper()
	words := shellWords(line)
	if len(words) < 3 || words[0] != "aws" || len(words)%2 == 0 {
		p.Fatalf("no command: %q", words)
	}
	in := map[string]string{}
	for i := 3; i < len(words); i += 2 {
		in[camel(strings.TrimPrefix(words[i], "--"))] = words[i+1]
	}
	body, err := json.Marshal(in)
	service, kind, target := "sso", "application/x-amz-json-1.1", "SWBExternalService."+camel(words[2])
	if words[1] == "iam" {
		form := url.Values{"Action": {camel(words[2])}, "Version": {"2010-05-08"}}
		for name, value := range in {
			form.Set(name, value)
		}
		service, kind, target, body = "iam", "application/x-www-form-urlencoded", "", []byte(form.Encode())
	}
	if err != nil {
		p.Fatalf("%v", err)
	}
	req, err := http.NewRequest(http.MethodPost, "http://127.0.0.1/", strings.NewReader(string(body)))
	if err != nil {
		p.Fatalf("%v", err)
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("X-Amz-Target", target)
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+administratorKey+"/20260101/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := p.sim.Client().Do(req)
	if err != nil {
		p.Fatalf("%s: %v", line, err)
	}
	defer resp.Body.Close()
	if answer, _ := io.ReadAll(resp.Body); resp.StatusCode != http.StatusOK {
		p.Fatalf("%s: %d %s", line, resp.StatusCode, answer)
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

// shellWords are the words of a line, as a shell reads them, with nothing but single quotes in it.
func shellWords(line string) []string {
	var words []string
	for i, part := range strings.Split(line, "'") {
		if i%2 == 1 {
			words = append(words, part)
		} else {
			words = append(words, strings.Fields(part)...)
		}
	}
	return words
}

// roleOfSet is the name of the role that Identity Center has made.
func (r *rig) roleOfSet() string {
	r.w.Lock()
	defer r.w.Unlock()
	for name, role := range r.w.IAM.Roles.All() {
		if strings.HasPrefix(role.Path, tenancy.ReservedPath) {
			return name
		}
	}
	r.Fatalf("no permission set has a role")
	return ""
}
