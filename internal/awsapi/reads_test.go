package awsapi_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const group = tenancy.GroupID("34887428-4081-7042-c3c6-928d413009e7")

// TestReads reads one of everything.
func TestReads(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		manyPeople(3)(s)
		s.IdentityCenter.Users[1].Status = "DISABLED"
		s.IdentityCenter.Users[2].Email = ""
		s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{
			Name: "broken", Status: "NON_RETRYABLE_FAILURE", ErrorType: "PERMISSION_DENIED", ErrorMessage: "no right to do so",
		})
	})
	ctx := t.Context()
	q := r.QuickSight()

	namespaces, err := q.Namespaces(ctx)
	check(t, err, len(namespaces), 3)
	if n := namespaces[0]; n.Name != "acme" || n.Status != tenancy.Created || n.CapacityRegion != "us-east-1" || n.ARN == "" {
		t.Errorf("%+v", n)
	}
	if n := namespaces[1]; n.Name != "broken" || n.Status != tenancy.NonRetryableFailure || n.Error != "PERMISSION_DENIED: no right to do so" {
		t.Errorf("%+v", n)
	}
	users, err := q.Users(ctx, "acme")
	check(t, err, users, []tenancy.Registration{{User: "QuickSight/ann", Role: tenancy.Reader, Email: "ann@example.com"}})
	groups, err := q.Groups(ctx, "acme")
	check(t, err, groups, []tenancy.QuickSightGroup{{Name: "qs:acme", Description: "tenantry/1 d-1234567890 g-1"}})
	members, err := q.Members(ctx, "acme", "qs:acme")
	check(t, err, members, []tenancy.UserName{"QuickSight/ann"})
	tags, err := q.NamespaceTags(ctx, namespaces[0].ARN)
	check(t, err, tags, map[string]string{tenancy.TagStore: storeID})

	everyone, err := r.Directory().People(ctx)
	check(t, err, len(everyone), 3)
	for _, p := range everyone {
		if p.ID == "" || p.Disabled != (p.UserName == "user00001") || (p.Email == "") != (p.UserName == "user00002") {
			t.Errorf("%+v", p)
		}
	}
	directory, err := r.Directory().Groups(ctx)
	check(t, err, directory, []tenancy.Group{{ID: group, Name: "qs:acme"}})
	roles, err := r.Roles().Roles(ctx, "/")
	check(t, err, roles, []tenancy.RoleARN{roleARN(t)})
}

func check[T any](t *testing.T, err error, got, want T) {
	t.Helper()
	if err != nil || fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%v, %v; want %v", got, err, want)
	}
}

// list is one paged list of 250 rows or more.
type list struct {
	name, op string
	read     func(*testing.T, *rig) (int, error)
}

func lists() []list {
	return []list{
		{"Users", "quicksight:ListUsers", func(t *testing.T, r *rig) (int, error) {
			all, err := r.QuickSight().Users(t.Context(), "acme")
			return len(all), err
		}},
		{"Members", "quicksight:ListGroupMemberships", func(t *testing.T, r *rig) (int, error) {
			all, err := r.QuickSight().Members(t.Context(), "acme", "qs:acme")
			return len(all), err
		}},
		{"People", "identitystore:ListUsers", func(t *testing.T, r *rig) (int, error) {
			all, err := r.Directory().People(t.Context())
			return len(all), err
		}},
		{"Directory.Memberships", "identitystore:ListGroupMemberships", func(t *testing.T, r *rig) (int, error) {
			all := make(map[tenancy.PersonID]bool)
			for page, err := range r.Directory().Memberships(t.Context(), group) {
				if err != nil {
					return len(all), err
				}
				if len(page) > 100 {
					t.Errorf("a page of %d", len(page))
				}
				for _, m := range page {
					all[m.Person] = true
				}
			}
			return len(all), nil
		}},
		{"Directory.MembershipsOf", "identitystore:ListGroupMembershipsForMember", func(t *testing.T, r *rig) (int, error) {
			all, err := r.Directory().MembershipsOf(t.Context(), busy)
			return len(all), err
		}},
		{"GroupsOf", "quicksight:ListUserGroups", func(t *testing.T, r *rig) (int, error) {
			all, err := r.QuickSight().GroupsOf(t.Context(), "acme", "QuickSight/busy")
			return len(all), err
		}},
	}
}

const rows = 251

// busy is a person in many groups, here and there.
const busy = tenancy.PersonID("b4484478-d0a1-7030-5f5f-2c1c3a0b1f01")

// busyIn puts busy into n groups, with those that there are already.
func busyIn(n int) func(*world.Seed) {
	return func(s *world.Seed) {
		c, acme := &s.IdentityCenter, &s.QuickSight.Namespaces[0]
		c.Users = append(c.Users, world.Person{ID: string(busy), UserName: "busy", Email: "busy@example.com"})
		acme.Users = append(acme.Users, world.UserSeed{RoleARN: role, Session: "busy", Email: "busy@example.com", Role: "READER"})
		for i := range n - 1 {
			name := fmt.Sprintf("group%05d", i)
			c.Groups = append(c.Groups, world.DirectoryGroupSeed{DisplayName: name})
			acme.Groups = append(acme.Groups, world.GroupSeed{Name: name})
		}
		for i := range n {
			c.Groups[i].Members = append(c.Groups[i].Members, "busy")
			acme.Groups[i].Members = append(acme.Groups[i].Members, "QuickSight/busy")
		}
	}
}

func eachList(t *testing.T, f func(*testing.T, list, *rig)) {
	for _, l := range lists() {
		t.Run(l.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f(t, l, newRig(t, func(s *world.Seed) {
					manyPeople(rows - 1)(s) // and busy
					manyUsers(rows - 2)(s)  // and ann, and busy
					busyIn(rows)(s)
				}))
			})
		})
	}
}

// complete reads the list, which must be whole.
func complete(t *testing.T, l list, r *rig, calls int) {
	t.Helper()
	n, err := l.read(t, r)
	if err != nil || n != rows {
		t.Errorf("%d rows, %v; want %d", n, err, rows)
	}
	if got := len(r.calls()); got != calls {
		t.Errorf("%d calls, want %d", got, calls)
	}
}

func TestListsAreWhole(t *testing.T) {
	eachList(t, func(t *testing.T, l list, r *rig) { complete(t, l, r, 3) })
}

// edit changes the JSON of an answer.
func edit(change func(map[string]any)) awssim.Fault {
	return awssim.Fault{Rewrite: func(body []byte) []byte {
		var m map[string]any
		if err := json.Unmarshal(body, &m); err != nil {
			panic(err)
		}
		change(m)
		out, err := json.Marshal(m)
		if err != nil {
			panic(err)
		}
		return out
	}}
}

func TestF41RepeatedToken(t *testing.T) {
	eachList(t, func(t *testing.T, l list, r *rig) {
		// The first page answers a token, and the page of that token answers it again: were it taken
		// for the end, the list would be short.
		seen := ""
		r.with(awssim.Faults(
			awssim.Nth(1, l.op, awssim.On(l.op, awssim.AfterEffect, edit(func(m map[string]any) { seen = m["NextToken"].(string) }))),
			awssim.Nth(2, l.op, awssim.On(l.op, awssim.AfterEffect, edit(func(m map[string]any) { m["NextToken"] = seen }))),
		))
		complete(t, l, r, 5)
	})
}

func TestF41EmptyPageWithToken(t *testing.T) {
	eachList(t, func(t *testing.T, l list, r *rig) {
		r.with(awssim.Nth(2, l.op, awssim.On(l.op, awssim.AfterEffect, edit(func(m map[string]any) {
			for k, v := range m {
				if _, isRows := v.([]any); isRows {
					m[k] = []any{}
				}
			}
		}))))
		n, err := l.read(t, r)
		if err != nil || n != rows-100 {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

func TestF41EndlessPages(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil, func(o *awsapi.Options) { o.QuickSightRate = awsapi.Rate{Start: 1e6} })
		n := 0
		endless := edit(func(m map[string]any) {
			n++
			m["NextToken"] = fmt.Sprintf("token-%d", n)
		})
		first := edit(func(m map[string]any) { m["NextToken"] = "token" })
		r.with(func(c awssim.Call) awssim.Fault {
			if c.Phase == awssim.AfterEffect && c.N == 1 {
				return first
			}
			if c.Phase == awssim.BeforeEffect && c.N > 1 {
				return awssim.Fault{}
			}
			return endless
		})
		if _, err := r.QuickSight().Namespaces(t.Context()); err == nil {
			t.Error("no error")
		}
	})
}

func TestF41InvalidNextToken(t *testing.T) {
	eachList(t, func(t *testing.T, l list, r *rig) {
		r.with(awssim.Nth(3, l.op, awssim.FailBefore(l.op, wire.Errorf(400, "InvalidNextTokenException", "The NextToken value isn't valid."))))
		complete(t, l, r, 6)

		r.with(awssim.Between(2, 1000, l.op, awssim.FailBefore(l.op, wire.Errorf(400, "InvalidNextTokenException", "The NextToken value isn't valid."))))
		if _, err := l.read(t, r); err == nil {
			t.Error("no error, though the list could not be read")
		}
	})
}

// TestF41ErrorPartWay loses a page for good: an error, and never a shorter list. A moment's trouble is
// no trouble.
func TestF41ErrorPartWay(t *testing.T) {
	eachList(t, func(t *testing.T, l list, r *rig) {
		r.with(awssim.Between(2, 4, l.op, awssim.FailBefore(l.op, awssim.InternalFailure())))
		complete(t, l, r, 6)
		r.with(awssim.Nth(2, l.op, awssim.Truncate(l.op)))
		complete(t, l, r, 4)
		r.with(awssim.Nth(2, l.op, awssim.DropBefore(l.op)))
		complete(t, l, r, 4)
		// Longer than the retries: begun anew.
		r.with(awssim.Between(2, 8, l.op, awssim.FailBefore(l.op, awssim.InternalFailure())))
		if n, err := l.read(t, r); err != nil || n != rows {
			t.Errorf("%d rows, %v", n, err)
		}
		notFound := wire.Errorf(404, "ResourceNotFoundException", "gone")
		r.with(awssim.Nth(3, l.op, awssim.FailBefore(l.op, notFound)))
		if _, err := l.read(t, r); !errors.Is(err, plan.ErrNotFound) {
			t.Errorf("not found part-way: %v", err)
		}
		r.with(awssim.Between(2, 1000, l.op, awssim.DropBefore(l.op)))
		if _, err := l.read(t, r); err == nil {
			t.Error("no error, though the list could not be read")
		}
	})
}

// TestF8Down fails, and says so, when nothing answers.
func TestF8Down(t *testing.T) {
	eachList(t, func(t *testing.T, l list, r *rig) {
		r.with(awssim.DropBefore(""))
		n, err := l.read(t, r)
		if err == nil || n != 0 {
			t.Errorf("%d rows, %v", n, err)
		}
		if got := len(r.calls()); got != 6 {
			t.Errorf("%d calls", got)
		}
	})
}

func TestNotApplicableUsers(t *testing.T) {
	r := newRig(t, manyUsers(3))
	r.with(awssim.On("quicksight:ListUsers", awssim.AfterEffect, edit(func(m map[string]any) {
		users := m["UserList"].([]any)
		users[1].(map[string]any)["UserName"] = "N/A"
		users[2].(map[string]any)["Arn"] = "N/A"
	})))
	users, err := r.QuickSight().Users(t.Context(), "acme")
	check(t, err, len(users), 2)
}

// TestF54UnknownRole answers what AWS may add as it is: whoever decides holds it.
func TestF54UnknownRole(t *testing.T) {
	r := newRig(t, nil)
	r.with(awssim.On("quicksight:ListUsers", awssim.AfterEffect, edit(func(m map[string]any) {
		m["UserList"].([]any)[0].(map[string]any)["Role"] = "EXPLORER"
	})))
	users, err := r.QuickSight().Users(t.Context(), "acme")
	check(t, err, users[0].Role, "EXPLORER")
	if users[0].Role.Known() {
		t.Error("known")
	}
}

// TestMembersStops ends a list when nobody wants more of it.
func TestMembersStops(t *testing.T) {
	r := newRig(t, manyPeople(rows))
	for page, err := range r.Directory().Memberships(t.Context(), group) {
		check(t, err, len(page), 100)
		break
	}
	check(t, nil, r.calls(), []string{"ListGroupMemberships"})
}

func TestManyRoles(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		for i := range 2500 {
			s.IAM.Roles = append(s.IAM.Roles, world.Role{Name: fmt.Sprintf("QuickSight-%04d", i), Path: "/tenants/"})
		}
	})
	roles, err := r.Roles().Roles(t.Context(), "/tenants/")
	check(t, err, len(roles), 2500)
	check(t, nil, len(r.calls()), 3)
	if !slices.IsSortedFunc(roles, func(a, b tenancy.RoleARN) int { return len(a.String()) - len(b.String()) }) {
		t.Error("not in order")
	}
}

// TestMemory measures what a person and a user cost once they have been read: what a second and a
// third reading add to the heap.
func TestMemory(t *testing.T) {
	if testing.Short() {
		t.Skip("short")
	}
	const n = 10_000
	r := newRig(t, func(s *world.Seed) { manyPeople(n)(s); manyUsers(n - 1)(s) }, func(o *awsapi.Options) {
		o.Observe, o.QuickSightRate, o.IdentityStoreRate = nil, awsapi.Rate{Start: 1e6}, awsapi.Rate{Start: 1e6}
	})
	heap := func() int64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	for name, read := range map[string]func() (int, any, error){
		"person": func() (int, any, error) { all, err := r.Directory().People(t.Context()); return len(all), all, err },
		"user": func() (int, any, error) {
			all, err := r.QuickSight().Users(t.Context(), "acme")
			return len(all), all, err
		},
	} {
		var kept []any
		var first int64
		for range 3 {
			got, all, err := read()
			check(t, err, got, n)
			if kept = append(kept, all); len(kept) == 1 {
				first = heap()
			}
		}
		bytes := float64(heap()-first) / (2 * n)
		t.Logf("%.0f bytes a %s", bytes, name)
		if bytes > 400 {
			t.Errorf("%.0f bytes a %s", bytes, name)
		}
		runtime.KeepAlive(kept)
	}
}
