package systemtest

import (
	"testing"
	"testing/synctest"

	"github.com/tenantry/tenantry/internal/audit"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// TestAuditReads: what is read for one check alone, and decides what it finds.
func TestAuditReads(t *testing.T) {
	t.Parallel()
	formerly := func(prepared string) func(*world.Seed) {
		return func(s *world.Seed) {
			s.IAM.Roles = append(s.IAM.Roles, world.Role{Name: "Former"})
			in := space(s, "default")
			in.Users = append(in.Users, world.UserSeed{
				RoleARN: "arn:aws:iam::" + account + ":role/Former", Session: "reader.t000", Email: "reader.t000@t000.example", Role: "READER",
				Tags: []world.Tag{{Key: "tenantry-prepared", Value: prepared}},
			})
		}
	}
	for _, c := range []struct {
		name  string
		plant func(*world.Seed)
		code  audit.Code
	}{
		{"somebody outside whose move is prepared", formerly("86400 t000"), ""},
		{"somebody outside whose move to another tenant is prepared", formerly("86400 t001"), "ISO301"},
		{"a role's profile that denies nothing, under one of the account's that does", func(s *world.Seed) {
			s.QuickSight.CustomPermissions = append(s.QuickSight.CustomPermissions, world.ProfileSeed{Name: "loose"})
			s.QuickSight.AccountProfile = "tenant-author"
			in := space(s, "t000")
			in.Users[0].CustomPermissions = ""
			in.RoleProfiles = map[string]string{"AUTHOR": "loose"}
		}, "ISO312"},
		{"the account's profile alone", func(s *world.Seed) {
			s.QuickSight.AccountProfile = "tenant-author"
			space(s, "t000").Users[0].CustomPermissions = ""
		}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				seed := apart(3)
				c.plant(&seed)
				finds(t, auditRig(t, seed).audited(""), c.code)
			})
		})
	}
}
