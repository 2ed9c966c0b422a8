package explain

import (
	"slices"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Tells says which entries of the history are about a subject: what was done, failed, held or lifted, and who was
// registered just in time. What was only meant is not among them, nor what is about single people in what is told of a
// group or a namespace.
func (f *Facts) Tells(s Subject) func(plan.Entry) bool {
	about := f.tellsOfPerson(s)
	switch s.Kind {
	case AGroup:
		about = func(e plan.Entry) bool {
			made := e.Kind == plan.KindCreateMirror || e.Kind == plan.KindRebind
			return made && string(e.Group) == s.ID || e.Object == s.ID || e.Kind == plan.KindRebind && e.Before == s.ID
		}
	case ANamespace:
		about = func(e plan.Entry) bool {
			return e.Namespace == s.ID && (e.Object == s.ID || slices.Contains(ofNamespaces, e.Kind))
		}
	}
	return func(e plan.Entry) bool {
		return slices.Contains([]plan.What{plan.Done, plan.Failed, plan.Held, plan.Allowed, plan.Drifted, plan.Foreign}, e.What) && about(e)
	}
}

// ofNamespaces are the kinds of changes that are about a namespace itself.
var ofNamespaces = []plan.Kind{
	plan.KindCreateNamespace, plan.KindDeleteNamespace, plan.KindCreateMirror, plan.KindRebind, plan.KindCreateFolder, plan.KindOpenFolder, plan.KindShare,
}

// tellsOfPerson says which entries are about a person: by their id, or by a user name as which they live, or would.
func (f *Facts) tellsOfPerson(s Subject) func(plan.Entry) bool {
	users := map[string]bool{}
	for _, r := range f.Residences(s) {
		users[string(r.User)] = true
	}
	if p := f.Directory.Person(tenancy.PersonID(s.ID)); p != nil {
		if session := f.Rules.SessionOf(p); session != "" {
			for _, role := range f.signIns(p) {
				users[string(tenancy.Principal{Role: role, Session: session}.UserName())] = true
			}
		}
	}
	return func(e plan.Entry) bool {
		if e.Person != "" && s.ID != "" {
			return string(e.Person) == s.ID
		}
		return users[e.Object] || s.ID != "" && e.Object == s.ID
	}
}
