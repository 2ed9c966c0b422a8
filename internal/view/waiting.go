package view

import (
	"time"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Waiting is a hold with what is known of it besides.
type Waiting struct {
	tenancy.Hold
	// Since is since when it is known to wait; zero where the history knows nothing of it.
	Since time.Time
	// Token names it, as it is now.
	Token string
	// Lift is the command that lifts it, "" where none does.
	Lift string
}

// sinceNow is said of a hold that was not seen before, as far as anybody took it down.
const sinceNow = "now, as far as the history knows"

// Waiting shows what waits for a person, since when, and what ends it.
func (t *textPrinter) Waiting(holds, accepted []Waiting) error {
	out := t.page()
	byHold := map[tenancy.Hold]Waiting{}
	for _, w := range holds {
		byHold[w.Hold] = w
	}
	t.holdsWith(out, plainHolds(holds), func(h tenancy.Hold) (since, lift string) {
		w := byHold[h]
		if w.Since.IsZero() {
			return sinceNow, w.Lift
		}
		return w.Since.UTC().Format("2006-01-02 15:04:05Z"), w.Lift
	})
	t.accepted(out, plainHolds(accepted))
	out.line("%s", out.style.title(waitingSummary(out.Len() > 0, plainHolds(holds), len(accepted))))
	return out.writeTo(t.io.Out)
}

// waitingSummary is the line that sums it up.
func waitingSummary(below bool, holds []tenancy.Hold, accepted int) string {
	line := "Nothing is held"
	if len(holds) > 0 {
		line = "Held: " + number(len(holds)) + throughSome(holds)
	}
	if accepted > 0 {
		line += "; " + number(accepted) + " accepted by the configuration"
	}
	if below {
		line = "\n" + line
	}
	return line + "."
}

func plainHolds(list []Waiting) []tenancy.Hold {
	holds := make([]tenancy.Hold, len(list))
	for i, w := range list {
		holds[i] = w.Hold
	}
	return holds
}

// waitingDocument is a Waiting as JSON.
type waitingDocument struct {
	tenancy.Hold
	Since *time.Time `json:"since,omitempty"`
	Token string     `json:"token"`
	Lift  string     `json:"lifted_by,omitempty"`
}

func waitingDocuments(list []Waiting) []waitingDocument {
	docs := make([]waitingDocument, len(list))
	for i, w := range list {
		docs[i] = waitingDocument{Hold: w.Hold, Token: w.Token, Lift: w.Lift}
		if !w.Since.IsZero() {
			at := w.Since.UTC()
			docs[i].Since = &at
		}
	}
	return docs
}

// Waiting writes the same document as Holds, with more in it.
func (j *jsonPrinter) Waiting(holds, accepted []Waiting) error {
	return WriteJSON(j.io.Out, struct {
		Format   string            `json:"format"`
		Holds    []waitingDocument `json:"holds"`
		Accepted []waitingDocument `json:"accepted"`
	}{holdsFormat, waitingDocuments(holds), waitingDocuments(accepted)})
}
