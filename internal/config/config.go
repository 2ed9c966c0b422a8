// Package config turns a YAML file into a validated configuration, or into everything that is
// wrong with it at once.
//
// The way of the data:
//
//		bytes ──► source ──► walk ──► build ──► Config
//		          (YAML)    (keys)   (meaning)
//
//	  - source reads the bytes as one plain YAML document: UTF-8, no aliases, no tags, one document.
//	  - walk goes over the document with the key table (keys.go), strictly: a key that the table does
//	    not know, a key that stands twice and a value of another type are problems.
//	  - build gives the values their meaning, in the types of packages tenancy and rules, which cannot
//	    hold what is wrong.
//
// Each stage goes on after a problem, as far as the rest still means something, so that a person
// mends a file in one go. A Problem has the place (file:line:column), what is wrong, why that
// matters, and the change that mends it.
//
// The key table is the only list of the keys there is. The walk, the suggestions for a misspelt key,
// the JSON Schema (Schema) and the table in docs/configuration.md (Table) all come from it. Keys that
// belong to later work stand in it as well, and are refused with the words "not yet": a key that no
// code reads is never accepted.
//
// Nothing is guessed. A name that YAML might read as a number or as a boolean has to stand in quotes,
// and a value is never trimmed, folded or cut. No problem repeats a value that looks like a secret.
//
// The package reads a file and nothing else: no clock, no network, no environment.
package config

import (
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Config is a configuration without errors.
type Config struct {
	Path           string // as it was given
	Version        int
	QuickSight     QuickSight
	IdentityCenter IdentityCenter
	Rules          rules.Rules
	// Rollout are the only namespaces that are written to, sorted; nil means all.
	Rollout []tenancy.Namespace
	// Automatic are the hazards that need nobody's word; see plan.Removals.
	Automatic []string
	// Accept are the known holds and findings, whether or not their end has come (see AcceptedOn).
	Accept []Accept
	Limits Limits
	Events Events
	// Migrate decides about no plan, and is not in the fingerprint.
	Migrate Migrate
	// Journal is where the history is kept.
	Journal Journal
	// Embedding are the roles that may embed for people of some namespaces. They decide about no plan, either.
	Embedding []Embedding
	// SamePrincipalInTwoNamespaces says that AWS lets one role and session be registered in two
	// namespaces, which it does not document.
	SamePrincipalInTwoNamespaces bool
	// CreateOnce says that AWS wants a namespace whose creation has failed deleted before it is created again. It decides
	// about no plan, and is not in the fingerprint.
	CreateOnce bool
	// Fingerprint is a digest of what the configuration means: comments, formatting and the order of
	// what has none do not change it, and everything that decides about a plan does.
	Fingerprint string
}

// QuickSight is the account that the tenants live in.
type QuickSight struct {
	AccountID      tenancy.AccountID
	IdentityRegion string      // where the account's users and namespaces live
	AssetRegions   []string    // where assets are looked for, sorted
	AssumeRole     *AssumeRole // nil for the credentials as they are
}

// Partition is that of the account: aws, aws-us-gov or aws-cn.
func (q QuickSight) Partition() string { return partitionOf(q.IdentityRegion) }

// IdentityCenter is the identity store that the people come from.
type IdentityCenter struct {
	StoreID    tenancy.StoreID
	Region     string
	AssumeRole *AssumeRole // nil for the credentials as they are
}

// Events are where news comes from, and how often everything is looked at without any.
type Events struct {
	QueueURL    string // "" for none
	QueueRegion string // of the queue
	PassEvery   time.Duration
	AssumeRole  *AssumeRole // nil for the credentials as they are
}

// Migrate says how people are moved who live outside of the tenants.
type Migrate struct {
	// Keep is for how long the user of before stays with whoever signs in by another role than before, once they are
	// prepared.
	Keep time.Duration
}

// Embedding is a role through which a program embeds QuickSight for people of some namespaces.
type Embedding struct {
	Role       tenancy.RoleARN
	Namespaces []string // sorted; default may be among them
}

// AssumeRole is a role of another account, to be assumed for reading or writing there.
type AssumeRole struct {
	Role       tenancy.RoleARN
	ExternalID string // "" for none
}

// Accept is a hold or a finding that is known, and is no news until a day.
type Accept struct {
	Code    tenancy.Code
	Object  string
	Because string
	Until   time.Time // the last day on which it holds: midnight, UTC
}

// Holds reports whether the acceptance holds at a time: until the end of its last day, UTC.
func (a Accept) Holds(now time.Time) bool {
	return now.Before(a.Until.AddDate(0, 0, 1))
}

// Limits are the ceilings on what happens by itself, and on calls.
type Limits struct {
	// AdditionsPercent is how much a tenant may grow in a day, in percent of its people.
	AdditionsPercent    int
	NewNamespacesPerDay int
	// Namespaces are how many AWS lets the account have.
	Namespaces int
	// TenantRemovals and AccountRemovals are how many may lose something in a day, in percent of the people.
	TenantRemovals  int
	AccountRemovals int
	// QuickSightRate and IdentityStoreRate are calls a second; 0 means that the rate is discovered.
	QuickSightRate    float64
	IdentityStoreRate float64
}

// Journal is where the history is kept. The zero Journal is the memory of the process.
type Journal struct {
	Path  string // of a SQLite file, as seen from the working directory
	Table string // of DynamoDB, in the account and the identity Region of QuickSight
}

// Place is the journal as package journal opens it: "sqlite:PATH", "dynamodb:TABLE" or "memory".
func (j Journal) Place() string {
	switch {
	case j.Table != "":
		return "dynamodb:" + j.Table
	case j.Path != "":
		return "sqlite:" + j.Path
	}
	return "memory"
}

// Shared reports whether other processes see the journal.
func (j Journal) Shared() bool { return j != Journal{} }

// AcceptedOn are the acceptances that hold at a time.
func (c *Config) AcceptedOn(now time.Time) []Accept {
	return slices.DeleteFunc(slices.Clone(c.Accept), func(a Accept) bool { return !a.Holds(now) })
}

// Parse reads a configuration. name is the file's name, for the problems. The Config is nil when
// there is an error among them.
func Parse(name string, data []byte) (*Config, Problems) {
	r := &report{file: name}
	root := r.source(data)
	if root == nil {
		return nil, r.problems.sorted()
	}
	c := r.build(r.walk(root))
	if r.problems.Failed() {
		return nil, r.problems.sorted()
	}
	c.Path = name
	c.Fingerprint = c.fingerprint()
	return c, r.problems.sorted()
}

// report gathers what is wrong.
type report struct {
	file     string
	problems Problems
}

func (r *report) add(s Severity, line, column int, what, why, fix string) {
	r.problems = append(r.problems, Problem{r.file, line, column, s, printable(what), printable(why), printable(fix)})
}

// fail reports an error about a value.
func (r *report) fail(v *value, what, why, fix string) {
	line, column := v.place()
	r.add(Error, line, column, what, why, fix)
}

// warn reports a warning about a value.
func (r *report) warn(v *value, what, why, fix string) {
	line, column := v.place()
	r.add(Warning, line, column, what, why, fix)
}
