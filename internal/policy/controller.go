package policy

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// MaxManaged is how many characters, white space not counted, a managed policy may have (IAM user guide, "IAM and AWS STS
// quotas").
const MaxManaged = 6144

// roomy is how long a document of a controller's is made. What CloudFormation or a person puts in place of a text may be
// longer than it.
const roomy = 5000

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
	// AssetRegions are where people make assets, "" for the identity Region; none is the identity Region alone.
	AssetRegions []string
	Store        tenancy.StoreID
	StoreAccount string // whose the identity store is; "" for any
	// SignIn are the ARNs of the sign-in roles, with * where a permission set's role has its suffix and where each tenant has
	// one of its own: RegisterUser is pinned to them (quicksight:IamArn). Former are those of before, which only a migration
	// that is undone registers people through; a probe looks at their doors, too.
	SignIn, Former []string
	// Queue and DeadLetters are ARNs, as are Table (of the journal), Function (of the one that makes passes), Parameter (in
	// SSM) and Object (in S3, with its key), one of which may have the configuration, and Evidence (a bucket of S3's, with a
	// prefix of keys behind it).
	Queue, DeadLetters, Table, Function, Parameter, Object, Evidence string
	Logs                                                             []string // the ARNs of the log groups of the functions
	Assume                                                           []string // roles that the configuration assumes
	// DeleteNamespaces lets an operator delete namespaces, for as long as the policy stands.
	DeleteNamespaces bool
}

// Named is a policy document under the name that it is given in IAM.
type Named struct {
	Name     string // such as tenantry-serve-1
	Document string // indented JSON
}

// Controller are the policies that together are the least rights of a purpose: each is short enough to be a managed policy,
// and wherever they fit, the inline policies of one role. A statement has the actions of one row of the table (rights) that
// the purpose needs, and as many of its resources as a document has room for: there are several of those with many. It fails, as
// an error with a Hint, where a statement cannot be divided so.
func Controller(p Purpose, g Grounds) ([]Named, error) {
	if !slices.Contains(Purposes, p) {
		return nil, fmt.Errorf("nothing is done for the purpose %q", p)
	}
	var all []Named
	var open []madeStatement
	for _, s := range statementsFor(p, g) {
		if n := length(made(s)); n > MaxManaged {
			return nil, &longError{s.Sid, n}
		}
		if len(open) > 0 && length(made(append(open, s)...)) > roomy {
			all, open = append(all, Named{Document: made(open...)}), nil
		}
		open = append(open, s)
	}
	all = append(all, Named{Document: made(open...)})
	for i := range all {
		all[i].Name = fmt.Sprintf("tenantry-%s-%d", p, i+1)
	}
	return all, nil
}

// ControllerStatements are the statements that allow a purpose something, whatever the grounds, with their actions. An
// operator's are those with DeleteNamespaces.
func ControllerStatements(p Purpose) []Statement {
	var all []Statement
	for _, r := range rights {
		if !r.deny && r.isFor(p, true) {
			all = append(all, Statement{Sid: r.sid, Allow: true, Actions: slices.Sorted(slices.Values(r.actions))})
		}
	}
	return all
}

// statementsFor are the statements of a purpose, in the order of the table. What has nothing to be on is left out.
func statementsFor(p Purpose, g Grounds) []madeStatement {
	var all []madeStatement
	for _, r := range rights {
		if !r.isFor(p, g.DeleteNamespaces) {
			continue
		}
		on := slices.DeleteFunc(slices.Clone(r.on(g)), func(arn string) bool { return arn == "" })
		if len(on) == 0 || r.pinned != nil && len(r.pinned(g)) == 0 {
			continue
		}
		all = append(all, divided(r.statement(g, on))...)
	}
	return all
}

// divided is a statement, or, where it is longer than a document is made, several that say the same of some of its resources each,
// with a number behind the name. What a statement is not about (NotResource) is not divided: each part would be about the rest.
func divided(s madeStatement) []madeStatement {
	if length(made(s)) <= roomy || len(s.Resource) < 2 {
		return []madeStatement{s}
	}
	var all []madeStatement
	for from := 0; from < len(s.Resource); {
		part := s
		part.Sid = fmt.Sprintf("%s%d", s.Sid, len(all)+1)
		to := from + 1
		for part.Resource = s.Resource[from:to]; to < len(s.Resource); to++ {
			more := part
			if more.Resource = s.Resource[from : to+1]; length(made(more)) > roomy {
				break
			}
			part = more
		}
		all, from = append(all, part), to
	}
	return all
}

// longError is a statement that no policy has room for.
type longError struct {
	sid    string
	length int
}

func (e *longError) Error() string {
	return fmt.Sprintf("the statement %s would have %d characters, and a policy has at most %d", e.sid, e.length, MaxManaged)
}

// Hint says what makes it shorter: it is the roles that it is pinned to.
func (e *longError) Hint() string {
	return "name fewer roles in sign_in: those that nobody is registered under any more can go from former_roles"
}
