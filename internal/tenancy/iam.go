package tenancy

// Identity is an IAM role or user of QuickSight's account, with all that says what it may do and who may become it
// (IAM GetAccountAuthorizationDetails).
type Identity struct {
	ARN string
	// Role is the role's ARN as such, the zero RoleARN for a user.
	Role RoleARN
	// Trust is the trust policy's document, "" for a user.
	Trust string
	// Policies are those of the identity itself and of a user's groups, inline and attached, sorted by Name.
	Policies []PolicyDocument
	// Boundary is the permissions boundary, nil where there is none.
	Boundary *PolicyDocument
	// LastUsed is when a role was last used, in seconds since 1970; 0 where IAM does not say.
	LastUsed int64
}

// PolicyDocument is an IAM policy as it was read.
type PolicyDocument struct {
	Name     string // as in IAM; of a group's, "GROUP/NAME"
	ARN      string // of a managed policy, "" for an inline one
	Document string // JSON; "" where it could not be read
}

// Identities are those of an account.
type Identities struct {
	All []Identity // sorted by ARN
	// Only says that they are no more than those that were asked for one by one, since the list of all was denied.
	Only bool
}

// Of finds a role's identity, nil where it was not read.
func (i *Identities) Of(role RoleARN) *Identity {
	for at := range i.All {
		if !role.IsZero() && i.All[at].Role == role {
			return &i.All[at]
		}
	}
	return nil
}

// Simulated is what IAM itself answers about an action of a role (IAM SimulatePrincipalPolicy).
type Simulated struct {
	Role    RoleARN
	Action  string
	Allowed bool
	// Missing says that IAM could not know, for want of the values of condition keys.
	Missing []string
}
