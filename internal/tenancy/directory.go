package tenancy

// Person is a user of the identity store.
type Person struct {
	ID       PersonID
	UserName string // unique in the store, 1 to 128 characters of almost any kind
	Email    string // "" where the store has none
	Disabled bool   // an absent UserStatus means enabled
}

// Group is a group of the identity store. Groups do not nest.
type Group struct {
	ID   GroupID
	Name string // the display name: free text, changeable
}

// Directory is what Identity Center's identity store holds, as far as the rules need it: everyone,
// every group, and the members of the groups that feed a tenant or the house.
type Directory struct {
	Store  StoreID
	People []Person // sorted by ID
	Groups []Group  // sorted by ID
	// Members holds, for each group that was asked for, who is in it, sorted. A group that is
	// absent here was not read, which is not the same as a group without members.
	Members map[GroupID][]PersonID
}

// MembershipID is the identifier of a membership in the identity store.
type MembershipID string

// Membership says that a person is in a group of the identity store.
type Membership struct {
	ID     MembershipID
	Group  GroupID
	Person PersonID
}
