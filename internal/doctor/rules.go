package doctor

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ofRules is the check about EventBridge.
var ofRules = []Check{{
	Name: "rules",
	Looks: "Whether rules with the patterns of deploy/events stand, are enabled, and send the event as it is to the queue of `events.queue_url`. A rule whose pattern delivers more will do. " +
		"Where something happens in another Region or account than the queue's, a rule there has to hand the events on to a bus beside the queue.",
	Why:   "Without them tenantry hears of no change, and sees it in the next pass.",
	Mend:  "Make the rule, enable it, or write its target anew.",
	After: []string{"account"},
	Judge: judgeRules,
}}

func judgeRules(f *Facts) (string, []Trouble) {
	switch {
	case f.QueueURL == "":
		return "", []Trouble{{
			Amber, "no queue", "the configuration names no queue: what changes is seen by the next pass, and not before",
			"make a queue (docs/events.md), and write under events: queue_url:\n" + accepting("rules", "no queue"),
		}}
	case f.queueAccount() != f.Account:
		return "", []Trouble{{
			Amber, "account " + string(f.queueAccount()), "the queue is in the account " + string(f.queueAccount()) + ", whose rules cannot be seen from here",
			"see with credentials of that account:\naws events list-rule-names-by-target --region " + f.QueueRegion + " --target-arn " + f.QueueARN() + "\n" +
				accepting("rules", "account "+string(f.queueAccount())),
		}}
	}
	all := f.unread(Places)
	if u := f.unread(Rules.In(f.QueueRegion)); u != nil {
		all = append(all, u...)
	} else {
		all = append(all, f.atTheQueue()...)
	}
	for _, p := range f.Places {
		if p.Region != f.QueueRegion || p.Account != "" && p.Account != f.Account {
			all = append(all, f.handedOn(p)...)
		}
	}
	return "the rules of deploy/events send to the queue " + f.queueName(), all
}

// atTheQueue is what is wrong with the rules that send to the queue.
func (f *Facts) atTheQueue() (all []Trouble) {
	for _, w := range allWanted {
		if !w.needed(f) {
			continue
		}
		for _, p := range f.placesOf(w) {
			// A rule for one place will mostly do for the other, and its absence is told once.
			if t := f.stands(w, p); t != nil && !slices.ContainsFunc(all, func(o Trouble) bool { return o.Object == t.Object }) {
				all = append(all, *t)
			}
		}
	}
	return all
}

// placesOf are where it happens what a rule delivers; one that is not known where none is.
func (f *Facts) placesOf(w wanted) (all []tenancy.EventPlace) {
	for _, p := range f.Places {
		if p.Tells == w.tells {
			all = append(all, p)
		}
	}
	if all == nil {
		all = []tenancy.EventPlace{{Tells: w.tells}}
	}
	return all
}

// stands is what is wrong with the rule that comes nearest to what is wanted, nil where one is as it should be.
func (f *Facts) stands(w wanted, p tenancy.EventPlace) *Trouble {
	var asleep, altered *tenancy.EventRule
	pattern := w.at(f, p)
	for i := range f.Rules {
		r := &f.Rules[i]
		to := targetOf(r, f.QueueARN())
		switch {
		case r.Region != f.QueueRegion || to == nil || !covers(r.Pattern, pattern):
		case to.Altered:
			altered = r
		case !r.Enabled:
			asleep = r
		default:
			return nil
		}
	}
	object := "deploy/events/" + w.name + ".json"
	switch {
	case asleep != nil:
		return &Trouble{w.level, object, fmt.Sprintf("the rule %s is disabled: %s", tenancy.Word(asleep.Name), w.lacks), f.rule("enable-rule", "--name", asleep)}
	case altered != nil:
		// What comes otherwise than as the event itself is set aside, every one of them.
		return &Trouble{Red, object, fmt.Sprintf("the rule %s does not send the event as it is, and nobody can read what it sends", tenancy.Word(altered.Name)), f.retarget(altered)}
	}
	return &Trouble{w.level, object, "no rule with this pattern sends to the queue: " + w.lacks, f.makeRule(w)}
}

// rule is a command of EventBridge's about a rule that there is.
func (f *Facts) rule(command, option string, r *tenancy.EventRule) string {
	line := fmt.Sprintf("aws events %s --region %s %s %s", command, r.Region, option, r.Name)
	if r.Bus != "" && r.Bus != "default" {
		line += " --event-bus-name " + r.Bus
	}
	return line
}

// retarget is the command that makes a rule's target of the queue anew, without what alters the event: what is put takes the
// place of the target of the same id (EventBridge API reference, PutTargets).
func (f *Facts) retarget(r *tenancy.EventRule) string {
	to := targetOf(r, f.QueueARN())
	return f.rule("put-targets", "--rule", r) + " --targets " + targets(to.ID, to.ARN)
}

// targetOf is the target of a rule at an ARN, nil where it has none.
func targetOf(r *tenancy.EventRule, arn string) *tenancy.RuleTarget {
	for i := range r.Targets {
		if r.Targets[i].ARN == arn {
			return &r.Targets[i]
		}
	}
	return nil
}

func targets(id, arn string) string {
	text, err := json.Marshal([]map[string]string{{"Id": id, "Arn": arn}})
	if err != nil {
		panic(err) // it is made of texts alone
	}
	return tenancy.ShellQuote(string(text))
}

// state is in which state a rule is made: AssumeRoleWithSAML counts as a call that reads (deploy/events/README.md).
func (w wanted) state() string {
	if w.name == "denied" {
		return " --state ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS"
	}
	return ""
}

// makeRule are the commands that make a rule.
func (f *Facts) makeRule(w wanted) string {
	r := &tenancy.EventRule{Name: "tenantry-" + w.name, Region: f.QueueRegion}
	return f.rule("put-rule", "--name", r) + w.state() + " --event-pattern " + tenancy.ShellQuote(w.pattern(f)) + "\n" +
		f.rule("put-targets", "--rule", r) + " --targets " + targets("queue", f.QueueARN())
}

// handedOn is what is wrong with the rules that hand on what happens in another Region, or in another account.
func (f *Facts) handedOn(p tenancy.EventPlace) []Trouble {
	var missing []string
	level := Amber
	for _, w := range allWanted {
		if w.tells == p.Tells && w.needed(f) && !f.forwards(p, w) {
			missing, level = append(missing, w.name+".json"), max(level, w.level)
		}
	}
	bus := fmt.Sprintf("arn:%s:events:%s:%s:event-bus/default", f.Partition(), f.QueueRegion, f.Account)
	switch u := f.unread(Rules.In(p.Region)); {
	case len(missing) == 0:
		return nil
	case !p.Seen:
		return []Trouble{*unseen(p, "rules", "rules there hand the events on to "+bus, "aws events list-rule-names-by-target --region "+p.Region+" --target-arn "+bus)}
	case u != nil:
		return u
	}
	return []Trouble{{
		level, fmt.Sprintf("%s of %s", p.Region, p.Account), fmt.Sprintf("no rule in %s, where %s, hands on to %s what fits %s", p.Region, tells[p.Tells], bus, strings.Join(missing, ", ")),
		"deploy the template that forwards events, in " + p.Region + " of the account " + string(p.Account) + " (docs/deploy.md)",
	}}
}

// forwards reports whether a rule where something happens hands it on to a bus beside the queue.
func (f *Facts) forwards(p tenancy.EventPlace, w wanted) bool {
	pattern := w.at(f, p)
	beside := fmt.Sprintf(":events:%s:%s:event-bus/", f.QueueRegion, f.Account)
	return slices.ContainsFunc(f.Rules, func(r tenancy.EventRule) bool {
		return r.Region == p.Region && r.Enabled && (p.Account == "" || accountOf(r.ARN) == p.Account) && covers(r.Pattern, pattern) &&
			slices.ContainsFunc(r.Targets, func(t tenancy.RuleTarget) bool { return !t.Altered && strings.Contains(t.ARN, beside) })
	})
}
