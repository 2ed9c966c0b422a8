package awscli

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/quicksight"
)

// service is how a service is called.
type service struct {
	signs   string // its signing name
	target  string // what stands before an operation in X-Amz-Target, of those that take JSON
	kind    string // the content type of JSON
	version string // of the API, of those that take forms
}

// services are those that are known, by their names in commands. QuickSight takes each operation at a URI of its own, and so does
// S3, of which one operation is known.
var services = map[string]service{
	"quicksight":    {signs: "quicksight"},
	"iam":           {signs: "iam", version: "2010-05-08"},
	"sts":           {signs: "sts", version: "2011-06-15"},
	"sso-admin":     {signs: "sso", target: "SWBExternalService", kind: "application/x-amz-json-1.1"},
	"identitystore": {signs: "identitystore", target: "AWSIdentityStore", kind: "application/x-amz-json-1.1"},
	"events":        {signs: "events", target: "AWSEvents", kind: "application/x-amz-json-1.1"},
	"cloudtrail":    {signs: "cloudtrail", target: "CloudTrail_20131101", kind: "application/x-amz-json-1.1"},
	"s3api":         {signs: "s3"},
	"sqs":           {signs: "sqs", target: "AmazonSQS", kind: "application/x-amz-json-1.0"},
}

// called is a command that has been read.
type called struct {
	service, operation, region string
	query                      string         // what of the answer is wanted, as a text; "" for all of it
	input                      map[string]any // texts, truths, and what was given as JSON
}

// aURL is what version 1 of the AWS CLI does not take as it stands, but for URLs of queues (AWS CLI configuration variables,
// cli_follow_urlparam; botocore and awscli, PARAMFILE_DISABLED).
var aURL = regexp.MustCompile(`^https?://`)

// callOf reads a command: aws SERVICE OPERATION --OPTION VALUE... An option without a value is true, and false where its name
// begins with no-. What --cli-input-json has holds where no option says otherwise.
func callOf(words []string) (called, error) {
	if len(words) < 3 || words[0] != "aws" {
		return called{}, fmt.Errorf("it is no aws SERVICE OPERATION")
	}
	if _, ok := services[words[1]]; !ok {
		return called{}, fmt.Errorf("the service %s is not known", words[1])
	}
	c := called{service: words[1], operation: pascal(words[2]), input: map[string]any{}}
	var whole map[string]any
	for rest := words[3:]; len(rest) > 0; {
		name, option := strings.CutPrefix(rest[0], "--")
		rest = rest[1:]
		switch {
		case !option:
			return called{}, fmt.Errorf("%s is no option", name)
		case len(rest) == 0 || strings.HasPrefix(rest[0], "--"):
			positive, no := strings.CutPrefix(name, "no-")
			c.input[pascal(positive)] = !no
			continue
		case name == "region":
			c.region = rest[0]
		case name == "query":
			c.query = rest[0]
		case name == "output" && rest[0] == "text":
		case name == "cli-input-json":
			if err := json.Unmarshal([]byte(rest[0]), &whole); err != nil {
				return called{}, fmt.Errorf("read --cli-input-json: %w", err)
			}
		case aURL.MatchString(rest[0]) && !strings.HasSuffix(name, "url"):
			return called{}, fmt.Errorf("--%s %s: version 1 of the AWS CLI gets what a URL leads to, and takes that", name, rest[0])
		default:
			c.input[pascal(name)] = value(name, rest[0])
		}
		rest = rest[1:]
	}
	for name, value := range whole {
		if _, is := c.input[name]; !is {
			c.input[name] = value
		}
	}
	if written := slices.Contains(words, "--output"); written != (c.query != "") || c.input["Output"] != nil {
		return called{}, errors.New("--query is known with --output text, and --output with --query")
	}
	return c, nil
}

// value is an option's value: JSON where it looks so, and otherwise a text. A policy is a text for every service, and so is a
// pattern of events.
func value(name, text string) any {
	if strings.HasSuffix(name, "policy") || strings.HasSuffix(name, "policy-document") || name == "event-pattern" {
		return text
	}
	if strings.HasPrefix(text, "{") || strings.HasPrefix(text, "[") {
		if raw := json.RawMessage(text); json.Valid(raw) {
			return raw
		}
	}
	return text
}

// pascal is a name of a command or of an option as the API has it: DashboardId for dashboard-id.
func pascal(name string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(name, "-") {
		if part != "" {
			b.WriteString(strings.ToUpper(part[:1]) + part[1:])
		}
	}
	return b.String()
}

func (c called) request(ctx context.Context) (*http.Request, error) {
	s := services[c.service]
	switch {
	case s.version != "":
		return c.form(ctx, s)
	case s.target != "":
		r, err := post(ctx, "POST", "/", c.input)
		if err == nil {
			r.Header.Set("Content-Type", s.kind)
			r.Header.Set("X-Amz-Target", s.target+"."+c.operation)
		}
		return r, err
	case c.service == "s3api":
		return c.list(ctx)
	}
	return c.rest(ctx)
}

// list is the request of S3's list-objects-v2.
func (c called) list(ctx context.Context) (*http.Request, error) {
	if c.operation != "ListObjectsV2" || c.input["Bucket"] == nil {
		return nil, fmt.Errorf("of S3 only list-objects-v2 of a bucket is known, and not %s", c.operation)
	}
	query := url.Values{"list-type": {"2"}}
	for name, value := range c.input {
		switch name {
		case "Bucket":
		case "Prefix":
			query.Set("prefix", fmt.Sprint(value))
		default:
			return nil, fmt.Errorf("of list-objects-v2 the option %s is not known", name)
		}
	}
	return http.NewRequestWithContext(ctx, "GET", "http://simulator.local/"+url.PathEscape(fmt.Sprint(c.input["Bucket"]))+"?"+query.Encode(), nil)
}

// form is the request of a service that takes forms. Documents are texts in them.
func (c called) form(ctx context.Context, s service) (*http.Request, error) {
	form := url.Values{"Action": {c.operation}, "Version": {s.version}}
	for name, v := range c.input {
		if raw, ok := v.(json.RawMessage); ok {
			v = string(raw)
		}
		form.Set(name, fmt.Sprint(v))
	}
	r, err := http.NewRequestWithContext(ctx, "POST", "http://simulator.local/", strings.NewReader(form.Encode()))
	if err == nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r, err
}

var place = regexp.MustCompile(`\{([A-Za-z]+)\}`)

// rest is the request of QuickSight: what its URI has a place for stands there, and the rest in the body.
func (c called) rest(ctx context.Context) (*http.Request, error) {
	method, uri, ok := quicksight.Way(c.operation)
	if !ok {
		return nil, fmt.Errorf("the operation %s is not simulated", c.operation)
	}
	body := map[string]any{}
	for name, v := range c.input {
		body[name] = v
	}
	var missing []string
	path := place.ReplaceAllStringFunc(uri, func(at string) string {
		name := at[1 : len(at)-1]
		text, ok := body[name].(string)
		if !ok {
			missing = append(missing, name)
		}
		delete(body, name)
		return url.PathEscape(text)
	})
	if len(missing) > 0 {
		return nil, fmt.Errorf("%s wants %s", c.operation, strings.Join(missing, ", "))
	}
	if len(body) == 0 {
		return http.NewRequestWithContext(ctx, method, "http://simulator.local"+path, nil)
	}
	if method == "GET" || method == "DELETE" {
		return nil, fmt.Errorf("%s takes nothing besides its path here", c.operation)
	}
	r, err := post(ctx, method, path, body)
	if err == nil {
		r.Header.Set("Content-Type", "application/json")
	}
	return r, err
}

func post(ctx context.Context, method, path string, body map[string]any) (*http.Request, error) {
	text, err := json.Marshal(body)
	if err != nil {
		return nil, err
	}
	return http.NewRequestWithContext(ctx, method, "http://simulator.local"+path, bytes.NewReader(text))
}
