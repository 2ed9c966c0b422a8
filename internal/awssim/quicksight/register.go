package quicksight

import (
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// registration is the body of RegisterUser.
type registration struct {
	IdentityType, Email, UserRole *string
	IamArn, SessionName, UserName *string
	CustomPermissionsName         *string
	Tags                          []tag
	externalLogin
}

// externalLogin are the members about a web identity.
type externalLogin struct {
	ExternalLoginFederationProviderType *string
	CustomFederationProviderUrl         *string
	ExternalLoginId                     *string
}

func registerUser(c *call) (members, error) {
	var in registration
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	if err := in.check(); err != nil {
		return nil, err
	}
	n, err := c.ready()
	if err != nil {
		return nil, err
	}
	u, err := c.newUser(n.Name, in)
	if err != nil {
		return nil, err
	}
	if err := c.mayRegister(n, u); err != nil {
		return nil, err
	}
	c.qs.PutUser(n.Name, u)
	m := members{"User": c.showUser(n.Name, u)}
	if u.IdentityType == "QUICKSIGHT" {
		m["UserInvitationUrl"] = "https://signin.quicksight.invalid/invitation/" + c.w.NewID()
	}
	return m, nil
}

func (in registration) check() error {
	var check constraint.Check
	check.Required("identityType", in.IdentityType, identityRule)
	check.Required("email", in.Email, anyRule)
	check.Required("userRole", in.UserRole, roleRule)
	check.Text("sessionName", in.SessionName, sessionRule)
	check.Text("userName", in.UserName, nameRule)
	check.Text("customPermissionsName", in.CustomPermissionsName, profileRule)
	checkTags(&check, in.Tags)
	return breach(&check)
}

// newUser gives the user that a checked registration asks for.
func (c *call) newUser(namespace string, in registration) (world.User, error) {
	u := world.User{
		Email: *in.Email, Role: *in.UserRole, IdentityType: *in.IdentityType,
		CustomPermissions: str(in.CustomPermissionsName), Tags: worldTags(in.Tags), Registered: c.w.Now(),
	}
	if strings.HasPrefix(u.Role, "RESTRICTED_") {
		return u, invalid("The role %s is not available", u.Role)
	}
	if len(u.Tags) > maxTags {
		return u, limitExceeded(userType, "A user can have at most %d tags", maxTags)
	}
	var err error
	if u.External, err = in.apply(u.External); err != nil {
		return u, err
	}
	switch u.IdentityType {
	case "IAM":
		if err := c.identify(&u, str(in.IamArn), str(in.SessionName)); err != nil {
			return u, err
		}
	case "QUICKSIGHT":
		if in.UserName == nil {
			return u, invalid("UserName is required for the identity type QUICKSIGHT")
		}
		u.UserName = *in.UserName
	default:
		return u, invalid("The identity type %s is not supported by this account", u.IdentityType)
	}
	u.PrincipalID = c.qs.PrincipalID(namespace, u)
	return u, nil
}

// identify makes u the user of an IAM identity. QuickSight knows the users of
// IAM identities to be active from the beginning.
func (c *call) identify(u *world.User, arn, session string) error {
	part := strings.SplitN(arn, ":", 6)
	if len(part) != 6 || part[0] != "arn" || part[2] != "iam" || part[3] != "" || part[4] != c.w.Account {
		return invalidIdentifiers()
	}
	kind, name, _ := strings.Cut(part[5], "/")
	switch {
	case name == "" || strings.HasSuffix(name, "/") || kind != "role" && kind != "user":
		return invalidIdentifiers()
	case kind == "role" && session == "":
		return invalid("SessionName is required to register a session of an IAM role")
	case kind == "user":
		session = ""
	}
	if strings.HasPrefix(name, "aws-reserved/") && !c.w.Behaviour().AcceptReservedRoleARNs {
		return invalidIdentifiers()
	}
	u.IAMARN, u.Session, u.Active = arn, session, true
	u.UserName = world.PrincipalName(arn, session)
	return nil
}

func invalidIdentifiers() error { return invalid("Invalid resource identifiers provided.") }

// mayRegister says why u can not be a new user of n.
func (c *call) mayRegister(n world.Namespace, u world.User) error {
	if err := c.profileThere(u.CustomPermissions); err != nil {
		return err
	}
	if _, there := n.Contents.Users.Get(u.Key()); there {
		return exists(userType, "User %s already exists in namespace %s", u.UserName, n.Name)
	}
	if err := folded(c, "user", u.Key(), n.Contents.Users.All()); err != nil {
		return err
	}
	if c.w.Behaviour().OnePrincipalOneNamespace && len(c.qs.NamespacesOf(u)) > 0 {
		return exists(userType, "User %s already exists in account %s", u.UserName, c.w.Account)
	}
	return nil
}

// apply gives the web identity that a request makes of old.
func (in externalLogin) apply(old world.ExternalLogin) (world.ExternalLogin, error) {
	switch provider := str(in.ExternalLoginFederationProviderType); provider {
	case "":
		return old, nil
	case "NONE":
		return world.ExternalLogin{}, nil
	case "COGNITO":
		return world.ExternalLogin{ProviderType: provider, ProviderURL: "cognito-identity.amazonaws.com", ID: str(in.ExternalLoginId)}, nil
	case "CUSTOM_OIDC":
		return world.ExternalLogin{ProviderType: provider, ProviderURL: str(in.CustomFederationProviderUrl), ID: str(in.ExternalLoginId)}, nil
	default:
		return old, invalid("The external login provider type %s is not supported", provider)
	}
}
