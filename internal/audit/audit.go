// Package audit says whether tenants are apart: from what was read of an account it makes findings, each a breach of
// isolation, or something through which there could be one, with a stable code.
//
//	Facts ──► Known (whose is what, who reaches what) ──► each Check ──► Report
//
// A Check is data with a function, and has a file of its own, named after its code: iso101_other_tenant.go. The file
// registers it; nothing else knows of it. All that checks ask about an account stands in Known, which is made once: who a
// principal is (parties.go), whose an asset is (belongs.go), who reaches it and how (reach.go).
//
// Whose an asset is, is said and not guessed. It is a tenant's where one of its owners is: one of the tenant's people, a
// mirror, or the custodians. It is the house's where one of the house owns it and nobody of a tenant does. Otherwise it
// is a stranger's, or nobody's.
//
// What was not read is never taken for clean. A source that failed is a finding of its own (ISO901, ISO902). What no API
// shows is not a finding, since nothing could end it: it stands in every report under Report.NotProven.
//
// The package is pure. It sees neither the rules nor AWS: what the rules want is in Facts, as a State.
package audit

import (
	"cmp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Code is the stable name of a check: ISO and three digits. Configurations accept findings by it, and programs read it: a
// code is never renamed, and never given to another check.
type Code string

// Severity is how bad it is.
type Severity string

// The severities, the worst first.
const (
	Critical Severity = "critical" // somebody can get at another tenant's data, or become anybody, now
	High     Severity = "high"     // a wall is missing, and one more step is needed
	Medium   Severity = "medium"   // not as it should be, and worth a look
)

func (s Severity) rank() int { return slices.Index([]Severity{Critical, High, Medium}, s) }

// Finding is something that breaks isolation, or could.
type Finding struct {
	Code     Code     `json:"code"`
	Severity Severity `json:"severity"`
	// Object is what it is about. With Code it names the finding, and `accept:` in the configuration refers to it. It
	// stays the same as long as the finding does, and holds no e-mail address.
	Object string `json:"object"`
	// Namespace is whose isolation it is about, "" for the whole account's.
	Namespace string `json:"namespace,omitempty"`
	// Other is the namespace of those who get at it, "" where there is none.
	Other string `json:"other,omitempty"`
	// Asset and AssetName are the asset that was seen, nil and "" where it is about none.
	Asset     *tenancy.AssetRef `json:"asset,omitempty"`
	AssetName string            `json:"asset_name,omitempty"`
	// Principal is who was seen, as AWS writes it, "" where it is about none.
	Principal string `json:"principal,omitempty"`
	// Seen is what was seen: one sentence, without a full stop.
	Seen string `json:"seen"`
	// Mend is what mends it, one step a line. A line that begins with aws or tenantry is a command, which can be pasted as
	// it stands; any other is a sentence for a person, and where it ends with a colon it says when, or before what, the
	// commands below it are.
	Mend string `json:"mend"`
	// among are all namespaces whose isolation it is about, where they may be more than Namespace and Other (Report.Narrow).
	among []string
}

// concerns takes down all tenants whose isolation a finding is about.
func (f *Finding) concerns(who []Party) {
	for _, p := range who {
		if p.Kind == OfTenant {
			f.among = append(f.among, p.Namespace)
		}
	}
}

// Compare orders findings by severity, namespace, code and object.
func (f Finding) Compare(g Finding) int {
	return cmp.Or(cmp.Compare(f.Severity.rank(), g.Severity.rank()), strings.Compare(f.Namespace, g.Namespace), strings.Compare(string(f.Code), string(g.Code)),
		strings.Compare(f.Object, g.Object), strings.Compare(f.Seen, g.Seen))
}

// NotProven is something that no audit can show, or that this one was not given what it needs for.
type NotProven struct {
	What string `json:"what"` // what is not proven, as a sentence without a full stop
	Why  string `json:"why"`  // why it cannot be
	Do   string `json:"do"`   // what a person can do about it
}

// Check is one thing that the audit looks for.
type Check struct {
	Code     Code
	Severity Severity // of its findings, unless a finding has another
	Name     string   // a few words: "asset granted to another tenant"
	Looks    string   // what it looks for, as sentences
	Why      string   // why it breaks isolation, as sentences
	Mend     string   // how it is mended, as sentences
	// Everybody says that what it finds at one tenant is about the isolation of all: from there everybody is in reach.
	Everybody bool
	Find      func(k *Known) []Finding
}

// registered are the checks of all files. Each file adds its own.
var registered []Check

func register(c Check) bool {
	registered = append(registered, c)
	return true
}

// Checks are all checks, by code.
func Checks() []Check {
	all := slices.Clone(registered)
	slices.SortFunc(all, func(a, b Check) int { return strings.Compare(string(a.Code), string(b.Code)) })
	return all
}

// CheckOf finds a check by its code, nil where there is none.
func CheckOf(code Code) *Check {
	for i := range registered {
		if registered[i].Code == code {
			return &registered[i]
		}
	}
	return nil
}
