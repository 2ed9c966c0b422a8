// Package engine makes one reconcile: it reads QuickSight and then the directory, asks the rules
// what is wanted, the plan what differs and the guard what may be done, and does it.
//
//	read → rules → diff → guard → apply
//
// Everything that wants something done enters here, whether a person at a terminal or a timer. The
// engine says what it needs as small interfaces (needs.go) and knows neither the AWS SDK nor the
// terminal. What it decides, it decides through the pure rooms: there is no rule in here about who
// belongs where.
//
// Reading. QuickSight is read first and the directory last, so that what a grant rests on is the
// youngest of all that was read. Every list is complete or the pass fails. A pass asks nothing about
// single people: its calls are the pages of the lists.
//
// Writing. The unit is a person in a namespace: their registration, then their memberships. One
// person's failure stops nobody else's steps. A grant is made only on a membership that was read at
// most two minutes before; where a run takes longer, the group's pages are read again, a page and
// then its writes (grants.go). Nothing is written into a namespace that is not CREATED (wait.go).
// Writes are idempotent, so whatever was cut off is finished by running again. Each is taken down before
// and after, and none is made while somebody has paused them (record.go).
//
// Taking out (losses.go). Who has left leaves the mirrors; what they own alone is handed over to the tenant's
// custodians; then the registration goes. Each has two witnesses, the plan's reading and a second one of that
// person, and all of them together a brake, which is judged on the whole plan before the first.
//
// Living on. A Keeper (keeper.go) is for a process that does not end: it makes passes, and between them
// deals with hints about single people and groups (hint.go, hintgroup.go), by what the last pass has read and
// by what each hint reads itself.
package engine

import (
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Engine reconciles one QuickSight account with one identity store. Its fields are set once, before
// its first use; it may then be used by several goroutines.
type Engine struct {
	QuickSight     QuickSight
	IdentityCenter IdentityCenter
	Roles          Roles
	Preflight      Preflight
	Assets         Assets
	Writer         Writer
	Recorder       Recorder // nil keeps no history

	Account        tenancy.AccountID
	IdentityRegion string
	Rules          rules.Rules
	Config         string // fingerprint of the configuration
	Actor          string // ARN of AWS's caller, for the history
	Rollout        []tenancy.Namespace
	Accepted       []Accepted
	SamePrincipal  bool // one principal may be registered in two namespaces
	CreateOnce     bool // a namespace whose creation has failed has to be deleted before it can be created again

	AssetRegions []string // where assets are looked for

	NewNamespaces    int // a day; see plan.Policy
	AdditionsPercent int
	Automatic        []plan.Hazard // of what a Keeper does by itself, besides the usual
	TenantRemovals   int           // percent a day; see plan.Removals
	AccountRemovals  int

	goings *goings // of those who are taken out, when several runs take people out; nil where one does
	recent *recent // what a Keeper wrote lately; nil where there is none
}

// Accepted names a hold that the configuration accepts.
type Accepted struct {
	Code   tenancy.Code
	Object string
}

const (
	// readers is how many lists are read side by side. The rate is the limiter's affair; this only
	// keeps enough calls under way to use it.
	readers = 16
	// tenantsAtOnce is how many tenants are written to side by side, in the order of the plan: few,
	// so that the first one is complete long before the last begins.
	tenantsAtOnce = 4
	// peopleAtOnce is how many people of one tenant are written side by side.
	peopleAtOnce = 16
	// justified is for how long a membership that was read justifies a grant: not quite two minutes,
	// since the clocks of the write's two ends are not one. No grant is begun that is not fresh,
	// so that there is time left for the write to wait its turn.
	justified = 118 * time.Second
	fresh     = 100 * time.Second
	// youth is for how long a tenant counts as being founded.
	youth = 24 * time.Hour
)

// RefusedError is a refusal to begin, with what can be done about it.
type RefusedError struct{ Why, Mend string }

func (e *RefusedError) Error() string { return e.Why }

// Hint says what can be done about it.
func (e *RefusedError) Hint() string { return e.Mend }
