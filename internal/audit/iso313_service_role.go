package audit

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var _ = register(Check{
	Code: "ISO313", Severity: High,
	Name:  "QuickSight's service role reads everything, and authors may query with it",
	Looks: "Roles that QuickSight assumes (its own service roles, and any that trust quicksight.amazonaws.com), where they read every bucket, secret, table or cluster of the account, while a tenant has authors whose custom permissions do not deny making data sources and data sets.",
	Why:   "What QuickSight's service role can read, an author can query: a data source names a bucket or a query, and no namespace.",
	Mend:  "Name in the service role the buckets and tables that are meant, and deny authors what they need not make.",
	Find: func(k *Known) (all []Finding) {
		authors := k.makers()
		if k.Identities == nil || len(authors) == 0 {
			return nil
		}
		for i := range k.Identities.All {
			id := &k.Identities.All[i]
			if !isServiceRole(k.judge(id).Trust, id.Role) {
				continue
			}
			if reach := k.reachOf(id); len(reach) > 0 {
				all = append(all, Finding{Object: id.ARN, Principal: id.ARN,
					Seen: fmt.Sprintf("%s, which QuickSight assumes, reads %s, and authors of %s may make data sources or data sets of it", id.ARN, strings.Join(reach, ", "), fewOf(authors)),
					Mend: "name in the policies of " + id.Role.Name() + " what is meant, in QuickSight under Security & permissions or in IAM; and give the authors custom permissions that deny CreateAndUpdateDataSources and CreateAndUpdateDatasets"})
			}
		}
		return all
	},
})

// serviceRoles are the roles that QuickSight makes for itself (Quick user guide, "Using existing IAM roles in Amazon Quick").
var serviceRoles = []string{"aws-quicksight-service-role-v0", "aws-quicksight-s3-consumers-role-v0", "aws-quicksight-secretsmanager-role-v0"}

func isServiceRole(trust policy.Trust, role tenancy.RoleARN) bool {
	return slices.Contains(serviceRoles, role.Name()) || slices.ContainsFunc(trust.Ways, func(w policy.Way) bool {
		return w.Principal.Kind == "Service" && strings.HasPrefix(w.Principal.Name, "quicksight.amazonaws.")
	})
}

// reaches are what an author can query through the service role. The resource is one that nobody has: a policy that allows it
// allows all.
var reaches = []struct{ action, resource, what string }{
	{"s3:GetObject", "arn:%s:s3:::no-such-bucket-of-tenantry/x", "every bucket"},
	{"secretsmanager:GetSecretValue", "arn:%s:secretsmanager:%s:%s:secret:no-such-secret-of-tenantry", "every secret"},
	{"dynamodb:Scan", "arn:%s:dynamodb:%s:%s:table/no-such-table-of-tenantry", "every table of DynamoDB"},
	{"redshift:GetClusterCredentials", "arn:%s:redshift:%s:%s:dbuser:no-such-cluster-of-tenantry/x", "every Redshift cluster"},
	{"lambda:InvokeFunction", "arn:%s:lambda:%s:%s:function:no-such-function-of-tenantry", "whatever every function answers"},
}

// reachOf is what a role reads all of.
func (k *Known) reachOf(id *tenancy.Identity) []string {
	var all []string
	for _, r := range reaches {
		resource := strings.Replace(r.resource, "%s", partition(k.Region), 1)
		resource = strings.Replace(resource, "%s", k.Region, 1)
		resource = strings.Replace(resource, "%s", string(k.Account), 1)
		if policy.May(*id, r.action, resource, nil) > policy.No {
			all = append(all, r.what)
		}
	}
	return all
}

// makers are the tenants with authors who may make data sources or data sets (ISO312), sorted.
func (k *Known) makers() []string {
	var all []string
	for i := range k.Have.Tenants {
		if _, is := k.unbounded(&k.Have.Tenants[i]); is {
			all = append(all, k.Have.Tenants[i].Namespace.String())
		}
	}
	return all
}
