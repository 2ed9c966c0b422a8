package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func TestISO405(t *testing.T) {
	planted(t, "ISO405",
		plant{"an administrator", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/Admin", `{"Effect":"Allow","Action":"*","Resource":"*"}`)
		}, 1},
		plant{"the house's role", func(_ *testing.T, f *Facts) {
			allows(identity(f, staff), "more", `{"Effect":"Allow","Action":"quicksight:UpdateDataSetPermissions","Resource":"*"}`)
		}, 1},
		plant{"a user", func(_ *testing.T, f *Facts) {
			id := tenancy.Identity{ARN: "arn:aws:iam::111122223333:user/cli"}
			allows(&id, "g/p", `{"Effect":"Allow","Action":"quicksight:Register*","Resource":"*"}`)
			f.Identities.All = append(f.Identities.All, id)
		}, 1},
		plant{"what could not be read", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/Dark", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`).Policies[0].Document = ""
		}, 1},
		plant{"somebody with other rights", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/Reader", `{"Effect":"Allow","Action":["s3:*","quicksight:Describe*"],"Resource":"*"}`)
		}, 0},
		plant{"a service-linked role", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/aws-service-role/x.amazonaws.com/X", `{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}`)
		}, 0},
		plant{"an embedding role that embeds", func(t *testing.T, f *Facts) {
			id := another(t, f, "arn:aws:iam::111122223333:role/App", `{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":"arn:aws:quicksight:*:111122223333:user/t0/*"}`)
			f.Embedding = []Embedding{{id.Role, []string{"t0"}}}
		}, 0},
		plant{"an embedding role with what opens a session as anybody", func(t *testing.T, f *Facts) {
			id := another(t, f, "arn:aws:iam::111122223333:role/App", `{"Effect":"Allow","Action":"quicksight:GetSessionEmbedUrl","Resource":"*"}`)
			f.Embedding = []Embedding{{id.Role, []string{"t0"}}}
		}, 1},
		plant{"a role that makes its holder an administrator", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/Dev", `{"Effect":"Allow","Action":"quicksight:CreateAdmin","Resource":"*"}`)
		}, 1},
		plant{"a role that changes whom roles trust", func(t *testing.T, f *Facts) {
			another(t, f, "arn:aws:iam::111122223333:role/Deploy", `{"Effect":"Allow","Action":"iam:UpdateAssumeRolePolicy","Resource":"*"}`)
		}, 1},
		plant{"an embedding role that registers too", func(t *testing.T, f *Facts) {
			id := another(t, f, "arn:aws:iam::111122223333:role/App", `{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*"}`)
			f.Embedding = []Embedding{{id.Role, []string{"t0"}}}
		}, 1},
	)
}
