package demo

import (
	"bytes"
	"net"
	"os"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/view"
)

// tell runs the demo on fake time.
func tell(t *testing.T) string {
	t.Helper()
	var out *bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		var s *view.IO
		s, _, out, _ = view.TestIO()
		if err := Run(t.Context(), s, Options{}); err != nil {
			t.Fatal(err)
		}
	})
	return out.String()
}

func TestStory(t *testing.T) {
	story := tell(t)
	rest := story
	for _, want := range []string{
		"14 people", "0 namespaces besides default",
		"Who gains access to which customer", "3 namespaces to create",
		"Done: 22 steps.",
		"3 namespaces besides default", "QuickSight/ana", "Held, waiting for a person",
		"Nothing to do; 5 held",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("the story does not say %q, or not in its place:\n%s", want, story)
		}
		rest = after
	}
	if again := tell(t); again != story {
		t.Error("told again, the story is another one")
	}
}

// The README shows the demo's plan, word for word.
func TestReadmeShowsThePlan(t *testing.T) {
	readme, err := os.ReadFile("../../../README.md")
	if err != nil {
		t.Fatal(err)
	}
	_, plan, _ := strings.Cut(tell(t), "Who gains access")
	plan, _, _ = strings.Cut(plan, "── 3.")
	if !strings.Contains(string(readme), "Who gains access"+strings.TrimRight(plan, "\n")) {
		t.Errorf("README.md shows another plan than the demo, which is now:\n\nWho gains access%s", plan)
	}
}

// What is pasted into a shell serves the AWS CLI and boto3 too, and the pages show it as it is.
func TestEnvironment(t *testing.T) {
	for _, page := range []string{"README.md", "docs/simulator.md"} {
		text, err := os.ReadFile("../../../" + page)
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(Environment("http://127.0.0.1:4599")) {
			if !strings.Contains(string(text), "\n"+strings.TrimSpace(line)+"\n") {
				t.Errorf("%s does not show %s", page, line)
			}
		}
	}
}

// An address that is taken is told before the story, which takes a while.
func TestAddressIsTaken(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s, _, out, _ := view.TestIO()
	if err := Run(t.Context(), s, Options{Listen: l.Addr().String()}); err == nil || out.Len() > 0 {
		t.Errorf("Run = %v, after %q", err, out)
	}
}
