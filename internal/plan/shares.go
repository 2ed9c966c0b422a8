package plan

import (
	"fmt"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// GrantsAsset: the people of a group that has some already come to see an asset of the house.
const GrantsAsset Hazard = "grants-asset"

// The codes of what keeps an asset from being shared, and of what is told about one that is.
const (
	// NoSuchAsset: there is no asset of that kind and id.
	NoSuchAsset tenancy.Code = "no-such-asset"
	// NotTheHouses: somebody else than the house owns it.
	NotTheHouses tenancy.Code = "not-the-houses"
	// UnreadAsset: who sees it could not be read.
	UnreadAsset tenancy.Code = "unread-asset"
	// UndividedData: several tenants would see the same rows.
	UndividedData tenancy.Code = "undivided-data"
	// SeesMore is about a group that may do more than look, or something else.
	SeesMore tenancy.Code = "sees-more"
)

// findSharers looks up with which tenants assets are shared, or would be.
func (d *differ) findSharers() {
	d.sharers, d.judged = map[tenancy.AssetRef][]tenancy.Namespace{}, map[tenancy.AssetRef]tenancy.Code{}
	add := func(ref tenancy.AssetRef, n tenancy.Namespace) {
		if !slices.Contains(d.sharers[ref], n) {
			d.sharers[ref] = append(d.sharers[ref], n)
		}
	}
	for i := range d.want.Tenants {
		for _, s := range d.want.Tenants[i].Shares {
			if of := d.sharers[s.Asset]; len(of) == 0 || of[len(of)-1] != d.want.Tenants[i].Namespace {
				d.sharers[s.Asset] = append(of, d.want.Tenants[i].Namespace)
			}
		}
	}
	for ref, o := range d.have.Offers {
		for _, g := range o.Grants {
			if t := d.tenantOf(g.To); t != nil {
				add(ref, t.Namespace)
			}
		}
	}
}

// tenantOf is the tenant to which somebody belongs who may do something with an asset, nil for nobody's.
func (d *differ) tenantOf(to tenancy.Grantee) *tenancy.Tenant {
	n, err := tenancy.ParseNamespace(to.Namespace)
	if err != nil {
		return nil
	}
	return d.have.Tenant(n)
}

// share answers the step by which a group comes to see an asset, where it does not.
func (d *differ) share(have *tenancy.Tenant, s *tenancy.Share) {
	change := Share{have.Namespace, s.Group, s.Mirror, s.Asset}
	offer, read := d.have.Offers[s.Asset]
	switch there := have.Mirror(s.Group) != nil; {
	case !read && there:
		if !slices.Contains(d.out.Unread, s.Asset) {
			d.out.Unread = append(d.out.Unread, s.Asset)
		}
		return
	case !read:
		d.add(change, s.Because, Unread)
		return
	}
	held := d.judge(s, &offer)
	grant := offer.Grant(groupOf(have.Namespace, s.Mirror))
	switch {
	case grant == nil || grant.May == "": // which is one of a dashboard's link
		d.add(change, s.Because, d.divided(held, s, &offer))
	case grant.May != tenancy.Views && d.held == "":
		d.out.Notes = append(d.out.Notes, tenancy.Note{
			Code: SeesMore, Object: s.Asset.String(), Namespace: have.Namespace.String(),
			Text: fmt.Sprintf("the group %q may do something else with %s than look, and is left so", s.Mirror, s.Asset),
		})
	}
}

// dangers are the hazards of a share: none where nobody is in the group yet, who would come to see something.
func (d *differ) dangers(c Share) []Hazard {
	if t := d.have.Tenant(c.Namespace); t != nil {
		if m := t.Mirror(c.Group); m != nil && len(m.Members) > 0 {
			return []Hazard{GrantsAsset}
		}
	}
	return nil
}

// judge says why an asset must not be shared with any tenant, "" when it may, and tells it once.
func (d *differ) judge(s *tenancy.Share, offer *tenancy.Offer) tenancy.Code {
	if code, done := d.judged[s.Asset]; done {
		return code
	}
	var code tenancy.Code
	switch h := d.want.House; {
	case offer.Failed != "":
		code = d.hold(heldUnreadAsset(s.Asset, offer.Failed))
	case offer.Gone:
		code = d.hold(heldNoSuchAsset(s))
	case !h.Owns(offer):
		seen := slices.ContainsFunc(offer.Grants, func(g tenancy.Grant) bool { return d.tenantOf(g.To) != nil })
		code = d.hold(heldNotTheHouses(s, &h, seen))
	}
	d.judged[s.Asset] = code
	return code
}

// divided says why an asset must not be shared with one more tenant: its data is the same for all of them.
func (d *differ) divided(held tenancy.Code, s *tenancy.Share, offer *tenancy.Offer) tenancy.Code {
	switch with := d.sharers[s.Asset]; {
	case held != "" || len(with) < 2:
		return held
	case offer.Data == nil:
		return Unread
	case len(offer.Data.Undivided) > 0:
		return d.hold(heldUndivided(s.Asset, len(with), offer.Data.Undivided))
	}
	return ""
}

// askAboutShares asks for what must be known of the assets that are to be shared, and lets those go on that are
// accepted to be shared undivided. Whoever has read everybody asks for those that groups which are there should see,
// too: one reading of each.
func (g *guard) askAboutShares(unread []tenancy.AssetRef) {
	asked := map[tenancy.Question]bool{} // each tenant may have a folder
	ask := func(kind tenancy.QuestionKind, ref tenancy.AssetRef) {
		if q := (tenancy.Question{Kind: kind, Asset: ref}); !asked[q] {
			asked[q] = true
			g.questions = append(g.questions, q)
		}
	}
	for i := range g.steps {
		s := &g.steps[i]
		var ref tenancy.AssetRef
		besides := tenancy.WhatIsSeen
		switch c := s.Change.(type) {
		case Share:
			ref = c.Asset
		case OpenFolder:
			ref, besides = c.Asset(), tenancy.WhoseItIs
		default:
			continue
		}
		switch _, read := g.have.Offers[ref]; {
		case s.Held == Unread && !read:
			ask(tenancy.WhoMaySee, ref)
		case s.Held == Unread:
			ask(besides, ref)
		case s.Held == UndividedData && g.policy.Undivided[ref]:
			s.Held = ""
		}
	}
	if g.policy.Removals.Whole {
		for _, ref := range unread {
			ask(tenancy.WhoMaySee, ref)
		}
	}
}

// isThere reports whether the group that is to see something is there already.
func (g *guard) isThere(n tenancy.Namespace, group tenancy.GroupID) bool {
	t := g.have.Tenant(n)
	return t != nil && t.Mirror(group) != nil
}

// grants reports whether a step waits for somebody's word to let people see something.
func (g *guard) grants(s *Step) bool {
	return s.Change.Kind() == KindShare && s.Held == "" && len(s.Hazards) > 0 && !g.allowed(GrantsAsset) && !g.doneByItself(GrantsAsset)
}

// onboard lets what is shared with a tenant that was founded within the day be shared without a word: what was cut off
// when it was founded is finished. When a tenant was founded is asked for as many as may be founded in a day; where more
// wait, it is not a founding that was cut off.
func (g *guard) onboard() {
	waits := map[tenancy.Namespace]bool{}
	for i := range g.steps {
		if s := &g.steps[i]; g.grants(s) {
			waits[s.Change.In()] = true
		}
	}
	if len(waits) == 0 || len(waits) > g.policy.NewNamespaces {
		return
	}
	for i := range g.steps {
		s := &g.steps[i]
		n := s.Change.In()
		switch {
		case !g.grants(s):
		case g.policy.Young[n]:
			s.Hazards = nil
		case g.have.Tenant(n).Tags == nil:
			g.question(tenancy.NamespaceTags, n, "")
		}
	}
}

// holdShares tells, tenant by tenant, which assets wait for somebody's word.
func (g *guard) holdShares() {
	var order []tenancy.Namespace
	waiting := map[tenancy.Namespace][]string{}
	for _, s := range g.steps {
		if c, is := s.Change.(Share); is && s.Held == tenancy.Code(GrantsAsset) {
			if waiting[c.Namespace] == nil {
				order = append(order, c.Namespace)
			}
			if name := c.Asset.String(); !slices.Contains(waiting[c.Namespace], name) {
				waiting[c.Namespace] = append(waiting[c.Namespace], name)
			}
		}
	}
	for _, n := range order {
		g.hold(heldShares(n, waiting[n]))
	}
}

func heldShares(n tenancy.Namespace, assets []string) tenancy.Hold {
	return tenancy.Hold{
		Code: tenancy.Code(GrantsAsset), Object: n.String(), Namespace: n.String(),
		Reason: "groups that have people already would come to see " + strings.Join(assets, ", "),
		Ends:   fmt.Sprintf("tenantry apply --allow %s --namespace %s; or automatic: [%s], by which tenantry serve does it from now on", GrantsAsset, n, GrantsAsset),
	}
}

func heldNoSuchAsset(s *tenancy.Share) tenancy.Hold {
	return tenancy.Hold{
		Code: NoSuchAsset, Object: s.Asset.String(),
		Reason: fmt.Sprintf("%s asks to share it, and there is no %s of the id %s in %s", s.Because.Rule, s.Asset.Kind, s.Asset.ID, s.Asset.Region),
		Ends:   fmt.Sprintf("in %s: the id from the asset's address in the browser, or region: REGION where it is elsewhere; or take the item out", s.Because.Rule),
	}
}

func heldNotTheHouses(s *tenancy.Share, h *tenancy.House, seen bool) tenancy.Hold {
	whose := "nobody of the house owns it (house.groups, house.sign_in_roles), or somebody else does too"
	if h.Anybody {
		whose = "nobody in " + strings.Join(h.Namespaces, " or ") + " owns it, or somebody elsewhere does too"
	}
	return tenancy.Hold{
		Code: NotTheHouses, Object: s.Asset.String(), Access: seen,
		Reason: fmt.Sprintf("%s asks to share it, and it is not the house's: %s", s.Because.Rule, whose),
		Ends:   fmt.Sprintf("in QuickSight (Share, Manage access), make somebody of the house an owner, and nobody else; or take the item out: %s", s.Because.Rule),
	}
}

func heldUnreadAsset(ref tenancy.AssetRef, why string) tenancy.Hold {
	return tenancy.Hold{
		Code: UnreadAsset, Object: ref.String(),
		Reason: "who sees it could not be read: " + why,
		Ends:   "give tenantry the rights to read its permissions (see SECURITY.md), or wait until AWS answers again",
	}
}

func heldUndivided(ref tenancy.AssetRef, tenants int, why []string) tenancy.Hold {
	return tenancy.Hold{
		Code: UndividedData, Object: ref.String(),
		Reason: fmt.Sprintf("%d tenants would see the same rows: %s", tenants, strings.Join(why, "; ")),
		Ends:   fmt.Sprintf("give its data sets row-level security; or, if every customer may see all of it, add to accept: {code: %s, object: %q, because: REASON, until: DAY}", UndividedData, ref.String()),
	}
}

// groupOf is a group of a namespace, as one to whom something is given.
func groupOf(n tenancy.Namespace, name string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: n.String(), Name: name}
}
