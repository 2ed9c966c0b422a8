package scim

import (
	"strings"
	"time"
	"unicode/utf8"

	"github.com/tenantry/tenantry/internal/awssim/attributes"
	"github.com/tenantry/tenantry/internal/awssim/world"
)

// The schemas of resources and messages, as RFC 7643 and RFC 7644 name them.
const (
	userSchema       = "urn:ietf:params:scim:schemas:core:2.0:User"
	enterpriseSchema = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
	groupSchema      = "urn:ietf:params:scim:schemas:core:2.0:Group"
	listSchema       = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
	configSchema     = "urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig"
)

// user gives a user as SCIM writes it: the attributes of the identity store in SCIM's spelling, and what surrounds
// them.
func (s service) user(p world.Person) map[string]any {
	doc := document(p)
	extensions, _ := doc["Extensions"].(map[string]any)
	delete(doc, "Extensions")
	for _, unsupported := range []string{"Photos", "Roles", "Website", "Birthdate"} {
		delete(doc, unsupported)
	}
	out := spell(doc).(map[string]any)
	out["schemas"] = []any{userSchema}
	if extension, ok := extensions[attributes.Enterprise]; ok {
		out["schemas"] = []any{userSchema, enterpriseSchema}
		out[enterpriseSchema] = extension
	}
	out["active"] = p.Status != world.PersonDisabled
	return s.stored(out, "User", p.ID, p.ExternalIDs, p.CreatedAt, p.UpdatedAt)
}

// document gives the attributes of a user. The only e-mail address is the primary one, whoever stored it.
func document(p world.Person) map[string]any {
	doc := attributes.Of(p)
	if l := list(doc["Emails"]); len(l) == 1 {
		email := attributes.Clone(l[0])
		if _, said := email["Primary"]; !said {
			email["Primary"] = true
		}
		doc["Emails"] = []any{email}
	}
	return doc
}

// group gives a group as SCIM writes it: without its members, as the endpoint does.
func (s service) group(g world.DirectoryGroup) map[string]any {
	out := map[string]any{"schemas": []any{groupSchema}, "displayName": g.DisplayName, "members": []any{}}
	return s.stored(out, "Group", g.ID, g.ExternalIDs, g.CreatedAt, g.UpdatedAt)
}

// stored adds what every resource has.
func (s service) stored(out map[string]any, kind, id string, external []world.ExternalID, created, updated time.Time) map[string]any {
	out["id"] = id
	out["meta"] = map[string]any{"resourceType": kind, "created": stamp(created), "lastModified": stamp(updated)}
	if e := externalID(external); e != "" {
		out["externalId"] = e
	}
	return out
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

// externalID gives the id that the identity provider behind this endpoint knows a thing by. A store has one provider,
// whatever issuer a world file gives it.
func externalID(ids []world.ExternalID) string {
	if len(ids) == 0 {
		return ""
	}
	return ids[0].ID
}

// external gives id as the external ids of a thing; none when it is empty.
func (s service) external(id string) []world.ExternalID {
	if id == "" {
		return nil
	}
	return []world.ExternalID{{Issuer: s.issuer(), ID: id}}
}

// spell gives a document in SCIM's spelling: UserName becomes userName.
func spell(value any) any {
	switch v := value.(type) {
	case map[string]any:
		out := make(map[string]any, len(v))
		for name, inner := range v {
			first, size := utf8.DecodeRuneInString(name)
			out[strings.ToLower(string(first))+name[size:]] = spell(inner)
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i, inner := range v {
			out[i] = spell(inner)
		}
		return out
	}
	return value
}
