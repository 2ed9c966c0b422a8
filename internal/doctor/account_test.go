package doctor

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// denied is a source that the caller may not read.
func denied(s Source, action string) func(*testing.T, *Facts) {
	return func(_ *testing.T, f *Facts) {
		f.Unread[s] = Unread{Why: "AccessDenied", Mend: "allow " + action + " to the role or user that tenantry runs as"}
	}
}

func TestAccount(t *testing.T) {
	planted(t, "account",
		plant{"credentials of another account", func(_ *testing.T, f *Facts) { f.Caller.Caller = other }, Red},
		plant{"credentials that AWS does not take", func(_ *testing.T, f *Facts) {
			f.Caller = tenancy.Account{}
			f.Unread[Caller] = Unread{Why: "ExpiredToken", Mend: "sign in again"}
		}, Red},
	)
}

func TestClock(t *testing.T) {
	skew := func(seconds int64) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { f.Skew = seconds }
	}
	planted(t, "clock",
		plant{"29 seconds", skew(29), Green}, plant{"29 seconds ahead", skew(-29), Green},
		plant{"30 seconds", skew(30), Amber}, plant{"30 seconds ahead", skew(-30), Amber}, plant{"almost five minutes", skew(299), Amber},
		plant{"five minutes", skew(300), Red}, plant{"five minutes ahead", skew(-300), Red},
		plant{"it could not be read", denied(Clock, "sts:GetCallerIdentity"), Amber},
	)
}

func TestSubscription(t *testing.T) {
	planted(t, "subscription",
		plant{"there is none", func(_ *testing.T, f *Facts) {
			f.Unread[Subscription] = Unread{Why: "ResourceNotFoundException", Absent: true, Mend: "sign it up"}
			f.Caller.IdentityRegion = "us-east-1"
		}, Red},
		plant{"it is being made", func(_ *testing.T, f *Facts) { f.Caller.SubscriptionStatus = "CREATING" }, Amber},
	)
}

func TestEdition(t *testing.T) {
	edition := func(name string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { f.Caller.Edition = name }
	}
	planted(t, "edition",
		plant{"Standard", edition("STANDARD"), Red}, plant{"not said", edition(""), Amber}, plant{"one that nobody knows", edition("PREMIUM"), Amber},
		plant{"with Q", edition("ENTERPRISE_AND_Q"), Green},
	)
}

func TestAuthentication(t *testing.T) {
	method := func(name, instance string) func(*testing.T, *Facts) {
		return func(_ *testing.T, f *Facts) { f.Caller.AuthenticationType, f.Caller.IdentityCenter = name, instance }
	}
	planted(t, "authentication",
		plant{"an instance of Identity Center stands behind it", method("IDENTITY_POOL", "arn:aws:sso:::instance/ssoins-1"), Red},
		plant{"by its name", method("IAM_IDENTITY_CENTER", ""), Red}, plant{"Active Directory", method("ACTIVE_DIRECTORY", ""), Red},
		plant{"not said", method("", ""), Amber}, plant{"another name of IAM federation", method("IDENTITY_POOL", ""), Green},
	)
}

func TestIdentityRegion(t *testing.T) {
	planted(t, "identity-region",
		plant{"another one", func(_ *testing.T, f *Facts) { f.Caller.IdentityRegion = "eu-west-1" }, Red},
		plant{"as the refusal of a call says", func(_ *testing.T, f *Facts) {
			f.Caller.IdentityRegion = ""
			f.Unread[Subscription] = Unread{Why: "AccessDeniedException", Elsewhere: "eu-west-1", Mend: "set it"}
		}, Red},
		plant{"not said", func(_ *testing.T, f *Facts) { f.Caller.IdentityRegion = "" }, Amber},
	)
}

func TestRegionWithoutNamespaces(t *testing.T) {
	planted(t, "region-without-namespaces",
		plant{"assets in one", func(_ *testing.T, f *Facts) { f.AssetRegions = []string{"eu-south-1", "us-east-1"} }, Amber},
		plant{"the identity Region", func(_ *testing.T, f *Facts) {
			f.IdentityRegion, f.Caller.IdentityRegion = "eu-south-1", "eu-south-1"
		}, Red},
	)
}

func TestDirectory(t *testing.T) {
	planted(t, "directory",
		plant{"there is no such store", func(_ *testing.T, f *Facts) {
			f.Unread[Directory] = Unread{Why: "ResourceNotFoundException", Absent: true, Mend: "correct it"}
		}, Red},
		plant{"it may not be read", denied(Directory, "identitystore:ListUsers"), Amber},
	)
}

// A subscription that may not be read is amber wherever it is asked about, and nowhere taken for in order.
func TestASubscriptionThatMayNotBeRead(t *testing.T) {
	f := well(t)
	f.Caller = tenancy.Account{Caller: account}
	denied(Subscription, "quicksight:DescribeAccountSubscription")(t, f)
	amber := map[string]bool{"subscription": true, "edition": true, "authentication": true, "identity-region": true}
	for _, r := range Judge(f).Results {
		if (r.Level == Amber) != amber[r.Name] {
			t.Errorf("%s is %s", r.Name, r.Level)
		}
	}
}
