package audit

import "github.com/tenantry/tenantry/internal/tenancy"

// shelf is what follows from the assets: made once, so that no check goes through all of them for each of them.
type shelf struct {
	assetOf    map[tenancy.AssetRef]*tenancy.Inspected
	unread     map[tenancy.AssetRef]bool                 // those of which something could not be read
	belongs    map[tenancy.AssetRef]Belonging            // whose each is
	containers map[tenancy.AssetRef][]*tenancy.Inspected // folders that an asset is directly in
	over       map[tenancy.AssetRef][]tenancy.AssetRef   // what stands directly on an asset
	offered    map[tenancy.AssetRef]bool                 // what the configuration shares with tenants
	rules      map[tenancy.AssetRef][]*tenancy.Inspected // data sets that hold rules, and those that they are for
	audiences  map[tenancy.AssetRef][]Party              // those that were asked for
	data       []shown                                   // the data that the house shows, by asset
	sakes      map[namesake][]string                     // namespaces that have a user or a group, made when it is asked for
}

func (k *Known) shelve() {
	k.shelf = shelf{assetOf: map[tenancy.AssetRef]*tenancy.Inspected{}, unread: map[tenancy.AssetRef]bool{}, belongs: map[tenancy.AssetRef]Belonging{},
		containers: map[tenancy.AssetRef][]*tenancy.Inspected{}, over: map[tenancy.AssetRef][]tenancy.AssetRef{}, offered: map[tenancy.AssetRef]bool{},
		rules: map[tenancy.AssetRef][]*tenancy.Inspected{}, audiences: map[tenancy.AssetRef][]Party{}}
	for i := range k.Inspection.Assets {
		a := &k.Inspection.Assets[i]
		k.assetOf[a.AssetRef] = a
		for _, used := range a.Uses {
			k.over[used] = append(k.over[used], a.AssetRef)
		}
		if a.Folder != nil {
			for _, m := range a.Folder.Members {
				k.containers[m] = append(k.containers[m], a)
			}
		}
		if ref, ok := tenancy.ParseAsset(k.Account, a.Rows.Rules); ok {
			k.rules[ref] = append(k.rules[ref], a)
		}
	}
	for _, u := range k.Inspection.Unread {
		k.unread[u.AssetRef] = true
	}
	for i := range k.Want.Tenants {
		for _, s := range k.Want.Tenants[i].Shares {
			k.offered[s.Asset] = true
		}
	}
	for i := range k.Inspection.Assets {
		a := &k.Inspection.Assets[i]
		k.belongs[a.AssetRef] = k.belonging(a)
	}
	k.data = k.showsData()
}

// isUnread reports whether something of an asset, or all of its kind in its Region, could not be read.
func (k *Known) isUnread(ref tenancy.AssetRef) bool {
	return k.unread[ref] || k.unread[tenancy.AssetRef{Kind: ref.Kind, Region: ref.Region}]
}
