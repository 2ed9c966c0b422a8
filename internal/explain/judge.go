package explain

import (
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// doorOf says whether a session of a role can register itself in default, and if that is not known, why.
func (f *Facts) doorOf(role tenancy.RoleARN, session tenancy.Session) (open Verdict, why string) {
	id, why := f.identity(role)
	if id == nil {
		return CannotTell, why
	}
	switch policy.OpensDoorFor(*id, f.Rules.Account, session) {
	case policy.Yes:
		return Yes, ""
	case policy.No:
		return No, ""
	default:
		if unread := policy.Judge(*id, f.Rules.Account).Unread; len(unread) > 0 {
			return CannotTell, strings.Join(unread, "; ")
		}
		return CannotTell, "its policies have conditions that cannot be decided here"
	}
}

// identity finds what was read of a role, nil with the reason where nothing was.
func (f *Facts) identity(role tenancy.RoleARN) (*tenancy.Identity, string) {
	if f.Identities != nil {
		if id := f.Identities.Of(role); id != nil {
			return id, ""
		}
	}
	if why := f.Missed[FromIAM]; why != "" {
		return nil, why
	}
	return nil, "the role's policies were not read"
}

// trust says whether people come into the role at all.
func (w *way) trust() {
	if w.name == "" {
		w.link(Trust, Moot, "it is not known through which role they would sign in")
		return
	}
	id, why := w.f.identity(w.role)
	if id == nil {
		w.link(Trust, Unknown, "whom the role %s trusts is not known: %s", tenancy.Word(w.name), why)
		return
	}
	t := policy.Judge(*id, w.f.Rules.Account).Trust
	if t.Unread != "" {
		w.link(Trust, Unknown, "whom the role %s trusts is not known: %s", tenancy.Word(w.name), t.Unread)
		return
	}
	var maybe *policy.Way
	for i := range t.Ways {
		switch in := &t.Ways[i]; {
		case !in.SAML(w.f.Rules.Account):
		case in.Answer == policy.Yes:
			w.link(Trust, OK, "the role %s lets people in through %s", tenancy.Word(w.name), tenancy.Word(in.Principal.String()))
			return
		default:
			maybe = in
		}
	}
	if maybe != nil {
		w.link(Trust, Assumed, "the role %s lets people in through %s, as long as its conditions hold", tenancy.Word(w.name), tenancy.Word(maybe.String()))
		return
	}
	w.link(Trust, Broken, "the role %s trusts no SAML provider of this account, so that nobody comes into it from Identity Center", tenancy.Word(w.name))
}
