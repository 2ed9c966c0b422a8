package tenancy_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

func namespace(t *testing.T, name string) tenancy.Namespace {
	t.Helper()
	n, err := tenancy.ParseNamespace(name)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// S3, C18 to C20: what cannot be a tenant's namespace cannot be a Namespace.
func TestS3NamespaceIsNeverDefault(t *testing.T) {
	for _, name := range []string{
		"", "default", "DEFAULT", "Default", "dEfAuLt", ".", "..", "a b", "a/b", "%2f", "a:b", "é", "аcme" /* Cyrillic */, "acme\n", "acme\x00",
		"ａｃｍｅ" /* full width */, strings.Repeat("n", 65),
	} {
		n, err := tenancy.ParseNamespace(name)
		var invalid *tenancy.InvalidError
		if !n.IsZero() || !errors.As(err, &invalid) || invalid.Text != name || strings.ContainsAny(err.Error(), "\n\x00") {
			t.Errorf("%q is the namespace %q, %v", name, n, err)
		}
		quoted, _ := json.Marshal(name)
		if err := json.Unmarshal(quoted, &n); err == nil || !n.IsZero() {
			t.Errorf("%q is read as the namespace %q, %v", name, n, err)
		}
	}
	for _, name := range []string{"a", "default1", "de-fault", ".acme", "-", "_", "a.B-c_9", strings.Repeat("n", 64)} {
		if n := namespace(t, name); n.String() != name || n.IsZero() {
			t.Errorf("%q is the namespace %q", name, n)
		}
	}
}

func TestNamespaceExtends(t *testing.T) {
	for _, c := range []struct {
		longer, shorter string
		want            bool
	}{
		{"acme-author", "acme", true}, {"acme.author", "acme", true}, {"acme_author", "acme", true}, {"acme-", "acme", true},
		{"acme", "acme", false}, {"acmeco", "acme", false}, {"acme", "acme-author", false}, {"ACME-author", "acme", false},
	} {
		if got := namespace(t, c.longer).Extends(namespace(t, c.shorter)); got != c.want {
			t.Errorf("%s extends %s: %v", c.longer, c.shorter, got)
		}
	}
	if namespace(t, "acme").Extends(tenancy.Namespace{}) {
		t.Error("acme extends none")
	}
}

func TestRolesAreOrdered(t *testing.T) {
	roles := tenancy.Roles()
	for i, low := range roles {
		for j, high := range roles {
			if low.Below(high) != (i < j) {
				t.Errorf("%s below %s: %v", low, high, low.Below(high))
			}
		}
		parsed, err := tenancy.ParseRole(string(low))
		if err != nil || parsed != low || !low.Known() {
			t.Errorf("%s is no role: %v", low, err)
		}
		if low.IsAdmin() != strings.HasPrefix(string(low), "ADMIN") || low.IsReader() != strings.HasPrefix(string(low), "READER") {
			t.Errorf("%s: admin %v, reader %v", low, low.IsAdmin(), low.IsReader())
		}
	}
	// C22, F54: a role that is not known is neither above nor below, and is not to be had.
	for _, name := range []string{"", "reader", "RESTRICTED_READER", "READER ", "NEW"} {
		unknown := tenancy.Role(name)
		if _, err := tenancy.ParseRole(name); err == nil || unknown.Known() {
			t.Errorf("%q is a role", name)
		}
		for _, r := range roles {
			if unknown.Below(r) || r.Below(unknown) {
				t.Errorf("%q and %s compare", name, r)
			}
		}
	}
}

// The tag of the founders names them, as many as a tag can hold, in any order.
func TestFounders(t *testing.T) {
	var groups []tenancy.GroupID
	for i := range 19 {
		groups = append(groups, tenancy.GroupID(fmt.Sprintf("90678000a0-%08d", i)))
	}
	tag := tenancy.Founders(groups)
	if len(tag) > 256 {
		t.Errorf("the tag has %d characters", len(tag))
	}
	for _, g := range groups {
		if !tenancy.IsFounder(tag, g) {
			t.Errorf("%s is no founder", g)
		}
	}
	if tenancy.IsFounder(tag, "90678000a0-99999999") || tenancy.IsFounder("", groups[0]) || tenancy.IsFounder(tag, "") {
		t.Error("somebody else is a founder")
	}
	slices.Reverse(groups)
	if again := tenancy.Founders(groups); again != tag {
		t.Errorf("in another order the tag is %s, not %s", again, tag)
	}
	if more := tenancy.Founders(append(groups, "one more")); len(more) > 256 {
		t.Errorf("the tag of 20 has %d characters", len(more))
	}
}

// What was sorted is found, whatever order it came in, and what is not there is not.
func TestStateFindsWhatIsThere(t *testing.T) {
	s := tenancy.State{
		Tenants: []tenancy.Tenant{{
			Namespace:     namespace(t, "globex"),
			Mirrors:       []tenancy.Mirror{{Group: "g2", Name: "b", Members: []tenancy.UserName{"R/b", "R/a"}}, {Group: "g1", Name: "z"}, {Group: "g2", Name: "a"}},
			Registrations: []tenancy.Registration{{User: "R/b"}, {User: "R/a"}},
		}, {Namespace: namespace(t, "acme")}},
		Foreign: []tenancy.Foreign{{Name: "pilot", Users: []tenancy.Registration{{User: "R/d"}, {User: "R/c"}}}, {Name: "default"}},
	}
	s.Sort()
	globex := s.Tenant(namespace(t, "globex"))
	if globex == nil || s.Tenant(namespace(t, "acme")) == nil || s.Tenant(namespace(t, "ACME")) != nil || s.Tenant(tenancy.Namespace{}) != nil {
		t.Fatal("tenants are not found by their names")
	}
	if globex.Registration("R/a") == nil || globex.Registration("R/b") == nil || globex.Registration("R/c") != nil {
		t.Error("registrations are not found by their users")
	}
	if m := globex.Mirror("g1"); m == nil || m.Name != "z" || globex.Mirror("g3") != nil || globex.Mirror("g2") == nil {
		t.Error("mirrors are not found by their groups")
	}
	for _, name := range []string{"a", "b"} {
		if m := globex.Twin(&tenancy.Mirror{Group: "g2", Name: name}); m == nil || m.Name != name {
			t.Errorf("the mirror %s of g2 is %v", name, m)
		}
	}
	if m := globex.Twin(&tenancy.Mirror{Group: "g2", Name: "c"}); m != nil {
		t.Errorf("there is a mirror c of g2: %v", m)
	}
	if m := globex.Twin(&tenancy.Mirror{Group: "g2", Name: "b"}); !m.Has("R/a") || !m.Has("R/b") || m.Has("R/c") {
		t.Error("members are not found")
	}
	if f := s.ForeignNamed("pilot"); f == nil || tenancy.FindRegistration(f.Users, "R/c") == nil || s.ForeignNamed("acme") != nil {
		t.Error("namespaces that are not ours are not found")
	}
}

func TestDirectoryFindsWhoIsThere(t *testing.T) {
	d := tenancy.Directory{
		People:  []tenancy.Person{{ID: "p2"}, {ID: "p1"}},
		Groups:  []tenancy.Group{{ID: "g2"}, {ID: "g1"}},
		Members: map[tenancy.GroupID][]tenancy.PersonID{"g1": {"p2", "p1"}},
	}
	d.Sort()
	if d.Person("p1") == nil || d.Person("p2") == nil || d.Person("p3") != nil || d.Group("g1") == nil || d.Group("g2") == nil || d.Group("") != nil {
		t.Error("people or groups are not found by their ids")
	}
	if !slices.IsSorted(d.Members["g1"]) {
		t.Error("members are not sorted")
	}
}

// Holds through which somebody still has access come first, and what is said twice is said once.
func TestHoldsAreInOrder(t *testing.T) {
	a := tenancy.Hold{Code: "a", Object: "x", Namespace: "acme"}
	b := tenancy.Hold{Code: "b", Object: "x", Namespace: "acme"}
	access := tenancy.Hold{Code: "z", Object: "x", Namespace: "zed", Access: true}
	if got := tenancy.SortHolds([]tenancy.Hold{b, a, access, a, b}); !slices.Equal(got, []tenancy.Hold{access, a, b}) {
		t.Errorf("%v", got)
	}
}

// T21: commands can be pasted, and hold the word as it is, whatever it is.
func TestT21ShellQuote(t *testing.T) {
	bash, err := exec.LookPath("bash")
	if err != nil {
		t.Skip("there is no bash to ask")
	}
	for _, word := range []string{
		"", "plain", "two words", "it's", `back\slash`, "$(touch x)`y`;&|<>*?!~#", "line\nbreak", "\x1b[31m", "a'\nb\\'", "é\u202eü", "\x7f\u0085", "-n", "tab\tand'quote",
	} {
		quoted := tenancy.ShellQuote(word)
		if strings.ContainsFunc(quoted, func(c rune) bool { return c < ' ' || c == 0x7f || c == 0x85 || c == 0x202e }) {
			t.Errorf("%q is quoted as %q, which is not one visible line", word, quoted)
		}
		out, err := exec.Command(bash, "-c", "printf %s "+quoted).Output()
		if err != nil || string(out) != word && word != "-n" {
			t.Errorf("%q is quoted as %s, and read as %q (%v)", word, quoted, out, err)
		}
	}
}

// S22: a name stands in a sentence as it is, unless it could break the line.
func TestS22Word(t *testing.T) {
	for word, want := range map[string]string{
		"ana": "ana", "José O'Neil": "José O'Neil", "": "", "a\nb": `"a\nb"`, "a\x1b[0m": `"a\x1b[0m"`, "a\u202eb": `"a\u202eb"`, "a\u00a0b": `"a\u00a0b"`,
	} {
		if got := tenancy.Word(word); got != want {
			t.Errorf("%q stands as %s, not %s", word, got, want)
		}
	}
}
