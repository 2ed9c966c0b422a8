package console

import (
	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// selfProvisions are the actions by which people register themselves, and what they become, the most powerful first.
var selfProvisions = []struct{ action, role string }{
	{"quicksight:CreateAdmin", "ADMIN"},
	{"quicksight:CreateUser", "AUTHOR"},
	{"quicksight:CreateReader", "READER"},
}

// selfProvisioned is the role of QuickSight's in which a session of an IAM role may register itself; empty: in none.
func (s service) selfProvisioned(r world.Role, session string) string {
	if !s.w.Judged(r) {
		return "READER"
	}
	documents := s.documents(r)
	boundary, bounded := s.boundary(r)
	for _, p := range selfProvisions {
		// The resource has no Region (service authorization reference, Amazon QuickSight, user).
		asked := policydoc.Request{Action: p.action, Resource: s.w.ARN("quicksight", "", "user/"+r.ID+":"+session)}
		v := policydoc.Judge(documents, asked)
		if bounded {
			v, _ = policydoc.JudgeWithin(boundary, documents, asked)
		}
		if v.Decision == policydoc.Allowed {
			return p.role
		}
	}
	return ""
}

// boundary is the permissions boundary of a role, if it has one. One that can not be read allows nothing.
func (s service) boundary(r world.Role) (d policydoc.Document, bounded bool) {
	if p, ok := s.w.IAM.Policy(r.Boundary); ok {
		d, _ = policydoc.ParseIdentity(p.Document)
	}
	return d, r.Boundary != ""
}

// documents are the policies of a role that can be read.
func (s service) documents(r world.Role) []policydoc.Document {
	var documents []policydoc.Document
	for _, text := range s.w.IAM.DocumentsOf(r) {
		if d, err := policydoc.ParseIdentity(text); err == nil {
			documents = append(documents, d)
		}
	}
	return documents
}
