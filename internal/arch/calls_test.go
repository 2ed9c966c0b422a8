package arch

import (
	"bytes"
	"fmt"
	"go/ast"
	"maps"
	"slices"
	"strings"
	"testing"
)

// clients are the fields of awsapi.AWS that hold the SDK's clients, with the prefix of their services'
// actions in IAM policies.
var clients = map[string]string{
	"quicksight": "quicksight",
	"changes":    "quicksight",
	"directory":  "identitystore",
	"iam":        "iam",
	"sts":        "sts",
	"sso":        "sso",
	"trail":      "cloudtrail",
	"rules":      "events",
	"sqs":        "sqs",
	"functions":  "lambda",
	"tables":     "dynamodb",
	"parameters": "ssm",
	"objects":    "s3",
}

// byHand are the files of package awsapi whose calls are made by commands that a person types, and by nothing
// else: who lets tenantry work by itself need not allow them. What tenantry audit calls the daily audit does, too.
var byHand = map[string][]string{
	"rebind.go":           {"tenantry rebind"},
	"namespaceremover.go": {"tenantry namespace delete"},
	"discover.go":         {"tenantry import"},
	"ground.go":           {"tenantry doctor"},
	"ground_clock.go":     {"tenantry doctor"},
	"ground_queue.go":     {"tenantry doctor"},
	"ground_quotas.go":    {"tenantry doctor"},
	"ground_rules.go":     {"tenantry doctor"},
	"ground_trails.go":    {"tenantry doctor"},
	"iam.go":              {"tenantry audit", "tenantry doctor", "tenantry door"},
	"iam_simulate.go":     {"tenantry audit", "tenantry doctor", "tenantry door"},
	"iam_single.go":       {"tenantry audit", "tenantry doctor", "tenantry doctor --probe", "tenantry door", "tenantry explain"},
	"inspect_dataset.go":  {"tenantry audit"},
	"inspect_kinds.go":    {"tenantry audit"},
	"inspect_parts.go":    {"tenantry audit"},
	"outside_read.go":     {"tenantry audit", "tenantry explain", "tenantry migrate"},
	"probe.go":            {"tenantry doctor --probe"},
	"proberemover.go":     {"tenantry doctor --probe"},
	"profiles.go":         {"tenantry audit", "tenantry doctor"},
	"remote_keep.go":      {"tenantry audit"},
	"remnants.go":         {"tenantry audit", "tenantry import", "tenantry migrate", "tenantry namespace delete", "tenantry retire"},
	"settings.go":         {"tenantry audit"},
	"signins.go":          {"tenantry door", "tenantry explain"},
	"trail.go":            {"tenantry doctor --probe", "tenantry door"},
}

// TestGeneratedCallsAreCurrent compares the list of calls to AWS in SECURITY.md with those that
// package awsapi makes.
func TestGeneratedCallsAreCurrent(t *testing.T) {
	const begin, end = "<!-- calls: begin -->\n", "<!-- calls: end -->\n"
	made := calls(t)
	current(t, "SECURITY.md", func(page []byte) []byte {
		before, rest, ok1 := bytes.Cut(page, []byte(begin))
		_, after, ok2 := bytes.Cut(rest, []byte(end))
		if !ok1 || !ok2 {
			t.Fatalf("the page has no %q and %q", begin, end)
		}
		return slices.Concat(before, []byte(begin+made+end), after)
	})
}

// calls is the list for the page, writes apart from reads.
func calls(t *testing.T) string {
	reads, writes, queue, self := map[string]bool{}, map[string]bool{}, map[string]bool{}, map[string]bool{}
	table, remote := map[string]bool{}, map[string]bool{}
	typed := map[string]map[string]bool{} // of each action, the commands
	quiet := maps.Clone(byHand)           // files that call nothing
	for _, p := range allPackages(t) {
		if p.dir != awsapi {
			continue
		}
		for _, f := range p.files {
			if f.test {
				continue
			}
			ast.Inspect(f.ast, func(n ast.Node) bool {
				if client, operation, ok := callOfClient(n); ok {
					action := actionOf(client, operation)
					file := strings.TrimPrefix(f.path, awsapi+"/")
					if commands := byHand[file]; commands != nil {
						delete(quiet, file)
						put(typed, action, commands)
						return true
					}
					switch client {
					case "changes":
						writes[action] = true
					case "sqs":
						queue[action] = true
					case "tables":
						table[action] = true
					case "functions":
						self[action] = true
					case "parameters", "objects":
						remote[action] = true
					default:
						reads[action] = true
					}
				}
				return true
			})
		}
	}
	if len(writes) < 3 || len(reads) < 10 {
		t.Fatalf("found only %d calls that write and %d that read: is the table of clients right?", len(writes), len(reads))
	}
	for action := range reads {
		if _, operation, _ := strings.Cut(action, ":"); !isRead(operation) {
			t.Errorf("%s is called through a client that is for reads", action)
		}
	}
	text := fmt.Sprintf("Writes: %s.\n\nReads: %s.\n\nOn the queue of events and its dead-letter queue: %s.\n\nOn the table of the journal, where it is in DynamoDB: %s.\n\nOn itself, as a Lambda function that makes passes: %s.\n\nOn the configuration, where it is in Systems Manager or S3: %s.\n", list(writes), list(reads), list(queue), list(table), list(self), list(remote))
	for file := range quiet {
		t.Errorf("%s makes no call: is the table of those that are typed right?", file)
	}
	maps.DeleteFunc(typed, func(action string, _ map[string]bool) bool { return reads[action] || writes[action] })
	together := map[string]map[string]bool{} // by the commands, the actions
	for action, commands := range typed {
		put(together, list(commands), []string{action})
	}
	text += "\nThe others are made by commands alone that a person types; those of `tenantry audit` by the daily audit in AWS Lambda, too.\n"
	for _, commands := range slices.Sorted(maps.Keys(together)) {
		text += fmt.Sprintf("\nOnly by %s: %s.\n", commands, list(together[commands]))
	}
	return text
}

// put adds members to a set of several.
func put(sets map[string]map[string]bool, name string, members []string) {
	if sets[name] == nil {
		sets[name] = map[string]bool{}
	}
	for _, m := range members {
		sets[name][m] = true
	}
}

func list(actions map[string]bool) string {
	return "`" + strings.Join(slices.Sorted(maps.Keys(actions)), "`, `") + "`"
}

func isRead(operation string) bool {
	return slices.ContainsFunc([]string{"List", "Describe", "Get", "Search"}, func(verb string) bool { return strings.HasPrefix(operation, verb) })
}

// callOfClient tells the call of an operation: x.client.Operation(…), Operation with a capital letter.
func callOfClient(n ast.Node) (client, operation string, ok bool) {
	call, isCall := n.(*ast.CallExpr)
	if !isCall || len(call.Args) == 0 {
		return "", "", false
	}
	method, isMethod := call.Fun.(*ast.SelectorExpr)
	if !isMethod || !method.Sel.IsExported() {
		return "", "", false
	}
	field, isField := method.X.(*ast.SelectorExpr)
	if !isField || clients[field.Sel.Name] == "" {
		return "", "", false
	}
	return field.Sel.Name, method.Sel.Name, true
}
