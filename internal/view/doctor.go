//go:build !tenantry.lambda

package view

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/doctor"
)

// Doctor shows how everything stands that tenantry needs around it.
func Doctor(s *IO, f Format, r *doctor.Report) error {
	if f == JSON {
		return WriteJSON(s.Out, doctorDocument(r))
	}
	out := (&textPrinter{io: s}).page()
	out.line("%s", out.style.faint(Safe("Account "+r.Account+", for "+r.For)))
	out.line("")
	wide := 0
	for i := range r.Results {
		wide = max(wide, len(r.Results[i].Name))
	}
	for i := range r.Results {
		out.result(&r.Results[i], wide)
	}
	for i := range r.Results {
		out.mends(&r.Results[i])
	}
	out.acceptedTroubles(r)
	out.line("")
	out.sentence("", out.style.title("Doctor: "+doctorVerdict(r)))
	return out.writeTo(s.Out)
}

// result is one check in a line: what is in order, or what is not, the worst of it.
func (p *page) result(r *doctor.Result, wide int) {
	word, text := pad(p.style.level(r.Level), columns("green")), r.Seen
	switch {
	case r.NotLooked != "":
		word, text = p.style.faint(pad("-", columns("green"))), "not looked at: "+r.NotLooked+" is in the way"
	case len(r.Troubles) > 0:
		text = r.Troubles[0].Seen
		if n := len(r.Troubles) - 1; n > 0 {
			text += fmt.Sprintf("; and %d more", n)
		}
	}
	p.sentence("  "+word+"  "+pad(r.Name, wide)+"  ", Safe(text))
}

// mends are what is to be done about a check, each with what was seen. A step is never wrapped: it is there to be taken as it
// stands, into a shell or into the configuration.
func (p *page) mends(r *doctor.Result) {
	if len(r.Troubles) == 0 {
		return
	}
	p.section("%s", r.Name)
	p.sentence("  ", p.style.faint(Safe(r.Why)))
	for _, t := range r.Troubles {
		p.sentence("  "+pad(p.style.level(t.Level), columns("amber"))+"  ", Safe(t.Seen))
		before := p.style.title("mend:")
		for step := range strings.SplitSeq(t.Mend, "\n") {
			p.line("    %s %s", before, Safe(step))
			before = "     "
		}
	}
}

func (p *page) acceptedTroubles(r *doctor.Report) {
	first := true
	for i := range r.Results {
		for _, a := range r.Results[i].Accepted {
			if first {
				p.section("%s", "Accepted by the configuration")
				first = false
			}
			p.sentence("  ", Safe(fmt.Sprintf("%s, %s: %s, until %s: %s", r.Results[i].Name, a.Object, a.Seen, a.Until, a.Because)))
		}
	}
}

// level is a level as a word. Its colour says no more than the word.
func (s style) level(l doctor.Level) string {
	switch l {
	case doctor.Red:
		return s.fail(l.String())
	case doctor.Amber:
		return s.edit(l.String())
	}
	return s.add(l.String())
}

func doctorVerdict(r *doctor.Report) string {
	not := 0
	for i := range r.Results {
		if r.Results[i].NotLooked != "" {
			not++
		}
	}
	red, amber := r.Count(doctor.Red), r.Count(doctor.Amber)-not
	if r.Level() == doctor.Green {
		return "everything is in order."
	}
	text := fmt.Sprintf("%d red, %d amber, %d green", red, amber, r.Count(doctor.Green))
	if not > 0 {
		text += fmt.Sprintf(", %d not looked at", not)
	}
	return text + "."
}

// doctorFormat is the name of the document.
const doctorFormat = "tenantry.doctor/1"

// DoctorDocument is the checklist for programs.
type DoctorDocument struct {
	Format  string         `json:"format"`
	Account string         `json:"account"`
	For     string         `json:"for"`
	Level   string         `json:"level"`
	Checks  []doctorResult `json:"checks"`
}

type doctorResult struct {
	Check     string           `json:"check"`
	Level     string           `json:"level"`
	Seen      string           `json:"seen,omitempty"`
	Why       string           `json:"why"`
	NotLooked string           `json:"not_looked_at_because_of,omitempty"`
	Troubles  []doctorTrouble  `json:"troubles"`
	Accepted  []doctorAccepted `json:"accepted"`
}

type doctorTrouble struct {
	Level  string `json:"level"`
	Object string `json:"object"`
	Seen   string `json:"seen"`
	Mend   string `json:"mend"`
}

type doctorAccepted struct {
	Object  string `json:"object"`
	Seen    string `json:"seen"`
	Because string `json:"because"`
	Until   string `json:"until"`
}

func doctorDocument(r *doctor.Report) DoctorDocument {
	doc := DoctorDocument{Format: doctorFormat, Account: r.Account, For: r.For, Level: r.Level().String(), Checks: []doctorResult{}}
	for i := range r.Results {
		of := &r.Results[i]
		one := doctorResult{Check: of.Name, Level: of.Level.String(), Seen: of.Seen, Why: of.Why, NotLooked: of.NotLooked, Troubles: []doctorTrouble{}, Accepted: []doctorAccepted{}}
		for _, t := range of.Troubles {
			one.Troubles = append(one.Troubles, doctorTrouble{t.Level.String(), t.Object, t.Seen, t.Mend})
		}
		for _, a := range of.Accepted {
			one.Accepted = append(one.Accepted, doctorAccepted{a.Object, a.Seen, a.Because, a.Until})
		}
		doc.Checks = append(doc.Checks, one)
	}
	return doc
}
