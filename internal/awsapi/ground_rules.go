//go:build !tenantry.lambda

package awsapi

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// EventRules lists the rules of a Region's bus that have one of these targets, with all of their targets, sorted by ARN; without
// targets, every rule (EventBridge ListRuleNamesByTarget and DescribeRule, or ListRules; ListTargetsByRule). A side that could
// not be read is the error, with what the other told. Where no side has the bus, the error wraps plan.ErrNotFound.
func (s *Surroundings) EventRules(ctx context.Context, region, bus string, targets ...string) ([]tenancy.EventRule, error) {
	var all []tenancy.EventRule
	var errs []error
	found := false // a side with that bus
	for _, w := range s.sides(region) {
		rules, err := w.eventRules(ctx, region, bus, targets)
		all, found = append(all, rules...), found || err == nil
		if err != nil {
			errs = append(errs, failure(err, fmt.Sprintf("read the rules of the event bus %q in %s", bus, region)))
		}
	}
	if found {
		errs = slices.DeleteFunc(errs, func(err error) bool { return errors.Is(err, plan.ErrNotFound) })
	}
	return byARN(all, func(r tenancy.EventRule) string { return r.ARN }), errors.Join(errs...)
}

func (w watch) eventRules(ctx context.Context, region, bus string, targets []string) ([]tenancy.EventRule, error) {
	rules, err := w.rulesOf(ctx, bus, targets)
	if err != nil {
		return nil, err
	}
	var all []tenancy.EventRule
	for _, rule := range rules {
		rule.Bus, rule.Region = bus, region
		rule.Targets, err = w.targets(ctx, bus, rule.Name)
		switch {
		case isNotFound(err): // gone since it was listed
		case err != nil:
			return nil, err
		default:
			all = append(all, rule)
		}
	}
	return all, nil
}

// rulesOf are the rules of a bus, or those that have one of some targets.
func (w watch) rulesOf(ctx context.Context, bus string, targets []string) ([]tenancy.EventRule, error) {
	if len(targets) == 0 {
		return w.everyRule(ctx, bus)
	}
	var names []string
	for _, target := range targets {
		get := func(ctx context.Context, token *string) (page[string], error) {
			out, err := w.rules.ListRuleNamesByTarget(ctx, &eventbridge.ListRuleNamesByTargetInput{
				TargetArn: &target, EventBusName: &bus, Limit: aws.Int32(pageSize), NextToken: token,
			})
			if err != nil {
				return page[string]{}, err
			}
			return page[string]{out.RuleNames, out.NextToken}, nil
		}
		some, err := collect(ctx, get, func(name string) (string, bool) { return name, true })
		if err != nil {
			return nil, err
		}
		names = append(names, some...)
	}
	slices.Sort(names)
	var all []tenancy.EventRule
	for _, name := range slices.Compact(names) {
		out, err := w.rules.DescribeRule(ctx, &eventbridge.DescribeRuleInput{Name: &name, EventBusName: &bus})
		switch {
		case isNotFound(err): // gone since it was listed
		case err != nil:
			return nil, err
		default:
			all = append(all, eventRule(out.Name, out.Arn, out.EventPattern, out.ScheduleExpression, out.State))
		}
	}
	return all, nil
}

func (w watch) everyRule(ctx context.Context, bus string) ([]tenancy.EventRule, error) {
	get := func(ctx context.Context, token *string) (page[types.Rule], error) {
		out, err := w.rules.ListRules(ctx, &eventbridge.ListRulesInput{EventBusName: &bus, Limit: aws.Int32(pageSize), NextToken: token})
		if err != nil {
			return page[types.Rule]{}, err
		}
		return page[types.Rule]{out.Rules, out.NextToken}, nil
	}
	return collect(ctx, get, func(r types.Rule) (tenancy.EventRule, bool) {
		return eventRule(r.Name, r.Arn, r.EventPattern, r.ScheduleExpression, r.State), true
	})
}

// eventRule is a rule as it is listed or described. Both of the states that are not DISABLED match calls that write.
func eventRule(name, arn, pattern, schedule *string, state types.RuleState) tenancy.EventRule {
	return tenancy.EventRule{
		Name: aws.ToString(name), ARN: aws.ToString(arn), Pattern: aws.ToString(pattern), Schedule: aws.ToString(schedule),
		Enabled: state == types.RuleStateEnabled || state == types.RuleStateEnabledWithAllCloudtrailManagementEvents,
	}
}

// targets are those of a rule, sorted by their ids.
func (w watch) targets(ctx context.Context, bus, rule string) ([]tenancy.RuleTarget, error) {
	get := func(ctx context.Context, token *string) (page[types.Target], error) {
		out, err := w.rules.ListTargetsByRule(ctx, &eventbridge.ListTargetsByRuleInput{
			Rule: &rule, EventBusName: &bus, Limit: aws.Int32(pageSize), NextToken: token,
		})
		if err != nil {
			return page[types.Target]{}, err
		}
		return page[types.Target]{out.Targets, out.NextToken}, nil
	}
	all, err := collect(ctx, get, func(t types.Target) (tenancy.RuleTarget, bool) {
		target := tenancy.RuleTarget{
			ID: aws.ToString(t.Id), ARN: aws.ToString(t.Arn),
			Altered: t.Input != nil || t.InputPath != nil || t.InputTransformer != nil,
		}
		if t.DeadLetterConfig != nil {
			target.DeadLetters = aws.ToString(t.DeadLetterConfig.Arn)
		}
		return target, true
	})
	slices.SortFunc(all, func(a, b tenancy.RuleTarget) int { return strings.Compare(a.ID, b.ID) })
	return all, err
}
