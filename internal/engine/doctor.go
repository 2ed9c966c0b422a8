//go:build !tenantry.lambda

package engine

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/tenantry/tenantry/internal/doctor"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Doctor reads all that the doctor judges by. It writes nothing.
//
// It does not stop where something cannot be read: that is what it is there to tell. But of another account than the one that is
// configured it reads nothing.
type Doctor struct {
	Engine       *Engine
	IAM          IAM
	Surroundings Surroundings
	Profiles     ProfileList
	// Facts are what the configuration says; what is read is added to them.
	Facts doctor.Facts
	// Role is whose rights are looked at, the zero RoleARN for the caller's.
	Role tenancy.RoleARN
	// Wanted makes the policy documents of the purpose (package policy), of what has been read by then.
	Wanted func(f *doctor.Facts) ([]string, error)
	Tell   func(doing string) // is told what is being read; nil is nobody
}

// scimDays is how far back the trail is asked for SCIM.
const scimDays = 14

// Read reads the facts. It fails only where ctx ends.
func (d *Doctor) Read(ctx context.Context) (*doctor.Facts, error) {
	r := &examination{Doctor: d, f: d.Facts}
	r.f.Unread = map[doctor.Source]doctor.Unread{}
	r.account(ctx)
	if r.f.Caller.Caller == d.Engine.Account {
		for _, read := range []func(context.Context){r.clock, r.store, r.pass, r.identities, r.profiles, r.quotas, r.places, r.queue, r.rules, r.scim, r.table, r.rights} {
			if read(ctx); ctx.Err() != nil {
				break
			}
		}
	}
	return &r.f, ctx.Err()
}

// examination is a reading that is under way.
type examination struct {
	*Doctor
	f    doctor.Facts
	role *tenancy.Identity // whose rights are looked at
}

func (r *examination) tell(format string, args ...any) {
	if r.Tell != nil {
		r.Tell(fmt.Sprintf(format, args...))
	}
}

// elsewhere is an error that says in which Region the account's users live.
type elsewhere interface {
	error
	LivesIn() string
}

// missed takes down why a source could not be read, and reports whether it could.
func (r *examination) missed(s doctor.Source, err error) bool {
	if err == nil {
		return false
	}
	u := doctor.Unread{Why: withoutRequest(err.Error()), Mend: mends(err), Absent: errors.Is(err, plan.ErrNotFound)}
	if e, ok := errors.AsType[elsewhere](err); ok {
		u.Elsewhere = e.LivesIn()
	}
	r.f.Unread[s] = u
	return true
}

func (r *examination) account(ctx context.Context) {
	r.tell("asking whose the credentials are, and what QuickSight the account has")
	account, err := r.Engine.Preflight.Account(ctx)
	r.f.Caller = account
	source := doctor.Subscription
	if account.Caller == "" {
		source = doctor.Caller
	}
	r.missed(source, err)
}

func (r *examination) clock(ctx context.Context) {
	skew, err := r.Surroundings.Skew(ctx)
	r.missed(doctor.Clock, err)
	r.f.Skew = int64(skew / time.Second)
}

func (r *examination) store(ctx context.Context) {
	r.missed(doctor.Directory, r.Engine.Preflight.Store(ctx))
}

// pass reads what a pass reads, and what the rules want of it.
func (r *examination) pass(ctx context.Context) {
	r.tell("reading the namespaces, and the directory")
	e := r.Engine
	reading, err := e.read(ctx, nil)
	if r.missed(doctor.Namespaces, err) {
		return
	}
	derived := e.derive(e.rulesNow(), reading)
	if r.missed(doctor.Namespaces, e.answer(ctx, reading, derived.Questions)) {
		return
	}
	derived = e.derive(e.rulesNow(), reading)
	r.f.Have, r.f.Want, r.f.Held = reading.have, derived.Want, tenancy.SortHolds(derived.Held)
	for _, n := range reading.have.Foreign {
		r.left("namespace", n.Name)
	}
	for _, s := range signInRoles(&derived.Want) {
		r.f.SignIn = append(r.f.SignIn, doctor.SignInRole{Role: s.Role, Tenants: s.Tenants})
	}
}

// identities reads the sign-in roles, and whoever's rights are looked at.
func (r *examination) identities(ctx context.Context) {
	r.tell("reading the roles of IAM, with their policies")
	roles := []tenancy.RoleARN{}
	for _, s := range r.f.SignIn {
		roles = append(roles, s.Role)
	}
	if who := r.who(); !who.IsZero() {
		roles = append(roles, who)
	}
	all, err := r.IAM.Identities(ctx, roles)
	if r.missed(doctor.Identities, err) {
		return
	}
	for i := range r.f.SignIn {
		s := &r.f.SignIn[i]
		if s.Identity = all.Of(s.Role); s.Identity == nil {
			r.missed(doctor.Identities, fmt.Errorf("the role %s is not among those that could be read", s.Role.Name()))
		}
	}
	r.role = r.identified(&all)
	for i := range all.All {
		r.left("role", all.All[i].Role.Name())
	}
}

// profiles reads those of custom permissions, where the configuration names any.
func (r *examination) profiles(ctx context.Context) {
	if r.f.SuspendWith == "" && len(r.f.RegisterWith) == 0 {
		return
	}
	r.tell("reading the profiles of custom permissions")
	var err error
	r.f.Profiles, err = r.Profiles.Profiles(ctx)
	r.missed(doctor.Profiles, err)
}

// left takes down what a probe has left behind, if it is that.
func (r *examination) left(kind, name string) {
	if what := doctor.Leftover(kind, name); what != "" {
		r.f.Probed = append(r.f.Probed, what)
	}
}

func (r *examination) quotas(ctx context.Context) {
	r.tell("reading the quotas")
	var err error
	r.f.Quotas, err = r.Surroundings.Quotas(ctx)
	r.missed(doctor.Quotas, err)
}

// table asks for the table that the journal is kept in, where it is one.
func (r *examination) table(ctx context.Context) {
	name, is := strings.CutPrefix(r.f.Journal, "dynamodb:")
	if !is {
		return
	}
	r.tell("reading the table of the journal")
	var err error
	r.f.Table, err = r.Surroundings.Table(ctx, name)
	r.missed(doctor.Table, err)
}
