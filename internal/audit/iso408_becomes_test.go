package audit

import (
	"testing"

	"github.com/tenantry/tenantry/internal/policy"
)

func TestISO408(t *testing.T) {
	trusted := func(principal, more string) func(*testing.T, *Facts) {
		return func(t *testing.T, f *Facts) {
			id := another(t, f, "arn:aws:iam::111122223333:role/Jobs", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)
			id.Trust = says(`{"Effect":"Allow","Principal":` + principal + `,"Action":"sts:AssumeRole"` + more + `}`)
		}
	}
	planted(t, "ISO408",
		plant{"the sign-in role by its name", trusted(`{"AWS":"arn:aws:iam::111122223333:role/QuickSight"}`, ""), 1},
		plant{"one session of it", trusted(`{"AWS":"arn:aws:sts::111122223333:assumed-role/QuickSight/author-t0"}`, ""), 1},
		plant{"everybody", trusted(`"*"`, ""), 1},
		plant{"everybody of the organization", trusted(`{"AWS":"*"}`, `,"Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-1"}}`), 1},
		plant{"everybody but one", func(t *testing.T, f *Facts) {
			id := another(t, f, "arn:aws:iam::111122223333:role/Jobs", `{"Effect":"Allow","Action":"s3:*","Resource":"*"}`)
			id.Trust = says(`{"Effect":"Allow","NotPrincipal":{"AWS":"arn:aws:iam::111122223333:role/x"},"Action":"sts:*"}`)
		}, 1},
		plant{"everybody of a name that is another", trusted(`{"AWS":"*"}`, `,"Condition":{"ArnLike":{"aws:PrincipalArn":"arn:aws:iam::111122223333:role/Admin*"}}`), 0},
		plant{"the account", trusted(`{"AWS":"arn:aws:iam::111122223333:root"}`, ""), 0},
		plant{"another role", trusted(`{"AWS":"arn:aws:iam::111122223333:role/QuickSightToo"}`, ""), 0},
		plant{"a service", trusted(`{"Service":"lambda.amazonaws.com"}`, ""), 0},
		plant{"everybody, and the sign-in role is denied it", func(t *testing.T, f *Facts) {
			trusted(`"*"`, "")(t, f)
			allows(identity(f, signIn), "no", `{"Effect":"Deny","Action":"sts:*","Resource":"*"}`)
		}, 0},
	)
}

// A role that holds keys makes it critical.
func TestISO408OfAnAdministrator(t *testing.T) {
	f := clean(t, 1)
	id := another(t, f, "arn:aws:iam::111122223333:role/Admin", `{"Effect":"Allow","Action":"*","Resource":"*"}`)
	id.Trust = says(`{"Effect":"Allow","Principal":{"AWS":"` + signIn + `"},"Action":"sts:AssumeRole"}`)
	known(f, "ISO405", id.ARN)
	r := Audit(sorted(f))
	if len(r.Findings) != 1 || r.Findings[0].Code != "ISO408" || r.Findings[0].Severity != Critical {
		t.Errorf("findings: %+v", r.Findings)
	}
	if a := policy.Becomes(*identity(f, staff), *id).Answer; a != policy.No {
		t.Errorf("a role that is not named becomes it: %s", a)
	}
}
