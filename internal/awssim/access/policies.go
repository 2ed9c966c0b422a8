package access

import (
	"fmt"

	"github.com/tenantry/tenantry/internal/awssim/policydoc"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// Policies are documents that judge calls without standing in the world: who makes the calls is in no list of roles, and no
// call reads or changes what they may do.
type Policies struct {
	documents []policydoc.Document
	needed    func(sid, action string)
}

// NewPolicies reads documents, which IAM would have to take; variables in them stand for nothing. needed is told of each
// statement that allows a call, with the action; nil is nobody.
func NewPolicies(texts []string, needed func(sid, action string)) (*Policies, error) {
	p := &Policies{needed: needed}
	for i, text := range texts {
		d, err := policydoc.ParseIdentity(text)
		if err != nil {
			return nil, fmt.Errorf("document %d: %w", i+1, err)
		}
		p.documents = append(p.documents, d)
	}
	return p, nil
}

// Refusal gives the message with which IAM refuses r by these documents; empty: it does not. The world is locked.
func (p *Policies) Refusal(w *world.World, r *wire.Request) string {
	need, ok := NeedOf(w, r)
	if !ok {
		return ""
	}
	for _, a := range need.asks(r) {
		v := policydoc.Judge(p.documents, a)
		if why := reason(v.Decision, a.Action, "an ", "identity-based policy"); why != "" {
			return refusal(r, a, why)
		}
		if p.needed == nil {
			continue
		}
		for _, at := range v.Matched {
			p.needed(p.documents[at.Document].Statements[at.Statement].Sid, a.Action)
		}
	}
	return ""
}
