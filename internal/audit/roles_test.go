package audit

import (
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// identity is the identity of a role in the facts.
func identity(f *Facts, role string) *tenancy.Identity {
	i := slices.IndexFunc(f.Identities.All, func(id tenancy.Identity) bool { return id.ARN == role })
	return &f.Identities.All[i]
}

// allows adds a policy to an identity: statements of a document.
func allows(id *tenancy.Identity, name, statements string) {
	id.Policies = append(id.Policies, tenancy.PolicyDocument{Name: name, Document: says(statements)})
}

func says(statements string) string {
	return `{"Version":"2012-10-17","Statement":[` + statements + `]}`
}

// another adds a role to the account that trusts an account, with a policy.
func another(t *testing.T, f *Facts, arn, statements string) *tenancy.Identity {
	t.Helper()
	role, err := tenancy.ParseRoleARN(arn)
	if err != nil {
		t.Fatal(err)
	}
	id := tenancy.Identity{ARN: arn, Role: role, Trust: says(`{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"sts:AssumeRole"}`)}
	allows(&id, "p", statements)
	f.Identities.All = append(f.Identities.All, id)
	return &f.Identities.All[len(f.Identities.All)-1]
}
