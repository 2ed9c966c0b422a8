package plan_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// answerAboutFolder answers who has what of a tenant's own folder, or whose it is.
func (w *world) answerAboutFolder(p *pass, q tenancy.Question) {
	a, there := w.assets[q.Asset]
	offer := tenancy.Offer{Gone: !there, Grants: a.Grants}
	if q.Kind == tenancy.WhoseItIs {
		offer.Tags = map[string]string{}
		if founders, ours := w.ours[q.Asset]; ours {
			offer.Tags[tenancy.TagStore], offer.Tags[tenancy.TagFounders] = string(store), founders
		}
	}
	if w.unread[q.Asset.ID] {
		offer = tenancy.Offer{Failed: "access denied"}
	}
	p.have.Offers[q.Asset] = offer
}

// doFolder makes and opens folders as strictly as it does everything: a folder that is there, and one that is not ours,
// is not touched, and nothing is given to a group that is not there, or given twice.
func (w *world) doFolder(t *tenancy.Tenant, change plan.Change) error {
	switch c := change.(type) {
	case plan.CreateFolder:
		if _, there := w.assets[c.Asset()]; there {
			return fmt.Errorf("the folder is there")
		}
		w.assets[c.Asset()] = tenancy.Asset{AssetRef: c.Asset()}
		w.ours[c.Asset()] = c.Founders
	case plan.OpenFolder:
		a, there := w.assets[c.Asset()]
		m := t.Mirror(c.Group)
		if _, ours := w.ours[c.Asset()]; !there || !ours || m == nil || m.Name != c.Mirror {
			return fmt.Errorf("there is no folder of ours, or no mirror")
		}
		if g := a.Grant(groupGrantee(t.Namespace, c.Mirror)); g != nil && (g.May != tenancy.Views || c.May != tenancy.Owns) {
			return fmt.Errorf("the group has something of it: %v", g)
		}
		w.assets.set(c.Asset(), groupGrantee(t.Namespace, c.Mirror), c.May)
	}
	return nil
}

// changeFolder does to a tenant's folder what people do: it is deleted, somebody has less of it or more, or another one
// stands in its place.
func (w *world) changeFolder(t *rapid.T, n tenancy.Namespace) {
	ref := tenancy.FolderOf(n, "us-east-1")
	a, there := w.assets[ref]
	switch rapid.IntRange(0, 2).Draw(t, "with the folder") {
	case 0:
		delete(w.assets, ref)
		delete(w.ours, ref)
	case 1:
		if there && len(a.Grants) > 0 {
			w.assets.set(ref, a.Grants[0].To, pick(t, []tenancy.Access{"", tenancy.Views, tenancy.Owns, "contributor"}, "access"))
		}
	case 2:
		w.assets[ref] = tenancy.Asset{AssetRef: ref}
		delete(w.ours, ref)
		w.assets.set(ref, userGrantee(parse("globex"), "QuickSight/cy"), tenancy.Owns)
	}
}

// A folder is opened to no group that is not made, and no folder that is not.
func TestS9AFolderStandsOnItsGroupsAndOnItself(t *testing.T) {
	c, err := parseConfig("all_tenants: {folder: true}\n")
	if err != nil {
		t.Fatal(err)
	}
	w := configured(c)
	w.readDirectory("ana ana@acme.example qs:acme")
	w.grantRoles()
	pending := w.pass().Pending()
	for _, left := range []plan.Kind{plan.KindCreateNamespace, plan.KindCreateMirror, plan.KindCreateFolder} {
		w.policy.Only = map[plan.Change]bool{}
		for _, s := range pending {
			w.policy.Only[s.Change] = s.Change.Kind() != left
		}
		for _, s := range w.pass().Pending() {
			if s.Change.Kind() == plan.KindOpenFolder {
				t.Errorf("without %s: %s", left, changeText(s))
			}
		}
		opening := pending[3]
		if opening.Change.Kind() != plan.KindOpenFolder {
			t.Fatalf("the steps are others: %v", pending)
		}
		if needed := plan.Needed(pending, []plan.Step{opening}); !needed[pending[0].Change] || !needed[pending[1].Change] || !needed[pending[2].Change] || len(pending) != 6 || needed[pending[4].Change] {
			t.Errorf("to open a folder needs %v", needed)
		}
	}
}
