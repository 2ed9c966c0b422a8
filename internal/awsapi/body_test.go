package awsapi_test

import (
	"io"
	"net/http"
	"testing"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// An answer may come while net/http still looks whether there is more of the request's body, and closes that. It is no
// failed write, upon which net/http would close the connection from under the answer.
func TestBodyClosedByAnAnswer(t *testing.T) {
	bodies := 0
	r := newRig(t, nil, func(o *awsapi.Options) {
		sim := o.HTTPClient
		o.HTTPClient = clientFunc(func(req *http.Request) (*http.Response, error) {
			if req.Body == nil {
				return sim.Do(req)
			}
			bodies++
			resp, err := sim.Do(req)
			req.Body.Close()
			if n, failed := io.Copy(io.Discard, req.Body); n > 0 || failed != nil {
				t.Errorf("of a closed body there are %d bytes more, %v", n, failed)
			}
			return resp, err
		})
	})
	signIn, err := tenancy.ParseRoleARN(role)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := awsapi.NewIAM(r.AWS).Simulate(t.Context(), signIn, []string{"quicksight:CreateUser"}, "*"); err != nil {
		t.Fatal(err)
	}
	if bodies == 0 {
		t.Error("nothing was sent")
	}
}
