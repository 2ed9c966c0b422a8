//go:build !tenantry.lambda

package view

import (
	"crypto/sha256"
	"encoding/hex"
	"net/url"
	"path/filepath"
	"strings"

	"github.com/tenantry/tenantry/internal/audit"
)

// SARIF 2.1.0 (OASIS, "Static Analysis Results Interchange Format"), as much of it as an audit has something to say in.
// Where a comment names a section, it is one of that standard.
const (
	sarifVersion = "2.1.0"
	sarifSchema  = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
	projectURL   = "https://github.com/tenantry/tenantry"
	findingsURL  = projectURL + "/blob/main/docs/findings.md#"
)

type sarifLog struct {
	Schema  string     `json:"$schema"`
	Version string     `json:"version"`
	Runs    []sarifRun `json:"runs"`
}

type sarifRun struct {
	Tool        sarifTool         `json:"tool"`
	Automation  sarifAutomation   `json:"automationDetails"`
	Invocations []sarifInvocation `json:"invocations"`
	Results     []sarifResult     `json:"results"`
	Properties  map[string]any    `json:"properties"`
}

type sarifTool struct {
	Driver sarifDriver `json:"driver"`
}

type sarifDriver struct {
	Name    string      `json:"name"`
	Version string      `json:"version,omitempty"`
	URL     string      `json:"informationUri"`
	Rules   []sarifRule `json:"rules"`
}

type sarifText struct {
	Text string `json:"text"`
}

type sarifRule struct {
	ID         string         `json:"id"`
	Short      sarifText      `json:"shortDescription"`
	Full       sarifText      `json:"fullDescription"`
	Help       sarifText      `json:"help"`
	URL        string         `json:"helpUri"`
	Default    sarifDefault   `json:"defaultConfiguration"`
	Properties map[string]any `json:"properties"`
}

type sarifDefault struct {
	Level string `json:"level"`
}

// sarifAutomation says which runs are runs of the same thing (3.17): those of one account.
type sarifAutomation struct {
	ID string `json:"id"`
}

type sarifInvocation struct {
	Successful bool   `json:"executionSuccessful"` // the one property that it must have (3.20.14)
	Start      string `json:"startTimeUtc"`
	// Notes are what the audit could not prove: conditions that the run met, and no results (3.20.21).
	Notes []sarifNote `json:"toolExecutionNotifications"`
}

type sarifNote struct {
	Level   string    `json:"level"`
	Message sarifText `json:"message"`
}

type sarifResult struct {
	Rule         string             `json:"ruleId"`
	RuleIndex    int                `json:"ruleIndex"`
	Level        string             `json:"level"`
	Message      sarifText          `json:"message"`
	Locations    []sarifLocation    `json:"locations"`
	Fingerprints map[string]string  `json:"partialFingerprints"`
	Suppressions []sarifSuppression `json:"suppressions"` // [] says that it is not suppressed (3.27.23)
	Properties   map[string]any     `json:"properties"`
}

type sarifLocation struct {
	Physical *sarifPhysical `json:"physicalLocation,omitempty"`
	Logical  []sarifLogical `json:"logicalLocations"`
}

type sarifPhysical struct {
	Artifact sarifArtifact `json:"artifactLocation"`
	Region   sarifRegion   `json:"region"`
}

type sarifRegion struct {
	Line      int `json:"startLine"`
	Column    int `json:"startColumn"`
	EndLine   int `json:"endLine"`
	EndColumn int `json:"endColumn"`
}

type sarifArtifact struct {
	URI string `json:"uri"`
}

// sarifLogical is a place that is in no file (3.33). Kind is a word of one's own where none of the standard's fits.
type sarifLogical struct {
	Name string `json:"name"`
	Full string `json:"fullyQualifiedName"`
	Kind string `json:"kind"`
}

type sarifSuppression struct {
	Kind   string `json:"kind"`
	Status string `json:"status"`
	Why    string `json:"justification"`
}

func (a *Audit) sarif() sarifLog {
	run := sarifRun{
		Tool:       sarifTool{sarifDriver{Name: "tenantry", Version: strings.TrimPrefix(a.Version, "v"), URL: projectURL, Rules: []sarifRule{}}},
		Automation: sarifAutomation{"tenantry/audit/" + string(a.Account)},
		Results:    []sarifResult{},
		Properties: map[string]any{"account": a.Account, "identityRegion": a.Region, "assetRegions": list(a.AssetRegions)},
	}
	index := map[audit.Code]int{}
	for i, c := range a.Checks {
		index[c.Code] = i
		run.Tool.Driver.Rules = append(run.Tool.Driver.Rules, ruleOf(c))
	}
	notes := []sarifNote{}
	for _, p := range a.NotProven {
		notes = append(notes, sarifNote{"note", sarifText{"Not proven: " + p.What + ". " + capitalized(p.Why) + "."}})
	}
	run.Invocations = []sarifInvocation{{true, a.instant(), notes}}
	for _, f := range a.Findings {
		run.Results = append(run.Results, a.result(f, index[f.Code]))
	}
	for _, f := range a.Accepted {
		r := a.result(f.Finding, index[f.Code])
		r.Suppressions = append(r.Suppressions, sarifSuppression{"external", "accepted", f.Because + " (until " + f.Until + ")"})
		run.Results = append(run.Results, r)
	}
	return sarifLog{sarifSchema, sarifVersion, []sarifRun{run}}
}

func ruleOf(c audit.Check) sarifRule {
	return sarifRule{
		ID: string(c.Code), Short: sarifText{capitalized(c.Name)}, Full: sarifText{c.Looks + " " + c.Why}, Help: sarifText{c.Mend},
		URL: findingsURL + strings.ToLower(string(c.Code)), Default: sarifDefault{levelOf(c.Severity)},
		Properties: map[string]any{"tags": []string{"security", "isolation"}, "severity": c.Severity, "security-severity": scoreOf(c.Severity)},
	}
}

// levelOf is a severity as SARIF has it: it knows nothing worse than an error.
func levelOf(s audit.Severity) string {
	if s == audit.Medium {
		return "warning"
	}
	return "error"
}

// scoreOf is a severity as GitHub reads it from a rule: over 9 is critical, over 7 is high, over 4 is medium (GitHub docs,
// "SARIF support for code scanning", security-severity).
func scoreOf(s audit.Severity) string {
	switch s {
	case audit.Critical:
		return "9.5"
	case audit.High:
		return "8.0"
	}
	return "5.5"
}

func (a *Audit) result(f audit.Finding, rule int) sarifResult {
	sum := sha256.Sum256([]byte(string(f.Code) + "\x00" + f.Object))
	return sarifResult{
		Rule: string(f.Code), RuleIndex: rule, Level: levelOf(f.Severity), Message: sarifText{capitalized(f.Seen) + ". To mend it: " + f.Mend},
		Locations:    []sarifLocation{{a.place(), logical(f)}},
		Fingerprints: map[string]string{"tenantryObject/v1": hex.EncodeToString(sum[:])},
		Suppressions: []sarifSuppression{},
		Properties:   map[string]any{"severity": f.Severity, "object": f.Object, "namespace": f.Namespace, "mend": f.Mend},
	}
}

// place is the configuration: what was found is in no file, and what shows SARIF beside files shows only what is in one.
// It is its first line, for want of a better one. A path that leads out of where one stands means nothing elsewhere, and is left out.
func (a *Audit) place() *sarifPhysical {
	if a.Config == "" || !filepath.IsLocal(a.Config) {
		return nil
	}
	return &sarifPhysical{sarifArtifact{(&url.URL{Path: filepath.ToSlash(a.Config)}).EscapedPath()}, sarifRegion{1, 1, 1, 1}}
}

// logical says where a finding is: in which namespace, at which asset, and by whom.
func logical(f audit.Finding) []sarifLogical {
	all := []sarifLogical{}
	if f.Namespace != "" {
		all = append(all, sarifLogical{f.Namespace, "namespace/" + f.Namespace, "namespace"})
	}
	if f.Asset != nil {
		all = append(all, sarifLogical{f.AssetName, f.Asset.Region + "/" + string(f.Asset.Kind) + "/" + f.Asset.ID, string(f.Asset.Kind)})
	}
	if f.Principal != "" {
		all = append(all, sarifLogical{f.Principal[strings.LastIndexByte(f.Principal, ':')+1:], f.Principal, "principal"})
	}
	if len(all) == 0 {
		all = append(all, sarifLogical{f.Object, f.Object, "account"})
	}
	return all
}
