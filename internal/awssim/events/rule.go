package events

import (
	"regexp"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/pattern"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// onRule makes an operation of one that is about a rule and takes the input I: it finds the rule first.
func onRule[I any](serve func(service, *wire.Request, world.Rule, I) (any, error)) func(service, *wire.Request) (any, error) {
	return func(s service, r *wire.Request) (any, error) {
		var of named
		if err := r.Decode(&of); err != nil {
			return nil, err
		}
		b, err := s.bus(r, of.EventBusName)
		if err != nil {
			return nil, err
		}
		rule, ok := s.w.Events.Rules.Get(world.Rule{Account: b.Account, Region: b.Region, Bus: b.Name, Name: of.rule()}.Key())
		if !ok {
			return nil, notFound("Rule %s does not exist on EventBus %s.", of.rule(), b.Name)
		}
		var in I
		if err := r.Decode(&in); err != nil {
			return nil, err
		}
		return serve(s, r, rule, in)
	}
}

// ruleInput is the input of PutRule.
type ruleInput struct {
	Name, ScheduleExpression, EventPattern, State, Description, RoleARN string
	Tags                                                                []world.Tag
}

var schedule = regexp.MustCompile(`^(rate\([1-9][0-9]* (minutes?|hours?|days?)\)|cron\(.+\))$`)

// putRule makes a rule, or replaces one but for its targets and its tags (EventBridge API reference, PutRule).
func (s service) putRule(_ *wire.Request, b world.Bus, in ruleInput) (any, error) {
	rule := world.Rule{
		Name: in.Name, Account: b.Account, Region: b.Region, Bus: b.Name, Pattern: in.EventPattern, Schedule: in.ScheduleExpression,
		State: in.State, Description: in.Description, RoleARN: in.RoleARN, Tags: world.SortTags(in.Tags),
	}
	if rule.State == "" {
		rule.State = world.RuleEnabled
	}
	switch {
	case !ruleName.MatchString(in.Name):
		return nil, invalid("1 validation error detected: Value '%s' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+", in.Name)
	case rule.State != world.RuleEnabled && rule.State != world.RuleDisabled && rule.State != world.RuleReads:
		return nil, invalid("1 validation error detected: Value '%s' at 'state' failed to satisfy constraint: Member must satisfy enum value set", in.State)
	case in.EventPattern == "" && in.ScheduleExpression == "":
		return nil, invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.")
	case in.ScheduleExpression != "" && b.Name != world.DefaultBus:
		return nil, invalid("ScheduleExpression is supported only on the default event bus.")
	case in.ScheduleExpression != "" && !schedule.MatchString(in.ScheduleExpression):
		return nil, invalid("Parameter ScheduleExpression is not valid.")
	}
	if have, there := s.w.Events.Rules.Get(rule.Key()); there {
		rule.Targets, rule.Tags = have.Targets, have.Tags
	}
	if err := s.w.Events.Put(rule); err != nil {
		return nil, badPattern(err)
	}
	return map[string]any{"RuleArn": s.w.Events.RuleARN(rule)}, nil
}

func (s service) describeRule(_ *wire.Request, rule world.Rule, _ struct{}) (any, error) {
	answer := s.view(rule)
	answer["CreatedBy"] = rule.Account
	return answer, nil
}

// view is a rule as the API shows it.
func (s service) view(rule world.Rule) map[string]any {
	m := map[string]any{"Name": rule.Name, "Arn": s.w.Events.RuleARN(rule), "State": rule.State, "EventBusName": rule.Bus}
	for name, value := range map[string]string{
		"EventPattern": rule.Pattern, "ScheduleExpression": rule.Schedule, "Description": rule.Description, "RoleArn": rule.RoleARN,
	} {
		if value != "" {
			m[name] = value
		}
	}
	return m
}

func (s service) enableRule(_ *wire.Request, rule world.Rule, _ struct{}) (any, error) {
	rule.State = world.RuleEnabled
	return nil, s.w.Events.Put(rule)
}

func (s service) disableRule(_ *wire.Request, rule world.Rule, _ struct{}) (any, error) {
	rule.State = world.RuleDisabled
	return nil, s.w.Events.Put(rule)
}

// deleteRule deletes a rule. One that is not there is deleted with success, which is assumed.
func (s service) deleteRule(_ *wire.Request, b world.Bus, in named) (any, error) {
	key := world.Rule{Account: b.Account, Region: b.Region, Bus: b.Name, Name: in.rule()}.Key()
	if rule, ok := s.w.Events.Rules.Get(key); ok && len(rule.Targets) > 0 {
		return nil, invalid("Rule can't be deleted since it has targets.")
	}
	s.w.Events.Rules.Delete(key)
	return nil, nil
}

// page is what lists ask for.
type page struct {
	NextToken string
	Limit     *int
}

// limits gives how many rows a page has, and the key after which it begins.
func (s service) limits(in page, list string) (after string, limit int, err error) {
	limit = 100
	if in.Limit != nil {
		limit = *in.Limit
	}
	if limit < 1 || limit > 100 {
		return "", 0, invalid("1 validation error detected: Value '%d' at 'limit' failed to satisfy constraint: Member must have value between 1 and 100", limit)
	}
	after, ok := s.w.Continue(list, in.NextToken)
	if !ok {
		return "", 0, invalid("Parameter NextToken is not valid.")
	}
	return after, limit, nil
}

func (s service) listRules(_ *wire.Request, b world.Bus, in struct {
	page
	NamePrefix string
}) (any, error) {
	list := world.Key("ListRules", b.Key(), in.NamePrefix)
	after, limit, err := s.limits(in.page, list)
	if err != nil {
		return nil, err
	}
	rules, last := world.Page(s.w.Events.Rules.Prefix(world.KeyPrefix(b.Account, b.Region, b.Name)+in.NamePrefix, after, world.View{}), limit)
	shown := []map[string]any{}
	for _, rule := range rules {
		shown = append(shown, s.view(rule))
	}
	return s.paged(list, last, "Rules", shown), nil
}

// paged is the answer of a list.
func (s service) paged(list, last, member string, rows any) map[string]any {
	answer := map[string]any{member: rows}
	if last != "" {
		answer["NextToken"] = s.w.Token(list, last)
	}
	return answer
}

func (s service) testEventPattern(r *wire.Request) (any, error) {
	var in struct{ EventPattern, Event string }
	if err := r.Decode(&in); err != nil {
		return nil, err
	}
	p, err := pattern.Parse(in.EventPattern)
	if err != nil {
		return nil, badPattern(err)
	}
	if !strings.HasPrefix(strings.TrimSpace(in.Event), "{") {
		return nil, invalid("Parameter Event is not valid.")
	}
	return map[string]any{"Result": p.MatchesJSON([]byte(in.Event))}, nil
}
