package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// DoorCommands are commands for a shell, and what is to be said about them besides.
type DoorCommands struct {
	Lines []string
	Notes []string
}

// CanaryCommands are the commands that shut the door for some sessions, through each role by which one of them is
// registered in a namespace that is ready; whoever is a canary already remains one. Somebody who is registered nowhere has no
// way in at all once it is shut: that is an error. Where it is shut for them already there is nothing to do.
func (f *DoorFacts) CanaryCommands(sessions []tenancy.Session) (DoorCommands, error) {
	l := look(f)
	for _, s := range sessions {
		if !slices.ContainsFunc(f.SignIn, func(r SignInRole) bool { return l.isIn(r.Role, s) }) {
			return DoorCommands{}, fmt.Errorf("%s is registered in no namespace that is ready, through no sign-in role", s)
		}
	}
	return l.each(func(r DoorRole, t policy.Target) ([]string, error) {
		canaries := slices.Clone(r.Canaries)
		for _, s := range sessions {
			if l.isIn(r.Role, s) && !r.shutFor(s) {
				canaries = append(canaries, s)
			}
		}
		if len(canaries) == len(r.Canaries) {
			return nil, nil
		}
		document, err := policy.Canary(canaries)
		if err != nil {
			return nil, err
		}
		return t.Put(document)
	})
}

// ShutCommands are the commands that shut the door of every role that is not shut yet.
func (f *DoorFacts) ShutCommands() (DoorCommands, error) {
	return look(f).each(func(r DoorRole, t policy.Target) ([]string, error) {
		if r.State == Shut {
			return nil, nil
		}
		return t.Put(policy.SignIn())
	})
}

// OpenCommands are the commands that open the door again, wherever this shut it. What others have shut is noted.
func (f *DoorFacts) OpenCommands() (DoorCommands, error) {
	var notes []string
	all, err := look(f).each(func(r DoorRole, t policy.Target) ([]string, error) {
		switch {
		case f.identity(r.SignInRole) == nil:
			notes = append(notes, "the policies of "+r.Role.Name()+" could not be read: if tenantry's is not there, the command fails and changes nothing")
		case !r.Ours && r.State != Open:
			notes = append(notes, fmt.Sprintf("the door of %s is %s, and not by a policy of tenantry's: nothing here opens it", r.Role.Name(), r.State))
			return nil, nil
		case !r.Ours:
			return nil, nil
		}
		return t.Open()
	})
	all.Notes = append(notes, all.Notes...)
	return all, err
}

// each gathers the commands for the sign-in roles. What a permission set says now must have been read: it is replaced.
func (l *looker) each(of func(DoorRole, policy.Target) ([]string, error)) (DoorCommands, error) {
	var all DoorCommands
	for _, r := range l.roles() {
		id, set := l.identity(r.SignInRole), l.Sets[r.PermissionSet]
		if id == nil {
			id = &tenancy.Identity{Role: r.Role}
		}
		lines, err := of(r, policy.TargetOf(l.Account, *id, set))
		if len(lines) > 0 && r.Role.Reserved() && set.Inline == nil && l.identity(r.SignInRole) == nil {
			err = fmt.Errorf("its policies could not be read, and its permission set has one document for all that it says")
		}
		if err != nil {
			return DoorCommands{}, fmt.Errorf("%s: %w", r.Role.Name(), err)
		}
		if len(lines) > 0 && r.Role.Reserved() && set.Inline == nil {
			all.Notes = append(all.Notes, fmt.Sprintf("what the permission set %s says was not read, and is taken to be what its role has: allow sso:GetInlinePolicyForPermissionSet to the role or user that tenantry runs as, or look first whether it has been changed since it was provisioned", tenancy.Word(r.PermissionSet)))
		}
		all.Lines = append(all.Lines, lines...)
	}
	return all, nil
}
