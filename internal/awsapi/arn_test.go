package awsapi

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestARNs writes a user's and a group's as a permission names them, in each partition, so that they are
// read again as who they are.
func TestARNs(t *testing.T) {
	acme, err := tenancy.ParseNamespace("acme")
	if err != nil {
		t.Fatal(err)
	}
	for region, prefix := range map[string]string{
		"eu-west-1":     "arn:aws:quicksight:eu-west-1:111122223333:",
		"us-gov-west-1": "arn:aws-us-gov:quicksight:us-gov-west-1:111122223333:",
		"cn-north-1":    "arn:aws-cn:quicksight:cn-north-1:111122223333:",
	} {
		a := &AWS{account: "111122223333", region: region}
		user, group := a.principal(userOf(acme, "QuickSight/ann")), a.principal(groupOf(acme, tenancy.CustodiansName))
		if user != prefix+"user/acme/QuickSight/ann" || group != prefix+"group/acme/tenantry-custodians" {
			t.Errorf("%s and %s", user, group)
		}
		if g := tenancy.ParseGrantee(a.account, user); g != (tenancy.Grantee{Kind: tenancy.ToUser, Namespace: "acme", Name: "QuickSight/ann"}) {
			t.Errorf("%+v", g)
		}
	}
}
