package world

import (
	"bytes"
	"fmt"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func open(t *testing.T, file []byte) *World {
	t.Helper()
	seed, err := ParseSeed(file)
	if err != nil {
		t.Fatal(err)
	}
	w, err := New(seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	return w
}

func dump(t *testing.T, w *World) []byte {
	t.Helper()
	b, err := w.Dump()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestWorldRoundTrips(t *testing.T) {
	file, err := os.ReadFile("testdata/world.json")
	if err != nil {
		t.Fatal(err)
	}
	first := dump(t, open(t, file))
	if second := dump(t, open(t, first)); !bytes.Equal(first, second) {
		t.Errorf("a dumped world dumps otherwise:\n%s\n%s", first, second)
	}
	for _, kept := range []string{
		"QuickSight/ana", "NON_RETRYABLE_FAILURE", "PERMISSION_DENIED", "tenantry", "suspended", "ExportToCsv", "N/A",
		"policy/fence", `"account_custom_permissions": "suspended"`, "AUTO_APPROVAL", `"AUTHOR": "suspended"`, "policy/scope", "DRAFT", "2026-01-05T06:07:08Z", "opal", "/ops/", "qs:acme", "DISABLED", "AWSReservedSSO_QS_0123456789abcdef", "PT8H", "AKIASIMULATED0000001", `"namespace_limit": 7`, `"stale_reads"`, `"times": 2`,
		`"members": [
          "dashboard/sales"`, "datasource/warehouse", `"tenant": "tenant_id"`, "sums up", "quicksight:PassDataSet", `"recoverable_until"`, `"link_permissions"`, "RESTRICTED", "dataset/rules", "dataset/base", "DENY_ACCESS", "VERSION_2", `"row_level_namespace": "acme"`, `"row_level_tags_status": "DISABLED"`, `"prepared": true`, "RLS_RULES", `"columns"`,
		"m-later", "m-now", `"visible_at": "2999-01-01T01:00:00Z"`, `"dead_letter_queue": "dead"`, `"region": "us-west-2"`, "AAE=", `"loss": 0.25`,
	} {
		if !strings.Contains(string(first), kept) {
			t.Errorf("the dump lacks %s", kept)
		}
	}
}

func TestWorldFileRefuses(t *testing.T) {
	for file, want := range map[string]string{
		`{"account_id": "111122223333", "quicksite": {}}`:                                                                                      `unknown field "quicksite"`,
		`{"account_id": "111122223333", "behaviour": {"namespace_delay": "1s"}}`:                                                               `unknown field "namespace_delay"`,
		`{"account_id": "111122223333"} {}`:                                                                                                    "more after the end",
		`{"account_id": "111122223333", "behaviour": {"membership_delay": 5}}`:                                                                 "a duration is written as a string",
		`{"account_id": "111122223333", "behaviour": {"membership_delay": "-5s"}}`:                                                             "not negative",
		`{"account_id": "111122223333", "queues": [{"name": "q", "visibility": "1s"}]}`:                                                        `unknown field "visibility"`,
		`{"account_id": "111122223333", "queues": [{"name": "q"}, {"name": "q"}]}`:                                                             "there twice",
		`{"account_id": "111122223333", "behaviour": {"trail": {"queue": "q"}}}`:                                                               `unknown field "queue"`,
		`{"account_id": "111122223333", "behaviour": {"trail": {"loss": 1.5}}}`:                                                                "behaviour.trail.loss",
		`{"account_id": "111122223333", "behaviour": {"trail": {"duplicates": -1}}}`:                                                           "behaviour.trail.duplicates",
		`{"account_id": "111122223333", "iam": {"users": [{"name": "u", "groups": ["g"]}]}}`:                                                   `group "g" is none of iam.groups`,
		`{"account_id": "111122223333", "quicksight": {"assets": [{"kind": "dataset", "id": "a", "row_level_status": "OFF"}]}}`:                `row_level_status "OFF"`,
		`{"account_id": "111122223333", "quicksight": {"namespaces": [{"name": "a", "self_upgrade": "ON"}]}}`:                                  `self_upgrade "ON"`,
		`{"account_id": "111122223333", "quicksight": {"namespaces": [{"name": "a", "policy_assignments": [{"name": "x", "status": "ON"}]}]}}`: `status "ON"`,
		`{"account_id": "111122223333", "quicksight": {"namespaces": [{"name": "a", "policy_assignments": [{"name": "x"}, {"name": "x"}]}]}}`:  "there twice",
		`{"account_id": "12"}`: "want 12 digits",
		`{"account_id": "111122223333", "behaviour": {"namespace_retry": "maybe"}}`:                                                                                   "namespace_retry",
		`{"account_id": "111122223333", "behaviour": {"namespace_scripts": [{"status": "CREATING"}]}}`:                                                                "either name or nth",
		`{"account_id": "111122223333", "behaviour": {"namespace_scripts": [{"nth": 1, "status": "BROKEN"}]}}`:                                                        "namespace_scripts[0].status",
		`{"account_id": "111122223333", "quicksight": {"namespaces": [{"name": "a"}, {"name": "a"}]}}`:                                                                "there twice",
		`{"account_id": "111122223333", "quicksight": {"namespaces": [{"name": "a", "status": "READY"}]}}`:                                                            `status "READY"`,
		`{"account_id": "111122223333", "quicksight": {"namespaces": [{"name": "a", "users": [{"email": "e"}]}]}}`:                                                    "role_arn or user_name",
		`{"account_id": "111122223333", "quicksight": {"namespaces": [{"name": "a", "groups": [{"name": "g", "members": ["x"]}]}]}}`:                                  "not a user of the namespace",
		`{"account_id": "111122223333", "quicksight": {"assets": [{"kind": "chart", "id": "a"}]}}`:                                                                    "the kind none of",
		`{"account_id": "111122223333", "quicksight": {"assets": [{"kind": "topic", "id": "a"}, {"kind": "topic", "id": "a"}]}}`:                                      "there twice",
		`{"account_id": "111122223333", "quicksight": {"assets": [{"kind": "folder", "id": "a", "members": ["topic/t"]}]}}`:                                           `member "topic/t"`,
		`{"account_id": "111122223333", "quicksight": {"assets": [{"kind": "topic", "id": "a", "permissions": [{"principal": "user/acme", "actions": "owner"}]}]}}`:   `principal "user/acme"`,
		`{"account_id": "111122223333", "quicksight": {"assets": [{"kind": "topic", "id": "a", "permissions": [{"principal": "user/acme/x", "actions": "admin"}]}]}}`: `actions "admin"`,
		`{"account_id": "111122223333", "quicksight": {"assets": [{"kind": "topic", "id": "a", "permissions": [{"principal": "user/acme/x", "actions": []}]}]}}`:      "has no actions",
		`{"account_id": "111122223333", "identity_center": {"users": [{"user_name": "a"}, {"user_name": "A"}]}}`:                                                      "there twice",
		`{"account_id": "111122223333", "identity_center": {"groups": [{"display_name": "g", "members": ["x"]}]}}`:                                                    "not a user of the directory",
		`{"account_id": "111122223333", "permission_sets": [{"name": "p", "assignments": [{"group": "nobody"}]}]}`:                                                    "no such group or user",
	} {
		seed, err := ParseSeed([]byte(file))
		if err == nil {
			_, err = New(seed, nil)
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: error %v, want one that says %q", file, err, want)
		}
	}
}

func TestSeededNamespacesGoOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := open(t, []byte(`{"account_id": "111122223333", "quicksight": {"namespaces": [
			{"name": "coming", "status": "CREATING"}, {"name": "going", "status": "DELETING"}]}}`))
		has := func(name, want string) {
			t.Helper()
			w.Lock()
			defer w.Unlock()
			if n, _ := w.QuickSight.Namespaces().Get(name); n.Status != want {
				t.Errorf("%s: %q, want %q", name, n.Status, want)
			}
		}
		has("coming", StatusCreating)
		has("going", StatusDeleting)
		has("default", StatusCreated)
		time.Sleep(25 * time.Second)
		has("coming", StatusCreated)
		has("going", "")
	})
}

func TestDirectoryIndexes(t *testing.T) {
	w := open(t, []byte(`{"account_id": "111122223333", "identity_center": {
		"users": [{"user_name": "Ana", "email": "Ana@acme.example"}], "groups": [{"display_name": "qs:acme", "members": ["ana"]}]}}`))
	d := w.Directory
	id, ok := d.UserID("ANA")
	group, _ := d.GroupID("QS:acme")
	if byMail, _ := d.UserIDByEmail("ana@ACME.example"); !ok || byMail != id {
		t.Errorf("by name %q, by e-mail %q", id, byMail)
	}
	p, _ := d.Users().Get(id)
	p.UserName, p.Email = "anna", ""
	d.PutUser(p)
	if _, ok := d.UserID("ana"); ok {
		t.Error("the old name is still known")
	}
	if _, ok := d.UserIDByEmail("ana@acme.example"); ok {
		t.Error("the old e-mail address is still known")
	}
	if _, ok := d.Membership(group, id, View{}); !ok {
		t.Error("renaming a person has changed a membership")
	}
	d.DeleteUser(id)
	if d.Memberships().Len() != 0 || d.Users().Len() != 0 {
		t.Error("a deleted person leaves something behind")
	}
}

// The sizes that a world is made for.
func TestLargeWorld(t *testing.T) {
	if testing.Short() {
		t.Skip("large")
	}
	seed := Seed{AccountID: "111122223333"}
	for i := range 1000 {
		n := NamespaceSeed{Name: fmt.Sprintf("tenant-%04d", i)}
		for j := range 100 {
			session := fmt.Sprintf("user-%04d-%03d", i, j)
			n.Users = append(n.Users, UserSeed{RoleARN: "arn:aws:iam::111122223333:role/QuickSight", Session: session, Email: session, Role: "READER"})
			seed.IdentityCenter.Users = append(seed.IdentityCenter.Users, Person{UserName: session})
		}
		seed.QuickSight.Namespaces = append(seed.QuickSight.Namespaces, n)
	}
	began := time.Now()
	w, err := New(seed, nil)
	if err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("a world of 100,000 people took %v", took)
	}
	if w.Directory.Users().Len() != 100_000 || w.QuickSight.Namespaces().Len() != 1001 {
		t.Errorf("%d people, %d namespaces", w.Directory.Users().Len(), w.QuickSight.Namespaces().Len())
	}
	page, last := Page(w.Directory.Users().After("8", View{}), 100)
	if len(page) != 100 || last == "" {
		t.Errorf("a page of %d that ends at %q", len(page), last)
	}
}
