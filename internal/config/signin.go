package config

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const placeholder = "{namespace}"

const (
	maxPermissionSet = 32 // API model of sso-admin: PermissionSetName
	// fewLetters is when so little room is left for {namespace} that it is worth a warning.
	fewLetters = 16
)

var permissionSet = regexp.MustCompile(`^[\w+=,.@-]+$`)

func (b *builder) signIn(v *value) rules.SignIn {
	s := rules.SignIn{ReservedRoles: true}
	if f := b.root.get("aws").get("reserved_role_arns"); f.ok {
		s.ReservedRoles = f.flag
	}
	if role := v.get("role"); role.ok && b.signInRole(role) {
		s.Role = role.text
	}
	if set := v.get("permission_set"); set.ok && b.permissionSet(set) {
		s.PermissionSet = set.text
		if !s.ReservedRoles {
			b.warn(set, "sign_in.permission_set is set, and aws.reserved_role_arns is false", "then nobody can be registered: everyone is held", "sign in through a role of your own (sign_in.role), or take out aws.reserved_role_arns")
		}
	}
	return s
}

func (b *builder) sessionName(v *value) rules.SessionName {
	if v.ok && v.text == string(rules.ByEmail) {
		b.warn(v, "sign_in.session_name is email", "where people may change their own e-mail address, they can take another person's session name, and so their place",
			"write session_name: username if that is what your sign-in sends; otherwise make sure that only administrators change e-mail addresses")
		return rules.ByEmail
	}
	return rules.ByUserName
}

// signInRole checks the ARN of the role, which may hold {namespace}.
func (b *builder) signInRole(v *value) bool {
	role, ok := b.roleTemplate(v)
	if !ok {
		return false
	}
	if role.Reserved() {
		b.warn(v, v.path+" is the role of a permission set", "its name changes when the permission set is assigned anew, and everyone would be another principal", "write permission_set: and the permission set's name instead")
	}
	b.room(v, v.text[strings.LastIndexByte(v.text, '/')+1:], tenancy.MaxRoleName, "an IAM role's name")
	return true
}

// roleTemplate reads the ARN of a role of the account, which may hold {namespace}: then the role is that of a namespace n.
func (b *builder) roleTemplate(v *value) (tenancy.RoleARN, bool) {
	filled := strings.ReplaceAll(v.text, placeholder, "n")
	before, resource, _ := strings.Cut(v.text, ":role/")
	switch {
	case strings.ContainsAny(filled, "{}"):
		b.fail(v, fmt.Sprintf("%s is %s", v.path, quote(v.text)), "a role may hold no other placeholder than {namespace}", "write {namespace}, or the role's own name")
		return tenancy.RoleARN{}, false
	case strings.Contains(before, placeholder):
		b.fail(v, v.path+" has {namespace} outside of the role", "tenants differ by their roles, not by account", "put {namespace} into the role's name: QuickSight-{namespace}")
		return tenancy.RoleARN{}, false
	}
	role, ok := b.parseRole(v, filled)
	if !ok {
		return tenancy.RoleARN{}, false
	}
	b.sameAccount(v, role, "people sign in to the QuickSight account through a role of that account")
	name := resource[strings.LastIndexByte(resource, '/')+1:]
	if strings.Contains(resource, placeholder) && !strings.Contains(name, placeholder) {
		b.fail(v, v.path+" has {namespace} in the path only", "an account has one role of a name, whatever its path, so all tenants would have the same", "put {namespace} into the role's name: QuickSight-{namespace}")
	}
	return role, true
}

func (b *builder) permissionSet(v *value) bool {
	if !b.permissionSetName(v) {
		return false
	}
	b.room(v, v.text, maxPermissionSet, "a permission set's name")
	return true
}

// permissionSetName checks the name of a permission set, which may hold {namespace}.
func (b *builder) permissionSetName(v *value) bool {
	filled := strings.ReplaceAll(v.text, placeholder, "n")
	switch {
	case strings.HasPrefix(v.text, "arn:"):
		b.fail(v, v.path+" is an ARN", "the roles of a permission set bear its name", "write the permission set's name, as the AWS access portal shows it")
	case strings.HasPrefix(v.text, "AWSReservedSSO_"):
		b.fail(v, v.path+" is the name of a role", "the permission set's name stands between AWSReservedSSO_ and the last _", "write the permission set's name, as the AWS access portal shows it")
	case !permissionSet.MatchString(filled):
		b.fail(v, fmt.Sprintf("%s is %s, not the name of a permission set", v.path, quote(v.text)), "it has letters, digits and _+=,.@- only, and may hold {namespace}", "copy the name from IAM Identity Center, Permission sets")
	case !strings.Contains(v.text, placeholder) && len(v.text) > maxPermissionSet:
		b.fail(v, fmt.Sprintf("%s has %d characters", v.path, len(v.text)), "a permission set's name has 32 at most", "copy the name from IAM Identity Center, Permission sets")
	default:
		return true
	}
	return false
}

// formerRoles are the roles that people used before, those that could be read.
func (b *builder) formerRoles(v *value) []rules.FormerRole {
	var out []rules.FormerRole
	seen := map[string]*value{}
	for _, item := range v.items {
		f, name := b.formerRole(item)
		if name == "" {
			continue
		}
		if first := seen[name]; first != nil {
			b.fail(item, fmt.Sprintf("%s is %s again", item.path, quote(item.text)), fmt.Sprintf("line %d has that role already, whatever its path", first.line()), "take out one of the two")
			continue
		}
		seen[name] = item
		b.formerlyOthers(item, f)
		out = append(out, f)
	}
	return out
}

// formerRole reads one role that people used before, and answers by what its users are known: "" when it could not be read.
func (b *builder) formerRole(v *value) (f rules.FormerRole, name string) {
	switch {
	case !v.ok:
	case strings.Contains(v.text, ":"): // no permission set has one in its name
		if _, ok := b.roleTemplate(v); ok {
			return rules.FormerRole{Role: v.text}, v.text[strings.LastIndexByte(v.text, '/')+1:]
		}
	case b.permissionSetName(v):
		return rules.FormerRole{PermissionSet: v.text}, "AWSReservedSSO_" + v.text + "_"
	}
	return f, ""
}

// formerlyOthers checks that a former role is neither the sign-in role of now nor the house's.
func (b *builder) formerlyOthers(v *value, f rules.FormerRole) {
	in, now := b.root.get("sign_in"), b.config.Rules.SignIn
	if f.PermissionSet != "" {
		if set := in.get("permission_set"); set.ok && (set.text == f.PermissionSet || mayBeSet(now.PermissionSet, f.PermissionSet)) {
			b.fail(v, fmt.Sprintf("%s is %s, which people sign in with now", v.path, quote(v.text)),
				"the other roles that it had in this account are known without being named", "take out the line")
		}
	} else if role, err := tenancy.ParseRoleARN(f.Role); err == nil && (mayBe(now, role) || now.MayBe(role.Name())) || sameName(f.Role, now.Role) {
		b.fail(v, v.path+" is the role that people sign in with now", "nobody is registered anew as who they are already; and of a permission set, its former roles are known without being named", "take out the line, or write the role that they used before")
	}
	for _, item := range b.root.get("house").get("sign_in_roles").items {
		if role, err := tenancy.ParseRoleARN(item.text); item.ok && err == nil && f.Fits(role.Name()) {
			b.fail(v, fmt.Sprintf("%s is a role of the house, %s in line %d", v.path, item.path, item.line()),
				"its users would be the house's and a tenant's at once", "take it out of one of the two")
		}
	}
}

func mayBeSet(template, set string) bool {
	return template != "" && !strings.Contains(set, placeholder) && rules.FormerRole{PermissionSet: template}.Fits("AWSReservedSSO_"+set+"_0123456789abcdef")
}

// sameName reports whether two ARNs are of one role: an account has one of a name, whatever its path.
func sameName(a, b string) bool {
	return a[strings.LastIndexByte(a, '/')+1:] == b[strings.LastIndexByte(b, '/')+1:]
}

// room checks that the namespaces that the rules name fit into a name with {namespace}, and warns
// when little room is left for others.
func (b *builder) room(v *value, template string, most int, what string) {
	times := strings.Count(template, placeholder)
	if times == 0 {
		return
	}
	left := (most - len(template) + times*len(placeholder)) / times
	if left < fewLetters {
		b.warn(v, fmt.Sprintf("%s leaves room for namespaces of %d characters", v.path, max(left, 0)),
			fmt.Sprintf("%s has %d characters at most, so tenants with longer namespaces are held", what, most), "shorten the text around {namespace}")
	}
	for _, rule := range b.root.get("tenants").items {
		if n := rule.get("namespace"); n.ok && len(n.text) > left && len(n.text) <= tenancy.MaxNamespace {
			b.fail(n, fmt.Sprintf("%s has %d characters, and %s leaves room for %d", n.path, len(n.text), v.path, max(left, 0)),
				fmt.Sprintf("%s has %d characters at most, so the tenant's people could never sign in", what, most),
				fmt.Sprintf("choose a shorter namespace, or shorten %s in line %d", v.path, v.line()))
		}
	}
}

// mayBe reports whether a role is the sign-in role of some tenant.
func mayBe(s rules.SignIn, role tenancy.RoleARN) bool {
	template, text := s.Role, role.String()
	if s.PermissionSet != "" {
		name, found := strings.CutPrefix(role.Name(), "AWSReservedSSO_")
		if !found || !role.Reserved() || len(name) < 17 {
			return false
		}
		template, text = s.PermissionSet, name[:len(name)-17] // without _ and 16 hexadecimal digits
	}
	if template == "" {
		return false
	}
	parts := strings.Split(regexp.QuoteMeta(template), regexp.QuoteMeta(placeholder))
	return regexp.MustCompile("^" + strings.Join(parts, "[a-zA-Z0-9._-]+") + "$").MatchString(text)
}

// roleARN reads the ARN of an IAM role.
func (b *builder) roleARN(v *value) (tenancy.RoleARN, bool) {
	if !v.ok {
		return tenancy.RoleARN{}, false
	}
	return b.parseRole(v, v.text)
}

// parseRole reads the ARN of an IAM role that a value stands for, and says what else it is when it
// is not one.
func (b *builder) parseRole(v *value, arn string) (tenancy.RoleARN, bool) {
	role, err := tenancy.ParseRoleARN(arn)
	if err == nil {
		return role, true
	}
	why, fix := "it is arn:aws:iam::, the account, :role/ and the role's name", "copy the ARN from IAM, Roles: arn:aws:iam::111122223333:role/QuickSight"
	switch {
	case strings.ContainsAny(v.text, "*?"):
		why, fix = "people sign in with one role, not with all that fit a wildcard", "write the whole ARN; for a role for each tenant, put {namespace} into sign_in.role"
	case strings.Contains(v.text, ":user/"):
		why = "that is an IAM user, and people sign in through a role"
	case strings.Contains(v.text, ":assumed-role/"):
		why = "that is a session of a role, not the role itself"
	case strings.HasSuffix(v.text, ":root"):
		why = "that is a whole account"
	case strings.Contains(v.text, ":instance-profile/") || strings.Contains(v.text, ":saml-provider/") || strings.Contains(v.text, ":policy/"):
		why = "that is another thing of IAM, not a role"
	}
	b.fail(v, fmt.Sprintf("%s is %s, not the ARN of an IAM role", v.path, quote(v.text)), why, fix)
	return tenancy.RoleARN{}, false
}

// sameAccount makes sure that a role belongs to the QuickSight account, and to its partition.
func (b *builder) sameAccount(v *value, role tenancy.RoleARN, why string) {
	if b.account != "" && string(role.Account()) != b.account {
		b.fail(v, fmt.Sprintf("%s is a role of account %s, and QuickSight is in %s", v.path, role.Account(), b.account), why,
			fmt.Sprintf("write a role of account %s, or change quicksight.account_id in line %d", b.account, b.root.get("quicksight").get("account_id").line()))
		return
	}
	partition := strings.SplitN(role.String(), ":", 3)[1]
	if b.partition != "" && partition != b.partition {
		b.fail(v, fmt.Sprintf("%s is an ARN of %s, and the identity Region belongs to %s", v.path, partition, b.partition), "ARNs begin otherwise in China and in GovCloud", "write arn:"+b.partition+":iam::…")
	}
}
