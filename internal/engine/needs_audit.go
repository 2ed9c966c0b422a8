package engine

import (
	"context"
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Inspector reads every asset there is as closely as an audit looks at it.
type Inspector interface {
	// Inspect reads all assets of a Region, each once. What could not be read is in the answer, with the reason; the error
	// says that nothing more can be read at all.
	Inspect(ctx context.Context, region string) (tenancy.Inspection, error)
}

// AccountSettings reads what holds for a whole QuickSight account, and for a namespace as such.
type AccountSettings interface {
	Settings(ctx context.Context) (tenancy.Settings, error)
	// Profiles lists the profiles of custom permissions, sorted by name.
	Profiles(ctx context.Context) ([]tenancy.Profile, error)
	// Assignments lists the assignments of IAM policies in a namespace, sorted by name.
	Assignments(ctx context.Context, namespace string) ([]tenancy.PolicyAssignment, error)
	// SelfUpgrade reports whether a namespace's people may make themselves more than they are without anybody's word.
	SelfUpgrade(ctx context.Context, namespace string) (bool, error)
	// RoleProfile reads the profile that a role of QuickSight's gives everybody of a namespace who has it, "" for none.
	RoleProfile(ctx context.Context, namespace string, role tenancy.Role) (string, error)
}

// IAM reads who may do what in QuickSight's account.
type IAM interface {
	// Identities reads every role and user with their policies, or, where that is denied, those roles alone.
	Identities(ctx context.Context, otherwise []tenancy.RoleARN) (tenancy.Identities, error)
	// Simulate asks IAM whether a role may do each of these actions on a resource.
	Simulate(ctx context.Context, role tenancy.RoleARN, actions []string, resource string) ([]tenancy.Simulated, error)
}

// SignInSources are what tells who signs in, or could.
type SignInSources interface {
	// Assigned lists who is assigned to a permission set in the account (sso-admin ListAccountAssignments).
	Assigned(ctx context.Context, permissionSet string) (tenancy.Assigned, error)
	// Trail reads what the trail tells of sign-ins through roles, given by their names, since a time, or as far back as it
	// can be read in a few minutes.
	Trail(ctx context.Context, roles []string, since time.Time) (tenancy.Trail, error)
}
