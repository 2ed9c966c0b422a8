package identitystore

import (
	"slices"
	"time"

	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// view gives a user as the API answers it, with those of its extensions that were asked for.
func (s service) view(p world.Person, extensions []string) map[string]any {
	doc := attributes.Of(p)
	all, _ := doc["Extensions"].(map[string]any)
	delete(doc, "Extensions")
	shown := map[string]any{}
	for name, value := range all {
		if slices.Contains(extensions, name) {
			shown[name] = value
		}
	}
	attributes.Keep(doc, "Extensions", len(shown) > 0, shown)
	doc["IdentityStoreId"], doc["UserId"] = s.w.Directory.StoreID, p.ID
	if !s.w.Behaviour().OmitUserStatus {
		attributes.Put(doc, "UserStatus", p.Status)
	}
	if len(p.ExternalIDs) > 0 {
		doc["ExternalIds"] = externalIDs(p.ExternalIDs)
	}
	putTimes(doc, p.CreatedAt, p.UpdatedAt, p.CreatedBy, p.UpdatedBy)
	return doc
}

func externalIDs(ids []world.ExternalID) []any {
	var l []any
	for _, id := range ids {
		l = append(l, map[string]any{"Issuer": id.Issuer, "Id": id.ID})
	}
	return l
}

// putTimes adds what every stored thing has: times as JSON 1.1 writes them, in seconds since 1970.
func putTimes(doc map[string]any, created, updated time.Time, createdBy, updatedBy string) {
	if !created.IsZero() {
		doc["CreatedAt"] = seconds(created)
	}
	if !updated.IsZero() {
		doc["UpdatedAt"] = seconds(updated)
	}
	attributes.Put(doc, "CreatedBy", createdBy)
	attributes.Put(doc, "UpdatedBy", updatedBy)
}

func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
