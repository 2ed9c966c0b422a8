package view

import (
	"testing"

	"github.com/tenantry/tenantry/internal/doctor"
)

// tried are outcomes of every kind: a switch that is set each way, what sets none, what is not known, and an answer of AWS's that
// would like to be more than a text.
func tried() []doctor.Outcome {
	return []doctor.Outcome{
		{Trial: doctor.TrialSamePrincipal, Verdict: doctor.No, Seen: "the second registration was refused: ResourceExistsException: a user of that name is there"},
		{Trial: doctor.TrialReservedRole, Verdict: doctor.Yes, Seen: "the registration was taken, by the name AWSReservedSSO_Analyst_0123456789abcdef/tenantry-probe-abcdefgh"},
		{Trial: doctor.TrialNameCase, Verdict: doctor.No, Seen: "namespaces stand beside each other; groups do not: refused: ResourceExistsException: \x1b[2Jthere\nyes"},
		{Trial: doctor.TrialUnknownProfile, Verdict: doctor.NotKnown, Seen: "nobody can be registered to try it with: refused: AccessDeniedException"},
		{Trial: doctor.TrialFailedNamespace, Verdict: doctor.NotKnown, Seen: "no creation has failed"},
		{Trial: doctor.TrialSignIn, Verdict: doctor.Yes, Seen: "QuickSight let them in, and they are not in default; the trail tells of the sign-in"},
	}
}

// TestTrials: each trial is told before it is made, all of them in their order, beside the output.
func TestTrials(t *testing.T) {
	s, _, out, errs := TestIO()
	for _, trial := range doctor.Trials {
		if err := Trial(s, trial); err != nil {
			t.Fatal(err)
		}
	}
	golden(t, "trials.txt", errs.Bytes())
	if out.Len() > 0 {
		t.Errorf("on the output: %s", out)
	}
	errs.Reset()
	s.Width, s.ErrTerminal, s.OutTerminal, s.Color = 60, true, true, true
	if err := Trial(s, doctor.Trials[0]); err != nil {
		t.Fatal(err)
	}
	golden(t, "trial-color.txt", errs.Bytes())
}

func TestProbed(t *testing.T) {
	s, _, out, _ := TestIO()
	show := func(file string, format Format, outcomes []doctor.Outcome) {
		t.Helper()
		out.Reset()
		if err := Probed(s, format, outcomes); err != nil {
			t.Fatal(err)
		}
		golden(t, file, out.Bytes())
	}
	show("probed.txt", Text, tried())
	show("probed.json", JSON, tried())
	show("probed-nothing.json", JSON, nil)
	s.OutTerminal, s.Color = true, true
	show("probed-color.txt", Text, tried())
}
