package world

import (
	"maps"
	"slices"
	"strings"
)

// sessionKey begins the access keys of sessions.
const sessionKey = "ASIASIMULATED"

// OpenSession makes a session of a role, with keys that look like keys and are plainly not real. Whether anybody may
// open it has been judged by then.
func (w *World) OpenSession(r Role, session string) Caller {
	id := strings.ToUpper(strings.ReplaceAll(w.NewID(), "-", ""))
	c := Caller{
		AccessKey: sessionKey + id[:7],
		Account:   w.Account,
		ARN:       "arn:" + w.Partition + ":sts::" + w.Account + ":assumed-role/" + r.Name + "/" + session,
		UserID:    r.ID + ":" + session,
	}
	w.STS.Sessions.Put(c.AccessKey, c)
	return c
}

// Secret is the secret access key of a session.
func (c Caller) Secret() string { return "simulated-secret-of-" + c.AccessKey }

// Token is the session token of a session.
func (c Caller) Token() string { return "simulated-session-of-" + c.AccessKey }

// SessionRole gives the role whose session has that access key. There is a session without a role when the role has
// been deleted since: then the role is empty.
func (w *World) SessionRole(accessKey string) (Role, bool) {
	c, ok := w.STS.Sessions.Get(accessKey)
	if !ok {
		return Role{}, false
	}
	_, name, _ := strings.Cut(c.ARN, ":assumed-role/")
	name, _, _ = strings.Cut(name, "/")
	r, _ := w.IAM.Roles.Get(name)
	return r, true
}

// Judged reports whether a role's policies are judged at all. In AWS they always are; here a role that has none may do
// everything, unless [Behaviour] says otherwise, so that a world need not write policies that nothing is about.
func (w *World) Judged(r Role) bool {
	return w.behaviour.JudgeBareRoles || len(r.Policies)+len(r.Attached) > 0
}

// DocumentsOf gives the texts of the policies of a role: the inline ones by their names, and the attached ones whose
// documents the world has.
func (i *IAM) DocumentsOf(r Role) []string {
	var texts []string
	for _, name := range slices.Sorted(maps.Keys(r.Policies)) {
		texts = append(texts, r.Policies[name])
	}
	for _, arn := range r.Attached {
		if p, ok := i.Policy(arn); ok {
			texts = append(texts, p.Document)
		}
	}
	return texts
}
