package events

import (
	"encoding/json"
	"iter"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// mostTargets is how many a rule may have (EventBridge quotas).
const mostTargets = 5

// targetInput is a target as it is put and shown. What else one can have is remembered by nobody here.
type targetInput struct {
	ID               string `json:"Id"`
	ARN              string `json:"Arn"`
	RoleARN          string `json:"RoleArn,omitempty"`
	Input            string `json:",omitempty"`
	InputPath        string `json:",omitempty"`
	InputTransformer any    `json:",omitempty"`
	DeadLetterConfig *struct {
		ARN string `json:"Arn"`
	} `json:",omitempty"`
}

// putTargets adds targets, and replaces those of the same ids.
func (s service) putTargets(_ *wire.Request, rule world.Rule, in struct{ Targets []targetInput }) (any, error) {
	if len(in.Targets) == 0 || len(in.Targets) > 100 {
		return nil, invalid("1 validation error detected: Value at 'targets' failed to satisfy constraint: Member must have length between 1 and 100")
	}
	targets := slices.Clone(rule.Targets)
	for _, t := range in.Targets {
		if err := t.judge(rule); err != nil {
			return nil, err
		}
		made := world.Target{ID: t.ID, ARN: t.ARN, RoleARN: t.RoleARN, Input: t.Input, InputPath: t.InputPath}
		if t.DeadLetterConfig != nil {
			made.DeadLetters = t.DeadLetterConfig.ARN
		}
		targets = append(slices.DeleteFunc(targets, func(have world.Target) bool { return have.ID == t.ID }), made)
	}
	if len(targets) > mostTargets {
		return nil, wire.Errorf(400, "LimitExceededException", "The requested resource exceeds the maximum number allowed.")
	}
	slices.SortFunc(targets, func(a, b world.Target) int { return strings.Compare(a.ID, b.ID) })
	rule.Targets = targets
	return outcome(), s.w.Events.Put(rule)
}

// judge judges a target. A queue must be in the rule's Region, which is assumed of the moment at which that is found.
func (t targetInput) judge(rule world.Rule) error {
	part := strings.Split(t.ARN, ":")
	given := 0
	for _, has := range []bool{t.Input != "", t.InputPath != "", t.InputTransformer != nil} {
		if has {
			given++
		}
	}
	switch {
	case !ruleName.MatchString(t.ID):
		return invalid("1 validation error detected: Value '%s' at 'targets.1.member.id' failed to satisfy constraint: Member must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+", t.ID)
	case len(part) < 6 || part[0] != "arn":
		return invalid("Parameter %s is not valid. Reason: Provided Arn is not in correct format.", t.ARN)
	case part[2] == "sqs" && part[3] != rule.Region:
		return invalid("Parameter %s is not valid. Reason: Provided Arn is not in the same Region as the rule.", t.ARN)
	case part[2] == "sqs" && strings.HasSuffix(t.ARN, ".fifo"):
		return invalid("Parameter(s) MessageGroupId must be specified for target: %s.", t.ID)
	case t.InputTransformer != nil:
		return invalid("InputTransformer is not simulated.")
	case given > 1:
		return invalid("Only one of Input, InputPath, or InputTransformer must be provided for target %s.", t.ID)
	case t.Input != "" && !json.Valid([]byte(t.Input)):
		return invalid("JSON syntax error in input for target %s.", t.ID)
	case t.InputPath != "" && !strings.HasPrefix(t.InputPath, "$"):
		return invalid("Invalid InputPath for target %s.", t.ID)
	}
	return nil
}

// outcome is the answer of what has worked for all of its entries.
func outcome() map[string]any {
	return map[string]any{"FailedEntryCount": 0, "FailedEntries": []any{}}
}

// removeTargets removes targets. One that is not there is a failed entry.
func (s service) removeTargets(_ *wire.Request, rule world.Rule, in struct{ IDs []string }) (any, error) {
	if len(in.IDs) == 0 {
		return nil, invalid("1 validation error detected: Value null at 'ids' failed to satisfy constraint: Member must not be null")
	}
	targets, failed := slices.Clone(rule.Targets), []any{}
	for _, id := range in.IDs {
		before := len(targets)
		targets = slices.DeleteFunc(targets, func(t world.Target) bool { return t.ID == id })
		if len(targets) == before {
			failed = append(failed, map[string]any{"TargetId": id, "ErrorCode": "ResourceNotFoundException", "ErrorMessage": "Rule " + rule.Name + " does not have that target."})
		}
	}
	rule.Targets = targets
	return map[string]any{"FailedEntryCount": len(failed), "FailedEntries": failed}, s.w.Events.Put(rule)
}

func (s service) listTargetsByRule(_ *wire.Request, rule world.Rule, in page) (any, error) {
	list := world.Key("ListTargetsByRule", rule.Key())
	after, limit, err := s.limits(in, list)
	if err != nil {
		return nil, err
	}
	rows := func(yield func(string, targetInput) bool) {
		for _, t := range rule.Targets {
			if t.ID > after && !yield(t.ID, viewTarget(t)) {
				return
			}
		}
	}
	targets, last := world.Page(iter.Seq2[string, targetInput](rows), limit)
	return s.paged(list, last, "Targets", append([]targetInput{}, targets...)), nil
}

func viewTarget(t world.Target) targetInput {
	v := targetInput{ID: t.ID, ARN: t.ARN, RoleARN: t.RoleARN, Input: t.Input, InputPath: t.InputPath}
	if t.DeadLetters != "" {
		v.DeadLetterConfig = &struct {
			ARN string `json:"Arn"`
		}{t.DeadLetters}
	}
	return v
}

func (s service) listRuleNamesByTarget(_ *wire.Request, b world.Bus, in struct {
	page
	TargetARN string
}) (any, error) {
	list := world.Key("ListRuleNamesByTarget", b.Key(), in.TargetARN)
	after, limit, err := s.limits(in.page, list)
	if err != nil {
		return nil, err
	}
	rows := func(yield func(string, string) bool) {
		for key, rule := range s.w.Events.RulesOf(b, after) {
			is := func(t world.Target) bool { return t.ARN == in.TargetARN }
			if slices.ContainsFunc(rule.Targets, is) && !yield(key, rule.Name) {
				return
			}
		}
	}
	names, last := world.Page(iter.Seq2[string, string](rows), limit)
	return s.paged(list, last, "RuleNames", append([]string{}, names...)), nil
}
