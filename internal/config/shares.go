package config

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/tenantry/tenantry/internal/rules"
	"github.com/tenantry/tenantry/internal/tenancy"
)

// shared are the kinds of assets that can be shared with tenants, by the key that names one.
var shared = []struct {
	key  string
	kind tenancy.AssetKind
}{
	{"dashboard", tenancy.Dashboard}, {"folder", tenancy.Folder}, {"analysis", tenancy.Analysis}, {"data_set", tenancy.DataSet},
}

// oneAsset lets a share name exactly one asset.
var oneAsset = [][]string{{"dashboard"}, {"folder"}, {"analysis"}, {"data_set"}}

var assetID = regexp.MustCompile(looksAsset)

// shares are the assets of the house that tenants are to see. What is wrong with one is reported, and it is left out.
func (b *builder) shares(v *value) []rules.Share {
	if len(v.items) > maxShares {
		b.fail(v, fmt.Sprintf("%s has %d assets", v.path, len(v.items)), fmt.Sprintf("%d is the most that is read: each is looked up in every pass", maxShares), "share folders instead of single dashboards")
		return nil
	}
	var out []rules.Share
	for _, item := range v.items {
		if s, ok := b.share(item); ok {
			out = append(out, s)
		}
	}
	return out
}

func (b *builder) share(v *value) (s rules.Share, ok bool) {
	for _, k := range shared {
		if id := v.get(k.key); id.ok && assetID.MatchString(id.text) {
			s.Asset, s.Text, ok = tenancy.AssetRef{Kind: k.kind, ID: id.text}, fmt.Sprintf("%s %s %q", v.path, k.key, id.text), true
		} else if id.ok {
			b.fail(id, fmt.Sprintf("%s is %s, not the id of an asset", id.path, quote(id.text)), "an id is 1 to 512 letters, digits, '.', '_' and '-'; what people see is the name, which is not unique", "copy the id from the address in the browser, behind /dashboards/, /folders/, /analyses/ or /data-sets/")
		}
	}
	s.Asset.Region = b.shareRegion(v.get("region"))
	if g := v.get("group"); g.ok {
		s.Group = g.text
		if rest := strings.ReplaceAll(g.text, placeholder, ""); !mirrorText.MatchString(g.text) || strings.ContainsAny(rest, "{}") {
			b.fail(g, fmt.Sprintf("%s is %s, which cannot be a QuickSight group's name", g.path, quote(g.text)), "QuickSight takes characters up to U+00FF (Latin-1) only, and no other placeholder counts than {namespace}", "write the name of the tenant's group as tenantry plan shows it: \"qs:{namespace}\"")
		}
	}
	return s, ok && s.Asset.Region != ""
}

// shareRegion is the Region of an asset that is shared: one of those in which assets are looked for, without a word
// the first of them.
func (b *builder) shareRegion(v *value) string {
	quickSight := b.root.get("quicksight")
	regions := []string{quickSight.get("identity_region").text}
	if all := quickSight.get("asset_regions"); all.ok && len(all.items) > 0 {
		regions = nil
		for _, r := range all.items {
			regions = append(regions, r.text)
		}
	}
	if !v.ok {
		return regions[0]
	}
	for _, r := range regions {
		if r == v.text {
			return r
		}
	}
	b.fail(v, fmt.Sprintf("%s is %s", v.path, quote(v.text)), "assets are looked for in "+strings.Join(regions, ", ")+", and nowhere else", "write one of these, or add the Region to quicksight.asset_regions")
	return ""
}

// sameShares puts shares into an order that does not hang on where they stand.
func sameShares(shares []rules.Share) []rules.Share {
	out := make([]rules.Share, 0, len(shares))
	for _, s := range shares {
		s.Text = ""
		out = append(out, s)
	}
	slices.SortFunc(out, func(a, b rules.Share) int {
		return cmp.Or(a.Asset.Compare(b.Asset), strings.Compare(a.Group, b.Group))
	})
	return slices.Compact(out)
}
