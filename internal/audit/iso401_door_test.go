package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO401(t *testing.T) {
	opens := func(statement string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) {
			id := identity(f, signIn)
			id.Policies = nil
			allows(id, "quick", statement)
		}
	}
	planted(t, "ISO401",
		plant{"as the user guide has it", opens(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"arn:aws:quicksight::111122223333:user/${aws:userid}"}`), 1},
		plant{"all three are one finding", opens(`{"Effect":"Allow","Action":["quicksight:CreateReader","quicksight:CreateUser","quicksight:CreateAdmin"],"Resource":"*"}`), 1},
		plant{"denied to one person only", func(t *testing.T, f *Facts) {
			opens(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}`)(t, f)
			canary, _ := policy.Canary([]tenancy.Session{"reader-t0"})
			identity(f, signIn).Policies = append(identity(f, signIn).Policies, tenancy.PolicyDocument{Name: "canary", Document: canary})
		}, 1},
		plant{"denied to all besides", func(_ *testing.T, f *Facts) {
			allows(identity(f, signIn), "quick", `{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}`)
		}, 0},
		plant{"a role without any policy", func(_ *testing.T, f *Facts) { identity(f, signIn).Policies = nil }, 0},
		plant{"a boundary holds it shut", func(t *testing.T, f *Facts) {
			opens(`{"Effect":"Allow","Action":"quicksight:CreateReader","Resource":"*"}`)(t, f)
			identity(f, signIn).Boundary = &tenancy.PolicyDocument{Document: says(`{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)}
		}, 0},
	)
}
