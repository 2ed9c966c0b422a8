//go:build !tenantry.lambda

package view

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/base64"
	"fmt"
	"html/template"
	"io"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The page for auditors. It stands alone: it loads nothing and runs nothing, and its own policy says so to the browser.
// html/template escapes every text for where it stands, and Safe has taken out of it what would not be seen as it is.

//go:embed audit.html
var auditPage string

//go:embed audit.css
var auditStyle string

// htmlPage is what the template shows.
type htmlPage struct {
	*Audit
	Policy   string
	Style    template.CSS
	Counts   severities
	Concerns []concern
	Unread   []audit.Finding // what could not be read
	Picture  picture
	Shown    []audit.AssetReport
	Kinds    []tenancy.AssetKind // of which there are assets
	Owners   []ownerRow
	Made     []checkDocument
}

// ownerRow is how many assets of each kind are a side's.
type ownerRow struct {
	Whose string
	Of    []int // as Kinds
	All   int
}

func (a *Audit) html(w io.Writer) error {
	page := template.New("audit").Funcs(template.FuncMap{
		"safe": Safe, "name": Name, "quote": Quote, "number": number, "count": count, "about": about, "join": join,
		"names": names, "sides": sides, "lower": strings.ToLower, "capital": capitalized, "kind": kindWord, "anchor": anchor,
		"lines": func(s string) []string { return strings.Split(s, "\n") }, "command": audit.IsCommand, "sentence": sentence,
	})
	if _, err := page.Parse(auditPage); err != nil {
		return fmt.Errorf("parse the page: %w", err)
	}
	var b bytes.Buffer
	if err := page.Execute(&b, a.page()); err != nil {
		return fmt.Errorf("write the page: %w", err)
	}
	_, err := w.Write(b.Bytes())
	return err
}

// sentence is a sentence with all that belongs to one. Where commands follow, it ends with a colon already.
func sentence(s string) string {
	if s = capitalized(s); !strings.HasSuffix(s, ":") && !strings.HasSuffix(s, ".") {
		s += "."
	}
	return s
}

func (a *Audit) page() *htmlPage {
	sum := sha256.Sum256([]byte(auditStyle))
	p := &htmlPage{
		Audit: a, Style: template.CSS(auditStyle),
		Policy: "default-src 'none'; style-src 'sha256-" + base64.StdEncoding.EncodeToString(sum[:]) + "'; base-uri 'none'; form-action 'none'",
		Counts: severitiesOf(a.Findings), Concerns: a.concerns(), Shown: a.shown(), Made: checkDocuments(a.Checks, &a.Report),
		Picture: a.picture(),
	}
	for _, f := range a.Findings {
		if unread(f.Code) {
			p.Unread = append(p.Unread, f)
		}
	}
	p.Kinds, p.Owners = a.owners()
	return p
}

// unread reports whether a check is about what could not be read: those codes begin with ISO9.
func unread(c audit.Code) bool { return strings.HasPrefix(string(c), "ISO9") }

// Title, Headline and the others are what the template asks for.
func (p *htmlPage) Title() string    { return "Isolation audit of account " + Safe(string(p.Account)) }
func (p *htmlPage) Headline() string { return p.headline() }
func (p *htmlPage) Verdict() string  { return p.verdict() }
func (p *htmlPage) Scope() string    { return p.scope() }
func (p *htmlPage) Date() string     { return p.date() }
func (p *htmlPage) Instant() string  { return p.instant() }

// Sound says that nothing was found, and everything was read.
func (p *htmlPage) Sound() bool { return len(p.Findings) == 0 && p.Read.Unread == 0 }

// owners counts assets by whose they are: tenants first, by name, then the others.
func (a *Audit) owners() ([]tenancy.AssetKind, []ownerRow) {
	kinds := tenancy.AssetKinds()
	kinds = slices.DeleteFunc(kinds, func(k tenancy.AssetKind) bool {
		return !slices.ContainsFunc(a.Assets, func(r audit.AssetReport) bool { return r.Kind == k })
	})
	var order []string
	rows := map[string]*ownerRow{}
	add := func(whose string) {
		order = append(order, whose)
		rows[whose] = &ownerRow{Whose: whose, Of: make([]int, len(kinds))}
	}
	for _, n := range a.Tenants {
		add(Name(n))
	}
	for _, whose := range otherOwners {
		add(whose)
	}
	for _, r := range a.Assets {
		row := rows[ownerOf(r.Belongs)]
		if row == nil {
			continue
		}
		row.All++
		row.Of[slices.Index(kinds, r.Kind)]++
	}
	var all []ownerRow
	for i, whose := range order {
		if row := rows[whose]; row.All > 0 || i < len(a.Tenants) {
			all = append(all, *row)
		}
	}
	return kinds, all
}

// otherOwners are whose an asset is that is no one tenant's.
var otherOwners = []string{"several tenants", "the house", "somebody in default", "an unmanaged namespace", "somebody outside", "nobody"}

func ownerOf(b audit.Belonging) string {
	switch {
	case len(b.Tenants) == 1:
		return Name(b.Tenants[0])
	case len(b.Tenants) > 1:
		return otherOwners[0]
	}
	switch b.Kind {
	case audit.OfHouse:
		return otherOwners[1]
	case audit.OfDefault:
		return otherOwners[2]
	case audit.OfOther:
		return otherOwners[3]
	case audit.Outside:
		return otherOwners[4]
	}
	return otherOwners[5]
}

// kindWord is a kind of asset as people write it: "data set".
func kindWord(k tenancy.AssetKind) string { return strings.ReplaceAll(string(k), "-", " ") }

// anchor names a place in the page: of a tenant, "whole-account" for none.
func anchor(namespace string) string {
	if namespace == "" {
		return "whole-account"
	}
	return "tenant-" + namespace
}
