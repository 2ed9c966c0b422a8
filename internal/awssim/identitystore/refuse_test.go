package identitystore

import (
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/wire"
)

func TestRefuse(t *testing.T) {
	tests := []struct {
		refusal    wire.Refusal
		status     int
		code       string
		retryAfter any
	}{
		{wire.Refusal{Kind: wire.Throttled, RetryAfter: 3}, 400, "ThrottlingException", 3},
		{wire.Refusal{Kind: wire.Throttled}, 400, "ThrottlingException", nil},
		{wire.Refusal{Kind: wire.Internal, RetryAfter: 2}, 500, "InternalServerException", 2},
		{wire.Refusal{Kind: wire.AccessDenied, RetryAfter: 2}, 400, "AccessDeniedException", nil},
		{wire.Refusal{Kind: wire.Unavailable}, 503, "ServiceUnavailableException", nil},
	}
	for _, tt := range tests {
		e := service{}.Refuse(tt.refusal)
		if e.Status != tt.status || e.Code != tt.code || e.Members["RetryAfterSeconds"] != tt.retryAfter {
			t.Errorf("%+v is worded %d %s, RetryAfterSeconds %v", tt.refusal, e.Status, e.Code, e.Members["RetryAfterSeconds"])
		}
	}
}
