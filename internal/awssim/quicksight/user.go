package quicksight

import (
	"strings"

	"github.com/tenantry/tenantry/internal/awssim/constraint"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// user gives the namespace and the user of the call's path, as of v.
func (c *call) user(v world.View) (world.Namespace, world.User, error) {
	n, err := c.ready()
	if err != nil {
		return n, world.User{}, err
	}
	u, ok := n.Contents.Users.GetAt(c.Path["UserName"], v)
	if !ok {
		return n, u, c.noUser(c.Path["UserName"])
	}
	return n, u, nil
}

func (c *call) noUser(name string) error {
	return notFound(userType, "User %s not found in namespace %s", name, c.Path["Namespace"])
}

func describeUser(c *call) (members, error) {
	n, u, err := c.user(c.view())
	if err != nil {
		return nil, err
	}
	return members{"User": c.showUser(n.Name, u)}, nil
}

func listUsers(c *call) (members, error) {
	n, err := c.ready()
	if err != nil {
		return nil, err
	}
	l, err := c.page("")
	if err != nil {
		return nil, err
	}
	rows := n.Contents.Users.After(l.after, c.view())
	return answer(c, l, "UserList", rows, func(u world.User) (any, bool) { return c.showUser(n.Name, u), true }), nil
}

func updateUser(c *call) (members, error) {
	var in struct {
		Email, Role, CustomPermissionsName *string
		UnapplyCustomPermissions           bool
		externalLogin
	}
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	check.Required("email", in.Email, anyRule)
	check.Required("role", in.Role, roleRule)
	check.Text("customPermissionsName", in.CustomPermissionsName, profileRule)
	if err := breach(&check); err != nil {
		return nil, err
	}
	n, u, err := c.user(world.View{})
	if err != nil {
		return nil, err
	}
	if err := mayHave(u.Role, *in.Role); err != nil {
		return nil, err
	}
	if u.External, err = in.apply(u.External); err != nil {
		return nil, err
	}
	if in.UnapplyCustomPermissions {
		u.CustomPermissions = ""
	}
	if p := in.CustomPermissionsName; p != nil {
		if err := c.profileThere(*p); err != nil {
			return nil, err
		}
		u.CustomPermissions = *p
	}
	u.Email, u.Role = *in.Email, *in.Role
	c.qs.PutUser(n.Name, u)
	return members{"User": c.showUser(n.Name, u)}, nil
}

// mayHave says why a user of role has can not get role wants in place.
func mayHave(has, wants string) error {
	if strings.HasPrefix(wants, "RESTRICTED_") {
		return invalid("The role %s is not available", wants)
	}
	if reads(wants) && !reads(has) {
		return invalid("The role of a user can not be changed from %s to %s", has, wants)
	}
	return nil
}

// reads reports whether a role may own nothing.
func reads(role string) bool { return role == "READER" || role == "READER_PRO" }

func deleteUser(c *call) (members, error) {
	n, u, err := c.user(world.View{})
	if err != nil {
		return nil, err
	}
	c.qs.DeleteUser(n.Name, u)
	return nil, nil
}

func deleteUserByPrincipalID(c *call) (members, error) {
	n, err := c.ready()
	if err != nil {
		return nil, err
	}
	id := c.Path["PrincipalId"]
	for _, u := range n.Contents.Users.All() {
		if u.PrincipalID == id {
			c.qs.DeleteUser(n.Name, u)
			return nil, nil
		}
	}
	return nil, notFound(userType, "Principal %s not found in namespace %s", id, n.Name)
}

func updateUserCustomPermission(c *call) (members, error) {
	var in struct{ CustomPermissionsName *string }
	if err := c.Decode(&in); err != nil {
		return nil, err
	}
	var check constraint.Check
	check.Required("customPermissionsName", in.CustomPermissionsName, profileRule)
	if err := breach(&check); err != nil {
		return nil, err
	}
	n, u, err := c.user(world.View{})
	if err != nil {
		return nil, err
	}
	if err := c.profileThere(*in.CustomPermissionsName); err != nil {
		return nil, err
	}
	u.CustomPermissions = *in.CustomPermissionsName
	c.qs.PutUser(n.Name, u)
	return nil, nil
}

func deleteUserCustomPermission(c *call) (members, error) {
	n, u, err := c.user(world.View{})
	if err != nil {
		return nil, err
	}
	u.CustomPermissions = ""
	c.qs.PutUser(n.Name, u)
	return nil, nil
}

func (c *call) userARN(namespace, name string) string {
	return c.qs.UserARN(namespace, name)
}

func (c *call) showUser(namespace string, u world.User) members {
	m := members{
		"Arn": c.userARN(namespace, u.UserName), "UserName": u.UserName, "Email": u.Email, "Role": u.Role,
		"IdentityType": u.IdentityType, "Active": u.Active, "PrincipalId": u.PrincipalID,
	}
	for name, value := range map[string]string{
		"CustomPermissionsName":               u.CustomPermissions,
		"ExternalLoginFederationProviderType": u.External.ProviderType,
		"ExternalLoginFederationProviderUrl":  u.External.ProviderURL,
		"ExternalLoginId":                     u.External.ID,
	} {
		if value != "" {
			m[name] = value
		}
	}
	return m
}
