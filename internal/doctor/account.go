package doctor

import (
	"fmt"
	"slices"
	"strings"
)

// ofAccount are the checks about the account, without which nothing else is of use.
var ofAccount = []Check{
	{
		Name:  "account",
		Looks: "Whose the credentials are (STS GetCallerIdentity): they have to be of the account in `quicksight.account_id`, or lead there by `quicksight.assume_role`.",
		Why:   "Whatever else is read and written, it would be another account's.",
		Mend:  "Use other credentials, or correct the configuration.",
		Judge: judgeAccount,
	},
	{
		Name:  "clock",
		Looks: "By how much the clock of this machine differs from that of AWS, as the answer to a call says. From 30 seconds on it is amber, from five minutes on red.",
		Why:   "AWS refuses requests that were signed five minutes ago, and what tenantry remembers for two minutes is remembered by this clock.",
		Mend:  "Let the machine set its clock by the network.",
		After: []string{"account"},
		Judge: judgeClock,
	},
	{
		Name:  "subscription",
		Looks: "Whether the account has QuickSight (DescribeAccountSubscription), and whether AWS calls it set up.",
		Why:   "Without a subscription there is nothing to keep.",
		Mend:  "Sign up for QuickSight with role based federation (IAM), in the Region that is to be its identity Region.",
		After: []string{"account", "identity-region"},
		Judge: judgeSubscription,
	},
	{
		Name:  "edition",
		Looks: "The edition of the subscription.",
		Why:   "The Standard edition has no namespaces.",
		Mend:  "Upgrade to Enterprise in QuickSight's account settings.",
		After: []string{"subscription"},
		Judge: judgeEdition,
	},
	{
		Name:  "authentication",
		Looks: "How the account lets people in: whether an instance of IAM Identity Center stands behind the account or behind its namespace `default`, and what AWS calls the method.",
		Why:   "An account that is integrated with IAM Identity Center, or with Active Directory, cannot have namespaces of its own.",
		Mend:  "AWS fixes the method when QuickSight is subscribed. Tenants need an account that is subscribed with IAM federation.",
		After: []string{"subscription"},
		Judge: judgeAuthentication,
	},
	{
		Name:  "identity-region",
		Looks: "Whether the account's users live in `quicksight.identity_region`: as the refusal of a call in another Region says, or where the namespace `default` has its capacity.",
		Why:   "Users, groups and namespaces are read and written in that Region only.",
		Mend:  "Correct `quicksight.identity_region`.",
		After: []string{"account"},
		Judge: judgeIdentityRegion,
	},
	{
		Name:  "region-without-namespaces",
		Looks: "Whether the identity Region, or a Region of `quicksight.asset_regions`, is one of those in which QuickSight has no namespaces (Quick user guide, \"Namespaces\").",
		Why:   "An account of such a Region cannot have tenants, and what tenants' people come to there is not documented.",
		Mend:  "Set QuickSight up in another Region; leave the Region out of `quicksight.asset_regions`.",
		Judge: judgeRegions,
	},
	{
		Name:  "directory",
		Looks: "Whether the identity store can be read in its Region (Identity Store ListUsers).",
		Why:   "It is the only truth about people, and nothing is done without it.",
		Mend:  "Correct `identity_center.identity_store_id` and `identity_center.region`, or allow the reading.",
		After: []string{"account"},
		Judge: judgeDirectory,
	},
}

func judgeAccount(f *Facts) (string, []Trouble) {
	if u, failed := f.Unread[Caller]; failed {
		return "", []Trouble{{Red, string(f.Account), "AWS does not say whose the credentials are: " + u.Why, u.Mend}}
	}
	if f.Caller.Caller != f.Account {
		return "", []Trouble{{
			Red, string(f.Account), fmt.Sprintf("the credentials are for the account %s, and the configuration is for %s", f.Caller.Caller, f.Account),
			"use credentials of the QuickSight account (AWS_PROFILE, or quicksight.assume_role), or correct quicksight.account_id",
		}}
	}
	return fmt.Sprintf("the credentials are of the account %s: %s", f.Account, f.Caller.CallerARN), nil
}

// Skews from which the clock is amber and red, in seconds. Signatures are refused from five minutes on (IAM user guide,
// "Signature Version 4 request elements").
const (
	skewAmber = 30
	skewRed   = 5 * 60
)

func judgeClock(f *Facts) (string, []Trouble) {
	if all := f.unread(Clock); all != nil {
		return "", all
	}
	by, which := f.Skew, "behind"
	if by < 0 {
		by, which = -by, "ahead of"
	}
	if by < skewAmber {
		return fmt.Sprintf("this machine's clock is within %d seconds of AWS's", skewAmber), nil
	}
	t := Trouble{Amber, "this machine", fmt.Sprintf("this machine's clock is %d seconds %s AWS's", by, which), "let the machine set its clock by the network: sudo timedatectl set-ntp true"}
	if by >= skewRed {
		t.Level = Red
	}
	return "", []Trouble{t}
}

func judgeSubscription(f *Facts) (string, []Trouble) {
	u, failed := f.Unread[Subscription]
	switch status := f.Caller.SubscriptionStatus; {
	case failed && u.Absent:
		return "", []Trouble{{Red, string(f.Account), "the account has no QuickSight subscription", u.Mend}}
	case failed:
		return "", f.unread(Subscription)
	case status != "" && status != "ACCOUNT_CREATED":
		return "", []Trouble{{Amber, string(f.Account), "AWS says of the subscription that it is " + status + ", and not ACCOUNT_CREATED", "wait until it is set up; where it was cancelled, sign up again"}}
	}
	return "the account has QuickSight", nil
}

func judgeEdition(f *Facts) (string, []Trouble) {
	if all := f.unread(Subscription); all != nil {
		return "", all
	}
	switch e := strings.ToUpper(f.Caller.Edition); {
	case e == "STANDARD":
		return "", []Trouble{{Red, string(f.Account), "the subscription has the Standard edition, and namespaces need Enterprise", "upgrade the subscription to Enterprise in QuickSight's account settings"}}
	case !strings.HasPrefix(e, "ENTERPRISE"):
		return "", []Trouble{{Amber, string(f.Account), fmt.Sprintf("AWS calls the edition %q, which is not known here", f.Caller.Edition), "see in QuickSight's account settings whether it is Enterprise"}}
	}
	return "the edition is " + f.Caller.Edition, nil
}

func judgeAuthentication(f *Facts) (string, []Trouble) {
	if all := f.unread(Subscription); all != nil {
		return "", all
	}
	const mend = "AWS fixes this when QuickSight is subscribed: tenants need an account of its own, subscribed with role based federation (IAM), to which Identity Center federates"
	auth := strings.ToUpper(f.Caller.AuthenticationType)
	switch {
	case f.Caller.IdentityCenter != "":
		return "", []Trouble{{Red, string(f.Account), "the account is integrated with IAM Identity Center (" + f.Caller.IdentityCenter + "), and has no namespaces of its own", mend}}
	case strings.Contains(auth, "IDENTITY_CENTER"), strings.Contains(auth, "ACTIVE_DIRECTORY"):
		return "", []Trouble{{Red, string(f.Account), "the account lets people in by " + f.Caller.AuthenticationType + ", and has no namespaces of its own", mend}}
	case auth == "":
		return "", []Trouble{{Amber, string(f.Account), "AWS does not say how the account lets people in", "see in QuickSight's account settings that it is IAM federation"}}
	}
	return "the method is " + f.Caller.AuthenticationType + ", and no Identity Center stands behind the account", nil
}

func judgeIdentityRegion(f *Facts) (string, []Trouble) {
	have := f.Caller.IdentityRegion
	if u := f.Unread[Subscription]; u.Elsewhere != "" {
		have = u.Elsewhere
	} else if all := f.unread(Subscription); all != nil && have == "" {
		return "", all
	}
	switch have {
	case f.IdentityRegion:
		return "the account's users live in " + have, nil
	case "":
		return "", []Trouble{{Amber, f.IdentityRegion, "AWS does not say where the account's users live", "see in the URL of QuickSight's console which Region it goes back to when users are managed: it is to be " + f.IdentityRegion}}
	}
	return "", []Trouble{{Red, f.IdentityRegion, fmt.Sprintf("the account's users live in %s, and the configuration says %s", have, f.IdentityRegion), "write under quicksight: identity_region: " + have}}
}

// withoutNamespaces are the Regions whose accounts cannot have namespaces of their own (Quick user guide, "Namespaces").
var withoutNamespaces = []string{"af-south-1", "ap-southeast-3", "ap-southeast-5", "eu-south-1", "eu-central-2"}

func judgeRegions(f *Facts) (string, []Trouble) {
	var all []Trouble
	if slices.Contains(withoutNamespaces, f.IdentityRegion) {
		all = append(all, Trouble{Red, f.IdentityRegion, "QuickSight has no namespaces in " + f.IdentityRegion, "set up QuickSight in another Region, in an account of its own, with IAM federation"})
	}
	for _, r := range f.AssetRegions {
		if r != f.IdentityRegion && slices.Contains(withoutNamespaces, r) {
			all = append(all, Trouble{Amber, r, "QuickSight has no namespaces in " + r + ", and AWS does not say what tenants' people come to there", "take " + r + " out of quicksight.asset_regions, and keep nothing of tenants there"})
		}
	}
	return "QuickSight has namespaces in " + strings.Join(slices.Compact(slices.Sorted(slices.Values(append([]string{f.IdentityRegion}, f.AssetRegions...)))), ", "), all
}

func judgeDirectory(f *Facts) (string, []Trouble) {
	if u, failed := f.Unread[Directory]; failed && u.Absent {
		return "", []Trouble{{Red, string(f.Store), u.Why, u.Mend}}
	}
	return fmt.Sprintf("the identity store %s can be read in %s", f.Store, f.StoreRegion), f.unread(Directory)
}
