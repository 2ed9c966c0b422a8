package plan_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// changes is the closed set: one of each, in the order of change.go.
var changes = []plan.Change{
	plan.CreateNamespace{}, plan.CreateMirror{}, plan.Register{}, plan.UpdateUser{}, plan.SetCustomPermissions{}, plan.Resume{}, plan.AddMember{},
	plan.LowerRole{}, plan.RemoveMember{}, plan.Suspend{}, plan.HandOver{}, plan.RemoveRegistration{},
	plan.BeginMove{}, plan.Park{}, plan.GiveBack{}, plan.Unpark{}, plan.EndMove{},
	plan.Rebind{},
	plan.HandToHouse{}, plan.Revoke{},
	plan.Share{},
	plan.CreateFolder{}, plan.OpenFolder{},
}

// The set of changes is closed: what change.go declares is what this file lists, and each of them can
// be written, read, compared, and is in one namespace that cannot be default.
func TestEveryChangeCanBeReadBack(t *testing.T) {
	var listed []string
	kinds := map[plan.Kind]bool{}
	for _, c := range changes {
		listed = append(listed, reflect.TypeOf(c).Name())
		full := fillIn(t, c)
		if kinds[full.Kind()] {
			t.Errorf("two changes are called %s", full.Kind())
		}
		kinds[full.Kind()] = true
		data, err := json.Marshal(plan.Step{Change: full})
		if err != nil {
			t.Fatal(err)
		}
		var back plan.Step
		if err := json.Unmarshal(data, &back); err != nil {
			t.Errorf("%s cannot be read: %v", full.Kind(), err)
		}
		if back.Change != full {
			t.Errorf("%s is read as %+v, not %+v", full.Kind(), back.Change, full)
		}
		for _, name := range []string{"", "default", "Default", "a b"} {
			bad := strings.Replace(string(data), `"namespace":"acme"`, `"namespace":"`+name+`"`, 1)
			if err := json.Unmarshal([]byte(bad), &back); err == nil {
				t.Errorf("S3: %s can be read in the namespace %q", full.Kind(), name)
			}
		}
		if without := strings.Replace(string(data), `"namespace":"acme",`, "", 1); json.Unmarshal([]byte(without), &back) == nil {
			t.Errorf("S3: %s can be read without a namespace", full.Kind())
		}
		if more := strings.Replace(string(data), `"namespace":"acme"`, `"namespace":"acme","more":1`, 1); json.Unmarshal([]byte(more), &back) == nil {
			t.Errorf("%s is read with a field that nobody knows", full.Kind())
		}
	}
	if diff := cmp.Diff(declared(t), listed); diff != "" {
		t.Errorf("changes (- change.go, + here)\n%s", diff)
	}
}

// fillIn gives every field of a change a value that is not its zero.
func fillIn(t *testing.T, c plan.Change) plan.Change {
	v := reflect.New(reflect.TypeOf(c)).Elem()
	for i := range v.NumField() {
		switch f := v.Field(i); {
		case f.Kind() == reflect.String:
			f.SetString(v.Type().Field(i).Name + "/é")
		case f.Kind() == reflect.Bool:
			f.SetBool(true)
		case v.Type().Field(i).Name == "Namespace":
			f.Set(reflect.ValueOf(parse("acme")))
		case v.Type().Field(i).Name == "Asset":
			f.Set(reflect.ValueOf(tenancy.AssetRef{Kind: tenancy.Dashboard, Region: "us-east-1", ID: "id/é"}))
		case v.Type().Field(i).Name == "SignIn":
			if err := f.Addr().Interface().(interface{ UnmarshalText([]byte) error }).UnmarshalText([]byte(shared)); err != nil {
				t.Fatal(err)
			}
		default:
			t.Fatalf("nothing is known of the field %s", v.Type().Field(i).Name)
		}
	}
	return v.Interface().(plan.Change)
}

// declared are the types of change.go that have a Kind, in order.
func declared(t *testing.T) []string {
	file, err := parser.ParseFile(token.NewFileSet(), "change.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, decl := range file.Decls {
		if f, ok := decl.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.Name == "Kind" {
			names = append(names, f.Recv.List[0].Type.(*ast.Ident).Name)
		}
	}
	return names
}

// A kind that takes away says so.
func TestTakingAwayIsToldByKind(t *testing.T) {
	away := []plan.Kind{plan.KindLowerRole, plan.KindRemoveMember, plan.KindSuspend, plan.KindRemoveRegistration, plan.KindRevoke}
	for _, c := range changes {
		if c.Kind().TakesAway() != slices.Contains(away, c.Kind()) {
			t.Errorf("%s takes away: %v", c.Kind(), c.Kind().TakesAway())
		}
	}
}
