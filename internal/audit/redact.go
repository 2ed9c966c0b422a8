package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// How a redacted report calls those whose names it does not have. None of them can be a namespace's name.
const (
	AnotherTenant    = "another tenant"
	AnotherNamespace = "another namespace"
)

// Redact is the report about one tenant, fit for that customer's own auditor: no name, id, principal or asset of another
// tenant is in it, nor the names of whatever else lives in the account. Those are "another tenant", or a count.
//
// Sentences and commands are written for whoever runs the account, and any of them may name anybody. So none is kept:
// each finding is told anew, from its check, and from those of its parts that are the tenant's own.
func (r Report) Redact(namespace string) Report {
	x := redaction{own: namespace, tenants: r.everyone, account: r.Account, names: map[tenancy.AssetRef]string{}}
	r = r.Narrow([]string{namespace})
	r.Assets = x.assets(r.Assets)
	r.Findings = x.findings(r.Findings)
	r.Accepted = x.accepted(r.Accepted)
	r.Matrix = x.matrix(&r.Matrix)
	r.Read = x.tally(&r)
	return r
}

// tally leaves out how much there is in the account: it tells how many customers there are, and how large the others are.
// That something could not be read stays, as often as the report tells of it.
func (x *redaction) tally(r *Report) Tally {
	told := len(kept(r.Findings, func(f Finding) bool { return f.Code == "ISO901" || f.Code == "ISO902" }))
	return Tally{Assets: len(r.Assets), Unread: min(r.Read.Unread, max(1, told))}
}

// redaction is a report being redacted for one tenant.
type redaction struct {
	own     string
	tenants []string // all of them, sorted
	account tenancy.AccountID
	names   map[tenancy.AssetRef]string // of the assets that may be named
}

// assets are those that the tenant owns, be it with others, and those of the house that it sees.
func (x *redaction) assets(all []AssetReport) []AssetReport {
	mine := kept(all, func(a AssetReport) bool {
		return a.Belongs.Of(x.own) || a.Belongs.Kind == OfHouse && slices.ContainsFunc(a.Sees, func(p Party) bool { return p.Kind == OfTenant && p.Namespace == x.own })
	})
	for i := range mine {
		a := &mine[i]
		x.names[a.AssetRef] = a.Name
		a.Sees, a.Belongs.Tenants = x.each(a.Sees), x.owners(a.Belongs.Tenants)
	}
	return mine
}

// owners are an asset's owners.
func (x *redaction) owners(tenants []string) []string {
	var all []string
	for _, n := range tenants {
		if n = x.namespace(n); !slices.Contains(all, n) {
			all = append(all, n)
		}
	}
	slices.Sort(all)
	return all
}

// each are the sides, each once.
func (x *redaction) each(sides []Party) []Party {
	var all []Party
	for _, p := range sides {
		if p = x.party(p); !slices.Contains(all, p) {
			all = append(all, p)
		}
	}
	return all
}

func (x *redaction) party(p Party) Party {
	switch p.Kind {
	case OfTenant:
		p.Namespace = x.namespace(p.Namespace)
	case OfOther:
		p.Namespace = AnotherNamespace
	case OfDefault:
	default:
		p.Namespace = ""
	}
	return p
}

// namespace is a namespace as it may be called.
func (x *redaction) namespace(n string) string {
	switch {
	case n == "", n == x.own, strings.EqualFold(n, tenancy.DefaultNamespace):
		return n
	}
	if _, is := slices.BinarySearch(x.tenants, n); is {
		return AnotherTenant
	}
	return AnotherNamespace
}

// findings are the findings, told anew; those that are the same then are one, with their number.
func (x *redaction) findings(all []Finding) []Finding {
	var out []Finding
	times := map[string]int{} // by all that is left of a finding, but its number
	for _, f := range all {
		f = x.finding(f)
		key := x.key(f)
		if times[key]++; times[key] == 1 {
			out = append(out, f)
		}
	}
	for i := range out {
		if n := times[x.key(out[i])]; n > 1 {
			out[i].Seen += fmt.Sprintf(" (%d of these)", n)
		}
	}
	slices.SortFunc(out, Finding.Compare)
	return out
}

func (x *redaction) key(f Finding) string {
	return strings.Join([]string{string(f.Code), string(f.Severity), f.Object, f.Namespace, f.Other}, "\x00")
}

// finding tells a finding anew.
func (x *redaction) finding(f Finding) Finding {
	out := Finding{Code: f.Code, Severity: f.Severity, Namespace: x.namespace(f.Namespace), Other: x.namespace(f.Other)}
	out.Seen, out.Mend = string(f.Code), "ask whoever runs the account"
	if c := CheckOf(f.Code); c != nil {
		out.Seen, out.Mend = c.Name, c.Mend
	}
	var object []string
	if f.Asset != nil {
		word := "an asset"
		if name, mine := x.names[*f.Asset]; mine {
			ref := *f.Asset
			out.Asset, out.AssetName, word = &ref, name, ref.String()
		}
		object = append(object, word)
	}
	if f.Principal != "" {
		word := x.principal(f.Principal)
		if word == f.Principal {
			out.Principal = word
		}
		object = append(object, word)
	}
	if len(object) > 0 {
		out.Seen += ": " + strings.Join(object, ", ")
	}
	out.Object = cmp.Or(strings.Join(object, " "), out.Namespace, "account")
	return out
}

// principal is somebody as they may be called: as AWS writes them, where they are the tenant's own.
func (x *redaction) principal(arn string) string {
	g := tenancy.ParseGrantee(x.account, arn)
	switch {
	case strings.Contains(arn, ":iam:") && strings.Contains(arn, ":"+string(x.account)+":"):
		return "a role or user of the account"
	case g.Kind == tenancy.ToOther:
		return "somebody else"
	case g.Namespace == x.own:
		return arn
	}
	return "somebody of " + x.namespace(g.Namespace)
}

// accepted are the findings that are known, without why: that was written for whoever runs the account.
func (x *redaction) accepted(all []AcceptedFinding) []AcceptedFinding {
	var out []AcceptedFinding
	for _, a := range all {
		told := AcceptedFinding{x.finding(a.Finding), "known to whoever runs the account", a.Until}
		if !slices.ContainsFunc(out, func(b AcceptedFinding) bool { return b.Until == a.Until && x.key(b.Finding) == x.key(told.Finding) }) {
			out = append(out, told)
		}
	}
	slices.SortFunc(out, func(a, b AcceptedFinding) int { return cmp.Or(a.Compare(b.Finding), strings.Compare(a.Until, b.Until)) })
	return out
}

// matrix is the matrix with all other tenants as one side. An asset to which several of them come counts for each.
func (x *redaction) matrix(m *Matrix) Matrix {
	var out Matrix
	place := make([]int, len(m.Sides))
	for i, p := range m.Sides {
		p = x.party(p)
		if place[i] = slices.Index(out.Sides, p); place[i] < 0 {
			place[i] = len(out.Sides)
			out.Sides = append(out.Sides, p)
		}
	}
	for _, c := range m.Cells {
		c.From, c.To = place[c.From], place[c.To]
		at := slices.IndexFunc(out.Cells, func(o Cell) bool { return o.From == c.From && o.To == c.To })
		if at < 0 {
			out.Cells = append(out.Cells, c)
			continue
		}
		out.Cells[at].Sees += c.Sees
		out.Cells[at].Owns += c.Owns
	}
	slices.SortFunc(out.Cells, func(a, b Cell) int { return cmp.Or(a.From-b.From, a.To-b.To) })
	return out
}
