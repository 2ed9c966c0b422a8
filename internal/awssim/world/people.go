package world

import "fmt"

// The states of a user of the identity store.
const (
	PersonEnabled  = "ENABLED"
	PersonDisabled = "DISABLED"
)

// SetUserStatus enables or disables a user of the identity store, named by id or
// by user name. The Identity Store API can not: in AWS this is done in the
// console, or by another identity provider through SCIM. It takes the lock.
func (w *World) SetUserStatus(user, status string) error {
	if status != PersonEnabled && status != PersonDisabled {
		return fmt.Errorf("set status of user %q: status %q: want %s or %s", user, status, PersonEnabled, PersonDisabled)
	}
	w.Lock()
	defer w.Unlock()
	p, ok := w.Directory.users.Get(user)
	if id, named := w.Directory.UserID(user); !ok && named {
		p, ok = w.Directory.users.Get(id)
	}
	if !ok {
		return fmt.Errorf("set status of user %q: the directory has no such user", user)
	}
	p.Status, p.UpdatedAt, p.UpdatedBy = status, w.Now(), ""
	w.Directory.PutUser(p)
	return nil
}

// UniqueID gives a unique id of IAM with its prefix, such as ANPA, that depends
// on parts only.
func UniqueID(prefix string, parts ...string) string { return prefix + shortID(parts...) }
