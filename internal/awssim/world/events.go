package world

import (
	"encoding/json"
	"fmt"
	"iter"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/pattern"
)

// DefaultBus is the name of the bus that every account has in every Region.
const DefaultBus = "default"

// States of rules.
const (
	RuleEnabled  = "ENABLED"
	RuleDisabled = "DISABLED"
	// RuleReads is the state of a rule that matches calls which change nothing, too.
	RuleReads = "ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
)

// Events are EventBridge's buses and rules, those of other accounts too. The world's lock guards them.
type Events struct {
	w     *World
	Buses *Table[Bus]  // by account, Region and name; a default bus without a policy has no row
	Rules *Table[Rule] // by account, Region, bus and name

	matched map[string]int // events, by the keys of the rules that they matched
}

// Bus is an event bus.
type Bus struct {
	Name    string `json:"name"`
	Account string `json:"account,omitempty"` // the world's account
	Region  string `json:"region,omitempty"`  // that of the identity store
	// Policy says who of other accounts may put events on it; "" nobody. It is JSON.
	Policy string `json:"policy,omitempty"`
}

// Key is the key of the bus's row.
func (b Bus) Key() string { return Key(b.Account, b.Region, b.Name) }

// Rule is a rule of a bus: what matches its pattern goes to its targets. What a schedule says does not happen here.
type Rule struct {
	Name        string   `json:"name"`
	Account     string   `json:"account,omitempty"` // the world's account
	Region      string   `json:"region,omitempty"`  // that of the identity store
	Bus         string   `json:"bus,omitempty"`     // default
	Pattern     string   `json:"pattern,omitempty"` // JSON
	Schedule    string   `json:"schedule,omitempty"`
	State       string   `json:"state,omitempty"` // ENABLED
	Description string   `json:"description,omitempty"`
	RoleARN     string   `json:"role_arn,omitempty"`
	Targets     []Target `json:"targets,omitempty"` // by their ids
	Tags        []Tag    `json:"tags,omitempty"`

	matches pattern.Pattern
}

// Key is the key of the rule's row.
func (r Rule) Key() string { return Key(r.Account, r.Region, r.Bus, r.Name) }

// Target is where a rule sends events: a queue, or another bus. Other targets are remembered, and get nothing.
type Target struct {
	ID          string `json:"id"`
	ARN         string `json:"arn"`
	RoleARN     string `json:"role_arn,omitempty"`
	Input       string `json:"input,omitempty"`      // what is sent in place of the event, JSON
	InputPath   string `json:"input_path,omitempty"` // what of the event is sent: $.detail
	DeadLetters string `json:"dead_letters,omitempty"`
}

// EventsSeed is what the world file says of EventBridge.
type EventsSeed struct {
	Buses []Bus  `json:"buses,omitempty"`
	Rules []Rule `json:"rules,omitempty"`
}

func newEvents(w *World) *Events {
	return &Events{w: w, Buses: newTable[Bus](w.past), Rules: newTable[Rule](w.past), matched: map[string]int{}}
}

// Bus gives the bus of that name. The default bus is always there.
func (e *Events) Bus(account, region, name string) (Bus, bool) {
	b, ok := e.Buses.Get(Key(account, region, name))
	if !ok && name == DefaultBus {
		return Bus{Name: name, Account: account, Region: region}, true
	}
	return b, ok
}

// BusByARN gives the bus of an ARN.
func (e *Events) BusByARN(arn string) (Bus, bool) {
	part := strings.SplitN(arn, ":", 6)
	if len(part) != 6 || part[2] != "events" {
		return Bus{}, false
	}
	name, is := strings.CutPrefix(part[5], "event-bus/")
	b, ok := e.Bus(part[4], part[3], name)
	return b, ok && is
}

// RulesOf gives the rules of a bus after the one whose key is after, in their order.
func (e *Events) RulesOf(b Bus, after string) iter.Seq2[string, Rule] {
	return e.Rules.Prefix(KeyPrefix(b.Account, b.Region, b.Name), after, View{})
}

// Matched is how many events a rule has matched since the world began: CloudWatch's metric MatchedEvents (EventBridge user guide,
// "Monitoring Amazon EventBridge").
func (e *Events) Matched(r Rule) int { return e.matched[r.Key()] }

// Put makes a rule, or changes it. The error is about its pattern.
func (e *Events) Put(r Rule) (err error) {
	if r.Pattern != "" {
		if r.matches, err = pattern.Parse(r.Pattern); err != nil {
			return err
		}
	}
	e.Rules.Put(r.Key(), r)
	return nil
}

// BusARN and RuleARN are the ARNs of buses and rules. A rule of the default bus does not name it.
func (e *Events) BusARN(b Bus) string {
	return "arn:" + e.w.Partition + ":events:" + b.Region + ":" + b.Account + ":event-bus/" + b.Name
}

// RuleARN is the counterpart of BusARN.
func (e *Events) RuleARN(r Rule) string {
	arn := "arn:" + e.w.Partition + ":events:" + r.Region + ":" + r.Account + ":rule/"
	if r.Bus != DefaultBus {
		arn += r.Bus + "/"
	}
	return arn + r.Name
}

// rulesThere reports whether there are rules at all: then they say which queues are told, and no longer the trail.
func (e *Events) rulesThere() bool { return e.Rules.Len() > 0 }

// reading reports whether a rule wants to be told of calls that change nothing.
func (e *Events) reading() bool {
	for _, r := range e.Rules.All() {
		if r.State == RuleReads {
			return true
		}
	}
	return false
}

func (w *World) loadEvents(seed Seed) error {
	place := func(account, region *string) {
		*account, *region = or(*account, w.Account), or(*region, w.Directory.Region)
	}
	for i, b := range seed.Events.Buses {
		place(&b.Account, &b.Region)
		if b.Name == "" {
			return fmt.Errorf("events.buses[%d]: no name", i)
		}
		w.Events.Buses.Put(b.Key(), b)
	}
	for i, r := range seed.Events.Rules {
		place(&r.Account, &r.Region)
		r.Bus, r.State, r.Tags = or(r.Bus, DefaultBus), or(r.State, RuleEnabled), SortTags(r.Tags)
		if _, there := w.Events.Bus(r.Account, r.Region, r.Bus); !there || r.Name == "" {
			return fmt.Errorf("events.rules[%d] %q: no name, or no bus %q there", i, r.Name, r.Bus)
		}
		for _, t := range r.Targets {
			if t.Input != "" && !json.Valid([]byte(t.Input)) {
				return fmt.Errorf("events.rules[%d] %q: the input of target %q is not JSON", i, r.Name, t.ID)
			}
		}
		if err := w.Events.Put(r); err != nil {
			return fmt.Errorf("events.rules[%d] %q: pattern: %w", i, r.Name, err)
		}
	}
	return nil
}
