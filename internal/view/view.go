// Package view shows plans, reports, holds and progress: as text for people, and as versioned JSON
// for programs. Both are implementations of one Printer, with the same facts.
//
// What was asked for goes to IO.Out; what is told beside it (progress, questions, errors) goes to
// IO.Err, so that a plan can be kept in a file while a person watches.
//
// The text of a plan is read by someone who must decide whether it may be applied. So it says first
// who gains access to which customer, and through which group and rule; then what is done, namespace
// by namespace; then what waits for a person, beginning with those through which someone still has
// access; and last, in one line, how much of everything. Changes that differ only by the person are
// one line with their number, and names are elided beyond ten unless everything is asked for
// (Options.Full). The text has no time in it, and off a terminal no colour and one width: the same
// plan is the same bytes.
//
// Every name comes from a directory that others write to, so every text passes through Safe or
// Quote: one record stays one line, and no name can colour, hide, turn around or forge what stands
// beside it. JSON is escaped the same way, in JSON's own notation, which changes no value.
//
// The documents for programs are named in their field "format", with a number that changes when the
// meaning of a field does: tenantry.plan/1, tenantry.report/1, tenantry.holds/1, tenantry.history/1,
// tenantry.verdict/1, tenantry.explain/1, tenantry.as-of/1, tenantry.migrate/1, tenantry.undo/1 and tenantry.migrated/1 on IO.Out, and tenantry.progress/1, one to a line, on IO.Err.
package view

import (
	"fmt"
	"iter"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Printer shows what tenantry found and did.
type Printer interface {
	// Plan shows a plan.
	Plan(p *plan.Plan) error
	// Progress shows how far an apply has come. It is called after each step, and while waiting, by
	// one goroutine at a time, and may show nothing.
	Progress(p plan.Progress)
	// Report ends the progress and shows what an apply did.
	Report(r *plan.Report) error
	// Holds shows what waits for a person.
	Holds(holds []tenancy.Hold) error
	// Waiting shows it with what is known besides, and what the configuration accepts.
	Waiting(holds, accepted []Waiting) error
	// History shows what was recorded, oldest first.
	History(records iter.Seq2[Told, error]) error
}

// Format is how things are shown.
type Format string

// The formats.
const (
	Text Format = "text"
	JSON Format = "json"
)

// Set makes Format a flag's value.
func (f *Format) Set(name string) error {
	switch Format(name) {
	case Text, JSON:
		*f = Format(name)
		return nil
	}
	return fmt.Errorf("the formats are %s and %s", Text, JSON)
}

// String is the format's name.
func (f *Format) String() string { return string(*f) }

// Type names the value in a command's help.
func (f *Format) Type() string { return "FORMAT" }

// Options say how much is shown.
type Options struct {
	Full bool // every name, however many
}

// New makes the Printer of a format.
func New(s *IO, f Format, o Options) Printer {
	if f == JSON {
		return &jsonPrinter{io: s, meter: newMeter(s.Now)}
	}
	return &textPrinter{io: s, options: o, meter: newMeter(s.Now)}
}
