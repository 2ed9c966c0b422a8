package cli

import (
	"errors"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/view"
)

// TestFindingsOutlastTheirConfiguration: what a probe has found is printed although the configuration cannot be read any more, and
// why it cannot is told.
func TestFindingsOutlastTheirConfiguration(t *testing.T) {
	x := newTerminal(t, &fake{})
	o := &probeOptions{format: view.Text, config: configOption{
		path: "ssm:/tenantry/configuration", read: func() ([]byte, error) { return nil, errors.New("the credentials have expired") },
	}}
	found := []doctor.Setting{{Key: "aws.reserved_role_arns", Value: true}}
	if err := o.settle(t.Context(), x.env, found); err != nil {
		t.Errorf("it ends with an error: %v", err)
	}
	if want := "aws:\n  reserved_role_arns: true\n"; x.out.String() != want {
		t.Errorf("printed is %q, want %q", x.out, want)
	}
	for _, want := range []string{"may say what was found already: the credentials have expired\n", "write this into the file"} {
		if !strings.Contains(x.err.String(), want) {
			t.Errorf("%q is not told:\n%s", want, x.err)
		}
	}
}
