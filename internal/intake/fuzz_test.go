package intake_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/intake"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The pattern of the Identity Store's API model (ResourceId).
var resourceID = regexp.MustCompile(`\A([0-9a-f]{10}-|)[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}\z`)

// FuzzRead: whatever the body is, reading it ends, answers the same again, and gives no hint with a
// malformed id. Every row of bad input and every sample is a seed.
func FuzzRead(f *testing.F) {
	for _, row := range badRows() {
		if len(row.body) < 20_000 {
			f.Add([]byte(row.body))
		}
	}
	samples, err := filepath.Glob("testdata/events/*.json")
	if err != nil || len(samples) == 0 {
		f.Fatalf("no samples: %v", err)
	}
	for _, file := range samples {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	f.Add([]byte(notification("Group Membership Created", `"arn:aws:identitystore:::group/`+authors+`"`, `"userId":"`+ana+`"`)))
	f.Fuzz(func(t *testing.T, body []byte) {
		got := reader.Read(body)
		if again := reader.Read(body); !reflect.DeepEqual(got, again) {
			t.Fatalf("it is read as %+v, and then as %+v", got, again)
		}
		if got.Reason != "" && !slices.Contains(intake.Reasons(), got.Reason) {
			t.Errorf("%s is no reason", got.Reason)
		}
		if (len(got.Hints) > 0) != (got.Reason == "" || got.Reason == intake.Unknown) {
			t.Errorf("the reading is %+v", got)
		}
		if len(got.Hints) > 0 && !json.Valid(body) {
			t.Errorf("encoding/json takes it for broken, and it gives %+v", got.Hints)
		}
		for _, h := range got.Hints {
			checkHint(t, h)
		}
		checkCause(t, got.Cause)
	})
}

func checkHint(t *testing.T, h intake.Hint) {
	t.Helper()
	ok := false
	switch h.Kind {
	case intake.Person, intake.Group, intake.Membership:
		ok = resourceID.MatchString(h.ID)
	case intake.SignIn, intake.Everything:
		ok = h.ID == ""
	case intake.Written:
		ok = h.ID != "" && len(h.ID) <= 128 && h.Bulk && len(h.Write.Namespace)+len(h.Write.Group)+len(h.Write.User) < 1000
	case intake.Drifted, intake.Denied:
		_, err := tenancy.ParseSession(string(h.Drift.Session))
		ok = (err == nil || h.Kind == intake.Denied && h.Drift.Session == "") && h.ID == h.Drift.Role+"/"+string(h.Drift.Session) && strings.Count(h.ID, "/") == 1
	}
	if !ok || h.Group != "" && !resourceID.MatchString(string(h.Group)) || h.Bulk != (h.Kind == intake.Written) {
		t.Errorf("the hint is %+v", h)
	}
	checkCause(t, h.Cause)
}

func checkCause(t *testing.T, c tenancy.Cause) {
	t.Helper()
	if strings.ContainsFunc(c.ID+c.Name, func(r rune) bool { return r < ' ' || r > '~' }) || len(c.ID) > 128 || len(c.Name) > 96 {
		t.Errorf("the cause is %+v", c)
	}
}

// FuzzTape: what is taken for JSON is what encoding/json takes for JSON, but for depth, NULs and surrogates.
func FuzzTape(f *testing.F) {
	for _, s := range []string{`{}`, `[1,-0,0.5e+1,"a\n\u00e9\ud83d\ude00"]`, `{"a":{"b":[true,false,null]}}`, `01`, `1.`, `-`, `"\x"`, `[1,]`, `{"a"}`, "\"\t\"", ` 1 `, `nul`, `"\ud800"`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		ours, deep := intake.IsJSON(body)
		theirs := json.Valid(body)
		if ours && !theirs {
			t.Fatalf("%q is no JSON", body)
		}
		odd := strings.Contains(strings.ToLower(string(body)), `\ud`) || strings.Contains(string(body), `\u0000`)
		if theirs && !ours && !deep && utf8.Valid(body) && !odd {
			t.Errorf("%q is JSON", body)
		}
	})
}
