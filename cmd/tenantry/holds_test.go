package main

import (
	"encoding/json"

	"github.com/rogpeppe/go-internal/testscript"
)

// tokenCommand puts the token of a hold, as tenantry holds shows it, into a variable: token NAME CODE [OBJECT].
func tokenCommand(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: token NAME CODE [OBJECT]")
	}
	ts.Check(ts.Exec("tenantry", "holds", "-c", "tenantry.yaml", "--format", "json"))
	var doc struct {
		Holds []struct{ Code, Object, Token string }
	}
	ts.Check(json.Unmarshal([]byte(ts.ReadFile("stdout")), &doc))
	for _, h := range doc.Holds {
		if h.Code == args[1] && (len(args) == 2 || h.Object == args[2]) {
			ts.Setenv(args[0], h.Token)
			return
		}
	}
	ts.Fatalf("nothing is held by %s: %v", args[1], doc.Holds)
}
