package quicksight_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

func TestNamespaceLifecycle(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c := simtest.New(t, `{"account_id": "111122223333"}`, awssim.Options{})
		m := c.OK(201, "POST "+account, `{"Namespace": "acme", "IdentityStore": "QUICKSIGHT"}`)
		if m["CreationStatus"] != "CREATING" || m["Arn"] != "arn:aws:quicksight:us-east-1:111122223333:namespace/acme" || m["CapacityRegion"] != "us-east-1" {
			t.Errorf("CreateNamespace: %v", m)
		}
		c.Fails(409, there, "POST "+account, `{"Namespace": "acme", "IdentityStore": "QUICKSIGHT"}`)
		c.Fails(400, notYet, "POST "+acme+"/users", registration("ana", ""))
		c.Fails(400, notYet, "POST "+acme+"/groups", `{"GroupName": "g"}`)
		c.Fails(400, notYet, "DELETE "+acme, "")
		time.Sleep(25*time.Second - 1)
		if s := status(c, acme); s != "CREATING" {
			t.Errorf("just before 25 s: %v", s)
		}
		time.Sleep(time.Nanosecond)
		if s := status(c, acme); s != "CREATED" {
			t.Errorf("after 25 s: %v", s)
		}
		c.OK(201, "POST "+acme+"/users", registration("ana", ""))
		c.OK(201, "POST "+acme+"/groups", `{"GroupName": "g"}`)

		c.OK(200, "DELETE "+acme, "")
		if s := status(c, acme); s != "DELETING" {
			t.Errorf("after DeleteNamespace: %v", s)
		}
		c.Fails(400, notYet, "DELETE "+acme, "")
		c.Fails(409, there, "POST "+account, `{"Namespace": "acme", "IdentityStore": "QUICKSIGHT"}`)
		time.Sleep(25 * time.Second)
		c.Fails(404, missing, "GET "+acme, "")

		// Its users are gone with it: the principal is free for another namespace.
		c.OK(201, "POST "+account+"/namespaces/default/users", registration("ana", ""))
		c.OK(201, "POST "+account, `{"Namespace": "acme", "IdentityStore": "QUICKSIGHT"}`)
		time.Sleep(25 * time.Second)
		c.Fails(404, missing, "GET "+acme+"/groups/g", "")
	})
}

func status(c *simtest.Client, namespace string) any {
	c.T.Helper()
	return simtest.Get(c.OK(200, "GET "+namespace, ""), "Namespace", "CreationStatus")
}

func TestNamespaceScripts(t *testing.T) {
	script := `"namespace_scripts": [
		{"name": "again", "status": "RETRYABLE_FAILURE", "error_type": "INTERNAL_SERVICE_ERROR", "error_message": "try again", "times": 1},
		{"name": "never", "status": "NON_RETRYABLE_FAILURE", "error_type": "PERMISSION_DENIED", "error_message": "ds:CreateIdentityPoolDirectory"},
		{"name": "stuck", "status": "CREATING"},
		{"nth": 4, "status": "RETRYABLE_FAILURE", "error_type": "INTERNAL_SERVICE_ERROR"}]`
	create := func(name string) string { return `{"IdentityStore": "QUICKSIGHT", "Namespace": "` + name + `"}` }
	synctest.Test(t, func(t *testing.T) {
		c := behaving(t, script)
		for _, name := range []string{"again", "never", "stuck", "fourth"} {
			c.OK(201, "POST "+account, create(name))
		}
		time.Sleep(24 * time.Hour)
		for name, want := range map[string]string{
			"again": "RETRYABLE_FAILURE", "never": "NON_RETRYABLE_FAILURE", "stuck": "CREATING", "fourth": "RETRYABLE_FAILURE",
		} {
			if got := status(c, account+"/namespaces/"+name); got != want {
				t.Errorf("%s: %v, want %s", name, got, want)
			}
		}
		e := simtest.Get(c.OK(200, "GET "+account+"/namespaces/never", ""), "Namespace", "NamespaceError")
		if simtest.Get(e, "Type") != "PERMISSION_DENIED" || simtest.Get(e, "Message") != "ds:CreateIdentityPoolDirectory" {
			t.Errorf("NamespaceError: %v", e)
		}
		c.Fails(409, there, "POST "+account, create("never"))
		c.OK(201, "POST "+account, create("again"))
		n := c.OK(200, "GET "+account+"/namespaces/again", "")["Namespace"]
		if simtest.Get(n, "CreationStatus") != "CREATED" || simtest.Get(n, "NamespaceError") != nil {
			t.Errorf("after retrying: %v", n)
		}
	})
	c := behaving(t, script+`, "namespace_retry": "delete-first"`)
	c.OK(201, "POST "+account, create("again"))
	c.Fails(409, there, "POST "+account, create("again"))
	c.OK(200, "DELETE "+account+"/namespaces/again", "")
	c.OK(201, "POST "+account, create("again"))
}

func TestNamespaceLimit(t *testing.T) {
	c := behaving(t, `"namespace_limit": 3`)
	c.OK(201, "POST "+account, `{"Namespace": "third", "IdentityStore": "QUICKSIGHT"}`)
	c.Fails(409, tooMany, "POST "+account, `{"Namespace": "fourth", "IdentityStore": "QUICKSIGHT"}`)
	if err := c.Sim.Change(func(b *world.Behaviour) { b.NamespaceLimit = 4 }); err != nil {
		t.Fatal(err)
	}
	c.OK(201, "POST "+account, `{"Namespace": "fourth", "IdentityStore": "QUICKSIGHT"}`)
}

func TestCreateNamespaceRefuses(t *testing.T) {
	c := open(t)
	for name, body := range map[string]string{
		"no store":      `{"Namespace": "new"}`,
		"other store":   `{"Namespace": "new", "IdentityStore": "OTHER"}`,
		"no name":       `{"IdentityStore": "QUICKSIGHT"}`,
		"empty":         `{"Namespace": "", "IdentityStore": "QUICKSIGHT"}`,
		"slash":         `{"Namespace": "a/b", "IdentityStore": "QUICKSIGHT"}`,
		"too long":      `{"Namespace": "` + strings.Repeat("n", 65) + `", "IdentityStore": "QUICKSIGHT"}`,
		"empty tags":    `{"Namespace": "new", "IdentityStore": "QUICKSIGHT", "Tags": []}`,
		"tag value":     `{"Namespace": "new", "IdentityStore": "QUICKSIGHT", "Tags": [{"Key": "k"}]}`,
		"long tag name": `{"Namespace": "new", "IdentityStore": "QUICKSIGHT", "Tags": [{"Key": "` + strings.Repeat("k", 129) + `", "Value": "v"}]}`,
	} {
		t.Run(name, func(t *testing.T) { c.Fails(400, badParameter, "POST "+account, body) })
	}
	c.Fails(400, "SerializationException", "POST "+account, `{"Namespace": 7}`)
	c.Fails(400, "SerializationException", "POST "+account, `{"Namespace": `)
	c.Fails(400, badParameter, "DELETE "+account+"/namespaces/default", "")
	c.Fails(404, missing, "DELETE "+account+"/namespaces/nobody", "")
}
