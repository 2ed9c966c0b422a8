package demo

import (
	"bytes"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/view"
)

// act runs the second act on fake time, on a page so wide.
func act(t *testing.T, width int) string {
	t.Helper()
	var out *bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		var s *view.IO
		s, _, out, _ = view.TestIO()
		s.Width = width
		if err := People(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	})
	return out.String()
}

// A leaver's dashboard can be opened by the custodians, and the leaver is turned away; a lowered author keeps what a
// reader may; a renamed person sees the same; a group emptied by mistake is stopped.
func TestPeople(t *testing.T) {
	told := act(t, 100)
	rest := told
	for _, want := range []string{
		"  ana       AUTHOR in acme, owns the dashboard \"Sales\" and the data set \"Orders\"\n",
		"── 3.",
		"  now     ana        turned away\n",
		"  now     amir       AUTHOR in acme, owns the folder \"Forecasts\"; owns through tenantry-custodians\n" +
			"                     the dashboard \"Sales\" and the data set \"Orders\"\n",
		"took QuickSight/ana out of the group", "to the custodians", "removed QuickSight/ana",
		"── 4.",
		"  now     dora       READER in globex, sees the dashboard \"Routes\" and the dashboard \"Stock\"\n",
		"owns through tenantry-custodians\n                     the dashboard \"Stock\" and the data set \"Parts\"\n",
		"registered QuickSight/dora as READER",
		"── 5.",
		"  before  cleo       READER in acme, sees the dashboard \"Sales\" and the folder \"Forecasts\"\n",
		"  now     cleo       turned away\n",
		"  now     cleo.diaz  READER in acme, sees the dashboard \"Sales\" and the folder \"Forecasts\"\n",
		"── 6.",
		"$ tenantry apply --allow removes-user,removes-member\n", "! many-removals", "still in  ", "held [many-removals]",
		"── 7.",
		"  in   hugo, mara, nils, olga, paul\n", "  out  nobody\n",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("the second act does not say %q, or not in its place:\n%s", want, told)
		}
		rest = after
	}
	out := strings.Fields(strings.ReplaceAll(between(t, told, "  out       ", "\n"), ",", ""))
	if len(out) > 3 {
		t.Errorf("the brake let %v go", out)
	}
	if strings.Contains(told, "(event ") || strings.Contains(told, "request ") {
		t.Error("a newcomer is shown ids of events and requests")
	}
}

// between is the text between two others.
func between(t *testing.T, text, from, to string) string {
	t.Helper()
	_, after, found := strings.Cut(text, from)
	if !found {
		t.Fatalf("there is no %q", from)
	}
	middle, _, _ := strings.Cut(after, to)
	return middle
}

// What the act says itself fits in eighty columns. Lines of the history, and commands, are never broken.
func TestPeopleFitOnANarrowPage(t *testing.T) {
	for line := range strings.Lines(act(t, 80)) {
		line = strings.TrimRight(line, "\n")
		if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, "20") && !strings.Contains(line, "ends: ") {
			t.Errorf("more than 80 columns: %s", line)
		}
	}
}
