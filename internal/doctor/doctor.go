// Package doctor judges whether everything is in order that tenantry needs around it: the account, the trail, the events, the
// queue, the sign-in roles, the journal, and what tenantry itself may do. It judges facts that were read, in a fixed order, and
// says of what is not in order how it is mended.
//
//	Facts ──► each Check, in the order of checks ──► Report
//
// A Check is data with a function (account.go, quotas.go, trail.go, rules.go, queue.go, dead_letters.go, signin.go, profiles.go,
// rights.go, journal.go, leftover.go). What one finds out of order is a Trouble. Where a check rests on another that is red, it is not
// looked at: whoever stands before the wrong account is not told of its queues.
//
// What could not be read is never taken for in order, nor for out of order: it is amber, and says which right is missing. What
// no API shows is amber, too, until somebody has looked and says so in the configuration, under accept. What is red cannot be
// accepted: it does not work.
//
// The package is pure: it reads nothing.
package doctor

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/audit"
)

// Level is how something stands.
type Level int

// The levels. What could not be found out is Amber: it may be in order.
const (
	Green Level = iota
	Amber
	Red
)

func (l Level) String() string { return [...]string{"green", "amber", "red"}[l] }

// Check is one thing that is looked at.
type Check struct {
	// Name is stable: programs read it, and configurations accept by it. It is neither renamed nor given to another check.
	Name  string
	Looks string // what it looks at, as sentences
	Why   string // why it matters, as one sentence
	Mend  string // how it is mended in general, as sentences
	// After are the checks without which this one cannot be looked at, where they are red.
	After []string
	// Judge answers what is in order, as a sentence without a full stop, and what is not.
	Judge func(f *Facts) (seen string, troubles []Trouble)
}

// Trouble is something that is not in order, or that could not be found out.
type Trouble struct {
	Level Level
	// Object is what it is about. With the check's name it names the trouble, and `accept:` in the configuration refers to it.
	Object string
	// Seen is what was seen: one sentence, without a full stop.
	Seen string
	// Mend is what mends it, one step a line, as in audit.Finding: a line that begins with aws or tenantry can be pasted.
	Mend string
}

// Accepted is a trouble that the configuration accepts, of those acceptances whose end has not come.
type Accepted struct {
	Check, Object string
	Because       string
	Until         string // the last day, YYYY-MM-DD
}

// AcceptedTrouble is a trouble that is known and meant.
type AcceptedTrouble struct {
	Trouble
	Because, Until string
}

// Result is how a check stands.
type Result struct {
	*Check
	Level    Level
	Seen     string    // what is in order; "" where nothing was looked at
	Troubles []Trouble // the red ones first, and else as the check has them
	Accepted []AcceptedTrouble
	// NotLooked is the check that is in the way, "" where there is none. Level is Amber then.
	NotLooked string
}

// Report is the whole checklist, in order.
type Report struct {
	Account string
	For     string // the purpose whose rights were looked at
	Results []Result
}

// Level is that of the worst result.
func (r *Report) Level() Level {
	worst := Green
	for i := range r.Results {
		worst = max(worst, r.Results[i].Level)
	}
	return worst
}

// Count is how many results are at a level.
func (r *Report) Count(l Level) int {
	n := 0
	for i := range r.Results {
		if r.Results[i].Level == l {
			n++
		}
	}
	return n
}

// With is the report with the configuration named in each command of tenantry that it advises.
func (r Report) With(config string) Report {
	r.Results = slices.Clone(r.Results)
	for i := range r.Results {
		troubles := slices.Clone(r.Results[i].Troubles)
		for j := range troubles {
			troubles[j].Mend = audit.WithConfig(troubles[j].Mend, config)
		}
		r.Results[i].Troubles = troubles
	}
	return r
}

// Checks are all checks, in the order in which they are looked at and told.
func Checks() []Check {
	return slices.Concat(ofAccount, ofQuotas, ofTrail, ofRules, ofQueue, ofDeadLetters, ofSignIn, ofProfiles, ofJournal, ofRights, ofProbe)
}

// Judge looks at everything.
func Judge(f *Facts) Report {
	report := Report{Account: string(f.Account), For: string(f.For)}
	all := Checks()
	standing := map[string]*Result{}
	for i := range all {
		standing[all[i].Name] = &Result{Check: &all[i]}
	}
	for i := range all {
		report.Results = append(report.Results, *f.result(all[i].Name, standing))
	}
	return report
}

// result looks at one check, and first at those that it rests on, which may stand behind it in the order.
func (f *Facts) result(name string, standing map[string]*Result) *Result {
	r := standing[name]
	if r.Seen != "" || r.NotLooked != "" || r.Troubles != nil || r.Accepted != nil {
		return r
	}
	for _, before := range r.After {
		if b := f.result(before, standing); b.Level == Red || b.NotLooked != "" {
			r.NotLooked, r.Level = before, Amber
			if b.NotLooked != "" {
				r.NotLooked = b.NotLooked
			}
			return r
		}
	}
	seen, troubles := r.Judge(f)
	for _, t := range troubles {
		if known := f.accepts(name, t); known != nil {
			r.Accepted = append(r.Accepted, AcceptedTrouble{t, known.Because, known.Until})
			continue
		}
		r.Level = max(r.Level, t.Level)
		r.Troubles = append(r.Troubles, t)
	}
	slices.SortStableFunc(r.Troubles, func(a, b Trouble) int { return int(b.Level - a.Level) })
	switch r.Seen = seen; {
	case len(r.Troubles) > 0:
		r.Seen = "" // what is in order is said where all of it is
	case len(r.Accepted) > 0:
		r.Seen = strings.TrimPrefix(seen+"; the rest is accepted", "; ")
	}
	return r
}

// accepts finds what accepts a trouble, nil for nothing. What is red does not work, whoever accepts it.
func (f *Facts) accepts(check string, t Trouble) *Accepted {
	if t.Level == Red {
		return nil
	}
	for i := range f.Accepted {
		if f.Accepted[i].Check == check && f.Accepted[i].Object == t.Object {
			return &f.Accepted[i]
		}
	}
	return nil
}
