package plan_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// assets are what people have made, with who may do what, as QuickSight has it.
type assets map[tenancy.AssetRef]tenancy.Asset

func userGrantee(n tenancy.Namespace, user tenancy.UserName) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToUser, Namespace: n.String(), Name: string(user)}
}

func groupGrantee(n tenancy.Namespace, name string) tenancy.Grantee {
	return tenancy.Grantee{Kind: tenancy.ToGroup, Namespace: n.String(), Name: name}
}

// set gives somebody access to an asset, "" for none.
func (all assets) set(ref tenancy.AssetRef, to tenancy.Grantee, may tenancy.Access) {
	a := all[ref]
	a.Grants = slices.DeleteFunc(slices.Clone(a.Grants), func(g tenancy.Grant) bool { return g.To == to })
	if may != "" {
		a.Grants = append(a.Grants, tenancy.Grant{To: to, Owner: may == tenancy.Owns, May: may})
	}
	a.Sort()
	all[ref] = a
}

// held answers what somebody has, or owns alone.
func (all assets) held(by tenancy.Grantee, alone bool) []tenancy.Asset {
	var out []tenancy.Asset
	for _, a := range all {
		if alone && a.OwnedAlone(by) || !alone && a.Grant(by) != nil {
			out = append(out, a)
		}
	}
	slices.SortFunc(out, func(a, b tenancy.Asset) int { return a.AssetRef.Compare(b.AssetRef) })
	return out
}

// holdings answers a question about a user.
func (w *world) holdings(n tenancy.Namespace, user tenancy.UserName, whole bool) tenancy.Holdings {
	if w.unread[string(user)+" in "+n.String()] {
		return tenancy.Holdings{Failed: "a search failed", Whole: whole}
	}
	return tenancy.Holdings{Assets: w.assets.held(userGrantee(n, user), !whole), Whole: whole}
}

// move does the steps that are about assets and the groups of moves, strictly.
func (w *world) move(t *tenancy.Tenant, change plan.Change) error {
	n := t.Namespace
	switch c := change.(type) {
	case plan.HandOver:
		from := userGrantee(n, c.User)
		if t.Registration(c.User) == nil {
			from = groupGrantee(n, string(c.User)) // a move's
		}
		if a := w.assets[c.Asset]; !a.OwnedAlone(from) || t.Custodians.Name == "" {
			return fmt.Errorf("the user does not own the asset alone, or there are no custodians")
		}
		w.assets.set(c.Asset, groupGrantee(n, tenancy.CustodiansName), tenancy.Owns)
	case plan.BeginMove:
		if t.Parking(c.Person) != nil || t.Registration(c.User) == nil {
			return fmt.Errorf("the move has begun already, or there is nobody to be moved")
		}
		t.Parked = append(t.Parked, tenancy.Parking{Person: c.Person})
	case plan.Park:
		a := w.assets[c.Asset]
		if g := a.Grant(userGrantee(n, c.User)); g == nil || t.Parking(c.Person) == nil || c.Access == tenancy.Owns && !g.Owner {
			return fmt.Errorf("the user may not do that, or no move has begun")
		}
		w.assets.set(c.Asset, groupGrantee(n, tenancy.MoveName(c.Person)), c.Access)
	case plan.GiveBack:
		a, r := w.assets[c.Asset], t.Registration(c.User)
		g := a.Grant(groupGrantee(n, tenancy.MoveName(c.Person)))
		if g == nil || r == nil || r.Person != c.Person || c.Access == tenancy.Owns && (!g.Owner || r.Role.IsReader()) {
			return fmt.Errorf("it is not parked, or the user cannot have it")
		}
		w.assets.set(c.Asset, userGrantee(n, c.User), c.Access)
	case plan.Unpark:
		if a := w.assets[c.Asset]; a.OwnedAlone(groupGrantee(n, tenancy.MoveName(c.Person))) {
			return fmt.Errorf("S6: the asset would have no owner")
		}
		w.assets.set(c.Asset, groupGrantee(n, tenancy.MoveName(c.Person)), "")
	case plan.EndMove:
		if left := w.assets.held(groupGrantee(n, tenancy.MoveName(c.Person)), false); t.Parking(c.Person) == nil || len(left) > 0 {
			return fmt.Errorf("there is no move, or %d assets are parked still", len(left))
		}
		t.Parked = slices.DeleteFunc(t.Parked, func(p tenancy.Parking) bool { return p.Person == c.Person })
	default:
		return fmt.Errorf("nobody knows how that is done")
	}
	return nil
}

// remove takes a user out of a namespace, out of its groups, and from all that they hold, as QuickSight does.
func (w *world) remove(t *tenancy.Tenant, user tenancy.UserName) error {
	if t.Registration(user) == nil || len(w.assets.held(userGrantee(t.Namespace, user), true)) > 0 {
		return fmt.Errorf("S6: nobody of that name, or they own something alone")
	}
	is := func(u tenancy.UserName) bool { return u == user }
	t.Registrations = slices.DeleteFunc(t.Registrations, func(r tenancy.Registration) bool { return is(r.User) })
	for i := range t.Mirrors {
		t.Mirrors[i].Members = slices.DeleteFunc(t.Mirrors[i].Members, is)
	}
	t.Custodians.Members = slices.DeleteFunc(t.Custodians.Members, is)
	for _, a := range w.assets.held(userGrantee(t.Namespace, user), false) {
		w.assets.set(a.AssetRef, userGrantee(t.Namespace, user), "")
	}
	return nil
}

// readAsset reads an asset of a case:
//
//	asset data-set/d1: QuickSight/ana owner, QuickSight/bo viewer, group tenantry-custodians owner, namespace globex viewer
func (w *world) readAsset(n tenancy.Namespace, line string) {
	what, who, _ := strings.Cut(strings.TrimPrefix(line, "asset "), ": ")
	kind, id, _ := strings.Cut(what, "/")
	ref := tenancy.AssetRef{Kind: tenancy.AssetKind(kind), Region: "us-east-1", ID: id}
	w.assets[ref] = tenancy.Asset{AssetRef: ref, Name: id}
	for _, grant := range list(who) {
		fields := words(grant)
		to := userGrantee(n, tenancy.UserName(fields[0]))
		switch fields[0] {
		case "group":
			to = groupGrantee(n, fields[1])
		case "namespace":
			to = tenancy.Grantee{Kind: tenancy.ToNamespace, Namespace: fields[1]}
		}
		w.assets.set(ref, to, tenancy.Access(fields[len(fields)-1]))
	}
}

func (all assets) clone() assets { return maps.Clone(all) } // set never writes into what it has cloned
