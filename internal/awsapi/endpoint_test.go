package awsapi_test

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awsapi"
)

// T20: an endpoint of one's own gets no signed call where none of AWS's can be: not a service of the machine's, whose answers
// would be told, and nobody without TLS.
func TestT20Endpoints(t *testing.T) {
	for endpoint, sent := range map[string]bool{
		"https://quicksight.us-east-1.amazonaws.com":                true,
		"https://vpce-0a1b.quicksight.us-east-1.vpce.amazonaws.com": true,
		"https://10.0.0.7":               true, // an interface endpoint in a VPC
		"http://127.0.0.1:4599":          true,
		"http://[::1]:4599":              true,
		"http://localhost:4599":          true,
		"http://169.254.169.254":         false,
		"https://169.254.169.254":        false,
		"http://169.254.170.2":           false,
		"http://[fe80::1]":               false,
		"https://[::ffff:a9fe:a9fe]":     false, // 169.254.169.254 once more
		"http://0.0.0.0:4599":            false,
		"http://10.0.0.7":                false,
		"http://localhost.evil.example":  false,
		"http://quicksight.evil.example": false,
	} {
		reached := 0
		r := newRig(t, nil, func(o *awsapi.Options) {
			o.Endpoint = endpoint
			sim := o.HTTPClient
			o.HTTPClient = clientFunc(func(req *http.Request) (*http.Response, error) {
				reached++
				return sim.Do(req)
			})
		})
		_, err := r.Preflight().Account(t.Context())
		var refused *awsapi.EndpointError
		if sent != (reached > 0) || !sent && (!errors.As(err, &refused) || refused.Hint() == "") {
			t.Errorf("%s: reached %d times, %v", endpoint, reached, err)
		}
	}
}

// T20: an answer that points elsewhere takes no credentials there.
func TestT20Redirects(t *testing.T) {
	var got []string
	elsewhere := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		got = append(got, r.Header.Get("Authorization")+r.Header.Get("X-Amz-Security-Token"))
		w.WriteHeader(http.StatusForbidden)
	}))
	defer elsewhere.Close()
	first := 0
	pointing := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		first++
		_, _ = io.Copy(io.Discard, r.Body)
		http.Redirect(w, r, strings.Replace(elsewhere.URL, "127.0.0.1", "localhost", 1)+r.URL.Path, http.StatusTemporaryRedirect)
	}))
	defer pointing.Close()
	a, err := awsapi.New(t.Context(), awsapi.Options{
		AccountID: account, Region: "us-east-1", StoreID: storeID, Endpoint: pointing.URL,
		Credentials: &awsapi.Credentials{AccessKeyID: "AKIATEST", SecretAccessKey: "s", SessionToken: "token"},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := a.Preflight().Account(t.Context()); err == nil || first == 0 {
		t.Errorf("asked %d times, %v", first, err)
	}
	for _, secrets := range got {
		if secrets != "" {
			t.Errorf("sent on with %q", secrets)
		}
	}
}
