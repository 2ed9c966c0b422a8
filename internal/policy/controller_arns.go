package policy

import (
	"cmp"
	"strings"
)

// The resources that rights are on, as functions of the grounds. Their forms are those of the service authorization
// reference.

func anything(Grounds) []string { return []string{"*"} }

// arn is the ARN of a resource of QuickSight's account.
func (g Grounds) arn(service, region, resource string) string {
	return strings.Join([]string{"arn", g.Partition, service, region, g.Account, resource}, ":")
}

// identities are QuickSight's resources of the identity Region. The account is called by its id.
func identities(resources ...string) func(Grounds) []string {
	return func(g Grounds) (all []string) {
		for _, r := range resources {
			if r == "account/" {
				r += g.Account
			}
			all = append(all, g.arn("quicksight", g.IdentityRegion, r))
		}
		return all
	}
}

// throwaways are QuickSight's resources that a probe makes. It tries them in the identity Region alone.
func throwaways(resources ...string) func(Grounds) []string { return identities(resources...) }

// inDefault is everybody and every group of the namespace default, in whatever Region: it is the same one everywhere (Amazon
// Quick user guide, "Supporting multitenancy with isolated namespaces").
func inDefault(g Grounds) []string {
	return []string{g.arn("quicksight", "*", "user/default/*"), g.arn("quicksight", "*", "group/default/*")}
}

// assetTypes are the kinds of assets that have owners, as they are called in ARNs.
var assetTypes = []string{"action-connector", "analysis", "dashboard", "dataset", "datasource", "flow", "folder", "template", "theme", "topic"}

// assets are all assets of some kinds, in each Region where there are any.
func assets(kinds ...string) func(Grounds) []string {
	return func(g Grounds) (all []string) {
		for _, region := range g.assetRegions() {
			for _, kind := range kinds {
				all = append(all, g.arn("quicksight", region, kind+"/*"))
			}
		}
		return all
	}
}

func (g Grounds) assetRegions() []string {
	if len(g.AssetRegions) == 0 {
		return []string{g.IdentityRegion}
	}
	all := make([]string, len(g.AssetRegions))
	for i, region := range g.AssetRegions {
		all[i] = cmp.Or(region, g.IdentityRegion)
	}
	return all
}

// tagged is what has tags of tenantry's: people, namespaces, and the tenants' own folders. Which of them a call is judged by
// that gives tags to what it makes is not documented.
func tagged(g Grounds) []string {
	return append(identities("namespace/*", "user/*")(g), assets("folder")(g)...)
}

// assignments have no Region.
func assignments(g Grounds) []string { return []string{g.arn("quicksight", "", "assignment/*")} }

// directory is the identity store. People, groups and memberships have ARNs that do not say of which store they are.
func directory(g Grounds) []string {
	prefix := "arn:" + g.Partition + ":identitystore::"
	return []string{
		prefix + cmp.Or(g.StoreAccount, "*") + ":identitystore/" + string(g.Store),
		prefix + ":group/*", prefix + ":membership/*", prefix + ":user/*",
	}
}

// directories are those of AWS Directory Service, of which a namespace is one.
func directories(g Grounds) []string {
	return []string{g.arn("ds", g.IdentityRegion, "directory/*")}
}

func roles(names string) func(Grounds) []string {
	return func(g Grounds) []string { return []string{g.arn("iam", "", "role/"+names)} }
}

// policies are the account's own, and those that AWS has made.
func policies(g Grounds) []string {
	return []string{"arn:" + g.Partition + ":iam::aws:policy/*", g.arn("iam", "", "policy/*")}
}

// permissionSets are those of any instance of IAM Identity Center, and QuickSight's account among those that they are for.
func permissionSets(g Grounds) []string {
	prefix := "arn:" + g.Partition + ":sso:::"
	return []string{prefix + "account/" + g.Account, prefix + "instance/*", prefix + "permissionSet/*"}
}

// trails may be another account's: an organization's.
func trails(g Grounds) []string { return []string{"arn:" + g.Partition + ":cloudtrail:*:*:trail/*"} }

func rules(g Grounds) []string { return []string{g.arn("events", "*", "rule/*")} }

// below is anything below a bucket and the prefix behind it.
func below(evidence string) []string {
	if evidence == "" {
		return nil
	}
	return []string{strings.TrimSuffix(evidence, "/") + "/*"}
}

// bucket is the bucket alone.
func bucket(evidence string) string {
	name, _, _ := strings.Cut(evidence, "/")
	return name
}

// streams are the streams of log groups.
func streams(groups []string) (all []string) {
	for _, g := range groups {
		all = append(all, strings.TrimSuffix(g, ":*")+":*")
	}
	return all
}
