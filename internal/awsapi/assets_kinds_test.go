package awsapi

import (
	"testing"

	"github.com/tenantry/tenantry/internal/tenancy"
)

// TestAssetKinds knows every kind, with a set of actions that one call can give.
func TestAssetKinds(t *testing.T) {
	for _, kind := range tenancy.AssetKinds() {
		k := assetKinds[kind]
		if (k.search == nil) == (k.list == nil) || k.permissions == nil || k.grant == nil {
			t.Errorf("%s: %+v", kind, k)
		}
		once := make(map[string]bool)
		for _, action := range k.owner {
			once[action] = true
		}
		if len(once) != len(k.owner) || len(once) == 0 || len(once) > 20 {
			t.Errorf("%s: %d actions, %d of them different", kind, len(k.owner), len(once))
		}
	}
	if len(assetKinds) != len(tenancy.AssetKinds()) {
		t.Errorf("%d kinds", len(assetKinds))
	}
}
