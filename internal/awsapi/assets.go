package awsapi

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/quicksight/types"
	"github.com/tenantry/tenantry/internal/plan"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// Assets reads what people have made in QuickSight, in the Regions of Options.AssetRegions; a Region ""
// is the identity Region. What it answers is complete, or an error.
type Assets struct{ aws *AWS }

// SoleOwned finds what a user owns directly and alone in one Region, sorted, of every kind that can be
// searched for it (QuickSight SearchDashboards, SearchAnalyses and so on, by DIRECT_QUICKSIGHT_OWNER); themes
// and templates cannot. Searches lag behind, and so it is not left to them who else owns it (which DIRECT_QUICKSIGHT_SOLE_OWNER
// would do): another owner may have gone just now. Each asset's permissions are read, and what is gone by then, or is
// owned by somebody else too, is left out.
func (a *Assets) SoleOwned(ctx context.Context, region string, n tenancy.Namespace, user tenancy.UserName) ([]tenancy.Asset, error) {
	owner := userOf(n, user)
	return a.search(ctx, region, n, owner, owned, "owns alone", func(asset *tenancy.Asset) bool { return !ownedBeside(asset, owner) })
}

// ownedBeside reports whether anybody but owner owns an asset directly.
func ownedBeside(asset *tenancy.Asset, owner tenancy.Grantee) bool {
	return slices.ContainsFunc(asset.Grants, func(g tenancy.Grant) bool { return g.Owner && g.To != owner })
}

// Held finds all with which a user or a group of a namespace may do anything, directly, in one Region, sorted: the
// same searches by DIRECT_QUICKSIGHT_VIEWER_OR_OWNER, and so of the same kinds. Of what they find, the assets
// are left out that are gone by the time their permissions are read, or whose permissions do not name who is
// looked for. What the searches do not find yet is not found.
func (a *Assets) Held(ctx context.Context, region string, n tenancy.Namespace, to tenancy.Grantee) ([]tenancy.Asset, error) {
	return a.search(ctx, region, n, to, had, "has", func(asset *tenancy.Asset) bool { return asset.Grant(to) != nil })
}

// search finds assets of every kind that can be searched, and keeps those whose permissions bear out what was
// searched for.
func (a *Assets) search(ctx context.Context, region string, n tenancy.Namespace, who tenancy.Grantee, by, doing string, right func(*tenancy.Asset) bool) ([]tenancy.Asset, error) {
	if n.IsZero() || who.Namespace != n.String() || who.Name == "" || who.Kind != tenancy.ToUser && who.Kind != tenancy.ToGroup {
		return nil, errors.New("a search for the assets of no user and no group of a namespace") // it would find nothing
	}
	one := filter{by, a.aws.principal(who)}
	var all []tenancy.Asset
	for _, kind := range tenancy.AssetKinds() {
		search := assetKinds[kind].search
		if search == nil {
			continue
		}
		found, err := a.whole(ctx, listing{
			kind: kind, region: region, hide: hideGrantee(who),
			doing: fmt.Sprintf("search for what a %s of namespace %q %s", who.Kind, n, doing),
			get: func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error) {
				return search(ctx, r, one, token)
			},
		})
		if err != nil {
			return nil, err
		}
		for i := range found {
			if right(&found[i]) {
				all = append(all, found[i])
			}
		}
	}
	return sorted(all), nil
}

// Listed lists the assets of the kinds that cannot be searched for their owners, sorted: all templates of a
// Region, and all themes but those that QuickSight brings along. What is gone before its permissions are
// read is left out.
func (a *Assets) Listed(ctx context.Context, region string) ([]tenancy.Asset, error) {
	var all []tenancy.Asset
	for _, kind := range tenancy.AssetKinds() {
		list := assetKinds[kind].list
		if list == nil {
			continue
		}
		found, err := a.whole(ctx, listing{kind: kind, region: region, doing: "list the assets", get: list})
		if err != nil {
			return nil, err
		}
		all = append(all, found...)
	}
	return sorted(all), nil
}

// Read reads the permissions of one asset. Its name, and whether it has row-level security, would cost a
// reading of all that is in the asset, and are left out. The error wraps plan.ErrNotFound when there is none
// of that kind and id in the Region; not so for flows, see flowPermissions.
func (a *Assets) Read(ctx context.Context, ref tenancy.AssetRef) (tenancy.Asset, error) {
	ref.Region = cmp.Or(ref.Region, a.aws.region)
	grants, err := a.grants(ctx, ref)
	if err != nil {
		return tenancy.Asset{}, err
	}
	return tenancy.Asset{AssetRef: ref, Grants: grants}, nil
}

// A listing finds assets of a kind in a Region.
type listing struct {
	kind   tenancy.AssetKind
	region string
	doing  string   // `search for what a user of namespace "acme" owns alone`
	hide   []string // what must not show in errors
	get    func(ctx context.Context, r regional, token *string) (page[tenancy.Asset], error)
}

// whole reads a listing to its end, and then the permissions of each asset.
func (a *Assets) whole(ctx context.Context, l listing) ([]tenancy.Asset, error) {
	doing := fmt.Sprintf("%s, kind %s in %s", l.doing, l.kind, cmp.Or(l.region, a.aws.region))
	_, r, err := a.aws.assets(l.kind, l.region)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	get := func(ctx context.Context, token *string) (page[tenancy.Asset], error) { return l.get(ctx, r, token) }
	found, err := collect(ctx, get, func(asset tenancy.Asset) (tenancy.Asset, bool) {
		asset.Kind, asset.Region = l.kind, r.region
		return asset, true
	})
	if err != nil {
		return nil, failure(err, doing, l.hide...)
	}
	found = slices.CompactFunc(sorted(found), func(a, b tenancy.Asset) bool { return a.AssetRef == b.AssetRef })
	all := found[:0]
	for _, asset := range found {
		if asset.ID == "" {
			return nil, failure(errors.New("an answer with an asset without an id"), doing)
		}
		asset.Grants, err = a.grants(ctx, asset.AssetRef, l.hide...)
		switch {
		case errors.Is(err, plan.ErrNotFound):
		case err != nil:
			return nil, err
		default:
			all = append(all, asset)
		}
	}
	return all, nil
}

// grants reads who may do what with an asset, sorted.
func (a *Assets) grants(ctx context.Context, ref tenancy.AssetRef, hide ...string) ([]tenancy.Grant, error) {
	k, r, err := a.aws.assets(ref.Kind, ref.Region)
	if err != nil {
		return nil, fmt.Errorf("read the permissions of %s: %w", ref, err)
	}
	given, err := r.given(ctx, k, ref.ID)
	if err != nil {
		return nil, failure(err, "read the permissions of "+ref.String(), hide...)
	}
	return k.grants(given), nil
}

// grants are what everybody may do, as given answers it, sorted.
func (k assetKind) grants(given map[tenancy.Grantee]map[string]bool) []tenancy.Grant {
	asset := tenancy.Asset{Grants: make([]tenancy.Grant, 0, len(given))}
	for to, may := range given {
		asset.Grants = append(asset.Grants, tenancy.Grant{To: to, Owner: may[k.owner[0]], May: k.access(may)})
	}
	asset.Sort()
	return asset.Grants
}

// given reads what everybody may do with an asset. Whoever is named twice, by the ARNs of two Regions say,
// may do both.
func (r regional) given(ctx context.Context, k assetKind, id string) (map[tenancy.Grantee]map[string]bool, error) {
	permissions, err := k.permissions(ctx, r, id)
	if err != nil {
		return nil, err
	}
	return r.merged(permissions), nil
}

// merged are permissions by whom they are given to.
func (r regional) merged(permissions []types.ResourcePermission) map[tenancy.Grantee]map[string]bool {
	all := make(map[tenancy.Grantee]map[string]bool, len(permissions))
	for _, p := range permissions {
		to := tenancy.ParseGrantee(tenancy.AccountID(*r.account), aws.ToString(p.Principal))
		if all[to] == nil {
			all[to] = make(map[string]bool, len(p.Actions))
		}
		for _, action := range p.Actions {
			all[to][action] = true
		}
	}
	return all
}

func sorted(all []tenancy.Asset) []tenancy.Asset {
	slices.SortFunc(all, func(a, b tenancy.Asset) int { return a.Compare(b.AssetRef) })
	return all
}
