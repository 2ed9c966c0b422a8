package deploy

import (
	"os"
	"path/filepath"
	"testing"
)

// templates are the templates in deploy.
var templates = []string{"tenantry.yaml", "forward.yaml"}

// read parses a template of deploy.
func read(t testing.TB, name string) *Template {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(folder, name))
	if err != nil {
		t.Fatal(err)
	}
	template, err := Parse(text)
	if err != nil {
		t.Fatalf("deploy/%s: %v", name, err)
	}
	return template
}

func TestEveryNameRefersToSomething(t *testing.T) {
	for _, name := range templates {
		for _, problem := range read(t, name).Problems() {
			t.Errorf("deploy/%s: %s", name, problem)
		}
	}
}
