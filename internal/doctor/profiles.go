package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// ofProfiles is the check about the custom permissions that the configuration names.
var ofProfiles = []Check{{
	Name: "custom-permissions",
	Looks: "Whether the custom permissions profiles are there that the configuration names (QuickSight ListCustomPermissions): the one of `leavers.suspend_with`, which has to deny something, " +
		"and those of `custom_permissions`.",
	Why:   "Whether AWS refuses a name that is no profile's is not documented: where it does not, whoever leaves goes on doing what they may, and nothing says so.",
	Mend:  "Correct the name, or make the profile.",
	After: []string{"subscription"},
	Judge: judgeProfiles,
}}

func judgeProfiles(f *Facts) (string, []Trouble) {
	named := slices.Clone(f.RegisterWith)
	if f.SuspendWith != "" {
		named = append(named, f.SuspendWith)
	}
	if len(named) == 0 {
		return "the configuration names no profile", nil
	}
	if all := f.unread(Profiles); all != nil {
		return "", all
	}
	var all []Trouble
	switch p := f.profile(f.SuspendWith); {
	case f.SuspendWith == "":
	case p == nil:
		all = append(all, Trouble{
			Red, f.SuspendWith, fmt.Sprintf("there is no custom permissions profile %s, with which leavers.suspend_with suspends people", tenancy.Word(f.SuspendWith)),
			f.correct("leavers: suspend_with:") + "\nor make it, with what they are no longer to do, such as:\n" + f.makeProfile(f.SuspendWith),
		})
	case len(p.Denied) == 0:
		all = append(all, Trouble{
			Amber, f.SuspendWith, fmt.Sprintf("the custom permissions profile %s denies nothing: whoever is suspended with it may do what they could", tenancy.Word(f.SuspendWith)),
			"let it deny what they are no longer to do, in QuickSight: Manage QuickSight, Manage permissions\n" + accepting("custom-permissions", f.SuspendWith),
		})
	}
	for _, name := range f.RegisterWith {
		if f.profile(name) == nil && name != f.SuspendWith {
			all = append(all, Trouble{
				Red, name, fmt.Sprintf("there is no custom permissions profile %s, with which people are to be registered", tenancy.Word(name)), f.correct("custom_permissions:"),
			})
		}
	}
	slices.Sort(named)
	return "the profiles are there that the configuration names: " + listed(slices.Compact(named)), all
}

// profile is the one of a name, letter by letter, nil for none.
func (f *Facts) profile(name string) *tenancy.Profile {
	i := slices.IndexFunc(f.Profiles, func(p tenancy.Profile) bool { return p.Name == name })
	if i < 0 {
		return nil
	}
	return &f.Profiles[i]
}

// correct says where a name stands, and what there is.
func (f *Facts) correct(where string) string {
	var names []string
	for _, p := range f.Profiles {
		names = append(names, tenancy.Word(p.Name))
	}
	return "correct the name under " + where + " (" + cmp.Or(listed(names), "none") + " is what there is)"
}

// makeProfile is the command that makes a profile which denies what takes data along, and what hands it on.
func (f *Facts) makeProfile(name string) string {
	var denied []string
	for _, c := range []string{
		"CreateAndUpdateDashboardEmailReports", "CreateAndUpdateThresholdAlerts", "ExportToCsv", "ExportToExcel", "ShareAnalyses", "ShareDashboards", "ShareDataSources", "ShareDatasets",
		"SubscribeDashboardEmailReports",
	} {
		denied = append(denied, `"`+c+`":"DENY"`)
	}
	return fmt.Sprintf("aws quicksight create-custom-permissions --aws-account-id %s --region %s --custom-permissions-name %s --capabilities %s",
		f.Account, f.IdentityRegion, tenancy.ShellQuote(name), tenancy.ShellQuote("{"+strings.Join(denied, ",")+"}"))
}
