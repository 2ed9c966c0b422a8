package app_test

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/app"
)

// TestRunbookHasAPageForEachAlarm: the sections of the runbook are the alarms, in their order; each says what it means, has three
// commands, what to tell the customer, whom to wake, and how it ends; and the table at its top has those that page apart.
func TestRunbookHasAPageForEachAlarm(t *testing.T) {
	text, err := os.ReadFile("../../docs/runbook.md")
	if err != nil {
		t.Fatal(err)
	}
	page := string(text)
	var want, pages, tickets []string
	for _, s := range app.Signals {
		want = append(want, s.Alarm)
		if link := "[" + s.Alarm + "](#" + s.Alarm + ")"; s.Pages {
			pages = append(pages, link)
		} else {
			tickets = append(tickets, link)
		}
	}
	for _, row := range []string{"| at night | " + strings.Join(pages, ", ") + " |", "| as a ticket | " + strings.Join(tickets, ", ") + " |"} {
		if !strings.Contains(page, row) {
			t.Errorf("the table lacks %s", row)
		}
	}
	sections := strings.Split(page, "\n## ")[1:]
	var got []string
	for _, section := range sections {
		name, body, _ := strings.Cut(section, "\n")
		got = append(got, name)
		_, behind, _ := strings.Cut(body, "\n```sh\n")
		block, _, _ := strings.Cut(behind, "\n```\n")
		if commands := strings.Split(block, "\n"); len(commands) != 3 {
			t.Errorf("%s has %d commands", name, len(commands))
		}
		for _, part := range []string{"**Tell the customer", "**Wake somebody else", "**It ends**"} {
			if strings.Count(body, part) != 1 {
				t.Errorf("%s does not say once: %s", name, part)
			}
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("the sections are %q, the alarms %q", got, want)
	}
}

// TestSignalsAreWhatThePagesSay: the metrics are those that a process has, and the fields those that the design of the alarms names.
func TestSignalsAreWhatThePagesSay(t *testing.T) {
	events, err := os.ReadFile("../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range app.Signals {
		if regexp.MustCompile(`^tenantry_`).MatchString(s.Metric) && !strings.Contains(string(events), "`"+s.Metric+"`") {
			t.Errorf("docs/events.md does not describe %s, on which %s stands", s.Metric, s.Alarm)
		}
		if s.Field != "" && s.Line == "" || s.Line == "" && s.Metric == "" {
			t.Errorf("%s stands on nothing", s.Alarm)
		}
	}
}
