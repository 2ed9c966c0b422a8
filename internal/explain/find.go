package explain

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// SubjectKind is a kind of what can be explained.
type SubjectKind string

// What can be explained. The kinds are prefixes of what is asked, too: person:ana.
const (
	APerson    SubjectKind = "person"
	AGroup     SubjectKind = "group"
	ANamespace SubjectKind = "namespace"
)

// Subject is whom or what an answer is about.
type Subject struct {
	Kind SubjectKind
	ID   string // of Identity Center, or a namespace's name; "" for a user of whom the directory knows nothing
	User Resident
	Name string // as people call it
}

// String says what it is, as it can be asked for again without doubt.
func (s Subject) String() string {
	id := s.ID
	if id == "" {
		id = string(s.User.User)
	}
	return string(s.Kind) + ":" + id
}

// AmbiguousError means that a text names more than one.
type AmbiguousError struct {
	Text  string
	Found []Subject
}

func (e *AmbiguousError) Error() string {
	var names []string
	for _, s := range e.Found {
		names = append(names, "a "+string(s.Kind)+" ("+tenancy.Word(s.Name)+")")
	}
	return fmt.Sprintf("%s is %s", tenancy.Word(e.Text), strings.Join(names, " and "))
}

// Hint says how to ask for one of them.
func (e *AmbiguousError) Hint() string {
	var ways []string
	for _, s := range e.Found {
		ways = append(ways, tenancy.ShellQuote(s.String()))
	}
	return "say which: tenantry explain " + strings.Join(ways, ", or ")
}

// UnknownError means that a text names nobody.
type UnknownError struct {
	Text    string
	Nearest []string // names that are almost the same
}

func (e *UnknownError) Error() string {
	return fmt.Sprintf("neither the directory nor QuickSight knows %s", tenancy.Word(e.Text))
}

// Hint names what was perhaps meant.
func (e *UnknownError) Hint() string {
	if len(e.Nearest) == 0 {
		return "people are found by user name, e-mail address, id, or QuickSight user name (Role/session), groups by name or id, namespaces by name; capital letters count"
	}
	words := make([]string, len(e.Nearest))
	for i, n := range e.Nearest {
		words[i] = tenancy.Word(n)
	}
	return "did you mean " + strings.Join(words, ", or ") + "? capital letters count"
}

// Find says whom or what a text names, of one kind or, where kind is "", of any; a prefix in the text says the kind,
// too. The error is an *AmbiguousError or an *UnknownError.
func (f *Facts) Find(kind SubjectKind, text string) (Subject, error) {
	if kind == "" {
		for _, k := range []SubjectKind{APerson, AGroup, ANamespace} {
			if rest, is := strings.CutPrefix(text, string(k)+":"); is && rest != "" {
				kind, text = k, rest
				break
			}
		}
	}
	var found []Subject
	for _, k := range []struct {
		kind SubjectKind
		find func(string) []Subject
	}{{APerson, f.people}, {AGroup, f.groups}, {ANamespace, f.namespaces}} {
		if kind == "" || kind == k.kind {
			found = append(found, k.find(text)...)
		}
	}
	switch len(found) {
	case 0:
		return Subject{}, &UnknownError{text, f.nearest(kind, text)}
	case 1:
		return found[0], nil
	}
	return Subject{}, &AmbiguousError{text, found}
}

// people are those whom a text names: by id, user name, e-mail address, or the user name that they have, or would have,
// in QuickSight.
func (f *Facts) people(text string) []Subject {
	var found []Subject
	user := tenancy.UserName(text)
	for i := range f.Directory.People {
		p := &f.Directory.People[i]
		session := f.Rules.SessionOf(p)
		signsIn := user.RoleName() != "" && session != "" && user.SessionName() == string(session) && f.isRole(user.RoleName())
		if text == string(p.ID) || text == p.UserName || text == p.Email && text != "" || signsIn {
			found = append(found, Subject{Kind: APerson, ID: string(p.ID), Name: p.UserName})
		}
	}
	if len(found) > 0 || user.RoleName() == "" {
		return found
	}
	for _, r := range f.everywhere(user) {
		if r.Person != "" && f.Directory.Person(r.Person) != nil {
			return []Subject{{Kind: APerson, ID: string(r.Person), Name: text}} // a name of before
		}
		found = append(found, Subject{Kind: APerson, User: Resident{r.Namespace, user}, Name: text})
	}
	return found[:min(1, len(found))]
}

// isRole reports whether a role is one through which people sign in, or did.
func (f *Facts) isRole(name string) bool {
	is := func(r tenancy.RoleARN) bool { return r.Name() == name }
	return slices.ContainsFunc(f.Roles, is) || slices.ContainsFunc(f.Rules.House.SignInRoles, is) || f.Rules.SignIn.Formerly(name)
}

func (f *Facts) groups(text string) []Subject {
	var found []Subject
	for _, g := range f.Directory.Groups {
		if text == string(g.ID) || text == g.Name {
			found = append(found, Subject{Kind: AGroup, ID: string(g.ID), Name: g.Name})
		}
	}
	if found == nil {
		for i := range f.Have.Tenants {
			if m := f.Have.Tenants[i].Mirror(tenancy.GroupID(text)); m != nil && text != string(tenancy.CustodiansGroup) {
				return []Subject{{Kind: AGroup, ID: text, Name: m.Name}} // one that is gone
			}
		}
	}
	return found
}

func (f *Facts) namespaces(text string) []Subject {
	if slices.Contains(f.namespaceNames(), text) {
		return []Subject{{Kind: ANamespace, ID: text, Name: text}}
	}
	return nil
}

// namespaceNames are the names of all that are there or wanted, sorted.
func (f *Facts) namespaceNames() []string {
	var names []string
	for _, s := range []*tenancy.State{&f.Have, &f.Want} {
		for i := range s.Tenants {
			names = append(names, s.Tenants[i].Namespace.String())
		}
	}
	for _, n := range f.Have.Foreign {
		names = append(names, n.Name)
	}
	slices.Sort(names)
	return slices.Compact(names)
}

// nearest are the names that are most like a text, three at most.
func (f *Facts) nearest(kind SubjectKind, text string) []string {
	var names []string
	if kind == "" || kind == APerson {
		for _, p := range f.Directory.People {
			names = append(names, p.UserName, p.Email)
		}
	}
	if kind == "" || kind == AGroup {
		for _, g := range f.Directory.Groups {
			names = append(names, g.Name)
		}
	}
	if kind == "" || kind == ANamespace {
		names = append(names, f.namespaceNames()...)
	}
	slices.Sort(names)
	type near struct {
		name string
		far  int
	}
	var all []near
	for _, name := range slices.Compact(names) {
		if far := distance(strings.ToLower(text), strings.ToLower(name)); name != "" && far <= max(1, len(text)/3) {
			all = append(all, near{name, far})
		}
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(a.far, b.far) })
	var nearest []string
	for _, n := range all[:min(3, len(all))] {
		nearest = append(nearest, n.name)
	}
	return nearest
}

// distance is how many characters must be put in, taken out or exchanged to make one text of another (Levenshtein).
func distance(a, b string) int {
	from, to := []rune(a), []rune(b)
	row := make([]int, len(to)+1)
	for j := range row {
		row[j] = j
	}
	for i, c := range from {
		before := row[0]
		row[0] = i + 1
		for j, d := range to {
			cost := before
			if c != d {
				cost++
			}
			before = row[j+1]
			row[j+1] = min(cost, before+1, row[j]+1)
		}
	}
	return row[len(to)]
}
