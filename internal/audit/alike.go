package audit

import "strings"

// lookalikes are characters that look like others, in lower case but where it is the capital that does: those of Latin
// letters and digits that are mistaken for each other, and the letters of Cyrillic and Greek that are drawn as Latin ones
// are (a choice of Unicode's confusables, UTS #39, for names that are mostly ASCII). The wide forms of ASCII are folded by
// rule.
var lookalikes = map[rune]string{
	'0': "o", '1': "l", 'I': "l", '|': "l", 'ı': "i",
	// Cyrillic
	'а': "a", 'в': "b", 'с': "c", 'ԁ': "d", 'е': "e", 'ё': "e", 'һ': "h", 'і': "i", 'ї': "i", 'ј': "j", 'к': "k", 'ӏ': "l", 'Ӏ': "l", 'І': "l",
	'м': "m", 'н': "h", 'о': "o", 'р': "p", 'ԛ': "q", 'ѕ': "s", 'т': "t", 'у': "y", 'ѵ': "v", 'ԝ': "w", 'х': "x",
	// Greek
	'α': "a", 'β': "b", 'ε': "e", 'η': "n", 'ι': "i", 'κ': "k", 'μ': "m", 'ν': "v", 'ο': "o", 'ρ': "p", 'τ': "t", 'υ': "u", 'χ': "x", 'ω': "w", 'Ι': "l", 'Η': "h", 'Ν': "n", 'Υ': "y",
	// dashes, and blanks that are not seen or are seen as one
	'‐': "-", '‑': "-", '–': "-", '—': "-", '−': "-", '\u00a0': " ", '\u2007': " ", '\u202f': " ",
	'\u00ad': "", '\u200b': "", '\u200c': "", '\u200d': "", '\u2060': "", '\ufeff': "",
}

// skeleton is what a name looks like: two names of one skeleton are easily taken for each other. It says nothing else, and
// is never shown.
func skeleton(name string) string {
	var b strings.Builder
	for _, c := range name {
		if '！' <= c && c <= '～' {
			c -= '！' - '!' // the wide forms of ASCII
		}
		switch like, is := lookalikes[c]; {
		case is:
			b.WriteString(like)
		default:
			for _, l := range strings.ToLower(string(c)) {
				if like, is := lookalikes[l]; is {
					b.WriteString(like)
				} else {
					b.WriteRune(l)
				}
			}
		}
	}
	return strings.ReplaceAll(strings.ReplaceAll(b.String(), "rn", "m"), "vv", "w")
}

// alike reports whether two names that are not the same could be taken for each other.
func alike(a, b string) bool {
	return a != b && (strings.EqualFold(a, b) || skeleton(a) == skeleton(b))
}
