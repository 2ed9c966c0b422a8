package awscli

import (
	"context"
	"fmt"
	"regexp"
	"strings"
)

// assignment is a line that keeps a command's answer, or a text, in a variable.
var assignment = regexp.MustCompile(`^([A-Z]+)=(?:\$\((aws .*)\)|([\w:/.-]+))$`)

// Script runs a script as tenantry prints them: one command on each line, && at the end of those that have to work before the
// next, comments, and variables: NAME=$(aws ...), and "$NAME". It stops at the first command that fails, wherever it stands.
func (c CLI) Script(ctx context.Context, text string) error {
	variables := map[string]string{}
	for line := range strings.Lines(text) {
		line = strings.TrimSuffix(strings.TrimSpace(line), " &&")
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		command := line
		m := assignment.FindStringSubmatch(line)
		if m != nil {
			command, variables[m[1]] = m[2], m[3]
		}
		if command == "" {
			continue
		}
		words, err := wordsOf(command, variables)
		if err != nil {
			return fmt.Errorf("read the command %s: %w", line, err)
		}
		answer, err := c.Do(ctx, words...)
		if err != nil {
			return err
		}
		if m != nil {
			variables[m[1]] = answer
		}
	}
	return nil
}
