package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/deploy"
)

// alarm is one of the main template's, as CloudWatch would judge it.
type alarm struct {
	space, metric, statistic, compares, missing string
	threshold                                   float64
	filters                                     []logFilter // that make its metric of lines of logs; none for one of AWS's own
}

// logFilter makes data of those lines of a log that have a message: 1, or what a field of theirs says.
type logFilter struct{ message, field string }

// filterPattern is the one form of a filter's pattern that the template has.
var filterPattern = regexp.MustCompile(`^\{ \$\.message = "([^"]+)" \}$`)

// mainTemplate is the stack of the main template, with a daily audit.
var mainTemplate = sync.OnceValues(func() (*deploy.Stack, error) {
	text, err := os.ReadFile("../../deploy/tenantry.yaml")
	if err != nil {
		return nil, err
	}
	template, err := deploy.Parse(text)
	if err != nil {
		return nil, err
	}
	return template.Make(deploy.Place{Partition: "aws", Account: "111122223333", Region: "us-east-1", Stack: "tenantry", Parameters: map[string]string{
		"CodeBucket": "code", "CodeKey": "k", "AuditCodeKey": "a", "IdentityStore": "d-1234567890", "IdentityStoreAccount": "111122223333",
		"SignInRoles": "arn:aws:iam::111122223333:role/QuickSight", "DirectoryHere": "yes", "DeniedSignIns": "1", "Running": "yes",
	}})
})

// templateAlarms are the alarms of the main template, by their names without the stack's.
var templateAlarms = sync.OnceValues(func() (map[string]alarm, error) {
	stack, err := mainTemplate()
	if err != nil {
		return nil, err
	}
	filters := map[string][]logFilter{}
	for _, name := range stack.Of("AWS::Logs::MetricFilter") {
		p := stack.Resources[name].Properties
		made := p["MetricTransformations"].([]any)[0].(map[string]any)
		m := filterPattern.FindStringSubmatch(p["FilterPattern"].(string))
		if m == nil {
			return nil, fmt.Errorf("%s has a pattern that is not known: %v", name, p["FilterPattern"])
		}
		metric := made["MetricName"].(string)
		filters[metric] = append(filters[metric], logFilter{m[1], strings.TrimPrefix(made["MetricValue"].(string), "$.")})
	}
	all := map[string]alarm{}
	for _, name := range stack.Of("AWS::CloudWatch::Alarm") {
		p := stack.Resources[name].Properties
		a := alarm{space: p["Namespace"].(string), metric: p["MetricName"].(string), statistic: p["Statistic"].(string), compares: p["ComparisonOperator"].(string),
			missing: p["TreatMissingData"].(string), filters: filters[p["MetricName"].(string)]}
		if _, err := fmt.Sscan(fmt.Sprint(p["Threshold"]), &a.threshold); err != nil {
			return nil, fmt.Errorf("the threshold of %s: %w", name, err)
		}
		all[strings.TrimPrefix(p["AlarmName"].(string), "tenantry-")] = a
	}
	return all, nil
})

// alarmNamed is an alarm of the main template.
func alarmNamed(name string) (alarm, error) {
	all, err := templateAlarms()
	a, known := all[name]
	if err == nil && !known {
		err = fmt.Errorf("the template has no alarm %s", name)
	}
	return a, err
}

// in are the data that an alarm's filters make of a log: of lines in JSON, whose message serve calls msg.
func (a alarm) in(log string) (data []float64) {
	for line := range strings.Lines(log) {
		var entry map[string]any
		if json.Unmarshal([]byte(line), &entry) != nil {
			continue
		}
		for _, f := range a.filters {
			if entry["message"] != f.message && entry["msg"] != f.message {
				continue
			}
			if value, number := entry[f.field].(float64); number {
				data = append(data, value)
			} else if f.field == "1" {
				data = append(data, 1)
			}
		}
	}
	return data
}

// rings reports whether an alarm rings by what there are of data in its time.
func (a alarm) rings(data []float64) (bool, error) {
	if len(data) == 0 {
		return a.missing == "breaching", nil
	}
	value := slices.Max(data)
	if a.statistic == "Sum" {
		value = 0
		for _, one := range data {
			value += one
		}
	} else if a.statistic != "Maximum" {
		return false, errors.New("the statistic " + a.statistic + " is not known")
	}
	switch a.compares {
	case "LessThanThreshold":
		return value < a.threshold, nil
	case "GreaterThanOrEqualToThreshold":
		return value >= a.threshold, nil
	}
	return false, errors.New("the operator " + a.compares + " is not known")
}

// ringsCommand says that an alarm of the main template rings by what a log has, or, where it stands on a metric of AWS's, by what
// the simulated AWS has: rings ALARM [LOG]. With !, that it does not.
func ringsCommand(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 && len(args) != 2 {
		ts.Fatalf("usage: [!] rings ALARM [LOG]")
	}
	a, err := alarmNamed(args[0])
	ts.Check(err)
	if (len(a.filters) == 0) != (len(args) == 1) {
		ts.Fatalf("%s stands on %s %s", args[0], a.space, a.metric)
	}
	var data []float64
	if len(args) == 2 {
		data = a.in(ts.ReadFile(args[1]))
	} else {
		data = ofAWS(ts, a)
	}
	rings, err := a.rings(data)
	ts.Check(err)
	if rings == neg {
		ts.Fatalf("%s rings: %v, by %v", args[0], rings, data)
	}
}

// ofAWS are the data of a metric that AWS makes itself.
func ofAWS(ts *testscript.TestScript, a alarm) []float64 {
	w := accountOf(ts).sim.World()
	w.Lock()
	defer w.Unlock()
	switch a.space + " " + a.metric {
	case "AWS/SQS ApproximateNumberOfMessagesVisible":
		q, ok := w.Queues.Get("us-east-1", "tenantry-dead-letters")
		if !ok {
			return nil
		}
		visible, _, _ := q.Counts()
		return []float64{float64(visible)}
	case "AWS/Events MatchedEvents": // nothing is told of a rule that has matched nothing
		if n := w.Events.Matched(world.Rule{Name: "tenantry-directory", Account: w.Account, Region: "us-east-1", Bus: world.DefaultBus}); n > 0 {
			return []float64{float64(n)}
		}
		return nil
	}
	ts.Fatalf("the metric %s %s is not simulated", a.space, a.metric)
	return nil
}

// rulesCommand makes the rules of the main template in the simulated AWS: from then on they say what the queues are told.
func rulesCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: rules")
	}
	stack, err := mainTemplate()
	ts.Check(err)
	w := accountOf(ts).sim.World()
	w.Lock()
	defer w.Unlock()
	for _, name := range stack.Of("AWS::Events::Rule") {
		var p struct {
			Name, State, ScheduleExpression string
			EventPattern                    json.RawMessage
			Targets                         []struct{ ID, Arn string }
		}
		text, err := json.Marshal(stack.Resources[name].Properties)
		ts.Check(err)
		ts.Check(json.Unmarshal(text, &p))
		r := world.Rule{Name: p.Name, Account: w.Account, Region: "us-east-1", Bus: world.DefaultBus, State: p.State, Schedule: p.ScheduleExpression, Pattern: string(p.EventPattern)}
		for _, t := range p.Targets {
			r.Targets = append(r.Targets, world.Target{ID: t.ID, ARN: t.Arn})
		}
		ts.Check(w.Events.Put(r))
	}
}
