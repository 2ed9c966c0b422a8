package tenancy

import "slices"

// Role is a QuickSight user's role, as the API writes it. Roles that AWS may add later can be held
// (QuickSight may answer them) but are not Known, and nothing is decided about their holders.
type Role string

// The roles in which tenantry registers people (API model: UserRole).
const (
	Reader    Role = "READER"
	ReaderPro Role = "READER_PRO"
	Author    Role = "AUTHOR"
	AuthorPro Role = "AUTHOR_PRO"
	Admin     Role = "ADMIN"
	AdminPro  Role = "ADMIN_PRO"
)

var rolesByRank = []Role{Reader, ReaderPro, Author, AuthorPro, Admin, AdminPro}

// Roles are the known roles, from the lowest to the highest.
func Roles() []Role { return slices.Clone(rolesByRank) }

// ParseRole makes a Role of its exact name, or says why it cannot (*InvalidError).
func ParseRole(name string) (Role, error) {
	if r := Role(name); r.Known() {
		return r, nil
	}
	return "", invalid("role", name, "is not one of READER, READER_PRO, AUTHOR, AUTHOR_PRO, ADMIN and ADMIN_PRO")
}

// Known reports whether r is one of the six roles that can be compared.
func (r Role) Known() bool { return slices.Contains(rolesByRank, r) }

// Below reports whether r is a lower role than s. An unknown role is neither below nor above any.
func (r Role) Below(s Role) bool {
	i, j := slices.Index(rolesByRank, r), slices.Index(rolesByRank, s)
	return i >= 0 && j >= 0 && i < j
}

// IsAdmin reports whether r opens the admin console, which does not know namespaces
// (Quick user guide, "Namespaces").
func (r Role) IsAdmin() bool { return r == Admin || r == AdminPro }

// IsReader reports whether r cannot own assets.
func (r Role) IsReader() bool { return r == Reader || r == ReaderPro }
