package doctor

import (
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
)

// ofJournal is the check about where the history is kept.
var ofJournal = []Check{{
	Name: "journal",
	Looks: "Whether the journal lasts, for what runs: the memory of a process ends with it, a file is one machine's, a table of DynamoDB is everybody's. " +
		"Of a table: whether it is there, and as it has to be.",
	Why:   "The history, the holds, the pause and the day over which the brake counts are in the journal: without one that lasts, a restart forgets them.",
	Mend:  "Write `journal: sqlite:PATH`, for one machine, or `journal: dynamodb:TABLE`.",
	After: []string{"account"},
	Judge: judgeJournal,
}}

func judgeJournal(f *Facts) (string, []Trouble) {
	const table = "make a table (docs/journal.md), and write journal: dynamodb:TABLE"
	kind, place, _ := strings.Cut(f.Journal, ":")
	switch {
	case kind == "memory" && (f.For == policy.ForServe || f.Lambda):
		return "", []Trouble{{Red, "memory", "the journal is kept in memory, and ends with the process", "write journal: sqlite:tenantry.journal.db, or for more than one machine: " + table}}
	case kind == "memory":
		return "", []Trouble{{Amber, "memory", "the journal is kept in memory: what this run does, no other knows of", "write journal: sqlite:tenantry.journal.db"}}
	case kind == "sqlite" && f.Lambda:
		return "", []Trouble{{Red, "sqlite", "the journal is a file, which ends with the invocation of a function", table}}
	case kind == "sqlite":
		return "the journal is the file " + place + ", of this machine alone", nil
	}
	if all := f.unread(Table); all != nil {
		return "", all
	}
	if f.Table != "" {
		return "", []Trouble{{Red, place, "the journal's table " + place + ": " + f.Table, "make another table, as docs/journal.md has it, and write its name"}}
	}
	return "the journal is the table " + place, nil
}
