package doctor

import (
	"embed"
	"encoding/json"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The patterns are those of deploy/events, letter by letter: a test compares them.
//
//go:embed patterns/*.json
var patterns embed.FS

// wanted is a rule that has to stand.
type wanted struct {
	name  string // of the pattern in deploy/events
	tells tenancy.Telling
	level Level  // of its absence
	lacks string // what is so without it
}

// allWanted are the rules, in the order in which they are told.
var allWanted = []wanted{
	{"directory", tenancy.TellsDirectory, Red, "who joins or leaves a group, or is disabled, is seen by the next pass only"},
	{"notifications", tenancy.TellsDirectory, Amber, "what Identity Center itself tells of people and groups, besides CloudTrail, is not heard"},
	{"permission-sets", tenancy.TellsDirectory, Amber, "a permission set that is assigned or provisioned anew, by which sign-in roles come about, is seen by the next pass only"},
	{"sign-in-roles", tenancy.TellsRoles, Amber, "a new sign-in role is seen by the next pass only, and a new tenant's people wait for it"},
	{"quicksight", tenancy.TellsQuickSight, Amber, "nobody hears of it when QuickSight registers somebody in default at their first sign-in"},
	{"quicksight-writes", tenancy.TellsQuickSight, Amber, "nobody is told when somebody else writes users or groups of QuickSight"},
	{"denied", tenancy.TellsRoles, Amber, "nobody is told when many are not let in"},
}

// needed reports whether the configuration has a use for a rule: permission sets matter where people sign in by one.
func (w wanted) needed(f *Facts) bool { return w.name != "permission-sets" || f.PermissionSet != "" }

// pattern is what the rule has to deliver, as the configuration needs it, on one line.
func (w wanted) pattern(f *Facts) string { return oneLine(w.fields(f)) }

// at is what it has to deliver of one place: whatever else a rule asks of the account and the Region fits there.
func (w wanted) at(f *Facts, p tenancy.EventPlace) string {
	all := w.fields(f)
	if p.Account != "" {
		all["account"] = []string{string(p.Account)}
	}
	if p.Region != "" {
		all["region"] = []string{p.Region}
	}
	return oneLine(all)
}

func oneLine(fields map[string]any) string {
	text, err := json.Marshal(fields)
	if err != nil {
		panic(err) // it has been read from JSON
	}
	return string(text)
}

// fields are the pattern's, with the account and the sign-in roles of the configuration in place of those of deploy/events.
func (w wanted) fields(f *Facts) (all map[string]any) {
	text, err := patterns.ReadFile("patterns/" + w.name + ".json")
	if err == nil {
		err = json.Unmarshal([]byte(f.written().Replace(string(text))), &all)
	}
	if err != nil {
		panic(err) // it is built in
	}
	if w.name == "sign-in-roles" {
		detail := all["detail"].(map[string]any)
		delete(detail, "$or")
		if made := f.roleMade(); made != nil {
			detail["requestParameters"] = made
		}
	}
	return all
}

// written puts what the configuration says in place of what stands in deploy/events. Whoever signs in by a permission set has no
// role whose name begins with QuickSight, and loses nothing by it.
func (f *Facts) written() *strings.Replacer {
	named := []string{"arn:aws:", "arn:" + f.Partition() + ":", "111122223333", string(f.Account)}
	if f.SignInRole != "" {
		role, _, _ := strings.Cut(f.SignInRole, "{namespace}")
		name := role[strings.LastIndexByte(role, '/')+1:]
		named = append([]string{"arn:aws:iam::111122223333:role/QuickSight", role, "arn:aws:sts::111122223333:assumed-role/QuickSight",
			"arn:" + f.Partition() + ":sts::" + string(f.Account) + ":assumed-role/" + name}, named...)
	}
	return strings.NewReplacer(named...)
}

// roleMade is what CreateRole says of a sign-in role: its path, or how its name begins or ends; nil where its name may be any.
func (f *Facts) roleMade() map[string]any {
	matcher := func(how, text string) []any { return []any{map[string]any{how: text}} }
	if f.PermissionSet != "" {
		return map[string]any{"path": matcher("prefix", tenancy.ReservedPath)}
	}
	before, after, _ := strings.Cut(f.SignInRole[strings.LastIndexByte(f.SignInRole, '/')+1:], "{namespace}")
	switch {
	case before != "":
		return map[string]any{"roleName": matcher("prefix", before)}
	case after != "":
		return map[string]any{"roleName": matcher("suffix", after)}
	}
	return nil
}
