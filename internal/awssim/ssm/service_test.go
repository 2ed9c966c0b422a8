package ssm_test

import (
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
)

// Versions are numbered from 1; the newest is what a name alone means.
func TestVersions(t *testing.T) {
	c := simtest.New(t, `{"account_id": "111122223333", "parameters": [{"name": "/t/c", "versions": [{"value": "one"}]}]}`, awssim.Options{})
	c.Service = "ssm"
	value := func(name string) any {
		t.Helper()
		return c.Call("AmazonSSM.GetParameter", `{"Name": "`+name+`"}`).Body["Parameter"].(map[string]any)["Value"]
	}
	if v := c.Call("AmazonSSM.PutParameter", `{"Name": "/t/c", "Value": "two", "Overwrite": true}`).Body["Version"]; v != 2.0 {
		t.Errorf("the second version is %v", v)
	}
	for name, want := range map[string]string{"/t/c": "two", "/t/c:1": "one", "/t/c:2": "two"} {
		if got := value(name); got != want {
			t.Errorf("%s: %v, want %s", name, got, want)
		}
	}
	for name, tt := range map[string]struct{ op, body, want string }{
		"none":            {"GetParameter", `{"Name": "/t/x"}`, "ParameterNotFound"},
		"no such version": {"GetParameter", `{"Name": "/t/c:3"}`, "ParameterVersionNotFound"},
		"a label":         {"GetParameter", `{"Name": "/t/c:live"}`, "ParameterVersionNotFound"},
		"there already":   {"PutParameter", `{"Name": "/t/c", "Type": "String", "Value": "x"}`, "ParameterAlreadyExists"},
		"no type":         {"PutParameter", `{"Name": "/t/y", "Value": "x"}`, "ValidationException"},
		"too long":        {"PutParameter", `{"Name": "/t/y", "Type": "String", "Value": "` + strings.Repeat("x", 4097) + `"}`, "ValidationException"},
	} {
		if a := c.Call("AmazonSSM."+tt.op, tt.body); a.Status != 400 || a.ErrorType != tt.want {
			t.Errorf("%s: %d %s, want %s", name, a.Status, a.ErrorType, tt.want)
		}
	}
	if a := c.Call("AmazonSSM.PutParameter", `{"Name": "/t/y", "Type": "String", "Tier": "Intelligent-Tiering", "Value": "`+strings.Repeat("x", 4097)+`"}`); a.Status != 200 {
		t.Errorf("a long one: %d %s", a.Status, a.ErrorType)
	}
}
