package intake

import (
	"unicode/utf16"
	"unicode/utf8"
)

// MaxDepth is how deep an event's values may be nested. CloudTrail's are nested some ten deep.
const MaxDepth = 32

// The kinds of values.
const (
	object byte = '{'
	array  byte = '['
	text   byte = '"'
	number byte = '0'
	truth  byte = 't'
	untrue byte = 'f'
	null   byte = 'n'
)

// value is a place on the tape.
type value struct {
	kind byte
	next int32  // the place after this value and all that is in it
	key  []byte // the name of the field, in an object
	text []byte // of a text: what it says; of a number: how it is written
}

// tape is a JSON text, its values one after the other as they stand in it. encoding/json is not used, for
// three reasons: it takes "EventName" for "eventName", it lets the last of two equal names win, and it
// takes longer to check a body than all of this takes to read it.
type tape struct {
	body   []byte
	at     int
	values []value
	deep   bool // the text is nested deeper than MaxDepth
	twice  bool // a field that was asked for was there twice
}

// read puts a text on the tape, and reports whether it is JSON: strictly so, in valid UTF-8, and
// without NULs and half surrogate pairs, which no event has and no two readers treat alike.
func (t *tape) read(body []byte) bool {
	t.body, t.at, t.values, t.deep, t.twice = body, 0, t.values[:0], false, false
	if !utf8.Valid(body) {
		return false
	}
	t.space()
	if !t.value(nil, 0) {
		return false
	}
	t.space()
	return t.at == len(t.body)
}

func (t *tape) space() {
	for t.at < len(t.body) {
		switch t.body[t.at] {
		case ' ', '\t', '\n', '\r':
			t.at++
		default:
			return
		}
	}
}

// peek is the next byte, or 0 at the end, which begins nothing.
func (t *tape) peek() byte {
	if t.at < len(t.body) {
		return t.body[t.at]
	}
	return 0
}

// accept takes a byte if it is the next one.
func (t *tape) accept(c byte) bool {
	if t.peek() != c || t.at == len(t.body) {
		return false
	}
	t.at++
	return true
}

func (t *tape) value(key []byte, depth int) bool {
	here := len(t.values)
	c := t.peek()
	t.values = append(t.values, value{kind: c, key: key})
	ok := false
	switch c {
	case object, array:
		t.at++
		if depth == MaxDepth {
			t.deep = true
			return false
		}
		if c == object {
			ok = t.fields(depth + 1)
		} else {
			ok = t.items(depth + 1)
		}
	case text:
		var s []byte
		s, ok = t.string()
		t.values[here].text = s
	case truth:
		ok = t.word("true")
	case untrue:
		ok = t.word("false")
	case null:
		ok = t.word("null")
	default:
		start := t.at
		ok = t.number()
		t.values[here].kind, t.values[here].text = number, t.body[start:t.at]
	}
	t.values[here].next = int32(len(t.values))
	return ok
}

func (t *tape) fields(depth int) bool {
	t.space()
	if t.accept('}') {
		return true
	}
	for {
		t.space()
		key, ok := t.string()
		if !ok {
			return false
		}
		t.space()
		if !t.accept(':') {
			return false
		}
		t.space()
		if !t.value(key, depth) {
			return false
		}
		t.space()
		if t.accept('}') {
			return true
		}
		if !t.accept(',') {
			return false
		}
	}
}

func (t *tape) items(depth int) bool {
	t.space()
	if t.accept(']') {
		return true
	}
	for {
		t.space()
		if !t.value(nil, depth) {
			return false
		}
		t.space()
		if t.accept(']') {
			return true
		}
		if !t.accept(',') {
			return false
		}
	}
}

func (t *tape) word(w string) bool {
	if len(t.body)-t.at < len(w) || string(t.body[t.at:t.at+len(w)]) != w {
		return false
	}
	t.at += len(w)
	return true
}

func (t *tape) number() bool {
	t.accept('-')
	if !t.accept('0') && !t.digits() {
		return false
	}
	if t.accept('.') && !t.digits() {
		return false
	}
	if t.accept('e') || t.accept('E') {
		if !t.accept('+') {
			t.accept('-')
		}
		return t.digits()
	}
	return true
}

func (t *tape) digits() bool {
	start := t.at
	for c := t.peek(); c >= '0' && c <= '9'; c = t.peek() {
		t.at++
	}
	return t.at > start
}

// string takes a string. What it answers lies in the body itself, unless something in it is escaped.
func (t *tape) string() ([]byte, bool) {
	if !t.accept('"') {
		return nil, false
	}
	start := t.at
	for t.at < len(t.body) {
		switch c := t.body[t.at]; {
		case c == '"':
			t.at++
			return t.body[start : t.at-1], true
		case c == '\\':
			return t.escaped(start)
		case c < ' ':
			return nil, false
		}
		t.at++
	}
	return nil, false
}

// escaped takes the rest of a string that began at start and has a backslash where the tape is.
func (t *tape) escaped(start int) ([]byte, bool) {
	s := append([]byte(nil), t.body[start:t.at]...)
	for t.at < len(t.body) {
		c := t.body[t.at]
		t.at++
		switch {
		case c == '"':
			return s, true
		case c < ' ':
			return nil, false
		case c != '\\':
			s = append(s, c)
			continue
		}
		r, ok := t.escape()
		if !ok {
			return nil, false
		}
		s = utf8.AppendRune(s, r)
	}
	return nil, false
}

// escape takes what follows a backslash.
func (t *tape) escape() (rune, bool) {
	c := t.peek()
	t.at++
	switch c {
	case '"', '\\', '/':
		return rune(c), true
	case 'b':
		return '\b', true
	case 'f':
		return '\f', true
	case 'n':
		return '\n', true
	case 'r':
		return '\r', true
	case 't':
		return '\t', true
	case 'u':
		return t.unicode()
	}
	return 0, false
}

func (t *tape) unicode() (rune, bool) {
	r, ok := t.hex()
	if !ok || r == 0 {
		return 0, false
	}
	if !utf16.IsSurrogate(r) {
		return r, true
	}
	if !t.accept('\\') || !t.accept('u') {
		return 0, false
	}
	low, ok := t.hex()
	r = utf16.DecodeRune(r, low)
	return r, ok && r != utf8.RuneError
}

func (t *tape) hex() (rune, bool) {
	if len(t.body)-t.at < 4 {
		return 0, false
	}
	var r rune
	for range 4 {
		d, ok := hexDigit(t.body[t.at])
		if !ok {
			return 0, false
		}
		r = r<<4 | rune(d)
		t.at++
	}
	return r, true
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}
