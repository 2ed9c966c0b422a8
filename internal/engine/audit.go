//go:build !tenantry.lambda

package engine

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Auditor reads all that an audit judges by. It writes nothing.
//
// Assets are read first, then what a pass reads, and the directory is the last of it: whoever was given something of an
// asset is looked for among those who were there afterwards, so that somebody registered meanwhile is nobody's stranger.
type Auditor struct {
	Engine    *Engine
	Inspector Inspector
	Settings  AccountSettings
	IAM       IAM
	Outside   Outside // reads whose move is prepared; nil reads nobody's
	// Verify reads who stands behind each registration of a tenant, at a call for each.
	Verify    bool
	Embedding []audit.Embedding
	Accepted  []audit.Accepted
	Tell      func(doing string) // is told what is being read; nil is nobody
}

// auditing is an audit that is under way.
type auditing struct {
	*Auditor
	facts audit.Facts
	pass  *Pass
}

// Facts makes sure that this is the right account, and reads it. What a pass reads (the namespaces, their people and
// groups, and the directory) must be read, since without it nothing can be said of anybody; and where the credentials are
// not accepted, or ctx ends, nothing can. What else cannot be read is among the facts, with the reason.
func (a *Auditor) Facts(ctx context.Context) (*audit.Facts, error) {
	e := a.Engine
	if _, err := e.Check(ctx); err != nil {
		return nil, err
	}
	r := &auditing{Auditor: a, facts: audit.Facts{
		Account: e.Account, Region: e.IdentityRegion, AssetRegions: e.assetRegions(), At: time.Now().Unix(),
		HouseRoles: e.Rules.House.SignInRoles, Embedding: a.Embedding, Accepted: a.Accepted,
	}}
	for _, read := range []func(context.Context) error{r.assets, r.settings, r.ofPass, r.prepared, r.spaces, r.identities} {
		if err := read(ctx); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(r.facts.Missed, func(a, b audit.Missed) int { return strings.Compare(a.Source, b.Source) })
	return &r.facts, nil
}

func (r *auditing) tell(format string, args ...any) {
	if r.Tell != nil {
		r.Tell(fmt.Sprintf(format, args...))
	}
}

// missed takes down a source that could not be read, and answers an error only where nothing more can be.
func (r *auditing) missed(ctx context.Context, err error, source string) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil || errors.Is(err, plan.ErrCredentials) {
		return fmt.Errorf("reading %s: %w", source, err)
	}
	r.facts.Missed = append(r.facts.Missed, audit.Missed{Source: source, Why: withoutRequest(err.Error()), Mend: mends(err)})
	return nil
}

// mends is what a person can do about a read that failed.
func mends(err error) string {
	if h, ok := errors.AsType[interface {
		error
		Hint() string
	}](err); ok {
		return h.Hint()
	}
	return "run it again; where it fails again, AWS says why in what was seen"
}

var requestID = regexp.MustCompile(` \(request [^()]*\)`)

// withoutRequest is what AWS said without the id of the request, which is another one every time: what is found is told in
// the same words as long as it is the same.
func withoutRequest(text string) string { return requestID.ReplaceAllString(text, "") }

func (r *auditing) assets(ctx context.Context) error {
	for _, region := range r.facts.AssetRegions {
		r.tell("reading the assets in %s, each with its permissions and what is under it", region)
		all, err := r.Inspector.Inspect(ctx, region)
		if err != nil {
			return fmt.Errorf("reading the assets in %s: %w", region, err)
		}
		for i := range all.Unread {
			all.Unread[i].Why = withoutRequest(all.Unread[i].Why)
		}
		r.facts.Inspection.Add(all)
	}
	r.facts.Inspection.Sort()
	return nil
}

func (r *auditing) settings(ctx context.Context) error {
	r.tell("reading the account's settings")
	settings, err := r.Settings.Settings(ctx)
	if err == nil || settings != (tenancy.Settings{}) { // a part of them is better than none
		r.facts.Settings = &settings
	}
	if err := r.missed(ctx, err, "the account's settings"); err != nil {
		return err
	}
	r.facts.Profiles, err = r.Settings.Profiles(ctx)
	return r.missed(ctx, err, "the profiles of custom permissions")
}

// ofPass reads what a pass reads, and says what is wanted.
func (r *auditing) ofPass(ctx context.Context) error {
	r.tell("reading the namespaces, and the directory")
	e := r.Engine
	reading, err := e.read(ctx, nil)
	if err != nil {
		return err
	}
	now := e.rulesNow()
	p := &Pass{reading: reading, derived: e.derive(now, reading)}
	if err := e.answer(ctx, reading, p.derived.Questions); err != nil {
		return err
	}
	if r.Verify {
		err := r.verify(ctx, reading)
		r.facts.Verified = err == nil
		if err := r.missed(ctx, err, "the tags of registrations"); err != nil {
			return err
		}
	}
	p.derived = e.derive(now, reading)
	r.pass = p
	r.facts.Have, r.facts.Want, r.facts.Directory, r.facts.Held = reading.have, p.derived.Want, reading.dir, tenancy.SortHolds(p.derived.Held)
	r.facts.House = rules.HouseOf(e.Rules, reading.dir)
	r.facts.SignIn = signInRoles(&p.derived.Want)
	return nil
}

// verify reads who stands behind each registration of every tenant.
func (r *auditing) verify(ctx context.Context, reading *reading) error {
	r.tell("reading the tags of every registration")
	var all []tenancy.Question
	for i := range reading.have.Tenants {
		t := &reading.have.Tenants[i]
		for j := range t.Registrations {
			if t.Registrations[j].Person == "" {
				all = append(all, tenancy.Question{Kind: tenancy.WhoIsBehind, Namespace: t.Namespace, User: t.Registrations[j].User})
			}
		}
	}
	return r.Engine.answerAboutUsers(ctx, reading, all)
}

// signInRoles are the roles through which tenants' people sign in, each with its tenants, sorted.
func signInRoles(want *tenancy.State) []audit.SignInRole {
	var all []audit.SignInRole
	for i := range want.Tenants {
		t := &want.Tenants[i]
		if t.SignIn.IsZero() {
			continue
		}
		at := slices.IndexFunc(all, func(s audit.SignInRole) bool { return s.Role == t.SignIn })
		if at < 0 {
			at = len(all)
			all = append(all, audit.SignInRole{Role: t.SignIn, PermissionSet: t.SignIn.PermissionSet()})
		}
		all[at].Tenants = append(all[at].Tenants, t.Namespace)
	}
	slices.SortFunc(all, func(a, b audit.SignInRole) int { return cmp.Compare(a.Role.String(), b.Role.String()) })
	return all
}
