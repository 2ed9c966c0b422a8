package awscli

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
)

var errQuote = errors.New("a quote is not closed")

// commandsOf are the commands of a line, which && joins, each as words. Of a shell's quotes it knows the single ones, and the
// double ones around a text or around one variable; of its escapes the backslash outside of them: there is nothing else in
// what tenantry prints for printable names.
func commandsOf(line string, variables map[string]string) ([][]string, error) {
	words, err := wordsOf(line, variables)
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

func wordsOf(line string, variables map[string]string) ([]string, error) {
	var all []string
	var word, inner strings.Builder
	quote, begun, escaped := ' ', false, false // a space is none
	for _, c := range line {
		switch {
		case escaped, quote == '\'' && c != quote:
			word.WriteRune(c)
			escaped = false
		case quote == '"' && c != quote:
			inner.WriteRune(c)
		case quote == '"':
			text, err := expanded(inner.String(), variables)
			if err != nil {
				return nil, err
			}
			word.WriteString(text)
			inner.Reset()
			quote = ' '
		case quote == '\'':
			quote = ' '
		case c == '\'' || c == '"':
			quote, begun = c, true
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
	if quote != ' ' || escaped {
		return nil, errQuote
	}
	if begun {
		all = append(all, word.String())
	}
	return all, nil
}

var variable = regexp.MustCompile(`^\$([A-Z]+)$`)

// expanded is what stands between double quotes, as a shell reads it.
func expanded(text string, variables map[string]string) (string, error) {
	m := variable.FindStringSubmatch(text)
	switch {
	case m == nil && strings.ContainsAny(text, "$`\\"):
		return "", fmt.Errorf("%q is more than is known between double quotes", text)
	case m == nil:
		return text, nil
	}
	value, set := variables[m[1]]
	if !set {
		return "", fmt.Errorf("the variable %s has no value", m[1])
	}
	return value, nil
}
