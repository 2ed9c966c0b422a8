package tenancy

import (
	"strconv"
	"strings"
)

// TagPrepared is the tag of a user outside of the tenants of whom a migration has prepared the move; its value is a
// Prepared.
const TagPrepared = "tenantry-prepared"

// Prepared says in which tenant somebody has all that follows them from elsewhere, and since when. The zero value is of
// one who has not.
type Prepared struct {
	To    Namespace
	Since int64 // seconds since 1970
}

// String is the value as it stands in a tag: the seconds and the namespace.
func (p Prepared) String() string { return strconv.FormatInt(p.Since, 10) + " " + p.To.String() }

// ParsePrepared reads the value of a tag. It answers false for every text that is none.
func ParsePrepared(text string) (Prepared, bool) {
	at, name, _ := strings.Cut(text, " ")
	since, err := strconv.ParseInt(at, 10, 64)
	n, bad := ParseNamespace(name)
	if err != nil || bad != nil || since <= 0 {
		return Prepared{}, false
	}
	return Prepared{n, since}, true
}
