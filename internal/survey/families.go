package survey

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Family is groups whose names begin alike, and go on with what can be read as a customer's name.
type Family struct {
	Prefix    string
	Rules     []Rule
	Customers []Customer // sorted by Name
	// Odd are the groups with the prefix of which no rule makes a customer, sorted.
	Odd []string
}

// Rule is a rule of the configuration, as the names of a family suggest it.
type Rule struct {
	Pattern string
	Role    tenancy.Role
	// Lowered says that the names speak of administrators, whom a customer should not have.
	Lowered bool
	Groups  int // that fit
}

// Customer is a name that a family has in the place of {namespace}.
type Customer struct {
	Name   string
	Groups []tenancy.GroupID
}

// separators are the characters that names of groups are put together with.
const separators = ":/|#@ -_."

// roleWords are the ends of names that say what people may do.
var roleWords = map[string]tenancy.Role{
	"author": tenancy.Author, "authors": tenancy.Author, "editor": tenancy.Author, "editors": tenancy.Author,
	"creator": tenancy.Author, "creators": tenancy.Author, "designer": tenancy.Author, "designers": tenancy.Author,
	"author-pro": tenancy.AuthorPro, "authors-pro": tenancy.AuthorPro, "author_pro": tenancy.AuthorPro, "authors_pro": tenancy.AuthorPro,
	"reader": tenancy.Reader, "readers": tenancy.Reader, "viewer": tenancy.Reader, "viewers": tenancy.Reader,
	"user": tenancy.Reader, "users": tenancy.Reader,
	"reader-pro": tenancy.ReaderPro, "readers-pro": tenancy.ReaderPro, "reader_pro": tenancy.ReaderPro, "readers_pro": tenancy.ReaderPro,
	"admin": tenancy.Author, "admins": tenancy.Author, "administrators": tenancy.Author,
}

// Families finds what looks like customers among groups, by their names alone, sorted by Prefix: of several customers,
// or of one with several groups. What one of them says is a guess.
func Families(groups []tenancy.Group) []Family {
	byPrefix := map[string][]tenancy.Group{}
	for _, g := range groups {
		for i := range len(g.Name) - 1 {
			if strings.IndexByte(separators, g.Name[i]) >= 0 && strings.IndexByte(separators, g.Name[i+1]) < 0 {
				byPrefix[g.Name[:i+1]] = append(byPrefix[g.Name[:i+1]], g)
			}
		}
	}
	var all []Family
	for _, prefix := range slices.Sorted(maps.Keys(byPrefix)) {
		if f, ok := family(prefix, byPrefix[prefix]); ok {
			all = append(all, f)
		}
	}
	return withoutTwins(all)
}

// family reads the names of groups with a prefix.
func family(prefix string, groups []tenancy.Group) (Family, bool) {
	f := Family{Prefix: prefix}
	customers, ends := map[string][]tenancy.GroupID{}, map[string]int{}
	for _, g := range groups {
		name, end := split(g.Name[len(prefix):])
		if _, err := tenancy.ParseNamespace(name); err != nil {
			f.Odd = append(f.Odd, g.Name)
			continue
		}
		customers[name] = append(customers[name], g.ID)
		ends[end]++
	}
	for _, name := range slices.Sorted(maps.Keys(customers)) {
		f.Customers = append(f.Customers, Customer{name, customers[name]})
	}
	// The longest end first: the first rule that fits a group counts.
	longest := slices.SortedFunc(maps.Keys(ends), func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	for _, end := range longest {
		r := Rule{Pattern: prefix + "{namespace}" + end, Role: tenancy.Reader, Groups: ends[end]}
		if end != "" {
			word := strings.ToLower(end[1:])
			r.Role, r.Lowered = roleWords[word], strings.HasPrefix(word, "admin")
		}
		if _, err := rules.ParsePattern(r.Pattern); err != nil || !plain(r.Pattern) {
			return Family{}, false
		}
		f.Rules = append(f.Rules, r)
	}
	slices.Sort(f.Odd)
	return f, len(f.Customers) > 1 || len(f.Customers) == 1 && len(f.Customers[0].Groups) > 1
}

// split takes the word for a role, with the separator before it, from the end of a name. A name that is nothing but such
// a word is nobody's.
func split(rest string) (name, end string) {
	if _, is := roleWords[strings.ToLower(rest)]; is {
		return "", ""
	}
	for i := 1; i < len(rest)-1; i++ {
		if strings.IndexByte(separators, rest[i]) < 0 {
			continue
		}
		if _, is := roleWords[strings.ToLower(rest[i+1:])]; is {
			return rest[:i], rest[i:]
		}
	}
	return rest, ""
}

// withoutTwins leaves out a family whose groups are all those of one with a longer prefix: what the names share is the
// longer one.
func withoutTwins(all []Family) []Family {
	return slices.DeleteFunc(slices.Clone(all), func(f Family) bool {
		return slices.ContainsFunc(all, func(g Family) bool {
			return len(g.Prefix) > len(f.Prefix) && strings.HasPrefix(g.Prefix, f.Prefix) && g.groups() == f.groups()
		})
	})
}

// groups is how many groups it has.
func (f *Family) groups() int {
	n := len(f.Odd)
	for _, c := range f.Customers {
		n += len(c.Groups)
	}
	return n
}

// InFamilies are the groups that any family has as a customer's, sorted: those whose members tell more.
func InFamilies(all []Family) []tenancy.GroupID {
	var ids []tenancy.GroupID
	for _, f := range all {
		for _, c := range f.Customers {
			ids = append(ids, c.Groups...)
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}
