package plan

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// Kept is a hold of a plan with the steps that it keeps from being done.
type Kept struct {
	Hold  tenancy.Hold
	Steps []Step // in the order of the plan; none where the hold keeps what no step is made for
	// Accepted says that the configuration accepts the hold.
	Accepted bool
}

// tokenDigits is how many hexadecimal digits a token has: enough for no two holds of an account to share
// one, and few enough to be read out.
const tokenDigits = 10

// Token names the hold as it is now: its reason and all that it keeps are in it. Once anything about it is
// different, nothing has this token, and so nobody lifts what they have not been shown.
func (k Kept) Token() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%q %q %q %q\n", k.Hold.Code, k.Hold.Namespace, k.Hold.Object, k.Hold.Reason)
	for _, s := range k.Steps {
		change, err := json.Marshal(s.Change)
		if err != nil {
			panic("plan: token: " + err.Error()) // a change is strings and numbers
		}
		fmt.Fprintf(sum, "%s %s\n", s.Change.Kind(), change)
	}
	return hex.EncodeToString(sum.Sum(nil))[:tokenDigits]
}

// IsToken reports whether a text has the form of a Token.
func IsToken(text string) bool {
	digits, err := hex.DecodeString(text)
	return err == nil && len(digits)*2 == tokenDigits
}

// Hazard is the hazard that lifts the hold when it is allowed by name, "" where none does.
func (k Kept) Hazard() Hazard {
	if h := Hazard(k.Hold.Code); slices.Contains(AllowableHazards(), h) && len(k.Steps) > 0 {
		return h
	}
	return ""
}

// About reports whether the hold is about one person or user, and not about a group, a tenant or the account.
func (k Kept) About() bool {
	return slices.ContainsFunc(k.Steps, func(s Step) bool { return concerns(s.Change, k.Hold.Object) })
}

// concerns reports whether a change is about the person or user that a hold calls by its object.
func concerns(c Change, object string) bool {
	switch c.Kind() {
	case KindCreateMirror, KindShare, KindOpenFolder:
		return false // a group may well be called as a person is
	}
	return object != "" && (object == string(c.Who()) || object == c.Object())
}

// Keeps answers the holds of a plan, and then those that the configuration accepts, each with its steps.
//
// A step says by which code it is held, and not by which hold. Of those with its code, in its namespace or in
// none, it is the narrowest that keeps it: the one about its user or person; or else about a group that they
// are to leave; or else about the namespace; or else about the account.
func (p *Plan) Keeps() []Kept {
	k := &keeps{byName: map[holdName][]int{}, user: map[somebody][]string{}, leaves: map[somebody][]string{}}
	for _, h := range p.Holds {
		k.add(h, false)
	}
	for _, h := range p.Accepted {
		k.add(h, true)
	}
	for _, s := range p.Steps {
		k.know(s)
	}
	for _, s := range p.Steps {
		if s.Held == "" || s.Held == NotSelected {
			continue
		}
		for _, i := range k.of(s) {
			k.all[i].Steps = append(k.all[i].Steps, s)
		}
	}
	return k.all
}

// HoldOf answers the hold that a token names.
func (p *Plan) HoldOf(token string) (Kept, bool) {
	found, ok := Kept{}, false
	for _, k := range p.Keeps() {
		if k.Token() == token {
			if other := found.Hold; ok && (other.Code != k.Hold.Code || other.Namespace != k.Hold.Namespace || other.Object != k.Hold.Object) {
				return Kept{}, false // nobody can say which was meant
			}
			found, ok = k, true
		}
	}
	return found, ok
}

type (
	holdName struct {
		code              tenancy.Code
		namespace, object string
	}
	// somebody is a user or a person in a namespace.
	somebody struct{ namespace, name string }
)

type keeps struct {
	all    []Kept
	byName map[holdName][]int    // the places of holds in all: those about one object may give several reasons
	user   map[somebody][]string // the names that steps call a person by
	leaves map[somebody][]string // the groups that a user is to leave, and is held in
}

func (k *keeps) add(h tenancy.Hold, accepted bool) {
	name := holdName{h.Code, h.Namespace, h.Object}
	k.byName[name] = append(k.byName[name], len(k.all))
	k.all = append(k.all, Kept{Hold: h, Accepted: accepted})
}

// know takes down whom a step is about.
func (k *keeps) know(s Step) {
	n := s.Change.In().String()
	if who := string(s.Change.Who()); who != "" && who != string(tenancy.Nobody) {
		at := somebody{n, who}
		k.user[at] = appendNew(k.user[at], s.Change.Object())
	}
	if c, ok := s.Change.(RemoveMember); ok && s.Held != "" {
		at := somebody{n, string(c.User)}
		k.leaves[at] = appendNew(k.leaves[at], string(c.Group))
	}
}

// of answers the places of the holds that keep a step.
func (k *keeps) of(s Step) []int {
	n := s.Change.In().String()
	var names []string
	switch c := s.Change.(type) {
	case CreateMirror: // a group may well be called as a person is
	case Share:
		names = []string{c.Asset.String()}
	case CreateFolder:
		names = []string{c.Asset().String()}
	case OpenFolder:
		names = []string{c.Asset().String()}
	default:
		names = append([]string{s.Change.Object(), string(s.Change.Who())}, k.user[somebody{n, string(s.Change.Who())}]...)
	}
	for _, objects := range [][]string{names, k.leaves[somebody{n, s.Change.Object()}], {n}} {
		for _, object := range objects {
			if found := k.named(s, n, object); object != "" && len(found) > 0 {
				return found
			}
		}
	}
	return k.byName[holdName{s.Held, "", "account"}]
}

// named answers the holds of a step's code about an object, in the step's namespace or in none.
func (k *keeps) named(s Step, namespace, object string) []int {
	found := slices.Concat(k.byName[holdName{s.Held, namespace, object}], k.byName[holdName{s.Held, "", object}])
	if len(found) > 1 && s.Change.Kind().TakesAway() {
		// Somebody who is to leave two groups is held in each by a hold of its own.
		own := heldRemoval(Hazard(s.Held), s.Change)
		if i := slices.IndexFunc(found, func(i int) bool { return k.all[i].Hold == own }); i >= 0 {
			return found[i : i+1]
		}
	}
	return found
}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// Needed answers, of the steps of a plan, some with those that they stand on: the namespace, the group, the
// registration without which they cannot be done, and the group that inherits with those in it; and with what
// makes them whole: who is replaced is registered anew; and the folder that is opened to a group. Who says that only certain
// changes be made names them like this (Policy.Only). What is held besides stays held.
func Needed(all, some []Step) map[Change]bool {
	type in struct {
		n    tenancy.Namespace
		what string
	}
	only := map[Change]bool{}
	namespaces, groups, users := map[tenancy.Namespace]bool{}, map[in]bool{}, map[in]bool{}
	for _, s := range some {
		only[s.Change] = true
		n := s.Change.In()
		if s.Change.Kind().TakesAway() {
			continue
		}
		namespaces[n] = true
		switch c := s.Change.(type) {
		case AddMember:
			groups[in{n, string(c.Group)}], users[in{n, string(c.User)}] = true, true
		case HandOver:
			groups[in{n, string(tenancy.CustodiansGroup)}] = true
		case Share:
			groups[in{n, string(c.Group)}] = true
		case OpenFolder:
			groups[in{n, string(c.Group)}] = true
		}
	}
	for _, c := range foldersOf(all, only) {
		only[c] = true
	}
	arrives := arriving(some)
	for _, s := range all {
		n := s.Change.In()
		inherits := makesCustodians(s.Change) && groups[in{n, string(tenancy.CustodiansGroup)}]
		if !arrives(s.Change) && !inherits {
			continue
		}
		only[s.Change] = true
		if c, adds := s.Change.(AddMember); adds {
			groups[in{n, string(c.Group)}] = true
		}
	}
	for _, s := range all {
		n := s.Change.In()
		switch c := s.Change.(type) {
		case CreateNamespace:
			only[c] = only[c] || namespaces[n]
		case CreateMirror:
			only[c] = only[c] || groups[in{n, string(c.Group)}]
		case Register:
			only[c] = only[c] || users[in{n, c.Object()}]
		}
	}
	return only
}

// arriving tells what belongs to the coming back of those who are removed by some steps: that they are registered, or
// whoever has their name now is, the groups that these come into, and what is given back to them.
func arriving(some []Step) func(Change) bool {
	users, moves := map[leaver]bool{}, map[move]bool{}
	for _, s := range some {
		if c, is := s.Change.(RemoveRegistration); is {
			users[leaver{c.Namespace, c.User}] = true
			if c.Back != "" {
				users[leaver{c.Namespace, c.Back}], moves[move{c.Namespace, c.Person}] = true, true
			}
		}
	}
	return func(c Change) bool {
		switch c.Kind() {
		case KindRegister, KindAddMember:
			return users[leaver{c.In(), tenancy.UserName(c.Object())}]
		case KindGiveBack, KindUnpark, KindEndMove:
			return moves[move{c.In(), c.Who()}] && !leaves(c)
		}
		return false
	}
}
