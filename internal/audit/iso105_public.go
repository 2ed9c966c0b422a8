package audit

import "fmt"

var _ = register(Check{
	Code: "ISO105", Severity: High,
	Name:  "public sharing is switched on",
	Looks: "Whether the account lets dashboards be shared with anybody on the internet.",
	Why:   "Who owns a dashboard and may do so opens it to everybody, and no API lists which dashboards are public (QuickSight DescribeAccountSettings, PublicSharingEnabled).",
	Mend:  "Switch it off: dashboards that are public are not any more.",
	Find: func(k *Known) []Finding {
		if k.Settings == nil || !k.Settings.PublicSharing {
			return nil
		}
		return []Finding{{
			Object: "account " + string(k.Account),
			Seen:   fmt.Sprintf("public sharing is switched on in the account %s", k.Account),
			Mend:   fmt.Sprintf("aws quicksight update-public-sharing-settings --aws-account-id %s --region %s --no-public-sharing-enabled", k.Account, k.Region),
		}}
	},
})
