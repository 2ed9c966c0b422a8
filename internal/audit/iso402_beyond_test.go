package audit

import "testing"

func TestISO402(t *testing.T) {
	also := func(statement string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { allows(identity(f, signIn), "more", statement) }
	}
	planted(t, "ISO402",
		plant{"RegisterUser", also(`{"Effect":"Allow","Action":"quicksight:RegisterUser","Resource":"*"}`), 1},
		plant{"permissions of a dashboard", also(`{"Effect":"Allow","Action":"quicksight:UpdateDashboardPermissions","Resource":"*"}`), 1},
		plant{"embedding", also(`{"Effect":"Allow","Action":"quicksight:GenerateEmbedUrlForRegisteredUser","Resource":"*"}`), 1},
		plant{"listing", also(`{"Effect":"Allow","Action":["quicksight:List*","quicksight:Search*"],"Resource":"*"}`), 2},
		plant{"all of QuickSight is one finding", also(`{"Effect":"Allow","Action":"quicksight:*","Resource":"*"}`), 1},
		plant{"everything is one finding", also(`{"Effect":"Allow","Action":"*","Resource":"*"}`), 1},
		plant{"another role", also(`{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}`), 1},
		plant{"IAM", also(`{"Effect":"Allow","Action":"iam:PassRole","Resource":"*"}`), 1},
		plant{"another service", also(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}`), 1},
		plant{"by NotAction", also(`{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}`), 1},
		plant{"what is denied again", also(`{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"},{"Effect":"Deny","Action":"s3:*","Resource":"*"}`), 0},
	)
}

// How bad it is follows from what it is.
func TestISO402Severity(t *testing.T) {
	for action, want := range map[string]Severity{"quicksight:RegisterUser": Critical, "sts:AssumeRole": Critical, "quicksight:*": Critical, "*": Critical, "quicksight:ListUsers": High, "s3:GetObject": High} {
		f := clean(t, 2)
		allows(identity(f, signIn), "more", `{"Effect":"Allow","Action":"`+action+`","Resource":"*"}`)
		if r := Audit(f); len(r.Findings) != 1 || r.Findings[0].Severity != want {
			t.Errorf("%s: %+v, want one that is %s", action, r.Findings, want)
		}
	}
}
