//go:build !tenantry.lambda

package view

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// probeFormat is the document of what trials came to, for programs.
const probeFormat = "tenantry.probe/1"

// Trial tells a person what a trial finds out, what it makes and what it calls, before they are asked for it.
func Trial(s *IO, t doctor.Trial) error {
	out := (&textPrinter{io: s}).page()
	out.line("")
	out.line("%s", out.style.title(t.Name))
	out.sentence("  ", t.Asks)
	out.sentence("  makes   ", t.Makes+namedThrowaways(t))
	out.sentence("  calls   ", strings.Join(t.Calls, ", "))
	out.sentence("  yes     ", t.Yes)
	out.sentence("  no      ", t.No)
	if t.Switch != "" {
		out.sentence("  sets    ", t.Switch)
	}
	return out.writeTo(s.Err)
}

// namedThrowaways says which throwaways a trial needs.
func namedThrowaways(t doctor.Trial) string {
	what := ""
	switch len(t.Namespaces) {
	case 0:
		return ""
	case 1:
		what = "; a throwaway namespace"
	default:
		what = fmt.Sprintf("; %d throwaway namespaces", len(t.Namespaces))
	}
	if t.Role {
		what += " and a role that nobody can assume"
	}
	return what + ", named " + tenancy.ProbePrefix + "… and removed at the end"
}

// Probed shows what trials came to.
func Probed(s *IO, format Format, outcomes []doctor.Outcome) error {
	if format == JSON {
		settings := map[string]bool{}
		for _, set := range doctor.Settings(outcomes) {
			settings[set.Key] = set.Value
		}
		if outcomes == nil {
			outcomes = []doctor.Outcome{}
		}
		return WriteJSON(s.Out, struct {
			Format   string           `json:"format"`
			Outcomes []doctor.Outcome `json:"outcomes"`
			Settings map[string]bool  `json:"settings"`
		}{probeFormat, outcomes, settings})
	}
	out := (&textPrinter{io: s}).page()
	for _, o := range outcomes {
		t, _ := doctor.TrialNamed(o.Trial)
		out.line("%s%s", pad(t.Name, labelWidth), out.style.title(string(o.Verdict)))
		out.sentence("  ", t.Asks)
		out.sentence("  ", Safe(o.Seen))
		switch o.Verdict {
		case doctor.Yes:
			out.sentence("  ", t.Yes)
		case doctor.No:
			out.sentence("  ", t.No)
		}
		out.line("")
	}
	return out.writeTo(s.Out)
}
