package config

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

var (
	groupID    = regexp.MustCompile(`^([0-9a-f]{10}-)?[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}$`)
	profile    = regexp.MustCompile(`^[a-zA-Z0-9+=,.@_-]{1,64}$`)
	domain     = regexp.MustCompile(`^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]$`)
	mirrorText = regexp.MustCompile(`^[\x{20}-\x{FF}]+$`)
)

func (b *builder) tenants(v *value) []rules.Rule {
	switch {
	case v.ok && len(v.items) == 0:
		b.fail(v, "tenants is an empty list", "without a rule there is no tenant, and nothing to do", "add a rule: - groups: \"qs:{namespace}\"")
	case len(v.items) > maxTenants:
		b.fail(v, fmt.Sprintf("tenants has %d rules", len(v.items)), fmt.Sprintf("%d is the most that is read", maxTenants), "write patterns instead of one rule a group")
		return nil
	}
	out := make([]rules.Rule, 0, len(v.items))
	for _, item := range v.items {
		if item.ok {
			out = append(out, b.rule(item))
		}
	}
	b.comparePatterns(v.items)
	b.compareFixed(v.items)
	b.compareMirrors(v.items)
	return out
}

// rule reads one rule. What is wrong with it is reported, and left out.
func (b *builder) rule(v *value) rules.Rule {
	r := rules.Rule{Text: v.path, Role: tenancy.Reader}
	if g := v.get("groups"); g.ok {
		r.Pattern = b.pattern(g)
		r.Text = fmt.Sprintf("%s groups %q", v.path, g.text)
	}
	if g := v.get("group_id"); g.ok {
		r.Group = b.groupID(g)
		r.Text = fmt.Sprintf("%s group_id %q", v.path, g.text)
	}
	r.Namespace, _ = b.namespace(v.get("namespace"))
	r.Role, r.MaxRole = b.roles(v)
	if m := v.get("mirror"); m.ok && b.mirror(m) {
		r.Mirror = m.text
	}
	r.CustomPermissions = b.profile(v.get("custom_permissions"))
	r.EmailDomains = b.domains(v.get("email_domains"))
	r.Shares, r.Folder = b.shares(v.get("shares")), v.get("folder").flag
	return r
}

// profile is the name of a profile of custom permissions, "" for none.
func (b *builder) profile(v *value) string {
	if v.ok && !profile.MatchString(v.text) {
		b.fail(v, fmt.Sprintf("%s is %s, not the name of a profile", v.path, quote(v.text)), "it is 1 to 64 letters, digits and +=,.@_-", "copy the name from QuickSight, Manage account, Custom permissions")
	}
	return v.text
}

func (b *builder) pattern(v *value) rules.Pattern {
	p, err := rules.ParsePattern(v.text)
	switch {
	case err != nil && !strings.Contains(v.text, placeholder):
		b.fail(v, fmt.Sprintf("%s is %s", v.path, quote(v.text)), err.Error(), "put {namespace} where the customer's name stands: \"qs:{namespace}\"; for one single group, write group_id and namespace")
	case err != nil:
		b.fail(v, fmt.Sprintf("%s is %s", v.path, quote(v.text)), err.Error(), "write plain text with one {namespace} in it: \"qs:{namespace}\"")
	case p.Bare():
		b.warn(v, v.path+" is {namespace} alone", "every group of the directory whose name could be a namespace becomes a tenant, those of other uses among them", "put text around it that only customers' groups have: \"qs:{namespace}\"")
	}
	return p
}

func (b *builder) groupID(v *value) tenancy.GroupID {
	if groupID.MatchString(v.text) {
		if lower := strings.ToLower(v.text); v.text != lower {
			b.warn(v, v.path+" has capital letters", "Identity Center shows ids in lower case, and ids are compared as they are", "write "+lower+", unless Identity Center shows it otherwise")
		}
		return tenancy.GroupID(v.text)
	}
	why := "an id is 36 or 47 characters, 0-9, a-f and dashes"
	if !regexp.MustCompile(`^[A-Fa-f0-9-]{20,}$`).MatchString(v.text) {
		why = "that looks like the group's name, and a name can be changed or given to another group"
	}
	b.fail(v, fmt.Sprintf("%s is %s, not a group's id", v.path, quote(v.text)), why, "copy the Group ID from IAM Identity Center, Groups: 34887428-4081-7042-c3c6-928d413009e7")
	return ""
}

// namespace reads the name of a namespace in which tenants may live.
func (b *builder) namespace(v *value) (tenancy.Namespace, bool) {
	if !v.ok {
		return tenancy.Namespace{}, false
	}
	n, err := tenancy.ParseNamespace(v.text)
	if err != nil {
		b.fail(v, fmt.Sprintf("%s is %s, which cannot be a tenant's namespace", v.path, quote(v.text)), whyNot(v.text, err), "choose a name of 1 to 64 letters, digits, '.', '_' and '-'")
		return n, false
	}
	if v.text[0] == '.' {
		b.warn(v, fmt.Sprintf("%s is %s, with a dot in front", v.path, quote(v.text)), "QuickSight takes such a name, and it is easily overlooked", "take out the dot, if it is a slip of the pen")
	}
	return n, true
}

// whyNot says why a text is no namespace, and names the first character that it may not hold.
func whyNot(text string, err error) string {
	for _, c := range text {
		if c >= 0x80 || !tenancy.IsNamespaceByte(byte(c)) {
			return fmt.Sprintf("it holds %q (U+%04X), and QuickSight takes letters from a to z, digits, '.', '_' and '-' only", c, c)
		}
	}
	if invalid, ok := err.(*tenancy.InvalidError); ok {
		return "it " + invalid.Why
	}
	return err.Error()
}

func (b *builder) roles(v *value) (role, most tenancy.Role) {
	role = tenancy.Reader
	if r := v.get("role"); r.ok {
		role = tenancy.Role(r.text)
		b.admin(r, role)
	}
	most = role
	if m := v.get("max_role"); m.ok {
		most = tenancy.Role(m.text)
		b.admin(m, most)
		if most.Below(role) && !(v.get("role").given() && !v.get("role").ok) {
			b.fail(m, fmt.Sprintf("%s is %s, which is below the role %s", m.path, most, role), "nobody could have the role without being above the highest", fmt.Sprintf("write max_role: %s or higher, or take out the key", role))
		}
	}
	return role, most
}

// admin refuses the roles that see every tenant, unless they are allowed.
func (b *builder) admin(v *value, role tenancy.Role) {
	if role.IsAdmin() && !b.root.get("allow_admin").flag {
		b.fail(v, fmt.Sprintf("%s is %s", v.path, role), "QuickSight's admin console does not know namespaces: an ADMIN of one tenant sees the people of all", "write AUTHOR or AUTHOR_PRO; if every customer may see every other, write allow_admin: true")
	}
}

func (b *builder) mirror(v *value) bool {
	rest := strings.ReplaceAll(v.text, placeholder, "")
	switch {
	case !mirrorText.MatchString(v.text):
		b.fail(v, fmt.Sprintf("%s is %s, which cannot be a QuickSight group's name", v.path, quote(v.text)), "QuickSight takes characters up to U+00FF (Latin-1) only", "choose a name in letters such as a to z")
	case strings.ContainsAny(rest, "{}"):
		b.fail(v, fmt.Sprintf("%s is %s", v.path, quote(v.text)), "a mirror may hold no other placeholder than {namespace}", "write {namespace}, or the name itself")
	case strings.HasPrefix(strings.ToLower(v.text), "tenantry-"):
		b.fail(v, fmt.Sprintf("%s is %s", v.path, quote(v.text)), "names that begin with tenantry- are kept for moves and custodians", "choose another name")
	default:
		return true
	}
	return false
}

func (b *builder) domains(v *value) []string {
	if v.ok && len(v.items) == 0 {
		b.fail(v, v.path+" is an empty list", "it could mean any domain, or none", "name the domains, or take out the key: then any will do")
	}
	var out []string
	for _, item := range v.items {
		if d := strings.ToLower(item.text); item.ok && domain.MatchString(d) && len(d) <= 253 {
			out = append(out, d)
		} else if item.ok {
			fix := "write the domain: example.com"
			if _, after, found := strings.Cut(item.text, "@"); found && domain.MatchString(strings.ToLower(after)) {
				fix = "write " + strings.ToLower(after)
			}
			b.fail(item, fmt.Sprintf("%s is %s, not a domain", item.path, quote(item.text)), "it is what stands behind the @, whole, in ASCII and without wildcards", fix)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}
