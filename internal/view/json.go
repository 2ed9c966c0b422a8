package view

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// The documents that this package writes, besides plan.Format and those of a migration.
const (
	reportFormat   = "tenantry.report/1"
	holdsFormat    = "tenantry.holds/1"
	progressFormat = "tenantry.progress/1"
)

// jsonPrinter shows things to programs.
type jsonPrinter struct {
	io    *IO
	meter *meter
}

// Plan writes the plan's own document.
func (j *jsonPrinter) Plan(p *plan.Plan) error { return WriteJSON(j.io.Out, p) }

// Holds writes what waits for a person.
func (j *jsonPrinter) Holds(holds []tenancy.Hold) error {
	return WriteJSON(j.io.Out, struct {
		Format string         `json:"format"`
		Holds  []tenancy.Hold `json:"holds"`
	}{holdsFormat, list(holds)})
}

// progressDocument is a plan.Progress as JSON, on a line of its own.
type progressDocument struct {
	Format  string  `json:"format"`
	Total   int     `json:"total"`
	Done    int     `json:"done"`
	Failed  int     `json:"failed"`
	Held    int     `json:"held"`
	Waiting int     `json:"namespaces_being_created"`
	Rate    float64 `json:"steps_per_second"`
	Left    int     `json:"seconds_left,omitempty"`
}

// Progress writes a line to Err now and then. Whoever wants none sends Err elsewhere.
func (j *jsonPrinter) Progress(p plan.Progress) {
	j.meter.note(p)
	if !j.meter.due(p, lineEvery, lineSteps) {
		return
	}
	line, err := json.Marshal(progressDocument{
		progressFormat, p.Total, p.Done, p.Failed, p.Held, p.Waiting,
		float64(int(j.meter.rate(p)*10)) / 10, int(j.meter.left(p).Seconds()),
	})
	if err == nil {
		fmt.Fprintf(j.io.Err, "%s\n", line)
	}
}

// outcomeDocument is a plan.Outcome as JSON.
type outcomeDocument struct {
	Step  plan.Step     `json:"step"`
	Error string        `json:"error,omitempty"`
	Hold  *tenancy.Hold `json:"hold,omitempty"`
}

func outcomeDocuments(outcomes []plan.Outcome) []outcomeDocument {
	docs := make([]outcomeDocument, len(outcomes))
	for i, o := range outcomes {
		docs[i] = outcomeDocument{Step: o.Step, Hold: o.Held}
		if o.Err != nil {
			docs[i].Error = o.Err.Error()
		}
	}
	return docs
}

// Report writes what an apply did.
func (j *jsonPrinter) Report(r *plan.Report) error {
	return WriteJSON(j.io.Out, struct {
		Format      string              `json:"format"`
		Done        int                 `json:"done"`
		Failed      []outcomeDocument   `json:"failed"`
		Held        []outcomeDocument   `json:"held"`
		NotReached  int                 `json:"not_reached"`
		Paused      *plan.Pause         `json:"paused,omitempty"`
		Interrupted bool                `json:"interrupted"`
		Refused     []tenancy.Namespace `json:"refused"`
	}{
		reportFormat, r.Done, outcomeDocuments(r.Failed), outcomeDocuments(r.Held),
		r.NotReached, pausedDocument(r.Paused), r.Interrupted, list(r.Refused),
	})
}

func pausedDocument(p plan.Pause) *plan.Pause {
	if p.IsZero() {
		return nil
	}
	return &p
}

// list is an empty list for none, so that programs need not tell null from [].
func list[T any](s []T) []T {
	if s == nil {
		return []T{}
	}
	return s
}

// WriteJSON writes a document, indented, in which every character that is not safe to show is
// escaped. That changes no value: only strings can hold such a character.
func WriteJSON(w io.Writer, document any) error {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(document); err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	_, err := w.Write(escapeJSON(b.Bytes()))
	return err
}

func escapeJSON(in []byte) []byte {
	out := make([]byte, 0, len(in))
	for len(in) > 0 {
		r, width := utf8.DecodeRune(in)
		switch {
		case r == '\n', isVisible(r):
			out = append(out, in[:width]...)
		case r > 0xffff:
			high, low := utf16.EncodeRune(r)
			out = fmt.Appendf(out, `\u%04x\u%04x`, high, low)
		default:
			out = fmt.Appendf(out, `\u%04x`, r)
		}
		in = in[width:]
	}
	return out
}
