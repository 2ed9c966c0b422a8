package tenancy

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// What `tenantry doctor --probe` makes to find out what AWS does: throwaway namespaces and one throwaway role, of names
// that nothing else can have. No Namespace can be one of them, so no tenant, rule or plan can come to one.

// ProbePrefix is how the names of throwaways begin. Names that begin so in other letters are refused as namespaces, too,
// since AWS does not say whether it tells case apart.
const ProbePrefix = "tenantry-probe-"

// TagProbe is the tag of a throwaway namespace; its value is the identity store's id. The description of a throwaway
// role says the same (ProbeMark).
const TagProbe = "tenantry-probe"

// ProbeMark is the description of a throwaway role.
func ProbeMark(store StoreID) string {
	return "tenantry doctor --probe " + string(store) + ": nobody can assume it; tenantry doctor --probe --clean removes it"
}

// IsProbe reports whether a name is one that throwaways have, in whatever letters.
func IsProbe(name string) bool {
	return len(name) >= len(ProbePrefix) && strings.EqualFold(name[:len(ProbePrefix)], ProbePrefix)
}

// ProbeRun is one probe. Its id, eight of a-z and 2-7, is in the name of everything that it makes. The zero ProbeRun is none.
type ProbeRun struct{ id string }

var (
	probeRun       = regexp.MustCompile(`^[a-z2-7]{8}$`)
	probeRole      = regexp.MustCompile(`^` + ProbePrefix + `([a-z2-7]{8})$`)
	probeNamespace = regexp.MustCompile(`^` + ProbePrefix + `([a-z2-7]{8})-([abA])$`)
)

// ParseProbeRun makes a ProbeRun of its id.
func ParseProbeRun(id string) (ProbeRun, error) {
	if !probeRun.MatchString(id) {
		return ProbeRun{}, invalid("probe", id, "is not eight of a-z and 2-7")
	}
	return ProbeRun{id}, nil
}

// ProbeRunOf is the run whose throwaway role has this name, and whether it is one.
func ProbeRunOf(role string) (ProbeRun, bool) {
	m := probeRole.FindStringSubmatch(role)
	if m == nil {
		return ProbeRun{}, false
	}
	return ProbeRun{m[1]}, true
}

// String is the id, "" for the zero ProbeRun.
func (r ProbeRun) String() string { return r.id }

// IsZero reports whether r is no run at all.
func (r ProbeRun) IsZero() bool { return r.id == "" }

// Role is the name of the run's throwaway role.
func (r ProbeRun) Role() string { return ProbePrefix + r.id }

// ProbePlace tells the throwaway namespaces of a run apart.
type ProbePlace byte

// The throwaway namespaces of a run. Twin is First in another case.
const (
	ProbeFirst  ProbePlace = 'a'
	ProbeSecond ProbePlace = 'b'
	ProbeTwin   ProbePlace = 'A'
)

// ProbePlaces are all of them.
var ProbePlaces = []ProbePlace{ProbeFirst, ProbeSecond, ProbeTwin}

// Namespace is a throwaway namespace of the run.
func (r ProbeRun) Namespace(at ProbePlace) ProbeNamespace {
	n, is := ParseProbeNamespace(fmt.Sprintf("%s-%c", r.Role(), at))
	if !is {
		panic("tenancy: no run, or no place of one: " + n.name) // both are constants' and ParseProbeRun's
	}
	return n
}

// ProbeNamespace is the name of a throwaway namespace. It can hold nothing else; the zero ProbeNamespace is none.
type ProbeNamespace struct{ name string }

// ParseProbeNamespace makes a ProbeNamespace of a name, and reports whether it is one.
func ParseProbeNamespace(name string) (ProbeNamespace, bool) {
	if !probeNamespace.MatchString(name) {
		return ProbeNamespace{}, false
	}
	return ProbeNamespace{name}, true
}

// String is the name as QuickSight knows it, "" for the zero ProbeNamespace.
func (n ProbeNamespace) String() string { return n.name }

// IsZero reports whether n is no namespace at all.
func (n ProbeNamespace) IsZero() bool { return n.name == "" }

// Run is the run that it is of.
func (n ProbeNamespace) Run() ProbeRun { return ProbeRun{probeNamespace.FindStringSubmatch(n.name)[1]} }

// ProbeAnswer is what AWS answered to something that was tried: it took it, or it refused it. What was denied to the
// caller, throttled or not answered is no answer, but an error.
type ProbeAnswer struct {
	Took    bool
	Name    string // what AWS calls what was registered
	Code    string // AWS's, of a refusal
	Message string // likewise
	Request string // AWS's request id, "" where the answer was lost and read afterwards
}

// Refused reports whether AWS refused it with a code.
func (a ProbeAnswer) Refused(code string) bool { return !a.Took && a.Code == code }

// ProbeUser is somebody to be registered on trial.
type ProbeUser struct {
	Namespace ProbeNamespace
	Role      RoleARN
	Session   string
	Profile   string // custom permissions, "" for none
}

// Name is the user name that QuickSight is expected to give: Role/session, without the role's path (AWS staff in the
// QuickSight community; of permission sets' roles it is not documented).
func (u ProbeUser) Name() UserName { return UserName(u.Role.Name() + "/" + u.Session) }

// ProbeRemains are what probes have left behind, sorted by name.
type ProbeRemains struct {
	Namespaces []ProbeNamespace
	Roles      []ProbeRun
	// Others have such names, and are not marked as this identity store's: they are not touched.
	Others []string
}

// IsEmpty reports whether nothing of ours is left.
func (r ProbeRemains) IsEmpty() bool { return len(r.Namespaces) == 0 && len(r.Roles) == 0 }

// Names are those of what is ours, as a sentence has them.
func (r ProbeRemains) Names() (all []string) {
	for _, n := range r.Namespaces {
		all = append(all, "the namespace "+n.String())
	}
	for _, run := range r.Roles {
		all = append(all, "the role "+run.Role())
	}
	return all
}

// With is r with everything that a run may have made: what a list does not show yet may be there all the same.
func (r ProbeRemains) With(run ProbeRun) ProbeRemains {
	for _, at := range ProbePlaces {
		if n := run.Namespace(at); !slices.Contains(r.Namespaces, n) {
			r.Namespaces = append(r.Namespaces, n)
		}
	}
	if !slices.Contains(r.Roles, run) {
		r.Roles = append(r.Roles, run)
	}
	return r
}
