package deploy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// lambdaPage is docs/lambda.md.
func lambdaPage(t testing.TB) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/lambda.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The functions have the time, the memory and the concurrency that docs/lambda.md says.
func TestFunctionsAreAsThePageSays(t *testing.T) {
	s := stack(t)
	for i, name := range []string{"Hints", "Passes"} {
		for row, want := range map[string]float64{
			"timeout":              60 * s.property(t, name, "Timeout").(float64) / 3600,
			"memory":               s.property(t, name, "MemorySize").(float64),
			"reserved concurrency": s.property(t, name, "ReservedConcurrentExecutions").(float64),
		} {
			match := regexp.MustCompile(`(?m)^\| ` + row + ` \| (\d+)[^|]*\| (\d+)[^|]*\|$`).FindStringSubmatch(lambdaPage(t))
			if match == nil {
				t.Fatalf("docs/lambda.md has no row %s", row)
			}
			if page, _ := strconv.ParseFloat(match[i+1], 64); page != want {
				t.Errorf("%s has %v, and docs/lambda.md says %s %v", name, want, row, page)
			}
		}
	}
	for _, name := range s.Of("AWS::Lambda::Function") {
		want := map[string]any{"Runtime": "provided.al2023", "Handler": "bootstrap", "Architectures": []any{"arm64"}, "ReservedConcurrentExecutions": 1.0}
		have := map[string]any{}
		for property := range want {
			have[property] = s.property(t, name, property)
		}
		if diff := cmp.Diff(want, have); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
	}
}

// The queue is set up for the function that it triggers, as docs/lambda.md and AWS say.
func TestTheQueueFitsItsFunction(t *testing.T) {
	s := stack(t)
	timeout, visibility := s.property(t, "Hints", "Timeout").(float64), s.property(t, "Queue", "VisibilityTimeout").(float64)
	if visibility < 6*timeout {
		t.Errorf("a message comes again after %v seconds, less than six times the function's %v", visibility, timeout)
	}
	redrive := map[string]any{"deadLetterTargetArn": deadARN, "maxReceiveCount": 10.0}
	if diff := cmp.Diff(any(redrive), s.property(t, "Queue", "RedrivePolicy")); diff != "" {
		t.Errorf("the redrive policy (-want +have):\n%s", diff)
	}
	allow := map[string]any{"redrivePermission": "byQueue", "sourceQueueArns": []any{queueARN}}
	if diff := cmp.Diff(any(allow), s.property(t, "DeadLetters", "RedriveAllowPolicy")); diff != "" {
		t.Errorf("what the dead-letter queue takes (-want +have):\n%s", diff)
	}
	if kept, dead := s.property(t, "Queue", "MessageRetentionPeriod").(float64), s.property(t, "DeadLetters", "MessageRetentionPeriod").(float64); dead <= kept {
		t.Errorf("dead letters are kept for %v seconds, and counted from when they were first sent; others for %v", dead, kept)
	}
	trigger := map[string]any{
		"FunctionName": "tenantry-hints", "EventSourceArn": queueARN, "Enabled": false, "BatchSize": 10.0,
		"MaximumBatchingWindowInSeconds": 0.0, "FunctionResponseTypes": []any{"ReportBatchItemFailures"},
	}
	if diff := cmp.Diff(any(trigger), s.property(t, "HintsTrigger")); diff != "" {
		t.Errorf("the trigger (-want +have):\n%s", diff)
	}
	for _, name := range s.Of("AWS::SQS::Queue") {
		if s.property(t, name, "SqsManagedSseEnabled") != true {
			t.Errorf("%s is not encrypted", name)
		}
	}
}

// Running is what turns everything on and off: events, passes, audits, and the alarms' voices.
func TestRunningTurnsEverythingOnAndOff(t *testing.T) {
	for running, want := range map[string]bool{"yes": true, "no": false} {
		s := stack(t, "Running="+running)
		if s.property(t, "HintsTrigger", "Enabled") != want {
			t.Errorf("Running=%s: the trigger is enabled: %v", running, !want)
		}
		for _, name := range s.Of("AWS::Events::Rule") {
			if r := s.Resources[name]; r.Properties["ScheduleExpression"] != nil && (r.Properties["State"] == "ENABLED") != want {
				t.Errorf("Running=%s: %s is %v", running, name, r.Properties["State"])
			}
		}
		for _, name := range s.Of("AWS::CloudWatch::Alarm") {
			if s.property(t, name, "ActionsEnabled") != want {
				t.Errorf("Running=%s: %s tells: %v", running, name, !want)
			}
			// One that was in alarm while it could not tell would not tell afterwards: it tells of a change alone.
			if !want && s.property(t, name, "TreatMissingData") == "breaching" {
				t.Errorf("Running=%s: %s is in alarm, and nobody hears of it when it runs", running, name)
			}
		}
	}
}

// Each schedule may invoke its function, and nobody else may.
func TestSchedulesInvokeTheirFunctions(t *testing.T) {
	s := stack(t)
	want := map[string]string{"tenantry-passes": "PassesSchedule", "tenantry-audit": "AuditDaily"}
	for _, name := range s.Of("AWS::Lambda::Permission") {
		function := s.property(t, name, "FunctionName").(string)
		schedule := want[function]
		delete(want, function)
		if arn := "arn:aws:lambda:" + region + ":" + here + ":function:" + function; s.property(t, schedule, "Targets", 0, "Arn") != arn {
			t.Errorf("%s does not invoke %s", schedule, function)
		}
		permission := map[string]any{
			"FunctionName": function, "Action": "lambda:InvokeFunction", "Principal": "events.amazonaws.com",
			"SourceArn": ruleARN + s.property(t, schedule, "Name").(string),
		}
		if diff := cmp.Diff(permission, s.Resources[name].Properties); diff != "" {
			t.Errorf("%s (-want +have):\n%s", name, diff)
		}
	}
	if len(want) > 0 {
		t.Errorf("nobody may invoke %v", want)
	}
	if rate := s.property(t, "PassesSchedule", "ScheduleExpression"); rate != "rate(15 minutes)" {
		t.Errorf("passes are made at %v", rate)
	}
	if retries := s.property(t, "PassesRetries", "MaximumRetryAttempts"); retries != 0.0 {
		t.Errorf("a pass that failed is tried again %v times by Lambda", retries)
	}
}

// Every variable of a function's environment is one that the program reads.
func TestTheProgramReadsItsEnvironment(t *testing.T) {
	known := variables(t)
	s, n := stack(t), 0
	for _, name := range s.Of("AWS::Lambda::Function") {
		all := s.property(t, name, "Environment", "Variables").(map[string]any)
		for variable := range all {
			n++
			if !slices.Contains(known, variable) {
				t.Errorf("%s has %s, and the program reads only %q", name, variable, known)
			}
		}
		if all["TENANTRY_CONFIG"] != "ssm:/tenantry/configuration:1" {
			t.Errorf("%s reads its configuration from %v", name, all["TENANTRY_CONFIG"])
		}
	}
	if n == 0 {
		t.Error("no function has an environment")
	}
}

// variables are the environment's variables that the commands read: the arguments of Getenv in package cli.
func variables(t *testing.T) []string {
	t.Helper()
	files, err := filepath.Glob("../cli/*.go")
	if err != nil {
		t.Fatal(err)
	}
	constants, names := map[string]string{}, map[string]bool{}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		source, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(source, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ValueSpec:
				for i, value := range n.Values {
					if text, ok := stringOf(value); ok {
						constants[n.Names[i].Name] = text
					}
				}
			case *ast.CallExpr:
				if called, ok := n.Fun.(*ast.SelectorExpr); ok && called.Sel.Name == "Getenv" {
					if text, ok := stringOf(n.Args[0]); ok {
						names[text] = true
					} else if constant, ok := n.Args[0].(*ast.Ident); ok {
						names["="+constant.Name] = true
					}
				}
			}
			return true
		})
	}
	var all []string
	for name := range names {
		if constant, ok := strings.CutPrefix(name, "="); ok {
			name = constants[constant]
		}
		all = append(all, name)
	}
	slices.Sort(all)
	return all
}

func stringOf(e ast.Expr) (string, bool) {
	literal, ok := e.(*ast.BasicLit)
	if !ok || literal.Kind != token.STRING {
		return "", false
	}
	text, err := strconv.Unquote(literal.Value)
	return text, err == nil
}
