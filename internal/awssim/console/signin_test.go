package console_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim/console"
	"github.com/tenantry/tenantry/internal/awssim/roomtest"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// openFile opens the console of the world of a world file.
func openFile(t *testing.T, file string) *front {
	f := &front{}
	f.Room = roomtest.New(t, file, func(w *world.World) wire.Service {
		return console.NewTold(w, func(a world.Activity) { f.told = append(f.told, a) })
	})
	return f
}

// What the policies of a role allow decides what somebody becomes who is not known.
func TestSelfProvisioning(t *testing.T) {
	allow := func(actions string) string {
		return fmt.Sprintf(`{"inline": "{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"Allow\", \"Action\": %s, \"Resource\": \"arn:aws:quicksight::111122223333:user/${aws:userid}\"}]}"}`, actions)
	}
	const managed = "arn:aws:iam::111122223333:policy/"
	for name, c := range map[string]struct{ policies, attached, want string }{
		"no policy":       {"{}", "", "READER"},
		"a reader":        {allow(`\"quicksight:CreateReader\"`), "", "READER"},
		"an author":       {allow(`\"quicksight:CreateUser\"`), "", "AUTHOR"},
		"an admin":        {allow(`[\"quicksight:CreateReader\", \"quicksight:CreateAdmin\"]`), "", "ADMIN"},
		"everything":      {allow(`\"quicksight:*\"`), "", "ADMIN"},
		"something else":  {allow(`\"quicksight:Describe*\"`), "", ""},
		"by what is held": {"{}", managed + "reader", "READER"},
		"denied":          {allow(`\"*\"`), managed + "deny", ""},
		"not all denied":  {allow(`\"*\"`), managed + "denyadmin", "AUTHOR"},
		"not to be read":  {"{}", "arn:aws:iam::aws:policy/AdministratorAccess", ""},
		"another's name":  {"{}", "arn:aws:iam::aws:policy/reader", ""},
		"broken":          {`{"inline": "{}"}`, "", ""},
		"bounded":         {allow(`\"quicksight:*\"`), "", "READER"},
		"bounded away":    {allow(`\"quicksight:*\"`), "", ""},
		"bounded unread":  {allow(`\"quicksight:*\"`), "", ""},
	} {
		t.Run(name, func(t *testing.T) {
			attached := "[]"
			boundary := map[string]string{"bounded": managed + "reader", "bounded away": managed + "deny", "bounded unread": managed + "nowhere"}[name]
			if c.attached != "" {
				attached = `["` + c.attached + `"]`
			}
			statement := func(effect, action string) string {
				return fmt.Sprintf(`{\"Version\": \"2012-10-17\", \"Statement\": [{\"Effect\": \"%s\", \"Action\": \"%s\", \"Resource\": \"*\"}]}`, effect, action)
			}
			f := openFile(t, `{"account_id": "111122223333", "iam": {"roles": [{"name": "QuickSight", "policies": `+c.policies+`, "attached": `+attached+`, "boundary": "`+boundary+`"}], "policies": [
				{"name": "reader", "arn": "`+managed+`reader", "document": "`+statement("Allow", "quicksight:CreateReader")+`"},
				{"name": "deny", "arn": "`+managed+`deny", "document": "`+statement("Deny", "quicksight:Create*")+`"},
				{"name": "denyadmin", "arn": "`+managed+`denyadmin", "document": "`+statement("Deny", "quicksight:CreateAdmin")+`"}]}}`)
			home, _ := f.World.QuickSight.Namespaces().Get("default")
			const body = `{"role": "QuickSight", "session": "ana", "email": "ana@acme.example"}`
			if c.want == "" {
				m := f.do(403, "SignIn", body)
				if m["Message"] != "the role QuickSight allows no self-provisioning, and no namespace has QuickSight/ana: "+
					"its policies would have to allow quicksight:CreateReader, CreateUser or CreateAdmin." || home.Contents.Users.Len() != 0 {
					t.Errorf("turned away: %v, %d users", m, home.Contents.Users.Len())
				}
				return
			}
			m := f.do(200, "SignIn", body)
			u, _ := home.Contents.Users.Get("QuickSight/ana")
			if m["role"] != c.want || u.Role != c.want || m["provisioned"] != true {
				t.Errorf("%v, in default %+v; want %s", m, u, c.want)
			}
		})
	}
}

// Somebody who is known sees what is theirs, whatever their role's policies say.
func TestSignInShowsAssets(t *testing.T) {
	f := openFile(t, `{"account_id": "111122223333",
		"iam": {"roles": [{"name": "QuickSight", "policies": {"inline": "{}"}}]},
		"quicksight": {"custom_permissions": [{"name": "quiet"}], "namespaces": [
			{"name": "acme", "groups": [{"name": "g", "members": ["QuickSight/ana"]}, {"name": "h"}], "users": [
				{"role_arn": "arn:aws:iam::111122223333:role/QuickSight", "session": "ana", "email": "a", "role": "AUTHOR", "custom_permissions": "quiet"},
				{"role_arn": "arn:aws:iam::111122223333:role/QuickSight", "session": "ben", "email": "b", "role": "READER"}]},
			{"name": "globex", "users": [{"user_name": "eve", "email": "e", "role": "READER"}]}],
		"assets": [
			{"kind": "dashboard", "id": "d", "name": "Sales", "permissions": [{"principal": "group/acme/g", "actions": "owner"}]},
			{"kind": "topic", "id": "t", "region": "eu-west-1", "permissions": [{"principal": "user/acme/QuickSight/ana", "actions": "viewer"}]},
			{"kind": "dataset", "id": "s", "permissions": [{"principal": "user/globex/eve", "actions": "owner"}]}]}}`)
	m := f.do(200, "SignIn", `{"role": "QuickSight", "session": "ana", "email": "ana@acme.example"}`)
	want := `{"customPermissions":"quiet","namespaces":["acme"],"provisioned":false,"role":"AUTHOR","sees":[` +
		`{"as":"viewer","id":"t","kind":"topic","name":"t","region":"eu-west-1","through":["arn:aws:quicksight:us-east-1:111122223333:user/acme/QuickSight/ana"]},` +
		`{"as":"owner","id":"d","kind":"dashboard","name":"Sales","region":"us-east-1","through":["arn:aws:quicksight:us-east-1:111122223333:group/acme/g"]}],` +
		`"sharesWith":{"groups":["g","h"],"users":["QuickSight/ana","QuickSight/ben"]},"userName":"QuickSight/ana"}`
	if got := asJSON(t, m); got != want {
		t.Errorf("answer\n%s, want\n%s", got, want)
	}
	m = f.do(200, "SignIn", `{"role": "QuickSight", "session": "ben", "email": "ben@acme.example"}`)
	if got := asJSON(t, m["sees"]); got != "[]" || m["role"] != "READER" || !slices.Equal(m["namespaces"].([]any), []any{"acme"}) {
		t.Errorf("ben: %v", m)
	}
	if len(f.told) > 0 {
		t.Errorf("the directory tells of a sign-in: %v", f.told)
	}
}

// The user's own profile counts, else that of the role, else that of the account.
func TestSignInShowsProfile(t *testing.T) {
	for _, c := range []struct{ account, role, own, want string }{
		{"", "", "", ""}, {"a", "", "", "a"}, {"a", "r", "", "r"}, {"a", "r", "o", "o"}, {"a", "", "o", "o"},
	} {
		f := openFile(t, fmt.Sprintf(`{"account_id": "111122223333", "iam": {"roles": [{"name": "QuickSight"}]},
			"quicksight": {"account_custom_permissions": %q, "namespaces": [{"name": "acme", "role_custom_permissions": {"AUTHOR": %q, "READER": "x"}, "users": [
				{"role_arn": "arn:aws:iam::111122223333:role/QuickSight", "session": "ana", "email": "a", "role": "AUTHOR", "custom_permissions": %q}]}]}}`, c.account, c.role, c.own))
		if m := f.do(200, "SignIn", `{"role": "QuickSight", "session": "ana", "email": "ana@acme.example"}`); m["customPermissions"] != c.want {
			t.Errorf("%+v: %v", c, m["customPermissions"])
		}
	}
}
