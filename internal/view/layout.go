package view

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// page gathers text and writes it at once, so that a document is whole or has an error.
type page struct {
	strings.Builder
	width int
	style style
}

func (p *page) line(format string, args ...any) {
	fmt.Fprintf(p, format, args...)
	p.WriteByte('\n')
}

// section begins a part of the document.
func (p *page) section(format string, args ...any) {
	if p.Len() > 0 {
		p.WriteByte('\n')
	}
	p.line("%s", p.style.title(fmt.Sprintf(format, args...)))
}

// wrapped writes words, a space between them, over as many lines as they need: the first behind
// head, the others as far in as head is wide. A word that is wider than the page stands alone.
func (p *page) wrapped(head string, words []string) {
	indent := strings.Repeat(" ", columns(head))
	at := columns(head)
	p.WriteString(head)
	for i, w := range words {
		switch {
		case i == 0:
		case at+1+columns(w) > p.width:
			p.WriteString("\n" + indent)
			at = len(indent)
		default:
			p.WriteByte(' ')
			at++
		}
		p.WriteString(w)
		at += columns(w)
	}
	p.WriteByte('\n')
}

// sentence writes a text, wrapped at the spaces that are not within quotes: a name is never broken,
// so nothing in it can come to stand at the beginning of a line.
func (p *page) sentence(head, text string) { p.wrapped(head, words(text)) }

func words(text string) []string {
	var list []string
	start, quoted, escaped := 0, false, false
	for i := range len(text) {
		switch c := text[i]; {
		case escaped:
			escaped = false
		case c == '\\' && quoted:
			escaped = true
		case c == '"':
			quoted = !quoted
		case c == ' ' && !quoted:
			list = append(list, text[start:i])
			start = i + 1
		}
	}
	return append(list, text[start:])
}

// columns is how wide a text is, colours left out. It takes every character for one column, which
// is right for what names are mostly made of, and costs no more than a ragged edge elsewhere.
func columns(text string) int {
	width := utf8.RuneCountInString(text)
	for {
		start := strings.Index(text, "\x1b[")
		if start < 0 {
			return width
		}
		length := strings.IndexByte(text[start:], 'm') + 1
		if length == 0 {
			return width
		}
		width -= length
		text = text[start+length:]
	}
}

// pad fills a text with spaces up to a width.
func pad(text string, width int) string {
	return text + strings.Repeat(" ", max(0, width-columns(text)))
}

// count is a number with the noun that fits it: "1 person", "2,000 people".
func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + many
}

// number writes a number with commas between its thousands.
func number(n int) string {
	digits := fmt.Sprint(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return digits
}

func (p *page) writeTo(w io.Writer) error {
	_, err := io.WriteString(w, p.String())
	return err
}
