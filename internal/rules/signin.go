package rules

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

const reservedPrefix = "AWSReservedSSO_"

// maxPermissionSet is the longest name of a permission set (API model: PermissionSetName).
const maxPermissionSet = 32

// signIn answers the role through which a tenant's people sign in, or the hold that keeps the whole
// tenant when there is no such role.
func (d *deriver) signIn(n tenancy.Namespace) (tenancy.RoleARN, *tenancy.Hold) {
	if d.rules.SignIn.PermissionSet != "" {
		return d.reservedRole(n)
	}
	text := fill(d.rules.SignIn.Role, n)
	if name := text[strings.LastIndexByte(text, '/')+1:]; len(name) > tenancy.MaxRoleName {
		h := heldRoleName(n, "role", name, tenancy.MaxRoleName)
		return tenancy.RoleARN{}, &h
	}
	role, err := tenancy.ParseRoleARN(text)
	if err != nil || !slices.Contains(d.roles, role) {
		h := heldRoleMissing(n, text)
		return tenancy.RoleARN{}, &h
	}
	if role.Reserved() && !d.rules.SignIn.ReservedRoles {
		h := heldReservedRole(n)
		return tenancy.RoleARN{}, &h
	}
	return role, nil
}

// reservedRole finds the one role of a permission set. Its name ends in 16 hexadecimal digits that
// no API tells, and that change when the permission set's last assignment goes.
func (d *deriver) reservedRole(n tenancy.Namespace) (tenancy.RoleARN, *tenancy.Hold) {
	set := fill(d.rules.SignIn.PermissionSet, n)
	var h tenancy.Hold
	if len(set) > maxPermissionSet {
		h = heldRoleName(n, "permission set", set, maxPermissionSet)
		return tenancy.RoleARN{}, &h
	}
	if !d.rules.SignIn.ReservedRoles {
		h = heldReservedRole(n)
		return tenancy.RoleARN{}, &h
	}
	var found []tenancy.RoleARN
	for _, role := range d.roles {
		suffix, ok := strings.CutPrefix(role.Name(), reservedPrefix+set+"_")
		if ok && role.Reserved() && isHex16(suffix) {
			found = append(found, role)
		}
	}
	if len(found) != 1 {
		h = heldPermissionSet(n, set, len(found))
		return tenancy.RoleARN{}, &h
	}
	return found[0], nil
}

func isHex16(s string) bool {
	return len(s) == 16 && strings.Trim(s, "0123456789abcdef") == ""
}

func heldRoleName(n tenancy.Namespace, what, name string, most int) tenancy.Hold {
	return tenancy.Hold{
		Code: RoleName, Object: n.String(), Namespace: n.String(),
		Reason: fmt.Sprintf("the name of the tenant's sign-in %s, %q, has %d characters, and %d are the most", what, name, len(name), most),
		Ends:   "shorten the part of sign_in around {namespace}, or name a shorter namespace in a rule with group_id",
	}
}

func heldRoleMissing(n tenancy.Namespace, arn string) tenancy.Hold {
	return tenancy.Hold{
		Code: RoleMissing, Object: n.String(), Namespace: n.String(),
		Reason: fmt.Sprintf("its people would sign in through the role %s, which does not exist", arn),
		Ends:   kitOf(n),
	}
}

// kitOf is the command that prints what makes a namespace's sign-in.
func kitOf(n tenancy.Namespace) string {
	return fmt.Sprintf("tenantry sign-in kit --namespace %s", n)
}

func heldPermissionSet(n tenancy.Namespace, set string, found int) tenancy.Hold {
	reason := fmt.Sprintf("no role %s%s_<16 hex> is in the account: the permission set is assigned to nobody here", reservedPrefix, set)
	ends := kitOf(n)
	if found > 1 {
		reason = fmt.Sprintf("%d roles are named %s%s_<16 hex>, and nothing says which one people sign in through", found, reservedPrefix, set)
		ends = "name the one that Identity Center hands out in sign_in.role; or a permission set of another name: " + kitOf(n)
	}
	return tenancy.Hold{Code: RoleMissing, Object: n.String(), Namespace: n.String(), Reason: reason, Ends: ends}
}

func heldReservedRole(n tenancy.Namespace) tenancy.Hold {
	return tenancy.Hold{
		Code: ReservedRole, Object: n.String(), Namespace: n.String(),
		Reason: "its people sign in through a permission set's role, and aws.reserved_role_arns says that QuickSight refuses those",
		Ends:   "aws.reserved_role_arns: true, or sign_in.role with a role of your own",
	}
}

// MayBe reports whether a role of this name could be the sign-in role of some tenant. It is about IAM
// roles of one's own; those of permission sets are known by their path.
func (s SignIn) MayBe(roleName string) bool {
	template := s.Role[strings.LastIndexByte(s.Role, '/')+1:]
	before, after, perTenant := strings.Cut(template, placeholder)
	if !perTenant {
		return roleName == template
	}
	return len(roleName) > len(before)+len(after) && strings.HasPrefix(roleName, before) && strings.HasSuffix(roleName, after)
}

// Is reports whether a role of this name is a sign-in role of some tenant, one of a permission set too.
func (s SignIn) Is(roleName string) bool {
	return FormerRole{Role: s.Role, PermissionSet: s.PermissionSet}.Fits(roleName)
}

// Formerly reports whether a role of this name, as it stands in a QuickSight user name before the slash, is one that
// people used before by configuration, whichever tenant's it was. That the sign-in role of a permission set had another
// suffix needs no configuration, and no name tells it from the one of now: see IsOf.
func (s SignIn) Formerly(roleName string) bool {
	return slices.ContainsFunc(s.Former, func(f FormerRole) bool { return f.Fits(roleName) })
}

// FormerlyIn is Formerly for the people of one tenant: where the former roles were a role for each tenant, only the
// tenant's own counts.
func (s SignIn) FormerlyIn(n tenancy.Namespace, roleName string) bool {
	return slices.ContainsFunc(s.Former, func(f FormerRole) bool {
		return SignIn{Role: f.Role, PermissionSet: f.PermissionSet}.IsOf(n, roleName)
	})
}

// Fits reports whether a role of this name is the former role, of any tenant.
func (f FormerRole) Fits(roleName string) bool {
	template, name := f.Role[strings.LastIndexByte(f.Role, '/')+1:], roleName
	if f.PermissionSet != "" {
		rest, is := strings.CutPrefix(roleName, reservedPrefix)
		at := strings.LastIndexByte(rest, '_')
		if !is || at < 0 || !isHex16(rest[at+1:]) {
			return false
		}
		template, name = f.PermissionSet, rest[:at]
	}
	return name != "" && fitsTemplate(template, name)
}

// fitsTemplate reports whether a name comes of a template by the name of some namespace, which is the same wherever
// {namespace} stands: so its length is known, and it need not be searched for.
func fitsTemplate(template, name string) bool {
	times := strings.Count(template, placeholder)
	if times == 0 {
		return name == template
	}
	at := strings.Index(template, placeholder)
	left := len(name) - (len(template) - times*len(placeholder))
	if left < times || left%times != 0 || at+left/times > len(name) {
		return false
	}
	namespace := name[at : at+left/times]
	for i := range len(namespace) {
		if !tenancy.IsNamespaceByte(namespace[i]) {
			return false
		}
	}
	return strings.ReplaceAll(template, placeholder, namespace) == name
}
