package view

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMarks is how many combining marks may follow one character. More of them would climb into the
// lines above and below.
const maxMarks = 3

// Safe is a text as it can be shown to a person: everything that would move the cursor, break the
// line, turn the direction of writing around or not be seen at all is shown as an escape, such as
// \x1b, \n or \u202e. What is left is one line that looks like what it is.
//
// Every text from the directory, from AWS or from a file passes through here, or through Quote.
func Safe(s string) string { return escape(s, "") }

// Quote is Safe in double quotes. Quotes and backslashes are escaped, so that nothing outside of
// the text can be mistaken for a part of it, and no two texts look alike.
func Quote(s string) string { return `"` + escape(s, `"\`) + `"` }

// Name is a name as it can stand in a sentence: as it is where it is plain, and in quotes where it is
// not, so that it cannot be taken for the words around it.
func Name(s string) string {
	plain := func(r rune) bool {
		return r >= utf8.RuneSelf && isVisible(r) && !unicode.Is(unicode.M, r) ||
			'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9' || strings.ContainsRune("+=,.@-_/:", r)
	}
	if s == "" || strings.ContainsFunc(s, func(r rune) bool { return !plain(r) }) || !utf8.ValidString(s) {
		return Quote(s)
	}
	return s
}

// escape escapes what is not safe, and the characters of also.
func escape(s, also string) string {
	if isPlain(s, also) {
		return s
	}
	var b strings.Builder
	marks := maxMarks // nothing precedes the first character that a mark could stand on
	for i, width := 0, 0; i < len(s); i += width {
		var r rune
		r, width = utf8.DecodeRuneInString(s[i:])
		if unicode.Is(unicode.M, r) {
			marks++
		} else {
			marks = 0
		}
		switch {
		case r == utf8.RuneError && width == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case strings.ContainsRune(also, r):
			b.WriteByte('\\')
			b.WriteRune(r)
		case isVisible(r) && marks <= maxMarks:
			b.WriteRune(r)
		default:
			b.WriteString(escapeRune(r))
		}
	}
	return b.String()
}

func isPlain(s, also string) bool {
	for i := range len(s) {
		if s[i] < ' ' || s[i] > '~' {
			return false
		}
	}
	return also == "" || !strings.ContainsAny(s, also)
}

// isVisible reports whether a character leaves ink, or is the plain space, and nothing besides.
// strconv.IsPrint refuses controls, formats (bidi, zero width), private use and every space but
// one; letters that are blank, and selectors, remain.
func isVisible(r rune) bool {
	return strconv.IsPrint(r) && r != '\u2800' &&
		!unicode.In(r, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

func escapeRune(r rune) string {
	quoted := strconv.QuoteRuneToASCII(r)
	return quoted[1 : len(quoted)-1]
}
