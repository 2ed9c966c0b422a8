package tenancy

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Tag keys and marks are where tenantry remembers what is its own: in AWS, beside the thing itself.
const (
	markPrefix = "tenantry/1"

	// TagStore is the tag of a namespace or a folder that tenantry created; its value is the identity store's id.
	TagStore = "tenantry"
	// TagFounders is the tag of a namespace that names the groups that founded it together, as
	// Founders writes them. It lets a founding that was cut off be finished. On a tenant's folder it names those for which
	// the folder was made: a later customer of the same name has other groups.
	TagFounders = "tenantry-founders"
	// TagFounded is the tag of a namespace that says when it was created (RFC 3339, UTC).
	TagFounded = "tenantry-founded"
	// TagPerson is the tag of a registration; its value is the person's id in Identity Center.
	TagPerson = "tenantry-person"
)

// The marked group of a tenant's custodians stands for no group of the directory: its mark has a word
// in place of an id, which none of them can have (API model: GroupId is a UUID).
const (
	CustodiansGroup GroupID = "custodians"
	CustodiansName  string  = "tenantry-custodians"
)

// The marked group of a person's move keeps what the user whom they are replaced by is to have again. It stands
// for no group of the directory either.
const (
	moveMark = "move/"
	moveName = "tenantry-move-"
)

// MoveName is the name of the group of a person's move.
func MoveName(p PersonID) string { return moveName + string(p) }

// MoveGroup is what stands for the group of a person's move in a Mark.
func MoveGroup(p PersonID) GroupID { return GroupID(moveMark + string(p)) }

// OfMove reports whether the mark is that of the group of a move.
func (m Mark) OfMove() bool { return strings.HasPrefix(string(m.Group), moveMark) }

// Moving is the person whose move a group is for, as its Mark and its name say alike. It answers false for every
// other group.
func (m Mark) Moving(name string) (PersonID, bool) {
	p, ok := strings.CutPrefix(string(m.Group), moveMark)
	return PersonID(p), ok && p != "" && name == MoveName(PersonID(p))
}

// Mark is what the Description of a mirror says: whose the namespace is, and which group the mirror
// stands for.
type Mark struct {
	Store StoreID
	Group GroupID
}

// String is the mark as it stands in a QuickSight group's Description.
func (m Mark) String() string {
	return markPrefix + " " + string(m.Store) + " " + string(m.Group)
}

// ParseMark reads a Description. It answers false for every text that is not exactly a mark: a
// description written by hand is not ours.
func ParseMark(description string) (Mark, bool) {
	parts := strings.Split(description, " ")
	if len(parts) != 3 || parts[0] != markPrefix || parts[1] == "" || parts[2] == "" {
		return Mark{}, false
	}
	return Mark{Store: StoreID(parts[1]), Group: GroupID(parts[2])}, true
}

// maxFounders is how many groups the value of one tag (256 characters) can name.
const maxFounders = 19

// Founders is the value of TagFounders for the groups that found a tenant together: a short digest
// of each id. A tag cannot hold more than 19 of them; the others are left out, and would have to be
// allowed (new_groups) if the founding were cut off.
func Founders(groups []GroupID) string {
	digests := make([]string, 0, len(groups))
	for _, g := range groups {
		digests = append(digests, founder(g))
	}
	slices.Sort(digests)
	return strings.Join(digests[:min(len(digests), maxFounders)], " ")
}

// IsFounder reports whether the value of TagFounders names the group.
func IsFounder(tag string, g GroupID) bool {
	return slices.Contains(strings.Fields(tag), founder(g))
}

// SameFounders reports whether two values of TagFounders name a group in common.
func SameFounders(a, b string) bool {
	return slices.ContainsFunc(strings.Fields(a), func(one string) bool { return slices.Contains(strings.Fields(b), one) })
}

func founder(g GroupID) string {
	sum := sha256.Sum256([]byte(g))
	return hex.EncodeToString(sum[:6])
}
