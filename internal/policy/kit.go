package policy

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Through is how people of Identity Center come to a role of one's own.
type Through string

// The ways to a role of one's own.
const (
	// ThroughSAML is a SAML application of Identity Center's, which is a SAML provider of the account.
	ThroughSAML Through = "saml"
	// ThroughAccountAccess is account access manager (IAM user guide, "Account access manager").
	ThroughAccountAccess Through = "account-access"
)

// Kit is what the sign-in of one tenant's people needs. Commands and Template write it down; Check says whether they can.
// Texts that are "" are not known: they are asked for where the commands are run, or are parameters of the template.
type Kit struct {
	Account   tenancy.AccountID // QuickSight's
	Namespace tenancy.Namespace
	// Role is the role of one's own through which they come, and Set the name of the permission set: one of the two.
	Role tenancy.RoleARN
	Set  string
	// Own says that it is this tenant's alone, and so has to be made. Otherwise it is everybody's, and is there.
	Own     bool
	Through Through // of a role of one's own

	Provider    string // ARN of the SAML provider that the role trusts
	Application string // ARN of account access manager's application
	Instance    string // ARN of the instance of Identity Center
	SetARN      string // of a permission set that is there
	Store       tenancy.StoreID
	StoreRegion string
	Groups      []KitGroup // who is let in
	RelayState  string     // where people land, "" for the console
	ByEmail     bool       // the name of a session is the e-mail address, and not the user name
}

// KitGroup is a group of Identity Center: by its id, or, as long as only the configuration was read, by its display name.
type KitGroup struct {
	ID   tenancy.GroupID
	Name string
}

// RelayState is where people of a partition land in QuickSight, "" where AWS does not say (setup instructions of "Amazon
// QuickSight" in Identity Center's application catalog).
func RelayState(partition string) string {
	if partition == "aws" {
		return "https://quicksight.aws.amazon.com"
	}
	return ""
}

// KitError says why a kit cannot be made of a text.
type KitError struct {
	Of   string // what it should be: "provider", "application", "instance", "permission-set-arn", "group", "relay-state"; "" for the name
	Text string
	Why  string
}

func (e *KitError) Error() string { return e.Text + ": " + e.Why }

// maxSetName is the longest name of a permission set (API model: PermissionSetName).
const maxSetName = 32

// What the ARNs and texts are like that commands are made of (API models of iam, sso-admin, account-access and identitystore).
var (
	setName        = regexp.MustCompile(`^[\w+=,.@-]+$`)
	samlProvider   = regexp.MustCompile(`^arn:(aws|aws-us-gov|aws-cn):iam::([0-9]{12}):saml-provider/[\w.-]{1,128}$`)
	accessManager  = regexp.MustCompile(`^arn:(aws|aws-us-gov|aws-cn):account-access:([a-z0-9-]+):([0-9]{12}):application/[a-zA-Z0-9-]+$`)
	instanceARN    = regexp.MustCompile(`^arn:(aws|aws-us-gov|aws-cn):sso:::instance/((sso)?ins-[a-zA-Z0-9.-]{16})$`)
	permissionARN  = regexp.MustCompile(`^arn:(aws|aws-us-gov|aws-cn):sso:::permissionSet/((sso)?ins-[a-zA-Z0-9.-]{16})/ps-[a-zA-Z0-9./-]{16}$`)
	groupID        = regexp.MustCompile(`^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$`)
	relayState     = regexp.MustCompile(`^https://[a-zA-Z0-9.-]+(/[a-zA-Z0-9&@#/%?=~_:,.;+-]*)?$`)
	maxRelayState  = 240
	maxDisplayName = 1024
)

// IsGroupID reports whether a text is the id of a group (API model of identitystore: ResourceId).
func IsGroupID(text string) bool { return groupID.MatchString(text) }

// Check says what of the kit cannot be, *KitError, or nil.
func (k Kit) Check() error {
	partition := partitionOf(k.Role.String())
	provider := samlProvider.FindStringSubmatch(k.Provider)
	instance := instanceARN.FindStringSubmatch(k.Instance)
	set := permissionARN.FindStringSubmatch(k.SetARN)
	switch {
	case k.Set != "" && len(k.Set) > maxSetName:
		return &KitError{"", k.Set, fmt.Sprintf("the name of a permission set has at most %d characters", maxSetName)}
	case k.Set != "" && !setName.MatchString(k.Set):
		return &KitError{"", k.Set, "it is no name of a permission set"}
	case k.Set == "" && k.Role.Reserved():
		return &KitError{"", k.Role.String(), "the role is a permission set's: sign_in.permission_set names the permission set"}
	case k.Provider != "" && (provider == nil || provider[1] != partition || provider[2] != string(k.Account)):
		return &KitError{"provider", k.Provider, "it is no ARN of a SAML provider of the account, such as arn:" + partition + ":iam::" + string(k.Account) + ":saml-provider/NAME"}
	case k.Application != "" && !accessManager.MatchString(k.Application):
		return &KitError{"application", k.Application, "it is no ARN of an application of account access manager, such as arn:aws:account-access:REGION:ACCOUNT:application/ID"}
	case k.Instance != "" && instance == nil:
		return &KitError{"instance", k.Instance, "it is no ARN of an instance, such as arn:aws:sso:::instance/ssoins-0123456789abcdef"}
	case k.SetARN != "" && set == nil:
		return &KitError{"permission-set-arn", k.SetARN, "it is no ARN of a permission set, such as arn:aws:sso:::permissionSet/ssoins-0123456789abcdef/ps-0123456789abcdef"}
	case instance != nil && set != nil && instance[2] != set[2]:
		return &KitError{"permission-set-arn", k.SetARN, "it is of another instance than " + k.Instance}
	case k.RelayState != "" && (!relayState.MatchString(k.RelayState) || len(k.RelayState) > maxRelayState):
		return &KitError{"relay-state", k.RelayState, "it is no URL that begins with https://, of 240 characters at the most"}
	}
	return k.checkGroups()
}

func (k Kit) checkGroups() error {
	if len(k.Groups) == 0 {
		return &KitError{"group", k.Namespace.String(), "the configuration names no group for this namespace"}
	}
	for _, g := range k.Groups {
		switch {
		case g.ID != "" && !IsGroupID(string(g.ID)):
			return &KitError{"group", string(g.ID), "it is no id of a group"}
		case g.ID == "" && (g.Name == "" || len(g.Name) > maxDisplayName):
			return &KitError{"group", g.Name, fmt.Sprintf("a group's name has 1 to %d characters", maxDisplayName)}
		}
	}
	return nil
}

// provider is the ARN of the SAML provider, of the one that is to be made where none is given.
func (k Kit) provider() string {
	if k.Provider != "" {
		return k.Provider
	}
	return "arn:" + partitionOf(k.Role.String()) + ":iam::" + string(k.Account) + ":saml-provider/" + k.providerName()
}

func (k Kit) providerName() string { return "tenantry-" + k.Namespace.String() }

// trust is who may become the role.
func (k Kit) trust() string {
	if k.Through == ThroughAccountAccess {
		return AccountAccessTrust(k.Application)
	}
	return SAMLTrust(k.provider())
}

// AccountAccessTrust is the trust policy of a role that account access manager hands out, by the ARN of its application (IAM
// user guide, "Prepare IAM roles" of account access manager).
func AccountAccessTrust(application string) string {
	parts := strings.SplitN(application, ":", 6)
	account := ""
	if len(parts) == 6 {
		account = parts[4]
	}
	return made(madeStatement{
		Sid: SignInThroughAccess, Effect: "Allow", Principal: map[string]string{"Service": "account-access.amazonaws.com"},
		Action:    []string{AssumeRole, "sts:SetContext", "sts:TagSession"},
		Condition: map[string]map[string][]string{"StringEquals": {"aws:SourceAccount": {account}, "aws:SourceArn": {application}}},
	})
}
