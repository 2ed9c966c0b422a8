package view

import "github.com/tenantry/tenantry/internal/tenancy"

// style colours words for a terminal, or leaves them as they are. Colour repeats what the words and
// the symbols say already, and never says more.
type style struct{ on bool }

func (s style) paint(code, text string) string {
	if !s.on || text == "" {
		return text
	}
	return "\x1b[" + code + "m" + text + "\x1b[0m"
}

func (s style) title(text string) string { return s.paint("1", text) }
func (s style) faint(text string) string { return s.paint("2", text) }
func (s style) add(text string) string   { return s.paint("32", text) }
func (s style) edit(text string) string  { return s.paint("33", text) }
func (s style) take(text string) string  { return s.paint("31", text) }
func (s style) hold(text string) string  { return s.paint("35", text) }
func (s style) fail(text string) string  { return s.paint("1;31", text) }

// symbol is the mark before a line of the plan: what kind of change it is, or that it is held.
func (s style) symbol(e *entry) string {
	switch {
	case e.kind.TakesAway():
		return s.take("-")
	case e.held != "":
		return s.hold("!")
	case adds(e.kind):
		return s.add("+")
	}
	return s.edit("~")
}

// code is the name of a hold, as it stands in a line.
func (s style) code(c tenancy.Code) string { return s.hold(string(c)) }
