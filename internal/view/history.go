package view

import (
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// historyFormat is the document that History writes for programs.
const historyFormat = "tenantry.history/1"

// Told is a record of the history, as the journal has it.
type Told struct {
	Seq  int64     `json:"seq"`
	Time time.Time `json:"time"`
	plan.Entry
	Sum string `json:"sum"` // in hexadecimal digits
	// Open says of an intent that no outcome of it is recorded.
	Open bool `json:"outcome_not_recorded,omitempty"`
}

// History writes records as a story, a line for each thing, as they come. Intents that have an outcome
// are left out: the outcome tells of both.
func (t *textPrinter) History(records iter.Seq2[Told, error]) error {
	for r, err := range records {
		if err != nil {
			return err
		}
		if r.What == plan.Intended && !r.Open {
			continue
		}
		if _, err := fmt.Fprintln(t.io.Out, t.told(r)); err != nil {
			return err
		}
	}
	return nil
}

func (t *textPrinter) told(r Told) string {
	style := style{t.io.Color && t.io.OutTerminal}
	mark, text := tell(r.Entry)
	head := style.faint(r.Time.UTC().Format("2006-01-02 15:04:05Z")) + " " + style.mark(mark) + " "
	line := text
	if r.Namespace != "" {
		line = Name(r.Namespace) + ": " + text
	}
	if t.io.OutTerminal {
		p := &page{width: t.io.Width}
		p.sentence(head, line)
		return strings.TrimSuffix(p.String(), "\n") + t.behind(r, text)
	}
	return head + line + t.behind(r, text)
}

// behind says why it was done, and how AWS can find it. Where a terminal is too narrow for the whole, each
// stands on a line of its own.
func (t *textPrinter) behind(r Told, text string) string {
	style := style{t.io.Color && t.io.OutTerminal}
	parts := origins(r.Entry)
	if len(parts) == 0 {
		return ""
	}
	all := "  (" + strings.Join(parts, "; ") + ")"
	before := len("2006-01-02 15:04:05Z + ") + utf8.RuneCountInString(text)
	if r.Namespace != "" {
		before += utf8.RuneCountInString(Name(r.Namespace)) + len(": ")
	}
	if !t.io.OutTerminal || before+len(all) <= t.io.Width {
		return style.faint(all)
	}
	return style.faint("\n      " + strings.Join(parts, "\n      "))
}

// mark colours a symbol as the plan does.
func (s style) mark(symbol string) string {
	switch symbol {
	case "+":
		return s.add(symbol)
	case "~":
		return s.edit(symbol)
	case "-":
		return s.take(symbol)
	case "!":
		return s.hold(symbol)
	case "x", "?":
		return s.fail(symbol)
	}
	return symbol
}

// tell words an entry, with the symbol before it.
func tell(e plan.Entry) (symbol, text string) {
	switch e.What {
	case plan.Done:
		return doneSymbol(e.Kind), deed(e, true)
	case plan.Intended:
		return "?", "begun, outcome not recorded: " + deed(e, false)
	case plan.Failed:
		return "x", "failed to " + deed(e, false) + saying(e)
	case plan.Held:
		return "!", heldText(e)
	case plan.PassBegan:
		return ".", "a pass began"
	case plan.PassEnded:
		return ".", "a pass ended" + counts(e.Counts) + saying(e)
	case plan.Drifted:
		return "!", strings.TrimSpace("somebody was provisioned just in time: "+whomOf(e)) + saying(e)
	case plan.SetAside:
		return "x", strings.TrimSpace("a message was set aside"+coded(e)+" "+whomOf(e)) + saying(e)
	case plan.Foreign:
		return "!", strings.TrimSpace("somebody else wrote to QuickSight: "+Name(e.Text)+" "+whomOf(e)) + by(e.Actor)
	case plan.PauseBegan:
		return "!", pausedText(e)
	case plan.PauseEnded:
		return ".", "resumed" + by(e.Actor) + saying(e)
	case plan.Allowed:
		return "!", allowedText(e)
	case plan.Imaged:
		return ".", "wrote down what " + whomOf(e) + " of " + Name(e.Before) + " had"
	case plan.Probed:
		return ".", "tried " + whomOf(e) + ": " + Name(e.After) + saying(e)
	}
	return ".", Name(string(e.What)) + saying(e) // a later tenantry's
}

func doneSymbol(k plan.Kind) string {
	switch {
	case k.TakesAway():
		return "-"
	case adds(k):
		return "+"
	}
	return "~"
}

// deeds are the kinds of changes in words: while they are done, and when they are.
var deeds = map[plan.Kind][2]string{
	plan.KindCreateNamespace:      {"create the namespace", "created the namespace"},
	plan.KindCreateMirror:         {"create the group", "created the group"},
	plan.KindRegister:             {"register", "registered"},
	plan.KindUpdateUser:           {"update", "updated"},
	plan.KindSetCustomPermissions: {"set the custom permissions of", "set the custom permissions of"},
	plan.KindAddMember:            {"add", "added"},
	plan.KindLowerRole:            {"lower", "lowered"},
	plan.KindRemoveMember:         {"take", "took"},
	plan.KindSuspend:              {"suspend", "suspended"},
	plan.KindResume:               {"end the suspension of", "ended the suspension of"},
	plan.KindHandOver:             {"hand over to the custodians what", "handed over to the custodians what"},
	plan.KindRemoveRegistration:   {"remove", "removed"},
	plan.KindBeginMove:            {"begin to replace", "began to replace"},
	plan.KindPark:                 {"park what", "parked what"},
	plan.KindGiveBack:             {"give back to", "gave back to"},
	plan.KindUnpark:               {"no longer park in", "no longer parks in"},
	plan.KindEndMove:              {"delete the group", "deleted the group"},
	plan.KindRebind:               {"rebind the group", "rebound the group"},
	plan.KindHandToHouse:          {"hand over", "handed over"},
	plan.KindRevoke:               {"take from the group", "took from the group"},
	plan.KindShare:                {"let the group", "let the group"},
	plan.KindEvict:                {"take", "took"},
	plan.KindPrepare:              {"mark", "marked"},
	plan.KindReturn:               {"register", "registered"},
	plan.KindRejoin:               {"put", "put"},
	plan.KindRegain:               {"give", "gave"},
	plan.KindCreateFolder:         {"create the folder", "created the folder"},
	plan.KindOpenFolder:           {"let the group", "let the group"},
	plan.KindDeleteNamespace:      {"delete the namespace", "deleted the namespace"},
	plan.KindProbe:                {"try", "tried"},
}

// deed words a change: register QuickSight/ana as READER.
func deed(e plan.Entry, done bool) string {
	forms, known := deeds[e.Kind]
	verb := forms[0]
	if done {
		verb = forms[1]
	}
	if !known {
		verb = Name(string(e.Kind))
	}
	return strings.Join(slices.DeleteFunc([]string{verb, whomOf(e), turned(e)}, func(s string) bool { return s == "" }), " ")
}

// whomOf names whom or what an entry is about.
func whomOf(e plan.Entry) string {
	switch {
	case (e.Kind == plan.KindCreateMirror || e.Kind == plan.KindRebind || e.Kind == plan.KindRevoke || e.Kind == plan.KindShare || e.Kind == plan.KindOpenFolder) && e.Object != "":
		return Quote(e.Object)
	case e.Object != "":
		return Name(e.Object)
	case e.Person != "":
		return Name(string(e.Person))
	}
	return ""
}

// turned says what became what.
func turned(e plan.Entry) string {
	switch {
	case e.Kind == plan.KindProbe && (e.Before != "" || e.After != ""):
		return probeCall(e)
	case e.Kind == plan.KindRemoveMember && e.Before != "":
		return "out of the group " + Quote(e.Before)
	case e.Kind == plan.KindHandOver:
		return "owned alone: " + assetOf(e)
	case e.Kind == plan.KindHandToHouse:
		return "what they owned, to " + Name(e.After) + ": " + assetOf(e)
	case e.Kind == plan.KindShare:
		kind, id, _ := strings.Cut(e.After, " ")
		return "view the " + Name(kind) + " " + Name(id)
	case e.Kind == plan.KindCreateFolder:
		_, id, _ := strings.Cut(e.After, " ")
		return Name(id)
	case e.Kind == plan.KindOpenFolder:
		_, id, _ := strings.Cut(e.Before, " ")
		return owning(tenancy.Access(e.After)) + " the folder " + Name(id)
	case e.Kind == plan.KindRevoke:
		return "what it might do with " + assetOf(e)
	case e.Kind == plan.KindPark:
		return "may do: " + mayDo(tenancy.Access(e.After), assetOf(e))
	case e.Kind == plan.KindGiveBack:
		return "what was parked: " + mayDo(tenancy.Access(e.After), assetOf(e))
	case e.Kind == plan.KindUnpark:
		return assetOf(e)
	case e.Kind == plan.KindEvict && e.After == e.Object:
		return "out of " + Name(e.Before) + ", to be registered in the tenant"
	case e.Kind == plan.KindEvict:
		return "out of " + Name(e.Before) + ", who is " + Name(e.After) + " in the tenant"
	case e.Kind == plan.KindPrepare:
		return "of " + Name(e.Before) + " as prepared: " + Name(e.After) + " has what follows them"
	case e.Kind == plan.KindReturn:
		return "again in " + Name(e.Before) + " as " + Name(e.After)
	case e.Kind == plan.KindRejoin:
		return "again into the group " + Name(e.After)
	case e.Kind == plan.KindRegain:
		return "again what they had: " + mayDo(tenancy.Access(e.After), assetOf(e))
	case e.Kind == plan.KindRemoveRegistration && e.Before != "" && e.After != "" && e.After == e.Object:
		return "(" + Name(e.Before) + "), to be registered anew"
	case e.Kind == plan.KindRemoveRegistration && e.Before != "" && e.After != "":
		return "(" + Name(e.Before) + "), who is " + Name(e.After) + " now"
	case e.Kind == plan.KindRemoveRegistration && e.Before != "":
		return "(" + Name(e.Before) + ")"
	case e.Kind == plan.KindAddMember && e.After != "":
		return "to " + Quote(e.After)
	case e.Kind == plan.KindAddMember && e.Group != "":
		return "to the mirror of " + Name(string(e.Group))
	case e.Kind == plan.KindRemoveMember && e.Group != "":
		return "out of the mirror of " + Name(string(e.Group))
	case e.Kind == plan.KindSuspend || e.Kind == plan.KindResume:
		return suspendedWith(e.After)
	case e.Kind == plan.KindRegister && e.After != "":
		return "as " + Name(e.After)
	case e.Before == e.After:
		return ""
	case e.Before == "":
		return "to " + Name(e.After)
	case e.After == "":
		return "(" + Name(e.Before) + ")"
	}
	return "from " + Name(e.Before) + " to " + Name(e.After)
}

// assetOf is what an entry says is handed over, parked or given back, as the plan calls it.
func assetOf(e plan.Entry) string {
	kind, place, _ := strings.Cut(e.Before, " ")
	return "the " + Name(kind) + " " + Quote(e.Text) + " (" + Name(place) + ")"
}

func heldText(e plan.Entry) string {
	text := "held" + coded(e)
	switch {
	case e.Kind != "":
		text += ": " + deed(e, false)
	case whomOf(e) != "":
		text += ": " + whomOf(e)
	}
	return text + saying(e)
}

// coded is the code of what an entry tells of.
func coded(e plan.Entry) string {
	if e.Code == "" {
		return ""
	}
	return " [" + Name(e.Code) + "]"
}

func pausedText(e plan.Entry) string {
	text := "paused"
	if e.Removals {
		text += " (removals only)"
	}
	if e.Until != 0 {
		text += " until " + time.Unix(e.Until, 0).UTC().Format("2006-01-02 15:04:05Z")
	}
	return text + by(e.Actor) + saying(e)
}

// allowedText says who lifted a hold. Where it is the whole tenant's or account's, its code says enough.
func allowedText(e plan.Entry) string {
	text := "allowed" + coded(e)
	if e.Object != e.Namespace && whomOf(e) != "" {
		text += ": " + whomOf(e) + ","
	}
	return text + by(e.Actor) + saying(e)
}

func by(actor string) string {
	if actor == "" {
		return ""
	}
	return " by " + Name(actor)
}

// saying is the entry's own words, behind what was said of it. They are quoted: they may be an error, or
// a message that anybody sent, and must not pass for what stands around them.
func saying(e plan.Entry) string {
	if e.Text == "" {
		return ""
	}
	return ": " + Quote(e.Text)
}

func counts(figures map[string]int) string {
	var parts []string
	for _, name := range sortedKeys(figures) {
		parts = append(parts, fmt.Sprintf("%s %s", number(figures[name]), Name(name)))
	}
	if len(parts) == 0 {
		return ""
	}
	return ": " + strings.Join(parts, ", ")
}

// origins are why it was done, and how AWS can find it.
func origins(e plan.Entry) []string {
	var parts []string
	if e.Cause != (tenancy.Cause{}) {
		parts = append(parts, causeText(e.Cause))
	}
	if e.Request != "" {
		parts = append(parts, "request "+Name(e.Request))
	}
	return parts
}

func causeText(c tenancy.Cause) string {
	parts := []string{Name(string(c.Kind))}
	for _, word := range strings.Fields(c.Name) {
		parts = append(parts, Name(word))
	}
	if c.ID != "" {
		parts = append(parts, Name(c.ID))
	}
	return strings.Join(parts, " ")
}

// History writes one document, a record on a line, as they come. When an error cuts it off, it is no
// whole document, and cannot be taken for one.
func (j *jsonPrinter) History(records iter.Seq2[Told, error]) error {
	if _, err := fmt.Fprintf(j.io.Out, "{\n  \"format\": %q,\n  \"records\": [", historyFormat); err != nil {
		return err
	}
	before := "\n    "
	for r, err := range records {
		if err != nil {
			return err
		}
		line, err := json.Marshal(r)
		if err != nil {
			return fmt.Errorf("encode: %w", err)
		}
		if _, err := fmt.Fprintf(j.io.Out, "%s%s", before, escapeJSON(line)); err != nil {
			return err
		}
		before = ",\n    "
	}
	end := "\n  ]\n}\n"
	if before == "\n    " {
		end = "]\n}\n"
	}
	_, err := io.WriteString(j.io.Out, end)
	return err
}

// probeCall is what a call of a probe was about, and what AWS said.
func probeCall(e plan.Entry) string {
	said := ""
	if e.After != "" {
		said = "(" + Name(e.After) + ")"
	}
	if e.Before == "" {
		return said
	}
	return strings.TrimSpace("of " + Name(e.Before) + " " + said)
}
