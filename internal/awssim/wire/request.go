package wire

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// MaxBody is the largest request body that is read, in bytes.
const MaxBody = 10 << 20

// Caller is who signed a request.
type Caller struct {
	AccessKey string
	Account   string // 12 digits
	ARN       string // as STS GetCallerIdentity gives it
	UserID    string // as STS GetCallerIdentity gives it
}

// Request is an HTTP request as a room sees it.
type Request struct {
	ID       string // x-amzn-RequestId of the answer
	Service  string // signing name, from the credential scope
	Region   string // from the credential scope
	Op       Op     // set once routed
	Caller   Caller
	SignedAt time.Time // X-Amz-Date; zero when absent or malformed
	Asked    time.Time // when its service was first asked to serve it; zero: it does not wait
	Scheme   string    // of the URL that it was sent to
	Host     string
	Method   string
	RawPath  string // escaped, as it was sent
	Path     map[string]string
	Query    url.Values
	Header   http.Header
	Body     []byte
}

// ErrUnsigned is what [NewRequest] gives for a request without a Signature
// Version 4 Authorization header.
var ErrUnsigned = errors.New("request is not signed")

// NewRequest reads hr completely. It gives ErrUnsigned when hr carries no
// credential scope; signatures themselves are not verified, as the simulator
// knows no secret keys.
func NewRequest(hr *http.Request) (*Request, error) {
	r := &Request{
		Scheme:  scheme(hr),
		Host:    hr.Host,
		Method:  hr.Method,
		RawPath: hr.URL.EscapedPath(),
		Path:    make(map[string]string),
		Query:   hr.URL.Query(),
		Header:  hr.Header,
	}
	if hr.Body != nil {
		b, err := io.ReadAll(io.LimitReader(hr.Body, MaxBody+1))
		if err != nil {
			return nil, fmt.Errorf("read request body: %w", err)
		}
		if len(b) > MaxBody {
			return nil, fmt.Errorf("request body is larger than %d bytes", MaxBody)
		}
		r.Body = b
	}
	r.SignedAt, _ = time.Parse("20060102T150405Z", hr.Header.Get("X-Amz-Date"))
	if !r.scope(hr.Header.Get("Authorization")) {
		return r, ErrUnsigned
	}
	return r, nil
}

// scheme is that of the URL that a client sent hr to, or of the connection that a server has it from.
func scheme(hr *http.Request) string {
	switch {
	case hr.URL.Scheme != "":
		return hr.URL.Scheme
	case hr.TLS != nil:
		return "https"
	default:
		return "http"
	}
}

// scope reads KEY/DATE/REGION/SERVICE/aws4_request out of an Authorization
// header.
func (r *Request) scope(auth string) bool {
	_, rest, ok := strings.Cut(auth, "Credential=")
	if !ok || !strings.HasPrefix(auth, "AWS4-HMAC-SHA256") {
		return false
	}
	cred, _, _ := strings.Cut(rest, ",")
	part := strings.Split(strings.TrimSpace(cred), "/")
	// An access key may not hold a slash, so the scope is the last four parts.
	if len(part) != 5 || part[4] != "aws4_request" || part[0] == "" || part[3] == "" {
		return false
	}
	r.Caller.AccessKey, r.Region, r.Service = part[0], part[2], part[3]
	return true
}

// Target gives the prefix and operation of X-Amz-Target, both empty when there
// is none.
func (r *Request) Target() (prefix, operation string) {
	prefix, operation, _ = strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	return prefix, operation
}

// Form gives the members of a query-protocol request: those of the URL, and
// those of the body.
func (r *Request) Form() (url.Values, error) {
	form, err := url.ParseQuery(string(r.Body))
	if err != nil {
		return nil, Errorf(400, "MalformedQueryString", "the request body is not a form: %v", err)
	}
	for name, values := range r.Query {
		form[name] = append(form[name], values...)
	}
	return form, nil
}

// Decode reads the JSON body into v. An empty body is an empty object. Members
// that v does not have are ignored, as AWS ignores them; a member of the wrong
// type is a SerializationException.
func (r *Request) Decode(v any) error {
	if len(r.Body) == 0 {
		return nil
	}
	err := json.Unmarshal(r.Body, v)
	var wrong *json.UnmarshalTypeError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &wrong):
		return Errorf(400, "SerializationException", "%s can not be converted to %s: %s", wrong.Value, wrong.Type, wrong.Field)
	default:
		return Errorf(400, "SerializationException", "the request body is not JSON: %v", err)
	}
}
