package cli

import (
	"net/http"
	"os"
	"regexp"
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

// curl are the lines of the page that call the simulator: with a path and by SCIM, or with an action of the console.
var curl = regexp.MustCompile(`(?s)\n(scim|console) (?:-X (\w+) )?(?:\$at)?(\S+) (?:-d )?'([^']*)'`)

// What the page tells people to type works.
func TestSimulatorPageCurl(t *testing.T) {
	page, err := os.ReadFile("../../docs/simulator.md")
	if err != nil {
		t.Fatal(err)
	}
	sim, err := awssim.Open([]byte(`{"account_id": "111122223333", "identity_center": {"users": [{"id": "u", "user_name": "u", "given_name": "U", "family_name": "V"}],
		"groups": [{"id": "g", "display_name": "g"}]}, "iam": {"roles": [{"name": "QuickSight"}]}}`), awssim.Options{})
	if err != nil {
		t.Fatal(err)
	}
	lines := curl.FindAllStringSubmatch(string(page), -1)
	if len(lines) < 10 {
		t.Fatalf("the page shows %d lines", len(lines))
	}
	for _, line := range lines {
		method, path, body := line[2], "/scim/v2"+line[3], line[4]
		if method == "" {
			method = http.MethodPost
		}
		if line[1] == "console" {
			path = "/simulator/console/" + line[3]
		}
		ids := strings.NewReplacer("USER_ID", "u", "GROUP_ID", "g")
		req, err := http.NewRequestWithContext(t.Context(), method, "http://sim"+ids.Replace(path), strings.NewReader(ids.Replace(body)))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "Bearer simulated-scim-token")
		resp, err := sim.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		resp.Body.Close()
		// The page adds the same member twice, each in another way.
		if resp.StatusCode >= 300 && !(resp.StatusCode == http.StatusConflict && strings.HasSuffix(path, "AddMemberToGroup")) {
			t.Errorf("%s %s: %s", method, path, resp.Status)
		}
	}
}
