package plan

import "github.com/tenantry/tenantry/internal/tenancy"

// Phase is how far somebody's move is.
type Phase string

// The phases. Under one role for all there is one: a principal lives in one namespace. Who signs in by another role than
// before is prepared first, and finished later.
const (
	PhaseMove    Phase = "move"
	PhasePrepare Phase = "prepare"
	PhaseKept    Phase = "kept" // prepared, and the user of before stays for a while
	PhaseFinish  Phase = "finish"
)

// Lodging is a user of QuickSight, and where they live.
type Lodging struct {
	Namespace         string           `json:"namespace"`
	User              tenancy.UserName `json:"user"`
	Role              tenancy.Role     `json:"role"`
	Email             string           `json:"-"`
	CustomPermissions string           `json:"-"`
}

// Migrant is somebody who lives outside of the tenant in which the rules place them.
type Migrant struct {
	Person tenancy.PersonID
	From   Lodging
	To     tenancy.Namespace
	As     tenancy.UserName
	Role   tenancy.Role
	Email  string   // in the directory
	Joins  []string // the groups of the tenant in which they will be, sorted
	Phase  Phase
	Until  int64    // of those who are Kept: until when, in seconds since 1970
	Groups []string // of From's namespace in which they are, sorted
	Items  []Item   // what they have, sorted by asset
	Sees   []Sight  // the dashboards that they see, before or after, sorted by asset
	// There says that they are registered in the tenant already.
	There bool
	Codes []tenancy.Code // of what keeps them where they are; Steps are what is done where nothing does
	Steps []Step
}

// Held is the first code of what keeps somebody where they are, "" where nothing does.
func (g *Migrant) Held() tenancy.Code {
	if len(g.Codes) == 0 {
		return ""
	}
	return g.Codes[0]
}

// Sight is a dashboard that somebody sees.
type Sight struct {
	Asset   tenancy.AssetRef
	Name    string   // "" where it is not known
	Through []string // by what they see it now, in words, sorted; nil where they do not
	Still   bool     // they see it afterwards
}

// Before and After are how many dashboards they see.
func (g *Migrant) Before() (n int) {
	for _, s := range g.Sees {
		if s.Through != nil {
			n++
		}
	}
	return n
}

// After is how many they see afterwards.
func (g *Migrant) After() (n int) {
	for _, s := range g.Sees {
		if s.Still {
			n++
		}
	}
	return n
}

// Missing are the dashboards that they no longer see.
func (g *Migrant) Missing() (all []Sight) {
	for _, s := range g.Sees {
		if !s.Still {
			all = append(all, s)
		}
	}
	return all
}

// Item is an asset with which somebody may do something, and what becomes of it.
type Item struct {
	Asset tenancy.AssetRef
	Name  string
	May   tenancy.Access
	Owner bool // they may change its permissions
	Alone bool // they own it, and nobody else does who stays or takes it along
	// Follows says that they have it afterwards, as far as their role lets them; Why says why not, or what of it is not
	// as it was.
	Follows bool
	Gets    tenancy.Access // what they may do with it afterwards
	Why     string
}

// Mine is the user outside, as one to whom something is given.
func (g *Migrant) Mine() tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: g.From.Namespace, Name: string(g.From.User)}
}
