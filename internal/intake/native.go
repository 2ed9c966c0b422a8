package intake

import (
	"bytes"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// mostHints is how many hints one notification may give. One that names more people asks for a pass.
const mostHints = 100

// native reads a notification of the identity store's own, such as "User Created". Of what is in them, AWS documents
// the envelope, that resources holds ARNs, and little of detail; so ids are taken from wherever they
// stand, and where none are found that fit the notification's name, a pass is asked for. An id that is
// malformed is here no proof of forgery, and is passed over.
func (r *Reader) native(e *event) Reading {
	e.cause.Name = printable([]byte("identitystore "+string(e.kind)), maxName)
	f := &found{}
	f.collect(e.tape, e.field(0, "resources"))
	f.collect(e.tape, e.detail)
	if slices.ContainsFunc(f.stores, func(s string) bool { return s != string(r.Store) }) {
		return e.because(ForeignStore)
	}
	words := strings.ToLower(string(e.kind))
	hints := f.hints(words)
	if len(hints) == 0 || len(hints) > mostHints {
		return e.unknown()
	}
	for i := range hints {
		hints[i].Cause, hints[i].Revokes = e.cause, mayRevoke(words, hints[i].Kind)
	}
	return Reading{Hints: hints, Cause: e.cause}
}

// mayRevoke reports whether a notification may tell of something taken away. To disable somebody is to
// update them.
func mayRevoke(words string, k Kind) bool {
	for _, w := range []string{"delet", "remov", "disabl"} {
		if strings.Contains(words, w) {
			return true
		}
	}
	updated := strings.Contains(words, "updat")
	return updated && (k == Person || strings.Contains(words, "member"))
}

// found are the ids in a notification, each kind in the order in which they stand there.
type found struct {
	people, groups, memberships, stores []string
}

// hints are what a notification with these ids is about, going by the words of its name.
func (f *found) hints(words string) []Hint {
	switch {
	case strings.Contains(words, "member"):
		return f.membership()
	case strings.HasPrefix(words, "user "):
		return each(Person, f.people, "")
	case strings.HasPrefix(words, "group "):
		return each(Group, f.groups, "")
	}
	return nil
}

func (f *found) membership() []Hint {
	var group string
	if len(f.groups) == 1 {
		group = f.groups[0]
	}
	switch {
	case len(f.people) > 0:
		return each(Person, f.people, group)
	case len(f.groups) > 0:
		return each(Group, f.groups, "")
	}
	return each(Membership, f.memberships, "")
}

func each(k Kind, ids []string, group string) []Hint {
	var hints []Hint
	for _, id := range ids {
		hints = append(hints, Hint{Kind: k, ID: id, Group: tenancy.GroupID(group)})
	}
	return hints
}

// collect goes through all the texts at a place and below it.
func (f *found) collect(t *tape, at int) {
	if at == nowhere {
		return
	}
	for i := at; i < int(t.values[at].next); i++ {
		if v := t.values[i]; v.kind == text {
			f.take(fold(v.key), v.text)
			f.arn(v.text)
		}
	}
}

// take takes a text by the name of its field, however that is spelt: userId, UserId, user-id.
func (f *found) take(key string, id []byte) {
	switch key {
	case "identitystoreid", "identitystore":
		if string(id) != hidden && isStore(id) {
			f.stores = append(f.stores, string(id))
		}
	case "userid", "user":
		add(&f.people, id)
	case "groupid", "group":
		add(&f.groups, id)
	case "membershipid", "membership", "groupmembershipid":
		add(&f.memberships, id)
	}
}

// arn takes what an ARN of the identity store names. Source: Service Authorization Reference, "Resource types
// defined by AWS Identity Store": arn:PARTITION:identitystore::ACCOUNT:identitystore/ID and
// arn:PARTITION:identitystore:::user/ID, group/ID, membership/ID.
func (f *found) arn(s []byte) {
	if !bytes.HasPrefix(s, []byte("arn:")) {
		return
	}
	parts := strings.SplitN(string(s), ":", 6)
	if len(parts) < 6 || parts[2] != "identitystore" {
		return
	}
	path := strings.Split(parts[5], "/")
	for i := 0; i+1 < len(path); i += 2 {
		f.take(path[i], []byte(path[i+1]))
	}
}

// add keeps an id that is one and is new. It stops where the notification is given up anyway.
func add(ids *[]string, id []byte) {
	if isID(id) && len(*ids) <= mostHints && !slices.Contains(*ids, string(id)) {
		*ids = append(*ids, string(id))
	}
}

// fold is the name of a field in small letters, without hyphens and underscores.
func fold(key []byte) string {
	return strings.NewReplacer("-", "", "_", "").Replace(strings.ToLower(string(key)))
}
