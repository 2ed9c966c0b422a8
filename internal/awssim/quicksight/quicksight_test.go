package quicksight_test

import (
	"fmt"
	"net/url"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

const (
	account = "/accounts/" + simtest.Account
	acme    = account + "/namespaces/acme"
	globex  = account + "/namespaces/globex"

	roleARN = "arn:aws:iam::111122223333:role/QuickSight"

	missing      = "ResourceNotFoundException"
	there        = "ResourceExistsException"
	badParameter = "InvalidParameterValueException"
	notYet       = "PreconditionNotMetException"
	forbidden    = "AccessDeniedException"
	tooMany      = "LimitExceededException"
)

// file is a world with two tenants, whose namespaces take no time.
func file(quicksight, behaviour string) string {
	return fmt.Sprintf(`{"account_id": "111122223333", "quicksight": {%s "namespaces": [
		{"name": "acme", "groups": [{"name": "acme", "members": ["QuickSight/ana"]}],
		 "users": [{"role_arn": %q, "session": "ana", "email": "ana@acme.example", "role": "READER"}]},
		{"name": "globex"}]},
		"behaviour": {"namespace_create_delay": "0s", "namespace_delete_delay": "0s" %s}}`, quicksight, roleARN, behaviour)
}

func open(t *testing.T) *simtest.Client { return simtest.New(t, file("", ""), awssim.Options{}) }

func behaving(t *testing.T, behaviour string) *simtest.Client {
	t.Helper()
	return simtest.New(t, file("", ", "+behaviour), awssim.Options{})
}

func registration(session, more string) string {
	return fmt.Sprintf(`{"IdentityType": "IAM", "Email": "x@example.com", "UserRole": "READER", "IamArn": %q, "SessionName": %q %s}`, roleARN, session, more)
}

// escaped is a name as clients write it into a path.
func escaped(name string) string { return url.PathEscape(name) }
