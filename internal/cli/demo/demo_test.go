package demo

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

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
		"19 people", "0 namespaces besides default",
		"Who gains access to which customer", "3 namespaces to create",
		"Done: 34 steps.",
		"3 namespaces besides default", "QuickSight/ana", "Held, waiting for a person",
		"Nothing to do; 5 held",
		"tenantry serve",
		"in the console  nora  into qs:acme:authors  registered in acme      as AUTHOR  after",
		"by the API      otto  into qs:globex        registered in globex    as READER  after",
		"by SCIM         pia   into qs:initech       registered in initech   as READER  after",
		"in the console  rosa", "in the console  sven  into qs:umbrella      registered in umbrella  as READER",
		"by the API      tara", "by the API      ugo   into qs:hooli         registered in hooli     as READER",
		"by SCIM         vera", "by SCIM         wim   into qs:stark         registered in stark     as READER",
		"created the namespace", "(event sso-directory CreateGroup ",
		"What to try next",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("the story does not say %q, or not in its place:\n%s", want, story)
		}
		rest = after
	}
	if got, want := timeless(tell(t)), timeless(story); got != want {
		t.Errorf("told again, the story is another one:\n%s\nand was\n%s", got, want)
	}
	for line := range strings.Lines(story) {
		if n := utf8.RuneCountInString(line) - 1; n > 100 && strings.Contains(line, " after ") {
			t.Errorf("%d columns: %s", n, line)
		}
	}
}

var (
	moments = regexp.MustCompile(`after +[0-9.]+ s|[0-9-]{10} [0-9:]{8}Z`)
	ids     = regexp.MustCompile(`(event \S+ \S+|request|mirror of) [0-9a-f-]{36}`)
)

// timeless is a story without its times and ids. What is recorded at one time is sorted, since it has no order.
func timeless(story string) string {
	before, history, _ := strings.Cut(story, "── 9.")
	lines := strings.Split(ids.ReplaceAllString(moments.ReplaceAllString(history, "T"), "$1"), "\n")
	slices.Sort(lines)
	for i, line := range lines { // who was registered by which of their events is chance, too
		lines[i], _, _ = strings.Cut(line, "  (event")
	}
	return moments.ReplaceAllString(before, "T") + strings.Join(slices.Compact(lines), "\n")
}

// Each of those who come is measured: a wait that ended before it began, or that nobody saw, is no wait.
func TestMeasured(t *testing.T) {
	found := regexp.MustCompile(`registered in (\w+) +as \w+ +after +([0-9.]+) s`).FindAllStringSubmatch(tell(t), -1)
	if len(found) != 9 {
		t.Fatalf("%d were measured, of 9", len(found))
	}
	for i, f := range found {
		seconds, err := strconv.ParseFloat(f[2], 64)
		least, most := callTime.Seconds(), 1.0
		if i >= 3 { // the namespace takes 2 s, and was asked for with the group
			least, most = 1, 10
		}
		if err != nil || seconds < least || seconds > most {
			t.Errorf("%s: %v s, and should be %v to %v", f[1], seconds, least, most)
		}
	}
}

// The user's turn: what is done is told, it ends cleanly, and what is to be pasted has the ids of this world and
// fits in a hundred columns.
func TestTurn(t *testing.T) {
	s, _, _, _ := view.TestIO()
	r, w := io.Pipe()
	s.Out = w
	st, err := open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	server, err := st.sim.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(t.Context())
	defer end()
	ended := make(chan error, 1)
	go func() {
		defer w.Close()
		stop, err := st.listen(ctx)
		if err == nil {
			defer stop()
			err = st.turn(ctx, server)
		}
		ended <- err
	}()
	var turn strings.Builder
	for lines := bufio.NewScanner(r); lines.Scan(); {
		line := lines.Text()
		turn.WriteString(line + "\n")
		switch {
		case strings.Contains(line, "  (event "):
			end()
		case strings.Contains(line, "  (pass "): // the daemon's own, as long as it is; whether it comes before or after is luck
		case utf8.RuneCountInString(line) > 100:
			t.Errorf("more than 100 columns: %s", line)
		case strings.Contains(line, "console SignIn"):
			_, body, _ := strings.Cut(line, "SignIn ")
			resp, err := http.Post(server.URL+"/simulator/console/SignIn", "", strings.NewReader(strings.Trim(body, "'")))
			if err != nil || resp.StatusCode != 200 {
				t.Fatalf("%s: %v, %v", line, resp, err)
			}
			resp.Body.Close()
		}
	}
	if err := <-ended; err != nil {
		t.Errorf("it ended with %v", err)
	}
	for _, want := range []string{
		"  " + server.URL + "/111122223333/tenantry-events\n", "export AWS_ENDPOINT_URL=" + server.URL,
		"--group-id " + st.groupID("qs:acme"), "scim Groups/" + st.groupID("qs:globex"),
		"provisioned just in time: QuickSight/walt",
	} {
		if !strings.Contains(turn.String(), want) {
			t.Errorf("it does not say %q:\n%s", want, turn.String())
		}
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
	for _, page := range []string{"README.md", "docs/simulator.md", "docs/events.md", "docs/migrate.md"} {
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

// The walk-through of docs/events.md runs in the demo's world, with the demo's configuration.
func TestWalkThrough(t *testing.T) {
	page, err := os.ReadFile("../../../docs/events.md")
	if err != nil {
		t.Fatal(err)
	}
	_, configuration, _ := strings.Cut(string(Configuration), "\n") // without the comment that begins it
	if !strings.Contains(string(page), "<<'END'\n"+configuration+"END\n") {
		t.Errorf("docs/events.md does not show\n%s", configuration)
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
