package quicksight_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/simtest"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// sharing is a world with an asset "x" of every kind, which nobody has.
func sharing(t *testing.T, behaviour string) *simtest.Client {
	t.Helper()
	var seeds []string
	for _, k := range kinds {
		seeds = append(seeds, fmt.Sprintf(`{"kind": %q, "id": "x"}`, k.kind))
	}
	if behaviour != "" {
		behaviour = ", " + behaviour
	}
	return simtest.New(t, file(`"assets": [`+strings.Join(seeds, ",")+`],`, behaviour), awssim.Options{})
}

// permissions shows the permissions on the dashboard x: "QuickSight/ana=owner".
func permissions(c *simtest.Client) []string {
	c.T.Helper()
	var all []string
	for _, p := range c.OK(200, "GET "+account+"/dashboards/x/permissions", "")["Permissions"].([]any) {
		var actions []string
		for _, a := range simtest.Get(p, "Actions").([]any) {
			actions = append(actions, a.(string))
		}
		as := strings.Join(actions, "+")
		switch {
		case slices.Equal(actions, world.KindDashboard.Owner()):
			as = "owner"
		case slices.Equal(actions, world.KindDashboard.Viewer()):
			as = "viewer"
		}
		principal := simtest.Get(p, "Principal").(string)
		all = append(all, principal[strings.LastIndex(principal, ":")+1:]+"="+strings.ReplaceAll(as, "quicksight:", ""))
	}
	return all
}

func TestGrantAndRevoke(t *testing.T) {
	ana, group, all := arnPrefix+"user/acme/QuickSight/ana", arnPrefix+"group/acme/acme", arnPrefix+"namespace/acme"
	owner, viewer := world.KindDashboard.Owner(), world.KindDashboard.Viewer()
	only := slices.DeleteFunc(slices.Clone(owner), func(a string) bool { return slices.Contains(viewer, a) })
	for name, steps := range map[string]struct {
		behaviour string
		bodies    []string
		want      []string
	}{
		"grants": {bodies: []string{`{"GrantPermissions": [` + grant(ana, owner...) + "," + grant(group, viewer...) + "," + grant(all, viewer...) + `]}`},
			want: []string{"group/acme/acme=viewer", "namespace/acme=viewer", "user/acme/QuickSight/ana=owner"}},
		"in any order, twice": {bodies: []string{`{"GrantPermissions": [` + grant(ana, append([]string{viewer[2]}, viewer...)...) + `]}`},
			want: []string{"user/acme/QuickSight/ana=viewer"}},
		"a grant replaces": {bodies: []string{`{"GrantPermissions": [` + grant(ana, owner...) + `]}`, `{"GrantPermissions": [` + grant(ana, viewer...) + `]}`},
			want: []string{"user/acme/QuickSight/ana=viewer"}},
		"a grant adds": {behaviour: `"grants_add": true`, bodies: []string{`{"GrantPermissions": [` + grant(ana, owner...) + `]}`, `{"GrantPermissions": [` + grant(ana, viewer...) + `]}`},
			want: []string{"user/acme/QuickSight/ana=owner"}},
		"both in a call": {bodies: []string{`{"GrantPermissions": [` + grant(ana, owner...) + `]}`,
			`{"GrantPermissions": [` + grant(group, owner...) + `], "RevokePermissions": [` + grant(ana, owner...) + `]}`},
			want: []string{"group/acme/acme=owner"}},
		"the grant is the last word": {bodies: []string{`{"GrantPermissions": [` + grant(ana, viewer...) + `], "RevokePermissions": [` + grant(ana, owner...) + `]}`},
			want: []string{"user/acme/QuickSight/ana=viewer"}},
		"what an owner has more is revoked": {behaviour: `"whole_permission_sets": false`, bodies: []string{`{"GrantPermissions": [` + grant(ana, owner...) + `]}`, `{"RevokePermissions": [` + grant(ana, only...) + `]}`},
			want: []string{"user/acme/QuickSight/ana=viewer"}},
		"revoking what nobody has": {bodies: []string{`{"RevokePermissions": [` + grant(arnPrefix+"user/acme/nobody", owner...) + `]}`}},
		"any set": {behaviour: `"whole_permission_sets": false`, bodies: []string{`{"GrantPermissions": [` + grant(ana, "quicksight:QueryDashboard") + `]}`},
			want: []string{"user/acme/QuickSight/ana=QueryDashboard"}},
	} {
		t.Run(name, func(t *testing.T) {
			c := sharing(t, steps.behaviour)
			var m map[string]any
			for _, body := range steps.bodies {
				m = c.OK(200, "PUT "+account+"/dashboards/x/permissions", body)
			}
			if got := permissions(c); !slices.Equal(got, steps.want) || len(m["Permissions"].([]any)) != len(got) {
				t.Errorf("permissions %q, want %q; answered %v", got, steps.want, m)
			}
		})
	}
}

// Whom a permission can name depends on the kind.
func TestPrincipals(t *testing.T) {
	c := sharing(t, "")
	for _, k := range kinds {
		named := func(principal string) simtest.Answer {
			return c.Do(k.update+" "+account+k.path+"/x/permissions", `{"GrantPermissions": [`+grant(principal, k.kind.Viewer()...)+`]}`)
		}
		namespaces := slices.Contains([]world.AssetKind{world.KindDashboard, world.KindAnalysis, world.KindTemplate, world.KindTheme}, k.kind)
		for principal, want := range map[string]bool{
			arnPrefix + "user/acme/QuickSight/ana":                               true,
			arnPrefix + "group/acme/acme":                                        true,
			arnPrefix + "namespace/acme":                                         namespaces,
			"arn:aws:iam::111122223333:root":                                     k.kind == world.KindTemplate,
			"arn:aws:iam::999999999999:root":                                     k.kind == world.KindTemplate,
			arnPrefix + "user/globex/QuickSight/ana":                             false,
			arnPrefix + "user/acme/QuickSight/bob":                               false,
			arnPrefix + "group/acme/nobody":                                      false,
			arnPrefix + "namespace/nobody":                                       false,
			arnPrefix + "dashboard/x":                                            false,
			"arn:aws:quicksight:us-east-1:999999999999:user/acme/QuickSight/ana": false,
			"arn:aws:quicksight:eu-west-1:111122223333:user/acme/QuickSight/ana": false,
			"QuickSight/ana":                                                     false,
		} {
			a := named(principal)
			if ok := a.Status == 200; ok != want || !ok && a.ErrorType != badParameter {
				t.Errorf("%s to %s: %d %s %v", k.kind, principal, a.Status, a.ErrorType, a.Body["Message"])
			}
		}
	}
}

func TestPermissionLimits(t *testing.T) {
	c := sharing(t, `"whole_permission_sets": false`)
	many := func(n int) string {
		return "[" + strings.TrimSuffix(strings.Repeat(grant(arnPrefix+"user/acme/nobody", "quicksight:X")+",", n), ",") + "]"
	}
	for _, k := range kinds {
		line := k.update + " " + account + k.path + "/x/permissions"
		most := 100
		if slices.Contains([]world.AssetKind{world.KindDataSet, world.KindDataSource, world.KindFolder, world.KindActionConnector}, k.kind) {
			most = 64
			c.Fails(400, badParameter, line, `{"GrantPermissions": []}`)
		}
		c.OK(200, line, `{"RevokePermissions": `+many(most)+`}`)
		c.Fails(400, badParameter, line, `{"RevokePermissions": `+many(most+1)+`}`)
		c.Fails(400, badParameter, line, `{"RevokePermissions": [{"Principal": "p", "Actions": []}]}`)
		c.Fails(400, badParameter, line, `{"RevokePermissions": [`+grant("p", strings.Split(strings.Repeat("a ", 20), " ")...)+`]}`)
		c.Fails(400, badParameter, line, `{"RevokePermissions": [{"Principal": "p"}]}`)
		c.Fails(400, badParameter, line, `{"RevokePermissions": [`+grant(strings.Repeat("p", 257), "a")+`]}`)
	}
	c.Fails(404, missing, "PUT "+account+"/dashboards/y/permissions", `{}`)
}

// A refused call changes nothing, and the message says what could be granted.
func TestWholePermissionSets(t *testing.T) {
	c := sharing(t, "")
	ana := arnPrefix + "user/acme/QuickSight/ana"
	m := c.Fails(400, badParameter, "PUT "+account+"/folders/x/permissions", `{"GrantPermissions": [`+
		grant(ana, "quicksight:DescribeFolder")+","+grant(ana, "quicksight:DescribeFolder", "quicksight:DescribeFolderPermissions")+`]}`)
	want := "ResourcePermission list contains unsupported permission sets [quicksight:DescribeFolder, quicksight:DescribeFolderPermissions] for this resource. " +
		"Valid sets : [quicksight:DescribeFolder] or [quicksight:CreateFolder, "
	if !strings.HasPrefix(m, want) {
		t.Errorf("message\n%s, want\n%s", m, want)
	}
	if l := c.OK(200, "GET "+account+"/folders/x/permissions", "")["Permissions"].([]any); len(l) != 0 {
		t.Errorf("a refused call has granted %v", l)
	}
	// Neither can a part of what somebody has be revoked, nor what they do not have.
	contributor := world.KindFolder.Sets()[2]
	c.OK(200, "PUT "+account+"/folders/x/permissions", `{"GrantPermissions": [`+grant(ana, world.KindFolder.Owner()...)+`]}`)
	m = c.Fails(400, badParameter, "PUT "+account+"/folders/x/permissions", `{"RevokePermissions": [`+grant(ana, contributor...)+","+grant(ana, "quicksight:UpdateFolder")+`]}`)
	if !strings.HasPrefix(m, "ResourcePermission list contains unsupported permission sets [quicksight:UpdateFolder] for this resource. Valid sets : ") {
		t.Errorf("message %s", m)
	}
	if l := c.OK(200, "GET "+account+"/folders/x/permissions", "")["Permissions"]; len(simtest.Get(l, 0, "Actions").([]any)) != 8 {
		t.Errorf("a refused call has revoked some of %v", l)
	}
	c.OK(200, "PUT "+account+"/folders/x/permissions", `{"RevokePermissions": [`+grant(ana, world.KindFolder.Owner()...)+`]}`)
	if l := c.OK(200, "GET "+account+"/folders/x/permissions", "")["Permissions"].([]any); len(l) != 0 {
		t.Errorf("revoked, and there: %v", l)
	}
	// Nobody knows what can not be granted on templates.
	c.OK(200, "PUT "+account+"/templates/x/permissions", `{"GrantPermissions": [`+grant("arn:aws:iam::111122223333:root", "quicksight:DescribeTemplate")+`]}`)
}

func TestLinkPermissions(t *testing.T) {
	c := sharing(t, "")
	line, all := "PUT "+account+"/dashboards/x/permissions", grant(arnPrefix+"namespace/acme", world.KindDashboard.Viewer()...)
	c.Fails(400, badParameter, line, `{"GrantLinkPermissions": [`+grant(arnPrefix+"group/acme/acme", world.KindDashboard.Viewer()...)+`]}`)
	m := c.OK(200, line, `{"GrantLinkPermissions": [`+all+`]}`)
	if simtest.Get(m, "LinkSharingConfiguration", "Permissions", 0, "Principal") != arnPrefix+"namespace/acme" || len(m["Permissions"].([]any)) != 0 {
		t.Errorf("by the link: %v", m)
	}
	m = c.OK(200, line, `{"RevokeLinkPermissions": [`+all+`]}`)
	if m["LinkSharingConfiguration"] != nil {
		t.Errorf("no more: %v", m)
	}
}

func TestDeletedPrincipals(t *testing.T) {
	for keep, want := range map[string][]string{"true": {"group/acme/acme=viewer"}, "false": nil} {
		c := sharing(t, `"keep_grants_of_deleted_groups": `+keep)
		line := "PUT " + account + "/dashboards/x/permissions"
		c.OK(200, line, `{"GrantPermissions": [`+grant(arnPrefix+"user/acme/QuickSight/ana", world.KindDashboard.Owner()...)+","+
			grant(arnPrefix+"group/acme/acme", world.KindDashboard.Viewer()...)+`]}`)
		c.OK(200, "DELETE "+acme+"/users/"+escaped("QuickSight/ana"), "")
		c.OK(200, "DELETE "+acme+"/groups/acme", "")
		if got := permissions(c); !slices.Equal(got, want) {
			t.Errorf("keep %s: %q, want %q", keep, got, want)
		}
		c.OK(200, line, `{"RevokePermissions": [`+grant(arnPrefix+"group/acme/acme", world.KindDashboard.Viewer()...)+`]}`)
		if got := permissions(c); len(got) != 0 {
			t.Errorf("what was left behind can not be revoked: %q", got)
		}
	}
}
