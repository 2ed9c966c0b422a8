package tenancy

import (
	"regexp"
	"strings"
)

// MaxRoleName is the longest name of an IAM role (API model: roleNameType).
const MaxRoleName = 64

// ReservedPath is where IAM Identity Center keeps the roles of its permission sets
// (IAM Identity Center user guide, "Referencing permission sets").
const ReservedPath = "/aws-reserved/sso.amazonaws.com/"

var roleARN = regexp.MustCompile(`^arn:(aws|aws-us-gov|aws-cn):iam::([0-9]{12}):role(/(?:[!-.0-~]+/)*)([\w+=,.@-]{1,64})$`)

// RoleARN is the ARN of an IAM role. The zero RoleARN is none.
type RoleARN struct{ arn string }

// ParseRoleARN makes a RoleARN of a text, or says why it cannot (*InvalidError).
func ParseRoleARN(text string) (RoleARN, error) {
	if !roleARN.MatchString(text) {
		return RoleARN{}, invalid("role", text, "is not the ARN of an IAM role (arn:aws:iam::111122223333:role/NAME)")
	}
	return RoleARN{text}, nil
}

// String is the ARN, "" for the zero RoleARN.
func (r RoleARN) String() string { return r.arn }

// IsZero reports whether r is no role at all.
func (r RoleARN) IsZero() bool { return r.arn == "" }

// Name is the role's name, without its path: the part of a QuickSight user name before the slash.
func (r RoleARN) Name() string { return r.arn[strings.LastIndexByte(r.arn, '/')+1:] }

// Path is the role's path, "/" for most, always with a slash at both ends.
func (r RoleARN) Path() string {
	first, last := strings.IndexByte(r.arn, '/'), strings.LastIndexByte(r.arn, '/')
	if first < 0 {
		return ""
	}
	return r.arn[first : last+1]
}

// Account is the account that the role belongs to.
func (r RoleARN) Account() AccountID {
	parts := strings.SplitN(r.arn, ":", 6)
	if len(parts) < 6 {
		return ""
	}
	return AccountID(parts[4])
}

// Reserved reports whether the role is one that Identity Center made for a permission set.
func (r RoleARN) Reserved() bool { return strings.HasPrefix(r.Path(), ReservedPath) }

var reservedName = regexp.MustCompile(`^AWSReservedSSO_(.+)_[0-9a-f]{16}$`)

// PermissionSet is the name of the permission set that a Reserved role was made for, "" for any other role
// (IAM Identity Center user guide, "Referencing permission sets").
func (r RoleARN) PermissionSet() string {
	m := reservedName.FindStringSubmatch(r.Name())
	if m == nil || !r.Reserved() {
		return ""
	}
	return m[1]
}

// MarshalText writes the ARN.
func (r RoleARN) MarshalText() ([]byte, error) { return []byte(r.arn), nil }

// UnmarshalText reads an ARN, and refuses what ParseRoleARN refuses.
func (r *RoleARN) UnmarshalText(text []byte) error {
	parsed, err := ParseRoleARN(string(text))
	if err != nil {
		return err
	}
	*r = parsed
	return nil
}

// Session is the session-name part of a principal: two to 64 of [\w+=.@-] (API model: RegisterUser
// SessionName). STS would also take a comma; QuickSight does not.
type Session string

// ParseSession makes a Session of a text, or says why it cannot (*InvalidError). Nothing is folded
// or cut.
func ParseSession(text string) (Session, error) {
	const what = "session name"
	switch {
	case len(text) < 2:
		return "", invalid(what, text, "is shorter than 2 characters")
	case len(text) > 64:
		return "", invalid(what, text, "is longer than 64 characters")
	}
	for i := range len(text) {
		if c := text[i]; !isWord(c) && !strings.ContainsRune("+=.@-", rune(c)) {
			return "", invalid(what, text, "holds a character other than letters, digits and _+=.@-")
		}
	}
	return Session(text), nil
}

// Fold is the session name with case removed. Two people with one Fold are too alike to be told
// apart at sign-in.
func (s Session) Fold() string { return strings.ToLower(string(s)) }

// Principal is who QuickSight sees at sign-in: an IAM role and the name of the session in it.
type Principal struct {
	Role    RoleARN
	Session Session
}

// UserName is the name under which QuickSight registers the principal.
func (p Principal) UserName() UserName {
	return UserName(p.Role.Name() + "/" + string(p.Session))
}

// UserName is a QuickSight user's name. For a federated principal it is "Role/session", with the
// role's name but not its path. QuickSight may answer other names (users of its own, "N/A" for
// deleted ones): those have no RoleName, and are nobody's whom tenantry manages.
type UserName string

// RoleName is the part before the slash, "" where there is none.
func (u UserName) RoleName() string {
	role, _, ok := strings.Cut(string(u), "/")
	if !ok {
		return ""
	}
	return role
}

// SessionName is the part behind the slash, "" where there is none.
func (u UserName) SessionName() string {
	_, session, _ := strings.Cut(string(u), "/")
	return session
}
