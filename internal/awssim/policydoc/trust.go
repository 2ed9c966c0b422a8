package policydoc

import (
	"path"
	"strings"
)

// About gives the statements of a trust policy whose principal is somebody, as is says.
func (d Document) About(is func(Principal) bool) Document {
	var about Document
	for _, st := range d.Statements {
		for _, p := range st.Principals {
			if is(p) {
				about.Statements = append(about.Statements, st)
				break
			}
		}
	}
	return about
}

// Names says whether a principal of a trust policy is somebody with that ARN themselves: the session of a role, the role
// behind it, a user, or everyone.
func (p Principal) Names(arn string) bool {
	switch {
	case p.Kind != "AWS" && p.Kind != "*":
		return false
	case p.Name == "*" || p.Name == arn:
		return true
	}
	// A role is named with its path, and its sessions without.
	role := RoleOf(arn)
	before, _, isRole := strings.Cut(p.Name, ":role/")
	return isRole && role != arn && strings.HasPrefix(role, before+":role/") && path.Base(p.Name) == path.Base(role)
}

// NamesAccount says whether a principal of a trust policy is an account, and so whomever the account lets.
func (p Principal) NamesAccount(account string) bool {
	return p.Kind == "AWS" && (p.Name == account || strings.HasSuffix(p.Name, ":iam::"+account+":root"))
}

// RoleOf gives the ARN of the role behind a session, without its path; of anyone else it is their own.
func RoleOf(arn string) string {
	before, after, ok := strings.Cut(arn, ":assumed-role/")
	if !ok {
		return arn
	}
	role, _, _ := strings.Cut(after, "/")
	return strings.Replace(before, ":sts:", ":iam:", 1) + ":role/" + role
}
