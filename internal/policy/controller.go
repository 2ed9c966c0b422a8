package policy

import "github.com/tenantry/tenantry/internal/tenancy"

// Purpose is what tenantry is run for. Each has the least rights of its own.
type Purpose string

// The purposes.
const (
	ForAudit    Purpose = "audit"    // audit, door, explain, doctor, plan, import: it reads
	ForServe    Purpose = "serve"    // serve and lambda
	ForMigrate  Purpose = "migrate"  // migrate: the only one that may write in default
	ForOperator Purpose = "operator" // apply, retire, rebind, namespace delete: what a person types
	ForProbe    Purpose = "probe"    // doctor --probe: a throwaway namespace and role
)

// Purposes are all of them, in the order in which they are told.
var Purposes = []Purpose{ForAudit, ForServe, ForMigrate, ForOperator, ForProbe}

// Grounds are what the policies of a controller are written for. Each text may also be one that CloudFormation substitutes,
// such as ${AWS::AccountId}: nothing looks into them. "" leaves out what only it is needed for.
type Grounds struct {
	Partition      string // aws, aws-us-gov or aws-cn
	Account        string // QuickSight's
	IdentityRegion string // of QuickSight
	AssetRegions   []string
	Store          tenancy.StoreID
	StoreAccount   string // whose the identity store is; "" for any
	StoreRegion    string
	// SignIn are the ARNs of the sign-in roles, with * where a permission set's role has its suffix and where each tenant has
	// one of its own: RegisterUser is pinned to them (quicksight:IamArn).
	SignIn []string
	// Queue and DeadLetters are ARNs, as are Table (of the journal), Function (of the one that makes passes), Parameter (in
	// SSM) and Evidence (a bucket of S3's, with a prefix), and Assume (roles that the configuration assumes).
	Queue, DeadLetters, Table, Function, Parameter, Evidence string
	Assume                                                   []string
}
