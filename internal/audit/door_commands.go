package audit

import (
	"fmt"
	"slices"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// CanaryCommands are the commands that shut the door for some sessions, through each role by which one of them is
// registered in a namespace that is ready. Somebody who is not has no way in at all once it is shut: that is an error.
func (f *DoorFacts) CanaryCommands(sessions []tenancy.Session) ([]string, error) {
	l := &looker{DoorFacts: f}
	var all []string
	found := map[tenancy.Session]bool{}
	for _, r := range f.SignIn {
		var here []tenancy.Session
		for _, u := range l.registered(r.Role.Name()) {
			if s := tenancy.Session(u.SessionName()); slices.Contains(sessions, s) && !slices.Contains(here, s) {
				here = append(here, s)
				found[s] = true
			}
		}
		if len(here) == 0 {
			continue
		}
		document, err := policy.Canary(here)
		if err != nil {
			return nil, err
		}
		commands, err := f.put(r, document)
		if err != nil {
			return nil, err
		}
		all = append(all, commands...)
	}
	for _, s := range sessions {
		if !found[s] {
			return nil, fmt.Errorf("%s is registered in no namespace that is ready, through no sign-in role", s)
		}
	}
	return all, nil
}

// ShutCommands are the commands that shut the door of every role that is not shut yet.
func (f *DoorFacts) ShutCommands() ([]string, error) {
	return f.each(func(r DoorRole) bool { return r.State != Shut }, func(t policy.Target) ([]string, error) { return t.Put(policy.SignIn()) })
}

// OpenCommands are the commands that open the door again, wherever this shut it.
func (f *DoorFacts) OpenCommands() ([]string, error) {
	return f.each(func(r DoorRole) bool { return r.State != Open }, policy.Target.Open)
}

// each gathers the commands for those of the sign-in roles that are meant.
func (f *DoorFacts) each(meant func(DoorRole) bool, commands func(policy.Target) ([]string, error)) ([]string, error) {
	var all []string
	for _, r := range LookAtDoor(f).Roles {
		if !meant(r) {
			continue
		}
		t, err := f.target(r.SignInRole)
		if err != nil {
			return nil, err
		}
		of, err := commands(t)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.Role.Name(), err)
		}
		all = append(all, of...)
	}
	return all, nil
}

func (f *DoorFacts) put(r SignInRole, document string) ([]string, error) {
	t, err := f.target(r)
	if err != nil {
		return nil, err
	}
	return t.Put(document)
}

// target is where the policy of a role is put. What a permission set says now must have been read: it is replaced.
func (f *DoorFacts) target(r SignInRole) (policy.Target, error) {
	var id *tenancy.Identity
	if f.Identities != nil {
		id = f.Identities.Of(r.Role)
	}
	if id == nil && r.PermissionSet != "" {
		return policy.Target{}, fmt.Errorf("the policies of %s could not be read, and its permission set has one document for all that it says", r.Role.Name())
	}
	if id == nil {
		id = &tenancy.Identity{Role: r.Role}
	}
	return policy.TargetOf(f.Account, *id, f.Sets[r.PermissionSet]), nil
}
