package world

// Breach is a rule of the identity store that a change would break, in the words of the Identity Store API. Every
// front through which people and groups are changed keeps the same rules, and each has its own shape for them.
type Breach string

// The breaches.
const (
	TakenUserName  Breach = "Duplicate UserName"
	TakenEmail     Breach = "Duplicate Email"
	TakenGroupName Breach = "Duplicate GroupDisplayName"
	AlreadyMember  Breach = "Member and Group relationship already exists."
	TooManyUsers   Breach = "the identity store holds as many users as its quota allows"
	TooManyGroups  Breach = "the identity store holds as many groups as its quota allows"
)

// Error gives the rule as a message.
func (b Breach) Error() string { return string(b) }

// Quota says whether it is a limit that was met, and not a name that somebody else has.
func (b Breach) Quota() bool { return b == TooManyUsers || b == TooManyGroups }

// The quotas of an identity store, as the user guide gives them.
const (
	maxUsers  = 200_000
	maxGroups = 100_000
)

// AddUser stores a new user, enabled unless p says otherwise, under an id of its own. by is who did it. The error
// is a Breach.
func (d *Directory) AddUser(p Person, by string) (Person, error) {
	if err := d.free(p); err != nil {
		return p, err
	}
	if d.users.Len() >= maxUsers {
		return p, TooManyUsers
	}
	p.ID = d.w.NewID()
	p.Status = or(p.Status, PersonEnabled)
	p.CreatedAt, p.CreatedBy = d.w.Now(), by
	p.UpdatedAt, p.UpdatedBy = p.CreatedAt, by
	d.PutUser(p)
	return p, nil
}

// ChangeUser stores a user that is there, changed by by. The error is a Breach.
func (d *Directory) ChangeUser(p Person, by string) (Person, error) {
	if err := d.free(p); err != nil {
		return p, err
	}
	p.UpdatedAt, p.UpdatedBy = d.w.Now(), by
	d.PutUser(p)
	return p, nil
}

// free says whether the names of p are free, or p's own.
func (d *Directory) free(p Person) error {
	if id, ok := d.UserID(p.UserName); ok && id != p.ID {
		return TakenUserName
	}
	if p.Email == "" {
		return nil
	}
	if id, ok := d.UserIDByEmail(p.Email); ok && id != p.ID {
		return TakenEmail
	}
	return nil
}

// AddGroup stores a new group under an id of its own. by is who did it. The error is a Breach.
func (d *Directory) AddGroup(g DirectoryGroup, by string) (DirectoryGroup, error) {
	if _, taken := d.GroupID(g.DisplayName); taken {
		return g, TakenGroupName
	}
	if d.groups.Len() >= maxGroups {
		return g, TooManyGroups
	}
	g.ID = d.w.NewID()
	g.CreatedAt, g.CreatedBy = d.w.Now(), by
	g.UpdatedAt, g.UpdatedBy = g.CreatedAt, by
	d.PutGroup(g)
	return g, nil
}

// ChangeGroup stores a group that is there, changed by by. The error is a Breach.
func (d *Directory) ChangeGroup(g DirectoryGroup, by string) (DirectoryGroup, error) {
	if id, taken := d.GroupID(g.DisplayName); taken && id != g.ID {
		return g, TakenGroupName
	}
	g.UpdatedAt, g.UpdatedBy = d.w.Now(), by
	d.PutGroup(g)
	return g, nil
}

// AddMember puts a user into a group; both must be there. The error is a Breach.
func (d *Directory) AddMember(groupID, userID, by string) (DirectoryMembership, error) {
	if m, there := d.Membership(groupID, userID, View{}); there {
		return m, AlreadyMember
	}
	now := d.w.Now()
	m := DirectoryMembership{ID: d.w.NewID(), GroupID: groupID, UserID: userID,
		CreatedAt: now, UpdatedAt: now, CreatedBy: by, UpdatedBy: by}
	d.Join(m)
	return m, nil
}
