package view

import (
	"time"

	"github.com/tenantry/tenantry/internal/explain"
)

// rollFormat is the document that AsOf writes for programs.
const rollFormat = "tenantry.as-of/1"

// Roll is who was registered at a time, as the history tells it.
type Roll struct {
	Format    string          `json:"format"`
	At        time.Time       `json:"at"`
	Namespace string          `json:"namespace,omitempty"` // "" for all
	Begins    time.Time       `json:"history_begins"`
	Users     []explain.Entry `json:"users"`
}

// AsOf shows who was registered at a time, and what the history cannot know.
func AsOf(s *IO, f Format, o Options, r *Roll) error {
	r.Format = rollFormat
	r.At, r.Begins = r.At.UTC(), r.Begins.UTC()
	if f == JSON {
		r.Users = list(r.Users)
		return WriteJSON(s.Out, r)
	}
	t := &explaining{textPrinter: textPrinter{io: s, options: o, meter: newMeter(s.Now)}}
	t.out = t.page()
	where := "Registered"
	if r.Namespace != "" {
		where = "Registered in " + Name(r.Namespace)
	}
	t.out.line("%s", t.out.style.title(where+" at "+at(r.At.Unix())+", as the history tells it"))
	t.out.line("")
	t.roll(r)
	t.out.line("")
	if r.At.Before(r.Begins) {
		t.out.sentence("", "The history begins only at "+at(r.Begins.Unix())+": of that time it knows nothing.")
	} else {
		t.out.sentence("", "The history begins at "+at(r.Begins.Unix())+". Whoever was there before that, and what others did by hand or were registered just in time, is not in it.")
	}
	return t.out.writeTo(s.Out)
}

func (t *explaining) roll(r *Roll) {
	if len(r.Users) == 0 {
		t.out.line("  nobody of whom it tells")
		return
	}
	shown := t.limit(len(r.Users))
	for i := range r.Users[:shown] {
		t.rollEntry(&r.Users[i], r.Namespace == "")
	}
	t.more(t.out, len(r.Users)-shown)
}

func (t *explaining) rollEntry(e *explain.Entry, named bool) {
	text := Name(string(e.User))
	if named {
		text += " in " + Name(e.Namespace)
	}
	if e.Role != "" {
		text += " as " + Name(string(e.Role))
	} else {
		text += ", in a role of which it does not tell"
	}
	if e.Suspended {
		text += ", suspended"
	}
	if len(e.Groups) > 0 {
		text += ", in " + quoted(e.Groups)
	}
	t.out.sentence("  ", text)
	switch {
	case e.Doubt != nil:
		_, tried := tell(e.Doubt.Entry)
		t.out.sentence("    ", t.out.style.hold("perhaps: at "+at(e.Doubt.At)+" "+tried))
	case e.Since != nil:
		t.out.sentence("    ", t.out.style.faint(since(e.Since, 1)))
	default:
		t.out.sentence("    ", t.out.style.faint("registered by somebody else, or before the history began"))
	}
}
