package engine

import (
	"context"
	"iter"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// QuickSight is what the engine reads of QuickSight. Every list is complete or an error: a list
// that broke off is never answered as a shorter one.
type QuickSight interface {
	// Namespaces lists every namespace of the account, "default" among them.
	Namespaces(ctx context.Context) ([]tenancy.NamespaceInfo, error)
	// Users lists a namespace's users, sorted by name; those whom QuickSight calls "N/A" are left out.
	Users(ctx context.Context, namespace string) ([]tenancy.Registration, error)
	// Groups lists a namespace's groups.
	Groups(ctx context.Context, namespace string) ([]tenancy.QuickSightGroup, error)
	// Members lists the names of a group's members, sorted.
	Members(ctx context.Context, namespace, group string) ([]tenancy.UserName, error)
	// NamespaceTags reads the tags of a namespace, by its ARN.
	NamespaceTags(ctx context.Context, arn string) (map[string]string, error)

	// UserTags reads the tags of a user. The error wraps plan.ErrNotFound when there is none of that name.
	UserTags(ctx context.Context, n tenancy.Namespace, user tenancy.UserName) (map[string]string, error)

	// Namespace reads one namespace. The error of this and of what follows wraps plan.ErrNotFound when
	// there is none of that name.
	Namespace(ctx context.Context, name string) (tenancy.NamespaceInfo, error)
	// User reads one user of a namespace.
	User(ctx context.Context, namespace string, user tenancy.UserName) (tenancy.Registration, error)
	// GroupsOf lists the names of the groups that a user is a member of.
	GroupsOf(ctx context.Context, namespace string, user tenancy.UserName) ([]string, error)
}

// IdentityCenter is what the engine reads of the identity store. Lists are complete or an error.
type IdentityCenter interface {
	People(ctx context.Context) ([]tenancy.Person, error)
	Groups(ctx context.Context) ([]tenancy.Group, error)
	// Person reads one person. The error wraps plan.ErrNotFound when there is nobody of that id.
	Person(ctx context.Context, id tenancy.PersonID) (tenancy.Person, error)
	// Group reads one group, likewise.
	Group(ctx context.Context, id tenancy.GroupID) (tenancy.Group, error)
	// MembershipsOf lists where a person is a member.
	MembershipsOf(ctx context.Context, id tenancy.PersonID) ([]tenancy.Membership, error)
	// Memberships answers a group's members a page at a time (at most 100), as they are read. The last
	// pair holds the error, if there is one. When a list has to be begun again, members may be
	// answered twice, never left out.
	Memberships(ctx context.Context, group tenancy.GroupID) iter.Seq2[[]tenancy.Membership, error]
}

// Assets is what the engine reads of assets, whoever owns them.
type Assets interface {
	// SoleOwned lists what a user owns directly and alone in a Region, of the kinds that can be searched, with
	// everyone's grants. It is complete or an error.
	SoleOwned(ctx context.Context, region string, n tenancy.Namespace, user tenancy.UserName) ([]tenancy.Asset, error)
	// Held lists everything of those kinds with which a user or a group may do something, directly, likewise.
	Held(ctx context.Context, region string, n tenancy.Namespace, to tenancy.Grantee) ([]tenancy.Asset, error)
	// Listed lists every asset of a Region of the kinds that cannot be searched, likewise.
	Listed(ctx context.Context, region string) ([]tenancy.Asset, error)
	// Read reads one asset. The error wraps plan.ErrNotFound when there is none.
	Read(ctx context.Context, asset tenancy.AssetRef) (tenancy.Asset, error)
	// Undivided says which of the data that is seen through an asset is the same for everybody who sees it, in words; none
	// where everybody sees their own rows only.
	Undivided(ctx context.Context, asset tenancy.AssetRef) ([]string, error)
	// FolderTags reads the tags of a folder; the map is never nil.
	FolderTags(ctx context.Context, folder tenancy.AssetRef) (map[string]string, error)
}

// Catalogue is what reads every asset there is, whoever owns it, for what is about the whole account.
type Catalogue interface {
	// All reads all assets of a Region, each once, with everybody's grants. What could not be read is in the
	// answer, with the reason; the error says that nothing more can be read at all.
	All(ctx context.Context, region string) (tenancy.Catalogue, error)
}

// Roles finds the IAM roles under a path, in the account of the credentials.
type Roles interface {
	Roles(ctx context.Context, path string) ([]tenancy.RoleARN, error)
}

// Preflight learns what must be known before anything else is asked.
type Preflight interface {
	// Account reads the caller's account and the QuickSight subscription. Where the latter fails, what
	// was learnt of the caller is answered with the error.
	Account(ctx context.Context) (tenancy.Account, error)
	// Store makes sure that the identity store can be read.
	Store(ctx context.Context) error
}

// Writer makes a change so: it answers nil when the change is in effect, whether by this call or
// before it. After an ambiguous answer (a time-out, a 5xx) it reads before it writes again. Its
// errors wrap the failures of package plan.
type Writer interface {
	Do(ctx context.Context, change plan.Change) (plan.Receipt, error)
}

// Recorder keeps the history: what is about to be done, and what became of it.
type Recorder interface {
	// Record appends entries, all or none, and answers the number of the first.
	Record(ctx context.Context, entries ...plan.Entry) (first int64, err error)
	// Pause answers the pause that is in force now. It is asked before every write.
	Pause(ctx context.Context) (plan.Pause, error)
	// Gains answers what has been added since a time, but for what somebody allowed by name.
	Gains(ctx context.Context, since time.Time) (plan.Gains, error)
	// Losses answers who has lost something since a time, whoever allowed it.
	Losses(ctx context.Context, since time.Time) (plan.Losses, error)
	// Born is since when it has been kept: of what was before it knows nothing.
	Born(ctx context.Context) time.Time
}
