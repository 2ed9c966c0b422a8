package doctor

import "github.com/tenantry/tenantry/internal/tenancy"

// ofProbe is the check about what a probe was cut off from removing.
var ofProbe = []Check{{
	Name:  "probe-remains",
	Looks: "Whether `tenantry doctor --probe` has left anything behind: a namespace or a role whose name begins with tenantry-probe-, or the file beside the configuration, or in the working directory where that is no file, which says what probe is at work.",
	Why:   "A throwaway counts as one of the namespaces that the account may have, and its users may cost something.",
	Mend:  "Let the probe that is at work end, or remove what it left: `tenantry doctor --probe --clean`. What is not marked as a throwaway of this identity store it leaves alone: see whose it is.",
	After: []string{"account"},
	Judge: judgeProbed,
}}

// judgeProbed judges what others have read.
func judgeProbed(f *Facts) (seen string, troubles []Trouble) {
	troubles = append(f.unread(Namespaces), f.unread(Identities)...)
	for _, what := range f.Probed {
		troubles = append(troubles, Trouble{Amber, what, what + " is there: a probe has been cut off, or is at work", "tenantry doctor --probe --clean"})
	}
	if len(troubles) == 0 {
		seen = "nothing of a probe's is there"
	}
	return seen, troubles
}

// Leftover is a throwaway in words, "" for what is none by its name.
func Leftover(kind, name string) string {
	if !tenancy.IsProbe(name) {
		return ""
	}
	return "the " + kind + " " + name
}
