package awsapi_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/tenantry/tenantry/internal/awsapi"
	"github.com/tenantry/tenantry/internal/awssim"
	"github.com/tenantry/tenantry/internal/awssim/wire"
	"github.com/tenantry/tenantry/internal/awssim/world"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

const (
	ann        = "user/acme/QuickSight/ann"
	eveToo     = "user/acme/QuickSight/eve"
	custodians = "group/acme/" + tenancy.CustodiansName
)

// Ids of assets: those of flows have this form.
const (
	groups = "00000000-0000-4000-8000-00000000000a"
	hers   = "00000000-0000-4000-8000-00000000000b"
	mine   = "00000000-0000-4000-8000-00000000000c"
	ours   = "00000000-0000-4000-8000-00000000000d"
	none   = "00000000-0000-4000-8000-00000000000e"
)

// simulated are the simulator's words for the kinds.
var simulated = map[tenancy.AssetKind]world.AssetKind{
	tenancy.Dashboard: world.KindDashboard, tenancy.Analysis: world.KindAnalysis, tenancy.DataSet: world.KindDataSet,
	tenancy.DataSource: world.KindDataSource, tenancy.Folder: world.KindFolder, tenancy.Topic: world.KindTopic,
	tenancy.Flow: world.KindFlow, tenancy.ActionConnector: world.KindActionConnector,
	tenancy.Theme: world.KindTheme, tenancy.Template: world.KindTemplate,
}

func unsearchable(k tenancy.AssetKind) bool { return k == tenancy.Theme || k == tenancy.Template }

// given are permissions: whom, and "owner" or "viewer".
func given(pairs ...string) []world.GrantSeed {
	var all []world.GrantSeed
	for pair := range slices.Chunk(pairs, 2) {
		all = append(all, world.GrantSeed{Principal: pair[0], Actions: world.Actions{pair[1]}})
	}
	return all
}

// assets adds assets to the world of eve, with nothing else in it.
func assets(more ...world.AssetSeed) func(*world.Seed) {
	return func(s *world.Seed) {
		eve(s)
		s.QuickSight.Assets = more
	}
}

// ofEveryKind has, of each kind and in each Region, one that ann owns alone, one that she owns with eve,
// one that she owns with a group, and one that she only views.
func ofEveryKind() []world.AssetSeed {
	var all []world.AssetSeed
	for _, kind := range tenancy.AssetKinds() {
		for _, region := range []string{"us-east-1", "eu-west-1"} {
			for id, permissions := range map[string][]world.GrantSeed{
				mine:   given(ann, "owner", eveToo, "viewer"),
				ours:   given(ann, "owner", eveToo, "owner"),
				groups: given(ann, "owner", custodians, "owner"),
				hers:   given(eveToo, "owner", ann, "viewer"),
			} {
				all = append(all, world.AssetSeed{Kind: simulated[kind], Region: region, ID: id, Name: "of " + region, Permissions: permissions})
			}
		}
	}
	return all
}

func user(name string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: "acme", Name: "QuickSight/" + name}
}

func owns(to tenancy.Grantee) tenancy.Grant {
	return tenancy.Grant{To: to, Owner: true, May: tenancy.Owns}
}

func views(to tenancy.Grantee) tenancy.Grant { return tenancy.Grant{To: to, May: tenancy.Views} }

var heirs = tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "acme", Name: tenancy.CustodiansName}

// same compares assets with all that is in them; printed, they are only their names.
func same(t *testing.T, err error, got, want []tenancy.Asset) {
	t.Helper()
	type open struct { // an asset that prints as what it is
		Ref      string
		Name     string
		Grants   []tenancy.Grant
		RowLevel bool
	}
	shown := func(all []tenancy.Asset) (opened []open) {
		for _, a := range all {
			opened = append(opened, open{a.String(), a.Name, a.Grants, a.RowLevel})
		}
		return opened
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("%v\ngot  %+v\nwant %+v", err, shown(got), shown(want))
	}
}

func byRef(a, b tenancy.Asset) int { return a.Compare(b.AssetRef) }

func TestSoleOwned(t *testing.T) {
	r := newRig(t, assets(ofEveryKind()...))
	for _, region := range []string{"us-east-1", "eu-west-1", ""} {
		var want []tenancy.Asset
		in := region
		if in == "" {
			in = "us-east-1"
		}
		for _, kind := range tenancy.AssetKinds() {
			if !unsearchable(kind) {
				want = append(want, tenancy.Asset{
					AssetRef: tenancy.AssetRef{Kind: kind, Region: in, ID: mine}, Name: "of " + in,
					Grants: []tenancy.Grant{owns(user("ann")), views(user("eve"))},
				})
			}
		}
		slices.SortFunc(want, byRef)
		got, err := r.Assets().SoleOwned(t.Context(), region, namespace(t, "acme"), "QuickSight/ann")
		same(t, err, got, want)
	}
	// In another namespace somebody else has that name.
	got, err := r.Assets().SoleOwned(t.Context(), "", namespace(t, "globex"), "QuickSight/ann")
	check(t, err, len(got), 0)
	for name, read := range map[string]func() error{
		"no user": func() error { _, err := r.Assets().SoleOwned(t.Context(), "", namespace(t, "acme"), ""); return err },
		"no namespace": func() error {
			_, err := r.Assets().SoleOwned(t.Context(), "", tenancy.Namespace{}, "QuickSight/ann")
			return err
		},
	} {
		if read() == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestListed(t *testing.T) {
	r := newRig(t, assets(ofEveryKind()...), themesOf(t, "CUSTOM"))
	got, err := r.Assets().Listed(t.Context(), "eu-west-1")
	if err != nil || len(got) != 8 {
		t.Fatalf("%d: %v", len(got), err)
	}
	want := tenancy.Asset{
		AssetRef: tenancy.AssetRef{Kind: tenancy.Template, Region: "eu-west-1", ID: groups}, Name: "of eu-west-1",
		Grants: []tenancy.Grant{owns(heirs), owns(user("ann"))},
	}
	same(t, nil, got[:1], []tenancy.Asset{want})
	if !slices.IsSortedFunc(got, byRef) {
		t.Errorf("not in order: %v", got)
	}
}

// TestRead reads the permissions of one asset of each kind.
func TestRead(t *testing.T) {
	r := newRig(t, assets(ofEveryKind()...))
	for _, kind := range tenancy.AssetKinds() {
		ref := tenancy.AssetRef{Kind: kind, Region: "eu-west-1", ID: hers}
		got, err := r.Assets().Read(t.Context(), ref)
		same(t, err, []tenancy.Asset{got}, []tenancy.Asset{{AssetRef: ref, Grants: []tenancy.Grant{views(user("ann")), owns(user("eve"))}}})
		ref.ID = none
		_, err = r.Assets().Read(t.Context(), ref)
		if err == nil || errors.Is(err, plan.ErrNotFound) == (kind == tenancy.Flow) || !strings.Contains(err.Error(), ref.String()) {
			t.Errorf("none: %v", err)
		}
	}
	r.with(nil)
	for _, ref := range []tenancy.AssetRef{{Kind: tenancy.Folder, Region: "eu-west-3", ID: mine}, {Kind: "agent", Region: "eu-west-1", ID: mine}} {
		if _, err := r.Assets().Read(t.Context(), ref); err == nil {
			t.Errorf("%s: no error", ref)
		}
	}
	_, sole := r.Assets().SoleOwned(t.Context(), "eu-west-3", namespace(t, "acme"), "QuickSight/ann")
	_, listed := r.Assets().Listed(t.Context(), "eu-west-3")
	for _, err := range []error{sole, listed} {
		if err == nil || !strings.Contains(err.Error(), "eu-west-3") {
			t.Errorf("%v", err)
		}
	}
	if len(r.calls()) != 0 {
		t.Errorf("calls %v", r.calls())
	}
}

// TestAccess tells apart what somebody may do: all that an owner may, whatever else, just what a viewer may, or
// certain actions.
func TestAccess(t *testing.T) {
	const change = "quicksight:UpdateFolderPermissions"
	contributor := []string{"quicksight:CreateFolder", "quicksight:CreateFolderMembership", "quicksight:DeleteFolderMembership", "quicksight:DescribeFolder", "quicksight:DescribeFolderPermissions"}
	for name, c := range map[string]struct {
		actions []string
		want    tenancy.Access
		owner   bool
	}{
		"owner":            {world.KindFolder.Owner(), tenancy.Owns, true},
		"more than owner":  {append(world.KindFolder.Owner(), "quicksight:Another"), tenancy.Owns, true},
		"viewer":           {world.KindFolder.Viewer(), tenancy.Views, false},
		"less than viewer": {[]string{"quicksight:Another"}, "quicksight:Another", false},
		"more than viewer": {contributor, tenancy.Access(strings.Join(contributor, " ")), false},
		"not all of owner": {[]string{change, "quicksight:DescribeFolder"}, "quicksight:DescribeFolder " + change, true},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, assets(world.AssetSeed{Kind: world.KindFolder, ID: "team", Permissions: []world.GrantSeed{{Principal: ann, Actions: c.actions}}}))
			got, err := r.Assets().Read(t.Context(), tenancy.AssetRef{Kind: tenancy.Folder, ID: "team"})
			check(t, err, got.Grants, []tenancy.Grant{{To: user("ann"), Owner: c.owner, May: c.want}})
		})
	}
}

// TestHeld finds all that a user or a group has directly, of each kind and in each Region, and nothing that they
// only have through somebody.
func TestHeld(t *testing.T) {
	r := newRig(t, assets(ofEveryKind()...))
	grants := map[string][]tenancy.Grant{
		mine: {owns(user("ann")), views(user("eve"))}, ours: {owns(user("ann")), owns(user("eve"))},
		groups: {owns(heirs), owns(user("ann"))}, hers: {views(user("ann")), owns(user("eve"))},
	}
	bystander := tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: "acme", Name: "qs:acme"} // ann is in it
	for who, ids := range map[tenancy.Grantee][]string{
		user("ann"): {mine, ours, groups, hers}, user("eve"): {mine, ours, hers}, heirs: {groups}, bystander: nil, user("new"): nil,
	} {
		for _, region := range []string{"us-east-1", "eu-west-1", ""} {
			in := cmp.Or(region, "us-east-1")
			var want []tenancy.Asset
			for _, kind := range tenancy.AssetKinds() {
				for _, id := range ids {
					if !unsearchable(kind) {
						want = append(want, tenancy.Asset{AssetRef: tenancy.AssetRef{Kind: kind, Region: in, ID: id}, Name: "of " + in, Grants: grants[id]})
					}
				}
			}
			slices.SortFunc(want, byRef)
			got, err := r.Assets().Held(t.Context(), region, namespace(t, "acme"), who)
			same(t, err, got, want)
		}
	}
	r.with(nil)
	for name, who := range map[string]tenancy.Grantee{
		"nobody": {}, "no name": {Kind: tenancy.ToUser, Namespace: "acme"}, "no namespace": {Kind: tenancy.ToUser, Name: "QuickSight/ann"},
		"another namespace": {Kind: tenancy.ToUser, Namespace: "globex", Name: "QuickSight/ann"},
		"a namespace":       {Kind: tenancy.ToNamespace, Namespace: "acme", Name: "acme"},
		"somebody else":     {Kind: tenancy.ToOther, Namespace: "acme", Name: "arn:aws:iam::111122223333:root"},
	} {
		if got, err := r.Assets().Held(t.Context(), "", namespace(t, "acme"), who); got != nil || err == nil {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	if got, err := r.Assets().Held(t.Context(), "", tenancy.Namespace{}, tenancy.Grantee{Kind: tenancy.ToUser, Name: "QuickSight/ann"}); got != nil || err == nil {
		t.Errorf("in no namespace: %v, %v", got, err)
	}
	if len(r.calls()) != 0 {
		t.Errorf("calls %v", r.calls())
	}
}

// many are n assets of a kind that ann owns alone.
func many(kind tenancy.AssetKind, n int) []world.AssetSeed {
	var all []world.AssetSeed
	for i := range n {
		all = append(all, world.AssetSeed{Kind: simulated[kind], ID: fmt.Sprintf("00000000-0000-4000-8000-%012x", i), Permissions: given(ann, "owner")})
	}
	return all
}

// operation is the call that finds assets of a kind.
var operation = map[tenancy.AssetKind]string{
	tenancy.Dashboard: "SearchDashboards", tenancy.Analysis: "SearchAnalyses", tenancy.DataSet: "SearchDataSets",
	tenancy.DataSource: "SearchDataSources", tenancy.Folder: "SearchFolders", tenancy.Topic: "SearchTopics",
	tenancy.Flow: "SearchFlows", tenancy.ActionConnector: "SearchActionConnectors",
	tenancy.Theme: "ListThemes", tenancy.Template: "ListTemplates",
}

// TestF41PagesOfAssets reads lists of three pages, of each kind: whole, and as an error when a page is lost.
func TestF41PagesOfAssets(t *testing.T) {
	for kind, op := range operation {
		if unsearchable(kind) {
			pagesOfAssets(t, kind, op, func(ctx context.Context, a *awsapi.Assets) ([]tenancy.Asset, error) { return a.Listed(ctx, "") })
			continue
		}
		pagesOfAssets(t, kind, op, func(ctx context.Context, a *awsapi.Assets) ([]tenancy.Asset, error) {
			return a.SoleOwned(ctx, "", namespace(t, "acme"), "QuickSight/ann")
		})
		pagesOfAssets(t, kind, op, func(ctx context.Context, a *awsapi.Assets) ([]tenancy.Asset, error) {
			return a.Held(ctx, "", namespace(t, "acme"), user("ann"))
		})
	}
}

func pagesOfAssets(t *testing.T, kind tenancy.AssetKind, op string, find func(context.Context, *awsapi.Assets) ([]tenancy.Asset, error)) {
	t.Run(string(kind), func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			r := newRig(t, assets(many(kind, 251)...))
			read := func() ([]tenancy.Asset, error) { return find(t.Context(), r.Assets()) }
			got, err := read()
			check(t, err, len(got), 251)
			if n := strings.Count(strings.Join(r.calls(), " "), op); n != 3 {
				t.Errorf("%d calls of %s", n, op)
			}

			op = "quicksight:" + op
			r.with(awssim.Nth(3, op, awssim.FailBefore(op, wire.Errorf(404, "ResourceNotFoundException", "ann is gone"))))
			got, err = read()
			if got != nil || err == nil || !strings.Contains(err.Error(), string(kind)+" in us-east-1") {
				t.Errorf("%d and %v", len(got), err)
			}
			if !unsearchable(kind) && err != nil && strings.Contains(err.Error(), "ann") {
				t.Errorf("personal: %v", err)
			}
			r.with(awssim.Nth(2, op, awssim.Truncate(op)))
			got, err = read()
			check(t, err, len(got), 251)
			r.with(awssim.Between(2, 1000, op, awssim.DropBefore(op)))
			if got, err = read(); got != nil || err == nil {
				t.Errorf("%d and %v", len(got), err)
			}
		})
	})
}

// TestPagesOfPermissions reads all that a folder's permissions say.
func TestPagesOfPermissions(t *testing.T) {
	folder := world.AssetSeed{Kind: world.KindFolder, ID: "team", Permissions: given(ann, "owner")}
	for i := range 250 {
		folder.Permissions = append(folder.Permissions, given(fmt.Sprintf("user/acme/QuickSight/user%05d", i), "viewer")...)
	}
	r := newRig(t, func(s *world.Seed) { manyUsers(250)(s); assets(folder)(s) })
	got, err := r.Assets().Read(t.Context(), tenancy.AssetRef{Kind: tenancy.Folder, ID: "team"})
	check(t, err, len(got.Grants), 251)
	check(t, nil, len(r.calls()), 3)
}

// TestRowLevel tells of data sets that have row-level security.
func TestRowLevel(t *testing.T) {
	set := func(id string) world.AssetSeed {
		return world.AssetSeed{Kind: world.KindDataSet, ID: id, Permissions: given(ann, "owner")}
	}
	rules, tags := set("rules"), set("tags")
	rules.RowLevelRules, tags.RowLevelTags = "plain", map[string]string{"tenant": "customer"}
	r := newRig(t, assets(set("plain"), rules, tags))
	read := func() map[string]bool {
		found, err := r.Assets().SoleOwned(t.Context(), "", namespace(t, "acme"), "QuickSight/ann")
		if err != nil {
			t.Error(err)
		}
		has := make(map[string]bool)
		for _, a := range found {
			has[a.ID] = a.RowLevel
		}
		return has
	}
	check(t, nil, read(), map[string]bool{"plain": false, "rules": true, "tags": true})
	summaries := func(m map[string]any) (plain, rules map[string]any) {
		rows := m["DataSetSummaries"].([]any)
		return rows[0].(map[string]any), rows[1].(map[string]any)
	}
	r.with(awssim.On("quicksight:SearchDataSets", awssim.AfterEffect, edit(func(m map[string]any) {
		plain, rules := summaries(m)
		off := rules["RowLevelPermissionDataSet"].(map[string]any)
		off["Status"] = "DISABLED"
		plain["RowLevelPermissionDataSetMap"] = map[string]any{"table": map[string]any{"Arn": "arn", "PermissionPolicy": "GRANT_ACCESS"}}
	})))
	check(t, nil, read(), map[string]bool{"plain": true, "rules": false, "tags": true})
}

// TestF9StaleSearch believes the permissions where a search lags behind them.
func TestF9StaleSearch(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var all []world.AssetSeed
		for _, id := range []string{"gone", "ours", "stays"} {
			all = append(all, world.AssetSeed{Kind: world.KindDashboard, ID: id, Permissions: given(ann, "owner")})
		}
		r := newRig(t, func(s *world.Seed) {
			assets(all...)(s)
			s.Behaviour.SearchLag = world.Duration(time.Hour)
		})
		time.Sleep(2 * time.Hour) // so that a search sees the beginning
		ref := tenancy.AssetRef{Kind: tenancy.Dashboard, ID: "ours"}
		if err := do(r.Writer(), t.Context(), plan.HandOver{Namespace: namespace(t, "acme"), User: "QuickSight/ann", Asset: ref}); err != nil {
			t.Fatal(err)
		}
		op := "quicksight:DescribeDashboardPermissions"
		r.with(awssim.Nth(1, op, awssim.FailBefore(op, wire.Errorf(404, "ResourceNotFoundException", "gone"))))
		got, err := r.Assets().SoleOwned(t.Context(), "", namespace(t, "acme"), "QuickSight/ann")
		if err != nil || len(got) != 1 || got[0].ID != "stays" {
			t.Errorf("%v, %v", got, err)
		}
		// Whatever else goes wrong with one is an error, of all of it.
		r.with(awssim.Nth(2, op, awssim.FailBefore(op, wire.Errorf(401, "AccessDeniedException", "no"))))
		got, err = r.Assets().SoleOwned(t.Context(), "", namespace(t, "acme"), "QuickSight/ann")
		if e, ok := errors.AsType[*awsapi.DeniedError](err); got != nil || !ok || e.Action != op {
			t.Errorf("%v, %v", got, err)
		}
	})
}
