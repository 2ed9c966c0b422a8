package systemtest

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// graceful lets people who are disabled be suspended for a day first, with a profile of its own.
var graceful = settings{more: "limits: {new_namespaces_per_day: 1000}\nleavers: {grace: 24h, suspend_with: nothing}"}

// suspensionOf is what a user's tag says of it, "" for nothing.
func suspensionOf(u world.User) string {
	for _, t := range u.Tags {
		if t.Key == "tenantry-suspended" {
			return t.Value
		}
	}
	return ""
}

// tags checks that what is tagged, or untagged, is a user of a tenant, by the one tag that says that it is suspended.
func (c *checker) tags(call awssim.Call) {
	arn := call.Path["ResourceArn"]
	_, rest, isUser := strings.Cut(arn, ":user/")
	namespace, user, _ := strings.Cut(rest, "/")
	n, there := c.rig.w.QuickSight.Namespaces().Get(namespace)
	if !isUser || !there {
		c.breach(call, "S4", "%s is tagged", arn)
		return
	}
	c.managed(call, n, user)
	if keys := string(call.Body) + strings.Join(slices.Concat(slices.Collect(maps.Values(call.Query))...), " "); !strings.Contains(keys, "tenantry-suspended") || strings.Contains(keys, "tenantry-person") {
		c.breach(call, "S11", "another tag of %s is changed: %s", user, keys)
	}
}

// suspended makes a tenant in which an author with a profile and a dashboard is disabled.
func suspended(r *rig) (key string) {
	r.start().mustApply()
	r.byHand("t000", func(c *world.Contents) {
		u, _ := c.Users.Get("QuickSight/t000-a.000")
		u.CustomPermissions = "no-export"
		c.Users.Put(u.Key(), u)
	})
	key = r.asset(world.KindDashboard, "us-east-1", "sales", "t000", "QuickSight/t000-a.000")
	r.disable("t000-a.000")
	return key
}

// expectSuspended makes sure that the author is suspended, or is as they were.
func (r *rig) expectSuspended(key string, is bool) {
	r.Helper()
	u, there := r.user("t000", "QuickSight/t000-a.000")
	profile := map[bool]string{true: "nothing", false: "no-export"}[is]
	if !there || u.CustomPermissions != profile || (suspensionOf(u) != "") != is || r.isIn("t000", "qs:t000:authors", "t000-a.000") == is {
		r.Errorf("suspended should be %v: there %v, profile %q, tag %q, in the group %v", is, there, u.CustomPermissions, suspensionOf(u), r.isIn("t000", "qs:t000:authors", "t000-a.000"))
	}
	expect(r, "the dashboard", r.owners(key), "user/t000/QuickSight/t000-a.000")
}

// TestF36Grace: who is disabled is suspended; enabled again within the grace, they are as they were.
func TestF36Grace(t *testing.T) {
	t.Parallel()
	in(t, workshop(), graceful, func(r *rig) {
		key := suspended(r)
		p := r.start()
		p.allow = leavers
		p.mustApply()
		r.expectSuspended(key, true)
		r.settled()
		time.Sleep(23 * time.Hour)
		r.settled()
		r.enable("t000-a.000")
		p = r.start()
		p.allow = leavers
		p.mustApply()
		r.expectSuspended(key, false)
		r.settled()
	})
}

// TestF36GraceIsOver: who is disabled for longer than the grace is taken out, and what they own alone handed over.
func TestF36GraceIsOver(t *testing.T) {
	t.Parallel()
	in(t, workshop(), graceful, func(r *rig) {
		key := suspended(r)
		p := r.start()
		p.allow = leavers
		p.mustApply()
		time.Sleep(24 * time.Hour)
		p = r.start()
		p.allow = leavers
		p.mustApply()
		if _, there := r.user("t000", "QuickSight/t000-a.000"); there {
			t.Error("they are there still")
		}
		expect(t, "the dashboard", r.owners(key), "group/t000/"+custodians)
		r.settled()
	})
}

// TestF36GraceByEvent: a serving process suspends within seconds, and the next day's passes take out.
func TestF36GraceByEvent(t *testing.T) {
	t.Parallel()
	oldHands(t, workshop(), graceful, func(r *rig, p *servant, o *office) {
		key := r.asset(world.KindDashboard, "us-east-1", "sales", "t000", "QuickSight/t000-a.000")
		r.disable("t000-a.000")
		o.send(ofPerson("UpdateUser", r.id("t000-a.000")), 0)
		if took := r.leftBy("t000", "qs:t000:authors", "QuickSight/t000-a.000", time.Minute); took > 7*time.Second {
			t.Errorf("L3: out of the group after %v", took)
		}
		p.done(o, time.Minute)
		u, there := r.user("t000", "QuickSight/t000-a.000")
		if !there || u.CustomPermissions != "nothing" || suspensionOf(u) == "" {
			t.Errorf("there %v, profile %q, tag %q", there, u.CustomPermissions, suspensionOf(u))
		}
		time.Sleep(23 * time.Hour)
		if _, there := r.user("t000", "QuickSight/t000-a.000"); !there {
			t.Error("taken out before the grace was over")
		}
		time.Sleep(90 * time.Minute)
		if _, there := r.user("t000", "QuickSight/t000-a.000"); there {
			t.Error("they are there still")
		}
		expect(t, "the dashboard", r.owners(key), "group/t000/"+custodians)
	})
}

// TestF24CrashWhileSuspending: a process dies at any of its calls while somebody is suspended, and another while they
// are let in again. The next ones finish it, and nothing of what they had before is lost.
func TestF24CrashWhileSuspending(t *testing.T) {
	t.Parallel()
	crashes := 0
	defer func() { t.Logf("%d crashes", crashes) }()
	for k := 1; k <= 80; k += stride() {
		for _, after := range []bool{false, true} {
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, workshop(), graceful)
				key := suspended(r)
				calls := r.crashed(k, after, leavers...)
				crashes += 2
				p := r.start()
				p.allow = leavers
				p.mustApply()
				r.expectSuspended(key, true)
				r.enable("t000-a.000")
				calls = max(calls, r.crashed(k, after, leavers...))
				p = r.start()
				p.allow = leavers
				p.mustApply()
				r.expectSuspended(key, false)
				r.settled()
				r.verify()
				if calls < k {
					k = 1000 // both have ended without dying
				}
				if t.Failed() {
					t.Fatalf("a crash at the call %d, after its effect: %v", k, after)
				}
			})
			if t.Failed() {
				return
			}
		}
	}
}
