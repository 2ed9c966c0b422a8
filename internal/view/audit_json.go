//go:build !tenantry.lambda

package view

import (
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The documents of an audit.
const (
	auditFormat  = "tenantry.audit/1"
	checksFormat = "tenantry.checks/1"
)

type auditDocument struct {
	Format       string            `json:"format"`
	Account      tenancy.AccountID `json:"account"`
	Region       string            `json:"identity_region"`
	AssetRegions []string          `json:"asset_regions"`
	At           string            `json:"at"`
	Only         []string          `json:"only,omitempty"` // the namespaces that it was narrowed to
	Tenants      []string          `json:"tenants"`
	Read         readDocument      `json:"read"`
	Checks       []checkDocument   `json:"checks"`
	Findings     []audit.Finding   `json:"findings"`
	Accepted     []acceptedFinding `json:"accepted"`
	NotProven    []audit.NotProven `json:"not_proven"`
	Assets       []assetDocument   `json:"assets"`
	Matrix       []cellDocument    `json:"matrix"`
}

type readDocument struct {
	Namespaces int `json:"namespaces"`
	People     int `json:"people"`
	Groups     int `json:"groups"`
	Assets     int `json:"assets"`
	Identities int `json:"identities"`
	Unread     int `json:"could_not_be_read"`
}

// checkDocument is a check. In an audit it says how often it has found something.
type checkDocument struct {
	Code     audit.Code     `json:"code"`
	Severity audit.Severity `json:"severity"`
	Name     string         `json:"name"`
	Looks    string         `json:"looks_for"`
	Why      string         `json:"why"`
	Mend     string         `json:"mend"`
	Findings *int           `json:"findings,omitempty"`
	Accepted *int           `json:"accepted,omitempty"`
}

type acceptedFinding struct {
	audit.Finding
	Because string `json:"because"`
	Until   string `json:"until"`
}

type assetDocument struct {
	namedAsset
	Belongs sideDocument   `json:"belongs_to"`
	Sees    []sideDocument `json:"seen_by"`
}

// sideDocument is a side: its kind, and the namespaces of it, several where an asset is several tenants'.
type sideDocument struct {
	Kind       audit.PartyKind `json:"side"`
	Namespaces []string        `json:"namespaces"`
}

// cellDocument is what one side comes to of another's.
type cellDocument struct {
	From   sideDocument `json:"from"`
	To     sideDocument `json:"to"`
	Sees   int          `json:"sees"`
	Owns   int          `json:"owns"`
	Breach bool         `json:"breach"`
}

func (a *Audit) document() auditDocument {
	d := auditDocument{
		Format: auditFormat, Account: a.Account, Region: a.Region, AssetRegions: list(a.AssetRegions), At: a.instant(), Only: a.Only,
		Tenants: list(a.Tenants), Read: readDocument(a.Read), Checks: checkDocuments(a.Checks, &a.Report), Findings: list(a.Findings),
		Accepted: make([]acceptedFinding, len(a.Accepted)), NotProven: list(a.NotProven),
		Assets: make([]assetDocument, len(a.Assets)), Matrix: make([]cellDocument, len(a.Matrix.Cells)),
	}
	for i, f := range a.Accepted {
		d.Accepted[i] = acceptedFinding(f)
	}
	for i, r := range a.Assets {
		belongs := sideDocument{r.Belongs.Kind, list(r.Belongs.Tenants)}
		d.Assets[i] = assetDocument{namedAsset{r.AssetRef, r.Name}, belongs, make([]sideDocument, len(r.Sees))}
		for k, p := range r.Sees {
			d.Assets[i].Sees[k] = sideOf(p)
		}
	}
	for i, c := range a.Matrix.Cells {
		d.Matrix[i] = cellDocument{sideOf(a.Matrix.Sides[c.From]), sideOf(a.Matrix.Sides[c.To]), c.Sees, c.Owns, a.Matrix.Breach(c)}
	}
	return d
}

// instant is when the reading began, as programs write it.
func (a *Audit) instant() string { return time.Unix(a.At, 0).UTC().Format(time.RFC3339) }

func sideOf(p audit.Party) sideDocument {
	d := sideDocument{p.Kind, []string{}}
	if p.Namespace != "" {
		d.Namespaces = append(d.Namespaces, p.Namespace)
	}
	return d
}

// checkDocuments are checks, with how often each found something in a report; none where there is no report.
func checkDocuments(checks []audit.Check, r *audit.Report) []checkDocument {
	all := make([]checkDocument, len(checks))
	for i, c := range checks {
		all[i] = checkDocument{Code: c.Code, Severity: c.Severity, Name: c.Name, Looks: c.Looks, Why: c.Why, Mend: c.Mend}
		if r != nil {
			found, accepted := countOf(r, c.Code)
			all[i].Findings, all[i].Accepted = &found, &accepted
		}
	}
	return all
}

// countOf is how often a check found something, what is accepted apart.
func countOf(r *audit.Report, code audit.Code) (found, accepted int) {
	for i := range r.Findings {
		if r.Findings[i].Code == code {
			found++
		}
	}
	return found, len(slices.DeleteFunc(slices.Clone(r.Accepted), func(f audit.AcceptedFinding) bool { return f.Code != code }))
}
