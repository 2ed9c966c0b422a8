package plan

import "github.com/tenantry/tenantry/internal/tenancy"

// What is done in namespaces that are no tenant's, default among them. Nothing else writes there, and nothing but a
// migration (tenantry migrate) asks for these: no difference does. Each is in the namespace of the tenant where the
// person belongs, and names the other one.
const (
	KindEvict   Kind = "evict"
	KindPrepare Kind = "prepare"
	KindReturn  Kind = "return"
	KindRejoin  Kind = "rejoin"
	KindRegain  Kind = "regain"
)

// What takes somebody out of such a namespace, once all that follows them is parked or theirs in the tenant.
type (
	// Evict takes a user out of a namespace that is no tenant's, whose person lives in a tenant from now on. Nobody may
	// lose by it what follows them.
	Evict struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		From      string            `json:"from"` // a namespace
		User      tenancy.UserName  `json:"user"`
		Role      tenancy.Role      `json:"role"`
		Back      tenancy.UserName  `json:"back"` // as whom they are in the tenant
	}

	// Prepare takes down with a user outside of the tenants, by a tag, since when the person has in a tenant all that
	// follows them. The user stays as they are.
	Prepare struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		From      string            `json:"from"`
		User      tenancy.UserName  `json:"user"`
		Back      tenancy.UserName  `json:"back"`
	}
)

// What undoes a migration, by what was written down before it. They alone let anybody into such a namespace.
type (
	// Return registers somebody again where they were before a migration.
	Return struct {
		Namespace         tenancy.Namespace `json:"namespace"`
		Person            tenancy.PersonID  `json:"person"`
		To                string            `json:"to"`
		SignIn            tenancy.RoleARN   `json:"sign_in"`
		Session           tenancy.Session   `json:"session"`
		Role              tenancy.Role      `json:"role"`
		Email             string            `json:"email"`
		CustomPermissions string            `json:"custom_permissions,omitempty"`
	}

	// Rejoin puts them again into a group of that namespace, in which they were.
	Rejoin struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		To        string            `json:"to"`
		Group     string            `json:"group"`
		User      tenancy.UserName  `json:"user"`
	}

	// Regain gives them again what they might do with an asset.
	Regain struct {
		Namespace tenancy.Namespace `json:"namespace"`
		Person    tenancy.PersonID  `json:"person"`
		To        string            `json:"to"`
		User      tenancy.UserName  `json:"user"`
		Asset     tenancy.AssetRef  `json:"asset"`
		Name      string            `json:"name"`
		Access    tenancy.Access    `json:"access"`
	}
)

func (Evict) Kind() Kind   { return KindEvict }
func (Prepare) Kind() Kind { return KindPrepare }
func (Return) Kind() Kind  { return KindReturn }
func (Rejoin) Kind() Kind  { return KindRejoin }
func (Regain) Kind() Kind  { return KindRegain }

func (c Evict) In() tenancy.Namespace   { return c.Namespace }
func (c Prepare) In() tenancy.Namespace { return c.Namespace }
func (c Return) In() tenancy.Namespace  { return c.Namespace }
func (c Rejoin) In() tenancy.Namespace  { return c.Namespace }
func (c Regain) In() tenancy.Namespace  { return c.Namespace }

func (c Evict) Who() tenancy.PersonID   { return c.Person }
func (c Prepare) Who() tenancy.PersonID { return c.Person }
func (c Return) Who() tenancy.PersonID  { return c.Person }
func (c Rejoin) Who() tenancy.PersonID  { return c.Person }
func (c Regain) Who() tenancy.PersonID  { return c.Person }

func (c Evict) Object() string   { return string(c.User) }
func (c Prepare) Object() string { return string(c.User) }
func (c Return) Object() string  { return string(c.User()) }
func (c Rejoin) Object() string  { return string(c.User) }
func (c Regain) Object() string  { return string(c.User) }

// User is the name that QuickSight will give to the registration.
func (c Return) User() tenancy.UserName {
	return tenancy.Principal{Role: c.SignIn, Session: c.Session}.UserName()
}
