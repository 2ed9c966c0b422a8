// Package awscli runs commands of the AWS CLI against a simulated AWS, without the AWS CLI: as much of it as the
// commands need that tenantry prints for its readers. So the demo and the tests can do what they are told word for word.
//
//	awscli.go  a line, a command, an answer
//	script.go  lines with variables
//	words.go   a line as words, as a shell takes it
//	query.go   what --query picks of an answer
//	call.go    a command as a request, in the protocol of its service
package awscli

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
)

// CLI is the AWS CLI of somebody.
type CLI struct {
	Client *http.Client // that reaches the simulated AWS, whatever the host
	Key    string       // the access key; the simulator verifies no signature
	Region string       // where a command does not say so
}

// Refused is an answer of AWS's that is an error.
type Refused struct {
	Status    int
	Operation string
	Message   string // in AWS's words, without an error's code
}

func (r *Refused) Error() string { return fmt.Sprintf("%s: %d, %s", r.Operation, r.Status, r.Message) }

// Run runs the commands of a line, which && joins, and gives the answer of the last. It stops at the first that fails; the
// error is *Refused where AWS refuses it. A command that it does not know is an error: nothing is left out silently.
func (c CLI) Run(ctx context.Context, line string) (answer string, err error) {
	commands, err := commandsOf(line, nil)
	if err != nil {
		return "", fmt.Errorf("read the command %s: %w", line, err)
	}
	for _, words := range commands {
		if answer, err = c.Do(ctx, words...); err != nil {
			return "", err
		}
	}
	return answer, nil
}

// Do is Run for one command, as words.
func (c CLI) Do(ctx context.Context, words ...string) (string, error) {
	called, err := callOf(words)
	if err != nil {
		return "", fmt.Errorf("read the command %v: %w", words, err)
	}
	r, err := called.request(ctx)
	if err != nil {
		return "", fmt.Errorf("read the command %v: %w", words, err)
	}
	region := c.Region
	if called.region != "" {
		region = called.region
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential="+c.Key+"/20260101/"+region+"/"+services[called.service].signs+
		"/aws4_request, SignedHeaders=host, Signature=simulated")
	resp, err := c.Client.Do(r)
	if err != nil {
		return "", fmt.Errorf("call %s: %w", called.operation, err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		return "", fmt.Errorf("call %s: %w", called.operation, err)
	}
	if resp.StatusCode >= http.StatusMultipleChoices {
		return "", &Refused{resp.StatusCode, called.operation, message(string(body))}
	}
	if called.query != "" {
		return pick(body, called.query)
	}
	return string(body), nil
}

// said is where an error says what is the matter, in JSON and in XML.
var said = regexp.MustCompile(`(?s)"[Mm]essage":\s*"((?:[^"\\]|\\.)*)"|<Message>(.*?)</Message>`)

func message(body string) string {
	if m := said.FindStringSubmatch(body); m != nil {
		return m[1] + m[2]
	}
	return body
}
