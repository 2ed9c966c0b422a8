package awscli

import (
	"errors"
	"slices"
	"strings"
)

var errQuote = errors.New("a quote is not closed")

// commandsOf are the commands of a line, which && joins, each as words. Of a shell's quotes it knows the single ones, and of
// its escapes the backslash outside of them: there is nothing else in what tenantry prints for printable names.
func commandsOf(line string) ([][]string, error) {
	words, err := wordsOf(line)
	if err != nil {
		return nil, err
	}
	var all [][]string
	for len(words) > 0 {
		end := slices.Index(words, "&&")
		if end < 0 {
			end = len(words)
		}
		all = append(all, words[:end])
		words = words[min(end+1, len(words)):]
	}
	return all, nil
}

func wordsOf(line string) ([]string, error) {
	var all []string
	var word strings.Builder
	inside, begun, escaped := false, false, false
	for _, c := range line {
		switch {
		case escaped, inside && c != '\'':
			word.WriteRune(c)
			escaped = false
		case c == '\'':
			inside, begun = !inside, true
		case c == '\\':
			escaped, begun = true, true
		case c != ' ' && c != '\n' && c != '\t':
			word.WriteRune(c)
			begun = true
		case begun:
			all = append(all, word.String())
			word.Reset()
			begun = false
		}
	}
	if inside || escaped {
		return nil, errQuote
	}
	if begun {
		all = append(all, word.String())
	}
	return all, nil
}
