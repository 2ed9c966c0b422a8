//go:build !tenantry.lambda

package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/explain"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Explainer reads what explains a person, a group or a namespace: what a pass reads, and a little more about that one. It
// writes nothing. What cannot be read besides the pass is no error: the answer says that nobody knows it, and why.
type Explainer struct {
	Engine  *Engine
	Outside Outside
	Roles   RolesAlone    // nil where nobody may read them
	SignIns SignInSources // nil where there are none
	History Teller        // nil keeps no history
}

// RolesAlone reads single IAM roles with their policies and their trust.
type RolesAlone interface {
	// Alone reads roles one by one. One that is not there is not in the answer.
	Alone(ctx context.Context, roles []tenancy.RoleARN) (tenancy.Identities, error)
}

// Teller tells what the history has.
type Teller interface {
	// Told answers the entries that a function wants, oldest first.
	Told(ctx context.Context, wants func(plan.Entry) bool) ([]explain.Told, error)
	// Born is since when it has been kept.
	Born(ctx context.Context) time.Time
}

// Asked is what is to be explained.
type Asked struct {
	Kind explain.SubjectKind // "" for any
	Text string              // see explain.Facts.Find
	// AsIfIn is the name or the id of a group in which the person is thought to be, "" for none. Then they need not be in
	// the directory: Email is the address that they would have.
	AsIfIn string
	Email  string
}

// Explain reads what is needed, and answers. Errors besides those of reading are an *explain.AmbiguousError and an
// *explain.UnknownError.
func (x *Explainer) Explain(ctx context.Context, asked Asked) (*explain.Answer, error) {
	f, err := x.facts(ctx, &asked)
	if err != nil {
		return nil, err
	}
	subject, err := f.Find(asked.Kind, asked.Text)
	if err != nil {
		return nil, err
	}
	for _, read := range []func(context.Context, *explain.Facts, explain.Subject) error{x.memberships, x.assets, x.roles, x.assigned, x.history} {
		if err := read(ctx, f, subject); err != nil {
			return nil, err
		}
	}
	answer := f.Explain(subject)
	return &answer, nil
}

// facts are what a pass reads, and what follows from it. With a thought, the directory is read as if it were so.
func (x *Explainer) facts(ctx context.Context, asked *Asked) (*explain.Facts, error) {
	e := x.Engine
	began := time.Now()
	r, err := e.read(ctx, nil)
	if err != nil {
		return nil, err
	}
	f := &explain.Facts{
		At: began.Unix(), Regions: e.assetRegions(), Rules: e.rulesNow(), Roles: r.roles, Directory: r.dir, Have: r.have,
		InGroups: map[explain.Resident][]string{}, Reached: map[tenancy.Grantee]explain.Assets{},
		Within: map[tenancy.AssetRef][]tenancy.AssetRef{}, Assigned: map[tenancy.RoleARN]tenancy.Assigned{}, Missed: map[explain.Source]string{},
	}
	if asked.AsIfIn != "" {
		if err := think(f, asked); err != nil {
			return nil, err
		}
		r.dir = f.Directory
	}
	p := &Pass{reading: r}
	if err := e.resolve(ctx, p); err != nil {
		return nil, err
	}
	policy, err := e.counted(ctx, Scope{}, p)
	if err != nil {
		return nil, err
	}
	if err := e.guard(ctx, p, policy); err != nil {
		return nil, err
	}
	f.Have, f.Want = r.have, p.derived.Want
	f.Kept, f.Steps, f.Notes = p.Plan.Keeps(), p.Plan.Steps, p.Plan.Notes
	return f, nil
}

// nobodyYet is the id of somebody whom the directory has in thought only.
const nobodyYet tenancy.PersonID = "not-in-the-directory"

// think puts the person who is asked about into a group, in thought.
func think(f *explain.Facts, asked *Asked) error {
	group, err := f.Find(explain.AGroup, asked.AsIfIn)
	if err != nil {
		return err
	}
	person, err := f.Find(explain.APerson, asked.Text)
	if unknown := (*explain.UnknownError)(nil); errors.As(err, &unknown) || err == nil && person.ID == "" {
		f.Thought = true
		p := tenancy.Person{ID: nobodyYet, UserName: asked.Text, Email: asked.Email}
		f.Directory.People = append(slices.Clone(f.Directory.People), p)
		person.ID = string(nobodyYet)
	} else if err != nil {
		return err
	}
	asked.Kind, asked.Text = explain.APerson, person.ID
	f.AsIf = tenancy.GroupID(group.ID)
	id := tenancy.PersonID(person.ID)
	if members := f.Directory.Members[f.AsIf]; !slices.Contains(members, id) {
		f.Directory.Members[f.AsIf] = append(slices.Clone(members), id)
	}
	f.Directory.Sort()
	return nil
}

// missed takes down a source that could not be read, and answers an error only where nothing more can be.
func missed(ctx context.Context, f *explain.Facts, source explain.Source, err error) error {
	if err == nil {
		return nil
	}
	if ctx.Err() != nil || errors.Is(err, plan.ErrCredentials) {
		return fmt.Errorf("reading the %s: %w", source, err)
	}
	f.Missed[source] = err.Error()
	return nil
}

// memberships reads all groups of a person, those in which nobody is placed, too; and QuickSight's, of each user of theirs.
func (x *Explainer) memberships(ctx context.Context, f *explain.Facts, s explain.Subject) error {
	if s.Kind != explain.APerson {
		return nil
	}
	if s.ID != "" && tenancy.PersonID(s.ID) != nobodyYet {
		all, err := x.Engine.IdentityCenter.MembershipsOf(ctx, tenancy.PersonID(s.ID))
		if err := missed(ctx, f, explain.FromGroups, err); err != nil {
			return err
		}
		for _, m := range all {
			f.Groups = append(f.Groups, m.Group)
		}
	}
	for _, r := range f.Residences(s) {
		groups, err := x.Engine.QuickSight.GroupsOf(ctx, r.Namespace, r.User)
		if err := missed(ctx, f, explain.FromAssets, err); err != nil {
			return err
		}
		slices.Sort(groups)
		f.InGroups[r] = groups
	}
	return nil
}

// roles reads the roles through which a person signs in.
func (x *Explainer) roles(ctx context.Context, f *explain.Facts, s explain.Subject) error {
	roles := f.RolesOf(s)
	if len(roles) == 0 || x.Roles == nil {
		return nil
	}
	all, err := x.Roles.Alone(ctx, roles)
	if err == nil {
		f.Identities = &all
	}
	return missed(ctx, f, explain.FromIAM, err)
}

// assigned reads who is assigned to the permission sets whose roles these are.
func (x *Explainer) assigned(ctx context.Context, f *explain.Facts, s explain.Subject) error {
	for _, role := range f.RolesOf(s) {
		if !role.Reserved() {
			continue
		}
		if x.SignIns == nil {
			f.Missed[explain.FromAssigned] = "assignments to permission sets are not read here"
			return nil
		}
		assigned, err := x.SignIns.Assigned(ctx, role.PermissionSet())
		if err := missed(ctx, f, explain.FromAssigned, err); err != nil {
			return err
		}
		if err == nil {
			f.Assigned[role] = assigned
		}
	}
	return nil
}

// history reads what was taken down about the subject.
func (x *Explainer) history(ctx context.Context, f *explain.Facts, s explain.Subject) error {
	if x.History == nil {
		f.Missed[explain.FromHistory] = "nothing is recorded yet"
		return nil
	}
	told, err := x.History.Told(ctx, f.Tells(s))
	if err == nil {
		f.History = explain.History{Since: x.History.Born(ctx).Unix(), Told: told}
	}
	return missed(ctx, f, explain.FromHistory, err)
}
