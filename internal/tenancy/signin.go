package tenancy

// Assigned is who is assigned to a permission set in QuickSight's account.
type Assigned struct {
	PermissionSet string // its ARN
	Groups        []GroupID
	People        []PersonID
	// Inline is the permission set's inline policy, "" for none, nil where it could not be read. Its role has it once it has
	// been provisioned.
	Inline *string
}

// Trail is what CloudTrail tells about sign-ins. Events reach it late, or in rare cases never (CloudTrail user guide):
// that it says nothing proves nothing.
type Trail struct {
	// Since is how far back it was read, in seconds since 1970, and From the day of it, in UTC: 2026-11-27.
	Since int64
	From  string
	// SignIns are the last sign-ins of each session of a role, as the federation has it: whether QuickSight let them in, it
	// does not say. Sorted by Role and Session.
	SignIns []SignIn
	// Provisioned are those whom just-in-time provisioning registered in default, likewise.
	Provisioned []SignIn
	// Changed is when the policies of each role were last changed, by the role's name, in seconds since 1970.
	Changed map[string]int64
}

// SignIn is somebody who signed in through a role.
type SignIn struct {
	Role    string // the role's name
	Session string
	At      int64  // in seconds since 1970
	Day     string // of At, in UTC: 2026-11-27
}
