package deploy

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"
)

// alertRules is a file of Prometheus's rules, as far as it is used.
type alertRules struct {
	Groups []struct {
		Rules []struct {
			Alert, Expr string
			For         string
			Labels      map[string]string
			Annotations map[string]string
		}
	}
}

var metricName = regexp.MustCompile(`\btenantry_[a-z_]+`)

// Every metric that a rule asks for is one that serve has; a histogram's is asked for by one of its series.
func TestAlertsAskForMetricsThatAreThere(t *testing.T) {
	text, err := os.ReadFile(filepath.Join(folder, "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	var file alertRules
	if err := yaml.Unmarshal(text, &file); err != nil {
		t.Fatal(err)
	}
	known, seen := metrics(t), map[string]bool{}
	for _, group := range file.Groups {
		for _, rule := range group.Rules {
			seen[rule.Alert] = true
			if severity := alarms[rule.Alert]; rule.Labels["severity"]+"s" != severity {
				t.Errorf("%s is a %s, and in the main template one of the %s", rule.Alert, rule.Labels["severity"], severity)
			}
			if url := rule.Annotations["runbook_url"]; !strings.HasSuffix(url, "/docs/runbook.md#"+rule.Alert) || rule.Annotations["summary"] == "" {
				t.Errorf("%s does not say where its page is, or what it is about: %v", rule.Alert, rule.Annotations)
			}
			asked := metricName.FindAllString(rule.Expr, -1)
			if len(asked) == 0 {
				t.Errorf("%s asks for nothing of tenantry's: %s", rule.Alert, rule.Expr)
			}
			for _, name := range asked {
				if !slices.Contains(known, name) {
					t.Errorf("%s asks for %s, and serve has only %q", rule.Alert, name, known)
				}
			}
		}
	}
	for name := range alarms {
		audits := name == "critical-finding" || name == "no-audit" // serve makes none, so that there is nothing to ask for
		if seen[name] == audits {
			t.Errorf("there is a rule %s: %v", name, seen[name])
		}
	}
}

// metrics are the names of serve's metrics: what package app gives as Name, and as the name of counters, gauge and gauges.
func metrics(t *testing.T) []string {
	t.Helper()
	source, err := parser.ParseFile(token.NewFileSet(), "../app/metrics.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	add := func(e ast.Expr) {
		if text, ok := stringOf(e); ok {
			names = append(names, "tenantry_"+text)
		}
	}
	ast.Inspect(source, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.KeyValueExpr:
			if key, ok := n.Key.(*ast.Ident); ok && key.Name == "Name" {
				add(n.Value)
			}
		case *ast.CallExpr:
			if called, ok := n.Fun.(*ast.Ident); ok && slices.Contains([]string{"counters", "gauge", "gauges"}, called.Name) {
				add(n.Args[0])
			}
		}
		return true
	})
	if len(names) < 10 {
		t.Fatalf("serve has %d metrics: the test no longer finds them", len(names))
	}
	return names
}
