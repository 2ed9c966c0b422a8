package tenancy

import "strings"

// MaxNamespace is the longest name of a QuickSight namespace, in characters (API model: Namespace).
const MaxNamespace = 64

// DefaultNamespace is the namespace that every QuickSight account has. Just-in-time provisioning
// registers people there, and tenantry never writes to it: no Namespace can hold this name.
const DefaultNamespace = "default"

// Namespace is the name of a tenant's QuickSight namespace: one to 64 of [a-zA-Z0-9._-], and never
// "default" nor a throwaway's (ProbeNamespace), in any case. The zero Namespace is none.
type Namespace struct{ name string }

// ParseNamespace makes a Namespace of a name, or says why the name cannot be one (*InvalidError).
// It never trims, folds or cuts: a name fits as it is, or not at all.
func ParseNamespace(name string) (Namespace, error) {
	const what = "namespace"
	switch {
	case name == "":
		return Namespace{}, invalid(what, name, "is empty")
	case strings.EqualFold(name, DefaultNamespace):
		return Namespace{}, invalid(what, name, "is the account's own namespace, where no tenant may live")
	case IsProbe(name):
		return Namespace{}, invalid(what, name, "begins with "+ProbePrefix+", and is a throwaway of tenantry doctor --probe")
	case len(name) > MaxNamespace:
		return Namespace{}, invalid(what, name, "is longer than 64 characters")
	case name == "." || name == "..":
		return Namespace{}, invalid(what, name, "is a path, not a name")
	}
	for i := range len(name) {
		if !IsNamespaceByte(name[i]) {
			return Namespace{}, invalid(what, name, "holds a character other than letters, digits, '.', '_' and '-'")
		}
	}
	return Namespace{name}, nil
}

// IsNamespaceByte reports whether a namespace's name may hold the byte.
func IsNamespaceByte(c byte) bool {
	return isWord(c) || c == '.' || c == '-'
}

// isWord is the class \w of the API models: ASCII letters, digits and '_'.
func isWord(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || c == '_'
}

// String is the name as QuickSight knows it, "" for the zero Namespace.
func (n Namespace) String() string { return n.name }

// IsZero reports whether n is no namespace at all.
func (n Namespace) IsZero() bool { return n.name == "" }

// Compare orders namespaces by their names, byte for byte.
func (n Namespace) Compare(m Namespace) int { return strings.Compare(n.name, m.name) }

// Fold is the name with case removed: two namespaces with one Fold are too alike to live side by
// side, since AWS does not say whether it tells them apart.
func (n Namespace) Fold() string { return strings.ToLower(n.name) }

// Extends reports whether n is m with a separator and more behind it, as "acme-author" extends
// "acme": the mark of a group name that was cut at the wrong place.
func (n Namespace) Extends(m Namespace) bool {
	rest, ok := strings.CutPrefix(n.name, m.name)
	return ok && m.name != "" && rest != "" && strings.ContainsRune("._-", rune(rest[0]))
}

// MarshalText writes the name.
func (n Namespace) MarshalText() ([]byte, error) { return []byte(n.name), nil }

// UnmarshalText reads a name, and refuses what ParseNamespace refuses.
func (n *Namespace) UnmarshalText(text []byte) error {
	parsed, err := ParseNamespace(string(text))
	if err != nil {
		return err
	}
	*n = parsed
	return nil
}
