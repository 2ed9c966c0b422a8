package demo

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/view"
)

// attackOn plays the attacks on fake time, on a page so wide.
func attackOn(t *testing.T, width int) string {
	t.Helper()
	var out *bytes.Buffer
	synctest.Test(t, func(t *testing.T) {
		var s *view.IO
		s, _, out, _ = view.TestIO()
		s.Width = width
		if err := Attack(t.Context(), s); err != nil {
			t.Fatal(err)
		}
	})
	return out.String()
}

// With the door open each attempt gets what it wants, and the audit finds it; with the audit's advice followed each is turned
// away, and everybody else signs in as before. What is done in the directory AWS lets pass, and tenantry holds.
func TestAttack(t *testing.T) {
	told := attackOn(t, 100)
	rest := told
	for _, want := range []string{
		"── 2.",
		"        AWS: ADMIN in default, sees with all of default the dashboard \"Prices\"\n        tenantry audit: ISO401, ",
		"  eve   registers herself in acme a second time, as an author\n        AWS: done\n        tenantry audit: ISO307, ",
		"tenantry audit: ISO402, ", "tenantry audit: ISO403, ",
		"tenantry plan: held [extends], ", "tenantry plan: held [renamed-group], ",
		"── 3.",
		"  $ aws iam delete-role-policy --role-name QuickSight --policy-name 'convenient'\n",
		"  $ aws iam update-assume-role-policy --role-name QuickSight ",
		"  $ aws iam put-role-policy --role-name QuickSight --policy-name tenantry-no-self-provisioning ",
		"── 4.",
		"        AWS: turned away\n",
		"quicksight:RegisterUser\n", "quicksight:UpdateUser\n", "quicksight:UpdateDashboardPermissions\n", "quicksight:GenerateEmbedUrlForRegisteredUser\n",
		"iam:PutRolePolicy\n", "sts:AssumeRole\n",
		"tenantry plan: held [extends], ", "tenantry plan: held [renamed-group], ",
		"── 5.",
		"    2  evil       !1     1     ·     ·\n", "    4  default     ·     ·    !1     ·\n",
		"With the door shut, and nothing that the audit finds:\n",
		"    2  evil       ·     1     ·\n",
		"  ben   READER in acme, sees the dashboard \"Sales\"\n", "  eve   READER in evil, owns the dashboard \"Plots\"\n", "  walt  turned away\n",
	} {
		_, after, found := strings.Cut(rest, want)
		if !found {
			t.Fatalf("it does not say %q, or not in its place:\n%s", want, told)
		}
		rest = after
	}
	if again := attackOn(t, 100); again != told {
		t.Errorf("told again, it is another story:\n%s", again)
	}
}

// What it says itself fits in eighty columns. Commands are never broken.
func TestAttackFitsOnANarrowPage(t *testing.T) {
	for line := range strings.Lines(attackOn(t, 80)) {
		line = strings.TrimRight(line, "\n")
		if utf8.RuneCountInString(line) > 80 && !strings.HasPrefix(line, "  $ ") {
			t.Errorf("more than 80 columns: %s", line)
		}
	}
}

// A hole that is not mended ends the story with an error, and so does an attempt that fails with the door open.
func TestAttackIsNotTaken(t *testing.T) {
	for _, code := range advised {
		synctest.Test(t, func(t *testing.T) {
			s, _, _, _ := view.TestIO()
			r, err := openRaid(t.Context(), s)
			if err != nil {
				t.Fatal(err)
			}
			defer r.history.Close()
			if code == "ISO401" {
				r.closed = true // and nothing else was done
			} else if err := r.follow(t.Context(), slices.DeleteFunc(slices.Clone(advised), func(c audit.Code) bool { return c == code })); err != nil {
				t.Fatal(err)
			}
			if err := r.play(t.Context()); code != "ISO103" && err == nil {
				t.Errorf("without the advice of %s the story ends well", code)
			}
		})
	}
}
