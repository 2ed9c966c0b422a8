package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO406(t *testing.T) {
	planted(t, "ISO406",
		plant{"a policy that was not read", func(_ *testing.T, f *Facts) {
			identity(f, signIn).Policies[0].Document = ""
		}, 1},
		plant{"a trust policy that was not read", func(_ *testing.T, f *Facts) { identity(f, signIn).Trust = "" }, 1},
		plant{"the trust policy of the house's role, which is not understood", func(_ *testing.T, f *Facts) { identity(f, staff).Trust = "{}" }, 1},
		plant{"the door under a condition", func(_ *testing.T, f *Facts) {
			identity(f, signIn).Policies = nil
			allows(identity(f, signIn), "p", `{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/bi":"yes"}}}`)
		}, 1},
		plant{"more under a condition", func(_ *testing.T, f *Facts) {
			allows(identity(f, signIn), "p", `{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}`)
		}, 1},
		plant{"IAM says otherwise", func(_ *testing.T, f *Facts) {
			f.Simulated = []tenancy.Simulated{{Role: f.SignIn[0].Role, Action: "quicksight:CreateReader", Allowed: true}}
		}, 1},
		plant{"IAM says the same", func(_ *testing.T, f *Facts) {
			f.Simulated = []tenancy.Simulated{{Role: f.SignIn[0].Role, Action: "quicksight:CreateReader"}}
		}, 0},
	)
}
