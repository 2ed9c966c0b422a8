package systemtest

import (
	"encoding/json"
	"maps"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/app"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/deploy"
	"github.com/tenantry/tenantry/internal/plan"
)

// directoryAccount is an account of its own that has Identity Center.
const directoryAccount = "999988887777"

// stackOf makes a stack of a template in deploy.
func stackOf(t testing.TB, template, in string, parameters map[string]string) *deploy.Stack {
	t.Helper()
	text, err := os.ReadFile("../../deploy/" + template)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := deploy.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	s, err := parsed.Make(deploy.Place{Partition: "aws", Account: in, Region: region, Stack: "tenantry", Parameters: parameters})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// mainStack is the main stack in the QuickSight account, with more or other parameters.
func mainStack(t testing.TB, more map[string]string) *deploy.Stack {
	all := map[string]string{
		"CodeBucket": "code", "CodeKey": "k", "AuditCodeKey": "a", "IdentityStore": store, "IdentityStoreAccount": directoryAccount,
		"SignInRoles": "arn:aws:iam::" + account + ":role/QuickSight", "DirectoryHere": "yes",
	}
	maps.Copy(all, more)
	return stackOf(t, "tenantry.yaml", account, all)
}

// within puts a stack's queues, buses and rules into a world, as CloudFormation would into an account.
func within(t testing.TB, seed *world.Seed, s *deploy.Stack, in string) {
	t.Helper()
	seed.Trails = append(seed.Trails, world.CloudTrail{Name: "all", Account: in, MultiRegion: true}) // it is no part of the stack
	policies := map[string]string{}                                                                  // by the queues' URLs, and the buses' names
	for _, name := range s.Of("AWS::SQS::QueuePolicy") {
		p := s.Resources[name].Properties
		policies[p["Queues"].([]any)[0].(string)] = textOf(t, p["PolicyDocument"])
	}
	for _, name := range s.Of("AWS::SQS::Queue") {
		p := s.Resources[name].Properties
		q := world.QueueSeed{Name: p["QueueName"].(string), Region: region, QueueSettings: world.DefaultQueueSettings()}
		q.VisibilityTimeout = world.Duration(time.Minute) // the functions' is for functions
		q.Attributes = map[string]string{"Policy": policies["https://sqs."+region+".amazonaws.com/"+in+"/"+q.Name], "SqsManagedSseEnabled": "true"}
		if redrive, ok := p["RedrivePolicy"].(map[string]any); ok {
			target := redrive["deadLetterTargetArn"].(string)
			q.Redrive = &world.Redrive{DeadLetterQueue: target[strings.LastIndexByte(target, ':')+1:], MaxReceives: int(redrive["maxReceiveCount"].(float64))}
		}
		seed.Queues = append(seed.Queues, q)
	}
	for _, name := range s.Of("AWS::Events::EventBus") {
		bus := world.Bus{Name: s.Resources[name].Properties["Name"].(string), Account: in, Region: region}
		var statements []any
		for _, policy := range s.Of("AWS::Events::EventBusPolicy") {
			statements = append(statements, s.Resources[policy].Properties["Statement"])
		}
		bus.Policy = textOf(t, map[string]any{"Version": "2012-10-17", "Statement": statements})
		seed.Events.Buses = append(seed.Events.Buses, bus)
	}
	for _, name := range s.Of("AWS::Events::Rule") {
		seed.Events.Rules = append(seed.Events.Rules, ruleOf(t, s.Resources[name].Properties, in))
	}
}

func ruleOf(t testing.TB, p map[string]any, in string) world.Rule {
	r := world.Rule{Name: p["Name"].(string), Account: in, Region: region, State: p["State"].(string)}
	r.Bus, _ = p["EventBusName"].(string)
	r.Schedule, _ = p["ScheduleExpression"].(string)
	if pattern := p["EventPattern"]; pattern != nil {
		r.Pattern = textOf(t, pattern)
	}
	for _, target := range p["Targets"].([]any) {
		one := target.(map[string]any)
		to := world.Target{ID: one["Id"].(string), ARN: one["Arn"].(string)}
		if dead, ok := one["DeadLetterConfig"].(map[string]any); ok {
			to.DeadLetters = dead["Arn"].(string)
		}
		r.Targets = append(r.Targets, to)
	}
	return r
}

func textOf(t testing.TB, value any) string {
	t.Helper()
	text, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// deployments are a world with the stacks in it: Identity Center is of the QuickSight account, or of an account that forwards.
func deployments(t testing.TB) map[string]world.Seed {
	direct, forwarded := tenants(2, 2), tenants(2, 2)
	within(t, &direct, mainStack(t, nil), account)
	s := mainStack(t, map[string]string{"DirectoryHere": "no", "Forwarders": directoryAccount})
	within(t, &forwarded, s, account)
	forwarded.IdentityCenter.OwnerAccountID = directoryAccount
	within(t, &forwarded, stackOf(t, "forward.yaml", directoryAccount, map[string]string{"Bus": s.Outputs["BusArn"].(string), "QuickSightAccount": account}), directoryAccount)
	return map[string]world.Seed{"direct": direct, "forwarded": forwarded}
}

// addedInConsole puts somebody into a group, as an administrator of Identity Center's account does in its console.
func (r *rig) addedInConsole(group, name string) {
	r.Helper()
	body := `{"groupId": "` + string(r.groupID(group)) + `", "memberId": "` + string(r.id(name)) + `"}`
	resp, err := r.sim.Client().Post("http://127.0.0.1/simulator/console/AddMemberToGroup", "application/json", strings.NewReader(body))
	if err != nil {
		r.Fatalf("the console: %v", err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		r.Fatalf("the console: %s", resp.Status)
	}
}

// TestTheTemplateMakesTheJournal: the table is one that a history can be kept in.
func TestTheTemplateMakesTheJournal(t *testing.T) {
	t.Parallel()
	table := maps.Clone(mainStack(t, nil).Resources["Journal"].Properties)
	delete(table, "PointInTimeRecoverySpecification") // which is no part of CreateTable, but a call of its own
	synctest.Test(t, func(t *testing.T) {
		sim, err := awssim.New(empty(), awssim.Options{})
		if err != nil {
			t.Fatal(err)
		}
		maker := simtest.Client{T: t, Sim: sim, Service: "dynamodb", Region: region, Key: administratorKey}
		if got := maker.Call("DynamoDB_20120810.CreateTable", textOf(t, table)); got.Status != 200 {
			t.Fatalf("CreateTable answers %d %v", got.Status, got.Body)
		}
		time.Sleep(time.Minute)
		c := settings{more: "journal: dynamodb:tenantry-journal"}.parse(t)
		j, err := app.OpenJournal(t.Context(), c, app.Options{Simulator: &app.Simulator{Client: sim.Client(), Rate: 1000}})
		if err != nil {
			t.Fatalf("the history: %v", err)
		}
		defer j.Close()
		if _, err := j.Record(t.Context(), plan.Entry{What: plan.PauseBegan, Text: "testing"}); err != nil || !j.Durable() {
			t.Errorf("the history lasts: %v, %v", j.Durable(), err)
		}
	})
}

// TestTheTemplateDelivers: what happens in the directory, and to sign-in roles and users, comes through the rules, the policies and the queue
// that the templates make, from this account or another one, and is in effect within moments.
func TestTheTemplateDelivers(t *testing.T) {
	t.Parallel()
	for name, seed := range deployments(t) {
		t.Run(name, func(t *testing.T) {
			url := "https://sqs." + region + ".amazonaws.com/" + account + "/tenantry-events"
			in(t, seed, settings{more: "events: {queue_url: \"" + url + "\"}"}, func(r *rig) {
				s := r.daemon(service{})
				s.settle()
				r.someone("ana")
				r.addedInConsole("qs:t001", "ana")
				r.waitFor("ana", time.Second, func() bool { return r.isIn("t001", "qs:t001", "ana") })
				if err := r.w.ProvisionJIT("QuickSight", "nobody", "nobody@example.com", "READER"); err != nil {
					t.Fatal(err)
				}
				r.waitFor("the news of default", time.Second, func() bool { return s.log.count(string(app.LineInDefault)) > 0 })
				time.Sleep(3 * time.Minute) // for tenantry's own writes, which are compared with the history
				if n := r.queued("tenantry-events"); n != 0 {
					t.Errorf("S18: %d messages are left", n)
				}
				if n := r.queued("tenantry-dead-letters"); n != 0 {
					t.Errorf("%d messages are dead", n)
				}
				s.stop()
			})
		})
	}
}

// TestT9StrangersAreNotForwarded: the same stack that forwards, in an account that is not among the forwarders, sends nothing to the queue.
func TestT9StrangersAreNotForwarded(t *testing.T) {
	t.Parallel()
	seed := tenants(1, 1)
	s := mainStack(t, map[string]string{"DirectoryHere": "no", "Forwarders": "121212121212"})
	within(t, &seed, s, account)
	seed.IdentityCenter.OwnerAccountID = directoryAccount
	within(t, &seed, stackOf(t, "forward.yaml", directoryAccount, map[string]string{"Bus": s.Outputs["BusArn"].(string), "QuickSightAccount": account}), directoryAccount)
	in(t, seed, settings{}, func(r *rig) {
		r.someone("ana")
		r.addedInConsole("qs:t000", "ana")
		if n := r.queued("tenantry-events"); n != 0 {
			t.Errorf("T9: %d messages of an account that is no forwarder", n)
		}
	})
}

// What an alarm of the template looks at is what the program says that it stands on: the line, the field, and whom it tells.
func TestTheTemplateHasTheSignals(t *testing.T) {
	t.Parallel()
	s := mainStack(t, nil)
	var want, have []string
	for _, signal := range app.Signals {
		whom := "tickets"
		if signal.Pages {
			whom = "pages"
		}
		stands := "on " + signal.Metric // AWS's own
		if signal.Line != "" {
			value := "1"
			if signal.Field != "" {
				value = "$." + signal.Field
			}
			stands = `{ $.message = "` + string(signal.Line) + `" } ` + value
		}
		want = append(want, signal.Alarm+" "+whom+" "+stands)
	}
	for _, name := range s.Of("AWS::CloudWatch::Alarm") {
		p := s.Resources[name].Properties
		topic := p["AlarmActions"].([]any)[0].(string)
		stands := []string{"on " + p["Namespace"].(string) + " " + p["MetricName"].(string)}
		if p["Namespace"] == "tenantry/tenantry" {
			stands = filtersOf(s, p["MetricName"].(string))
		}
		for _, one := range stands {
			have = append(have, strings.TrimPrefix(p["AlarmName"].(string), "tenantry-")+" "+topic[strings.LastIndexByte(topic, '-')+1:]+" "+one)
		}
	}
	slices.Sort(want)
	slices.Sort(have)
	if have = slices.Compact(have); !slices.Equal(want, have) {
		t.Errorf("the program's signals are\n%s\nand the template's alarms\n%s", strings.Join(want, "\n"), strings.Join(have, "\n"))
	}
}

// filtersOf are the patterns and values of the filters that make a metric.
func filtersOf(s *deploy.Stack, metric string) (all []string) {
	for _, name := range s.Of("AWS::Logs::MetricFilter") {
		p := s.Resources[name].Properties
		made := p["MetricTransformations"].([]any)[0].(map[string]any)
		if made["MetricName"] == metric {
			all = append(all, p["FilterPattern"].(string)+" "+made["MetricValue"].(string))
		}
	}
	return all
}
