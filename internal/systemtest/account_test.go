package systemtest

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/world"
)

// hint is what an error says that one can do.
func hint(err error) string {
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return h.Hint()
	}
	return ""
}

// TestPreflight: what makes every run pointless or wrong is found before the first write, and said with
// what mends it.
func TestPreflight(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change func(seed *world.Seed)
		says   string // in the error or its hint
	}{
		"F47: another identity Region": {func(s *world.Seed) {
			s.QuickSight.IdentityRegion, s.IdentityCenter.Region = "eu-west-1", region
		}, "eu-west-1"},
		"F48: another account": {func(s *world.Seed) {
			s.Callers = []world.Caller{{AccessKey: "AKIASIMULATED0000001", Account: "999988887777", ARN: "arn:aws:iam::999988887777:user/eve"}}
		}, "999988887777"},
		"F48: another identity store":               {func(s *world.Seed) { s.IdentityCenter.IdentityStoreID = "d-9999999999" }, store},
		"F48: the identity store of another Region": {func(s *world.Seed) { s.IdentityCenter.Region = "eu-west-1" }, store},
		"nobody's credentials": {func(s *world.Seed) {
			s.Callers = []world.Caller{{AccessKey: "AKIASOMEBODYELSE0001", ARN: "arn:aws:iam::111122223333:user/ann"}}
		}, "credentials"},
		"integrated with Identity Center": {func(s *world.Seed) {
			s.QuickSight.InstanceARN, s.QuickSight.AuthenticationType = "arn:aws:sso:::instance/ssoins-1234567890abcdef", "IAM_IDENTITY_CENTER"
		}, "IAM Identity Center"},
		"Active Directory": {func(s *world.Seed) { s.QuickSight.AuthenticationType = "ACTIVE_DIRECTORY" }, "Active Directory"},
		"Standard edition": {func(s *world.Seed) { s.QuickSight.Edition = "STANDARD" }, "Enterprise"},
		"the store cannot be read": {func(s *world.Seed) {
			s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"identitystore:ListUsers"}}}
		}, "identitystore:ListUsers"},
		"QuickSight cannot be read": {func(s *world.Seed) {
			s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"quicksight:ListNamespaces"}}}
		}, "quicksight:ListNamespaces"},
		"IAM cannot be read": {func(s *world.Seed) {
			s.Behaviour.Denied = []world.Denial{{Caller: "*", Actions: []string{"iam:ListRoles"}}}
		}, "iam:ListRoles"},
	} {
		t.Run(name, func(t *testing.T) {
			seed := tenants(1, 3)
			c.change(&seed)
			in(t, seed, settings{}, func(r *rig) {
				_, err := r.start().apply(context.Background())
				if err == nil {
					t.Fatal("the run went well")
				}
				if text := err.Error() + "\n" + hint(err); !strings.Contains(text, c.says) || hint(err) == "" {
					t.Errorf("the error does not say %q, or not what mends it:\n%s", c.says, text)
				}
				if n := r.sim.Writes(); n > 0 {
					t.Errorf("%d writes", n)
				}
			})
		})
	}
}

// TestNoSignInRole: a sign-in role that is not there holds the tenants, and nothing is written.
func TestNoSignInRole(t *testing.T) {
	t.Parallel()
	seed := tenants(2, 3)
	seed.IAM.Roles = nil
	in(t, seed, settings{}, func(r *rig) {
		pass := r.settled()
		if len(pass.Plan.Holds) != 2 {
			t.Errorf("holds: %v", pass.Plan.Holds)
		}
	})
}
