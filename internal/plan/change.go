package plan

import "github.com/tenantry/tenantry/internal/tenancy"

// Change is one thing that can be done to QuickSight. The set is closed: what stands in this file, and what a migration
// does in change_outside.go, is everything that tenantry can do to an account. Changes are values and compare with ==.
type Change interface {
	// Kind names what is done.
	Kind() Kind
	// In is the one namespace that the change writes to.
	In() tenancy.Namespace
	// Who is the person concerned, "" where it concerns nobody in particular or nobody known.
	Who() tenancy.PersonID
	// Object is what is acted on, within the namespace: a user name, a mirror's name, or "".
	Object() string
}

// Kind is the stable name of a Change, as plans and histories hold it.
type Kind string

// The kinds, in the order in which they are done within a namespace.
const (
	KindCreateNamespace      Kind = "create-namespace"
	KindCreateMirror         Kind = "create-mirror"
	KindRegister             Kind = "register"
	KindUpdateUser           Kind = "update-user"
	KindSetCustomPermissions Kind = "set-custom-permissions"
	KindResume               Kind = "resume"
	KindAddMember            Kind = "add-member"
	KindLowerRole            Kind = "lower-role"
	KindRemoveMember         Kind = "remove-member"
	KindSuspend              Kind = "suspend"
	KindBeginMove            Kind = "begin-move"
	KindPark                 Kind = "park"
	KindHandOver             Kind = "hand-over"
	KindRemoveRegistration   Kind = "remove-registration"
	KindGiveBack             Kind = "give-back"
	KindUnpark               Kind = "unpark"
	KindEndMove              Kind = "end-move"
	KindRebind               Kind = "rebind"        // by a command of its own; no difference asks for it
	KindHandToHouse          Kind = "hand-to-house" // likewise
	KindRevoke               Kind = "revoke"        // likewise
	KindShare                Kind = "share"
	KindCreateFolder         Kind = "create-folder"
	KindOpenFolder           Kind = "open-folder"
)

// TakesAway reports whether a change of this kind takes something from someone: an access, a role.
func (k Kind) TakesAway() bool {
	return k == KindLowerRole || k == KindRemoveMember || k == KindSuspend || k == KindRemoveRegistration || k == KindRevoke || k == KindDeleteNamespace
}

// What adds.
type (
	// CreateNamespace makes a tenant's namespace, tagged as ours. It is asynchronous: nothing is
	// written into the namespace before QuickSight calls it CREATED.
	CreateNamespace struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Store     tenancy.StoreID   `json:"identity_store"`  // the value of tenancy.TagStore
		Founders  string            `json:"founders"`        // the value of tenancy.TagFounders
		Again     bool              `json:"again,omitempty"` // an earlier creation ended in RETRYABLE_FAILURE
	}

	// CreateMirror makes the marked QuickSight group that stands for a group of the directory.
	CreateMirror struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Store     tenancy.StoreID   `json:"identity_store"`
		Group     tenancy.GroupID   `json:"group"`
		Name      string            `json:"name"`
	}

	// Register registers a principal as a user of a namespace, tagged with the person's id.
	Register struct {
		Namespace         tenancy.Namespace `json:"namespace"`
		Person            tenancy.PersonID  `json:"person"`
		SignIn            tenancy.RoleARN   `json:"sign_in"`
		Session           tenancy.Session   `json:"session"`
		Role              tenancy.Role      `json:"role"`
		Email             string            `json:"email"`
		CustomPermissions string            `json:"custom_permissions,omitempty"`
	}

	// UpdateUser raises a role, corrects an e-mail address, or both: the API takes both at once.
	UpdateUser struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		User      tenancy.UserName  `json:"user"`
		Role      tenancy.Role      `json:"role"`
		Email     string            `json:"email"`
		WasRole   tenancy.Role      `json:"was_role"`
		WasEmail  string            `json:"was_email"`
	}

	// SetCustomPermissions gives a user the profile that the configuration asks for, or takes theirs off where
	// Profile is "".
	SetCustomPermissions struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		User      tenancy.UserName  `json:"user"`
		Profile   string            `json:"profile"`
		Was       string            `json:"was,omitempty"`
	}

	// Resume ends the suspension of a user, and gives back the custom permissions that they had before it.
	Resume struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		User      tenancy.UserName  `json:"user"`
		Profile   string            `json:"profile,omitempty"` // "" for none
		Was       string            `json:"was,omitempty"`
	}

	// AddMember puts a user into a mirror.
	AddMember struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		Group     tenancy.GroupID   `json:"group"`
		Mirror    string            `json:"mirror"`
		User      tenancy.UserName  `json:"user"`
	}
)

// What takes away, and what goes before it.
type (
	// LowerRole gives a user a lower role than they have, as far as QuickSight does that, and corrects their
	// e-mail address with it: the API takes both at once.
	LowerRole struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		User      tenancy.UserName  `json:"user"`
		Role      tenancy.Role      `json:"role"`
		Was       tenancy.Role      `json:"was"`
		Email     string            `json:"email"`
	}

	// RemoveMember takes a user out of a mirror.
	RemoveMember struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person,omitempty"`
		Group     tenancy.GroupID   `json:"group"`
		Mirror    string            `json:"mirror"`
		User      tenancy.UserName  `json:"user"`
	}

	// Suspend marks a user as suspended from now on, by a tag that keeps the custom permissions that they have, and
	// gives them the profile of those who leave.
	Suspend struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person,omitempty"`
		User      tenancy.UserName  `json:"user"`
		Profile   string            `json:"profile,omitempty"` // "" leaves them theirs
		Was       string            `json:"was,omitempty"`
	}

	// HandOver makes the tenant's custodians owners of an asset that a user owns alone, beside the user.
	HandOver struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person,omitempty"`
		User      tenancy.UserName  `json:"user"`
		Asset     tenancy.AssetRef  `json:"asset"`
		Name      string            `json:"name"` // what the asset is called
	}

	// RemoveRegistration takes a user out of a namespace. Nobody may be the only owner of anything by then.
	RemoveRegistration struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person,omitempty"`
		User      tenancy.UserName  `json:"user"`
		Role      tenancy.Role      `json:"role"`
		// Back is the user as which the person comes back into the namespace: the same one, with a lower role,
		// or one of another name. "" is somebody who does not come back.
		Back tenancy.UserName `json:"back,omitempty"`
	}
)

// What keeps somebody's permissions while they are replaced by another user (see tenancy.Parking): the
// marked group of the move gets them, later the new user does, and then the group goes.
type (
	// BeginMove makes the marked group of a person's move. Nobody is ever in it.
	BeginMove struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Store     tenancy.StoreID   `json:"identity_store"`
		Person    tenancy.PersonID  `json:"person"`
		User      tenancy.UserName  `json:"user"` // who is to be replaced
	}

	// Park gives the group of a move what a user may do with an asset, beside the user, as long as they are there with their role.
	Park struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		From      string            `json:"from"` // the namespace that the user is in; another one than the group's in a migration
		User      tenancy.UserName  `json:"user"`
		Role      tenancy.Role      `json:"role"` // the user's
		Asset     tenancy.AssetRef  `json:"asset"`
		Name      string            `json:"name"` // what the asset is called
		Access    tenancy.Access    `json:"access"`
	}

	// GiveBack gives the user as which somebody has come back what is parked for them.
	GiveBack struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		User      tenancy.UserName  `json:"user"`
		Asset     tenancy.AssetRef  `json:"asset"`
		Name      string            `json:"name"`
		Access    tenancy.Access    `json:"access"`
	}

	// Unpark takes from the group of a move all that it may do with an asset.
	Unpark struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		Asset     tenancy.AssetRef  `json:"asset"`
		Name      string            `json:"name"`
		Back      tenancy.UserName  `json:"back,omitempty"` // as whom they have come back; "" is not at all
	}

	// EndMove deletes the group of a move, with which nothing is parked any more.
	EndMove struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		Back      tenancy.UserName  `json:"back,omitempty"`
	}
)

// Rebind lets another group of the directory take the place of one that is gone: the mirror of that one gets
// the other one's mark, and keeps its name. Nobody comes into it or leaves it by that. Only a person asks for
// it (tenantry rebind); no difference does.
type Rebind struct {
	Namespace tenancy.Namespace `json:"namespace"`
	Store     tenancy.StoreID   `json:"identity_store"`
	Mirror    string            `json:"mirror"` // its name
	From      tenancy.GroupID   `json:"from"`
	To        tenancy.GroupID   `json:"to"`
}

// What else is done when a customer leaves (tenantry retire), and no difference asks for.
type (
	// HandToHouse makes a group of the house an owner of an asset that nobody else will own, beside the user or the
	// group that owns it now. It writes nothing into the house's namespace, be it default: neither its users nor its
	// groups change, only who may do what with the customer's asset (S3).
	HandToHouse struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person,omitempty"`
		User      tenancy.UserName  `json:"user"` // or the group of the namespace that owns it
		Asset     tenancy.AssetRef  `json:"asset"`
		Name      string            `json:"name"` // what the asset is called
		To        string            `json:"to"`   // the house's namespace
		Group     string            `json:"group"`
	}

	// Revoke takes from a marked group of a namespace all that it may do with an asset, which keeps an owner.
	Revoke struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Group     string            `json:"group"` // its name in QuickSight
		Asset     tenancy.AssetRef  `json:"asset"`
		Name      string            `json:"name"`
	}
)

// Share lets a mirror see an asset of the house: it gives the group what a viewer of that kind may do, and never
// more. A group that has anything of the asset already is left as it is.
type Share struct {
	Namespace tenancy.Namespace `json:"namespace"`
	Group     tenancy.GroupID   `json:"group"`
	Mirror    string            `json:"mirror"`
	Asset     tenancy.AssetRef  `json:"asset"`
}

// A tenant's own folder: there is one in a namespace, and which it is follows from that (tenancy.FolderOf).
type (
	// CreateFolder makes the folder, tagged as ours, and gives it to nobody yet.
	CreateFolder struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Store     tenancy.StoreID   `json:"identity_store"` // the value of tenancy.TagStore
		Region    string            `json:"region"`
		Founders  string            `json:"founders"` // the value of tenancy.TagFounders: for which groups it is made
	}

	// OpenFolder lets a mirror view the folder, or own it. A group that has something else of it already is left as it
	// is, unless the owner may do all of that too.
	OpenFolder struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Group     tenancy.GroupID   `json:"group"`
		Mirror    string            `json:"mirror"`
		Region    string            `json:"region"`
		May       tenancy.Access    `json:"may"` // tenancy.Views or tenancy.Owns
	}
)

func (CreateNamespace) Kind() Kind      { return KindCreateNamespace }
func (CreateMirror) Kind() Kind         { return KindCreateMirror }
func (Register) Kind() Kind             { return KindRegister }
func (UpdateUser) Kind() Kind           { return KindUpdateUser }
func (SetCustomPermissions) Kind() Kind { return KindSetCustomPermissions }
func (Resume) Kind() Kind               { return KindResume }
func (AddMember) Kind() Kind            { return KindAddMember }
func (LowerRole) Kind() Kind            { return KindLowerRole }
func (RemoveMember) Kind() Kind         { return KindRemoveMember }
func (Suspend) Kind() Kind              { return KindSuspend }
func (HandOver) Kind() Kind             { return KindHandOver }
func (RemoveRegistration) Kind() Kind   { return KindRemoveRegistration }
func (BeginMove) Kind() Kind            { return KindBeginMove }
func (Park) Kind() Kind                 { return KindPark }
func (GiveBack) Kind() Kind             { return KindGiveBack }
func (Unpark) Kind() Kind               { return KindUnpark }
func (EndMove) Kind() Kind              { return KindEndMove }
func (Rebind) Kind() Kind               { return KindRebind }
func (HandToHouse) Kind() Kind          { return KindHandToHouse }
func (Revoke) Kind() Kind               { return KindRevoke }
func (Share) Kind() Kind                { return KindShare }
func (CreateFolder) Kind() Kind         { return KindCreateFolder }
func (OpenFolder) Kind() Kind           { return KindOpenFolder }

func (c CreateNamespace) In() tenancy.Namespace      { return c.Namespace }
func (c CreateMirror) In() tenancy.Namespace         { return c.Namespace }
func (c Register) In() tenancy.Namespace             { return c.Namespace }
func (c UpdateUser) In() tenancy.Namespace           { return c.Namespace }
func (c SetCustomPermissions) In() tenancy.Namespace { return c.Namespace }
func (c Resume) In() tenancy.Namespace               { return c.Namespace }
func (c AddMember) In() tenancy.Namespace            { return c.Namespace }
func (c LowerRole) In() tenancy.Namespace            { return c.Namespace }
func (c RemoveMember) In() tenancy.Namespace         { return c.Namespace }
func (c Suspend) In() tenancy.Namespace              { return c.Namespace }
func (c HandOver) In() tenancy.Namespace             { return c.Namespace }
func (c RemoveRegistration) In() tenancy.Namespace   { return c.Namespace }
func (c BeginMove) In() tenancy.Namespace            { return c.Namespace }
func (c Park) In() tenancy.Namespace                 { return c.Namespace }
func (c GiveBack) In() tenancy.Namespace             { return c.Namespace }
func (c Unpark) In() tenancy.Namespace               { return c.Namespace }
func (c EndMove) In() tenancy.Namespace              { return c.Namespace }
func (c Rebind) In() tenancy.Namespace               { return c.Namespace }
func (c HandToHouse) In() tenancy.Namespace          { return c.Namespace }
func (c Revoke) In() tenancy.Namespace               { return c.Namespace }
func (c Share) In() tenancy.Namespace                { return c.Namespace }
func (c CreateFolder) In() tenancy.Namespace         { return c.Namespace }
func (c OpenFolder) In() tenancy.Namespace           { return c.Namespace }

func (CreateNamespace) Who() tenancy.PersonID        { return "" }
func (CreateMirror) Who() tenancy.PersonID           { return "" }
func (c Register) Who() tenancy.PersonID             { return c.Person }
func (c UpdateUser) Who() tenancy.PersonID           { return c.Person }
func (c SetCustomPermissions) Who() tenancy.PersonID { return c.Person }
func (c Resume) Who() tenancy.PersonID               { return c.Person }
func (c AddMember) Who() tenancy.PersonID            { return c.Person }
func (c LowerRole) Who() tenancy.PersonID            { return c.Person }
func (c RemoveMember) Who() tenancy.PersonID         { return c.Person }
func (c Suspend) Who() tenancy.PersonID              { return c.Person }
func (c HandOver) Who() tenancy.PersonID             { return c.Person }
func (c RemoveRegistration) Who() tenancy.PersonID   { return c.Person }
func (c BeginMove) Who() tenancy.PersonID            { return c.Person }
func (c Park) Who() tenancy.PersonID                 { return c.Person }
func (c GiveBack) Who() tenancy.PersonID             { return c.Person }
func (c Unpark) Who() tenancy.PersonID               { return c.Person }
func (c EndMove) Who() tenancy.PersonID              { return c.Person }
func (Rebind) Who() tenancy.PersonID                 { return "" }
func (c HandToHouse) Who() tenancy.PersonID          { return c.Person }
func (Revoke) Who() tenancy.PersonID                 { return "" }
func (Share) Who() tenancy.PersonID                  { return "" }
func (CreateFolder) Who() tenancy.PersonID           { return "" }
func (OpenFolder) Who() tenancy.PersonID             { return "" }

func (CreateNamespace) Object() string        { return "" }
func (c CreateMirror) Object() string         { return c.Name }
func (c Register) Object() string             { return string(c.User()) }
func (c UpdateUser) Object() string           { return string(c.User) }
func (c SetCustomPermissions) Object() string { return string(c.User) }
func (c Resume) Object() string               { return string(c.User) }
func (c AddMember) Object() string            { return string(c.User) }
func (c LowerRole) Object() string            { return string(c.User) }
func (c RemoveMember) Object() string         { return string(c.User) }
func (c Suspend) Object() string              { return string(c.User) }
func (c HandOver) Object() string             { return string(c.User) }
func (c RemoveRegistration) Object() string   { return string(c.User) }
func (c BeginMove) Object() string            { return string(c.User) }
func (c Park) Object() string                 { return string(c.User) }
func (c GiveBack) Object() string             { return string(c.User) }
func (c Unpark) Object() string               { return tenancy.MoveName(c.Person) }
func (c EndMove) Object() string              { return tenancy.MoveName(c.Person) }
func (c Rebind) Object() string               { return c.Mirror }
func (c HandToHouse) Object() string          { return string(c.User) }
func (c Revoke) Object() string               { return c.Group }
func (c Share) Object() string                { return c.Mirror }
func (CreateFolder) Object() string           { return "" }
func (c OpenFolder) Object() string           { return c.Mirror }

// User is the name that QuickSight will give to the registration.
func (c Register) User() tenancy.UserName {
	return tenancy.Principal{Role: c.SignIn, Session: c.Session}.UserName()
}

// Asset is the folder that is made.
func (c CreateFolder) Asset() tenancy.AssetRef { return tenancy.FolderOf(c.Namespace, c.Region) }

// Asset is the folder that is opened.
func (c OpenFolder) Asset() tenancy.AssetRef { return tenancy.FolderOf(c.Namespace, c.Region) }
