package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
)

// The world file that docs/simulator.md shows is one, and so are the keys of its table.
func TestSimulatorPage(t *testing.T) {
	page, err := os.ReadFile("../../docs/simulator.md")
	if err != nil {
		t.Fatal(err)
	}
	_, block, _ := strings.Cut(string(page), "```yaml\n")
	block, _, found := strings.Cut(block, "```")
	if !found {
		t.Fatal("the page shows no world file")
	}
	world, err := jsonOfYAML([]byte(block))
	if err != nil {
		t.Fatal(err)
	}
	sim, err := awssim.Open(world, awssim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	dump, err := sim.Dump()
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "| key | default | what |")
	for _, row := range strings.Split(table, "\n") {
		cells := strings.Split(row, "|")
		if len(cells) < 2 || !strings.Contains(cells[1], "`") {
			continue
		}
		for _, key := range strings.Split(cells[1], ",") {
			key = strings.Trim(key, " `")
			if _, err := awssim.Open([]byte(`{"account_id": "111122223333", "behaviour": {"`+key+`": null}}`), awssim.Options{}); err != nil && strings.Contains(err.Error(), key) && strings.Contains(err.Error(), "unknown") {
				t.Errorf("the simulator knows no %s: %v", key, err)
			}
		}
	}
	if !strings.Contains(string(dump), "QuickSight/ana") {
		t.Errorf("the world is another one: %s", dump)
	}
}
