package wire

import (
	"encoding/xml"
	"errors"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestErrorsInEveryProtocol(t *testing.T) {
	e := Errorf(429, "ThrottlingException", "slow <down>").With("RetryAfterSeconds", 3)
	for p, want := range map[Protocol]string{
		JSON10:   `{"RetryAfterSeconds":3,"__type":"ThrottlingException","message":"slow \u003cdown\u003e"}`,
		RESTJSON: `{"Message":"slow \u003cdown\u003e","RequestId":"r","RetryAfterSeconds":3}`,
		JSON11:   `{"Message":"slow \u003cdown\u003e","RequestId":"r","RetryAfterSeconds":3,"__type":"ThrottlingException"}`,
		Query: `<ErrorResponse><Error><Type>Sender</Type><Code>ThrottlingException</Code><Message>slow &lt;down&gt;</Message></Error>` +
			`<RequestId>r</RequestId></ErrorResponse>`,
	} {
		r := p.Error(e, "r")
		if string(r.Body) != want || r.Status != 429 || r.ErrorType != "ThrottlingException" {
			t.Errorf("protocol %d: %d %s %s\nwant %s", p, r.Status, r.ErrorType, r.Body, want)
		}
	}
	if got := JSON10.Error(e, "r").QueryError; got != "ThrottlingException;Sender" {
		t.Errorf("x-amzn-query-error: %s", got)
	}
	former := *e
	former.QueryCode, former.Status = "Former", 500
	if got := JSON10.Error(&former, "r").QueryError; got != "Former;Receiver" {
		t.Errorf("x-amzn-query-error: %s", got)
	}
	if e.With("X", 1); e.Members["X"] != nil {
		t.Error("With has changed its receiver")
	}
}

func TestUnexpectedErrors(t *testing.T) {
	for p, code := range map[Protocol]string{RESTJSON: "InternalFailureException", JSON11: "InternalServerException", Query: "ServiceFailure", JSON10: "InternalError"} {
		if e := AsError(p, errors.New("oops")); e.Code != code || e.Status != 500 {
			t.Errorf("protocol %d: %+v", p, e)
		}
	}
	want := Errorf(404, "NoSuchEntity", "none")
	if got := AsError(Query, want); got != want {
		t.Errorf("a modelled error became %v", got)
	}
}

func TestXMLAnswer(t *testing.T) {
	type result struct {
		XMLName xml.Name `xml:"GetRoleResult"`
		Name    string
	}
	r, err := XMLAnswer("GetRole", "urn:x", "r", result{Name: "a&b"})
	want := `<GetRoleResponse xmlns="urn:x"><GetRoleResult><Name>a&amp;b</Name></GetRoleResult><ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></GetRoleResponse>`
	if err != nil || string(r.Body) != want {
		t.Errorf("%s, %v\nwant %s", r.Body, err, want)
	}
}

func TestCredentialScope(t *testing.T) {
	for auth, want := range map[string]string{
		"AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/quicksight/aws4_request, SignedHeaders=host, Signature=0": "AKIA us-east-1 quicksight",
		"AWS4-HMAC-SHA256 SignedHeaders=host,Credential=AKIA/20260101/eu-west-1/iam/aws4_request,Signature=0":          "AKIA eu-west-1 iam",
		"AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/quicksight/aws5_request, Signature=0":                     "",
		"AWS4-HMAC-SHA256 Credential=/20260101/us-east-1/quicksight/aws4_request":                                      "",
		"AWS4-HMAC-SHA256 Credential=AKIA/us-east-1/quicksight/aws4_request":                                           "",
		"Basic Credential=AKIA/20260101/us-east-1/quicksight/aws4_request":                                             "",
		"": "",
	} {
		hr := httptest.NewRequest("GET", "/", nil)
		hr.Header.Set("Authorization", auth)
		r, err := NewRequest(hr)
		got := strings.TrimSpace(r.Caller.AccessKey + " " + r.Region + " " + r.Service)
		if got != want || (want == "") != errors.Is(err, ErrUnsigned) {
			t.Errorf("%s: %q, %v; want %q", auth, got, err, want)
		}
	}
}

func TestRouter(t *testing.T) {
	router := NewRouter(
		Route{Operation: "List", Method: "GET", URI: "/n/{N}/users"},
		Route{Operation: "Get", Method: "GET", URI: "/n/{N}/users/{U}"},
		Route{Operation: "Put", Method: "PUT", URI: "/n/{N}/users/{U}"},
	)
	for line, want := range map[string]string{
		"GET /n/a/users":              "List a ",
		"GET /n/a/users/Role%2Fana":   "Get a Role/ana",
		"PUT /n/a/users/%E2%82%AC%20": "Put a € ",
		"GET /n/a/users/Role/ana":     "",
		"GET /n/a/users/":             "",
		"GET /n//users":               "",
		"DELETE /n/a/users/x":         "",
		"GET /n/%2F/users":            "List / ",
	} {
		method, path, _ := strings.Cut(line, " ")
		r, _ := NewRequest(httptest.NewRequest(method, path, nil))
		got := ""
		if route, ok := router.Match(r); ok {
			got = route.Operation + " " + r.Path["N"] + " " + r.Path["U"]
		}
		if got != want {
			t.Errorf("%s: %q, want %q", line, got, want)
		}
	}
}

func TestBodies(t *testing.T) {
	r, err := NewRequest(httptest.NewRequest("POST", "/?Version=1", strings.NewReader("Action=GetRole&RoleName=a%20b")))
	if !errors.Is(err, ErrUnsigned) {
		t.Fatal(err)
	}
	form, err := r.Form()
	if err != nil || form.Get("RoleName") != "a b" || form.Get("Version") != "1" {
		t.Errorf("form %v, %v", form, err)
	}
	large := httptest.NewRequest("POST", "/", strings.NewReader(strings.Repeat("x", MaxBody+1)))
	if _, err := NewRequest(large); err == nil || errors.Is(err, ErrUnsigned) {
		t.Errorf("a body that is too large: %v", err)
	}
}
