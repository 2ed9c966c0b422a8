package tenancy_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// The patterns of the API models, as AWS writes them.
var (
	namespaceModel = regexp.MustCompile(`\A[a-zA-Z0-9._-]{1,64}\z`)
	sessionModel   = regexp.MustCompile(`\A[\w+=.@-]{2,64}\z`)
	roleNameModel  = regexp.MustCompile(`\A[\w+=,.@-]{1,64}\z`)
	pathModel      = regexp.MustCompile(`\A(/|/[!-~]+/)\z`)
)

var seeds = []string{
	"", "acme", "default", "DEFAULT", "defau\u017ft", "a", ".", "..", "acme\n", "a b", "é", "ana@acme.example", "x,y", strings.Repeat("n", 64), strings.Repeat("n", 65),
	"arn:aws:iam::111122223333:role/QuickSight", "arn:aws-cn:iam::111122223333:role/a/b/c", "arn:aws:iam::111122223333:role//x", "arn:aws:iam::111122223333:user/x",
	"arn:aws:iam::111122223333:role/aws-reserved/sso.amazonaws.com/eu-west-1/AWSReservedSSO_X_0123456789abcdef", "arn:aws:iam::1:role/x", "arn:aws:iam::111122223333:role/x\n",
	"tenantry/1 d-1234567890 g-1", "tenantry/1  g-1", "tenantry/2 d-1 g-1", "tenantry/1 d-1 g-1 more", " tenantry/1 d-1 g-1", "QuickSight/ana", "N/A", "/", "a/b/c",
}

func seed(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
}

// S3, S12: a Namespace is exactly what AWS takes and is not default; nothing is changed on the way.
func FuzzParseNamespace(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		n, err := tenancy.ParseNamespace(text)
		want := namespaceModel.MatchString(text) && !strings.EqualFold(text, "default") && text != "." && text != ".."
		if (err == nil) != want || err == nil && n.String() != text || err != nil && !n.IsZero() {
			t.Fatalf("%q is %q, %v", text, n, err)
		}
		var back tenancy.Namespace
		if err := back.UnmarshalText([]byte(text)); (err == nil) != want || back != n {
			t.Errorf("%q is read as %q, %v", text, back, err)
		}
		if want && (n.Compare(back) != 0 || !strings.EqualFold(n.Fold(), text) || n.Extends(n)) {
			t.Errorf("%q is not itself", text)
		}
	})
}

// S12: a Session is exactly what AWS takes; nothing is changed on the way.
func FuzzParseSession(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		s, err := tenancy.ParseSession(text)
		if want := sessionModel.MatchString(text); (err == nil) != want || want && string(s) != text || !want && s != "" {
			t.Errorf("%q is %q, %v", text, s, err)
		}
	})
}

// A RoleARN comes apart into a partition, an account, a path and a name, and those make it again.
func FuzzParseRoleARN(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		r, err := tenancy.ParseRoleARN(text)
		if err != nil {
			if !r.IsZero() || r.Name() != "" || r.Path() != "" || r.Account() != "" {
				t.Errorf("%q is refused, and is %q all the same", text, r)
			}
			return
		}
		partition := strings.Split(text, ":")[1]
		if made := "arn:" + partition + ":iam::" + string(r.Account()) + ":role" + r.Path() + r.Name(); made != text || r.String() != text {
			t.Errorf("%q is made again as %q", text, made)
		}
		if len(r.Account()) != 12 || !roleNameModel.MatchString(r.Name()) || !pathModel.MatchString(r.Path()) {
			t.Errorf("%q has the account %q, the path %q and the name %q", text, r.Account(), r.Path(), r.Name())
		}
		if r.Reserved() != strings.Contains(text, ":role/aws-reserved/sso.amazonaws.com/") {
			t.Errorf("%q is reserved: %v", text, r.Reserved())
		}
		user := tenancy.Principal{Role: r, Session: "ana@acme.example"}.UserName()
		if user.RoleName() != r.Name() || user.SessionName() != "ana@acme.example" {
			t.Errorf("%q signs in as %q", text, user)
		}
	})
}

// Whatever QuickSight calls a user, its name comes apart without loss, or has no role.
func FuzzUserName(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		u := tenancy.UserName(text)
		if !strings.Contains(text, "/") {
			if u.RoleName() != "" || u.SessionName() != "" {
				t.Errorf("%q is the role %q, the session %q", text, u.RoleName(), u.SessionName())
			}
			return
		}
		if u.RoleName()+"/"+u.SessionName() != text || strings.Contains(u.RoleName(), "/") {
			t.Errorf("%q is the role %q, the session %q", text, u.RoleName(), u.SessionName())
		}
	})
}

// T13: a description is a mark exactly when a mark is written so. Nothing else is ours.
func FuzzParseMark(f *testing.F) {
	seed(f)
	f.Fuzz(func(t *testing.T, text string) {
		m, ok := tenancy.ParseMark(text)
		if ok && (m.String() != text || m.Store == "" || m.Group == "") || !ok && m != (tenancy.Mark{}) {
			t.Errorf("%q is %+v, %v", text, m, ok)
		}
		if ok != (strings.HasPrefix(text, "tenantry/1 ") && strings.Count(text, " ") == 2 && !strings.Contains(text, "  ") && !strings.HasSuffix(text, " ")) {
			t.Errorf("%q is a mark: %v", text, ok)
		}
	})
}
