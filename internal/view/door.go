//go:build !tenantry.lambda

package view

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/audit"
)

// stepTitles say what each step of shutting the door is about.
var stepTitles = map[string]string{
	audit.StepPeople: "everybody who could sign in is registered where they belong",
	audit.StepCanary: "the door is shut for one person first",
	audit.StepWatch:  "QuickSight has let them in since, and nobody landed in default",
	audit.StepShut:   "the door is shut for everybody",
	audit.StepAfter:  "nobody has been turned away since, or landed in default",
}

// stepCommands are what takes each step, with what is to be done besides.
var stepCommands = map[string][2]string{
	audit.StepPeople: {"see to them, and look again", "tenantry door"},
	audit.StepCanary: {"print the commands for one who is registered", "tenantry door canary NAME"},
	audit.StepWatch:  {"when QuickSight has let them in", "tenantry door shut --signed-in NAME"},
	audit.StepShut:   {"print the commands", "tenantry door shut"},
	audit.StepAfter:  {"see to them, and look again", "tenantry door"},
}

// Door shows how far the door of just-in-time provisioning is shut. typed makes of a command what is to be typed.
func Door(s *IO, f Format, d *audit.Door, missed []audit.Missed, typed func(command string) string) error {
	if f == JSON {
		return WriteJSON(s.Out, doorDocument(d, missed))
	}
	t := &textPrinter{io: s}
	out := t.page()
	out.section("%s", "Sign-in roles")
	for _, r := range d.Roles {
		text := Safe(r.Role.Name()) + ": " + string(r.State)
		if len(r.Canaries) > 0 {
			text += ", for " + join(safeAll(r.Canaries))
		}
		if r.How != "" {
			text += " (" + Safe(r.How) + ")"
		}
		out.sentence("  ", text)
	}
	t.lockedOut(out, d.LockedOut)
	out.section("%s", "Steps")
	for i, step := range d.Steps {
		t.doorStep(out, i+1, step, d.Next)
	}
	if d.From != "" {
		out.sentence("  ", "Sign-ins were looked for in the trail since "+d.From+"; the trail is told minutes late.")
	}
	if len(missed) > 0 {
		out.section("%s", "Not read")
		for _, m := range missed {
			out.sentence("  ", Safe(m.Source+": "+m.Why))
			out.sentence("    ends: ", Safe(m.Mend))
		}
	}
	out.line("\n%s", out.style.title(doorVerdict(d)))
	if next := stepCommands[d.Next]; d.Next != "" {
		out.line("  %s: %s", next[0], Safe(typed(strings.Replace(next[1], "NAME", canaryOf(d), 1))))
	}
	return out.writeTo(s.Out)
}

func safeAll[T ~string](names []T) []string {
	all := make([]string, len(names))
	for i, n := range names {
		all[i] = Safe(string(n))
	}
	return all
}

func (t *textPrinter) lockedOut(out *page, all []audit.LockedOut) {
	if len(all) == 0 {
		return
	}
	out.section("Would be locked out  %s", out.style.faint(number(len(all))))
	shown := t.limit(len(all))
	for _, o := range all[:shown] {
		who := string(o.Session)
		if who == "" {
			who = string(o.Person)
		}
		out.sentence("  ", Safe(fmt.Sprintf("%s, through %s: %s", who, o.Role.Name(), o.Because)))
		out.sentence("    ends: ", Safe(o.Mend))
	}
	t.more(out, len(all)-shown)
}

func (t *textPrinter) doorStep(out *page, n int, step audit.DoorStep, next string) {
	state := "waits"
	switch {
	case step.Clean:
		state = "clean"
	case step.Name == next:
		state = "next "
	}
	out.sentence(fmt.Sprintf("  %d  %s  %s  ", n, pad(step.Name, len(audit.StepPeople)), state), stepTitles[step.Name])
	if step.Name == next {
		for _, why := range step.Why {
			out.sentence("        ", Safe(why))
		}
	}
	for _, unknown := range step.Unknown {
		out.sentence("        not known: ", Safe(unknown))
	}
}

func doorVerdict(d *audit.Door) string {
	if d.Next == "" {
		return "The door is shut, and nobody who is known to sign in is locked out."
	}
	return "Next: " + d.Next + ", until " + stepTitles[d.Next] + "."
}

// canaryOf is somebody for whom the door is shut, or what stands for a name.
func canaryOf(d *audit.Door) string {
	for _, r := range d.Roles {
		if len(r.Canaries) > 0 {
			return string(r.Canaries[0])
		}
	}
	return "NAME"
}

// DoorDocument is the door for programs.
type DoorDocument struct {
	Format    string          `json:"format"`
	Roles     []doorRole      `json:"roles"`
	LockedOut []doorLockedOut `json:"would_be_locked_out"`
	Steps     []doorStep      `json:"steps"`
	Next      string          `json:"next,omitempty"`
	From      string          `json:"trail_read_from,omitempty"`
	NotRead   []doorMissed    `json:"not_read"`
}

type doorRole struct {
	Role       string   `json:"role"`
	Namespaces []string `json:"namespaces"`
	State      string   `json:"state"`
	Ours       bool     `json:"ours"`
	Canaries   []string `json:"canaries,omitempty"`
	How        string   `json:"how,omitempty"`
}

type doorLockedOut struct {
	Person  string `json:"person,omitempty"`
	Session string `json:"session,omitempty"`
	Role    string `json:"role"`
	Because string `json:"because"`
	Ends    string `json:"ends"`
}

type doorStep struct {
	Step    string   `json:"step"`
	Clean   bool     `json:"clean"`
	Why     []string `json:"why,omitempty"`
	Unknown []string `json:"not_known,omitempty"`
}

type doorMissed struct {
	Source string `json:"source"`
	Why    string `json:"why"`
	Ends   string `json:"ends"`
}

func doorDocument(d *audit.Door, missed []audit.Missed) DoorDocument {
	doc := DoorDocument{Format: "tenantry.door/1", Roles: []doorRole{}, LockedOut: []doorLockedOut{}, Steps: []doorStep{}, NotRead: []doorMissed{}, Next: d.Next, From: d.From}
	for _, r := range d.Roles {
		of := doorRole{Role: r.Role.String(), Namespaces: []string{}, State: string(r.State), Ours: r.Ours, How: r.How}
		for _, n := range r.Tenants {
			of.Namespaces = append(of.Namespaces, n.String())
		}
		for _, c := range r.Canaries {
			of.Canaries = append(of.Canaries, string(c))
		}
		doc.Roles = append(doc.Roles, of)
	}
	for _, o := range d.LockedOut {
		doc.LockedOut = append(doc.LockedOut, doorLockedOut{string(o.Person), string(o.Session), o.Role.String(), o.Because, o.Mend})
	}
	for _, s := range d.Steps {
		doc.Steps = append(doc.Steps, doorStep{s.Name, s.Clean, s.Why, s.Unknown})
	}
	for _, m := range missed {
		doc.NotRead = append(doc.NotRead, doorMissed{m.Source, m.Why, m.Mend})
	}
	return doc
}
