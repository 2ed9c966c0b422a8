package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"slices"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/tenantry/tenantry/internal/awssim/awscli"
)

// byHandCommand is what an administrator does with the AWS CLI: byhand 'aws SERVICE OPERATION --OPTION VALUE...'.
func byHandCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: byhand COMMAND")
	}
	ts.Check(typed(ts, args[0]))
}

// adviceCommand follows what an audit in JSON advises about some checks, step for step: advice FILE CODE [SENTENCE...]. Commands
// are run as they are printed, and what would ask is told yes. Each other step is a sentence for a person, which one of the
// patterns must fit: the script has done by itself what it says.
func adviceCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: advice FILE CODE [SENTENCE...]")
	}
	var report struct {
		Findings []struct{ Code, Mend string }
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile(args[0])), &report))
	done := map[string]bool{}
	for _, f := range report.Findings {
		if f.Code != args[1] {
			continue
		}
		unless := false // there is a thing that a command makes
		for step := range strings.SplitSeq(f.Mend, "\n") {
			switch {
			case strings.HasPrefix(step, "aws "):
				err := typed(ts, step)
				var refused *awscli.Refused
				if unless && errors.As(err, &refused) && refused.Status == http.StatusConflict {
					err = nil
				}
				ts.Check(err)
			case strings.HasPrefix(step, "tenantry "):
				if words := strings.Fields(step); slices.Contains([]string{"apply", "migrate"}, words[1]) {
					step += " --yes"
				}
				ts.Check(typed(ts, step))
			case !slices.ContainsFunc(args[2:], func(p string) bool { return regexp.MustCompile("^" + p).MatchString(step) }):
				ts.Fatalf("%s advises besides: %s", f.Code, step)
			}
			unless = strings.HasPrefix(step, "where there is no ")
		}
		done[f.Code] = true
	}
	if !done[args[1]] {
		ts.Fatalf("there is no finding of %s", args[1])
	}
}
