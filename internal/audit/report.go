package audit

import (
	"cmp"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Report is what an audit says about an account.
type Report struct {
	Account      tenancy.AccountID
	Region       string
	AssetRegions []string
	At           int64 // in seconds since 1970
	Tenants      []string
	// Findings are sorted, the worst first; those that the configuration accepts are in Accepted instead.
	Findings  []Finding
	Accepted  []AcceptedFinding
	NotProven []NotProven
	Assets    []AssetReport // whose each asset is and who comes to it, sorted by asset
	Matrix    Matrix
	Read      Tally
	Only      []string // the namespaces that it was narrowed to, nil for all
	everyone  []string // all tenants, of a report that was narrowed too
}

// AcceptedFinding is a finding that is known.
type AcceptedFinding struct {
	Finding
	Because string
	Until   string
}

// AssetReport is whose an asset is, and who comes to it.
type AssetReport struct {
	tenancy.AssetRef
	Name    string
	Belongs Belonging
	Sees    []Party // who comes to it, each side once, sorted
}

// Tally is how much was read.
type Tally struct {
	Namespaces, People, Groups, Assets, Identities int
	Unread                                         int // assets and sources that could not be read
}

// Audit makes all checks.
func Audit(f *Facts) Report {
	k := Know(f)
	r := Report{Account: f.Account, Region: f.Region, AssetRegions: f.AssetRegions, At: f.At, Read: tally(f)}
	for i := range f.Have.Tenants {
		r.Tenants = append(r.Tenants, f.Have.Tenants[i].Namespace.String())
	}
	r.everyone = r.Tenants
	for _, found := range k.findings() {
		r.put(f, found)
	}
	r.NotProven = notProven(k)
	r.Assets = k.assets()
	r.Matrix = k.matrix()
	return r
}

// findings are those of all checks, the worst first, each once.
func (k *Known) findings() []Finding {
	var all []Finding
	for _, c := range Checks() {
		for _, found := range c.Find(k) {
			found.Code, found.Severity = c.Code, cmp.Or(found.Severity, c.Severity)
			all = append(all, found)
		}
	}
	slices.SortFunc(all, Finding.Compare)
	return slices.CompactFunc(all, func(a, b Finding) bool { return a.Compare(b) == 0 })
}

// put puts a finding among those that are news, or, where the configuration accepts just that object of just that check,
// among those that are known. There is no pattern: what is found tomorrow at another object is news, and what gets worse at
// the same one has another object.
func (r *Report) put(f *Facts, found Finding) {
	for _, a := range f.Accepted {
		if a.Code == found.Code && a.Object == found.Object {
			r.Accepted = append(r.Accepted, AcceptedFinding{found, a.Because, a.Until})
			return
		}
	}
	r.Findings = append(r.Findings, found)
}

func tally(f *Facts) Tally {
	t := Tally{Namespaces: len(f.Have.Tenants) + len(f.Have.Foreign), People: len(f.Directory.People), Groups: len(f.Directory.Groups),
		Assets: len(f.Inspection.Assets), Unread: len(f.Inspection.Unread) + len(f.Missed)}
	if f.Identities != nil {
		t.Identities = len(f.Identities.All)
	}
	return t
}

// assets says of each asset whose it is and who comes to it.
func (k *Known) assets() []AssetReport {
	var all []AssetReport
	for i := range k.Inspection.Assets {
		a := &k.Inspection.Assets[i]
		r := AssetReport{AssetRef: a.AssetRef, Name: a.Name, Belongs: k.Whose(a.AssetRef)}
		ways := k.Reaches(a)
		r.Sees = make([]Party, 0, len(ways))
		for _, reach := range ways {
			r.Sees = append(r.Sees, reach.Party)
		}
		r.Sees = distinct(r.Sees)
		all = append(all, r)
	}
	return all
}
