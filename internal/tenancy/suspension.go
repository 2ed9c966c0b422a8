package tenancy

import (
	"strconv"
	"strings"
)

// TagSuspended is the tag of a user that tenantry has suspended; its value is a Suspension.
const TagSuspended = "tenantry-suspended"

// Suspension says since when a user is suspended, and what they had before. The zero value is of one who is not.
type Suspension struct {
	Since int64  // seconds since 1970
	Was   string // the profile of custom permissions that they had, "" for none
}

// String is the suspension as it stands in a tag: the seconds, and the profile where there was one.
func (s Suspension) String() string {
	return strings.TrimSpace(strconv.FormatInt(s.Since, 10) + " " + s.Was)
}

// ParseSuspension reads the value of a tag. It answers false for every text that is none.
func ParseSuspension(text string) (Suspension, bool) {
	at, was, _ := strings.Cut(text, " ")
	since, err := strconv.ParseInt(at, 10, 64)
	if err != nil || since <= 0 {
		return Suspension{}, false
	}
	return Suspension{since, was}, true
}
