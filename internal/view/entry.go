package view

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// entry is a line of the plan: one change, or many in one namespace that differ only by the person.
type entry struct {
	kind    plan.Kind
	phrase  phrase
	because tenancy.Because
	hazards string // names, separated by commas
	held    tenancy.Code
	users   []string // Role/session, as Name writes it, in the order of the plan; empty where nobody is concerned
}

// phrase says what is done, before and behind whom it is done to: "register" X "as READER".
type phrase struct{ before, behind string }

// key is what the changes of one entry have in common.
type key struct {
	kind    plan.Kind
	phrase  phrase
	because tenancy.Because
	hazards string
	held    tenancy.Code
}

// entries groups the steps of a namespace: what is done before what is held, each in the order of
// the kinds, and those of a kind in the order in which they first occur.
func entries(steps []plan.Step) []*entry {
	var list []*entry
	byKey := map[key]*entry{}
	for _, s := range steps {
		k := key{s.Change.Kind(), phraseOf(s.Change), s.Because, joinHazards(s.Hazards), s.Held}
		if endsMove(k.kind) {
			k.because = tenancy.Because{} // they stand behind what was parked, and the registration has said why
		}
		e := byKey[k]
		if e == nil {
			e = &entry{kind: k.kind, phrase: k.phrase, because: k.because, hazards: k.hazards, held: k.held}
			byKey[k] = e
			list = append(list, e)
		}
		if user := userOf(s.Change); user != "" {
			e.users = append(e.users, Name(user))
		}
	}
	slices.SortStableFunc(list, func(a, b *entry) int {
		return cmp.Or(boolRank(a.held != "", b.held != ""), cmp.Compare(slices.Index(kindOrder, a.kind), slices.Index(kindOrder, b.kind)))
	})
	return list
}

// kindOrder is the order in which kinds of changes are shown within a namespace: nearly that in which they are done.
var kindOrder = []plan.Kind{
	plan.KindCreateNamespace, plan.KindCreateMirror, plan.KindCreateFolder, plan.KindOpenFolder, plan.KindShare, plan.KindRemoveMember, plan.KindSuspend, plan.KindBeginMove, plan.KindPark, plan.KindHandOver,
	plan.KindHandToHouse, plan.KindRemoveRegistration, plan.KindRegister, plan.KindUpdateUser, plan.KindLowerRole, plan.KindSetCustomPermissions,
	plan.KindResume, plan.KindAddMember, plan.KindGiveBack, plan.KindUnpark, plan.KindEndMove, plan.KindRebind, plan.KindRevoke,
	plan.KindEvict, plan.KindPrepare, plan.KindReturn, plan.KindRejoin, plan.KindRegain,
}

// boolRank orders false before true.
func boolRank(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// phraseOf words a change. One that it does not know is called by the name of its kind.
func phraseOf(c plan.Change) phrase {
	switch c := c.(type) {
	case plan.CreateNamespace:
		if c.Again {
			return phrase{before: "create the namespace again, as its first creation failed"}
		}
		return phrase{before: "create the namespace"}
	case plan.CreateMirror:
		return phrase{before: "create the group " + Quote(c.Name)}
	case plan.Register:
		return phrase{"register", "as " + string(c.Role) + withProfile(c.CustomPermissions)}
	case plan.UpdateUser:
		return phraseOfUpdate(c)
	case plan.SetCustomPermissions:
		return phraseOfProfile(c)
	case plan.AddMember:
		return phrase{"add", "to the group " + Quote(c.Mirror)}
	case plan.LowerRole:
		return phrase{"lower", "from " + Name(string(c.Was)) + " to " + string(c.Role)}
	case plan.RemoveMember:
		return phrase{"take", "out of the group " + Quote(c.Mirror)}
	case plan.Suspend:
		return phrase{"suspend", suspendedWith(c.Profile)}
	case plan.Resume:
		return phrase{"end the suspension of", suspendedWith(c.Profile)}
	case plan.HandOver:
		return phrase{"hand over to the custodians what", "owns alone: " + asset(c.Asset, c.Name)}
	case plan.HandToHouse:
		return phrase{"hand over to " + Quote(c.Group) + " of " + Name(c.To) + " what", "owns: " + asset(c.Asset, c.Name)}
	case plan.Revoke:
		return phrase{before: "take from the group " + Quote(c.Group) + " what it may do with " + asset(c.Asset, c.Name)}
	case plan.Share:
		return phrase{before: "let the group " + Quote(c.Mirror) + " view the " + Name(string(c.Asset.Kind)) + " " + Name(c.Asset.Region+"/"+c.Asset.ID)}
	case plan.CreateFolder:
		return phrase{before: "create the folder " + Name(c.Region+"/"+c.Asset().ID)}
	case plan.OpenFolder:
		return phrase{before: "let the group " + Quote(c.Mirror) + " " + owning(c.May) + " the folder " + Name(c.Region+"/"+c.Asset().ID)}
	case plan.RemoveRegistration:
		return phrase{"remove", "(" + Name(string(c.Role)) + ")" + comingBack(c)}
	case plan.BeginMove:
		return phrase{"begin to replace", ""}
	case plan.Park:
		return phrase{"park what", "may do: " + mayDo(c.Access, asset(c.Asset, c.Name))}
	case plan.GiveBack:
		return phrase{"give back to", "what is parked: " + mayDo(c.Access, asset(c.Asset, c.Name))}
	case plan.Unpark:
		return phrase{"no longer park in", asset(c.Asset, c.Name)}
	case plan.EndMove:
		return phrase{"delete the group", ""}
	case plan.Evict:
		return phrase{"take", "(" + Name(string(c.Role)) + ") out of " + Name(c.From) + comingBack(plan.RemoveRegistration{User: c.User, Back: c.Back})}
	case plan.Prepare:
		return phrase{"mark in " + Name(c.From) + " that", "is prepared"}
	case plan.Return:
		return phrase{"register", "again in " + Name(c.To) + " as " + Name(string(c.Role)) + withProfile(c.CustomPermissions)}
	case plan.Rejoin:
		return phrase{"put", "again into the group " + Quote(c.Group) + " of " + Name(c.To)}
	case plan.Regain:
		return phrase{"give", "again what they had in " + Name(c.To) + ": " + mayDo(c.Access, asset(c.Asset, c.Name))}
	case plan.Rebind:
		return phrase{before: "bind the group " + Quote(c.Mirror) + " to " + Name(string(c.To)) + " in place of " + Name(string(c.From))}
	}
	return phrase{before: string(c.Kind())}
}

// owning is what a group may do with its tenant's own folder.
func owning(may tenancy.Access) string {
	if may == tenancy.Owns {
		return "own"
	}
	return "view"
}

// asset is what is handed over: the dashboard "Sales" (eu-west-1/1f2e).
func asset(a tenancy.AssetRef, name string) string {
	return "the " + Name(string(a.Kind)) + " " + Quote(name) + " (" + Name(a.Region+"/"+a.ID) + ")"
}

// mayDo says what somebody may do with an asset: view the dashboard "Sales" (eu-west-1/1f2e).
func mayDo(may tenancy.Access, what string) string {
	switch may {
	case tenancy.Views:
		return "view " + what
	case tenancy.Owns:
		return "own " + what
	}
	return count(len(strings.Fields(string(may))), "action", "actions") + " on " + what
}

// suspendedWith names the custom permissions of somebody who is suspended, or no longer is.
func suspendedWith(profile string) string {
	if profile == "" {
		return ""
	}
	return "(custom permissions " + Quote(profile) + ")"
}

// comingBack says as whom somebody who is removed is there again.
func comingBack(c plan.RemoveRegistration) string {
	switch c.Back {
	case "":
		return ""
	case c.User:
		return ", to be registered anew"
	}
	return ", who is " + Name(string(c.Back)) + " now"
}

func withProfile(profile string) string {
	if profile == "" {
		return ""
	}
	return " with the custom permissions " + Quote(profile)
}

// phraseOfUpdate shows e-mail addresses only where they change.
func phraseOfUpdate(c plan.UpdateUser) phrase {
	role := "from " + Name(string(c.WasRole)) + " to " + string(c.Role)
	email := "from " + Quote(c.WasEmail) + " to " + Quote(c.Email)
	switch {
	case c.Email == c.WasEmail:
		return phrase{"raise", role}
	case c.Role == c.WasRole:
		return phrase{"correct the e-mail address of", email}
	}
	return phrase{"raise", role + ", and correct the e-mail address " + email}
}

func phraseOfProfile(c plan.SetCustomPermissions) phrase {
	switch {
	case c.Profile == "":
		return phrase{"take the custom permissions " + Quote(c.Was) + " from", ""}
	case c.Was == "":
		return phrase{"give", "the custom permissions " + Quote(c.Profile)}
	}
	return phrase{"give", "the custom permissions " + Quote(c.Profile) + " in place of " + Quote(c.Was)}
}

// userOf is the name of the user whom a change is about, "" where it is about none.
func userOf(c plan.Change) string {
	switch c.Kind() {
	case plan.KindCreateNamespace, plan.KindCreateMirror, plan.KindRebind, plan.KindRevoke, plan.KindShare, plan.KindCreateFolder, plan.KindOpenFolder:
		return ""
	}
	return c.Object()
}

// adds reports whether a change of the kind makes something that was not there.
func adds(k plan.Kind) bool {
	switch k {
	case plan.KindCreateNamespace, plan.KindCreateMirror, plan.KindRegister, plan.KindAddMember, plan.KindShare, plan.KindCreateFolder, plan.KindOpenFolder:
		return true
	}
	return false
}

// endsMove reports whether a change of the kind is done when somebody who was replaced has come back.
func endsMove(k plan.Kind) bool {
	return k == plan.KindGiveBack || k == plan.KindUnpark || k == plan.KindEndMove
}

// text is the entry as a sentence about those whom it is done to.
func (p phrase) text(whom string) string {
	var parts []string
	for _, s := range []string{p.before, whom, p.behind} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " ")
}

// stepText is one step as a sentence, without its namespace.
func stepText(c plan.Change) string {
	user := userOf(c)
	if user != "" {
		user = Name(user)
	}
	return phraseOf(c).text(user)
}

func joinHazards(hazards []plan.Hazard) string {
	names := make([]string, len(hazards))
	for i, h := range hazards {
		names[i] = string(h)
	}
	return strings.Join(names, ", ")
}

// newcomers are the people who are registered in a namespace, role by role.
type newcomers struct {
	all    []string
	byRole map[string][]string // by what stands behind whom in their phrase
	listed []string            // those whose names were listed last
}

func newcomersOf(list []*entry) newcomers {
	n := newcomers{byRole: map[string][]string{}}
	for _, e := range list {
		if e.kind == plan.KindRegister && e.held == "" {
			n.all = append(n.all, e.users...)
			n.byRole[e.phrase.behind] = append(n.byRole[e.phrase.behind], e.users...)
		}
	}
	slices.Sort(n.all)
	return n
}

// whom names those whom an entry is about, and reports whether their names are to be listed below
// it. One is named. Many are counted, and not listed where they are exactly those whose names stand
// among the people who gain access.
func (n *newcomers) whom(e *entry) (whom string, list bool) {
	switch {
	case len(e.users) == 0:
		return "", false
	case len(e.users) == 1:
		return e.users[0], false
	case sameSet(n.listed, e.users):
		return fmt.Sprintf("the same %s", count(len(e.users), "person", "people")), false
	case e.kind == plan.KindRegister && e.held == "":
		return count(len(e.users), "person", "people"), false
	case e.kind == plan.KindAddMember && e.held == "":
		for _, behind := range sortedKeys(n.byRole) {
			if sameSet(n.byRole[behind], e.users) {
				return fmt.Sprintf("the %s registered %s", count(len(e.users), "person", "people"), behind), false
			}
		}
		if sameSet(n.all, e.users) {
			return fmt.Sprintf("the %s registered here", count(len(e.users), "person", "people")), false
		}
	}
	return count(len(e.users), "person", "people"), true
}

func sameSet(a, b []string) bool {
	if len(a) != len(b) {
		return false
	}
	a, b = slices.Sorted(slices.Values(a)), slices.Sorted(slices.Values(b))
	return slices.Equal(a, b)
}
