package doctor

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	took    = tenancy.ProbeAnswer{Took: true, Name: "AWSReservedSSO_A_0123456789abcdef/x"}
	taken   = tenancy.ProbeAnswer{Code: "ResourceExistsException", Message: "there"}
	invalid = tenancy.ProbeAnswer{Code: "InvalidParameterValueException", Message: "Invalid resource identifiers provided."}
	missing = tenancy.ProbeAnswer{Code: "ResourceNotFoundException"}
)

// What sets a switch needs a clear answer: whatever else AWS may say, it is not known, and the safe side stays.
func TestJudgements(t *testing.T) {
	reserved := role(t, "aws-reserved/sso.amazonaws.com/AWSReservedSSO_A_0123456789abcdef")
	name := tenancy.UserName(took.Name)
	renamed := tenancy.ProbeAnswer{Took: true, Name: "A/x"}
	for what, c := range map[string]struct {
		got  Outcome
		want Verdict
		says string
	}{
		"twice, both there":              {JudgeSamePrincipal(Twice{took, took, true, true}), Yes, "both registrations were taken"},
		"twice, the name is taken":       {JudgeSamePrincipal(Twice{First: took, Second: taken, InFirst: true}), No, "there"},
		"twice, and the first has gone":  {JudgeSamePrincipal(Twice{took, took, false, true}), No, "gone"},
		"twice, the second is not there": {JudgeSamePrincipal(Twice{took, took, true, false}), NotKnown, "not there"},
		"twice, refused otherwise":       {JudgeSamePrincipal(Twice{First: took, Second: invalid}), NotKnown, "Invalid resource identifiers"},
		"not even once":                  {JudgeSamePrincipal(Twice{First: invalid}), NotKnown, "cannot be registered at all"},

		"reserved, as expected":           {JudgeReservedRole(Reserved{reserved, took, took, name, true}), Yes, took.Name},
		"reserved, by another name":       {JudgeReservedRole(Reserved{reserved, took, renamed, name, true}), No, "by the name A/x"},
		"reserved, and not there":         {JudgeReservedRole(Reserved{reserved, took, took, name, false}), NotKnown, "not there"},
		"reserved, refused":               {JudgeReservedRole(Reserved{reserved, took, invalid, name, false}), No, "refused"},
		"reserved, refused as is another": {JudgeReservedRole(Reserved{reserved, invalid, invalid, name, false}), NotKnown, "either"},
		"reserved, refused otherwise":     {JudgeReservedRole(Reserved{reserved, took, missing, name, false}), NotKnown, "ResourceNotFoundException"},
		"reserved, and no role":           {JudgeReservedRole(Reserved{}), NotKnown, "--reserved-role"},

		"case, all":               {JudgeNameCase([]Pair{{"a", took, took, true}, {"b", took, took, true}}), Yes, "a stand beside each other; b stand"},
		"case, one is not":        {JudgeNameCase([]Pair{{"a", took, took, true}, {"b", took, taken, false}, {"c", took, invalid, false}}), No, "b do not: refused"},
		"case, one is another's":  {JudgeNameCase([]Pair{{"a", took, took, false}}), No, "not there by two names"},
		"case, one is not known":  {JudgeNameCase([]Pair{{"a", took, took, true}, {"b", invalid, taken, false}}), NotKnown, "of b it is not known"},
		"case, nothing was tried": {JudgeNameCase(nil), NotKnown, ""},

		"profile, refused":        {JudgeProfile(Profiled{User: took, Register: missing, Update: invalid}), Yes, "refused: ResourceNotFoundException (RegisterUser)"},
		"profile, taken by one":   {JudgeProfile(Profiled{User: took, Register: missing, Update: took}), No, "taken (UpdateUserCustomPermission)"},
		"profile, the configured": {JudgeProfile(Profiled{took, missing, missing, "leaver", took, true}), Yes, "leaver, was taken"},
		"profile, not had":        {JudgeProfile(Profiled{took, missing, missing, "leaver", took, false}), Yes, "does not have it"},
		"profile, not the one":    {JudgeProfile(Profiled{took, missing, missing, "leaver", missing, false}), Yes, "leaver, was refused"},
		"profile, nobody to try":  {JudgeProfile(Profiled{User: invalid}), NotKnown, "nobody can be registered"},

		"failed, none":        {JudgeFailed(false, tenancy.ProbeAnswer{}), NotKnown, "no creation has failed"},
		"failed, taken again": {JudgeFailed(true, took), Yes, "taken"},
		"failed, refused":     {JudgeFailed(true, taken), No, "refused"},
		"failed, otherwise":   {JudgeFailed(true, invalid), NotKnown, "refused"},

		"search, answered": {JudgeSearch(took, took, took), Yes, "answered"},
		"search, refused":  {JudgeSearch(took, took, missing), No, "refused"},
		"search, nobody":   {JudgeSearch(took, missing, missing), NotKnown, "nobody"},

		"in":                {JudgeSignIn(Visit{User: "Q/ana", Namespace: "acme", Federated: true, Says: Yes}), Yes, "the trail tells"},
		"in, but default":   {JudgeSignIn(Visit{User: "Q/ana", Namespace: "acme", Default: true, Says: Yes}), No, "in default"},
		"out":               {JudgeSignIn(Visit{User: "Q/ana", Namespace: "acme", Says: No}), No, "did not let them in"},
		"nobody said":       {JudgeSignIn(Visit{User: "Q/ana", Namespace: "acme", Federated: true, Says: NotKnown}), NotKnown, "nobody has said"},
		"in default before": {JudgeSignIn(Visit{User: "Q/ana", Namespace: "acme", Before: true, Default: true, Says: Yes}), NotKnown, "not in default"},
		"nobody":            {JudgeSignIn(Visit{}), NotKnown, "--visitor"},

		"in, by an open door":    {JudgeSignIn(Visit{User: "Q/ana", Namespace: "acme", Door: policy.Yes, Says: Yes}), NotKnown, "tenantry door canary 'ana'"},
		"in, by what door?":      {JudgeSignIn(Visit{User: "Q/ana", Namespace: "acme", Door: policy.Maybe, Why: "denied", Says: Yes}), NotKnown, "for them: denied"},
		"out, by what door?":     {JudgeSignIn(Visit{User: "Q/ana", Namespace: "acme", Door: policy.Maybe, Says: No}), No, "did not let them in"},
		"default, by what door?": {JudgeSignIn(Visit{User: "Q/ana", Namespace: "acme", Door: policy.Maybe, Default: true, Says: Yes}), No, "in default"},
	} {
		if c.got.Verdict != c.want || !strings.Contains(c.got.Seen, c.says) {
			t.Errorf("%s: %s: %s", what, c.got.Verdict, c.got.Seen)
		}
	}
}

// A switch is set by a yes or a no, and left by everything else.
func TestSettings(t *testing.T) {
	got := Settings([]Outcome{{TrialSamePrincipal, No, ""}, {TrialReservedRole, NotKnown, ""}, {TrialNameCase, Yes, ""}, {TrialFailedNamespace, Yes, ""}, {"gone", Yes, ""}})
	want := []Setting{{SwitchSamePrincipal, false}, {SwitchCreateAgain, true}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// Each trial says what it is, and needs the role wherever it registers somebody.
func TestTrialsSayWhatTheyAre(t *testing.T) {
	for _, trial := range Trials {
		if trial.Asks == "" || trial.Makes == "" || trial.Yes == "" || trial.No == "" || len(trial.Calls) == 0 {
			t.Errorf("%s does not say what it is", trial.Name)
		}
		registers := strings.Contains(strings.Join(trial.Calls, " "), "RegisterUser")
		if registers != trial.Role || !trial.Person && len(trial.Namespaces) == 0 {
			t.Errorf("%s registers %v, with the role %v, in %d namespaces", trial.Name, registers, trial.Role, len(trial.Namespaces))
		}
	}
}
