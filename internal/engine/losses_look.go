package engine

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// What is looked at once more before somebody loses anything: who they are, where they belong, and what they hold.

// stillTheirs makes sure, of a user who is replaced, that nobody else has done so meanwhile: the user of that name would
// be another one by then, of whoever has the name now.
func (r *run) stillTheirs(ctx context.Context, l *leaverTasks) error {
	if l.remove == nil || l.person == tenancy.Nobody || l.person == "" || slices.Contains(l.remove.step.Hazards, plan.RemovesUser) {
		return nil
	}
	if l.signsInByAnotherRole() {
		// Where nobody can be registered under the new role, everybody would lose what they have at once.
		_, err := r.losing().QuickSight.User(ctx, l.namespace.String(), l.back())
		if errors.Is(err, plan.ErrNotFound) {
			return errNotComeBack
		}
		if err != nil {
			return fmt.Errorf("reading a user of the namespace %s, who takes the place of another: %w", l.namespace, err)
		}
	}
	tags, err := r.losing().QuickSight.UserTags(ctx, l.namespace, l.user)
	switch id := tags[tenancy.TagPerson]; {
	case errors.Is(err, plan.ErrNotFound), err == nil && id != "" && tenancy.PersonID(id) != l.person:
		return errReplaced
	case err != nil:
		return fmt.Errorf("reading again who stands behind a user of the namespace %s: %w", l.namespace, err)
	}
	if c := l.remove.step.Change.(plan.RemoveRegistration); c.Back == l.user {
		// Who has been lowered meanwhile is the same person's, with the role that they should have. It is read last: of these it
		// alone tells the two apart.
		u, err := r.losing().QuickSight.User(ctx, l.namespace.String(), l.user)
		if errors.Is(err, plan.ErrNotFound) || err == nil && u.Role != c.Role {
			return errReplaced
		}
		if err != nil {
			return fmt.Errorf("reading again a user of the namespace %s: %w", l.namespace, err)
		}
	}
	return nil
}

// belongs reports whether somebody was seen, at the second look, to be where they are to be taken out of, or to be
// somebody else than the plan takes them for.
func (r *run) belongs(l *leaverTasks, again *seen) bool {
	if again.person == nil || again.person.Disabled {
		return false
	}
	in := func(g tenancy.GroupID) bool {
		return slices.ContainsFunc(again.memberships, func(m tenancy.Membership) bool { return m.Group == g })
	}
	session := string(r.engine.Rules.SessionOf(again.person))
	sameName := session == l.user.SessionName()
	switch back := l.back(); {
	case l.signsInByAnotherRole():
		return session != back.SessionName() // whatever they were called under the former role
	case back == l.user && !sameName, back != "" && back != l.user && sameName:
		return true
	case back != "" && back != l.user, back == "" && !sameName && l.remove != nil && slices.Contains(l.remove.step.Hazards, plan.ReusedName):
		return false // whoever they are there now, this is not their name
	case l.remove == nil && len(l.keep) == 0 && !sameName:
		return false // likewise: a group about which nothing is decided keeps the user, and the others have their new one
	}
	for _, t := range l.leave {
		if c, is := t.step.Change.(plan.RemoveMember); is && in(c.Group) || !is && slices.ContainsFunc(r.bound[l.namespace], in) {
			return true
		}
	}
	return l.back() == "" && (l.remove != nil || len(l.keep) > 0) && slices.ContainsFunc(r.bound[l.namespace], in)
}

// signsInByAnotherRole reports whether they are replaced since people sign in through another role than before.
func (l *leaverTasks) signsInByAnotherRole() bool {
	return l.remove != nil && slices.Contains(l.remove.step.Hazards, plan.SignInRoleReplaced)
}

// back is the user as which they come back, "" for nobody.
func (l *leaverTasks) back() tenancy.UserName {
	if l.remove == nil {
		return ""
	}
	return l.remove.step.Change.(plan.RemoveRegistration).Back
}

// ownsNothing makes sure, just before somebody goes, that nothing is theirs alone, and that nothing was given to
// who comes back of which the plan does not know.
func (r *run) ownsNothing(ctx context.Context, l *leaverTasks, last time.Time) error {
	switch {
	case l.back() != "":
		return r.holdsNoMore(ctx, l, last)
	case l.remove.step.Change.(plan.RemoveRegistration).Role.IsReader():
		return nil // QuickSight lets a reader own nothing
	case len(l.keep) == 0 && time.Since(r.ownedAt) < justNow && last.Before(r.ownedAt):
		return nil // it was searched just now, and nothing was found
	}
	left, err := r.losing().owned(ctx, r.listed, l.namespace, l.user, l.listedAfter(last))
	if err != nil {
		return fmt.Errorf("searching again for what the user owns: %w", err)
	}
	if len(left) > 0 {
		return fmt.Errorf("%w: %s", errOwnsMore, left[0].AssetRef)
	}
	return nil
}

// holdsNoMore is ownsNothing for who comes back.
func (r *run) holdsNoMore(ctx context.Context, l *leaverTasks, last time.Time) error {
	held, err := r.losing().held(ctx, r.listed, l.namespace, userOf(l.namespace, l.user), l.listedAfter(last))
	if err != nil {
		return fmt.Errorf("searching again for what the user holds: %w", err)
	}
	for _, a := range held {
		if a.OwnedAlone(userOf(l.namespace, l.user)) || !slices.Contains(l.known, a.AssetRef) {
			return fmt.Errorf("%w: %s", errOwnsMore, a.AssetRef)
		}
	}
	return nil
}

// listedAfter is how young a listing must be that is to show what has been done with what they have, and who has gone
// last.
func (l *leaverTasks) listedAfter(last time.Time) time.Time {
	for _, t := range l.keep {
		switch c := t.step.Change.(type) {
		case plan.HandOver:
			if onlyListed(c.Asset.Kind) {
				return time.Now() // a listing from before would show what was
			}
		case plan.HandToHouse:
			if onlyListed(c.Asset.Kind) {
				return time.Now()
			}
		case plan.Park:
			if onlyListed(c.Asset.Kind) {
				return time.Now()
			}
		}
	}
	return last
}
