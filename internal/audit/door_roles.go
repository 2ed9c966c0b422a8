package audit

import (
	"fmt"
	"strings"

	"github.com/tenantry/tenantry/internal/policy"
	"github.com/tenantry/tenantry/internal/tenancy"
)

type looker struct {
	*DoorFacts
	known *Known
}

// roles judges the door of every sign-in role.
func (l *looker) roles() []DoorRole {
	var all []DoorRole
	for _, r := range l.SignIn {
		d := DoorRole{SignInRole: r, State: Undecided, How: "its policies were not read"}
		if l.Identities != nil {
			if id := l.Identities.Of(r.Role); id != nil {
				l.judge(&d, *id)
			}
		}
		all = append(all, d)
	}
	return all
}

// judge decides for everybody, and, where that is not shut, for the sessions that the policies name.
func (l *looker) judge(d *DoorRole, id tenancy.Identity) {
	j := policy.Judge(id, l.Account)
	d.How = howOpen(j)
	switch j.OpensDoor() {
	case policy.No:
		d.State, d.How = Shut, ""
		return
	case policy.Yes:
		d.State = Open
	}
	for _, session := range policy.Canaries(id) {
		if l.door(id, session) == policy.No {
			d.Canaries = append(d.Canaries, session)
		}
	}
	if len(d.Canaries) > 0 {
		d.State = ForCanary
	}
}

func howOpen(j policy.Judgement) string {
	var all []string
	for _, a := range j.Door {
		if a.Answer != policy.No {
			all = append(all, fmt.Sprintf("%s %s by %s", a.Action, a.How, a.Policy))
		}
	}
	return strings.Join(append(all, j.Unread...), "; ")
}

// door is whether a session of a role may provision itself.
func (l *looker) door(id tenancy.Identity, session tenancy.Session) policy.Answer {
	worst := policy.No
	context := map[string][]string{"aws:userid": {"AROAAAAAAAAAAAAAAAAAA:" + string(session)}}
	resource := fmt.Sprintf("arn:%s:quicksight::%s:user/AROAAAAAAAAAAAAAAAAAA:%s", partition(l.Region), l.Account, session)
	for _, action := range doorActions {
		worst = max(worst, policy.May(id, action, resource, context))
	}
	return worst
}

// registered are the users of a role in namespaces that are ready.
func (l *looker) registered(role string) []tenancy.UserName {
	var all []tenancy.UserName
	for _, t := range l.Have.Tenants {
		if t.Status == tenancy.Created {
			all = append(all, ofRole(t.Registrations, role)...)
		}
	}
	for _, f := range l.Have.Foreign {
		if f.Status == tenancy.Created {
			all = append(all, ofRole(f.Users, role)...)
		}
	}
	return all
}

func ofRole(registrations []tenancy.Registration, role string) []tenancy.UserName {
	var all []tenancy.UserName
	for _, r := range registrations {
		if r.User.RoleName() == role {
			all = append(all, r.User)
		}
	}
	return all
}
