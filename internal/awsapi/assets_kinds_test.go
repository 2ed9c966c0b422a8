package awsapi

import (
	"slices"
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestAssetKinds knows every kind, with a set of actions that one call can give.
func TestAssetKinds(t *testing.T) {
	for _, kind := range tenancy.AssetKinds() {
		k := assetKinds[kind]
		if (k.search == nil) == (k.list == nil) || k.permissions == nil || k.update == nil {
			t.Errorf("%s: %+v", kind, k)
		}
		for _, set := range [][]string{k.owner, k.viewer} {
			once := make(map[string]bool)
			for _, action := range set {
				once[action] = true
			}
			if len(once) != len(set) || len(once) == 0 || len(once) > maxActions {
				t.Errorf("%s: %d actions, %d of them different", kind, len(set), len(once))
			}
		}
		for _, action := range k.viewer {
			if !slices.Contains(k.owner[1:], action) {
				t.Errorf("%s: viewers may %s, and owners not", kind, action)
			}
		}
	}
	if len(assetKinds) != len(tenancy.AssetKinds()) {
		t.Errorf("%d kinds", len(assetKinds))
	}
}
