package audit

import (
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// IsCommand reports whether a step of a Mend is one to paste into a shell.
func IsCommand(step string) bool {
	return strings.HasPrefix(step, "aws ") || strings.HasPrefix(step, "tenantry ")
}

// WithConfig is a Mend with the configuration named in each command of tenantry: its path, from where it was asked for. Until
// then the command takes it from the environment.
func WithConfig(mend, config string) string {
	steps := strings.Split(mend, "\n")
	for i, step := range steps {
		if strings.HasPrefix(step, "tenantry ") {
			steps[i] = step + " -c " + word(config)
		}
	}
	return strings.Join(steps, "\n")
}

// With is the report with the configuration named in each command of tenantry that it advises (WithConfig).
func (r Report) With(config string) Report {
	r.Findings, r.Accepted = slices.Clone(r.Findings), slices.Clone(r.Accepted)
	for i := range r.Findings {
		r.Findings[i].Mend = WithConfig(r.Findings[i].Mend, config)
	}
	for i := range r.Accepted {
		r.Accepted[i].Mend = WithConfig(r.Accepted[i].Mend, config)
	}
	return r
}

// word is a word for a shell, quoted where it must be.
func word(w string) string {
	plain := func(c rune) bool {
		return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.ContainsRune("_./-", c)
	}
	if w == "" || strings.ContainsFunc(w, func(c rune) bool { return !plain(c) }) {
		return tenancy.ShellQuote(w)
	}
	return w
}
