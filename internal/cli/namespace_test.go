package cli

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// deletes is what a fake was asked to delete, and did.
type deletes struct {
	remains plan.Remains
	looked  int
	deleted int
	still   tenancy.Status
	ends    error
}

func (f *fake) Look(_ context.Context, n tenancy.Namespace) (*plan.Remains, error) {
	f.looked++
	r := f.remains
	r.Namespace, r.Status, r.Fingerprint = n, tenancy.Created, "f00d"
	return &r, nil
}

func (f *fake) Delete(context.Context, *plan.Remains) (tenancy.Status, error) {
	f.deleted++
	return f.still, f.ends
}

// S5: the name is typed at the terminal, just as it is, before anything is read; and without the first call's
// fingerprint nothing is asked at all.
func TestTheNameIsTyped(t *testing.T) {
	for _, tt := range []struct {
		typed           string
		args            []string
		want            code
		looked, deleted int
	}{
		{"acme\n", []string{"--fingerprint", "f00d"}, exitDone, 1, 1},
		{"", []string{"--fingerprint", "f00d", "--name-again", "acme"}, exitDone, 1, 1},
		{"Acme\n", []string{"--fingerprint", "f00d"}, exitRefused, 0, 0},
		{"y\n", []string{"--fingerprint", "f00d"}, exitRefused, 0, 0},
		{"\n", []string{"--fingerprint", "f00d"}, exitRefused, 0, 0},
		{"acme\n", []string{"--fingerprint", "cafe"}, exitRefused, 1, 0},
		{"acme\n", nil, exitDone, 1, 0},
	} {
		f := &fake{}
		x := newTerminal(t, f)
		x.answer(tt.typed)
		got := x.run(t, append([]string{"namespace", "delete", "acme"}, tt.args...)...)
		if got != int(tt.want) || f.looked != tt.looked || f.deleted != tt.deleted {
			t.Errorf("%q %v: exit code %d, looked %d, deleted %d\n%s%s", tt.typed, tt.args, got, f.looked, f.deleted, x.out, x.err)
		}
		if next := "tenantry namespace delete acme -c " + x.config + " --fingerprint f00d\n"; len(tt.args) == 0 && !strings.Contains(x.out.String(), next) {
			t.Errorf("shown %q, without %q", x.out, next)
		}
	}
}

func TestWhatIsInTheWayIsShownAndKept(t *testing.T) {
	n := tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "acme", Name: "all\x1b[2J"}
	for name, remains := range map[string]plan.Remains{
		"users":  {Users: []string{"N/A"}},
		"grants": {Granted: []plan.Granted{{Asset: tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "x"}, Name: "Sales\n", To: n}}},
	} {
		f := &fake{deletes: deletes{remains: remains}}
		x := newTerminal(t, f)
		got := x.run(t, "namespace", "delete", "acme", "--fingerprint", "f00d", "--name-again", "acme")
		if got != int(exitRefused) || f.deleted != 0 || !strings.Contains(x.err.String(), "not empty") || strings.Contains(x.out.String(), "\x1b") {
			t.Errorf("%s: exit code %d, deleted %d\n%s%s", name, got, f.deleted, x.out, x.err)
		}
	}
}

func TestADeletionThatIsNotOver(t *testing.T) {
	for _, tt := range []struct {
		still tenancy.Status
		err   error
		pause plan.Pause
		want  code
		says  string
	}{
		{tenancy.Deleting, errors.New("after 10m0s it is still DELETING"), plan.Pause{}, exitPartly, "aws quicksight describe-namespace"},
		{"", errors.New("delete namespace: denied"), plan.Pause{}, exitError, ""},
		{"", nil, plan.Pause{Since: 1, Because: "wait", Removals: true}, exitRefused, ""},
	} {
		f := &fake{deletes: deletes{still: tt.still, ends: tt.err}, pause: tt.pause}
		x := newTerminal(t, f)
		if got := x.run(t, "namespace", "delete", "acme", "--fingerprint", "f00d", "--name-again", "acme"); got != int(tt.want) || !strings.Contains(x.out.String(), tt.says) {
			t.Errorf("%v: exit code %d\n%s%s", tt.err, got, x.out, x.err)
		}
	}
}
