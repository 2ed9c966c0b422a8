package tenancy

// Account is what preflight learns of the QuickSight account, before anything else is asked of it.
type Account struct {
	Caller             AccountID // the account of the credentials (STS GetCallerIdentity)
	CallerARN          string
	Edition            string // QuickSight's edition, such as ENTERPRISE
	AuthenticationType string // free text in the API; its values are not documented
	// SubscriptionStatus is such as ACCOUNT_CREATED.
	SubscriptionStatus string
	// IdentityCenter is the ARN of the Identity Center instance that the account is integrated
	// with, "" for an account that federates through IAM. Only the latter has custom namespaces.
	IdentityCenter string
	// IdentityRegion is where the account's users and namespaces live, as far as AWS tells.
	IdentityRegion string
}

// NamespaceInfo is a row of ListNamespaces.
type NamespaceInfo struct {
	Name           string
	ARN            string
	Status         Status
	Error          string
	CapacityRegion string
	IdentityCenter string
}

// QuickSightGroup is a row of ListGroups.
type QuickSightGroup struct {
	Name        string
	Description string
}
