package tenancy

// Assigned is who is assigned to a permission set in QuickSight's account.
type Assigned struct {
	PermissionSet string // its ARN
	Groups        []GroupID
	People        []PersonID
}

// SignInSeen is somebody who signed in through a role, or tried to, as the trail has it.
type SignInSeen struct {
	Role    string // the role's name
	Session string
	At      int64  // the last time, in seconds since 1970
	Error   string // why it was denied, "" where it was not
}
