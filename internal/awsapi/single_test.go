package awsapi_test

import (
	"errors"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestSingleReads reads what a hint reads, one call each.
func TestSingleReads(t *testing.T) {
	r := newRig(t, manyPeople(1))
	ctx := t.Context()
	everyone, err := r.Directory().People(ctx)
	if err != nil || len(everyone) != 1 {
		t.Fatal(everyone, err)
	}
	id := everyone[0].ID
	r.with(nil)

	p, err := r.Directory().Person(ctx, id)
	check(t, err, p, everyone[0])
	in, err := r.Directory().MembershipsOf(ctx, id)
	check(t, err, len(in), 1)
	if m := in[0]; m.ID == "" || m.Group != group || m.Person != id {
		t.Errorf("%+v", m)
	}
	for of, err := range r.Directory().Memberships(ctx, group) {
		check(t, err, of, in)
	}
	g, err := r.Directory().Group(ctx, group)
	check(t, err, g, tenancy.Group{ID: group, Name: "qs:acme"})
	u, err := r.QuickSight().User(ctx, "acme", "QuickSight/ann")
	check(t, err, u, tenancy.Registration{User: "QuickSight/ann", Role: tenancy.Reader, Email: "ann@example.com"})
	tags, err := r.QuickSight().UserTags(ctx, namespace(t, "acme"), "QuickSight/ann")
	if check(t, err, len(tags), 0); tags == nil {
		t.Error("no tags are nil")
	}
	groups, err := r.QuickSight().GroupsOf(ctx, "acme", "QuickSight/ann")
	check(t, err, groups, []string{"qs:acme"})
	n, err := r.QuickSight().Namespace(ctx, "acme")
	if n.ARN == "" {
		t.Error("no ARN")
	}
	n.ARN = ""
	check(t, err, n, tenancy.NamespaceInfo{Name: "acme", Status: tenancy.Created, CapacityRegion: "us-east-1"})
	check(t, nil, len(r.calls()), 8)
}

// TestSingleReadsOfNothing wraps plan.ErrNotFound, without a name.
func TestSingleReadsOfNothing(t *testing.T) {
	r := newRig(t, func(s *world.Seed) {
		s.QuickSight.Namespaces = append(s.QuickSight.Namespaces, world.NamespaceSeed{Name: "other"})
	})
	ctx, q, d := t.Context(), r.QuickSight(), r.Directory()
	const nobody = "b4484478-d0a1-7030-5f5f-2c1c3a0b1f02"
	for name, read := range map[string]func() error{
		"person":           func() error { _, err := d.Person(ctx, nobody); return err },
		"memberships":      func() error { _, err := d.MembershipsOf(ctx, nobody); return err },
		"group":            func() error { _, err := d.Group(ctx, nobody); return err },
		"user's tags":      func() error { _, err := q.UserTags(ctx, namespace(t, "other"), "QuickSight/ann"); return err },
		"user":             func() error { _, err := q.User(ctx, "other", "QuickSight/ann"); return err },
		"user of nowhere":  func() error { _, err := q.User(ctx, "none", "QuickSight/ann"); return err },
		"groups of nobody": func() error { _, err := q.GroupsOf(ctx, "other", "QuickSight/ann"); return err },
		"namespace":        func() error { _, err := q.Namespace(ctx, "none"); return err },
		"user without a self": func() error {
			r.with(awssim.On("quicksight:DescribeUser", awssim.AfterEffect, edit(func(m map[string]any) {
				m["User"].(map[string]any)["Arn"] = "N/A"
			})))
			_, err := q.User(ctx, "acme", "QuickSight/ann")
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := read(); !errors.Is(err, plan.ErrNotFound) {
				t.Errorf("%v", err)
			}
		})
	}
}
