//go:build !tenantry.lambda

package app

import (
	"net/url"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/config"
	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Grounds are what a configuration tells about what its controller needs. What it does not tell, such as the queue for dead
// letters, is left to whoever asks. It calls nothing.
func Grounds(c *config.Config) policy.Grounds {
	account := string(c.QuickSight.AccountID)
	g := policy.Grounds{
		Partition: c.QuickSight.Partition(), Account: account, IdentityRegion: c.QuickSight.IdentityRegion,
		AssetRegions: c.QuickSight.AssetRegions, Store: c.IdentityCenter.StoreID,
	}
	g.SignIn = []string{signInARN(g, c.Rules.SignIn.Role, c.Rules.SignIn.PermissionSet)}
	for _, f := range c.Rules.SignIn.Former {
		g.Former = append(g.Former, signInARN(g, f.Role, f.PermissionSet))
	}
	for _, r := range []*config.AssumeRole{c.QuickSight.AssumeRole, c.IdentityCenter.AssumeRole, c.Events.AssumeRole} {
		if r != nil && !slices.Contains(g.Assume, r.Role.String()) {
			g.Assume = append(g.Assume, r.Role.String())
		}
	}
	g.Queue = queueARN(g.Partition, c.Events)
	return g
}

// signInARN is the ARN of a sign-in role, or of the role of a permission set, whose path may have a Region in it and whose
// name ends in 16 digits (IAM Identity Center user guide, "Referencing permission sets in resource policies"). * stands for
// the namespace.
func signInARN(g policy.Grounds, role, set string) string {
	if set != "" {
		role = "arn:" + g.Partition + ":iam::" + g.Account + ":role" + tenancy.ReservedPath + "*AWSReservedSSO_" + set + "_" + strings.Repeat("?", 16)
	}
	return strings.ReplaceAll(role, "{namespace}", "*")
}

// queueARN is the ARN of the queue of events: its URL ends in its account and its name.
func queueARN(partition string, e config.Events) string {
	u, err := url.Parse(e.QueueURL)
	if err != nil || e.QueueURL == "" {
		return ""
	}
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	if len(parts) < 2 {
		return ""
	}
	return strings.Join([]string{"arn", partition, "sqs", e.QueueRegion, parts[len(parts)-2], parts[len(parts)-1]}, ":")
}
